/* The rows of stock: levels, locked in one order, and the movements that explain them. */
#include "base/check.h"
#include "modules/inventory/inventory.h"

DB_STATEMENT(STOCK_LEVEL_LOCK,
             "SELECT quantity_milli FROM stock_levels WHERE business_id = $1 AND outlet_id = $2 "
             "AND product_id = $3 AND variant_id = $4 {for_update}");
DB_STATEMENT(STOCK_LEVEL_MAKE,
             "INSERT INTO stock_levels (business_id, outlet_id, product_id, variant_id, is_ingredient, "
             "quantity_milli) VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT DO NOTHING");
/* A level that was there stays: its row is never deleted. */
DB_STATEMENT(STOCK_LEVEL_SET,
             "UPDATE stock_levels SET quantity_milli = CASE WHEN quantity_milli = $6 THEN $5 END "
             "WHERE business_id = $1 AND outlet_id = $2 AND product_id = $3 AND variant_id = $4");
DB_STATEMENT(
    STOCK_MOVEMENT_INSERT,
    "INSERT INTO stock_movements (business_id, id, outlet_id, product_id, variant_id, type, quantity_milli, "
    "balance_after_milli, reference_type, reference_id, employee_id, reason, created_at, is_ingredient) "
    "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)");

const char *const STOCK_MOVEMENT_NAMES[STOCK_MOVEMENT_TYPES + 1] = {
    [STOCK_SALE] = "sale",
    [STOCK_VOID] = "void",
    [STOCK_REFUND] = "refund",
    [STOCK_PURCHASE] = "purchase",
    [STOCK_ADJUSTMENT] = "adjustment",
    [STOCK_WASTE] = "waste",
    [STOCK_COUNT] = "count",
    [STOCK_TRANSFER_OUT] = "transfer_out",
    [STOCK_TRANSFER_IN] = "transfer_in",
};

/* ---- Keys ---- */

int stock_key_compare(const void *a, const void *b)
{
    const struct stock_key *left = a, *right = b;
    int order = uuid_compare(left->outlet_id, right->outlet_id);
    if (order == 0)
        order = uuid_compare(left->product_id, right->product_id);
    return order ? order : uuid_compare(left->variant_id, right->variant_id);
}

size_t stock_key_sort(struct stock_key *keys, size_t count)
{
    size_t kept = 0;
    if (count == 0)
        return 0;
    qsort(keys, count, sizeof *keys, stock_key_compare);
    for (size_t i = 1; i < count; i++) {
        if (stock_key_compare(&keys[kept], &keys[i]) != 0)
            keys[++kept] = keys[i];
    }
    return kept + 1;
}

size_t stock_key_find(const struct stock_key *keys, size_t count, struct stock_key key)
{
    const struct stock_key *at = count ? bsearch(&key, keys, count, sizeof *keys, stock_key_compare) : NULL;
    check(at != NULL);
    return (size_t)(at - keys);
}

/* ---- Locking ---- */

static struct db_rows *ask_level(struct db_tx *tx, struct stock_key key)
{
    return db_ask(tx, &STOCK_LEVEL_LOCK, DB_UUID(key.outlet_id), DB_UUID(key.product_id),
                  DB_UUID(key.variant_id));
}

struct stock_lock *stock_lock_ask(struct db_tx *tx, const struct stock_key *keys, size_t count)
{
    struct stock_lock *lock = arena_new(db_arena(tx), struct stock_lock);
    *lock =
        (struct stock_lock){db_business(tx), keys, count, arena_array(db_arena(tx), struct db_rows *, count)};
    for (size_t i = 0; i < count; i++) {
        check(i == 0 || stock_key_compare(&keys[i - 1], &keys[i]) < 0);
        lock->rows[i] = ask_level(tx, keys[i]);
    }
    return lock;
}

