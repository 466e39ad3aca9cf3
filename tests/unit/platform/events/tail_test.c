/* Following streams: every event behind the start, in order, once, whoever commits meanwhile. */
#include "platform/events/tail.h"

#include "platform/db/fixture.h"
#include "platform/events/prune.h"

#include <time.h>

#define SEEN_MAX 4096
#define PUBLISHERS 6
#define ROUNDS 80

/* What a tail handed on. */
struct seen {
    pthread_mutex_t lock;
    pthread_cond_t more;
    struct uuid stream;
    int64_t first, last, count;
    bool faulty; /* a hole, a repetition, a foreign stream */
    bool block;  /* on_events waits until it is false */
};

#define SEEN_OF(id)                                                                         \
    {                                                                                       \
        .lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER, .stream = (id) \
    }

static void see(void *arg, const struct event *events, size_t count)
{
    struct seen *seen = arg;
    pthread_mutex_lock(&seen->lock);
    while (seen->block)
        pthread_cond_wait(&seen->more, &seen->lock);
    for (size_t i = 0; i < count; i++) {
        if (!uuid_eq(events[i].stream_id, seen->stream)) {
            seen->faulty = true;
            continue;
        }
        seen->faulty |= seen->count && events[i].sequence != seen->last + 1;
        if (!seen->count)
            seen->first = events[i].sequence;
        seen->last = events[i].sequence;
        seen->count++;
    }
    pthread_cond_broadcast(&seen->more);
    pthread_mutex_unlock(&seen->lock);
}

/* At most 20 s. */
static bool seen_up_to(struct seen *seen, int64_t sequence)
{
    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 20;
    int status = 0;
    pthread_mutex_lock(&seen->lock);
    while (seen->last < sequence && status == 0)
        status = pthread_cond_timedwait(&seen->more, &seen->lock, &deadline);
    bool there = seen->last >= sequence;
    pthread_mutex_unlock(&seen->lock);
    return there;
}

static void set_block(struct seen *seen, bool block)
{
    pthread_mutex_lock(&seen->lock);
    seen->block = block;
    pthread_cond_broadcast(&seen->more);
    pthread_mutex_unlock(&seen->lock);
}

struct publication {
    struct events *events;
    struct uuid stream;
    size_t count;
};

static enum code run_publication(struct db_tx *tx, void *arg)
{
    const struct publication *publication = arg;
    struct event_draft *drafts = arena_array(db_arena(tx), struct event_draft, publication->count);
    for (size_t i = 0; i < publication->count; i++)
        drafts[i] = (struct event_draft){"stock.low", fixture_id(7), STR("{\"a\":1}")};
    event_publish(tx, publication->events, publication->stream, STR("req"), drafts, publication->count);
    return CODE_OK;
}

static bool publish(struct fixture *f, struct events *events, struct uuid stream, size_t count)
{
    struct publication publication = {events, stream, count};
    struct arena arena = {0};
    bool ok = db_write(f->db, f->business, &arena, run_publication, &publication) == CODE_OK;
    arena_free(&arena);
    return ok;
}

static struct events *open_without_listeners(struct fixture *f) { return events_open(f->db, NULL, NULL, 0); }

TEST_ON_BOTH(a_tail_hands_on_what_comes_after_it_began)
{
    struct events *events = open_without_listeners(f);
    struct seen seen = SEEN_OF(fixture_id(1));
    struct tail *tail = tail_open(events, see, &seen);
    require(tail);
    require(publish(f, events, seen.stream, 3));
    int64_t position = -1;
    expect_int_eq(tail_follow(tail, f->business, seen.stream, &position), CODE_OK);
    expect_int_eq(position, 3);
    require(publish(f, events, fixture_id(2), 2)); /* nobody follows it */
    require(publish(f, events, seen.stream, 600)); /* more than a batch */
    expect(seen_up_to(&seen, 603));
    expect(!seen.faulty);
    expect_int_eq(seen.first, 4);
    expect_int_eq(seen.count, 600);
    tail_unfollow(tail, f->business, seen.stream);
    tail_close(tail);
    events_close(events);
}

TEST_ON_BOTH(follows_are_counted)
{
    struct events *events = open_without_listeners(f);
    struct seen seen = SEEN_OF(fixture_id(1));
    struct tail *tail = tail_open(events, see, &seen);
    require(tail);
    int64_t position;
    require(tail_follow(tail, f->business, seen.stream, NULL) == CODE_OK);
    require(tail_follow(tail, f->business, seen.stream, NULL) == CODE_OK);
    require(publish(f, events, seen.stream, 1));
    expect(seen_up_to(&seen, 1));
    tail_unfollow(tail, f->business, seen.stream);
    require(publish(f, events, seen.stream, 1));
    expect(seen_up_to(&seen, 2));
    require(tail_follow(tail, f->business, seen.stream, &position) == CODE_OK);
    expect_int_eq(position, 2);
    tail_unfollow(tail, f->business, seen.stream);
    tail_unfollow(tail, f->business, seen.stream);
    require(publish(f, events, seen.stream, 1)); /* nobody */
    struct seen other = SEEN_OF(fixture_id(1));
    struct tail *second = tail_open(events, see, &other);
    require(tail_follow(second, f->business, seen.stream, &position) == CODE_OK);
    expect_int_eq(position, 3);
    require(publish(f, events, seen.stream, 1));
    expect(seen_up_to(&other, 4));
    expect_int_eq(other.first, 4);
    expect_int_eq(seen.last, 2);
    expect(!seen.faulty && !other.faulty);
    tail_close(second); /* with a stream that is still followed */
    tail_close(tail);
    events_close(events);
}

