/* The split. Quantities are shared out as a table (part × line); fixed discounts follow them: a line's by
 * quantity, the bill's and redeemed points by what the parts cost. Percentages stay what they are. */
#include "modules/pos/held_bill_split.h"

#include "base/decimal.h"
#include "domain/pricing.h"
#include "domain/split.h"

struct table {
    const struct held_bill *bill;
    size_t parts, lines;
    int64_t *quantities; /* part after part */
};

static int64_t *cell(const struct table *table, size_t part, size_t line)
{
    return &table->quantities[part * table->lines + line];
}

static void share_evenly(struct table *table)
{
    for (size_t part = 0; part < table->parts; part++)
        for (size_t line = 0; line < table->lines; line++)
            *cell(table, part, line) = split_evenly(table->bill->cart.items.at[line].quantity_milli,
                                                    (int64_t)table->parts, (int64_t)part);
}

static void share_by_amount(struct table *table, const struct split_request *request)
{
    int64_t amounts[SPLIT_PARTS_MAX], quantities[SPLIT_PARTS_MAX];
    for (size_t part = 0; part < table->parts; part++)
        amounts[part] = request->parts.at[part].amount_minor;
    for (size_t line = 0; line < table->lines; line++) {
        split_by_weight(table->bill->cart.items.at[line].quantity_milli, amounts, table->parts, quantities);
        for (size_t part = 0; part < table->parts; part++)
            *cell(table, part, line) = quantities[part];
    }
}

static enum code share_by_items(struct arena *arena, struct table *table, const struct split_request *request,
                                struct str *ret_path, struct str *ret_message)
{
    for (size_t part = 0; part < table->parts; part++)
        for (size_t i = 0; i < request->parts.at[part].items.count; i++) {
            const struct split_item *item = &request->parts.at[part].items.at[i];
            if (item->line >= (int64_t)table->lines) {
                *ret_path = str_format(arena, "parts[%zu].items[%zu].line", part, i);
                *ret_message = str_format(arena, "the bill has %zu lines, counted from 0", table->lines);
                return CODE_SPLIT_MISMATCH;
            }
            *cell(table, part, (size_t)item->line) += item->quantity_milli;
        }
    for (size_t line = 0; line < table->lines; line++) {
        int64_t given = 0, there = table->bill->cart.items.at[line].quantity_milli;
        for (size_t part = 0; part < table->parts; part++)
            given += *cell(table, part, line);
        if (given != there) {
            char there_text[DECIMAL_TEXT_MAX], given_text[DECIMAL_TEXT_MAX];
            size_t there_len = decimal_format(there, 3, there_text),
                   given_len = decimal_format(given, 3, given_text);
            *ret_path = STR("parts");
            *ret_message = str_format(arena, "line %zu: the bill has %.*s, the parts %.*s", line,
                                      (int)there_len, there_text, (int)given_len, given_text);
            return CODE_SPLIT_MISMATCH;
        }
    }
    return CODE_OK;
}

/* What a piece costs now; a weight only, so that a product that is gone weighs nothing. */
static int64_t unit_price(const struct catalog *catalog, const struct sale_item_request *item)
{
    const struct catalog_product *product = catalog_product(catalog, item->product_id);
    if (!product)
        return 0;
    const struct catalog_variant *variant = catalog_variant(product, item->variant_id);
    int64_t price = variant ? variant->price_minor : product->price_minor;
    for (size_t i = 0; i < item->modifier_ids.count; i++) {
        const struct catalog_modifier *modifier = catalog_modifier(product, item->modifier_ids.at[i], NULL);
        price += modifier ? modifier->price_minor : 0;
    }
    return price;
}

static void weigh_parts(const struct table *table, const struct catalog *catalog,
                        int64_t weights[SPLIT_PARTS_MAX])
{
    for (size_t part = 0; part < table->parts; part++) {
        weights[part] = 0;
        for (size_t line = 0; line < table->lines; line++) {
            int64_t gross = 0;
            if (decimal_muldiv(unit_price(catalog, &table->bill->cart.items.at[line]),
                               *cell(table, part, line), QUANTITY_ONE_MILLI, &gross))
                weights[part] += gross < MONEY_MAX_MINOR ? gross : MONEY_MAX_MINOR;
        }
    }
}

/* Fixed discounts are hundredths of the currency; a share is a whole number of its smallest unit. */
static void share_discount(const struct discount_request *discount, const struct json_units *units,
                           const int64_t *weights, size_t parts,
                           struct discount_request ret_shares[SPLIT_PARTS_MAX])
{
    int64_t step = units->currency_decimals == 0 ? 100 : 1, values[SPLIT_PARTS_MAX];
    split_by_weight(discount->value / step, weights, parts, values);
    for (size_t part = 0; part < parts; part++) {
        ret_shares[part] = *discount;
        if (discount->type == DISCOUNT_FIXED)
            ret_shares[part].value = values[part] * step;
    }
}

