/* POST /orders: an order by hand, of products as the catalogue has them, by the rules of a sale; or the
 * missing order of a sale. */
#include "domain/sale.h"
#include "modules/catalog/catalog.h"
#include "modules/orders/orders_routes.h"
#include "modules/tables/tables.h"
#include "platform/auth/directory.h"
#include "platform/platform.h"

#define MODIFIERS_TEXT_MAX (256 * 1024)

bool order_table_find(struct db_tx *tx, struct uuid outlet_id, struct uuid table_id, struct str *ret_name)
{
    struct db_rows *rows = table_ask(tx, table_id);
    db_sync(tx);
    if (!table_is_in(rows, outlet_id))
        return false;
    *ret_name = table_name_of(rows);
    return true;
}

/* ---- The missing order of a sale ---- */

static enum code recover(struct request *request, struct db_tx *tx, void *arg)
{
    const struct order_request *body = request->body;
    const struct uuid *outlet_id = arg;
    struct order_of_sale sale = {.transaction_id = body->transaction_id, .correlation_id = request->id};
    enum code code = orders_make(request->platform, tx, *outlet_id, &sale, 1);
    if (code)
        return code;
    if (sale.code == CODE_CONFLICT)
        return request_refuse(request, sale.code, STR("transactionId"),
                              STR("the sale has its order, or makes none"), STR_NONE);
    if (sale.code)
        return sale.code;
    reply(request, &sale.order);
    return CODE_OK;
}

/* ---- By hand: items ---- */

/* An order on its way; `order` but for its number is ready before the transaction. */
struct making {
    const struct order_request *body;
    const struct zone *zone;
    struct order order;
    struct uuid outlet_id;
};

static struct sale_line line_of(struct arena *arena, const struct order_item_request *item,
                                const struct catalog_product *product, struct uuid outlet_id)
{
    struct sale_line line = {.quantity_milli = item->quantity_milli, .level = SALE_NOT_COUNTED};
    if (!product || !catalog_sold_in(product, outlet_id))
        return (struct sale_line){.state = SALE_PRODUCT_UNKNOWN, .quantity_milli = item->quantity_milli};
    if (!uuid_is_nil(item->variant_id) && !catalog_variant(product, item->variant_id))
        line.state = SALE_VARIANT_UNKNOWN;
    else
        line.state = product->is_active ? SALE_PRODUCT_ACTIVE : SALE_PRODUCT_INACTIVE;
    struct sale_group *groups = arena_array(arena, struct sale_group, product->group_count);
    struct sale_choice *choices = arena_array(arena, struct sale_choice, item->modifier_ids.count);
    for (size_t i = 0; i < product->group_count; i++)
        groups[i] = (struct sale_group){product->groups[i]->min_selection, product->groups[i]->max_selection};
    for (size_t i = 0; i < item->modifier_ids.count; i++) {
        choices[i].group = SALE_NO_GROUP;
        catalog_modifier(product, item->modifier_ids.at[i], &choices[i].group);
    }
    line.groups = groups;
    line.group_count = product->group_count;
    line.choices = choices;
    line.choice_count = item->modifier_ids.count;
    return line;
}

static enum code refuse(struct request *request, enum code code, const struct sale_decision *decision)
{
    static const struct {
        const char *field, *message;
    } texts[] = {
        [SALE_FIELD_PRODUCT] = {"productId", "is not on the menu here"},
        [SALE_FIELD_VARIANT] = {"variantId", "the product has no such variant"},
        [SALE_FIELD_QUANTITY] = {"quantity", "is too much"},
        [SALE_FIELD_MODIFIERS] = {"modifierIds", "are too few or too many of a group"},
        [SALE_FIELD_MODIFIER] = {"modifierIds", "the product does not offer this modifier"},
    };
    for (size_t i = 0; i < decision->refusal_count; i++) {
        const struct sale_refusal *refusal = &decision->refusals[i];
        if (refusal->field > SALE_FIELD_MODIFIER)
            continue;
        request_refuse(
            request, code,
            str_format(request->arena, "items[%zu].%s", refusal->line, texts[refusal->field].field),
            str_of(texts[refusal->field].message), STR_NONE);
    }
    return code;
}

