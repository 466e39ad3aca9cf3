/* Points that are too old expire. Of each customer in one statement: what came in before the limit, and what
 * was ever used up, the oldest first. Doing it again finds nothing left: what expired is used up. */
#include "base/clock.h"
#include "base/log.h"
#include "modules/customers/customers_store.h"
#include "platform/platform.h"

#define BUSINESSES_AT_ONCE 200
#define CUSTOMERS_AT_ONCE 50 /* a transaction: sales must not wait for it */
#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

DB_STATEMENT_GLOBAL(EXPIRY_BUSINESSES, "the daily expiry of points serves all businesses",
                    "SELECT business_id, expiry_days FROM loyalty_programs WHERE expiry_days IS NOT NULL "
                    "AND is_active = 1 AND business_id > $1 ORDER BY business_id LIMIT $2");
DB_STATEMENT(EXPIRY_CUSTOMERS,
             "SELECT c.id FROM customers c WHERE c.business_id = $1 AND c.id > $2 AND c.points > 0 "
             "AND EXISTS (SELECT 1 FROM loyalty_ledger l WHERE l.business_id = $1 AND l.customer_id = c.id "
             "AND l.lot_at < $3) ORDER BY c.id LIMIT $4");
DB_STATEMENT(EXPIRY_SUMS,
             "SELECT CAST(COALESCE(SUM(CASE WHEN lot_at < $3 AND type = 'reversed' THEN -taken_back "
             "WHEN lot_at < $3 THEN points ELSE 0 END), 0) AS BIGINT), "
             "CAST(COALESCE(SUM(CASE WHEN type = 'reversed' THEN -points - taken_back "
             "WHEN lot_at IS NULL THEN -points ELSE 0 END), 0) AS BIGINT) "
             "FROM loyalty_ledger WHERE business_id = $1 AND customer_id = $2");

struct expiring {
    struct platform *platform;
    struct uuid business_id, after; /* the customer from whose id on */
    int64_t now_ms, before_ms;
    /* Set by each run of the transaction. */
    struct uuid last;
    bool more;
    int64_t customers, points;
};

static void expire_one(struct db_tx *tx, struct expiring *expiring, struct uuid customer_id,
                       struct event_draft *ret_events, size_t *ret_count)
{
    struct account account = account_lock(tx, customer_id);
    struct db_rows *sums = db_query(tx, &EXPIRY_SUMS, DB_UUID(customer_id), DB_INT(expiring->before_ms));
    if (!account.exists || sums->count == 0)
        return;
    int64_t points = loyalty_expired(db_int(sums, 0, 0), db_int(sums, 0, 1), account.points);
    if (points == 0)
        return;
    struct ledger_change change = {
        .type = LEDGER_EXPIRED, .points = -points, .lot_at = INT64_MIN, .created_at = expiring->now_ms};
    struct ledger_entry entry = ledger_add(tx, &account, &change);
    account_store(tx, &account);
    ret_events[(*ret_count)++] = points_changed_event(db_arena(tx), customer_id, &entry);
    expiring->points += points;
}

/* The next customers, in the order of their ids: as sales take the rows. */
static enum code expire_some(struct db_tx *tx, void *arg)
{
    struct expiring *expiring = arg;
    struct event_draft events[CUSTOMERS_AT_ONCE];
    size_t count = 0;
    expiring->points = 0;
    struct db_rows *rows = db_query(tx, &EXPIRY_CUSTOMERS, DB_UUID(expiring->after),
                                    DB_INT(expiring->before_ms), DB_INT(CUSTOMERS_AT_ONCE));
    for (size_t i = 0; i < rows->count && !db_failed(tx); i++)
        expire_one(tx, expiring, db_uuid(rows, i, 0), events, &count);
    event_publish(tx, expiring->platform->events, db_business(tx), STR("loyalty.expire"), events, count);
    expiring->more = rows->count == CUSTOMERS_AT_ONCE;
    expiring->customers = (int64_t)count;
    if (rows->count > 0 && !db_failed(tx))
        expiring->last = db_uuid(rows, rows->count - 1, 0);
    return CODE_OK;
}

static enum code expire_business(struct expiring *expiring, struct arena *arena)
{
    int64_t customers = 0, points = 0;
    do {
        enum code code =
            db_write(expiring->platform->db, expiring->business_id, arena, expire_some, expiring);
        arena_reset(arena);
        if (code)
            return code;
        expiring->after = expiring->last;
        customers += expiring->customers;
        points += expiring->points;
    } while (expiring->more);
    if (points > 0)
        log_info("loyalty.expired", LOG_INT("customers", customers), LOG_INT("points", points));
    return CODE_OK;
}

struct listing {
    struct uuid after;
    size_t count;
    struct {
        struct uuid business_id;
        int64_t expiry_days;
    } businesses[BUSINESSES_AT_ONCE];
};

static enum code list_businesses(struct db_tx *tx, void *arg)
{
    struct listing *listing = arg;
    struct db_rows *rows =
        db_query(tx, &EXPIRY_BUSINESSES, DB_UUID(listing->after), DB_INT(BUSINESSES_AT_ONCE));
    listing->count = rows->count;
    for (size_t i = 0; i < rows->count; i++) {
        listing->businesses[i].business_id = db_uuid(rows, i, 0);
        listing->businesses[i].expiry_days = db_int(rows, i, 1);
    }
    return CODE_OK;
}

enum code loyalty_expire(struct platform *platform, int64_t now_ms)
{
    struct arena arena = {0};
    struct listing *listing = calloc(1, sizeof *listing);
    if (!listing)
        return CODE_UNAVAILABLE;
    enum code code;
    do {
        code = db_read(platform->db, UUID_NIL, &arena, list_businesses, listing);
        arena_reset(&arena);
        for (size_t i = 0; i < listing->count && !code; i++) {
            struct expiring expiring = {.platform = platform,
                                        .business_id = listing->businesses[i].business_id,
                                        .now_ms = now_ms,
                                        .before_ms = now_ms - listing->businesses[i].expiry_days * DAY_MS};
            code = expire_business(&expiring, &arena);
            listing->after = expiring.business_id;
        }
    } while (!code && listing->count == BUSINESSES_AT_ONCE);
    free(listing);
    arena_free(&arena);
    return code;
}
