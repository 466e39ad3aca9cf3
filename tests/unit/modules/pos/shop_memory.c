#include "modules/pos/shop_memory.h"

#include "base/metrics.h"
#include "modules/inventory/inventory.h"

int64_t remembered(void)
{
    struct buf out = buf_make(test_arena(), 65536, 1 << 20);
    const char *name = "\ntilopos_sales_remembered_total ";
    metrics_write(&out);
    buf_put_char(&out, 0);
    const char *line = strstr(out.data, name);
    return expect(line) ? strtoll(line + strlen(name), NULL, 10) : INT64_MIN;
}

struct sale_result expect_sold(struct shop *shop, struct till till, enum code code, enum decided decided)
{
    struct sale_result result = {0};
    struct sale_faults faults;
    int64_t before = remembered();
    expect_int_eq(shop_sell(shop, test_arena(), &till, &result, &faults), code);
    expect_int_eq(remembered() - before, decided == FROM_MEMORY);
    return result;
}

int64_t receipt_of(struct sale_result result)
{
    const char *text = str_to_cstr(test_arena(), result.receipt_number), *dash = strrchr(text, '-');
    return dash ? strtoll(dash + 1, NULL, 10) : 0;
}

void expect_books(struct shop *shop, int64_t sales)
{
    expect_int_eq(shop_number(shop, SHOP_SALES), sales);
    expect_int_eq(shop_number(shop, SHOP_LAST_RECEIPT), sales);
    expect_int_eq(shop_number(shop, SHOP_STOCK), shop_number(shop, SHOP_MOVED));
    expect_int_eq(shop_number(shop, SHOP_EVENTS), shop_number(shop, SHOP_LAST_SEQUENCE));
}

bool open_known(struct shop *shop, struct fixture *f, int64_t stock_milli)
{
    if (!shop_open(shop, f, stock_milli))
        return false;
    expect_sold(shop, COFFEE, CODE_OK, BY_READING);
    expect_sold(shop, COFFEE, CODE_OK, BY_READING);
    expect_sold(shop, COFFEE, CODE_OK, FROM_MEMORY);
    return true;
}

void make_known(struct shop *shop)
{
    struct sale_result result;
    struct sale_faults faults;
    for (int i = 0; i < 2; i++)
        expect_int_eq(shop_sell(shop, test_arena(), &COFFEE, &result, &faults), CODE_OK);
    expect_sold(shop, COFFEE, CODE_OK, FROM_MEMORY);
}

void expect_known_again(struct shop *shop)
{
    expect_sold(shop, COFFEE, CODE_OK, BY_READING);
    expect_sold(shop, COFFEE, CODE_OK, FROM_MEMORY);
}

/* ---- Other writers ---- */

void change(struct shop *shop, db_fn fn, struct change change)
{
    change.shop = shop;
    expect_int_eq(db_write(shop->fixture->db, shop->fixture->business, test_arena(), fn, &change), CODE_OK);
}

enum code move_stock(struct db_tx *tx, void *arg)
{
    const struct change *change = arg;
    struct stock_line line = {change->shop->products[change->product], UUID_NIL, change->value};
    stock_receive(tx, change->shop->outlet, change->shop->employee, STOCK_ADJUSTMENT, STR("count"), 1, &line,
                  1);
    return CODE_OK;
}
