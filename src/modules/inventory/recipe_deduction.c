/* inventory.ingredients: takes the ingredients of what was sold, once a sale.
 *
 * What was taken is kept by sale (recipe_deductions): its key is why an event that comes twice takes nothing
 * twice, and its rows are what a void gives back, whatever the recipe says by then. A sale that is voided
 * before the kitchen began gets its ingredients back (`void`); one that is voided later has made waste: they
 * come back and go at once as `waste`, so that the ledger adds up by type. A refund brings nothing back: the
 * food was made. */
#include "base/clock.h"
#include "base/json_raw.h"
#include "domain/recipe.h"
#include "modules/inventory/recipe_book.h"
#include "platform/platform.h"

/* What a sale takes; no rows: nothing, or nothing any more. */
DB_STATEMENT(DEDUCTION_NEEDS,
             "SELECT i.id, i.variant_id, i.quantity_milli, r.variant_id, r.ingredient_id, r.quantity_milli, "
             "g.is_active, g.cost_minor, g.low_stock_threshold_milli, t.outlet_id, t.employee_id "
             "FROM transaction_items i "
             "JOIN recipe_rows r ON r.business_id = i.business_id AND r.product_id = i.product_id "
             "JOIN ingredients g ON g.business_id = r.business_id AND g.id = r.ingredient_id "
             "JOIN transactions t ON t.business_id = i.business_id AND t.id = i.transaction_id "
             "WHERE i.business_id = $1 AND i.transaction_id = $2 AND t.status <> 'voided' "
             "AND NOT EXISTS (SELECT 1 FROM recipe_deductions d "
             "WHERE d.business_id = $1 AND d.transaction_id = $2) ORDER BY i.id, r.position");
DB_STATEMENT(DEDUCTION_TAKEN,
             "SELECT d.ingredient_id, d.quantity_milli, t.outlet_id, t.voided_by, t.void_reason "
             "FROM recipe_deductions d "
             "JOIN transactions t ON t.business_id = d.business_id AND t.id = d.transaction_id "
             "WHERE d.business_id = $1 AND d.transaction_id = $2 AND d.outcome = 'used' "
             "AND t.status = 'voided' ORDER BY d.ingredient_id");
DB_STATEMENT(DEDUCTION_INSERT,
             "INSERT INTO recipe_deductions (business_id, transaction_id, ingredient_id, quantity_milli, "
             "outcome) VALUES ($1, $2, $3, $4, 'used')");
DB_STATEMENT(DEDUCTION_END, "UPDATE recipe_deductions SET outcome = $3 "
                            "WHERE business_id = $1 AND transaction_id = $2 AND outcome = 'used'");
DB_STATEMENT(DEDUCTION_LINE_COST, "UPDATE transaction_items SET cost_minor = $4 "
                                  "WHERE business_id = $1 AND transaction_id = $2 AND id = $3");

struct deduction {
    struct platform *platform;
    struct db_tx *tx;
    const struct event *event;
    struct uuid sale_id, outlet_id, employee_id;
    struct str reason;
    int64_t now_ms;
    struct recipe_taken *taken; /* by ingredient */
    size_t count;
    struct stock_change *changes; /* one for each taken */
};

/* ---- Levels ---- */

/* Locks the levels of what is taken; nothing has changed yet. */
static void take_levels(struct deduction *deduction)
{
    struct arena *arena = db_arena(deduction->tx);
    struct stock_key *keys = arena_array(arena, struct stock_key, deduction->count);
    deduction->changes = arena_array(arena, struct stock_change, deduction->count);
    for (size_t i = 0; i < deduction->count; i++)
        keys[i] = (struct stock_key){deduction->outlet_id, deduction->taken[i].ingredient_id, UUID_NIL, true};
    int64_t *levels = stock_lock_take(deduction->tx, stock_lock_ask(deduction->tx, keys, deduction->count));
    for (size_t i = 0; i < deduction->count; i++)
        deduction->changes[i] = (struct stock_change){keys[i], levels[i], levels[i], STOCK_NO_THRESHOLD};
}

/* One movement for each ingredient, `sign` times what is taken. */
static enum code move(struct deduction *deduction, enum stock_movement_type type, int sign,
                      struct stock_movement *ret_movements)
{
    for (size_t i = 0; i < deduction->count; i++) {
        struct stock_change *change = &deduction->changes[i];
        int64_t delta = sign * deduction->taken[i].quantity_milli;
        if (stock_apply(change->new_milli, delta, true, &change->new_milli) != STOCK_OK)
            return CODE_AMOUNT_TOO_LARGE;
        ret_movements[i] = (struct stock_movement){.id = uuid_new(),
                                                   .key = change->key,
                                                   .type = type,
                                                   .quantity_milli = delta,
                                                   .balance_after_milli = change->new_milli,
                                                   .reference_type = STR("transaction"),
                                                   .reference_id = deduction->sale_id,
                                                   .employee_id = deduction->employee_id,
                                                   .reason = deduction->reason,
                                                   .created_at = deduction->now_ms};
    }
    return CODE_OK;
}

static void publish(const struct deduction *deduction)
{
    struct event_draft *drafts =
        arena_array(db_arena(deduction->tx), struct event_draft, deduction->count + 1);
    size_t count = stock_event_drafts(db_arena(deduction->tx), deduction->outlet_id, deduction->employee_id,
                                      deduction->changes, deduction->count, drafts);
    if (count > 0)
        event_publish(deduction->tx, deduction->platform->events, deduction->outlet_id,
                      deduction->event->correlation_id, drafts, count);
}

/* ---- A sale ---- */

