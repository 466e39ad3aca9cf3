/* See receipt_read.h. What is printed adds up: subtotal, discounts, charges and rounding come to the total
 * that was stored. */
#include "modules/pos/receipt_read.h"

#include "base/decimal.h"
#include "domain/pricing.h"
#include "modules/pos/sale_read.h"
#include "platform/http/request.h"

#define LINE_DISCOUNTS_MAX 2 /* its own; of a refund also its share of the bill's */

DB_STATEMENT(RECEIPT_RULES,
             "SELECT tax_rate_bp, service_charge_rate_bp, prices_include_tax FROM transactions "
             "WHERE business_id = $1 AND id = $2");
/* In the order of the items of sale_detail_read: discounts as on the shelf. */
DB_STATEMENT(RECEIPT_LINE_DISCOUNTS, "SELECT discount_minor FROM transaction_items "
                                     "WHERE business_id = $1 AND transaction_id = $2 ORDER BY id");
DB_STATEMENT(RECEIPT_ORIGINAL, "SELECT receipt_number FROM transactions WHERE business_id = $1 AND id = $2");
DB_STATEMENT(RECEIPT_TABLE, "SELECT name FROM dining_tables WHERE business_id = $1 AND id = $2");
DB_STATEMENT(RECEIPT_CUSTOMER, "SELECT name FROM customers WHERE business_id = $1 AND id = $2");
DB_STATEMENT(RECEIPT_PRINTS, "SELECT printed_count, first_printed_at, last_printed_at FROM receipt_prints "
                             "WHERE business_id = $1 AND transaction_id = $2");
DB_STATEMENT(
    RECEIPT_PRINT_COUNT,
    "INSERT INTO receipt_prints (business_id, transaction_id, printed_count, first_printed_at, "
    "last_printed_at) VALUES ($1, $2, 1, $3, $3) ON CONFLICT (business_id, transaction_id) DO UPDATE "
    "SET printed_count = receipt_prints.printed_count + 1, last_printed_at = excluded.last_printed_at "
    "RETURNING printed_count, first_printed_at, last_printed_at");

/* ---- Lines ---- */

/* Each modifier once, with its count. */
static void take_modifiers(struct arena *arena, const struct sale_item *item, struct receipt_line *line)
{
    line->modifiers.at = arena_array(arena, struct receipt_modifier, item->modifiers.count);
    for (size_t i = 0; i < item->modifiers.count; i++) {
        const struct sale_modifier *chosen = &item->modifiers.at[i];
        struct receipt_modifier *modifier = line->modifiers.at, *end = modifier + line->modifiers.count;
        while (modifier < end &&
               !(str_eq(modifier->name, chosen->name) && modifier->price_minor == chosen->price_minor))
            modifier++;
        if (modifier == end) {
            *modifier = (struct receipt_modifier){.name = chosen->name, .price_minor = chosen->price_minor};
            line->modifiers.count++;
        }
        modifier->count++;
    }
}

static void add_discount(struct receipt_line *line, struct str reason, int64_t amount_minor)
{
    if (amount_minor != 0)
        line->discounts.at[line->discounts.count++] =
            (struct receipt_discount){reason, JSON_NONE, amount_minor};
}

static void take_line(struct arena *arena, const struct sale_item *item, struct receipt_line *line)
{
    int64_t quantity = item->quantity_milli < 0 ? -item->quantity_milli : item->quantity_milli;
    *line = (struct receipt_line){
        .name = item->product_name,
        .variant = item->variant_name,
        .notes = item->notes,
        .quantity_milli = quantity,
        .unit_price_minor = item->unit_price_minor,
    };
    line->discounts.at = arena_array(arena, struct receipt_discount, LINE_DISCOUNTS_MAX);
    take_modifiers(arena, item, line);
    for (size_t i = 0; i < item->modifiers.count; i++)
        line->unit_price_minor += item->modifiers.at[i].price_minor;
    if (!decimal_muldiv(line->unit_price_minor, quantity, QUANTITY_ONE_MILLI, &line->total_minor))
        line->total_minor = 0; /* the sale was priced by this product: it fits */
}

