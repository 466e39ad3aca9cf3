/* What each event tells the screens. */
#include "modules/realtime/realtime_map.h"

#include "base/json_raw.h"
#include "test.h"

#define EVENT_ID "019c2f3a-0000-7000-8000-0000000000e1"
#define OUTLET "019c2f3a-0000-7000-8000-0000000000a1"
#define USER "019c2f3a-0000-7000-8000-0000000000b1"
#define ENVELOPE \
    "{\"eventId\":\"" EVENT_ID "\",\"outletId\":\"" OUTLET "\",\"timestamp\":\"2026-02-06T03:04:05.678Z\""
#define OF_BUSINESS \
    "{\"eventId\":\"" EVENT_ID "\",\"outletId\":null,\"timestamp\":\"2026-02-06T03:04:05.678Z\""

static struct event event_of(const char *name, const char *data)
{
    struct event event = {
        .business_id = {{1}}, .name = str_of(name), .data = str_of(data), .occurred_ms = 1770347045678};
    uuid_parse(STR(EVENT_ID), &event.event_id);
    uuid_parse(STR(OUTLET), &event.stream_id);
    return event;
}

/* "/kds all [..]\n", one line a message. */
static struct str told(const struct event *event, unsigned wanted)
{
    struct screen_message *messages;
    struct buf out = buf_make(test_arena(), 1024, 100000);
    size_t count = screen_messages(test_arena(), event, wanted, &messages);
    for (size_t i = 0; i < count; i++) {
        static const char *const names[] = {"all", "managers", "user", "stations"};
        const struct screen_message *message = &messages[i];
        buf_format(&out, "%s %s", SCREEN_NAMESPACE_NAMES[message->nsp], names[message->audience]);
        for (size_t k = 0; k < message->station_count; k++)
            buf_format(&out, "/%.*s", STR_ARG(message->stations[k]));
        buf_format(&out, " %.*s\n", STR_ARG(message->args));
    }
    return buf_str(&out);
}

