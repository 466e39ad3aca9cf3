/* The programme of a business: its rows, and the snapshot that sales are decided on. */
#include "modules/customers/customers_store.h"

DB_STATEMENT(PROGRAM_READ, "SELECT is_active, amount_per_point_minor, point_value_minor, expiry_days "
                           "FROM loyalty_programs WHERE business_id = $1");
DB_STATEMENT(PROGRAM_TIERS, "SELECT name, min_points, multiplier_bp FROM loyalty_tiers "
                            "WHERE business_id = $1 ORDER BY min_points");
DB_STATEMENT(
    PROGRAM_STORE,
    "INSERT INTO loyalty_programs (business_id, is_active, amount_per_point_minor, point_value_minor, "
    "expiry_days, updated_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (business_id) DO UPDATE SET "
    "is_active = excluded.is_active, amount_per_point_minor = excluded.amount_per_point_minor, "
    "point_value_minor = excluded.point_value_minor, expiry_days = excluded.expiry_days, "
    "updated_at = excluded.updated_at");
DB_STATEMENT(PROGRAM_TIERS_DELETE, "DELETE FROM loyalty_tiers WHERE business_id = $1");
DB_STATEMENT(PROGRAM_TIER_INSERT, "INSERT INTO loyalty_tiers (business_id, min_points, name, multiplier_bp) "
                                  "VALUES ($1, $2, $3, $4)");

struct db_rows *loyalty_program_ask(struct db_tx *tx) { return db_ask(tx, &PROGRAM_READ); }
struct db_rows *loyalty_tiers_ask(struct db_tx *tx) { return db_ask(tx, &PROGRAM_TIERS); }

struct loyalty_program loyalty_program_take(const struct db_rows *program, const struct db_rows *tiers,
                                            struct arena *arena)
{
    struct loyalty_program taken = {0};
    if (program->count == 0)
        return taken;
    struct loyalty_tier *rows = arena_array(arena, struct loyalty_tier, tiers->count);
    for (size_t i = 0; i < tiers->count; i++)
        rows[i] = (struct loyalty_tier){str_copy(arena, db_text(tiers, i, 0)), db_int(tiers, i, 1),
                                        db_int(tiers, i, 2)};
    taken.is_active = db_bool(program, 0, 0);
    taken.amount_per_point_minor = db_int(program, 0, 1);
    taken.point_value_minor = db_int(program, 0, 2);
    taken.expiry_days = db_is_null(program, 0, 3) ? 0 : db_int(program, 0, 3);
    taken.tiers = rows;
    taken.tier_count = tiers->count;
    return taken;
}

struct loyalty_program loyalty_program_read(struct db_tx *tx, struct arena *arena)
{
    struct db_rows *program = loyalty_program_ask(tx), *tiers = loyalty_tiers_ask(tx);
    db_sync(tx);
    return loyalty_program_take(program, tiers, arena);
}

void loyalty_program_store(struct db_tx *tx, const struct loyalty_program *program, int64_t now_ms)
{
    cache_touch(tx);
    db_ask(tx, &PROGRAM_STORE, DB_BOOL(program->is_active), DB_INT(program->amount_per_point_minor),
           DB_INT(program->point_value_minor),
           DB_INT_OR_NULL(program->expiry_days ? program->expiry_days : INT64_MIN), DB_INT(now_ms));
    db_ask(tx, &PROGRAM_TIERS_DELETE);
    for (size_t i = 0; i < program->tier_count; i++)
        db_ask(tx, &PROGRAM_TIER_INSERT, DB_INT(program->tiers[i].min_points),
               DB_TEXT(program->tiers[i].name), DB_INT(program->tiers[i].multiplier_bp));
}

struct str loyalty_tier_name(const struct loyalty_program *program, int64_t tier_points)
{
    size_t tier = loyalty_tier_of(program, tier_points);
    return tier == LOYALTY_NO_TIER ? STR_NONE : program->tiers[tier].name;
}

static void *load(struct db_tx *tx, struct arena *arena)
{
    struct loyalty_program *program = arena_new(arena, struct loyalty_program);
    *program = loyalty_program_read(tx, arena);
    return program;
}

const struct cache_kind LOYALTY_PROGRAM = {"loyalty_program", load};
