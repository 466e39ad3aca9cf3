/* What the tests of the event platform share. */
#include "events_fixture.h"

#include "base/clock.h"

#include <sqlite3.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

/* ---- Clock ---- */

/* Never goes back, as ids never do. */
static _Atomic int64_t now_ms = INT64_C(1770000000000);

static int64_t test_now(void) { return now_ms; }
static int64_t test_monotonic(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * INT64_C(1000000000) + at.tv_nsec;
}
static void test_random(void *data, size_t len)
{
    for (size_t done = 0; done < len;) {
        ssize_t got = getrandom((char *)data + done, len - done, 0);
        done += got > 0 ? (size_t)got : 0;
    }
}
static const struct clock_source TEST_CLOCK = {test_now, test_monotonic, test_random};

void clock_move(int64_t ms) { now_ms += ms; }

/* ---- Database ---- */

DB_STATEMENT(TEST_BUSINESS,
             "INSERT INTO businesses (business_id, name, currency, timezone, subscription_plan, "
             "reference_version, created_at) VALUES ($1, 'Uji', 'IDR', 'Asia/Jakarta', 'free', 1, 0)");

static enum code add_business(struct db_tx *tx, void *arg)
{
    (void)arg;
    db_query(tx, &TEST_BUSINESS);
    return CODE_OK;
}

struct uuid fixture_add_business(struct fixture *fixture)
{
    struct uuid business = uuid_new();
    expect(db_write(fixture->db, business, test_arena(), add_business, NULL) == CODE_OK);
    return business;
}

bool fixture_open(struct fixture *fixture)
{
    *fixture = (struct fixture){0};
    clock_move(60000);
    clock_use(&TEST_CLOCK);
    fixture->outlet = uuid_new();
    fixture->other_outlet = uuid_new();
    snprintf(fixture->folder, sizeof fixture->folder, "/tmp/tilopos-events-XXXXXX");
    if (!expect(mkdtemp(fixture->folder)))
        return false;
    struct db_options options = {.url = str_format(test_arena(), "sqlite:%s/test.db", fixture->folder),
                                 .connections = 2,
                                 .migrate = true};
    fixture->db = db_open(&options);
    if (!expect(fixture->db))
        return false;
    fixture->business = fixture_add_business(fixture);
    return true;
}

void fixture_close(struct fixture *fixture)
{
    if (fixture->db)
        db_close(fixture->db);
    static const char *const files[] = {"test.db", "test.db-wal", "test.db-shm"};
    for (size_t i = 0; i < COUNT_OF(files); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", fixture->folder, files[i]);
        unlink(path);
    }
    rmdir(fixture->folder);
    clock_use(NULL);
}

/* ---- Publishing ---- */

struct uuid aggregate(unsigned number)
{
    struct uuid id = {{0xA}};
    id.bytes[15] = (uint8_t)number;
    id.bytes[14] = (uint8_t)(number >> 8);
    return id;
}

struct publication {
    struct events *events;
    struct uuid stream_id;
    const struct event_draft *drafts;
    size_t count;
    enum code code;
};

static enum code run_publication(struct db_tx *tx, void *arg)
{
    const struct publication *publication = arg;
    event_publish(tx, publication->events, publication->stream_id, STR("req-1"), publication->drafts,
                  publication->count);
    return publication->code;
}

enum code publish(struct fixture *fixture, struct events *events, struct uuid stream_id, const char *name,
                  const unsigned *aggregates, size_t count)
{
    struct event_draft *drafts = arena_array(test_arena(), struct event_draft, count);
    for (size_t i = 0; i < count; i++)
        drafts[i] = (struct event_draft){name, aggregate(aggregates[i]), STR("{}")};
    struct publication publication = {events, stream_id, drafts, count, CODE_OK};
    return db_write(fixture->db, fixture->business, test_arena(), run_publication, &publication);
}

/* ---- Listeners ---- */

/* The effect: the entity is the event, the outlet its stream, the employee its aggregate, the details its
 * sequence, the action its name; a second effect of one event would be a second row. */
DB_STATEMENT(TEST_EFFECT,
             "INSERT INTO audit_log (business_id, id, action, entity_id, outlet_id, employee_id, details) "
             "VALUES ($1, $2, $3, $4, $5, $6, $7)");

static struct {
    _Atomic unsigned number;
    _Atomic int times;
    _Atomic int code;
} failing;