/* A level's first use. Two that want it at once meet at the key: the later waits for the other's commit. */
static bool make_missing(struct db_tx *tx, struct stock_lock *lock)
{
    bool missing = false;
    for (size_t i = 0; i < lock->count && !db_failed(tx); i++) {
        struct stock_key key = lock->keys[i];
        if (lock->rows[i]->count > 0)
            continue;
        missing = true;
        db_ask(tx, &STOCK_LEVEL_MAKE, DB_UUID(key.outlet_id), DB_UUID(key.product_id),
               DB_UUID(key.variant_id), DB_BOOL(key.is_ingredient));
        lock->rows[i] = ask_level(tx, key);
    }
    return missing;
}

int64_t *stock_lock_take(struct db_tx *tx, struct stock_lock *lock)
{
    int64_t *quantities = arena_array(db_arena(tx), int64_t, lock->count);
    struct uuid caller = db_business(tx);
    db_sync(tx);
    db_become(tx, lock->business_id);
    if (make_missing(tx, lock))
        db_sync(tx);
    db_become(tx, caller);
    for (size_t i = 0; i < lock->count; i++)
        quantities[i] = lock->rows[i]->count > 0 ? db_int(lock->rows[i], 0, 0) : 0;
    return quantities;
}

/* ---- Storing ---- */

void stock_store(struct db_tx *tx, const struct stock_change *changes, size_t change_count,
                 const struct stock_movement *movements, size_t movement_count)
{
    for (size_t i = 0; i < change_count; i++) {
        struct stock_key key = changes[i].key;
        if (changes[i].new_milli != changes[i].previous_milli)
            db_ask(tx, &STOCK_LEVEL_SET, DB_UUID(key.outlet_id), DB_UUID(key.product_id),
                   DB_UUID(key.variant_id), DB_INT(changes[i].new_milli), DB_INT(changes[i].previous_milli));
    }
    for (size_t i = 0; i < movement_count; i++) {
        const struct stock_movement *movement = &movements[i];
        db_ask(tx, &STOCK_MOVEMENT_INSERT, DB_UUID(movement->id), DB_UUID(movement->key.outlet_id),
               DB_UUID(movement->key.product_id), DB_UUID(movement->key.variant_id),
               DB_TEXT(str_of(STOCK_MOVEMENT_NAMES[movement->type])), DB_INT(movement->quantity_milli),
               DB_INT(movement->balance_after_milli), DB_TEXT(movement->reference_type),
               DB_UUID_OR_NULL(movement->reference_id), DB_UUID(movement->employee_id),
               DB_TEXT(movement->reason), DB_INT(movement->created_at), DB_BOOL(movement->key.is_ingredient));
    }
}

static struct stock_key line_key(struct uuid outlet_id, const struct stock_line *line)
{
    return (struct stock_key){outlet_id, line->product_id, line->variant_id, line->is_ingredient};
}

void stock_receive(struct db_tx *tx, struct uuid outlet_id, struct uuid employee_id,
                   enum stock_movement_type type, struct str reason, int64_t now_ms,
                   const struct stock_line *lines, size_t count)
{
    struct arena *arena = db_arena(tx);
    struct stock_key *keys = arena_array(arena, struct stock_key, count);
    struct stock_change *changes = arena_array(arena, struct stock_change, count);
    struct stock_movement *movements = arena_array(arena, struct stock_movement, count);
    for (size_t i = 0; i < count; i++)
        keys[i] = line_key(outlet_id, &lines[i]);
    check(stock_key_sort(keys, count) == count);
    int64_t *quantities = stock_lock_take(tx, stock_lock_ask(tx, keys, count));
    for (size_t i = 0; i < count; i++) {
        struct stock_key key = line_key(outlet_id, &lines[i]);
        int64_t before = quantities[stock_key_find(keys, count, key)], after = before;
        check(stock_apply(before, lines[i].delta_milli, true, &after) == STOCK_OK);
        changes[i] = (struct stock_change){key, before, after, STOCK_NO_THRESHOLD};
        movements[i] = (struct stock_movement){.id = uuid_new(),
                                               .key = key,
                                               .type = type,
                                               .quantity_milli = lines[i].delta_milli,
                                               .balance_after_milli = after,
                                               .employee_id = employee_id,
                                               .reason = reason,
                                               .created_at = now_ms};
    }
    stock_store(tx, changes, count, movements, count);
}
