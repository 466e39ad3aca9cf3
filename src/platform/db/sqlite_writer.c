/* The writer thread: what has queued while the last commit was on its way to the disk commits together, each
 * closure in a savepoint of its own. A refusal undoes its own work only; when the commit fails, it failed for
 * all of the group. Even a refusal is answered after the commit: it may have been decided on what others of
 * its group wrote. */
#include "base/check.h"
#include "base/deadline.h"
#include "base/log.h"
#include "platform/db/fault.h"
#include "platform/db/sqlite.h"

static bool open_writer(struct sqlite *sqlite)
{
    if (!sqlite->writer)
        sqlite->writer = sqlite_connect(sqlite->file, &sqlite->db, false);
    return sqlite->writer != NULL;
}

static void give_up_connection(struct sqlite *sqlite)
{
    sqlite_disconnect(sqlite->writer);
    sqlite->writer = NULL;
    sqlite->data_version = DATA_VERSION_NONE; /* the next connection counts from a beginning of its own */
    db_tell(&sqlite->db, UUID_NIL);
}

static void roll_back(struct sqlite *sqlite)
{
    if (!sqlite_transaction_is_gone(sqlite->writer) &&
        sqlite_control(sqlite->writer, CONTROL_ROLLBACK) != SQLITE_OK)
        give_up_connection(sqlite);
}

static enum code begin(struct sqlite *sqlite)
{
    if (!open_writer(sqlite))
        return CODE_UNAVAILABLE;
    int result = sqlite_control(sqlite->writer, CONTROL_BEGIN_WRITE);
    if (result != SQLITE_OK) {
        enum code code = sqlite_failure(sqlite->writer, "begin", result);
        if ((result & 0xff) != SQLITE_BUSY)
            give_up_connection(sqlite);
        return code == CODE_STORAGE_FULL ? code : CODE_UNAVAILABLE;
    }
    /* It changes with the commits of other processes. */
    int64_t version = sqlite_data_version(sqlite->writer);
    if (version != sqlite->data_version)
        db_tell(&sqlite->db, UUID_NIL);
    sqlite->data_version = version;
    return CODE_OK;
}

static enum code commit(struct sqlite *sqlite)
{
    int result = sqlite_control(sqlite->writer, CONTROL_COMMIT);
    if (result == SQLITE_OK)
        return CODE_OK;
    enum code code = sqlite_failure(sqlite->writer, "commit", result);
    roll_back(sqlite);
    if ((result & 0xff) != SQLITE_IOERR)
        return code;
    /* After a failed fsync it may be on the disk, or not: the outcome is unknown. The connection is kept: the
     * next commit writes the same frames of the log again. Opened anew it might find them in memory, take
     * them for stored, and put acknowledged commits behind frames that the disk never got. */
    db_tell(&sqlite->db, UUID_NIL);
    return CODE_UNAVAILABLE;
}

/* CODE_OK: the transaction goes on, whatever the job's own outcome; otherwise it is gone. */
static enum code run_job(struct sqlite *sqlite, struct sqlite_job *job)
{
    struct sqlite_connection *writer = sqlite->writer;
    struct db_tx *tx = &job->tx;
    for (int try = 1;; try++) {
        int result = sqlite_control(writer, CONTROL_SAVEPOINT_SET);
        if (result == SQLITE_OK) {
            tx_open(tx, &sqlite->db, job->work, writer);
            job->outcome = tx_run(tx, job->work);
            if (sqlite_transaction_is_gone(writer))
                return job->outcome ? job->outcome : CODE_INTERNAL;
            if (job->outcome != CODE_OK)
                result = sqlite_control(writer, CONTROL_SAVEPOINT_UNDO);
        }
        if (result == SQLITE_OK)
            result = sqlite_control(writer, CONTROL_SAVEPOINT_RELEASE);
        if (result != SQLITE_OK)
            return sqlite_failure(writer, "savepoint", result);
        if (job->outcome != CODE_RETRY)
            return CODE_OK;
        if (try == DB_TRIES_MAX) {
            job->outcome = tx_give_up(tx->unmet);
            return CODE_OK;
        }
        atomic_fetch_add_explicit(&sqlite->db.retries, 1, memory_order_relaxed);
    }
}

static void answer(struct sqlite *sqlite, struct sqlite_job **jobs, size_t count, enum code failure)
{
    int64_t commits = 0;
    for (size_t i = 0; i < count; i++) {
        if (failure) {
            jobs[i]->outcome = failure;
        } else if (jobs[i]->outcome == CODE_OK) {
            tx_committed(&jobs[i]->tx);
            commits++;
        }
    }
    atomic_fetch_add_explicit(&sqlite->db.commits, commits, memory_order_relaxed);
    for (size_t i = 0; i < count; i++)
        waiter_wake(&jobs[i]->done, 1);
}