struct chosen {
    struct uuid id;
    struct str name;
    int64_t price_minor;
};
static const struct json_field CHOSEN_FIELDS[] = {
    {"id", JSON_UUID, 0, offsetof(struct chosen, id)},
    {"name", JSON_STRING, 0, offsetof(struct chosen, name)},
    {"price", JSON_MONEY, 0, offsetof(struct chosen, price_minor)},
};
static const struct json_schema CHOSEN_SCHEMA = JSON_SCHEMA("OrderModifier", struct chosen, CHOSEN_FIELDS);

static struct str modifiers_text(struct request *request, const struct order_item_request *item,
                                 const struct catalog_product *product)
{
    size_t count = item->modifier_ids.count;
    struct chosen *chosen = arena_array(request->arena, struct chosen, count);
    struct buf text = buf_make(request->arena, 2 + 128 * count, MODIFIERS_TEXT_MAX);
    for (size_t i = 0; i < count; i++) {
        const struct catalog_modifier *modifier = catalog_modifier(product, item->modifier_ids.at[i], NULL);
        chosen[i] = (struct chosen){modifier->id, modifier->name, modifier->price_minor};
    }
    json_encode_array(&text, &CHOSEN_SCHEMA, &request->who.units, chosen, count);
    return buf_str(&text);
}

static struct order_item item_of(struct request *request, const struct order_item_request *item,
                                 const struct catalog_product *product)
{
    const struct catalog_variant *variant =
        uuid_is_nil(item->variant_id) ? NULL : catalog_variant(product, item->variant_id);
    return (struct order_item){
        .id = uuid_new(),
        .product_id = product->id,
        .variant_id = item->variant_id,
        .product_name = str_copy(request->arena, product->name),
        .variant_name = variant ? str_copy(request->arena, variant->name) : STR_NONE,
        .quantity_milli = item->quantity_milli,
        .modifiers = modifiers_text(request, item, product),
        .notes = item->notes,
        .station = str_copy(request->arena, product->station),
        .status = ORDER_PENDING,
    };
}

static enum code take_items(struct request *request, const struct catalog *catalog, struct making *making)
{
    const struct order_request *body = making->body;
    struct arena *arena = request->arena;
    size_t count = body->items.count;
    struct sale_line *lines = arena_array(arena, struct sale_line, count);
    const struct catalog_product **products = arena_array(arena, const struct catalog_product *, count);
    struct sale_facts facts = {.lines = lines, .line_count = count, .discount_limit_bp = RATE_ONE_BP};
    struct sale_decision *decision = arena_new(arena, struct sale_decision);
    decision->lines = arena_array(arena, struct priced_line, count);
    for (size_t i = 0; i < count; i++) {
        products[i] = catalog_product(catalog, body->items.at[i].product_id);
        lines[i] = line_of(arena, &body->items.at[i], products[i], body->outlet_id);
    }
    enum code code = sale_decide_bill(&facts, decision);
    if (code)
        return refuse(request, code, decision);
    making->order.items.at = arena_array(arena, struct order_item, count);
    making->order.items.count = count;
    for (size_t i = 0; i < count; i++)
        making->order.items.at[i] = item_of(request, &body->items.at[i], products[i]);
    return CODE_OK;
}

/* ---- By hand: the order ---- */

static enum code make(struct request *request, struct db_tx *tx, void *arg)
{
    struct making *making = arg;
    struct order *order = &making->order;
    if (!uuid_is_nil(order->table_id) &&
        !order_table_find(tx, order->outlet_id, order->table_id, &order->table_name))
        return request_refuse(request, CODE_NOT_FOUND, STR("tableId"),
                              STR("there is no such table in this outlet"), STR_NONE);
    order_place(tx, request->platform->events, request->id, making->zone, request->received_ms, order);
    reply(request, order);
    return CODE_OK;
}

