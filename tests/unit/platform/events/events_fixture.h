/* A database of its own, a clock that the test moves, and listeners that can be told to fail. */
#pragma once
#include "platform/events/dispatcher.h"
#include "test.h"

struct fixture {
    struct db *db;
    struct uuid business, outlet, other_outlet;
    char folder[64];
};

bool fixture_open(struct fixture *fixture); /* false: the test has failed */
void fixture_close(struct fixture *fixture);

struct uuid fixture_add_business(struct fixture *fixture);

/* The clock: stands until it is moved. */
void clock_move(int64_t ms);

/* Events without data, committed in one transaction; aggregates[i] numbers an aggregate. Answers db_write's
 * code. */
enum code publish(struct fixture *fixture, struct events *events, struct uuid stream_id, const char *name,
                  const unsigned *aggregates, size_t count);
struct uuid aggregate(unsigned number);

/* Listeners whose effect is one row an event; `test.all` on "*", `test.stock` on "stock.*". */
extern const struct listener LISTENER_ALL, LISTENER_STOCK;
struct events *open_events(struct fixture *fixture, const struct listener *listener);
/* From now on the listeners fail for this aggregate, that many times (over all its events). */
void fail_aggregate(unsigned number, int times, enum code code);
void fail_all(int times);
/* The same by a statement that the database refuses. */
void fail_aggregate_by_statement(unsigned number, int times);

/* SQL: events whose effect is missing or there more than once (0: none); the sequence of an effect. */
#define NOT_ONCE                                                                                    \
    "SELECT (count(*) <> n) + (count(DISTINCT hex(outlet_id) || CAST(details AS TEXT)) <> n) FROM " \
    "audit_log, "                                                                                   \
    "(SELECT coalesce(sum(event_count), 0) AS n FROM outbox)"
#define EFFECT_SEQUENCE "CAST(CAST(details AS TEXT) AS INTEGER)"

/* One number out of the database: an SQL text without parameters. */
int64_t number_of(struct fixture *fixture, const char *sql);
/* Aggregates in the order in which they were handled, as "1 2 3". */
struct str handled_order(struct fixture *fixture);
/* "sequence status attempts due-in-ms reason, …" of the failed events. */
struct str retries_of(struct fixture *fixture);

/* Waits (at most 10 s) until the query answers the number. */
bool eventually(struct fixture *fixture, const char *sql, int64_t number);
#define expect_eventually(fixture, sql, number) \
    test_expect(eventually(fixture, sql, number), __FILE__, __LINE__, sql)
