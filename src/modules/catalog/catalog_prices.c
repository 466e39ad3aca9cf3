/* Prices as they were: a row for each price that was ever set, kept when its owner is gone. */
#include "base/clock.h"
#include "modules/catalog/catalog_store.h"
#include "modules/stores.h"

DB_STATEMENT(
    CATALOG_PRICE_STORE,
    "INSERT INTO price_history (business_id, owner_id, valid_from, product_id, kind, name, price_minor) "
    "SELECT $1, $2, $3, $4, $5, $6, $7 WHERE NOT EXISTS (SELECT 1 FROM price_history h "
    "WHERE h.business_id = $1 AND h.owner_id = $2 AND h.price_minor = $7 AND h.name = $6 "
    "AND NOT EXISTS (SELECT 1 FROM price_history l WHERE l.business_id = $1 AND l.owner_id = $2 "
    "AND l.valid_from > h.valid_from)) ON CONFLICT (business_id, owner_id, valid_from) "
    "DO UPDATE SET name = excluded.name, price_minor = excluded.price_minor");
/* The last one that was valid by then; before the first the first. */
DB_STATEMENT(CATALOG_PRICE_AT,
             "SELECT product_id, kind, name, price_minor FROM price_history "
             "WHERE business_id = $1 AND owner_id = $2 ORDER BY CASE WHEN valid_from <= $3 "
             "THEN 0 ELSE 1 END, CASE WHEN valid_from <= $3 THEN -valid_from ELSE valid_from END LIMIT 1");

static const char *const KIND_NAMES[] = {"product", "variant", "modifier", NULL};

void price_store(struct db_tx *tx, enum catalog_price_kind kind, struct uuid product, struct uuid owner,
                 struct str name, int64_t price_minor)
{
    db_ask(tx, &CATALOG_PRICE_STORE, DB_UUID(owner), DB_INT(clock_now_ms()), DB_UUID(product),
           DB_TEXT(str_of(KIND_NAMES[kind])), DB_TEXT(name), DB_INT(price_minor));
}

struct db_rows *catalog_price_ask(struct db_tx *tx, struct uuid owner, int64_t at_ms)
{
    return db_ask(tx, &CATALOG_PRICE_AT, DB_UUID(owner), DB_INT(at_ms));
}

bool catalog_price_take(const struct db_rows *rows, struct arena *arena, struct catalog_price *ret_price)
{
    if (rows->count == 0)
        return false;
    enum catalog_price_kind kind = (enum catalog_price_kind)word_index(KIND_NAMES, db_text(rows, 0, 1));
    *ret_price = (struct catalog_price){kind, db_uuid(rows, 0, 0), str_copy(arena, db_text(rows, 0, 2)),
                                        db_int(rows, 0, 3)};
    return true;
}
