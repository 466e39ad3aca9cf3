/* The rows of customers. */
#include "modules/customers/customers_store.h"

#include "base/fold.h"
#include "modules/stores.h"

#define COLUMNS                                                                              \
    "id, name, phone, email, date_of_birth, notes, points, total_spent_minor, visit_count, " \
    "last_visit_at, is_active, created_at, name_key, tier_points FROM customers WHERE business_id = $1 "
#define SEARCH_DIGITS_LEAST 3

DB_STATEMENT(CUSTOMER_FIND, "SELECT " COLUMNS "AND id = $2");
DB_STATEMENT(CUSTOMER_FIND_LOCKED, "SELECT " COLUMNS "AND id = $2 {for_update}");
DB_STATEMENT(CUSTOMER_LIST,
             "SELECT " COLUMNS "AND (name_key, id) > ($2, $3) AND ($4 IS NULL OR is_active = $4) "
             "AND ($5 IS NULL OR name_key LIKE $5 ESCAPE '\\' OR phone_key LIKE $6 ESCAPE '\\') "
             "ORDER BY name_key, id LIMIT $7");
DB_STATEMENT(CUSTOMER_INSERT,
             "INSERT INTO customers (business_id, id, name, name_key, phone, phone_key, email, "
             "date_of_birth, notes, is_active, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
             "$11) ON CONFLICT DO NOTHING");
DB_STATEMENT(CUSTOMER_PHONE_OWNER, "SELECT id FROM customers WHERE business_id = $1 AND phone_key = $2 "
                                   "AND is_active = 1 AND id <> $3");
DB_STATEMENT(CUSTOMER_UPDATE,
             "UPDATE customers SET name = $3, name_key = $4, phone = $5, phone_key = $6, email = $7, "
             "date_of_birth = $8, notes = $9, is_active = $10 WHERE business_id = $1 AND id = $2");
DB_STATEMENT(CUSTOMER_HAS_HISTORY,
             "SELECT 1 FROM customers c WHERE c.business_id = $1 AND c.id = $2 AND (EXISTS (SELECT 1 FROM "
             "transactions t WHERE t.business_id = $1 AND t.customer_id = $2) OR EXISTS (SELECT 1 FROM "
             "loyalty_ledger l WHERE l.business_id = $1 AND l.customer_id = $2))");
DB_STATEMENT(CUSTOMER_DEACTIVATE, "UPDATE customers SET is_active = 0 WHERE business_id = $1 AND id = $2");
DB_STATEMENT(CUSTOMER_DELETE, "DELETE FROM customers WHERE business_id = $1 AND id = $2");

static struct customer customer_row(const struct db_rows *rows, size_t row)
{
    return (struct customer){
        .id = db_uuid(rows, row, 0),
        .name = db_text(rows, row, 1),
        .phone = db_text(rows, row, 2),
        .email = db_text(rows, row, 3),
        .date_of_birth = db_int(rows, row, 4),
        .notes = db_text(rows, row, 5),
        .points = db_int(rows, row, 6),
        .total_spent_minor = db_int(rows, row, 7),
        .visit_count = db_int(rows, row, 8),
        .last_visit_at = db_int(rows, row, 9),
        .is_active = db_bool(rows, row, 10),
        .created_at = db_int(rows, row, 11),
        .name_key = db_text(rows, row, 12),
        .tier_points = db_int(rows, row, 13),
    };
}

static bool take_one(const struct db_rows *rows, struct customer *ret_customer)
{
    if (rows->count > 0)
        *ret_customer = customer_row(rows, 0);
    return rows->count > 0;
}

bool customer_find(struct db_tx *tx, struct uuid id, struct customer *ret_customer)
{
    return take_one(db_query(tx, &CUSTOMER_FIND, DB_UUID(id)), ret_customer);
}

bool customer_find_locked(struct db_tx *tx, struct uuid id, struct customer *ret_customer)
{
    return take_one(db_query(tx, &CUSTOMER_FIND_LOCKED, DB_UUID(id)), ret_customer);
}