TEST_ON_BOTH(an_unfollow_in_the_middle_does_not_wait)
{
    struct events *events = open_without_listeners(f);
    struct seen seen = SEEN_OF(fixture_id(1));
    struct tail *tail = tail_open(events, see, &seen);
    require(tail_follow(tail, f->business, seen.stream, NULL) == CODE_OK);
    set_block(&seen, true);
    require(publish(f, events, seen.stream, 2));
    tail_unfollow(tail, f->business, seen.stream);
    int64_t position;
    require(tail_follow(tail, f->business, seen.stream, &position) == CODE_OK);
    set_block(&seen, false);
    require(publish(f, events, seen.stream, 2));
    expect(seen_up_to(&seen, 4));
    expect(!seen.faulty);
    tail_unfollow(tail, f->business, seen.stream);
    tail_close(tail);
    events_close(events);
}

struct publisher {
    struct fixture *fixture;
    struct events *events;
    struct uuid stream;
    bool ok;
};

static void *run_publisher(void *arg)
{
    struct publisher *publisher = arg;
    publisher->ok = true;
    for (int i = 0; i < ROUNDS; i++)
        publisher->ok &= publish(publisher->fixture, publisher->events, publisher->stream, 1 + (size_t)i % 3);
    return NULL;
}

/* Half of them publish as another process does: this one's tail is told nothing. */
TEST_ON_BOTH(a_tail_is_complete_while_commits_race)
{
    struct events *events = open_without_listeners(f), *elsewhere = open_without_listeners(f);
    struct seen seen = SEEN_OF(fixture_id(1));
    struct tail *tail = tail_open(events, see, &seen);
    require(tail_follow(tail, f->business, seen.stream, NULL) == CODE_OK);
    struct publisher publishers[PUBLISHERS];
    pthread_t threads[PUBLISHERS];
    for (int i = 0; i < PUBLISHERS; i++) {
        publishers[i] = (struct publisher){f, i % 2 ? elsewhere : events, seen.stream, false};
        require(pthread_create(&threads[i], NULL, run_publisher, &publishers[i]) == 0);
    }
    for (int i = 0; i < PUBLISHERS; i++) {
        pthread_join(threads[i], NULL);
        expect(publishers[i].ok);
    }
    int64_t all = 0;
    for (int i = 0; i < ROUNDS; i++)
        all += PUBLISHERS * (1 + i % 3);
    expect(seen_up_to(&seen, all));
    expect(!seen.faulty);
    expect_int_eq(seen.first, 1);
    expect_int_eq(seen.count, all);

    require(publish(f, elsewhere, seen.stream, 2)); /* found by the sweep */
    expect(seen_up_to(&seen, all + 2));
    tail_unfollow(tail, f->business, seen.stream);
    tail_close(tail);
    events_close(elsewhere);
    events_close(events);
}

DB_STATEMENT(TEST_FORGET, "DELETE FROM outbox WHERE business_id = $1 AND stream_id = $2 AND sequence = 4");

static enum code forget_four(struct db_tx *tx, void *arg)
{
    db_query(tx, &TEST_FORGET, DB_UUID(*(struct uuid *)arg));
    return CODE_OK;
}

TEST_ON_BOTH(the_log_is_read_from_any_place_it_still_has)
{
    struct events *events = open_without_listeners(f);
    struct uuid stream = fixture_id(5);
    struct event *found;
    size_t count;
    expect_int_eq(events_read(events, &f->arena, f->business, stream, 0, 10, &found, &count), CODE_OK);
    expect_int_eq((int64_t)count, 0);
    require(publish(f, events, stream, 4));
    require(publish(f, events, stream, 5));
    static const struct {
        int64_t after;
        size_t limit;
        enum code code;
        int64_t first;
        size_t count;
    } cases[] = {{0, 100, CODE_OK, 1, 9},
                 {4, 3, CODE_OK, 5, 3},
                 {8, 10, CODE_OK, 9, 1},
                 {9, 10, CODE_OK, 0, 0},
                 {10, 10, CODE_NOT_FOUND, 0, 0}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("after %lld", (long long)cases[i].after);
        expect_int_eq(events_read(events, &f->arena, f->business, stream, cases[i].after, cases[i].limit,
                                  &found, &count),
                      cases[i].code);
        expect_int_eq((int64_t)count, (int64_t)cases[i].count);
        for (size_t j = 0; j < count; j++) {
            expect_int_eq(found[j].sequence, cases[i].first + (int64_t)j);
            expect_str_eq(found[j].name, STR("stock.low"));
            expect_str_eq(found[j].data, STR("{\"a\":1}"));
            expect_str_eq(found[j].correlation_id, STR("req"));
            expect(uuid_eq(found[j].aggregate_id, fixture_id(7)));
        }
    }
    expect_int_eq(db_write(f->db, f->business, &f->arena, forget_four, &stream), CODE_OK);
    expect_int_eq(events_read(events, &f->arena, f->business, stream, 3, 10, &found, &count), CODE_NOT_FOUND);
    expect_int_eq(events_read(events, &f->arena, f->business, stream, 4, 10, &found, &count), CODE_OK);
    expect_int_eq((int64_t)count, 5);
    events_close(events);
}
