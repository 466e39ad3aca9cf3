/* From the request and the snapshots to the facts of the decision. */
#include "modules/pos/sale_job.h"

/* ---- The snapshot ---- */

enum code sale_snapshot_acquire(struct platform *platform, struct uuid business,
                                struct sale_snapshot *ret_snapshot)
{
    struct sale_snapshot snapshot = {0};
    enum code code = cache_acquire(platform->cache, &DIRECTORY, business, &snapshot.directory_ref);
    if (!code)
        code = cache_acquire(platform->cache, &CATALOG, business, &snapshot.catalog_ref);
    if (!code)
        code = cache_acquire(platform->cache, &LOYALTY_PROGRAM, business, &snapshot.program_ref);
    if (code) {
        sale_snapshot_release(&snapshot);
        return code;
    }
    snapshot.directory = snapshot.directory_ref.object;
    snapshot.catalog = snapshot.catalog_ref.object;
    snapshot.program = snapshot.program_ref.object;
    *ret_snapshot = snapshot;
    return CODE_OK;
}

void sale_snapshot_release(struct sale_snapshot *snapshot)
{
    cache_release(&snapshot->directory_ref);
    cache_release(&snapshot->catalog_ref);
    cache_release(&snapshot->program_ref);
}

/* ---- Lines ---- */

static struct discount discount_of(const struct discount_request *request, int currency_decimals)
{
    struct discount discount = {request->type, request->value};
    if (discount.type == DISCOUNT_FIXED && !discount_minor(request, currency_decimals, &discount.value))
        discount.value = MONEY_MAX_MINOR + 1; /* the schema lets none through */
    return discount;
}

static enum sale_product_state find_product(struct sale_job *job, size_t at)
{
    const struct sale_item_request *item = &job->request->items.at[at];
    const struct catalog_product *product = catalog_product(job->snapshot.catalog, item->product_id);
    bool is_offered = product && product->is_active && catalog_sold_in(product, job->outlet->id);
    if (!product && job->dated)
        product = late_product(job, item->product_id);
    if (!product || (!job->dated && !catalog_sold_in(product, job->outlet->id)))
        return SALE_PRODUCT_UNKNOWN;
    job->products[at] = product;
    if (!uuid_is_nil(item->variant_id)) {
        job->variants[at] = catalog_variant(product, item->variant_id);
        if (!job->variants[at] && job->dated) {
            job->variants[at] = late_variant(job, product->id, item->variant_id);
            is_offered = false;
        }
        if (!job->variants[at])
            return SALE_VARIANT_UNKNOWN;
    }
    return is_offered ? SALE_PRODUCT_ACTIVE : SALE_PRODUCT_INACTIVE;
}

static void find_modifiers(struct sale_job *job, size_t at, struct sale_line *line)
{
    const struct sale_item_request *item = &job->request->items.at[at];
    const struct catalog_product *product = job->products[at];
    struct sale_group *groups = arena_array(job->arena, struct sale_group, product->group_count);
    struct sale_choice *choices = arena_array(job->arena, struct sale_choice, item->modifier_ids.count);
    job->modifiers[at] = arena_array(job->arena, const struct catalog_modifier *, item->modifier_ids.count);
    for (size_t i = 0; i < product->group_count; i++)
        groups[i] = (struct sale_group){product->groups[i]->min_selection, product->groups[i]->max_selection};
    for (size_t i = 0; i < item->modifier_ids.count; i++) {
        size_t group = SALE_NO_GROUP;
        const struct catalog_modifier *modifier = catalog_modifier(product, item->modifier_ids.at[i], &group);
        if (!modifier && job->dated)
            modifier = late_modifier(job, item->modifier_ids.at[i]);
        if (!modifier && job->dated)
            group = SALE_NO_MODIFIER;
        job->modifiers[at][i] = modifier;
        choices[i] =
            (struct sale_choice){group, modifier ? late_price(job, modifier->id, modifier->price_minor) : 0};
    }
    line->groups = groups;
    line->group_count = product->group_count;
    line->choices = choices;
    line->choice_count = item->modifier_ids.count;
}

