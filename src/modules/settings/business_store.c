/* The row of the business. */
#include "modules/settings/settings_internal.h"

DB_STATEMENT(BUSINESS_FIND, "SELECT name, currency, timezone, subscription_plan, created_at"
                            " FROM businesses WHERE business_id = $1");
DB_STATEMENT(BUSINESS_UPDATE,
             "UPDATE businesses SET name = $2, currency = $3, timezone = $4 WHERE business_id = $1");
DB_STATEMENT(BUSINESS_FIRST_TRANSACTION, "SELECT id FROM transactions WHERE business_id = $1 LIMIT 1");
DB_STATEMENT(BUSINESS_FIRST_SHIFT, "SELECT id FROM shifts WHERE business_id = $1 LIMIT 1");
DB_STATEMENT(BUSINESS_FIRST_PRODUCT, "SELECT id FROM products WHERE business_id = $1 LIMIT 1");
DB_STATEMENT(BUSINESS_LOYALTY_PROGRAM, "SELECT is_active FROM loyalty_programs WHERE business_id = $1");
DB_STATEMENT(BUSINESS_FIRST_MODIFIER, "SELECT id FROM modifiers WHERE business_id = $1 LIMIT 1");
DB_STATEMENT(BUSINESS_FIRST_INGREDIENT, "SELECT id FROM ingredients WHERE business_id = $1 LIMIT 1");
DB_STATEMENT(BUSINESS_NO_CASH_ROUNDING, "UPDATE outlets SET cash_rounding_minor = 0 WHERE business_id = $1");

bool business_find(struct db_tx *tx, struct business *ret_business)
{
    struct db_rows *rows = db_query(tx, &BUSINESS_FIND);
    if (rows->count == 0)
        return false;
    *ret_business = (struct business){
        .id = db_business(tx),
        .name = db_text(rows, 0, 0),
        .currency = db_text(rows, 0, 1),
        .timezone = db_text(rows, 0, 2),
        .subscription_plan = db_text(rows, 0, 3),
        .created_at = db_int(rows, 0, 4),
    };
    return true;
}

void business_update(struct db_tx *tx, const struct business *business)
{
    db_query(tx, &BUSINESS_UPDATE, DB_TEXT(business->name), DB_TEXT(business->currency),
             DB_TEXT(business->timezone));
}

bool business_has_sold(struct db_tx *tx)
{
    struct db_rows *transactions = db_ask(tx, &BUSINESS_FIRST_TRANSACTION);
    struct db_rows *shifts = db_query(tx, &BUSINESS_FIRST_SHIFT);
    return transactions->count > 0 || shifts->count > 0;
}

bool business_has_prices(struct db_tx *tx)
{
    struct db_rows *products = db_ask(tx, &BUSINESS_FIRST_PRODUCT);
    struct db_rows *program = db_ask(tx, &BUSINESS_LOYALTY_PROGRAM);
    struct db_rows *ingredients = db_ask(tx, &BUSINESS_FIRST_INGREDIENT);
    struct db_rows *modifiers = db_query(tx, &BUSINESS_FIRST_MODIFIER);
    return products->count > 0 || modifiers->count > 0 || ingredients->count > 0 || program->count > 0;
}

void business_forget_cash_rounding(struct db_tx *tx)
{
    db_ask(tx, &BUSINESS_NO_CASH_ROUNDING);
    outlet_rates_store(tx, UUID_NIL);
}
