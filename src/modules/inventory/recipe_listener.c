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

#define LINGER_MS \
    50 /* nobody waits for the ingredients: they share a commit with what else lingers so long */

DB_STATEMENT(RECIPE_ANY, "SELECT 1 FROM recipe_rows WHERE business_id = $1 LIMIT 1");
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

/* One sale, or the void of one. */
struct deduction {
    const struct event *event;
    const struct db_rows *rows; /* DEDUCTION_NEEDS or, of a void, DEDUCTION_TAKEN */
    bool is_void;
    struct uuid outlet_id, employee_id;
    struct str reason;
    const struct recipe_need *needs; /* of a sale */
    struct recipe_taken *taken;      /* by ingredient */
    size_t count;
    struct stock_change *changes; /* one for each taken */
};

/* Events that are handled together: asked for at once, their levels locked at once in their order. */
struct round {
    struct platform *platform;
    struct db_tx *tx;
    int64_t now_ms;
    struct deduction *deductions;
    size_t count;
    struct stock_key *keys; /* of all, sorted */
    size_t key_count;
    int64_t *running_milli; /* by key */
};

/* ---- What is to be done ---- */

static void read_sale(struct arena *arena, struct deduction *deduction)
{
    const struct db_rows *rows = deduction->rows;
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
    deduction->outlet_id = db_uuid(rows, 0, 9);
    deduction->employee_id = db_uuid(rows, 0, 10);
    deduction->needs = needs;
    deduction->count = recipe_take(needs, rows->count, deduction->taken);
}

static void read_void(struct deduction *deduction)
{
    const struct db_rows *rows = deduction->rows;
    deduction->outlet_id = db_uuid(rows, 0, 2);
    deduction->employee_id = db_uuid(rows, 0, 3);
    deduction->reason = db_text(rows, 0, 4);
    deduction->count = rows->count;
    for (size_t i = 0; i < rows->count; i++)
        deduction->taken[i] = (struct recipe_taken){db_uuid(rows, i, 0), db_int(rows, i, 1)};
}

static bool is_void(const struct event *event) { return str_eq(event->name, STR("transaction.voided")); }

/* NULL for sales of a shop that has no recipes: most of them. */
static struct db_rows **ask_all(struct db_tx *tx, const struct event *const *events, size_t count)
{
    struct db_rows **rows = arena_array(db_arena(tx), struct db_rows *, count);
    bool has_recipes = db_query(tx, &RECIPE_ANY)->count > 0;
    for (size_t i = 0; i < count; i++) {
        if (is_void(events[i]))
            rows[i] = db_ask(tx, &DEDUCTION_TAKEN, DB_UUID(events[i]->aggregate_id));
        else if (has_recipes)
            rows[i] = db_ask(tx, &DEDUCTION_NEEDS, DB_UUID(events[i]->aggregate_id));
    }
    db_sync(tx);
    return rows;
}

/* Keeps those that move something. */
static void read_all(struct round *round, const struct event *const *events, size_t count)
{
    struct db_rows **rows = ask_all(round->tx, events, count);
    for (size_t i = 0; i < count; i++) {
        if (!rows[i] || rows[i]->count == 0)
            continue;
        struct deduction deduction = {
            .event = events[i], .rows = rows[i], .is_void = is_void(events[i]), .reason = STR_NONE};
        deduction.taken = arena_array(db_arena(round->tx), struct recipe_taken, rows[i]->count);
        if (deduction.is_void)
            read_void(&deduction);
        else
            read_sale(db_arena(round->tx), &deduction);
        if (deduction.count > 0)
            round->deductions[round->count++] = deduction;
    }
}

/* ---- Levels ---- */

static struct stock_key key_of(const struct deduction *deduction, size_t at)
{
    return (struct stock_key){deduction->outlet_id, deduction->taken[at].ingredient_id, UUID_NIL, true};
}

static void lock_levels(struct round *round)
{
    size_t most = 0, used = 0;
    for (size_t i = 0; i < round->count; i++)
        most += round->deductions[i].count;
    round->keys = arena_array(db_arena(round->tx), struct stock_key, most);
    for (size_t i = 0; i < round->count; i++) {
        for (size_t k = 0; k < round->deductions[i].count; k++)
            round->keys[used++] = key_of(&round->deductions[i], k);
    }
    round->key_count = stock_key_sort(round->keys, used);
    round->running_milli =
        stock_lock_take(round->tx, stock_lock_ask(round->tx, round->keys, round->key_count));
}

static int64_t *running_of(const struct round *round, struct stock_key key)
{
    return &round->running_milli[stock_key_find(round->keys, round->key_count, key)];
}

static int64_t threshold_of(const struct deduction *deduction, struct uuid ingredient_id)
{
    const struct db_rows *rows = deduction->rows;
    for (size_t row = 0; row < rows->count && !deduction->is_void; row++) {
        if (uuid_eq(db_uuid(rows, row, 4), ingredient_id))
            return db_int(rows, row, 8);
    }
    return STOCK_NO_THRESHOLD;
}

static void begin(const struct round *round, struct deduction *deduction)
{
    deduction->changes = arena_array(db_arena(round->tx), struct stock_change, deduction->count);
    for (size_t i = 0; i < deduction->count; i++) {
        struct stock_key key = key_of(deduction, i);
        int64_t level = *running_of(round, key);
        deduction->changes[i] =
            (struct stock_change){key, level, level, threshold_of(deduction, key.product_id)};
    }
}