static struct sale_line *prepare_lines(struct sale_job *job)
{
    const struct sale_request *request = job->request;
    struct sale_line *lines = arena_array(job->arena, struct sale_line, request->items.count);
    for (size_t i = 0; i < request->items.count; i++) {
        const struct sale_item_request *item = &request->items.at[i];
        lines[i] = (struct sale_line){.quantity_milli = item->quantity_milli, .level = SALE_NOT_COUNTED};
        if (item->discount)
            lines[i].discount = discount_of(item->discount, job->currency_decimals);
        lines[i].state = find_product(job, i);
        if (!job->products[i])
            continue;
        lines[i].price_minor = job->variants[i]
                                   ? late_price(job, job->variants[i]->id, job->variants[i]->price_minor)
                                   : late_price(job, job->products[i]->id, job->products[i]->price_minor);
        find_modifiers(job, i, &lines[i]);
    }
    return lines;
}

/* ---- What is counted ---- */

static struct stock_key key_of(const struct sale_job *job, size_t line)
{
    const struct catalog_variant *variant = job->variants[line];
    return (struct stock_key){job->outlet->id, job->products[line]->id, variant ? variant->id : UUID_NIL};
}

static bool is_counted(const struct sale_job *job, size_t line)
{
    return job->products[line] && job->products[line]->track_stock;
}

static void prepare_levels(struct sale_job *job, struct sale_line *lines, size_t count)
{
    size_t used = 0;
    job->keys = arena_array(job->arena, struct stock_key, count);
    for (size_t i = 0; i < count; i++) {
        if (is_counted(job, i))
            job->keys[used++] = key_of(job, i);
    }
    used = stock_key_sort(job->keys, used);
    job->thresholds_milli = arena_array(job->arena, int64_t, used);
    for (size_t i = 0; i < count; i++) {
        if (!is_counted(job, i))
            continue;
        lines[i].level = stock_key_find(job->keys, used, key_of(job, i));
        job->thresholds_milli[lines[i].level] = job->products[i]->low_stock_threshold_milli;
    }
    job->facts.levels = arena_array(job->arena, struct sale_level, used);
    job->facts.level_count = used;
}

/* ---- Money ---- */

static void prepare_discounts(struct sale_job *job)
{
    size_t count = job->request->discounts.count;
    struct discount *discounts = arena_array(job->arena, struct discount, count);
    for (size_t i = 0; i < count; i++)
        discounts[i] = discount_of(&job->request->discounts.at[i], job->currency_decimals);
    job->facts.bill = (struct bill_terms){.discounts = discounts, .discount_count = count};
    if (sale_job_redeems(job))
        job->facts.bill.points_minor =
            loyalty_worth(job->request->points_redeemed, job->snapshot.program->point_value_minor);
    job->decision.discount_amounts = arena_array(job->arena, int64_t, count);
}

static void prepare_payments(struct sale_job *job)
{
    size_t count = job->request->payments.count;
    if (count == 0)
        return; /* a quote */
    struct tender *tenders = arena_array(job->arena, struct tender, count);
    for (size_t i = 0; i < count; i++) {
        const struct payment_request *payment = &job->request->payments.at[i];
        tenders[i] = (struct tender){payment->method == PAYMENT_CASH, payment->amount_minor};
    }
    job->facts.payments = tenders;
    job->facts.payment_count = count;
}

static void prepare_outlet_rules(struct sale_job *job)
{
    const struct outlet *outlet = job->dated ? &job->dated->outlet : job->outlet;
    bool is_limited = job->caller->who->role == ROLE_CASHIER;
    job->facts.rules = (struct pricing_rules){outlet->tax_rate_bp, outlet->service_charge_rate_bp,
                                              outlet->tax_service_charge, outlet->prices_include_tax};
    job->facts.cash_rounding_minor = outlet->cash_rounding_minor;
    job->facts.discount_limit_bp = is_limited ? outlet->cashier_discount_limit_bp : RATE_ONE_BP;
    job->facts.discount_approved = job->caller->override_hash.data != NULL;
    job->facts.allow_negative_stock = outlet->allow_negative_stock;
    job->facts.already_taken = job->dated != NULL;
}

