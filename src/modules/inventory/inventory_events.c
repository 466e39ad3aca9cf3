/* What others are told of a change of stock. */
#include "base/decimal.h"
#include "modules/inventory/inventory.h"

#define EVENT_MAX_BYTES ((size_t)1024 * 1024)

static void put_quantity(struct buf *out, const char *name, int64_t quantity_milli)
{
    char text[DECIMAL_TEXT_MAX];
    size_t len = decimal_format(quantity_milli, 3, text);
    buf_format(out, ",\"%s\":%.*s", name, (int)len, text);
}

static void put_key(struct buf *out, const struct stock_key *key)
{
    char id[UUID_TEXT_LEN + 1], variant[UUID_TEXT_LEN + 1];
    uuid_format(key->product_id, id);
    uuid_format(key->variant_id, variant);
    buf_format(out, "\"%s\":\"%s\",\"variantId\":", key->is_ingredient ? "ingredientId" : "productId", id);
    if (uuid_is_nil(key->variant_id))
        buf_put(out, STR("null"));
    else
        buf_format(out, "\"%s\"", variant);
}

static struct str levels_data(struct arena *arena, struct uuid employee_id, struct uuid transaction_id,
                              const struct stock_change *changes, size_t count, size_t *ret_changed)
{
    char employee[UUID_TEXT_LEN + 1], transaction[UUID_TEXT_LEN + 1];
    struct buf out = buf_make(arena, 128 + 192 * count, EVENT_MAX_BYTES);
    *ret_changed = 0;
    uuid_format(employee_id, employee);
    uuid_format(transaction_id, transaction);
    buf_format(&out, "{\"employeeId\":\"%s\"", employee);
    if (!uuid_is_nil(transaction_id))
        buf_format(&out, ",\"transactionId\":\"%s\"", transaction);
    buf_put(&out, STR(",\"levels\":["));
    for (size_t i = 0; i < count; i++) {
        if (changes[i].previous_milli == changes[i].new_milli)
            continue;
        buf_put(&out, (*ret_changed)++ ? STR(",{") : STR("{"));
        put_key(&out, &changes[i].key);
        put_quantity(&out, "previousQuantity", changes[i].previous_milli);
        put_quantity(&out, "newQuantity", changes[i].new_milli);
        buf_put_char(&out, '}');
    }
    buf_put(&out, STR("]}"));
    return buf_str(&out);
}

static struct str low_data(struct arena *arena, const struct stock_change *change)
{
    struct buf out = buf_make(arena, 192, EVENT_MAX_BYTES);
    buf_put_char(&out, '{');
    put_key(&out, &change->key);
    put_quantity(&out, "quantity", change->new_milli);
    put_quantity(&out, "lowStockThreshold", change->low_stock_threshold_milli);
    buf_put_char(&out, '}');
    return buf_str(&out);
}

size_t stock_sale_event_drafts(struct arena *arena, struct uuid outlet_id, struct uuid employee_id,
                               struct uuid transaction_id, const struct stock_change *changes,
                               size_t change_count, struct event_draft *ret_drafts)
{
    size_t changed, count = 0;
    struct str levels = levels_data(arena, employee_id, transaction_id, changes, change_count, &changed);
    if (changed == 0)
        return 0;
    ret_drafts[count++] = (struct event_draft){"stock.level_changed", outlet_id, levels};
    for (size_t i = 0; i < change_count; i++) {
        const struct stock_change *change = &changes[i];
        if (stock_crosses_low(change->previous_milli, change->new_milli, change->low_stock_threshold_milli))
            ret_drafts[count++] =
                (struct event_draft){"stock.low", change->key.product_id, low_data(arena, change)};
    }
    return count;
}

size_t stock_event_drafts(struct arena *arena, struct uuid outlet_id, struct uuid employee_id,
                          const struct stock_change *changes, size_t change_count,
                          struct event_draft *ret_drafts)
{
    return stock_sale_event_drafts(arena, outlet_id, employee_id, UUID_NIL, changes, change_count,
                                   ret_drafts);
}