/* ---- The list ---- */

/* A search that can be a part of a phone number. Zeros in front are left out: 0812… is also +62 812…. */
static struct str phone_pattern(struct arena *arena, struct str search)
{
    for (size_t i = 0; i < search.len; i++) {
        if (!phone_may_hold(search.data[i]))
            return STR_NONE;
    }
    struct str digits = phone_key(arena, search);
    while (digits.len > SEARCH_DIGITS_LEAST && digits.data[0] == '0')
        digits = (struct str){digits.data + 1, digits.len - 1};
    return digits.len > 0 ? like_anywhere(arena, digits) : STR_NONE;
}

struct customer *customer_list(struct db_tx *tx, const struct customer_page *page, size_t *ret_count)
{
    struct arena *arena = db_arena(tx);
    struct str name = STR_NONE, phone = STR_NONE, after = page->after_key.data ? page->after_key : STR("");
    if (page->search.len > 0) {
        name = like_anywhere(arena, fold(arena, page->search));
        phone = phone_pattern(arena, page->search);
    }
    struct db_rows *rows =
        db_query(tx, &CUSTOMER_LIST, DB_TEXT(after), DB_UUID(page->after_id), DB_INT_OR_NULL(page->is_active),
                 DB_TEXT(name), DB_TEXT(phone), DB_INT(page->limit));
    struct customer *customers = arena_array(arena, struct customer, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        customers[i] = customer_row(rows, i);
    *ret_count = rows->count;
    return customers;
}

/* ---- Writing ---- */

enum code customer_insert(struct db_tx *tx, const struct customer *customer)
{
    struct str name_key = fold(db_arena(tx), customer->name);
    struct str digits = phone_key(db_arena(tx), customer->phone);
    struct db_rows *stored =
        db_query(tx, &CUSTOMER_INSERT, DB_UUID(customer->id), DB_TEXT(customer->name), DB_TEXT(name_key),
                 DB_TEXT(customer->phone), DB_TEXT(digits), DB_TEXT(customer->email),
                 DB_INT_OR_NULL(customer->date_of_birth), DB_TEXT(customer->notes),
                 DB_BOOL(customer->is_active), DB_INT(customer->created_at));
    return stored->affected == 0 ? CODE_CONFLICT : CODE_OK;
}

enum code customer_update(struct db_tx *tx, const struct customer *customer)
{
    struct str name_key = fold(db_arena(tx), customer->name);
    struct str digits = phone_key(db_arena(tx), customer->phone);
    if (customer->is_active && digits.data &&
        db_query(tx, &CUSTOMER_PHONE_OWNER, DB_TEXT(digits), DB_UUID(customer->id))->count > 0)
        return CODE_CONFLICT;
    db_ask(tx, &CUSTOMER_UPDATE, DB_UUID(customer->id), DB_TEXT(customer->name), DB_TEXT(name_key),
           DB_TEXT(customer->phone), DB_TEXT(digits), DB_TEXT(customer->email),
           DB_INT_OR_NULL(customer->date_of_birth), DB_TEXT(customer->notes), DB_BOOL(customer->is_active));
    return CODE_OK;
}

enum code customer_delete(struct db_tx *tx, struct uuid id)
{
    struct customer customer;
    if (!customer_find_locked(tx, id, &customer))
        return CODE_NOT_FOUND;
    bool has_history = db_query(tx, &CUSTOMER_HAS_HISTORY, DB_UUID(id))->count > 0;
    db_ask(tx, has_history ? &CUSTOMER_DEACTIVATE : &CUSTOMER_DELETE, DB_UUID(id));
    return CODE_OK;
}

enum code customer_add(struct db_tx *tx, const struct customer_draft *draft)
{
    struct customer customer = {.id = draft->id,
                                .name = draft->name,
                                .phone = draft->phone,
                                .email = draft->email,
                                .date_of_birth = draft->date_of_birth,
                                .is_active = true,
                                .created_at = draft->created_at};
    return customer_insert(tx, &customer);
}
