/* The calls of /pos, and the module. */
#include "modules/pos/pos_routes.h"
#include "modules/auth/approval.h"
#include "modules/pos/held_bill_split.h"
#include "modules/pos/receipt_schema.h"
#include "modules/pos/refund_schema.h"
#include "modules/pos/sale_job.h"
#include "modules/pos/sale_memory.h"
#include "modules/pos/sale_read.h"
#include "modules/pos/sync_schema.h"
#include "modules/tables/tables.h"
#include "platform/auth/directory.h"

/* ---- Refusals ---- */

static enum code refuse(struct request *request, enum code code, const struct sale_faults *faults)
{
    for (size_t i = 0; i < faults->count; i++)
        request_refuse(request, code, faults->list[i].path, faults->list[i].message, faults->list[i].extra);
    return code;
}

static enum code mismatch(struct request *request)
{
    return request_refuse(request, CODE_EMPLOYEE_MISMATCH, STR("employeeId"),
                          STR("is not the token's employee"), STR_NONE);
}

/* ---- Sales ---- */

static enum code create(struct request *request)
{
    struct sale_caller caller = {&request->who, request->id, request_idempotency(request), CHANNEL_POS,
                                 approval_token_hash(request)};
    struct sale_result result;
    struct sale_faults faults;
    enum code code = sale_create(request->platform, request->arena, &caller, request->body, &result, &faults);
    if (code == CODE_EMPLOYEE_MISMATCH)
        return mismatch(request);
    if (code)
        return refuse(request, code, &faults);
    reply(request, &result);
    if (result.replayed)
        reply_replayed(request);
    return CODE_OK;
}

/* ---- Quotes ---- */

struct quoting {
    struct sale_job *job;
    enum code orders;
};

static enum code find_references(struct request *request, struct db_tx *tx, void *arg)
{
    struct quoting *quoting = arg;
    struct sale_job *job = quoting->job;
    struct db_rows *table = table_ask(tx, job->request->table_id);
    struct db_rows *customer = customer_ask(tx, job->request->customer_id);
    (void)request;
    quoting->orders = quote_orders_check(tx, job);
    job->table_missing = !uuid_is_nil(job->request->table_id) && !table_is_in(table, job->outlet->id);
    job->customer_missing =
        !points_lock_take(customer, &job->points_available) && !uuid_is_nil(job->request->customer_id);
    return CODE_OK;
}

static enum code check_quote(struct request *request, struct sale_job *job)
{
    const struct sale_request *asked = job->request;
    struct quoting quoting = {.job = job};
    if (!late_time_fits(asked, request->received_ms))
        return CODE_VALIDATION_FAILED;
    enum code code = sale_job_prepare(job);
    if (code)
        return code;
    if (!uuid_is_nil(asked->table_id) || !uuid_is_nil(asked->customer_id) || asked->order_ids.count > 0)
        code = request_read(request, find_references, &quoting);
    if (code)
        return code;
    if (job->table_missing || job->customer_missing || quoting.orders == CODE_NOT_FOUND ||
        job->bill_code == CODE_NOT_FOUND)
        return CODE_NOT_FOUND;
    if (quoting.orders == CODE_CONFLICT && !job->dated)
        return CODE_CONFLICT;
    code = sale_job_check_points(job, !uuid_is_nil(asked->customer_id), job->points_available);
    return code ? code : job->bill_code;
}

static void reply_quote(struct request *request, const struct sale_job *job)
{
    const struct priced_bill *bill = &job->decision.bill;
    size_t count = job->request->items.count;
    struct sale_quote quote = {
        .subtotal_minor = bill->subtotal_minor,
        .discount_minor = bill->discount_minor,
        .service_charge_minor = bill->service_charge_minor,
        .tax_minor = bill->tax_minor,
        .grand_total_minor = bill->total_minor,
        .cash_total_minor = job->decision.cash_total_minor,
        .override_required = job->decision.above_discount_limit,
    };
    quote.items.at = arena_array(request->arena, struct sale_item, count);
    quote.items.count = count;
    for (size_t i = 0; i < count; i++)
        quote.items.at[i] = sale_job_item(job, i);
    reply(request, &quote);
}

static enum code quote(struct request *request)
{
    const struct sale_request *asked = request->body;
    struct sale_caller caller = {.who = &request->who, .correlation_id = request->id};
    struct sale_job *job = arena_new(request->arena, struct sale_job);
    if (!uuid_is_nil(asked->employee_id) && !uuid_eq(asked->employee_id, request->who.employee_id))
        return mismatch(request);
    *job = (struct sale_job){
        .platform = request->platform, .arena = request->arena, .caller = &caller, .request = asked};
    enum code code = sale_snapshot_acquire(request->platform, request->who.business_id, &job->snapshot);
    if (code)
        return code;
    code = check_quote(request, job);
    if (!code) {
        reply_quote(request, job);
    } else {
        struct sale_faults faults = sale_faults_of(job, code);
        refuse(request, code, &faults);
    }
    sale_snapshot_release(&job->snapshot);
    return code;
}

/* ---- Lists ---- */

struct listing {
    struct sale_filter filter;
    struct uuid before;
};

static enum code read_list(struct request *request, struct db_tx *tx, void *arg)
{
    const struct listing *listing = arg;
    size_t count;
    struct sale_header *headers =
        sale_list_read(tx, &listing->filter, listing->before, request->page.limit + 1, &count);
    reply_page(request, headers, count, cursor_of_id);
    return CODE_OK;
}

