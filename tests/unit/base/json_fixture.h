/* The schemas that the JSON tests share: a sale with lines, and a product with every kind of field. */
#pragma once
#include "base/json.h"

#define DEFAULT_TABLE "T0"

enum order_type { DINE_IN, TAKEAWAY, DELIVERY };
enum discount_type { PERCENTAGE, FIXED };

struct discount {
    int64_t type, value;
    struct str reason;
};

struct item {
    struct uuid product_id, variant_id;
    int64_t quantity;
    JSON_ARRAY_OF(struct uuid) modifier_ids;
    struct str notes;
    struct discount *discount;
};

struct payment {
    int64_t method, amount;
    struct str reference;
};

struct sale {
    struct uuid outlet_id, customer_id;
    int64_t order_type;
    struct str table;
    JSON_ARRAY_OF(struct item) items;
    JSON_ARRAY_OF(struct payment) payments;
    JSON_ARRAY_OF(struct str) tags;
    int64_t total;
};

/* One member of each type. */
struct everything {
    struct uuid id;
    struct str name, email, zone, raw, password;
    int64_t count, created_at, born_on, price, quantity, rate, amount;
    bool active;
    int64_t kind;
    struct discount *discount;
    JSON_ARRAY_OF(struct discount) discounts;
    JSON_ARRAY_OF(int64_t) kinds;
    JSON_ARRAY_OF(struct uuid) ids;
    struct str note;
};

extern const struct json_schema DISCOUNT_SCHEMA, SALE_SCHEMA, EVERYTHING_SCHEMA;
extern const struct json_units RUPIAH, DOLLAR;

/* Parses and decodes into `object`; what went wrong as lines "path: message\n". */
struct str fixture_decode(struct str text, const struct json_schema *schema, enum json_mode mode,
                          const struct json_units *units, void *object);
struct str fixture_faults(const struct json_errors *errors);