/* Answers how many of the jobs are done: a failure may end the transaction before the last one ran. */
static size_t run_group(struct sqlite *sqlite, struct sqlite_job **jobs, size_t count, enum code *ret_failure)
{
    enum code failure = begin(sqlite);
    if (failure != CODE_OK) {
        answer(sqlite, jobs, count, failure);
        *ret_failure = failure;
        return count;
    }
    size_t ran = 0;
    while (ran < count && failure == CODE_OK)
        failure = run_job(sqlite, jobs[ran++]);
    bool hasty = fault_planted("answer_before_commit");
    if (hasty)
        answer(sqlite, jobs, ran, failure);
    if (failure == CODE_OK)
        failure = commit(sqlite);
    else
        roll_back(sqlite);
    *ret_failure = failure;
    if (hasty)
        return ran;
    answer(sqlite, jobs, ran, failure);
    return ran;
}

static size_t take(struct sqlite *sqlite, struct sqlite_job *jobs[WRITER_GROUP_MAX], int64_t *ret_ping)
{
    size_t count = 0;
    pthread_mutex_lock(&sqlite->mutex);
    while (!sqlite->first && sqlite->ping_wanted == sqlite->ping_answered && !sqlite->closing)
        pthread_cond_wait(&sqlite->queued, &sqlite->mutex);
    while (sqlite->first && count < WRITER_GROUP_MAX) {
        jobs[count++] = sqlite->first;
        sqlite->first = sqlite->first->next;
    }
    if (!sqlite->first)
        sqlite->last = &sqlite->first;
    *ret_ping = sqlite->ping_wanted;
    pthread_mutex_unlock(&sqlite->mutex);
    atomic_fetch_sub_explicit(&sqlite->queue_depth, (long long)count, memory_order_relaxed);
    return count;
}

static void answer_ping(struct sqlite *sqlite, int64_t ping, bool is_up)
{
    pthread_mutex_lock(&sqlite->mutex);
    sqlite->ping_answered = ping;
    sqlite->ping_is_up = is_up;
    pthread_cond_broadcast(&sqlite->ping_done);
    pthread_mutex_unlock(&sqlite->mutex);
}

static void *writer_main(void *argument)
{
    struct sqlite *sqlite = argument;
    for (;;) {
        struct sqlite_job *jobs[WRITER_GROUP_MAX];
        int64_t ping;
        enum code failure = CODE_OK;
        size_t count = take(sqlite, jobs, &ping);
        bool pinged = ping != sqlite->ping_answered;
        if (count == 0 && !pinged)
            return NULL;
        if (count == 0)
            run_group(sqlite, jobs, 0, &failure);
        for (size_t done = 0; done < count;)
            done += run_group(sqlite, jobs + done, count - done, &failure);
        if (pinged)
            answer_ping(sqlite, ping, failure == CODE_OK);
    }
}

enum code sqlite_write(struct db *db, const struct db_work *work)
{
    struct sqlite *sqlite = (struct sqlite *)db;
    check(!pthread_equal(pthread_self(), sqlite->thread)); /* a closure that waited for itself */
    struct sqlite_job job = {.work = work};
    atomic_fetch_add_explicit(&sqlite->queue_depth, 1, memory_order_relaxed);
    pthread_mutex_lock(&sqlite->mutex);
    *sqlite->last = &job;
    sqlite->last = &job.next;
    pthread_cond_signal(&sqlite->queued);
    pthread_mutex_unlock(&sqlite->mutex);
    waiter_wait(&job.done);
    return job.outcome;
}

bool sqlite_is_up(struct db *db)
{
    struct sqlite *sqlite = (struct sqlite *)db;
    struct timespec deadline = deadline_in_ms(IS_UP_WAIT_MS);
    pthread_mutex_lock(&sqlite->mutex);
    int64_t ping = ++sqlite->ping_wanted;
    pthread_cond_signal(&sqlite->queued);
    int error = 0;
    while (sqlite->ping_answered < ping && error == 0)
        error = pthread_cond_timedwait(&sqlite->ping_done, &sqlite->mutex, &deadline);
    bool is_up = sqlite->ping_answered >= ping && sqlite->ping_is_up;
    pthread_mutex_unlock(&sqlite->mutex);
    return is_up;
}

bool sqlite_writer_start(struct sqlite *sqlite)
{
    pthread_mutex_init(&sqlite->mutex, NULL);
    pthread_cond_init(&sqlite->queued, NULL);
    deadline_condition_init(&sqlite->ping_done);
    sqlite->last = &sqlite->first;
    sqlite->data_version = sqlite_data_version(sqlite->writer);
    if (pthread_create(&sqlite->thread, NULL, writer_main, sqlite) == 0)
        return true;
    log_error("db.thread_failed");
    return false;
}

void sqlite_writer_stop(struct sqlite *sqlite)
{
    pthread_mutex_lock(&sqlite->mutex);
    sqlite->closing = true;
    pthread_cond_signal(&sqlite->queued);
    pthread_mutex_unlock(&sqlite->mutex);
    pthread_join(sqlite->thread, NULL);
    pthread_mutex_destroy(&sqlite->mutex);
    pthread_cond_destroy(&sqlite->queued);
    pthread_cond_destroy(&sqlite->ping_done);
}
