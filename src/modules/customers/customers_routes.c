/* Customers, and the table of the module's calls. */
#include "base/clock.h"
#include "base/timefmt.h"
#include "modules/customers/customers_store.h"
#include "modules/handlers.h"
#include "platform/platform.h"

#define HOUR_MS (INT64_C(60) * 60 * 1000)
#define DAY_MS (24 * HOUR_MS)
#define EARLIEST_ZONE_MS (14 * HOUR_MS) /* where a day begins first */

/* A customer and the programme that tells its tier. */
struct customer_call {
    struct uuid id;
    const struct loyalty_program *program;
    struct customer_page page;
};

/* Runs `fn` with the programme at hand. */
static enum code with_program(struct request *request, struct customer_call *call, request_fn fn,
                              enum code (*run)(struct request *, request_fn, void *))
{
    struct cache_ref ref;
    enum code code =
        cache_acquire(request->platform->cache, &LOYALTY_PROGRAM, request->who.business_id, &ref);
    if (code)
        return code;
    call->program = ref.object;
    code = run(request, fn, call);
    cache_release(&ref);
    return code;
}

static void tell_tier(const struct customer_call *call, struct arena *arena, struct customer *customer)
{
    struct str name = loyalty_tier_name(call->program, customer->tier_points);
    customer->tier = name.data ? str_copy(arena, name) : STR_NONE;
}

/* ---- Reading ---- */

static struct str cursor_of(struct arena *arena, const void *object)
{
    const struct customer *customer = object;
    char id[UUID_TEXT_LEN + 1];
    uuid_format(customer->id, id);
    return str_format(arena, "%s%.*s", id, STR_ARG(customer->name_key));
}

static enum code read_page(struct request *request, struct db_tx *tx, void *arg)
{
    const struct customer_call *call = arg;
    size_t count;
    struct customer *customers = customer_list(tx, &call->page, &count);
    for (size_t i = 0; i < count; i++)
        tell_tier(call, request->arena, &customers[i]);
    reply_page(request, customers, count, cursor_of);
    return CODE_OK;
}

static enum code list(struct request *request)
{
    const struct customer_query *query = request->query;
    struct str cursor = request->page.cursor;
    struct customer_call call = {
        .page = {.search = query->search, .is_active = query->is_active, .limit = request->page.limit + 1}};
    if (cursor.data) {
        if (cursor.len < UUID_TEXT_LEN ||
            !uuid_parse((struct str){cursor.data, UUID_TEXT_LEN}, &call.page.after_id))
            return request_invalid(request, "cursor", "is not one that this list gave");
        call.page.after_key = (struct str){cursor.data + UUID_TEXT_LEN, cursor.len - UUID_TEXT_LEN};
    }
    return with_program(request, &call, read_page, request_read);
}

static enum code read_one(struct request *request, struct db_tx *tx, void *arg)
{
    const struct customer_call *call = arg;
    struct customer customer;
    if (!customer_find(tx, call->id, &customer))
        return CODE_NOT_FOUND;
    tell_tier(call, request->arena, &customer);
    reply(request, &customer);
    return CODE_OK;
}

static enum code get(struct request *request)
{
    struct customer_call call = {0};
    if (!request_param_uuid(request, 0, &call.id))
        return CODE_NOT_FOUND;
    return with_program(request, &call, read_one, request_read);
}

/* ---- Writing ---- */

static enum code check_birth(struct request *request, const struct customer *customer)
{
    int64_t today = (request->received_ms + EARLIEST_ZONE_MS) / DAY_MS;
    if (customer->date_of_birth != JSON_NONE && customer->date_of_birth > date_of_days(today))
        return request_invalid(request, "dateOfBirth", "must not be in the future");
    return CODE_OK;
}

static enum code stored(struct request *request, const struct customer_call *call, enum code code,
                        struct customer *customer)
{
    if (code == CODE_CONFLICT)
        return request_refuse(request, code, STR("phone"), STR("is another customer's"), STR_NONE);
    if (code)
        return code;
    tell_tier(call, request->arena, customer);
    reply(request, customer);
    return CODE_OK;
}