/* What a refund gives back of a line is stored to the last unit, without its share of the bill's discounts:
 * that is told as a discount of the line. On shelf prices the share is not stored; it is what is missing, and
 * nothing where the parts that were given are rounded to more than the shelf price. */
static void refund_line(const struct sale_item *item, bool prices_include_tax, int64_t discount_minor,
                        struct receipt_line *line)
{
    int64_t given = item->subtotal_minor - item->bill_discount_minor, share = item->bill_discount_minor;
    if (prices_include_tax) {
        given += item->service_charge_minor + item->tax_minor;
        int64_t missing = -line->total_minor - discount_minor - given;
        share = share == 0 || missing > 0 ? 0 : missing;
    }
    line->total_minor = given + discount_minor + share;
    add_discount(line, STR_NONE, share);
}

static void take_lines(struct arena *arena, const struct sale_detail *detail, const struct db_rows *discounts,
                       struct receipt *receipt)
{
    receipt->lines.count = detail->items.count;
    receipt->lines.at = arena_array(arena, struct receipt_line, detail->items.count);
    for (size_t i = 0; i < detail->items.count; i++) {
        const struct sale_item *item = &detail->items.at[i];
        struct receipt_line *line = &receipt->lines.at[i];
        take_line(arena, item, line);
        add_discount(line, item->discount_reason, db_int(discounts, i, 0));
        if (receipt->type == RECEIPT_REFUND)
            refund_line(item, receipt->prices_include_tax, db_int(discounts, i, 0), line);
        receipt->subtotal_minor += line->total_minor;
        for (size_t j = 0; j < line->discounts.count; j++)
            receipt->subtotal_minor -= line->discounts.at[j].amount_minor;
    }
}

/* ---- The bill ---- */

/* The bill's discounts, and as one more what the total is lower by for another reason. */
static void take_discounts(struct arena *arena, const struct sale_detail *detail, struct receipt *receipt)
{
    size_t count = detail->discounts.count;
    int64_t rest = receipt->subtotal_minor + receipt->rounding_minor - receipt->grand_total_minor;
    if (!receipt->prices_include_tax)
        rest += receipt->service_charge_minor + receipt->tax_minor;
    receipt->discounts.at = arena_array(arena, struct receipt_discount, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct sale_discount *discount = &detail->discounts.at[i];
        receipt->discounts.at[i] = (struct receipt_discount){
            discount->reason, discount->type == DISCOUNT_PERCENTAGE ? discount->value : JSON_NONE,
            discount->amount_minor};
        rest -= discount->amount_minor;
    }
    if (rest != 0)
        receipt->discounts.at[count++] = (struct receipt_discount){STR_NONE, JSON_NONE, rest};
    receipt->discounts.count = count;
}

static void take_payments(struct arena *arena, const struct sale_detail *detail, struct receipt *receipt)
{
    receipt->payments.count = detail->payments.count;
    receipt->payments.at = arena_array(arena, struct receipt_payment, detail->payments.count);
    for (size_t i = 0; i < detail->payments.count; i++) {
        const struct sale_payment *payment = &detail->payments.at[i];
        receipt->payments.at[i] = (struct receipt_payment){str_of(PAYMENT_METHOD_NAMES[payment->method]),
                                                           payment->amount_minor, payment->reference_number};
    }
}

/* ---- The seller, the time ---- */

static void take_seller(const struct directory *directory, const struct outlet *outlet,
                        struct receipt *receipt)
{
    receipt->business_name = directory->name;
    receipt->currency = directory->currency;
    receipt->currency_decimals = directory->units.currency_decimals;
    receipt->outlet_name = outlet->name;
    receipt->address = outlet->address;
    receipt->phone = outlet->phone;
    receipt->tax_number = outlet->tax_number;
    receipt->tax_name = outlet->tax_name;
    receipt->header = outlet->receipt_header;
    receipt->footer = outlet->receipt_footer;
}

static struct str local_time_text(struct arena *arena, const struct local_time *at)
{
    int minutes = at->offset_seconds / 60, east = minutes < 0 ? -minutes : minutes;
    return str_format(arena, "%04d-%02d-%02dT%02d:%02d:%02d%c%02d:%02d", at->date / 10000,
                      at->date / 100 % 100, at->date % 100, at->hour, at->minute, at->second,
                      minutes < 0 ? '-' : '+', east / 60, east % 60);
}