bool sale_job_claims_approval(const struct sale_job *job)
{
    return job->caller->override_hash.data && job->decision.above_discount_limit;
}

void sale_job_set_approved(struct sale_job *job, bool is_approved)
{
    if (job->facts.discount_approved == is_approved)
        return;
    job->facts.discount_approved = is_approved;
    job->bill_code = sale_decide_bill(&job->facts, &job->decision);
}

/* ---- The job ---- */

static const struct outlet *reachable_outlet(const struct sale_job *job)
{
    const struct identity *who = job->caller->who;
    struct uuid id = job->request->outlet_id;
    if (who->role != ROLE_OWNER && !uuid_eq(who->outlet_id, id))
        return NULL;
    const struct outlet *outlet = directory_outlet(job->snapshot.directory, id);
    bool is_offline = job->request->client_created_at != JSON_NONE;
    return outlet && (outlet->is_active || is_offline) ? outlet : NULL;
}

enum code sale_job_prepare(struct sale_job *job)
{
    size_t count = job->request->items.count;
    job->business_id = job->caller->who->business_id;
    job->currency_decimals = job->snapshot.directory->units.currency_decimals;
    job->outlet = reachable_outlet(job);
    if (!job->outlet)
        return CODE_NOT_FOUND;
    job->products = arena_array(job->arena, const struct catalog_product *, count);
    job->variants = arena_array(job->arena, const struct catalog_variant *, count);
    job->modifiers = arena_array(job->arena, const struct catalog_modifier **, count);
    job->decision.lines = arena_array(job->arena, struct priced_line, count);

    enum code code = job->request->client_created_at == JSON_NONE ? CODE_OK : late_prices_load(job);
    if (code)
        return code;
    struct sale_line *lines = prepare_lines(job);
    prepare_levels(job, lines, count);
    job->facts.lines = lines;
    job->facts.line_count = count;
    prepare_discounts(job);
    prepare_payments(job);
    prepare_outlet_rules(job);
    job->bill_code = sale_decide_bill(&job->facts, &job->decision);
    return CODE_OK;
}

/* What is not known, or more than money can be, is left open. */
static int64_t cost_of(const struct catalog_product *product, int64_t quantity_milli)
{
    int64_t cost;
    bool known = product->cost_price_minor != JSON_NONE &&
                 decimal_muldiv(product->cost_price_minor, quantity_milli, QUANTITY_ONE_MILLI, &cost);
    return known && cost <= MONEY_MAX_MINOR ? cost : JSON_NONE;
}

struct sale_item sale_job_item(const struct sale_job *job, size_t line)
{
    const struct sale_item_request *asked = &job->request->items.at[line];
    const struct priced_line *priced = &job->decision.lines[line];
    const struct catalog_variant *variant = job->variants[line];
    struct sale_item item = {
        .product_id = job->products[line]->id,
        .variant_id = variant ? variant->id : UUID_NIL,
        .product_name = job->products[line]->name,
        .variant_name = variant ? variant->name : STR_NONE,
        .discount_reason = asked->discount ? asked->discount->reason : STR_NONE,
        .notes = asked->notes,
        .quantity_milli = asked->quantity_milli,
        .unit_price_minor = job->facts.lines[line].price_minor,
        .discount_minor = priced->net_discount_minor,
        .subtotal_minor = priced->subtotal_minor,
        .bill_discount_minor = priced->bill_discount_minor,
        .service_charge_minor = priced->service_charge_minor,
        .tax_minor = priced->tax_minor,
        .cost_minor = cost_of(job->products[line], asked->quantity_milli),
    };
    item.modifiers.count = asked->modifier_ids.count;
    item.modifiers.at = arena_array(job->arena, struct sale_modifier, item.modifiers.count);
    for (size_t i = 0; i < item.modifiers.count; i++) {
        const struct catalog_modifier *modifier = job->modifiers[line][i];
        item.modifiers.at[i] = (struct sale_modifier){modifier->id, modifier->name,
                                                      job->facts.lines[line].choices[i].price_minor};
    }
    return item;
}