static enum code find_outlet(struct request *request, struct making *making)
{
    struct cache_ref ref;
    enum code code = directory_of(request, &ref);
    if (code)
        return code;
    const struct outlet *outlet = directory_outlet(ref.object, making->outlet_id);
    bool is_open = outlet && outlet->is_active && request_may_use_outlet(request, outlet->id);
    making->zone = is_open ? outlet->zone : NULL; /* zones outlive the directory */
    cache_release(&ref);
    return is_open ? CODE_OK
                   : request_refuse(request, CODE_NOT_FOUND, STR("outletId"), STR("there is no such outlet"),
                                    STR_NONE);
}

static enum code create(struct request *request)
{
    const struct order_request *body = request->body;
    struct making making = {.body = body, .outlet_id = body->outlet_id};
    struct cache_ref ref;
    making.order = (struct order){
        .id = uuid_new(),
        .outlet_id = body->outlet_id,
        .table_id = body->table_id,
        .employee_id = request->who.employee_id,
        .notes = body->notes,
        .order_type = body->order_type,
        .status = ORDER_PENDING,
        .priority = body->priority == JSON_NONE ? 0 : body->priority,
        .version = 1,
        .created_at = request->received_ms,
        .started_at = JSON_NONE,
        .ready_at = JSON_NONE,
        .served_at = JSON_NONE,
        .closed_at = JSON_NONE,
    };
    enum code code = find_outlet(request, &making);
    if (!code)
        code = cache_acquire(request->platform->cache, &CATALOG, request->who.business_id, &ref);
    if (code)
        return code;
    code = take_items(request, ref.object, &making);
    cache_release(&ref);
    return code ? code : request_write(request, make, &making);
}

enum code orders_create(struct request *request)
{
    const struct order_request *body = request->body;
    struct uuid outlet_id = request->who.role == ROLE_OWNER ? body->outlet_id : request->who.outlet_id;
    if (uuid_is_nil(body->transaction_id))
        return create(request);
    if (!uuid_is_nil(body->outlet_id) && !request_may_use_outlet(request, body->outlet_id))
        return CODE_NOT_FOUND;
    return request_write(request, recover, &outlet_id);
}

/* ---- For other modules ---- */

void order_add(struct platform *platform, struct db_tx *tx, const struct zone *zone,
               const struct order_draft *draft)
{
    struct arena *arena = db_arena(tx);
    struct order_progress progress = {ORDER_PENDING, JSON_NONE, JSON_NONE, JSON_NONE, JSON_NONE};
    if (draft->status != ORDER_PENDING)
        order_move(&progress, draft->status, draft->created_at);
    struct order order = {
        .id = uuid_new(),
        .outlet_id = draft->outlet_id,
        .table_id = draft->table_id,
        .employee_id = draft->employee_id,
        .order_type = uuid_is_nil(draft->table_id) ? ORDER_TAKEAWAY : ORDER_DINE_IN,
        .status = progress.status,
        .version = 1,
        .items = {arena_array(arena, struct order_item, draft->item_count), draft->item_count},
        .created_at = draft->created_at,
        .started_at = progress.started_at,
        .ready_at = progress.ready_at,
        .served_at = progress.served_at,
        .closed_at = progress.closed_at,
    };
    for (size_t i = 0; i < draft->item_count; i++) {
        const struct order_draft_item *item = &draft->items[i];
        order.items.at[i] = (struct order_item){.id = uuid_new(),
                                                .product_id = item->product_id,
                                                .product_name = item->product_name,
                                                .quantity_milli = item->quantity_milli,
                                                .modifiers = STR("[]"),
                                                .notes = item->notes,
                                                .station = item->station,
                                                .status = draft->status};
    }
    order_place(tx, platform->events, STR("demo"), zone, draft->created_at, &order);
}
