/* One parked cart made into several: by items, by amounts, or evenly. */
#pragma once
#include "modules/catalog/catalog.h"
#include "modules/pos/held_bill_store.h"

#define SPLIT_PARTS_MAX 20

struct split_item {
    int64_t line; /* index in the bill's items */
    int64_t quantity_milli;
};

/* Either `items` or `amount_minor`, the same in all parts. */
struct split_part {
    struct str name;
    JSON_ARRAY_OF(struct split_item) items;
    int64_t amount_minor; /* JSON_NONE: by items */
};

/* Either `ways` or `parts`. */
struct split_request {
    int64_t ways;
    JSON_ARRAY_OF(struct split_part) parts;
};

struct split_result {
    JSON_ARRAY_OF(struct held_bill) bills;
};

extern const struct json_schema SPLIT_REQUEST_SCHEMA, SPLIT_RESULT_SCHEMA;

/* The new bills, with ids and without times; every thousandth of every line and every unit of a fixed
 * discount is in one of them. SPLIT_MISMATCH with `ret_path` and `ret_message` when the parts are not the
 * bill, or it settles kitchen orders: the parts that don't would be cooked again. */
enum code held_bill_split(struct arena *arena, const struct catalog *catalog, const struct json_units *units,
                          const struct held_bill *bill, const struct split_request *request,
                          struct split_result *ret_result, struct str *ret_path, struct str *ret_message);