/* One movement for each ingredient, `sign` times what is taken. */
static enum code move(const struct round *round, struct deduction *deduction, enum stock_movement_type type,
                      int sign, struct stock_movement *ret_movements)
{
    for (size_t i = 0; i < deduction->count; i++) {
        struct stock_change *change = &deduction->changes[i];
        int64_t delta = sign * deduction->taken[i].quantity_milli;
        if (stock_apply(change->new_milli, delta, true, &change->new_milli) != STOCK_OK)
            return CODE_AMOUNT_TOO_LARGE;
        *running_of(round, change->key) = change->new_milli;
        ret_movements[i] = (struct stock_movement){.id = uuid_new(),
                                                   .key = change->key,
                                                   .type = type,
                                                   .quantity_milli = delta,
                                                   .balance_after_milli = change->new_milli,
                                                   .reference_type = STR("transaction"),
                                                   .reference_id = deduction->event->aggregate_id,
                                                   .employee_id = deduction->employee_id,
                                                   .reason = deduction->reason,
                                                   .created_at = round->now_ms};
    }
    return CODE_OK;
}

/* ---- A sale ---- */

static void store_costs(const struct round *round, const struct deduction *deduction)
{
    const struct db_rows *rows = deduction->rows;
    struct recipe_line_cost *costs = arena_array(db_arena(round->tx), struct recipe_line_cost, rows->count);
    size_t count = recipe_costs(deduction->needs, rows->count, costs), row = 0;
    for (size_t i = 0; i < count; i++) {
        while (deduction->needs[row].line < costs[i].line)
            row++;
        db_ask(round->tx, &DEDUCTION_LINE_COST, DB_UUID(deduction->event->aggregate_id),
               DB_UUID(db_uuid(rows, row, 0)), DB_INT_OR_NULL(costs[i].cost_minor));
    }
}

static enum code take(const struct round *round, struct deduction *deduction)
{
    struct stock_movement *movements =
        arena_array(db_arena(round->tx), struct stock_movement, deduction->count);
    enum code code = move(round, deduction, STOCK_SALE, -1, movements);
    if (code)
        return code;
    stock_store(round->tx, deduction->changes, deduction->count, movements, deduction->count);
    for (size_t i = 0; i < deduction->count; i++)
        db_ask(round->tx, &DEDUCTION_INSERT, DB_UUID(deduction->event->aggregate_id),
               DB_UUID(deduction->taken[i].ingredient_id), DB_INT(deduction->taken[i].quantity_milli));
    store_costs(round, deduction);
    return CODE_OK;
}

/* ---- A void ---- */

/* Had nobody begun to make it? The event says how far its order was; without one nothing was cooked. */
static bool is_unmade(struct str data)
{
    struct str status = json_raw_member(data, "orderStatus");
    return !status.data || str_eq(status, STR("null")) || str_eq(status, STR("\"pending\""));
}

static enum code give_back(const struct round *round, struct deduction *deduction)
{
    size_t count = deduction->count;
    bool unmade = is_unmade(deduction->event->data);
    struct stock_movement *movements = arena_array(db_arena(round->tx), struct stock_movement, 2 * count);
    enum code code = move(round, deduction, STOCK_VOID, +1, movements);
    if (!code && !unmade)
        code = move(round, deduction, STOCK_WASTE, -1, movements + count);
    if (code)
        return code;
    stock_store(round->tx, deduction->changes, count, movements, unmade ? count : 2 * count);
    db_ask(round->tx, &DEDUCTION_END, DB_UUID(deduction->event->aggregate_id),
           DB_TEXT(unmade ? STR("returned") : STR("wasted")));
    return CODE_OK;
}

/* ---- Together ---- */

static void publish(const struct round *round, const struct deduction *deduction)
{
    struct arena *arena = db_arena(round->tx);
    struct event_draft *drafts = arena_array(arena, struct event_draft, deduction->count + 1);
    size_t count = stock_event_drafts(arena, deduction->outlet_id, deduction->employee_id, deduction->changes,
                                      deduction->count, drafts);
    if (count > 0)
        event_publish(round->tx, round->platform->events, deduction->outlet_id,
                      deduction->event->correlation_id, drafts, count);
}

static enum code deduct_many(struct platform *platform, struct db_tx *tx, const struct event *const *events,
                             size_t count)
{
    struct round round = {.platform = platform,
                          .tx = tx,
                          .now_ms = clock_now_ms(),
                          .deductions = arena_array(db_arena(tx), struct deduction, count)};
    enum code code = CODE_OK;
    read_all(&round, events, count);
    if (round.count == 0)
        return CODE_OK;
    lock_levels(&round);
    for (size_t i = 0; i < round.count && !code; i++) {
        begin(&round, &round.deductions[i]);
        code = round.deductions[i].is_void ? give_back(&round, &round.deductions[i])
                                           : take(&round, &round.deductions[i]);
        if (!code)
            publish(&round, &round.deductions[i]);
    }
    return code;
}

static enum code deduct(struct platform *platform, struct db_tx *tx, const struct event *event)
{
    return deduct_many(platform, tx, &event, 1);
}

const struct listener INVENTORY_LISTENERS[] = {
    {"inventory.ingredients", "transaction.created transaction.voided", deduct,
     "Takes the ingredients of what was sold; gives them back when a sale is voided before it is made.",
     LINGER_MS, .handle_many = deduct_many},
    {NULL},
};
