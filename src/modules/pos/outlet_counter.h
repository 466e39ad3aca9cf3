/* An outlet's counter row: receipt numbers, which count up without gaps per business day, and the sequence of
 * its events, which event_append reads. Whoever moves the row on holds it until the commit, behind all other
 * locks. */
#pragma once
#include "platform/auth/directory.h"

struct outlet_counter {
    int32_t business_date; /* YYYYMMDD, of the last receipt */
    int64_t last_receipt;
};

/* Asks for the row, held until the commit; read it after a db_sync. All is 0 before the outlet's first. */
struct db_rows *outlet_counter_ask(struct db_tx *tx, struct uuid outlet_id);
struct outlet_counter outlet_counter_of(const struct db_rows *rows);
/* Moves it from `was` to `now`, and its sequence on by `events`. When it does not stand at `was` the
 * transaction is run again. */
void outlet_counter_store(struct db_tx *tx, struct uuid outlet_id, const struct outlet_counter *was,
                          const struct outlet_counter *now, size_t events);

struct receipt_number {
    int32_t business_date;
    int local_hour;
    int64_t sequence;
    struct str text; /* OUT1-20260206-0001 */
};

/* The next one; moves the counter on. */
struct receipt_number receipt_number_take(struct arena *arena, const struct outlet *outlet, int64_t now_ms,
                                          struct outlet_counter *counter);
