/* A listener with several threads: streams side by side, each in its order, every event once; and the alert
 * that too many failures make. On both engines. */
#include "platform/db/fixture.h"
#include "platform/events/dispatcher.h"

#define STREAMS 12
#define ROUNDS 40

DB_STATEMENT(TEST_SEEN, "INSERT INTO audit_log (business_id, id, outlet_id, entity_id, action, details) "
                        "VALUES ($1, $2, $3, $4, $5, $5)");
DB_STATEMENT(TEST_SEEN_COUNT, "SELECT COUNT(*) FROM audit_log WHERE business_id = $1 AND outlet_id = $2");

static struct {
    pthread_mutex_t lock;
    int64_t last[STREAMS]; /* sequence handled last */
    int at_once, most_at_once;
    bool busy[STREAMS], faulty;
    _Atomic bool fail;
} seen = {.lock = PTHREAD_MUTEX_INITIALIZER};

static size_t stream_number(struct uuid stream) { return stream.bytes[15] - 1u; }

/* Notes what it is given when; the database work takes its time in between. */
static enum code handle(struct platform *platform, struct db_tx *tx, const struct event *event)
{
    (void)platform;
    size_t number = stream_number(event->stream_id);
    if (seen.fail)
        return CODE_INTERNAL;
    pthread_mutex_lock(&seen.lock);
    seen.faulty |= number >= STREAMS || seen.busy[number];
    seen.busy[number] = true;
    seen.most_at_once = ++seen.at_once > seen.most_at_once ? seen.at_once : seen.most_at_once;
    pthread_mutex_unlock(&seen.lock);
    db_query(tx, &TEST_SEEN, DB_UUID(event->event_id), DB_UUID(event->stream_id),
             DB_UUID(event->aggregate_id), DB_BYTES(event->name));
    pthread_mutex_lock(&seen.lock);
    seen.at_once--;
    seen.busy[number] = false;
    seen.faulty |= event->sequence > seen.last[number] + 2; /* one in between is not wanted */
    seen.last[number] = event->sequence;
    pthread_mutex_unlock(&seen.lock);
    return CODE_OK;
}

static const struct listener MANY = {"test.many", "stock.*", handle, "Many at once.", 0, 4};

struct publication {
    struct events *events;
    struct uuid stream;
};

static enum code run_publication(struct db_tx *tx, void *arg)
{
    const struct publication *publication = arg;
    struct event_draft drafts[] = {{"stock.low", fixture_id(100), STR("{}")},
                                   {"order.created", fixture_id(101), STR("{}")},
                                   {"stock.low", fixture_id(102), STR("{}")}};
    event_publish(tx, publication->events, publication->stream, STR_NONE, drafts, 3);
    return CODE_OK;
}

static void publish(struct fixture *f, struct events *events, int stream)
{
    struct publication publication = {events, fixture_id(stream)};
    require(db_write(f->db, f->business, &f->arena, run_publication, &publication) == CODE_OK);
}

static enum code count_seen(struct db_tx *tx, void *arg)
{
    for (int i = 0; i < STREAMS; i++)
        *(int64_t *)arg += db_int(db_query(tx, &TEST_SEEN_COUNT, DB_UUID(fixture_id(i + 1))), 0, 0);
    return CODE_OK;
}

TEST_ON_BOTH(streams_go_side_by_side_each_in_its_order)
{
    memset(seen.last, 0, sizeof seen.last);
    seen.faulty = false;
    seen.fail = false;
    seen.most_at_once = 0;
    const struct listener *listener = &MANY;
    struct events *events = events_open(f->db, NULL, &listener, 1);
    for (int i = 0; i < STREAMS; i++)
        publish(f, events, i + 1); /* they find these when they start */
    require(events_start(events));
    for (int round = 1; round < ROUNDS; round++) {
        for (int i = 0; i < STREAMS; i++)
            publish(f, events, i + 1);
    }
    expect(events_drain(events, 30000));
    int64_t count = 0;
    expect_int_eq(db_read(f->db, f->business, &f->arena, count_seen, &count), CODE_OK);
    expect_int_eq(count, STREAMS * ROUNDS * 2);
    for (int i = 0; i < STREAMS; i++)
        expect_int_eq(seen.last[i], 3 * ROUNDS);
    expect(!seen.faulty);
    expect(seen.most_at_once <= 4);
    expect(f->engine == DB_SQLITE || seen.most_at_once > 1);
    struct listener_stats stats;
    size_t stats_count;
    expect_int_eq(events_stats(events, f->business, &stats, &stats_count), CODE_OK);
    expect_int_eq(stats.pending, 0);
    expect_int_eq(stats.rates[2].handled, STREAMS * ROUNDS * 2);
    expect_int_eq(events_stats(events, fixture_id(9), &stats, &stats_count), CODE_OK);
    expect_int_eq(stats.rates[2].handled, 0);
    events_close(events);
}

struct alerts {
    struct gate gate;
    struct listener_alert last;
};

static void on_alert(void *arg, const struct listener_alert *alert)
{
    struct alerts *alerts = arg;
    alerts->last = *alert;
    gate_add(&alerts->gate, 1);
}

TEST_ON_BOTH(too_many_failures_are_told_once)
{
    struct alerts alerts = {.gate = GATE_INIT};
    const struct listener *listener = &MANY;
    struct events *events = events_open(f->db, NULL, &listener, 1);
    events_on_alert(events, on_alert, &alerts);
    seen.fail = true;
    require(events_start(events));
    for (int i = 0; i < 4; i++)
        publish(f, events, 1 + i);
    gate_await(&alerts.gate, 1);
    events_drain(events, 300); /* retries are to come */
    expect_int_eq(alerts.gate.value, 1);
    expect_text_eq(alerts.last.listener, "test.many");
    expect(uuid_eq(alerts.last.business_id, f->business));
    expect(alerts.last.failed >= RATES_ALERT_FAILED);
    struct arena arena = {0};
    struct buf out = buf_make(&arena, 1024, 65536);
    events_write_metrics(&out, events);
    expect(memmem(out.data, out.len,
                  "tilopos_listener_attempts_total{listener=\"test.many\",outcome=\"handled\"} 0\n", 73));
    arena_free(&arena);
    events_close(events);
}