void fail_aggregate(unsigned number, int times, enum code code)
{
    failing.number = number;
    failing.code = (int)code;
    failing.times = times;
}

void fail_all(int times) { fail_aggregate(0, times, CODE_INTERNAL); }
void fail_aggregate_by_statement(unsigned number, int times) { fail_aggregate(number, times, CODE_OK); }

static bool must_fail(const struct event *event)
{
    bool is_meant = failing.number == 0 || uuid_eq(event->aggregate_id, aggregate(failing.number));
    return is_meant && failing.times > 0 && failing.times-- > 0;
}

static enum code take(struct db_tx *tx, const struct event *event)
{
    bool fails = must_fail(event);
    if (fails && failing.code)
        return (enum code)failing.code;
    struct uuid id = uuid_new();
    struct str sequence = str_format(db_arena(tx), "%lld", (long long)event->sequence);
    for (int i = 0; i < (fails ? 2 : 1); i++) /* the second is refused by the key */
        db_ask(tx, &TEST_EFFECT, DB_UUID(id), DB_BYTES(event->name), DB_UUID(event->event_id),
               DB_UUID(event->stream_id), DB_UUID(event->aggregate_id), DB_BYTES(sequence));
    return CODE_OK;
}

static enum code take_all(struct platform *platform, struct db_tx *tx, const struct event *event)
{
    (void)platform;
    return take(tx, event);
}
static enum code take_stock(struct platform *platform, struct db_tx *tx, const struct event *event)
{
    (void)platform;
    return take(tx, event);
}

const struct listener LISTENER_ALL = {"test.all", "*", take_all, "Takes all."};
const struct listener LISTENER_STOCK = {"test.stock", "stock.*", take_stock, "Takes stock."};

struct events *open_events(struct fixture *fixture, const struct listener *listener)
{
    failing.times = 0;
    return events_open(fixture->db, NULL, &listener, 1);
}

/* ---- Looking ---- */

/* A connection of the test's own: what others would see. */
static sqlite3_stmt *look(struct fixture *fixture, sqlite3 **ret_file, const char *sql)
{
    char path[128];
    sqlite3_stmt *statement = NULL;
    snprintf(path, sizeof path, "%s/test.db", fixture->folder);
    if (!expect(sqlite3_open_v2(path, ret_file, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK))
        return NULL;
    sqlite3_busy_timeout(*ret_file, 10000);
    test_expect(sqlite3_prepare_v2(*ret_file, sql, -1, &statement, NULL) == SQLITE_OK, __FILE__, __LINE__,
                sql);
    return statement;
}

int64_t number_of(struct fixture *fixture, const char *sql)
{
    sqlite3 *file = NULL;
    sqlite3_stmt *statement = look(fixture, &file, sql);
    int64_t number =
        statement && sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : -1;
    sqlite3_finalize(statement);
    sqlite3_close(file);
    return number;
}

static struct str text_of(struct fixture *fixture, const char *sql)
{
    sqlite3 *file = NULL;
    sqlite3_stmt *statement = look(fixture, &file, sql);
    struct str text = STR("");
    if (statement && sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0))
        text = str_copy(test_arena(), str_of((const char *)sqlite3_column_text(statement, 0)));
    sqlite3_finalize(statement);
    sqlite3_close(file);
    return text;
}

struct str handled_order(struct fixture *fixture)
{
    return text_of(fixture, "SELECT group_concat(n, ' ') FROM (SELECT instr('123456789', "
                            "substr(hex(employee_id), 32, 1)) AS n FROM audit_log ORDER BY id)");
}

struct str retries_of(struct fixture *fixture)
{
    char sql[512];
    snprintf(
        sql, sizeof sql,
        "SELECT group_concat(t, ', ') FROM (SELECT sequence || ' ' || status || ' ' || attempts || ' ' || "
        "coalesce(next_attempt_at - %lld, '-') || ' ' || coalesce(reason, '-') AS t FROM event_retries "
        "ORDER BY stream_id, sequence)",
        (long long)now_ms);
    return text_of(fixture, sql);
}

bool eventually(struct fixture *fixture, const char *sql, int64_t number)
{
    int64_t deadline = test_monotonic() + INT64_C(10000000000);
    while (number_of(fixture, sql) != number) {
        if (test_monotonic() > deadline)
            return false;
        nanosleep(&(struct timespec){0, 2000000}, NULL);
    }
    return true;
}