static struct recipe_need *needs_of(struct arena *arena, const struct db_rows *rows)
{
    struct recipe_need *needs = arena_array(arena, struct recipe_need, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        bool same_line = i > 0 && uuid_eq(db_uuid(rows, i, 0), db_uuid(rows, i - 1, 0));
        needs[i] = (struct recipe_need){.line = i == 0 ? 0 : needs[i - 1].line + !same_line,
                                        .line_variant = db_uuid(rows, i, 1),
                                        .sold_milli = db_int(rows, i, 2),
                                        .row_variant = db_uuid(rows, i, 3),
                                        .ingredient_id = db_uuid(rows, i, 4),
                                        .quantity_milli = db_int(rows, i, 5),
                                        .is_active = db_bool(rows, i, 6),
                                        .cost_minor = db_int(rows, i, 7)};
    }
    return needs;
}

static void store_costs(const struct deduction *deduction, const struct db_rows *rows,
                        const struct recipe_need *needs)
{
    struct recipe_line_cost *costs =
        arena_array(db_arena(deduction->tx), struct recipe_line_cost, rows->count);
    size_t count = recipe_costs(needs, rows->count, costs), row = 0;
    for (size_t i = 0; i < count; i++) {
        while (needs[row].line < costs[i].line)
            row++;
        db_ask(deduction->tx, &DEDUCTION_LINE_COST, DB_UUID(deduction->sale_id),
               DB_UUID(db_uuid(rows, row, 0)), DB_INT_OR_NULL(costs[i].cost_minor));
    }
}

static void set_thresholds(struct deduction *deduction, const struct db_rows *rows)
{
    for (size_t i = 0; i < deduction->count; i++) {
        for (size_t row = 0; row < rows->count; row++) {
            if (uuid_eq(db_uuid(rows, row, 4), deduction->taken[i].ingredient_id))
                deduction->changes[i].low_stock_threshold_milli = db_int(rows, row, 8);
        }
    }
}

/* `rows`: DEDUCTION_NEEDS */
static enum code take(struct deduction *deduction, const struct db_rows *rows)
{
    struct arena *arena = db_arena(deduction->tx);
    const struct recipe_need *needs = needs_of(arena, rows);
    deduction->taken = arena_array(arena, struct recipe_taken, rows->count);
    deduction->count = recipe_take(needs, rows->count, deduction->taken);
    if (deduction->count == 0)
        return CODE_OK;
    struct stock_movement *movements = arena_array(arena, struct stock_movement, deduction->count);
    take_levels(deduction);
    set_thresholds(deduction, rows);
    enum code code = move(deduction, STOCK_SALE, -1, movements);
    if (code)
        return code;
    stock_store(deduction->tx, deduction->changes, deduction->count, movements, deduction->count);
    for (size_t i = 0; i < deduction->count; i++)
        db_ask(deduction->tx, &DEDUCTION_INSERT, DB_UUID(deduction->sale_id),
               DB_UUID(deduction->taken[i].ingredient_id), DB_INT(deduction->taken[i].quantity_milli));
    store_costs(deduction, rows, needs);
    publish(deduction);
    return CODE_OK;
}

/* Most shops have no recipes: then this one question is all. */
static enum code sold(struct deduction *deduction)
{
    struct db_rows *rows = db_query(deduction->tx, &DEDUCTION_NEEDS, DB_UUID(deduction->sale_id));
    if (rows->count == 0)
        return CODE_OK;
    deduction->outlet_id = db_uuid(rows, 0, 9);
    deduction->employee_id = db_uuid(rows, 0, 10);
    return take(deduction, rows);
}

/* ---- A void ---- */

/* Had nobody begun to make it? The event says how far its order was; without one nothing was cooked. */
static bool is_unmade(struct str data)
{
    struct str status = json_raw_member(data, "orderStatus");
    return !status.data || str_eq(status, STR("null")) || str_eq(status, STR("\"pending\""));
}

static enum code give_back(struct deduction *deduction)
{
    size_t count = deduction->count;
    bool unmade = is_unmade(deduction->event->data);
    struct stock_movement *movements = arena_array(db_arena(deduction->tx), struct stock_movement, 2 * count);
    take_levels(deduction);
    enum code code = move(deduction, STOCK_VOID, +1, movements);
    if (!code && !unmade)
        code = move(deduction, STOCK_WASTE, -1, movements + count);
    if (code)
        return code;
    stock_store(deduction->tx, deduction->changes, count, movements, unmade ? count : 2 * count);
    db_ask(deduction->tx, &DEDUCTION_END, DB_UUID(deduction->sale_id),
           DB_TEXT(unmade ? STR("returned") : STR("wasted")));
    publish(deduction);
    return CODE_OK;
}

static enum code voided(struct deduction *deduction)
{
    struct db_rows *rows = db_query(deduction->tx, &DEDUCTION_TAKEN, DB_UUID(deduction->sale_id));
    if (rows->count == 0)
        return CODE_OK;
    deduction->outlet_id = db_uuid(rows, 0, 2);
    deduction->employee_id = db_uuid(rows, 0, 3);
    deduction->reason = db_text(rows, 0, 4);
    deduction->count = rows->count;
    deduction->taken = arena_array(db_arena(deduction->tx), struct recipe_taken, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        deduction->taken[i] = (struct recipe_taken){db_uuid(rows, i, 0), db_int(rows, i, 1)};
    return give_back(deduction);
}

enum code recipe_deduct(struct platform *platform, struct db_tx *tx, const struct event *event)
{
    struct deduction deduction = {.platform = platform,
                                  .tx = tx,
                                  .event = event,
                                  .sale_id = event->aggregate_id,
                                  .reason = STR_NONE,
                                  .now_ms = clock_now_ms()};
    return str_eq(event->name, STR("transaction.voided")) ? voided(&deduction) : sold(&deduction);
}
