/* /settings/business: what holds for all outlets. */
#include "modules/settings/settings_internal.h"

static const struct json_field BUSINESS_FIELDS[] = {
    {"id", JSON_UUID, JSON_READ_ONLY, offsetof(struct business, id)},
    {"name", JSON_STRING, 0, offsetof(struct business, name), .min = 1, .max = 100},
    {"currency", JSON_STRING, 0, offsetof(struct business, currency), .min = 3, .max = 3,
     .summary = "ISO 4217; fixed once there are shifts or sales.", .wrong = currency_wrong},
    {"timezone", JSON_ZONE, 0, offsetof(struct business, timezone)},
    {"subscriptionPlan", JSON_STRING, JSON_READ_ONLY, offsetof(struct business, subscription_plan)},
    {"createdAt", JSON_TIME, JSON_READ_ONLY, offsetof(struct business, created_at)},
};

const struct json_schema BUSINESS_SCHEMA = JSON_SCHEMA("Business", struct business, BUSINESS_FIELDS);

static enum code get(struct request *request, struct db_tx *tx, void *arg)
{
    (void)arg;
    struct business business;
    if (!business_find(tx, &business))
        return CODE_NOT_FOUND;
    reply(request, &business);
    return CODE_OK;
}

enum code business_get(struct request *request) { return request_read(request, get, NULL); }

/* Amounts are stored in minor units: a currency with other decimals would move the point of every stored one.
 */
static enum code may_change_currency(struct request *request, struct db_tx *tx, struct str from,
                                     struct str to)
{
    bool same_decimals = currency_decimals(from) == currency_decimals(to);
    if (business_has_sold(tx))
        return request_refuse(request, CODE_CONFLICT, STR("currency"),
                              STR("there are shifts or sales in the old one"), STR_NONE);
    if (!same_decimals && business_has_prices(tx))
        return request_refuse(request, CODE_CONFLICT, STR("currency"), STR("there are prices in the old one"),
                              STR_NONE);
    if (!same_decimals)
        business_forget_cash_rounding(tx);
    return CODE_OK;
}

static enum code patch(struct request *request, struct db_tx *tx, void *arg)
{
    (void)arg;
    struct business before;
    cache_touch(tx);
    if (!business_find(tx, &before))
        return CODE_NOT_FOUND;
    struct business business = before;
    enum code code = request_patch(request, &business);
    if (!code && !str_eq(before.currency, business.currency))
        code = may_change_currency(request, tx, before.currency, business.currency);
    if (code)
        return code;
    business_update(tx, &business);
    reply(request, &business);
    return CODE_OK;
}

enum code business_patch(struct request *request) { return request_write(request, patch, NULL); }
