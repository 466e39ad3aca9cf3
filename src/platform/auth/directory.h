/* The directory of a business: its settings, outlets and employees, as one immutable snapshot from the cache
 * (platform/cache). Answers authentication and every rule that hangs on an outlet's settings. */
#pragma once
#include "platform/auth/identity.h"
#include "platform/cache/cache.h"

struct zone;

struct outlet {
    struct uuid id;
    struct str name, code, address, phone, timezone, receipt_header, receipt_footer;
    struct str tax_number, tax_name; /* as receipts say them: NPWP, PBJT */
    const struct zone *zone;
    int64_t tax_rate_bp, service_charge_rate_bp, cash_rounding_minor, cashier_discount_limit_bp;
    bool tax_service_charge, prices_include_tax, allow_negative_stock, blind_close, is_active;
    int64_t created_at;
};

struct directory_employee {
    struct uuid id, outlet_id;
    struct str name, email;
    enum role role;
    bool is_active;
};

struct directory {
    struct uuid business_id;
    struct str name, currency, timezone, subscription_plan;
    struct json_units units;
    int64_t created_at;
    const struct outlet *outlets;
    size_t outlet_count;
    const struct directory_employee *employees;
    size_t employee_count;
};

/* After cache_acquire(cache, &DIRECTORY, business, &ref) ref.object is a directory. */
extern const struct cache_kind DIRECTORY;

const struct outlet *directory_outlet(const struct directory *directory, struct uuid id); /* NULL: none */
const struct directory_employee *directory_employee(const struct directory *directory, struct uuid id);

/* ISO 4217, upper case: IDR 0 (as traded), USD 2; −1: not known. */
int currency_decimals(struct str currency);
const char *currency_wrong(struct str currency); /* for json_field.wrong */