static void take_header(const struct directory *directory, const struct sale_header *header,
                        struct receipt *receipt)
{
    const struct directory_employee *cashier = directory_employee(directory, header->employee_id);
    receipt->number = header->receipt_number;
    receipt->type = header->type;
    receipt->status = header->status;
    receipt->cashier = cashier ? cashier->name : STR_NONE;
    receipt->order_type = str_of(ORDER_TYPE_NAMES[header->order_type]);
    receipt->notes = header->notes;
    receipt->service_charge_minor = header->service_charge_minor;
    receipt->tax_minor = header->tax_minor;
    receipt->rounding_minor = header->rounding_minor;
    receipt->grand_total_minor = header->grand_total_minor;
    receipt->change_minor = header->change_minor;
}

/* ---- The whole ---- */

static struct receipt_prints prints_of(const struct db_rows *rows)
{
    if (rows->count == 0)
        return (struct receipt_prints){0, JSON_NONE, JSON_NONE};
    return (struct receipt_prints){db_int(rows, 0, 0), db_int(rows, 0, 1), db_int(rows, 0, 2)};
}

static struct str text_of(const struct db_rows *rows)
{
    return rows->count > 0 ? db_text(rows, 0, 0) : STR_NONE;
}

enum code receipt_read(struct request *request, struct db_tx *tx, const struct directory *directory,
                       struct uuid id, struct receipt_answer *ret_answer)
{
    struct sale_detail detail;
    enum code code = sale_detail_read(tx, &request->who, id, &detail);
    if (code)
        return code;
    const struct sale_header *header = &detail.header;
    const struct outlet *outlet = directory_outlet(directory, header->outlet_id);
    if (!outlet || !request_may_use_outlet(request, header->outlet_id))
        return CODE_NOT_FOUND;
    struct db_rows *rules = db_ask(tx, &RECEIPT_RULES, DB_UUID(id));
    struct db_rows *discounts = db_ask(tx, &RECEIPT_LINE_DISCOUNTS, DB_UUID(id));
    struct db_rows *original = db_ask(tx, &RECEIPT_ORIGINAL, DB_UUID(header->refund_of));
    struct db_rows *table = db_ask(tx, &RECEIPT_TABLE, DB_UUID(header->table_id));
    struct db_rows *customer = db_ask(tx, &RECEIPT_CUSTOMER, DB_UUID(header->customer_id));
    struct db_rows *prints = db_query(tx, &RECEIPT_PRINTS, DB_UUID(id));
    if (db_failed(tx))
        return CODE_INTERNAL; /* the transaction's own failure is what is told */

    struct receipt_answer *answer = ret_answer;
    *answer = (struct receipt_answer){
        .transaction_id = id,
        .created_at = header->created_at,
        .paid_minor = header->paid_minor,
        .prints = prints_of(prints),
    };
    struct receipt *receipt = &answer->receipt;
    take_seller(directory, outlet, receipt);
    take_header(directory, header, receipt);
    bool is_offline = header->client_created_at != JSON_NONE; /* it came in later than it was sold */
    receipt->issued = zone_local(outlet->zone, is_offline ? header->client_created_at : header->created_at);
    answer->local_time = local_time_text(request->arena, &receipt->issued);
    receipt->tax_rate_bp = db_int(rules, 0, 0);
    receipt->service_charge_rate_bp = db_int(rules, 0, 1);
    receipt->prices_include_tax = db_bool(rules, 0, 2);
    receipt->original_number = text_of(original);
    receipt->reason = detail.void_reason.data ? detail.void_reason : detail.refund_reason;
    receipt->table_name = text_of(table);
    receipt->customer_name = text_of(customer);
    receipt->copy = answer->prints.count;
    take_lines(request->arena, &detail, discounts, receipt);
    take_discounts(request->arena, &detail, receipt);
    take_payments(request->arena, &detail, receipt);
    return CODE_OK;
}

void receipt_count_print(struct db_tx *tx, struct uuid id, int64_t now_ms, struct receipt_prints *ret_prints)
{
    *ret_prints = prints_of(db_query(tx, &RECEIPT_PRINT_COUNT, DB_UUID(id), DB_INT(now_ms)));
}