static enum code add(struct request *request, struct db_tx *tx, void *arg)
{
    const struct customer_call *call = arg;
    struct customer customer = *(const struct customer *)request->body;
    customer.id = call->id;
    customer.created_at = request->received_ms;
    return stored(request, call, customer_insert(tx, &customer), &customer);
}

static enum code create(struct request *request)
{
    struct customer_call call = {.id = uuid_new()};
    enum code code = check_birth(request, request->body);
    return code ? code : with_program(request, &call, add, request_write);
}

static enum code change(struct request *request, struct db_tx *tx, void *arg)
{
    const struct customer_call *call = arg;
    struct customer customer;
    if (!customer_find_locked(tx, call->id, &customer))
        return CODE_NOT_FOUND;
    enum code code = request_patch(request, &customer);
    if (!code)
        code = check_birth(request, &customer);
    if (code)
        return code;
    return stored(request, call, customer_update(tx, &customer), &customer);
}

static enum code patch(struct request *request)
{
    struct customer_call call = {0};
    if (!request_param_uuid(request, 0, &call.id))
        return CODE_NOT_FOUND;
    return with_program(request, &call, change, request_write);
}

static enum code remove_one(struct request *request, struct db_tx *tx, void *arg)
{
    enum code code = customer_delete(tx, *(const struct uuid *)arg);
    if (!code)
        reply_none(request);
    return code;
}

static enum code remove_customer(struct request *request) { return write_by_id(request, remove_one); }

/* ---- The module ---- */

static const struct route ROUTES[] = {
    {"GET", "/customers", ROLES_SELLERS, ROUTE_LIST, &CUSTOMER_QUERY_SCHEMA, NULL, &CUSTOMER_SCHEMA, 200,
     list, "List customers by name, or those whose name or phone holds a text", 0},
    {"POST", "/customers", ROLES_SELLERS, ROUTE_IDEMPOTENT, NULL, &CUSTOMER_SCHEMA, &CUSTOMER_SCHEMA, 201,
     create, "Add a customer", 0},
    {"GET", "/customers/{id}", ROLES_SELLERS, 0, NULL, NULL, &CUSTOMER_SCHEMA, 200, get, "One customer", 0},
    {"PATCH", "/customers/{id}", ROLES_SELLERS, ROUTE_PATCH, NULL, &CUSTOMER_SCHEMA, &CUSTOMER_SCHEMA, 200,
     patch, "Change a customer", 0},
    {"DELETE", "/customers/{id}", ROLES_MANAGERS, 0, NULL, NULL, NULL, 204, remove_customer,
     "Remove a customer: deactivated when there is history", 0},
    {"GET", "/customers/{id}/loyalty", ROLES_SELLERS, 0, &LEDGER_QUERY_SCHEMA, NULL, &CUSTOMER_LOYALTY_SCHEMA,
     200, loyalty_get, "A customer's points, tier and ledger", 0},
    {"POST", "/customers/{id}/loyalty/adjustments", ROLES_MANAGERS, ROUTE_IDEMPOTENT, NULL,
     &POINTS_ADJUSTMENT_SCHEMA, &LEDGER_ENTRY_SCHEMA, 201, loyalty_adjust,
     "Give or take points by hand; never below zero", 0},
    {"GET", "/loyalty/program", ROLES_MANAGERS, 0, NULL, NULL, &PROGRAM_SCHEMA, 200, program_get,
     "The loyalty programme; inactive until it is set", 0},
    {"PUT", "/loyalty/program", ROLES_MANAGERS, 0, NULL, &PROGRAM_SCHEMA, &PROGRAM_SCHEMA, 200, program_put,
     "Set the loyalty programme", 0},
    {0},
};

static enum code expire_points(struct platform *platform) { return loyalty_expire(platform, clock_now_ms()); }

static const struct job JOBS[] = {{"loyalty.expire", expire_points}, {NULL}};

const struct module CUSTOMERS_MODULE = {
    .name = "customers",
    .routes = ROUTES,
    .listeners = LOYALTY_LISTENERS,
    .jobs = JOBS,
};
