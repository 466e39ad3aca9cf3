/* See json_fixture.h. */
#include "json_fixture.h"

#include "test.h"

const struct json_units RUPIAH = {0}, DOLLAR = {2};

static const char *const ORDER_TYPES[] = {"dine_in", "takeaway", "delivery", NULL};
static const char *const DISCOUNT_TYPES[] = {"percentage", "fixed", NULL};
static const char *const METHODS[] = {"cash", "card", "qris", NULL};

#define AT(type, member) .offset = offsetof(struct type, member)

static const struct json_field DISCOUNT_FIELDS[] = {
    {"type", JSON_ENUM, JSON_REQUIRED, AT(discount, type), .values = DISCOUNT_TYPES},
    {"value", JSON_AMOUNT, JSON_REQUIRED, AT(discount, value)},
    {"reason", JSON_STRING, JSON_NULLABLE, AT(discount, reason), .max = 20},
};

static void check_discount(const void *object, const struct json_units *units, struct json_errors *errors)
{
    const struct discount *discount = object;
    (void)units;
    if (discount->type == PERCENTAGE && discount->value > 10000)
        json_error_add(errors, "value", "must be at most 100");
}

const struct json_schema DISCOUNT_SCHEMA =
    JSON_SCHEMA("Discount", struct discount, DISCOUNT_FIELDS, .check = check_discount);

static const struct json_field ITEM_FIELDS[] = {
    {"productId", JSON_UUID, JSON_REQUIRED, AT(item, product_id)},
    {"variantId", JSON_UUID, JSON_NULLABLE, AT(item, variant_id)},
    {"quantity", JSON_QUANTITY, JSON_REQUIRED, AT(item, quantity)},
    {"modifierIds", JSON_ARRAY, 0, AT(item, modifier_ids), .element = JSON_UUID, .max = 3},
    {"notes", JSON_STRING, JSON_NULLABLE, AT(item, notes)},
    {"discount", JSON_OBJECT, JSON_NULLABLE, AT(item, discount), .schema = &DISCOUNT_SCHEMA},
};
static const struct json_schema ITEM_SCHEMA = JSON_SCHEMA("Item", struct item, ITEM_FIELDS);

static const struct json_field PAYMENT_FIELDS[] = {
    {"method", JSON_ENUM, JSON_REQUIRED, AT(payment, method), .values = METHODS},
    {"amount", JSON_MONEY, JSON_REQUIRED, AT(payment, amount), .min = 1},
    {"referenceNumber", JSON_STRING, JSON_NULLABLE, AT(payment, reference)},
};
static const struct json_schema PAYMENT_SCHEMA = JSON_SCHEMA("Payment", struct payment, PAYMENT_FIELDS);

static const struct json_field SALE_FIELDS[] = {
    {"outletId", JSON_UUID, JSON_REQUIRED, AT(sale, outlet_id)},
    {"orderType", JSON_ENUM, JSON_REQUIRED, AT(sale, order_type), .values = ORDER_TYPES},
    {"customerId", JSON_UUID, JSON_NULLABLE, AT(sale, customer_id)},
    {"table", JSON_STRING, JSON_NULLABLE, AT(sale, table), .min = 1, .max = 10},
    {"items", JSON_ARRAY, JSON_REQUIRED, AT(sale, items), .schema = &ITEM_SCHEMA, .min = 1, .max = 200},
    {"payments", JSON_ARRAY, JSON_REQUIRED, AT(sale, payments), .schema = &PAYMENT_SCHEMA, .min = 1,
     .max = 20},
    {"tags", JSON_ARRAY, 0, AT(sale, tags), .element = JSON_STRING},
    {"total", JSON_MONEY, JSON_READ_ONLY, AT(sale, total)},
};
static const struct sale SALE_DEFAULTS = {
    .order_type = TAKEAWAY, .table = STR_INIT(DEFAULT_TABLE), .total = JSON_NONE};
const struct json_schema SALE_SCHEMA =
    JSON_SCHEMA("Sale", struct sale, SALE_FIELDS, .defaults = &SALE_DEFAULTS);

static const struct json_field EVERYTHING_FIELDS[] = {
    {"id", JSON_UUID, JSON_READ_ONLY, AT(everything, id)},
    {"name", JSON_STRING, JSON_REQUIRED, AT(everything, name), .min = 1, .max = 5,
     .summary = "What it is \"called\""},
    {"email", JSON_EMAIL, JSON_NULLABLE, AT(everything, email)},
    {"timezone", JSON_ZONE, 0, AT(everything, zone)},
    {"raw", JSON_RAW, JSON_OMIT_EMPTY, AT(everything, raw)},
    {"password", JSON_STRING, JSON_WRITE_ONLY, AT(everything, password), .min = 8, .max = 128},
    {"count", JSON_INTEGER, JSON_NULLABLE, AT(everything, count), .min = -5, .max = 5},
    {"createdAt", JSON_TIME, JSON_NULLABLE, AT(everything, created_at)},
    {"bornOn", JSON_DATE, JSON_NULLABLE, AT(everything, born_on)},
    {"price", JSON_MONEY, 0, AT(everything, price)},
    {"quantity", JSON_QUANTITY, 0, AT(everything, quantity)},
    {"rate", JSON_RATE, 0, AT(everything, rate)},
    {"amount", JSON_AMOUNT, 0, AT(everything, amount)},
    {"active", JSON_BOOLEAN, JSON_NULLABLE, AT(everything, active)},
    {"kind", JSON_ENUM, JSON_NULLABLE, AT(everything, kind), .values = ORDER_TYPES},
    {"discount", JSON_OBJECT, JSON_NULLABLE, AT(everything, discount), .schema = &DISCOUNT_SCHEMA},
    {"discounts", JSON_ARRAY, JSON_NULLABLE, AT(everything, discounts), .schema = &DISCOUNT_SCHEMA},
    {"kinds", JSON_ARRAY, JSON_OMIT_EMPTY, AT(everything, kinds), .element = JSON_ENUM,
     .values = ORDER_TYPES},
    {"ids", JSON_ARRAY, 0, AT(everything, ids), .element = JSON_UUID},
    {"note", JSON_STRING, JSON_OMIT_EMPTY, AT(everything, note)},
};
const struct json_schema EVERYTHING_SCHEMA = JSON_SCHEMA("Everything", struct everything, EVERYTHING_FIELDS);

struct str fixture_faults(const struct json_errors *errors)
{
    struct buf out = buf_make(test_arena(), 256, 65536);
    for (size_t i = 0; i < errors->count; i++)
        buf_format(&out, "%.*s: %.*s\n", STR_ARG(errors->list[i].path), STR_ARG(errors->list[i].message));
    return buf_str(&out);
}

struct str fixture_decode(struct str text, const struct json_schema *schema, enum json_mode mode,
                          const struct json_units *units, void *object)
{
    struct json_errors errors = {.arena = test_arena()};
    struct json_doc *doc = json_parse(text, &errors);
    bool ok = doc && json_decode(doc, schema, mode, units, object, &errors);
    json_doc_free(doc);
    expect(ok == (errors.count == 0));
    return fixture_faults(&errors);
}
