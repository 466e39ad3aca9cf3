/* Parking a cart, taking it back, splitting it. Taking back is a DELETE: of two tills that want the same bill
 * one gets 204, the other 404. A split takes the bill and parks its parts in one transaction. */
#include "modules/pos/held_bill_split.h"

#include "base/decimal.h"
#include "modules/pos/pos_routes.h"
#include "platform/auth/directory.h"
#include "platform/platform.h"

struct held_bill_filter {
    struct uuid outlet_id;
};

static const struct json_field HELD_BILL_FILTER_FIELDS[] = {
    {"outletId", JSON_UUID, 0, offsetof(struct held_bill_filter, outlet_id)},
};
const struct json_schema HELD_BILL_FILTER_SCHEMA =
    JSON_SCHEMA("HeldBillFilter", struct held_bill_filter, HELD_BILL_FILTER_FIELDS);

static const struct json_field SPLIT_ITEM_FIELDS[] = {
    {"line", JSON_INTEGER, JSON_REQUIRED, offsetof(struct split_item, line), .min = 0, .max = 199,
     .summary = "index in the bill's items"},
    {"quantity", JSON_QUANTITY, JSON_REQUIRED, offsetof(struct split_item, quantity_milli)},
};
static const struct json_schema SPLIT_ITEM_SCHEMA =
    JSON_SCHEMA("HeldBillSplitItem", struct split_item, SPLIT_ITEM_FIELDS);

static const struct split_part PART_DEFAULTS = {.amount_minor = JSON_NONE};
static const struct json_field SPLIT_PART_FIELDS[] = {
    {"name", JSON_STRING, JSON_NULLABLE, offsetof(struct split_part, name), .max = 100},
    {"items", JSON_ARRAY, JSON_NULLABLE, offsetof(struct split_part, items), .min = 1,
     .schema = &SPLIT_ITEM_SCHEMA, .summary = "together exactly the bill"},
    {"amount", JSON_MONEY, JSON_NULLABLE, offsetof(struct split_part, amount_minor), .min = 1,
     .max = MONEY_MAX_MINOR,
     .summary = "every line is shared out in proportion to the amounts, to a thousandth of its quantity"},
};
static const struct json_schema SPLIT_PART_SCHEMA =
    JSON_SCHEMA("HeldBillSplitPart", struct split_part, SPLIT_PART_FIELDS, .defaults = &PART_DEFAULTS);

static void check_split(const void *object, const struct json_units *units, struct json_errors *errors)
{
    const struct split_request *request = object;
    (void)units;
    if ((request->ways == JSON_NONE) == (request->parts.count == 0))
        json_error_add(errors, "", "needs either ways or parts");
    for (size_t i = 0; i < request->parts.count; i++) {
        const struct split_part *part = &request->parts.at[i], *first = request->parts.at;
        bool by_amount = part->amount_minor != JSON_NONE;
        char path[32];
        snprintf(path, sizeof path, "parts[%zu]", i);
        if (by_amount == (part->items.at != NULL))
            json_error_add(errors, path, "needs either items or amount");
        else if (by_amount != (first->amount_minor != JSON_NONE))
            json_error_add(errors, path, "is not shared out as the first one is");
    }
}

static const struct json_field SPLIT_REQUEST_FIELDS[] = {
    {"ways", JSON_INTEGER, JSON_NULLABLE, offsetof(struct split_request, ways), .min = 2,
     .max = SPLIT_PARTS_MAX, .summary = "evenly in so many bills"},
    {"parts", JSON_ARRAY, JSON_NULLABLE, offsetof(struct split_request, parts), .min = 2,
     .max = SPLIT_PARTS_MAX, .schema = &SPLIT_PART_SCHEMA, .summary = "by items or by amounts"},
};
const struct json_schema SPLIT_REQUEST_SCHEMA =
    JSON_SCHEMA("HeldBillSplit", struct split_request, SPLIT_REQUEST_FIELDS, .check = check_split);

static const struct json_field SPLIT_RESULT_FIELDS[] = {
    {"bills", JSON_ARRAY, 0, offsetof(struct split_result, bills), .schema = &HELD_BILL_SCHEMA},
};
const struct json_schema SPLIT_RESULT_SCHEMA =
    JSON_SCHEMA("HeldBills", struct split_result, SPLIT_RESULT_FIELDS);

/* ---- Checks ---- */

static enum code absent(struct request *request, size_t item, const char *member, const char *message)
{
    return request_refuse(request, CODE_NOT_FOUND, str_format(request->arena, "items[%zu].%s", item, member),
                          str_of(message), STR_NONE);
}

/* The product is on the outlet's menu, and has what was chosen of it. */
static enum code check_item(struct request *request, const struct catalog *catalog, struct uuid outlet_id,
                            const struct sale_item_request *item, size_t index)
{
    const struct catalog_product *product = catalog_product(catalog, item->product_id);
    if (!product || !catalog_sold_in(product, outlet_id))
        return absent(request, index, "productId", "there is no such product");
    if (!uuid_is_nil(item->variant_id) && !catalog_variant(product, item->variant_id))
        return absent(request, index, "variantId", "the product has no such variant");
    for (size_t i = 0; i < item->modifier_ids.count; i++) {
        if (!catalog_modifier(product, item->modifier_ids.at[i], NULL))
            return absent(request, index, "modifierIds", "the product does not offer this modifier");
    }
    return CODE_OK;
}