TEST(realtime_maps_each_event)
{
    static const struct {
        const char *event, *data, *wanted;
    } cases[] = {
        {"audit.nothing", "{}", ""},
        {"payment.received", "{}", ""},
        {"transaction.created",
         "{\"transactionId\":\"t\",\"receiptNumber\":\"R-1\",\"grandTotal\":69000,\"customerId\":null,"
         "\"employeeId\":\"e\","
         "\"orderType\":\"dine_in\"}",
         "/notifications all [\"transaction:created\"," ENVELOPE
         ",\"transactionId\":\"t\",\"receiptNumber\":\"R-1\",\"grandTotal\":69000,\"customerId\":null}]\n"},
        {"order.created",
         "{\"orderId\":\"o\",\"orderNumber\":\"001\",\"stations\":[\"bar\",\"gr\\u0069ll\"],"
         "\"order\":{\"id\":\"o\",\"outletId\":\"x\",\"status\":\"pending\",\"items\":[{\"id\":\"i\"}]}}",
         "/kds stations/bar/grill [\"order:created\"," ENVELOPE
         ",\"orderId\":\"o\",\"id\":\"o\",\"status\":\"pending\",\"items\":[{\"id\":\"i\"}]}]\n"
         "/kds stations/bar/grill [\"order:status_changed\"," ENVELOPE
         ",\"orderId\":\"o\",\"orderNumber\":\"001\",\"previousStatus\":null,\"newStatus\":\"pending\"}]\n"
         "/notifications all [\"order:status_changed\"," ENVELOPE
         ",\"orderId\":\"o\",\"orderNumber\":\"001\",\"previousStatus\":null,\"newStatus\":\"pending\"}]\n"},
        {"order.status_changed",
         "{\"orderId\":\"o\",\"orderNumber\":\"001\",\"stations\":[],\"previousStatus\":\"pending\","
         "\"newStatus\":"
         "\"cooking\",\"items\":[{\"id\":\"i\",\"status\":\"cooking\"}]}",
         "/kds stations [\"order:status_changed\"," ENVELOPE
         ",\"orderId\":\"o\",\"orderNumber\":\"001\",\"previousStatus\":\"pending\",\"newStatus\":"
         "\"cooking\",\"items\":[{\"id\":\"i\",\"status\":\"cooking\"}]}]\n"
         "/notifications all [\"order:status_changed\"," ENVELOPE
         ",\"orderId\":\"o\",\"orderNumber\":\"001\",\"previousStatus\":\"pending\",\"newStatus\":"
         "\"cooking\"}]\n"},
        {"order.item_status_changed",
         "{\"orderId\":\"o\",\"orderNumber\":\"001\",\"station\":\"bar\",\"itemId\":\"i\",\"previousStatus\":"
         "\"pending\","
         "\"newStatus\":\"ready\"}",
         "/kds stations/bar [\"order:item_status_changed\"," ENVELOPE
         ",\"orderId\":\"o\",\"orderNumber\":\"001\",\"itemId\":\"i\",\"station\":\"bar\",\"previousStatus\":"
         "\"pending\","
         "\"newStatus\":\"ready\"}]\n"},
        {"stock.level_changed",
         "{\"employeeId\":\"e\",\"levels\":[{\"productId\":\"p\",\"variantId\":null,\"previousQuantity\":5,"
         "\"newQuantity\":"
         "3.5},{\"ingredientId\":\"g\",\"variantId\":null,\"previousQuantity\":1,\"newQuantity\":-1}]}",
         "/notifications all [\"stock:level_changed\"," ENVELOPE
         ",\"productId\":\"p\",\"variantId\":null,\"previousQuantity\":5,\"newQuantity\":3.5}]\n"
         "/notifications all [\"stock:level_changed\"," ENVELOPE
         ",\"ingredientId\":\"g\",\"variantId\":null,\"previousQuantity\":1,\"newQuantity\":-1}]\n"},
        {"stock.level_changed", "{\"levels\":[]}", ""},
        {"stock.low",
         "{\"productId\":\"p\",\"variantId\":null,\"quantity\":4,\"lowStockThreshold\":5,\"employeeId\":"
         "\"e\"}",
         "/notifications all [\"stock:low\"," ENVELOPE
         ",\"productId\":\"p\",\"variantId\":null,\"quantity\":4,\"lowStockThreshold\":5}]\n"},
        {"shift.ended",
         "{\"shiftId\":\"s\",\"employeeId\":\"e\",\"openingCash\":1,\"expectedCash\":2,\"closingCash\":3,"
         "\"cashDifference\":1,\"closedAt\":\"c\",\"zNumber\":4}",
         "/notifications all [\"shift:ended\"," ENVELOPE
         ",\"shiftId\":\"s\",\"employeeId\":\"e\",\"closedAt\":\"c\",\"zNumber\":4}]\n"},
        {"notification.created",
         "{\"recipients\":[{\"id\":\"n1\",\"userId\":\"" USER
         "\"}],\"notification\":{\"type\":\"stock.low\",\"data\":{}}}",
         "/notifications user [\"notification:new\"," ENVELOPE ",\"id\":\"n1\",\"userId\":\"" USER
         "\",\"type\":\"stock.low\",\"data\":{}}]\n"},
        {"ops.alert", "{\"listener\":\"kds.orders\"}",
         "/notifications managers [\"ops:alert\"," ENVELOPE ",\"listener\":\"kds.orders\"}]\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct event event = event_of(cases[i].event, cases[i].data);
        test_note("%s", cases[i].event);
        expect_str_eq(told(&event, SCREENS_ALL), str_of(cases[i].wanted));
    }
}

TEST(realtime_tells_of_ready_and_cancelled_orders_besides)
{
    static const struct {
        const char *status, *last;
    } cases[] = {{"ready", "[\"order:ready\"," ENVELOPE ",\"orderId\":\"o\",\"orderNumber\":\"001\"}]"},
                 {"cancelled",
                  "[\"order:cancelled\"," ENVELOPE
                  ",\"orderId\":\"o\",\"orderNumber\":\"001\",\"previousStatus\":\"cooking\"}]"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct str data = str_format(test_arena(),
                                     "{\"orderId\":\"o\",\"orderNumber\":\"001\",\"stations\":[\"bar\"],"
                                     "\"previousStatus\":\"cooking\",\"newStatus\":\"%s\"}",
                                     cases[i].status);
        struct event event = event_of("order.status_changed", data.data);
        struct screen_message *messages;
        require(screen_messages(test_arena(), &event, SCREENS_ALL, &messages) == 3);
        expect(messages[1].nsp == SCREEN_KDS && messages[1].audience == FOR_STATIONS);
        expect_str_eq(messages[1].args, str_of(cases[i].last));
    }
}

TEST(realtime_counts_messages_alike_whatever_is_wanted)
{
    struct event event = event_of("order.created", "{\"orderId\":\"o\",\"stations\":[],\"order\":{}}");
    struct screen_message *messages;
    expect(screen_messages(test_arena(), &event, SCREENS_ALL, &messages) == 3);
    require(screen_messages(test_arena(), &event, 1u << SCREEN_NOTIFICATIONS, &messages) == 3);
    expect(!messages[0].args.data && !messages[1].args.data && messages[2].args.data);
}

TEST(realtime_knows_the_copy_of_what_two_outlets_are_told)
{
    static const struct {
        const char *source;
        bool copy;
    } cases[] = {{OUTLET, false}, {USER, true}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct str data =
            str_format(test_arena(), "{\"transferId\":\"t\",\"sourceOutletId\":\"%s\"}", cases[i].source);
        struct event event = event_of("stock.transfer_status_changed", data.data);
        struct screen_message *messages;
        require(screen_messages(test_arena(), &event, SCREENS_ALL, &messages) == 1);
        expect(messages[0].is_copy == cases[i].copy);
    }
}

TEST(realtime_names_no_outlet_for_what_has_none)
{
    struct event event =
        event_of("catalog.changed", "{\"employeeId\":\"e\",\"entity\":\"product\",\"id\":\"p\",\"change\":"
                                    "\"updated\"}");
    event.stream_id = event.business_id;
    expect_str_eq(told(&event, SCREENS_ALL),
                  STR("/notifications all [\"catalog:changed\"," OF_BUSINESS
                      ",\"entity\":\"product\",\"id\":\"p\",\"change\":\"updated\"}]\n"));
}
