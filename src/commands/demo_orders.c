/* A few open orders, at several tables and at several stages. */
#include "commands/demo_orders.h"

#include "base/check.h"
#include "base/decimal.h"
#include "base/zone.h"
#include "modules/orders/orders.h"

#define ITEMS_MAX 4
#define MINUTE_MS INT64_C(60000)
#define NO_TABLE (-1)

static const struct demo_order {
    int table; /* index in DEMO_TABLE_PLAN, or NO_TABLE */
    enum order_status status;
    int64_t minutes_ago;
    struct {
        const char *product; /* of DEMO_MENU; NULL: no more */
        int64_t quantity;
        const char *notes;
    } items[ITEMS_MAX];
} ORDERS[] = {
    {1, ORDER_SERVED, 34, {{"Nasi Rawon", 2, NULL}, {"Es Jeruk Peras", 2, NULL}}},
    {4, ORDER_READY, 12, {{"Cappuccino", 1, NULL}, {"Croissant Mentega", 1, "dihangatkan"}}},
    {7,
     ORDER_COOKING,
     8,
     {{"Nasi Goreng Kampung", 2, "satu tanpa telur"},
      {"Gado-Gado Jakarta", 1, NULL},
      {"Teh Melati", 3, NULL}}},
    {7, ORDER_PENDING, 2, {{"Kentang Goreng", 1, NULL}}},
    {NO_TABLE, ORDER_PENDING, 1, {{"Kopi Susu Senja", 2, "gula sedikit"}, {"Klepon", 1, NULL}}},
};

static struct order_draft_item item_of(const struct demo_shop *shop, const char *product, int64_t quantity,
                                       const char *notes)
{
    size_t index = demo_product_index(product);
    return (struct order_draft_item){.product_id = shop->products[index],
                                     .product_name = str_of(product),
                                     .notes = str_of(notes),
                                     .station = str_of(demo_station(DEMO_MENU[index].category)),
                                     .quantity_milli = quantity * QUANTITY_ONE_MILLI};
}

void demo_add_orders(struct platform *platform, struct db_tx *tx, const struct demo_shop *shop,
                     const struct uuid *tables, struct uuid employee_id)
{
    const struct zone *zone = zone_find(STR("Asia/Jakarta"));
    check(zone);
    for (size_t i = 0; i < sizeof ORDERS / sizeof ORDERS[0]; i++) {
        const struct demo_order *row = &ORDERS[i];
        struct order_draft_item items[ITEMS_MAX];
        struct order_draft draft = {
            .outlet_id = shop->outlet_id,
            .employee_id = employee_id,
            .table_id = row->table == NO_TABLE ? UUID_NIL : tables[row->table],
            .status = row->status,
            .items = items,
            .created_at = shop->now_ms - row->minutes_ago * MINUTE_MS,
        };
        while (draft.item_count < ITEMS_MAX && row->items[draft.item_count].product) {
            size_t k = draft.item_count++;
            items[k] = item_of(shop, row->items[k].product, row->items[k].quantity, row->items[k].notes);
        }
        order_add(platform, tx, zone, &draft);
    }
}
