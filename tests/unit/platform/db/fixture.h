/* A database for a test, on each engine: SQLite in a temporary folder, PostgreSQL in a database of its own on
 * the server that TILOPOS_TEST_POSTGRES names (without it those tests do nothing). */
#pragma once
#include "platform/db/db.h"
#include "test.h"

#include <pthread.h>

struct fixture {
    enum db_engine engine;
    struct db *db;
    struct uuid business; /* a new one, stored */
    struct arena arena;
};

bool fixture_has(enum db_engine engine);
const char *fixture_url(enum db_engine engine);     /* one database a test binary */
const char *fixture_new_url(enum db_engine engine); /* an empty one of its own */
void fixture_on_postgres(const char *sql);          /* in that database, on a connection of its own */
bool fixture_open(struct fixture *ret_fixture, enum db_engine engine);
void fixture_close(struct fixture *fixture);

/* Runs `body` with a fixture on both engines. */
void fixture_run(void (*body)(struct fixture *fixture), enum db_engine engine);
#define TEST_ON_BOTH(name)                                       \
    static void name(struct fixture *f);                         \
    TEST(name##_on_sqlite) { fixture_run(name, DB_SQLITE); }     \
    TEST(name##_on_postgres) { fixture_run(name, DB_POSTGRES); } \
    static void name(struct fixture *f)

/* The log goes into memory from here on, until it is asked for. */
void fixture_capture_log(void);
struct str fixture_captured_log(struct arena *arena);
bool fixture_log_names(struct arena *arena, const char *word); /* ends the capture too */

/* ---- Small statements that many tests need ---- */

/* A stock level of the business with this product number; db_write's answer. */
enum code fixture_put(struct fixture *f, int product, int64_t quantity);
int64_t fixture_quantity(struct fixture *f, int product); /* INT64_MIN: no such row */
struct uuid fixture_id(int number);
void fixture_ask_put(struct db_tx *tx, int product, int64_t quantity);
int64_t fixture_ask_quantity(struct db_tx *tx, int product);
void fixture_ask_change(struct db_tx *tx, int product, int64_t delta);

/* A count that threads wait for. */
struct gate {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int value;
};
#define GATE_INIT                                              \
    {                                                          \
        PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 \
    }
void gate_add(struct gate *gate, int amount);
void gate_await(struct gate *gate, int value); /* until it is at least `value` */
