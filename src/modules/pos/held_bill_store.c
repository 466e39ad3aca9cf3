/* The rows of parked carts. */
#include "modules/pos/held_bill_store.h"

#include "base/check.h"
#include "base/log.h"
#include "modules/customers/customers.h"
#include "modules/orders/orders.h"
#include "modules/tables/tables.h"

#define CART_TEXT_MAX ((size_t)1 << 20)

DB_STATEMENT(HELD_BILL_COUNT, "SELECT COUNT(*) FROM held_bills WHERE business_id = $1 AND outlet_id = $2");
DB_STATEMENT(HELD_BILL_INSERT,
             "INSERT INTO held_bills (business_id, id, outlet_id, employee_id, name, cart, created_at) "
             "VALUES ($1, $2, $3, $4, $5, $6, $7)");
DB_STATEMENT(HELD_BILLS_LIST, "SELECT id, outlet_id, employee_id, name, cart, created_at FROM held_bills "
                              "WHERE business_id = $1 AND ($2 IS NULL OR outlet_id = $2) "
                              "AND id < $3 ORDER BY id DESC LIMIT $4");
DB_STATEMENT(HELD_BILL_FIND, "SELECT id, outlet_id, employee_id, name, cart, created_at FROM held_bills "
                             "WHERE business_id = $1 AND id = $2");
DB_STATEMENT(HELD_BILL_DELETE, "DELETE FROM held_bills WHERE business_id = $1 AND id = $2");

enum code held_bill_store(struct db_tx *tx, const struct json_units *units, const struct held_bill *bill)
{
    struct db_rows *count = db_query(tx, &HELD_BILL_COUNT, DB_UUID(bill->cart.outlet_id));
    if (count->count > 0 && db_int(count, 0, 0) >= HELD_BILLS_MAX)
        return CODE_CONFLICT;
    struct buf cart = buf_make(db_arena(tx), 1024, CART_TEXT_MAX);
    json_encode(&cart, &QUOTE_REQUEST_SCHEMA, units, &bill->cart);
    check(!cart.overflowed);
    db_ask(tx, &HELD_BILL_INSERT, DB_UUID(bill->id), DB_UUID(bill->cart.outlet_id),
           DB_UUID(bill->cart.employee_id), DB_TEXT(bill->name), DB_TEXT(buf_str(&cart)),
           DB_INT(bill->created_at));
    return CODE_OK;
}

/* False: a cart that this version can't read; told once in the log, and left where it is. */
static bool bill_of(struct db_tx *tx, const struct json_units *units, const struct db_rows *rows, size_t row,
                    struct held_bill *ret_bill)
{
    struct held_bill bill = {
        .id = db_uuid(rows, row, 0), .name = db_text(rows, row, 3), .created_at = db_int(rows, row, 5)};
    struct json_errors errors = {.arena = db_arena(tx)};
    struct json_doc *doc = json_parse(db_text(rows, row, 4), &errors);
    bool good = doc && json_decode(doc, &QUOTE_REQUEST_SCHEMA, JSON_CREATE, units, &bill.cart, &errors);
    json_doc_free(doc);
    bill.cart.outlet_id = db_uuid(rows, row, 1);
    bill.cart.employee_id = db_uuid(rows, row, 2);
    if (good)
        *ret_bill = bill;
    else
        log_error("held_bill.unreadable", LOG_STR("id", uuid_str(db_arena(tx), bill.id)));
    return good;
}

struct held_bill *held_bills_read(struct db_tx *tx, const struct json_units *units, struct uuid outlet_id,
                                  struct uuid before, int64_t limit, size_t *ret_count)
{
    const struct db_rows *rows =
        db_query(tx, &HELD_BILLS_LIST, DB_UUID_OR_NULL(outlet_id), DB_UUID(before), DB_INT(limit));
    struct held_bill *bills = arena_array(db_arena(tx), struct held_bill, rows->count);
    size_t count = 0;
    for (size_t i = 0; i < rows->count; i++)
        count += bill_of(tx, units, rows, i, &bills[count]);
    *ret_count = count;
    return bills;
}

bool held_bill_read(struct db_tx *tx, const struct json_units *units, struct uuid id,
                    struct held_bill *ret_bill)
{
    const struct db_rows *rows = db_query(tx, &HELD_BILL_FIND, DB_UUID(id));
    return rows->count > 0 && bill_of(tx, units, rows, 0, ret_bill);
}

bool held_bill_take(struct db_tx *tx, struct uuid id)
{
    return db_query(tx, &HELD_BILL_DELETE, DB_UUID(id))->affected == 1;
}

bool held_bill_references_exist(struct db_tx *tx, const struct sale_request *cart)
{
    const struct db_rows *table = table_ask(tx, cart->table_id);
    const struct db_rows *customer = customer_ask(tx, cart->customer_id);
    size_t order_count = cart->order_ids.count;
    struct db_rows **orders = arena_array(db_arena(tx), struct db_rows *, order_count);
    for (size_t i = 0; i < order_count; i++)
        orders[i] = order_settle_look(tx, cart->order_ids.at[i]);
    db_sync(tx);
    for (size_t i = 0; i < order_count; i++) {
        if (order_settle_check(orders[i], cart->outlet_id) == CODE_NOT_FOUND)
            return false;
    }
    return (uuid_is_nil(cart->table_id) || table_is_in(table, cart->outlet_id)) &&
           (uuid_is_nil(cart->customer_id) || customer->count > 0);
}
