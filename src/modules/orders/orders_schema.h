/* Kitchen orders as JSON: the structs behind the calls and events, and their tables. */
#pragma once
#include "modules/orders/orders.h"
#include "modules/pos/pos.h"

#define ORDER_ITEMS_MAX 200
#define ORDER_NOTES_MAX 500
#define ORDER_PRIORITY_MAX 100

struct order_item {
    struct uuid id, product_id, variant_id;
    struct str product_name, variant_name, notes, station;
    int64_t quantity_milli;
    struct str modifiers; /* a JSON array; never absent */
    int64_t status;       /* enum order_status */
};

struct order {
    struct uuid id; /* first: lists go by it */
    struct uuid outlet_id, table_id, transaction_id, employee_id;
    struct str order_number, table_name, notes;
    int64_t order_type, status, priority, version; /* enum order_type, enum order_status */
    bool voided;
    JSON_ARRAY_OF(struct order_item) items;
    int64_t created_at, started_at, ready_at, served_at, closed_at;

    /* Not of the API. */
    bool made_by_sale;
    int64_t business_date, number;
};

struct order_item_request {
    struct uuid product_id, variant_id;
    int64_t quantity_milli;
    JSON_ARRAY_OF(struct uuid) modifier_ids;
    struct str notes;
};

/* Either transaction_id, or outlet, type and items. */
struct order_request {
    struct uuid transaction_id, outlet_id, table_id;
    int64_t order_type, priority;
    JSON_ARRAY_OF(struct order_item_request) items;
    struct str notes;
};

struct order_status_request {
    int64_t status, version; /* version JSON_NONE: whatever it is */
};

struct order_patch {
    int64_t priority, version;
    struct str notes;
    struct uuid table_id;
};

struct order_query {
    struct uuid outlet_id, table_id;
    JSON_ARRAY_OF(int64_t) statuses;
    struct str station;
};

extern const char *const KITCHEN_ORDER_TYPE_NAMES[]; /* without retail; indexes as in enum order_type */
extern const struct json_schema ORDER_SCHEMA, ORDER_REQUEST_SCHEMA, ORDER_STATUS_REQUEST_SCHEMA,
    ORDER_PATCH_SCHEMA, ORDER_QUERY_SCHEMA;

/* ---- Events (orders_events.c): data as orders.h says; employee_id nil: nobody's doing ---- */

struct event_draft order_created_event(struct arena *arena, const struct order *order);
struct event_draft order_status_event(struct arena *arena, const struct order *order,
                                      enum order_status previous, struct uuid employee_id);
struct event_draft order_item_event(struct arena *arena, const struct order *order,
                                    const struct order_item *item, enum order_status previous,
                                    struct uuid employee_id);
struct event_draft order_updated_event(struct arena *arena, const struct order *order,
                                       struct uuid employee_id);
