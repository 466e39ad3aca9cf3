/* What others are told of a change of stock. */
#include "modules/inventory/inventory.h"
#include "test.h"

static const struct uuid OUTLET = {{1}}, EMPLOYEE = {{2}}, COFFEE = {{3}}, CUP = {{4}};

TEST(stock_events_name_each_change_once)
{
    const struct stock_change changes[] = {
        {{OUTLET, COFFEE, UUID_NIL}, 10000, 4500, 5000}, /* crosses */
        {{OUTLET, COFFEE, CUP}, 4000, 3000, 5000},       /* was low before */
        {{OUTLET, CUP, UUID_NIL}, 7000, 7000, 8000},     /* did not move */
    };
    struct event_draft drafts[4];
    size_t count = stock_event_drafts(test_arena(), OUTLET, EMPLOYEE, changes, COUNT_OF(changes), drafts);
    require(count == 2);
    expect_text_eq(drafts[0].name, "stock.level_changed");
    expect(uuid_eq(drafts[0].aggregate_id, OUTLET));
    expect_str_eq(drafts[0].data,
                  STR("{\"employeeId\":\"02000000-0000-0000-0000-000000000000\",\"levels\":["
                      "{\"productId\":\"03000000-0000-0000-0000-000000000000\",\"variantId\":null,"
                      "\"previousQuantity\":10,\"newQuantity\":4.5},"
                      "{\"productId\":\"03000000-0000-0000-0000-000000000000\","
                      "\"variantId\":\"04000000-0000-0000-0000-000000000000\","
                      "\"previousQuantity\":4,\"newQuantity\":3}]}"));
    expect_text_eq(drafts[1].name, "stock.low");
    expect(uuid_eq(drafts[1].aggregate_id, COFFEE));
    expect_str_eq(drafts[1].data,
                  STR("{\"productId\":\"03000000-0000-0000-0000-000000000000\",\"variantId\":null,"
                      "\"quantity\":4.5,\"lowStockThreshold\":5}"));
}

TEST(stock_events_are_none_when_nothing_changed)
{
    const struct stock_change still = {{OUTLET, COFFEE, UUID_NIL}, 1000, 1000, 5000};
    struct event_draft drafts[2];
    expect_int_eq((int64_t)stock_event_drafts(test_arena(), OUTLET, EMPLOYEE, &still, 1, drafts), 0);
    expect_int_eq((int64_t)stock_event_drafts(test_arena(), OUTLET, EMPLOYEE, NULL, 0, drafts), 0);
}

TEST(stock_events_name_ingredients_as_such)
{
    const struct stock_change beans = {{OUTLET, COFFEE, UUID_NIL, true}, 1000, -500, 0};
    struct event_draft drafts[2];
    require(stock_event_drafts(test_arena(), OUTLET, EMPLOYEE, &beans, 1, drafts) == 2);
    expect_str_eq(drafts[0].data,
                  STR("{\"employeeId\":\"02000000-0000-0000-0000-000000000000\",\"levels\":["
                      "{\"ingredientId\":\"03000000-0000-0000-0000-000000000000\",\"variantId\":null,"
                      "\"previousQuantity\":1,\"newQuantity\":-0.5}]}"));
    expect_str_eq(drafts[1].data, STR("{\"ingredientId\":\"03000000-0000-0000-0000-000000000000\","
                                      "\"variantId\":null,\"quantity\":-0.5,\"lowStockThreshold\":0}"));
}
