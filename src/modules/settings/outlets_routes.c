/* /outlets: the owner writes, a manager reads the own one. */
#include "modules/settings/settings_internal.h"

#define CODE_MOST 10
#define CASH_ROUNDING_MOST 1000000 /* minor units */

static const char *code_wrong(struct str code)
{
    bool is_code = true;
    for (size_t i = 0; i < code.len; i++) {
        char c = code.data[i];
        is_code = is_code && ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-');
    }
    return is_code ? NULL : "must be made of A-Z, 0-9 and -";
}

static const struct json_field OUTLET_FIELDS[] = {
    {"id", JSON_UUID, JSON_READ_ONLY, offsetof(struct outlet, id)},
    {"name", JSON_STRING, JSON_REQUIRED, offsetof(struct outlet, name), .min = 1, .max = 100},
    {"code", JSON_STRING, 0, offsetof(struct outlet, code), .min = 1, .max = CODE_MOST, .wrong = code_wrong,
     .summary =
         "In receipt numbers: A–Z, 0–9 and -; the next OUTn when left out. Fixed once a receipt carries it."},
    {"address", JSON_STRING, JSON_NULLABLE, offsetof(struct outlet, address)},
    {"phone", JSON_STRING, JSON_NULLABLE, offsetof(struct outlet, phone), .max = 40},
    {"timezone", JSON_ZONE, 0, offsetof(struct outlet, timezone), .summary = "The business's when left out."},
    {"taxNumber", JSON_STRING, JSON_NULLABLE, offsetof(struct outlet, tax_number), .max = 40,
     .summary = "NPWP, on receipts"},
    {"taxName", JSON_STRING, JSON_NULLABLE, offsetof(struct outlet, tax_name), .min = 1, .max = 20,
     .summary = "On receipts: PPN, PBJT; just \"tax\" when left out."},
    {"taxRate", JSON_RATE, 0, offsetof(struct outlet, tax_rate_bp)},
    {"serviceChargeRate", JSON_RATE, 0, offsetof(struct outlet, service_charge_rate_bp)},
    {"taxServiceCharge", JSON_BOOLEAN, 0, offsetof(struct outlet, tax_service_charge),
     .summary = "The service charge is part of the tax base."},
    {"pricesIncludeTax", JSON_BOOLEAN, 0, offsetof(struct outlet, prices_include_tax)},
    {"cashRounding", JSON_MONEY, 0, offsetof(struct outlet, cash_rounding_minor), .max = CASH_ROUNDING_MOST,
     .summary = "What is due in cash is rounded to a multiple of this; 0: not at all."},
    {"receiptHeader", JSON_STRING, JSON_NULLABLE, offsetof(struct outlet, receipt_header), .max = 1000},
    {"receiptFooter", JSON_STRING, JSON_NULLABLE, offsetof(struct outlet, receipt_footer), .max = 1000},
    {"allowNegativeStock", JSON_BOOLEAN, 0, offsetof(struct outlet, allow_negative_stock)},
    {"cashierDiscountLimit", JSON_RATE, 0, offsetof(struct outlet, cashier_discount_limit_bp),
     .summary = "The largest share of a bill that a cashier may take off alone."},
    {"blindClose", JSON_BOOLEAN, 0, offsetof(struct outlet, blind_close),
     .summary = "Cashiers are not told what the drawer should hold."},
    {"isActive", JSON_BOOLEAN, 0, offsetof(struct outlet, is_active)},
    {"createdAt", JSON_TIME, JSON_READ_ONLY, offsetof(struct outlet, created_at)},
};

const struct json_schema OUTLET_SCHEMA =
    JSON_SCHEMA("Outlet", struct outlet, OUTLET_FIELDS, .defaults = &OUTLET_DEFAULTS);

static enum code list(struct request *request, struct db_tx *tx, void *arg)
{
    const struct uuid *before = arg;
    struct uuid only = request->who.role == ROLE_OWNER ? UUID_NIL : request->who.outlet_id;
    size_t count;
    struct outlet *outlets = outlets_list(tx, *before, only, request->page.limit + 1, &count);
    reply_page(request, outlets, count, cursor_of_id);
    return CODE_OK;
}