/* An outlet of somebody else's is not there. Without one, an owner sees all, the others their own. */
static enum code narrow_to_reach(struct request *request, struct sale_filter *filter)
{
    if (uuid_is_nil(filter->outlet_id) && request->who.role != ROLE_OWNER)
        filter->outlet_id = request->who.outlet_id;
    return directory_reach(request, filter->outlet_id);
}

static enum code list(struct request *request)
{
    struct listing listing = {.filter = *(const struct sale_filter *)request->query};
    enum code code = page_before(request, &listing.before);
    if (!code)
        code = narrow_to_reach(request, &listing.filter);
    return code ? code : request_read(request, read_list, &listing);
}

static enum code read_one(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    struct sale_detail detail;
    enum code code = sale_detail_read(tx, &request->who, *id, &detail);
    if (code)
        return code;
    if (!request_may_use_outlet(request, detail.header.outlet_id))
        return CODE_NOT_FOUND;
    reply(request, &detail);
    return CODE_OK;
}

static enum code get(struct request *request) { return read_by_id(request, read_one); }

/* ---- The module ---- */

static enum code start(struct platform *platform)
{
    platform->sale_memory = sale_memory_open();
    platform->sales =
        db_batch_open(platform->db, sale_batch_run, sale_batch_same, (size_t)platform->config->db_batch);
    return CODE_OK;
}

static void stop(struct platform *platform)
{
    db_batch_close(platform->sales);
    sale_memory_close(platform->sale_memory);
    platform->sales = NULL;
    platform->sale_memory = NULL;
}

static const struct route ROUTES[] = {
    {"POST", "/pos/quote", ROLES_SELLERS, 0, NULL, &QUOTE_REQUEST_SCHEMA, &QUOTE_SCHEMA, 200, quote,
     "Price a cart: totals and lines; nothing is stored", 0},
    {"POST", "/pos/transactions", ROLES_SELLERS, ROUTE_IDEMPOTENT | ROUTE_OVERRIDE, NULL,
     &SALE_REQUEST_SCHEMA, &SALE_RESULT_SCHEMA, 201, create, "Make a sale", 0},
    {"GET", "/pos/transactions", ROLES_SELLERS, ROUTE_LIST, &SALE_FILTER_SCHEMA, NULL, &SALE_HEADER_SCHEMA,
     200, list, "List sales, newest first", 0},
    {"GET", "/pos/transactions/{id}", ROLES_SELLERS, 0, NULL, NULL, &SALE_DETAIL_SCHEMA, 200, get,
     "A sale with its items, payments and refunds", 0},
    {"POST", "/pos/transactions/{id}/void", ROLES_SELLERS, ROUTE_IDEMPOTENT | ROUTE_OVERRIDE, NULL,
     &VOID_REQUEST_SCHEMA, &SALE_DETAIL_SCHEMA, 200, sale_void, "Take a sale back while its shift is open",
     0},
    {"POST", "/pos/transactions/{id}/refund", ROLES_SELLERS, ROUTE_IDEMPOTENT | ROUTE_OVERRIDE, NULL,
     &REFUND_REQUEST_SCHEMA, &SALE_DETAIL_SCHEMA, 201, sale_refund, "Give money back for lines of a sale", 0},
    {"POST", "/pos/transactions/{id}/review", ROLES_SUPERVISORS, ROUTE_IDEMPOTENT, NULL,
     &REVIEW_REQUEST_SCHEMA, &SALE_DETAIL_SCHEMA, 200, sale_review,
     "Say what was found out about a sale that needs a review", 0},
    {"POST", "/sync/sales", ROLES_SELLERS, ROUTE_ARRAY, NULL, &SYNC_REQUEST_SCHEMA, &SYNC_OUTCOME_SCHEMA, 200,
     sync_sales, "Hand in the sales that a till made offline; each on its own, by its own key",
     SYNC_BODY_MAX},
    {"GET", "/pos/transactions/{id}/receipt", ROLES_SELLERS, 0, &RECEIPT_QUERY_SCHEMA, NULL, &RECEIPT_SCHEMA,
     200, receipt_get,
     "A receipt as JSON, page, text or printer bytes; print=true counts a print, later ones are copies", 0},
    {"GET", "/customers/{id}/transactions", ROLES_SELLERS, ROUTE_LIST, NULL, NULL, &SALE_HEADER_SCHEMA, 200,
     customer_sales,
     "The sales and refunds of a customer, newest first: of the own outlet, an owner's of all", 0},
    {"POST", "/pos/held-bills", ROLES_SELLERS, ROUTE_IDEMPOTENT, NULL, &HELD_BILL_SCHEMA, &HELD_BILL_SCHEMA,
     201, held_bill_create, "Park a cart", 0},
    {"GET", "/pos/held-bills", ROLES_SELLERS, ROUTE_LIST, &HELD_BILL_FILTER_SCHEMA, NULL, &HELD_BILL_SCHEMA,
     200, held_bill_list, "Parked carts, newest first", 0},
    {"GET", "/pos/held-bills/{id}", ROLES_SELLERS, 0, NULL, NULL, &HELD_BILL_SCHEMA, 200, held_bill_get,
     "A parked cart", 0},
    {"DELETE", "/pos/held-bills/{id}", ROLES_SELLERS, 0, NULL, NULL, NULL, 204, held_bill_delete,
     "Take a parked cart back: one till only gets it", 0},
    {"POST", "/pos/held-bills/{id}/split", ROLES_SELLERS, ROUTE_IDEMPOTENT, NULL, &SPLIT_REQUEST_SCHEMA,
     &SPLIT_RESULT_SCHEMA, 201, held_bill_divide,
     "Make one parked cart into several: by items, by amounts, or evenly", 0},
    {0},
};

const struct module POS_MODULE = {.name = "pos", .routes = ROUTES, .start = start, .stop = stop};
