/* Refusals as a client reads them: the path into its request, a sentence, and numbers where they help. */
#include "modules/pos/sale_job.h"

static struct str number(const struct sale_job *job, int64_t value, int decimals)
{
    char text[DECIMAL_TEXT_MAX];
    size_t len = decimal_format(value, decimals, text);
    return str_copy(job->arena, (struct str){text, len});
}

static struct str money(const struct sale_job *job, int64_t minor)
{
    return number(job, minor, job->currency_decimals);
}
static struct str quantity(const struct sale_job *job, int64_t milli) { return number(job, milli, 3); }

static struct sale_fault fault(struct str path, struct str message)
{
    return (struct sale_fault){path, message, STR_NONE};
}

static struct str line_path(const struct sale_job *job, size_t line, const char *field)
{
    return str_format(job->arena, "items[%zu].%s", line, field);
}

static struct sale_fault stock_fault(const struct sale_job *job, const struct sale_refusal *refusal)
{
    const struct catalog_product *product = job->products[refusal->line];
    const struct catalog_variant *variant = job->variants[refusal->line];
    struct str available = quantity(job, refusal->available), required = quantity(job, refusal->required);
    struct str id = uuid_str(job->arena, product->id);
    struct str variant_id =
        variant ? str_format(job->arena, "\"%.*s\"", STR_ARG(uuid_str(job->arena, variant->id)))
                : STR("null");
    return (struct sale_fault){
        line_path(job, refusal->line, "quantity"),
        str_format(job->arena, "%.*s: %.*s available, %.*s required", STR_ARG(product->name),
                   STR_ARG(available), STR_ARG(required)),
        str_format(job->arena,
                   ",\"productId\":\"%.*s\",\"variantId\":%.*s,\"available\":%.*s,\"required\":%.*s",
                   STR_ARG(id), STR_ARG(variant_id), STR_ARG(available), STR_ARG(required)),
    };
}

static struct sale_fault group_fault(const struct sale_job *job, const struct sale_refusal *refusal)
{
    const struct catalog_group *group = job->products[refusal->line]->groups[refusal->index];
    return fault(line_path(job, refusal->line, "modifierIds"),
                 str_format(job->arena, "%.*s: %lld chosen, %s %lld", STR_ARG(group->name),
                            (long long)refusal->available,
                            refusal->available < refusal->required ? "at least" : "at most",
                            (long long)refusal->required));
}

static struct sale_fault points_fault(const struct sale_job *job)
{
    long long available = job->points_available, required = job->request->points_redeemed;
    struct str message =
        job->snapshot.program->is_active
            ? str_format(job->arena, "%lld points are available, %lld required", available, required)
            : STR("no loyalty programme is active");
    return (struct sale_fault){
        STR("loyaltyPointsRedeemed"), message,
        str_format(job->arena, ",\"available\":%lld,\"required\":%lld", available, required)};
}

static struct sale_fault payment_fault(const struct sale_job *job, const struct sale_refusal *refusal,
                                       enum code code)
{
    struct str paid = money(job, refusal->available), due = money(job, refusal->required);
    if (code == CODE_AMOUNT_TOO_LARGE)
        return fault(STR("payments"), STR("is more money than can be counted"));
    if (refusal->available < refusal->required)
        return fault(STR("payments"),
                     str_format(job->arena, "%.*s is due, %.*s is paid", STR_ARG(due), STR_ARG(paid)));
    return fault(STR("payments"),
                 str_format(job->arena,
                            "more than the total of %.*s is paid without cash: change is given on cash only",
                            STR_ARG(due)));
}

