/* Mending what a listener never did: safe to call at any time, again and again. */
#include "modules/customers/customers.h"
#include "modules/ops/ops.h"
#include "modules/orders/orders.h"
#include "platform/http/request.h"
#include "platform/platform.h"

/* Transactions a call: a hundred orders each. */
#define ROUNDS_MAX 1000

/* Sales of another outlet are not there for a manager. */
DB_STATEMENT(RECOVER_SALE_OUTLET, "SELECT outlet_id FROM transactions WHERE business_id = $1 AND id = $2");

/* ---- Loyalty ---- */

struct recover_loyalty {
    struct uuid transaction_id, customer_id;
};
static void check_loyalty(const void *object, const struct json_units *units, struct json_errors *errors)
{
    const struct recover_loyalty *body = object;
    (void)units;
    if (uuid_is_nil(body->transaction_id) == uuid_is_nil(body->customer_id))
        json_error_add(errors, "transactionId", "either transactionId or customerId must be given");
}
static const struct json_field LOYALTY_FIELDS[] = {
    {"transactionId", JSON_UUID, JSON_NULLABLE, offsetof(struct recover_loyalty, transaction_id)},
    {"customerId", JSON_UUID, JSON_NULLABLE, offsetof(struct recover_loyalty, customer_id),
     .summary = "All sales of this customer"},
};
const struct json_schema RECOVER_LOYALTY_SCHEMA =
    JSON_SCHEMA("RecoverLoyalty", struct recover_loyalty, LOYALTY_FIELDS, .check = check_loyalty);

static const struct json_field LOYALTY_RESULT_FIELDS[] = {
    {"sales", JSON_INTEGER, JSON_REQUIRED, offsetof(struct loyalty_recovered, sales), .summary = "Looked at"},
    {"recovered", JSON_INTEGER, JSON_REQUIRED, offsetof(struct loyalty_recovered, counted),
     .summary = "Sales of which something had been missing"},
    {"points", JSON_INTEGER, JSON_REQUIRED, offsetof(struct loyalty_recovered, points),
     .summary = "What that changed in balances, signed"},
};
const struct json_schema RECOVERED_LOYALTY_SCHEMA =
    JSON_SCHEMA("RecoveredLoyalty", struct loyalty_recovered, LOYALTY_RESULT_FIELDS);

static bool sale_is_in_reach(const struct request *request, struct db_tx *tx, struct uuid transaction_id)
{
    struct db_rows *rows = db_query(tx, &RECOVER_SALE_OUTLET, DB_UUID(transaction_id));
    return rows->count && request_may_use_outlet(request, db_uuid(rows, 0, 0));
}

struct recovery {
    struct recover_loyalty wanted;
    struct loyalty_recovered recovered;
};

static enum code recover_loyalty(struct request *request, struct db_tx *tx, void *arg)
{
    struct recovery *recovery = arg;
    const struct recover_loyalty *wanted = &recovery->wanted;
    recovery->recovered = (struct loyalty_recovered){0};
    if (!uuid_is_nil(wanted->transaction_id) && !sale_is_in_reach(request, tx, wanted->transaction_id))
        return CODE_NOT_FOUND;
    return loyalty_recover(request->platform, tx, wanted->transaction_id, wanted->customer_id, request->id,
                           &recovery->recovered);
}

enum code ops_recover_loyalty(struct request *request)
{
    struct recovery recovery = {.wanted = *(const struct recover_loyalty *)request->body};
    struct loyalty_recovered total = {0};
    bool more = true;
    for (int round = 0; more && round < ROUNDS_MAX; round++) {
        enum code code = request_write(request, recover_loyalty, &recovery);
        if (code)
            return code;
        total.sales += recovery.recovered.sales;
        total.counted += recovery.recovered.counted;
        total.points += recovery.recovered.points;
        more = recovery.recovered.more && recovery.recovered.counted > 0;
    }
    reply(request, &total);
    return CODE_OK;
}

/* ---- Orders ---- */

struct recover_orders {
    struct uuid transaction_id;
    size_t made;
};
static const struct json_field ORDERS_FIELDS[] = {
    {"transactionId", JSON_UUID, JSON_NULLABLE, offsetof(struct recover_orders, transaction_id),
     .summary = "Of this sale only; otherwise of all sales of the last 7 days"},
};
const struct json_schema RECOVER_ORDERS_SCHEMA =
    JSON_SCHEMA("RecoverOrders", struct recover_orders, ORDERS_FIELDS);

struct recovered_orders {
    int64_t count;
};
static const struct json_field ORDERS_RESULT_FIELDS[] = {
    {"recovered", JSON_INTEGER, JSON_REQUIRED, offsetof(struct recovered_orders, count),
     .summary = "Orders that were made"},
};
const struct json_schema RECOVERED_ORDERS_SCHEMA =
    JSON_SCHEMA("RecoveredOrders", struct recovered_orders, ORDERS_RESULT_FIELDS);

static enum code recover_orders(struct request *request, struct db_tx *tx, void *arg)
{
    struct recover_orders *wanted = arg;
    struct uuid outlet_id = request->who.role == ROLE_OWNER ? UUID_NIL : request->who.outlet_id;
    return orders_recover(request->platform, tx, wanted->transaction_id, outlet_id, request->id,
                          &wanted->made);
}

enum code ops_recover_orders(struct request *request)
{
    struct recover_orders wanted = *(const struct recover_orders *)request->body;
    struct recovered_orders total = {0};
    for (int round = 0; round < ROUNDS_MAX; round++) {
        enum code code = request_write(request, recover_orders, &wanted);
        if (code)
            return code;
        total.count += (int64_t)wanted.made;
        if (wanted.made == 0 || !uuid_is_nil(wanted.transaction_id))
            break;
    }
    reply(request, &total);
    return CODE_OK;
}