static void add_line(struct arena *arena, const struct table *table, size_t line,
                     const struct json_units *units, struct held_bill *bills)
{
    const struct sale_item_request *item = &table->bill->cart.items.at[line];
    struct discount_request shares[SPLIT_PARTS_MAX];
    int64_t weights[SPLIT_PARTS_MAX] = {0};
    for (size_t part = 0; part < table->parts; part++)
        weights[part] = *cell(table, part, line);
    if (item->discount)
        share_discount(item->discount, units, weights, table->parts, shares);
    for (size_t part = 0; part < table->parts; part++) {
        if (weights[part] == 0)
            continue;
        struct sale_request *cart = &bills[part].cart;
        struct sale_item_request *copy = &cart->items.at[cart->items.count++];
        *copy = *item;
        copy->quantity_milli = weights[part];
        if (item->discount)
            copy->discount = arena_copy(arena, &shares[part], sizeof shares[part]);
    }
}

static void add_discounts(const struct table *table, const struct catalog *catalog,
                          const struct json_units *units, struct held_bill *bills)
{
    int64_t weights[SPLIT_PARTS_MAX] = {0};
    struct discount_request shares[SPLIT_PARTS_MAX];
    weigh_parts(table, catalog, weights);
    for (size_t i = 0; i < table->bill->cart.discounts.count; i++) {
        share_discount(&table->bill->cart.discounts.at[i], units, weights, table->parts, shares);
        for (size_t part = 0; part < table->parts; part++)
            bills[part].cart.discounts.at[bills[part].cart.discounts.count++] = shares[part];
    }
    if (table->bill->cart.points_redeemed > 0) {
        int64_t points[SPLIT_PARTS_MAX];
        split_by_weight(table->bill->cart.points_redeemed, weights, table->parts, points);
        for (size_t part = 0; part < table->parts; part++)
            bills[part].cart.points_redeemed = points[part];
    }
}

static struct held_bill *make_bills(struct arena *arena, const struct table *table,
                                    const struct split_request *request)
{
    struct held_bill *bills = arena_array(arena, struct held_bill, table->parts);
    const struct sale_request *whole = &table->bill->cart;
    for (size_t part = 0; part < table->parts; part++) {
        struct str name = part < request->parts.count ? request->parts.at[part].name : STR_NONE;
        bills[part] = *table->bill;
        bills[part].id = uuid_new();
        bills[part].name =
            name.data || !table->bill->name.data
                ? name
                : str_format(arena, "%.*s %zu/%zu", STR_ARG(table->bill->name), part + 1, table->parts);
        bills[part].cart.items.at = arena_array(arena, struct sale_item_request, whole->items.count);
        bills[part].cart.items.count = 0;
        bills[part].cart.discounts.at = arena_array(arena, struct discount_request, whole->discounts.count);
        bills[part].cart.discounts.count = 0;
    }
    return bills;
}

enum code held_bill_split(struct arena *arena, const struct catalog *catalog, const struct json_units *units,
                          const struct held_bill *bill, const struct split_request *request,
                          struct split_result *ret_result, struct str *ret_path, struct str *ret_message)
{
    bool evenly = request->ways != JSON_NONE;
    struct table table = {bill, evenly ? (size_t)request->ways : request->parts.count, bill->cart.items.count,
                          NULL};
    if (bill->cart.order_ids.count > 0) {
        *ret_path = STR("orderIds");
        *ret_message = STR("kitchen orders are settled by one sale; it may have several payments");
        return CODE_SPLIT_MISMATCH;
    }
    table.quantities = arena_array(arena, int64_t, table.parts * table.lines);
    if (evenly) {
        share_evenly(&table);
    } else if (request->parts.at[0].amount_minor != JSON_NONE) {
        share_by_amount(&table, request);
    } else {
        enum code code = share_by_items(arena, &table, request, ret_path, ret_message);
        if (code)
            return code;
    }
    struct held_bill *bills = make_bills(arena, &table, request);
    for (size_t line = 0; line < table.lines; line++)
        add_line(arena, &table, line, units, bills);
    add_discounts(&table, catalog, units, bills);
    for (size_t part = 0; part < table.parts; part++)
        if (bills[part].cart.items.count == 0) {
            *ret_path = evenly ? STR("ways") : str_format(arena, "parts[%zu]", part);
            *ret_message = STR("nothing would be on this bill");
            return CODE_SPLIT_MISMATCH;
        }
    ret_result->bills.at = bills;
    ret_result->bills.count = table.parts;
    return CODE_OK;
}