enum code outlets_get_list(struct request *request)
{
    struct uuid before;
    enum code code = page_before(request, &before);
    return code ? code : request_read(request, list, &before);
}

static enum code get(struct request *request, struct db_tx *tx, void *arg)
{
    struct outlet outlet;
    if (!outlet_find(tx, *(const struct uuid *)arg, &outlet))
        return CODE_NOT_FOUND;
    reply(request, &outlet);
    return CODE_OK;
}

enum code outlets_get(struct request *request)
{
    struct uuid id;
    if (!request_param_uuid(request, 0, &id) || !request_may_use_outlet(request, id))
        return CODE_NOT_FOUND;
    return request_read(request, get, &id);
}

static enum code code_taken(struct request *request)
{
    return request_refuse(request, CODE_CONFLICT, STR("code"), STR("is the code of another outlet"),
                          STR_NONE);
}

static enum code create(struct request *request, struct db_tx *tx, void *arg)
{
    (void)arg;
    struct outlet outlet = *(const struct outlet *)request->body;
    cache_touch(tx);
    if (outlets_count(tx) >= OUTLETS_MOST)
        return request_refuse(request, CODE_CONFLICT, STR(""), STR("a business has at most 500 outlets"),
                              STR_NONE);
    struct business business;
    if (!business_find(tx, &business))
        return CODE_NOT_FOUND;
    outlet.id = uuid_new();
    outlet.created_at = request->received_ms;
    if (!outlet.timezone.data)
        outlet.timezone = business.timezone;
    enum code code = outlet_add(tx, &outlet);
    if (code == CODE_CONFLICT)
        return code_taken(request);
    if (!code)
        reply(request, &outlet);
    return code;
}

enum code outlets_post(struct request *request) { return request_write(request, create, NULL); }

/* May this outlet be closed for good? */
static enum code may_deactivate(struct request *request, struct db_tx *tx, struct uuid id)
{
    if (outlets_count_other_active(tx, id) == 0)
        return request_refuse(request, CODE_CONFLICT, STR("isActive"), STR("it is the last active outlet"),
                              STR_NONE);
    if (outlet_has_open_shift(tx, id))
        return request_refuse(request, CODE_CONFLICT, STR("isActive"), STR("it has an open shift"), STR_NONE);
    return CODE_OK;
}

static enum code patch(struct request *request, struct db_tx *tx, void *arg)
{
    struct outlet before;
    cache_touch(tx);
    if (!outlet_find(tx, *(const struct uuid *)arg, &before))
        return CODE_NOT_FOUND;
    struct outlet outlet = before;
    enum code code = request_patch(request, &outlet);
    if (code)
        return code;
    bool new_code = !str_eq(outlet.code, before.code);
    if (new_code && outlet_has_receipts(tx, outlet.id))
        return request_refuse(request, CODE_CONFLICT, STR("code"), STR("receipts carry the old one"),
                              STR_NONE);
    if (new_code && outlet_code_is_taken(tx, outlet.code, outlet.id))
        return code_taken(request);
    if (before.is_active && !outlet.is_active) {
        code = may_deactivate(request, tx, outlet.id);
        if (code)
            return code;
    }
    outlet_update(tx, &outlet);
    reply(request, &outlet);
    return CODE_OK;
}

enum code outlets_patch(struct request *request)
{
    struct outlet probe = OUTLET_DEFAULTS; /* what is wrong in itself is told before what is not there */
    enum code code = request_patch(request, &probe);
    if (code)
        return code;
    return write_by_id(request, patch);
}

static enum code close_outlet(struct request *request, struct db_tx *tx, void *arg)
{
    struct outlet outlet;
    cache_touch(tx);
    if (!outlet_find(tx, *(const struct uuid *)arg, &outlet))
        return CODE_NOT_FOUND;
    if (outlet.is_active) {
        enum code code = may_deactivate(request, tx, outlet.id);
        if (code)
            return code;
    }
    outlet.is_active = false;
    if (outlet_has_history(tx, outlet.id))
        outlet_update(tx, &outlet);
    else
        outlet_delete(tx, outlet.id);
    reply_none(request);
    return CODE_OK;
}

enum code outlets_delete(struct request *request) { return write_by_id(request, close_outlet); }
