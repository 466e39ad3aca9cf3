/* The listener that counts sales for customers, and the way to have it done later. */
#include "modules/customers/customers_store.h"
#include "platform/platform.h"

#define LINGER_MS 50 /* sales that come meanwhile share a commit, also with other listeners */
#define RECOVER_AT_ONCE 100

DB_STATEMENT(UNCOUNTED, "SELECT t.id FROM transactions t LEFT JOIN loyalty_counted c ON c.business_id = $1 "
                        "AND c.transaction_id = t.id WHERE t.business_id = $1 AND t.customer_id = $2 "
                        "AND t.status <> 'pending' AND (c.transaction_id IS NULL "
                        "OR (t.status = 'voided' AND c.voided = 0)) ORDER BY t.id LIMIT $3");

/* ---- As it happens ---- */

/* Most sales have no customer; that never changes, so the event may be believed. */
static bool is_anonymous(struct str data)
{
    static const char mark[] = "\"customerId\":null";
    return data.len > 0 && memmem(data.data, data.len, mark, sizeof mark - 1);
}

static bool names_customer(const struct event_draft *draft) { return !is_anonymous(draft->data); }

static enum code count_for_customer(struct platform *platform, struct db_tx *tx, const struct event *event)
{
    if (is_anonymous(event->data))
        return CODE_OK;
    struct settled settled = loyalty_settle(tx, event->aggregate_id);
    event_publish(tx, platform->events, event->stream_id, event->correlation_id, settled.events,
                  settled.event_count);
    return CODE_OK;
}

const struct listener LOYALTY_LISTENERS[] = {
    {"customers.loyalty", "transaction.created transaction.voided transaction.refunded", count_for_customer,
     "Counts visits, spend and points of customers.", LINGER_MS, .concurrency = 4, .matters = names_customer},
    {NULL},
};

/* ---- Mending ---- */

static int compare_outlets(const void *a, const void *b)
{
    const struct settled *left = a, *right = b;
    return uuid_compare(left->outlet_id, right->outlet_id);
}

static enum code find_uncounted(struct db_tx *tx, struct uuid customer_id, struct uuid *ret_ids,
                                size_t *ret_count, bool *ret_more)
{
    if (!account_lock(tx, customer_id).exists)
        return CODE_NOT_FOUND;
    struct db_rows *rows = db_query(tx, &UNCOUNTED, DB_UUID(customer_id), DB_INT(RECOVER_AT_ONCE + 1));
    *ret_more = rows->count > RECOVER_AT_ONCE;
    *ret_count = *ret_more ? RECOVER_AT_ONCE : rows->count;
    for (size_t i = 0; i < *ret_count; i++)
        ret_ids[i] = db_uuid(rows, i, 0);
    return CODE_OK;
}

enum code loyalty_recover(struct platform *platform, struct db_tx *tx, struct uuid transaction_id,
                          struct uuid customer_id, struct str correlation_id,
                          struct loyalty_recovered *ret_recovered)
{
    struct loyalty_recovered recovered = {0};
    struct uuid ids[RECOVER_AT_ONCE] = {transaction_id};
    struct settled settled[RECOVER_AT_ONCE];
    size_t count = 1;
    enum code code = CODE_OK;
    if (uuid_is_nil(transaction_id))
        code = find_uncounted(tx, customer_id, ids, &count, &recovered.more);
    if (code)
        return code;
    for (size_t i = 0; i < count; i++) {
        settled[i] = loyalty_settle(tx, ids[i]);
        if (!settled[i].found && !db_failed(tx))
            return CODE_NOT_FOUND;
        recovered.sales++;
        recovered.counted += settled[i].counted;
        recovered.points += settled[i].points;
    }
    qsort(settled, count, sizeof *settled, compare_outlets); /* their counters are taken in one order */
    for (size_t i = 0; i < count; i++)
        event_publish(tx, platform->events, settled[i].outlet_id, correlation_id, settled[i].events,
                      settled[i].event_count);
    *ret_recovered = recovered;
    return CODE_OK;
}