/* The outlet must be in the caller's reach and open, and sell what is in the cart. */
static enum code check_cart(struct request *request, const struct sale_request *cart)
{
    struct cache_ref ref;
    if (!request_may_use_outlet(request, cart->outlet_id))
        return CODE_NOT_FOUND;
    enum code code = directory_of(request, &ref);
    if (code)
        return code;
    const struct outlet *outlet = directory_outlet(ref.object, cart->outlet_id);
    bool is_open = outlet && outlet->is_active;
    cache_release(&ref);
    if (!is_open)
        return CODE_NOT_FOUND;
    code = cache_acquire(request->platform->cache, &CATALOG, request->who.business_id, &ref);
    if (code)
        return code;
    for (size_t i = 0; !code && i < cart->items.count; i++)
        code = check_item(request, ref.object, cart->outlet_id, &cart->items.at[i], i);
    cache_release(&ref);
    return code;
}

static bool in_reach(struct request *request, struct db_tx *tx, struct uuid id, struct held_bill *ret_bill)
{
    return held_bill_read(tx, &request->who.units, id, ret_bill) &&
           request_may_use_outlet(request, ret_bill->cart.outlet_id);
}

/* ---- Calls ---- */

static enum code park(struct request *request, struct db_tx *tx, void *arg)
{
    struct held_bill *bill = arg;
    if (!held_bill_references_exist(tx, &bill->cart))
        return CODE_NOT_FOUND;
    enum code code = held_bill_store(tx, &request->who.units, bill);
    if (!code)
        reply(request, bill);
    return code;
}

enum code held_bill_create(struct request *request)
{
    struct held_bill bill = *(const struct held_bill *)request->body;
    enum code code = check_cart(request, &bill.cart);
    if (code)
        return code;
    bill.id = uuid_new();
    bill.created_at = request->received_ms;
    bill.cart.employee_id = request->who.employee_id;
    return request_write(request, park, &bill);
}

struct listing {
    struct uuid outlet_id, before;
};

static enum code read_list(struct request *request, struct db_tx *tx, void *arg)
{
    const struct listing *listing = arg;
    size_t count;
    struct held_bill *bills = held_bills_read(tx, &request->who.units, listing->outlet_id, listing->before,
                                              request->page.limit + 1, &count);
    reply_page(request, bills, count, cursor_of_id);
    return CODE_OK;
}

enum code held_bill_list(struct request *request)
{
    const struct held_bill_filter *filter = request->query;
    struct listing listing = {.outlet_id = filter->outlet_id};
    enum code code = page_before(request, &listing.before);
    if (code)
        return code;
    if (uuid_is_nil(listing.outlet_id) && request->who.role != ROLE_OWNER)
        listing.outlet_id = request->who.outlet_id;
    code = directory_reach(request, listing.outlet_id);
    return code ? code : request_read(request, read_list, &listing);
}

static enum code read_one(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    struct held_bill bill;
    if (!in_reach(request, tx, *id, &bill))
        return CODE_NOT_FOUND;
    reply(request, &bill);
    return CODE_OK;
}

enum code held_bill_get(struct request *request) { return read_by_id(request, read_one); }

static enum code take_back(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *id = arg;
    struct held_bill bill;
    if (!in_reach(request, tx, *id, &bill) || !held_bill_take(tx, *id))
        return CODE_NOT_FOUND;
    reply_none(request);
    return CODE_OK;
}

enum code held_bill_delete(struct request *request) { return write_by_id(request, take_back); }

struct division {
    struct uuid id;
    const struct catalog *catalog;
};

static enum code divide(struct request *request, struct db_tx *tx, void *arg)
{
    const struct division *division = arg;
    struct held_bill bill;
    struct split_result result;
    struct str path = STR(""), message = STR("");
    if (!in_reach(request, tx, division->id, &bill) || !held_bill_take(tx, division->id))
        return CODE_NOT_FOUND;
    enum code code = held_bill_split(request->arena, division->catalog, &request->who.units, &bill,
                                     request->body, &result, &path, &message);
    if (code)
        return request_refuse(request, code, path, message, STR_NONE);
    for (size_t i = 0; !code && i < result.bills.count; i++) {
        result.bills.at[i].created_at = request->received_ms;
        code = held_bill_store(tx, &request->who.units, &result.bills.at[i]);
    }
    if (!code)
        reply(request, &result);
    return code;
}

enum code held_bill_divide(struct request *request)
{
    struct division division;
    struct cache_ref ref;
    if (!request_param_uuid(request, 0, &division.id))
        return CODE_NOT_FOUND;
    enum code code = cache_acquire(request->platform->cache, &CATALOG, request->who.business_id, &ref);
    if (code)
        return code;
    division.catalog = ref.object;
    code = request_write(request, divide, &division);
    cache_release(&ref);
    return code;
}
