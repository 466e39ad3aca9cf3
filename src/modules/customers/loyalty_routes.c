/* A customer's points, and the programme. */
#include "modules/customers/customers_store.h"
#include "modules/handlers.h"
#include "platform/platform.h"

#define LEDGER_AT_ONCE 1000

/* ---- Points ---- */

static enum code read_loyalty(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    const struct ledger_query *query = request->query;
    struct customer customer;
    if (!customer_find(tx, *id, &customer))
        return CODE_NOT_FOUND;
    struct loyalty_program program = loyalty_program_read(tx, db_arena(tx));
    struct customer_loyalty loyalty = {.points = customer.points,
                                       .tier_points = customer.tier_points,
                                       .tier = loyalty_tier_name(&program, customer.tier_points)};
    loyalty.ledger.at = ledger_list(tx, *id, query->before, LEDGER_AT_ONCE, &loyalty.ledger.count);
    reply(request, &loyalty);
    return CODE_OK;
}

enum code loyalty_get(struct request *request) { return read_by_id(request, read_loyalty); }

static enum code refuse_points(struct request *request, int64_t available, int64_t required)
{
    return request_refuse(request, CODE_INSUFFICIENT_POINTS, STR("points"),
                          str_format(request->arena, "%lld points are available, %lld are to be taken",
                                     (long long)available, (long long)required),
                          str_format(request->arena, ",\"available\":%lld,\"required\":%lld",
                                     (long long)available, (long long)required));
}

static enum code adjust(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    const struct adjustment *asked = request->body;
    struct account account = account_lock(tx, *id);
    if (!account.exists)
        return CODE_NOT_FOUND;
    if (asked->points < 0 && account.points + asked->points < 0)
        return refuse_points(request, account.points, -asked->points);
    struct ledger_change change = {
        .type = LEDGER_ADJUSTED,
        .points = asked->points,
        .lot_at = asked->points > 0 ? request->received_ms : INT64_MIN,
        .employee_id = request->who.employee_id,
        .reason = asked->reason,
        .created_at = request->received_ms,
    };
    struct ledger_entry entry = ledger_add(tx, &account, &change);
    account_store(tx, &account);
    reply(request, &entry);
    struct event_draft event = points_changed_event(db_arena(tx), *id, &entry);
    event_publish(tx, request->platform->events, request->who.outlet_id, request->id, &event, 1);
    return CODE_OK;
}

enum code loyalty_adjust(struct request *request) { return write_by_id(request, adjust); }

/* ---- The programme ---- */

static int compare_tiers(const void *a, const void *b)
{
    const struct loyalty_tier *left = a, *right = b;
    return (left->min_points > right->min_points) - (left->min_points < right->min_points);
}

static struct program_body body_of(struct arena *arena, const struct loyalty_program *program)
{
    struct program_body body = {
        .is_active = program->is_active,
        .amount_per_point_minor = program->amount_per_point_minor,
        .point_value_minor = program->point_value_minor,
        .expiry_days = program->expiry_days ? program->expiry_days : JSON_NONE,
    };
    body.tiers.at = arena_copy(arena, program->tiers, program->tier_count * sizeof *program->tiers);
    body.tiers.count = program->tier_count;
    return body;
}

/* Of a business that never set one: what a form may begin with. A point for 10,000 rupiah or a dollar, worth
 * a hundredth of it. */
static struct loyalty_program offered(const struct request *request)
{
    int64_t unit = 1;
    for (int i = 0; i < request->who.units.currency_decimals; i++)
        unit *= 10;
    int64_t amount = unit == 1 ? 10000 : unit;
    return (struct loyalty_program){.amount_per_point_minor = amount,
                                    .point_value_minor = amount < 100 ? 1 : amount / 100};
}

static enum code read_program(struct request *request, struct db_tx *tx, void *arg)
{
    struct loyalty_program program = loyalty_program_read(tx, db_arena(tx));
    (void)arg;
    if (program.amount_per_point_minor == 0)
        program = offered(request);
    struct program_body body = body_of(request->arena, &program);
    reply(request, &body);
    return CODE_OK;
}

enum code program_get(struct request *request) { return request_read(request, read_program, NULL); }

static enum code store_program(struct request *request, struct db_tx *tx, void *arg)
{
    const struct loyalty_program *program = arg;
    loyalty_program_store(tx, program, request->received_ms);
    struct program_body body = body_of(request->arena, program);
    reply(request, &body);
    return CODE_OK;
}

enum code program_put(struct request *request)
{
    const struct program_body *body = request->body;
    struct loyalty_tier *tiers =
        arena_copy(request->arena, body->tiers.at, body->tiers.count * sizeof *tiers);
    qsort(tiers, body->tiers.count, sizeof *tiers, compare_tiers);
    struct loyalty_program program = {
        .is_active = body->is_active,
        .amount_per_point_minor = body->amount_per_point_minor,
        .point_value_minor = body->point_value_minor,
        .expiry_days = body->expiry_days == JSON_NONE ? 0 : body->expiry_days,
        .tiers = tiers,
        .tier_count = body->tiers.count,
    };
    return request_write(request, store_program, &program);
}
