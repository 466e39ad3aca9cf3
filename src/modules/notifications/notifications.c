/* The module, and its daily clean-up. */
#include "base/clock.h"
#include "modules/notifications/notifications_internal.h"
#include "platform/platform.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define KEEP_READ_MS (30 * DAY_MS)
#define KEEP_MS (90 * DAY_MS)
#define PRUNE_AT_ONCE 1000
#define LINGER_MS 20

DB_STATEMENT_GLOBAL(NOTICE_PRUNE, "the daily clean-up serves all businesses",
                    "DELETE FROM notifications WHERE (business_id, employee_id, id) IN "
                    "(SELECT business_id, employee_id, id FROM notifications "
                    "WHERE created_at < $1 AND (read_at IS NOT NULL OR created_at < $2) LIMIT $3)");

struct pruning {
    int64_t now_ms, deleted;
};

static enum code prune_some(struct db_tx *tx, void *arg)
{
    struct pruning *pruning = arg;
    struct db_rows *rows = db_query(tx, &NOTICE_PRUNE, DB_INT(pruning->now_ms - KEEP_READ_MS),
                                    DB_INT(pruning->now_ms - KEEP_MS), DB_INT(PRUNE_AT_ONCE));
    pruning->deleted = rows->affected;
    return CODE_OK;
}

/* What was read goes after 30 days, everything after 90. */
static enum code prune(struct platform *platform)
{
    struct pruning pruning = {.now_ms = clock_now_ms()};
    struct arena arena = {0};
    enum code code;
    do {
        arena_reset(&arena);
        code = db_write(platform->db, UUID_NIL, &arena, prune_some, &pruning);
    } while (code == CODE_OK && pruning.deleted == PRUNE_AT_ONCE);
    arena_free(&arena);
    return code;
}

static const struct listener LISTENERS[] = {
    {"notifications.send",
     "stock.low shift.ended transaction.voided transaction.refunded stock.transfer_status_changed "
     "device.synced ops.alert",
     notifications_send, "Stores a notification for everybody whom an event concerns.", LINGER_MS},
    {NULL},
};

static const struct job JOBS[] = {{"notifications.prune", prune}, {NULL}};

const struct module NOTIFICATIONS_MODULE = {
    .name = "notifications",
    .routes = NOTIFICATIONS_ROUTES,
    .listeners = LISTENERS,
    .jobs = JOBS,
    .start = notifications_start,
    .stop = notifications_stop,
};
