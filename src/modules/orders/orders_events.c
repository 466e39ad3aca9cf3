/* What others are told of orders: by the same tables as the API. */
#include "modules/orders/orders_schema.h"

#define EVENT_MAX_BYTES ((size_t)8 * 1024 * 1024)

/* What the data of all of them is made of. */
struct order_event {
    struct uuid order_id, item_id, table_id, transaction_id, employee_id;
    struct str order_number, station;
    JSON_ARRAY_OF(struct str) stations;
    JSON_ARRAY_OF(struct order_item) items;
    int64_t previous_status, new_status;
    const struct order *order;
};

#define ORDER_ID                                                        \
    {                                                                   \
        "orderId", JSON_UUID, 0, offsetof(struct order_event, order_id) \
    }
#define ORDER_NUMBER                                                              \
    {                                                                             \
        "orderNumber", JSON_STRING, 0, offsetof(struct order_event, order_number) \
    }
#define STATIONS                                                                                  \
    {                                                                                             \
        "stations", JSON_ARRAY, 0, offsetof(struct order_event, stations), .element = JSON_STRING \
    }
#define STATUSES                                                                                          \
    {"previousStatus", JSON_ENUM, 0, offsetof(struct order_event, previous_status),                       \
     .values = ORDER_STATUS_NAMES},                                                                       \
    {                                                                                                     \
        "newStatus", JSON_ENUM, 0, offsetof(struct order_event, new_status), .values = ORDER_STATUS_NAMES \
    }
#define EMPLOYEE_ID                                                                         \
    {                                                                                       \
        "employeeId", JSON_UUID, JSON_OMIT_EMPTY, offsetof(struct order_event, employee_id) \
    }
#define TRANSACTION_ID                                                                          \
    {                                                                                           \
        "transactionId", JSON_UUID, JSON_NULLABLE, offsetof(struct order_event, transaction_id) \
    }
#define WHOLE_ORDER                                                                           \
    {                                                                                         \
        "order", JSON_OBJECT, 0, offsetof(struct order_event, order), .schema = &ORDER_SCHEMA \
    }

static const struct json_field WHOLE_FIELDS[] = {ORDER_ID,       ORDER_NUMBER, STATIONS,
                                                 TRANSACTION_ID, EMPLOYEE_ID,  WHOLE_ORDER};
static const struct json_schema WHOLE_SCHEMA = JSON_SCHEMA("OrderEvent", struct order_event, WHOLE_FIELDS);

static const struct json_field ITEM_STATUS_FIELDS[] = {
    {"id", JSON_UUID, 0, offsetof(struct order_item, id)},
    {"status", JSON_ENUM, 0, offsetof(struct order_item, status), .values = ORDER_STATUS_NAMES},
};
static const struct json_schema ITEM_STATUS_SCHEMA =
    JSON_SCHEMA("OrderItemStatus", struct order_item, ITEM_STATUS_FIELDS);

static const struct json_field STATUS_FIELDS[] = {
    ORDER_ID,
    ORDER_NUMBER,
    STATIONS,
    STATUSES,
    {"items", JSON_ARRAY, 0, offsetof(struct order_event, items), .schema = &ITEM_STATUS_SCHEMA},
    {"tableId", JSON_UUID, JSON_NULLABLE, offsetof(struct order_event, table_id)},
    TRANSACTION_ID,
    EMPLOYEE_ID,
};
static const struct json_schema STATUS_SCHEMA =
    JSON_SCHEMA("OrderStatusEvent", struct order_event, STATUS_FIELDS);

static const struct json_field ITEM_FIELDS[] = {
    ORDER_ID,
    ORDER_NUMBER,
    {"station", JSON_STRING, JSON_NULLABLE, offsetof(struct order_event, station)},
    {"itemId", JSON_UUID, 0, offsetof(struct order_event, item_id)},
    STATUSES,
    EMPLOYEE_ID,
};
static const struct json_schema ITEM_SCHEMA = JSON_SCHEMA("OrderItemEvent", struct order_event, ITEM_FIELDS);

static struct order_event event_of(struct arena *arena, const struct order *order, struct uuid employee_id)
{
    struct order_event event = {
        .order_id = order->id,
        .table_id = order->table_id,
        .transaction_id = order->transaction_id,
        .employee_id = employee_id,
        .order_number = order->order_number,
        .stations = {arena_array(arena, struct str, order->items.count), 0},
        .items = {order->items.at, order->items.count},
        .new_status = order->status,
        .order = order,
    };
    for (size_t i = 0; i < order->items.count; i++) {
        struct str station = order->items.at[i].station;
        size_t k = 0;
        while (k < event.stations.count && !str_eq(event.stations.at[k], station))
            k++;
        if (station.data && k == event.stations.count)
            event.stations.at[event.stations.count++] = station;
    }
    return event;
}

static struct event_draft draft_of(struct arena *arena, const char *name, const struct json_schema *schema,
                                   const struct order_event *event)
{
    struct json_units units = {0}; /* money is text already */
    struct buf out = buf_make(arena, 512, EVENT_MAX_BYTES);
    json_encode(&out, schema, &units, event);
    return (struct event_draft){name, event->order_id, buf_str(&out)};
}

struct event_draft order_created_event(struct arena *arena, const struct order *order)
{
    struct order_event event = event_of(arena, order, order->employee_id);
    return draft_of(arena, "order.created", &WHOLE_SCHEMA, &event);
}

struct event_draft order_updated_event(struct arena *arena, const struct order *order,
                                       struct uuid employee_id)
{
    struct order_event event = event_of(arena, order, employee_id);
    return draft_of(arena, "order.updated", &WHOLE_SCHEMA, &event);
}

struct event_draft order_status_event(struct arena *arena, const struct order *order,
                                      enum order_status previous, struct uuid employee_id)
{
    struct order_event event = event_of(arena, order, employee_id);
    event.previous_status = previous;
    return draft_of(arena, "order.status_changed", &STATUS_SCHEMA, &event);
}

struct event_draft order_item_event(struct arena *arena, const struct order *order,
                                    const struct order_item *item, enum order_status previous,
                                    struct uuid employee_id)
{
    struct order_event event = event_of(arena, order, employee_id);
    event.station = item->station;
    event.item_id = item->id;
    event.previous_status = previous;
    event.new_status = item->status;
    return draft_of(arena, "order.item_status_changed", &ITEM_SCHEMA, &event);
}