static struct sale_fault fault_of(const struct sale_job *job, const struct sale_refusal *refusal,
                                  enum code code)
{
    switch (refusal->field) {
    case SALE_FIELD_PRODUCT:
        return fault(line_path(job, refusal->line, "productId"), code == CODE_PRODUCT_INACTIVE
                                                                     ? STR("is not for sale")
                                                                     : STR("there is no such product here"));
    case SALE_FIELD_VARIANT:
        return fault(line_path(job, refusal->line, "variantId"), STR("the product has no such variant"));
    case SALE_FIELD_QUANTITY:
        if (code == CODE_INSUFFICIENT_STOCK)
            return stock_fault(job, refusal);
        return fault(line_path(job, refusal->line, "quantity"), STR("the line comes to too much money"));
    case SALE_FIELD_MODIFIERS:
        return group_fault(job, refusal);
    case SALE_FIELD_MODIFIER:
        return fault(str_format(job->arena, "items[%zu].modifierIds[%zu]", refusal->line, refusal->index),
                     code == CODE_NOT_FOUND ? STR("there is no such modifier here")
                                            : STR("the product does not offer this modifier"));
    case SALE_FIELD_LINE_DISCOUNT:
        return fault(line_path(job, refusal->line, "discount"), STR("is larger than the line"));
    case SALE_FIELD_DISCOUNT:
        return fault(str_format(job->arena, "discounts[%zu]", refusal->index),
                     STR("the discounts are larger than the subtotal"));
    case SALE_FIELD_POINTS:
        return fault(STR("loyaltyPointsRedeemed"), STR("are worth more than the subtotal"));
    case SALE_FIELD_DISCOUNTS:
        return fault(STR("discounts"), STR("all discounts together are above a cashier's limit"));
    case SALE_FIELD_PAYMENTS:
        return payment_fault(job, refusal, code);
    case SALE_FIELD_TOTAL:
        break;
    }
    return fault(STR("items"), STR("the bill comes to too much money"));
}

static void add(struct sale_faults *faults, struct sale_fault fault)
{
    faults->list[faults->count++] = fault;
}

static void add_orders(const struct sale_job *job, struct sale_faults *faults, enum code code,
                       struct str message)
{
    for (size_t i = 0; job->order_codes && i < job->request->order_ids.count; i++) {
        if (job->order_codes[i] == code)
            add(faults, fault(str_format(job->arena, "orderIds[%zu]", i), message));
    }
}

static void add_missing(const struct sale_job *job, struct sale_faults *faults)
{
    if (!job->outlet)
        add(faults, fault(STR("outletId"), STR("there is no such outlet")));
    if (job->shift_missing)
        add(faults, fault(STR("shiftId"), STR("there is no such shift in this outlet")));
    if (job->table_missing)
        add(faults, fault(STR("tableId"), STR("there is no such table in this outlet")));
    if (job->customer_missing)
        add(faults, fault(STR("customerId"), STR("there is no such customer")));
    add_orders(job, faults, CODE_NOT_FOUND, STR("there is no such order in this outlet"));
}

struct sale_faults sale_faults_of(const struct sale_job *job, enum code code)
{
    const struct sale_decision *decision = &job->decision;
    size_t most = SALE_REFUSALS_MAX + 4 + job->request->order_ids.count;
    struct sale_faults faults = {arena_array(job->arena, struct sale_fault, most), 0};
    if (code == CODE_NOT_FOUND)
        add_missing(job, &faults);
    if (code == CODE_CONFLICT)
        add_orders(job, &faults, code, STR("is settled or cancelled already"));
    if (code == CODE_VALIDATION_FAILED)
        add(&faults, fault(STR("clientCreatedAt"), STR("must be within the last 7 days, not in the future")));
    if (code == CODE_SHIFT_NOT_OPEN && job->dated)
        add(&faults, fault(STR("clientCreatedAt"), STR("the shift was not open at that time")));
    else if (code == CODE_SHIFT_NOT_OPEN)
        add(&faults, fault(STR("shiftId"), STR("the shift is closed")));
    if (code == CODE_INSUFFICIENT_POINTS)
        add(&faults, points_fault(job));
    if (code == job->bill_code || code == CODE_INSUFFICIENT_STOCK) {
        for (size_t i = 0; i < decision->refusal_count; i++)
            add(&faults, fault_of(job, &decision->refusals[i], code));
    }
    return faults;
}
