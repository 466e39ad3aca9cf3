/* One mutex over a queue and a stack of idle workers. While a worker is idle the queue is empty: work goes
 * straight into the hand of the worker on top of the stack. */
#include "platform/http/workers.h"

#include "base/check.h"
#include "base/deadline.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#define IDLE_MS 30000 /* then a worker ends */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifdef SANITIZED
#define STACK_BYTES ((size_t)2 * 1024 * 1024)
#else
#define STACK_BYTES ((size_t)256 * 1024)
#endif

enum worker_state { WORKER_NONE, WORKER_ALIVE, WORKER_ENDED };

struct worker {
    struct workers *pool;
    struct worker *below; /* on the stack of idle ones */
    struct work *work;    /* handed over */
    pthread_cond_t wake;
    pthread_t thread;
    enum worker_state state;
};

struct workers {
    pthread_mutex_t mutex;
    pthread_cond_t all_ended;
    struct work *first, **last;
    size_t waiting, queue_max;
    struct worker *idle; /* top of the stack */
    size_t alive, threads_max;
    bool stopping;
    struct worker workers[];
};

struct workers *workers_start(size_t threads_max, size_t queue_max)
{
    struct workers *pool = calloc(1, sizeof *pool + threads_max * sizeof pool->workers[0]);
    check(pool != NULL && threads_max > 0);
    pthread_mutex_init(&pool->mutex, NULL);
    deadline_condition_init(&pool->all_ended);
    pool->last = &pool->first;
    pool->threads_max = threads_max;
    pool->queue_max = queue_max;
    for (size_t i = 0; i < threads_max; i++) {
        pool->workers[i].pool = pool;
        deadline_condition_init(&pool->workers[i].wake);
    }
    return pool;
}

static struct work *take_queued(struct workers *pool)
{
    struct work *work = pool->first;
    if (!work)
        return NULL;
    pool->first = work->next;
    if (!pool->first)
        pool->last = &pool->first;
    pool->waiting--;
    return work;
}

static void leave_idle(struct workers *pool, struct worker *worker)
{
    struct worker **at = &pool->idle;
    while (*at && *at != worker)
        at = &(*at)->below;
    if (*at)
        *at = worker->below;
}

/* Blocks until there is work; NULL: this worker is not needed any more. With the lock held. */
static struct work *wait_for_work(struct worker *worker)
{
    struct workers *pool = worker->pool;
    struct work *work = take_queued(pool);
    if (work || pool->stopping)
        return work;
    worker->below = pool->idle;
    pool->idle = worker;
    worker->work = NULL;
    struct timespec until = deadline_in_ms(IDLE_MS);
    while (!worker->work && !pool->stopping) {
        if (pthread_cond_timedwait(&worker->wake, &pool->mutex, &until) == ETIMEDOUT)
            break;
    }
    if (!worker->work)
        leave_idle(pool, worker);
    return worker->work;
}

static void *worker_main(void *arg)
{
    struct worker *worker = arg;
    struct workers *pool = worker->pool;
    pthread_mutex_lock(&pool->mutex);
    for (struct work *work; (work = wait_for_work(worker));) {
        pthread_mutex_unlock(&pool->mutex);
        work->run(work);
        pthread_mutex_lock(&pool->mutex);
    }
    worker->state = WORKER_ENDED;
    if (--pool->alive == 0)
        pthread_cond_signal(&pool->all_ended);
    pthread_mutex_unlock(&pool->mutex);
    return NULL;
}

/* One more thread, in a free place. False when the system gives none. */
static bool add_worker(struct workers *pool)
{
    struct worker *worker = pool->workers;
    while (worker->state == WORKER_ALIVE)
        worker++;
    if (worker->state == WORKER_ENDED)
        pthread_join(worker->thread, NULL); /* it only has to return */
    worker->state = WORKER_NONE;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    if (pthread_create(&worker->thread, &attributes, worker_main, worker) == 0) {
        worker->state = WORKER_ALIVE;
        pool->alive++;
    }
    pthread_attr_destroy(&attributes);
    return worker->state == WORKER_ALIVE;
}

static void enqueue(struct workers *pool, struct work *work)
{
    work->next = NULL;
    *pool->last = work;
    pool->last = &work->next;
    pool->waiting++;
}

/* `ret_idle`: the worker that has it now. It is to be woken without the lock, or it runs straight into it. */
static bool accept_work(struct workers *pool, struct work *work, struct worker **ret_idle)
{
    if (pool->stopping)
        return false;
    struct worker *worker = pool->idle;
    if (worker) {
        pool->idle = worker->below;
        worker->work = work;
        *ret_idle = worker;
        return true;
    }
    if (pool->waiting >= pool->queue_max)
        return false;
    if (pool->alive < pool->threads_max && !add_worker(pool) && pool->alive == 0)
        return false;
    enqueue(pool, work);
    return true;
}

bool workers_submit(struct workers *workers, struct work *work)
{
    pthread_mutex_lock(&workers->mutex);
    struct worker *idle = NULL;
    bool accepted = accept_work(workers, work, &idle);
    pthread_mutex_unlock(&workers->mutex);
    if (idle)
        pthread_cond_signal(&idle->wake);
    return accepted;
}

size_t workers_waiting(struct workers *workers)
{
    pthread_mutex_lock(&workers->mutex);
    size_t waiting = workers->waiting;
    pthread_mutex_unlock(&workers->mutex);
    return waiting;
}

size_t workers_running(struct workers *workers)
{
    pthread_mutex_lock(&workers->mutex);
    size_t alive = workers->alive;
    pthread_mutex_unlock(&workers->mutex);
    return alive;
}

/* With the lock held: ends what waits, then waits for what runs. */
static bool end_all(struct workers *pool, int64_t timeout_ms)
{
    pool->stopping = true;
    for (struct work *work; (work = take_queued(pool));) {
        pthread_mutex_unlock(&pool->mutex);
        work->drop(work);
        pthread_mutex_lock(&pool->mutex);
    }
    for (struct worker *worker = pool->idle; worker; worker = worker->below)
        pthread_cond_signal(&worker->wake);
    struct timespec until = deadline_in_ms(timeout_ms);
    while (pool->alive > 0) {
        if (pthread_cond_timedwait(&pool->all_ended, &pool->mutex, &until) == ETIMEDOUT)
            break;
    }
    return pool->alive == 0;
}

bool workers_stop(struct workers *workers, int64_t timeout_ms)
{
    pthread_mutex_lock(&workers->mutex);
    bool ended = end_all(workers, timeout_ms);
    pthread_mutex_unlock(&workers->mutex);
    if (!ended)
        return false;
    for (size_t i = 0; i < workers->threads_max; i++) {
        if (workers->workers[i].state == WORKER_ENDED)
            pthread_join(workers->workers[i].thread, NULL);
        pthread_cond_destroy(&workers->workers[i].wake);
    }
    pthread_cond_destroy(&workers->all_ended);
    pthread_mutex_destroy(&workers->mutex);
    free(workers);
    return true;
}
