/* The words and figures of a receipt: Indonesian and English. */
#include "domain/receipt_internal.h"

#include "base/check.h"

#define NUMBER_TEXT_MAX 48

/* ---- Words ---- */

static const struct str LABEL_TEXTS[LABELS][RECEIPT_LANGUAGES] = {
    [LABEL_PHONE] = {STR_INIT("Telp."), STR_INIT("Tel.")},
    [LABEL_TAX_NUMBER] = {STR_INIT("NPWP"), STR_INIT("NPWP")},
    [LABEL_NUMBER] = {STR_INIT("No."), STR_INIT("No.")},
    [LABEL_ORIGINAL] = {STR_INIT("Asal"), STR_INIT("Original")},
    [LABEL_REASON] = {STR_INIT("Alasan"), STR_INIT("Reason")},
    [LABEL_DATE] = {STR_INIT("Tanggal"), STR_INIT("Date")},
    [LABEL_CASHIER] = {STR_INIT("Kasir"), STR_INIT("Cashier")},
    [LABEL_ORDER] = {STR_INIT("Pesanan"), STR_INIT("Order")},
    [LABEL_TABLE] = {STR_INIT("Meja"), STR_INIT("Table")},
    [LABEL_CUSTOMER] = {STR_INIT("Pelanggan"), STR_INIT("Customer")},
    [LABEL_NOTES] = {STR_INIT("Catatan"), STR_INIT("Note")},
    [LABEL_ITEM] = {STR_INIT("Barang"), STR_INIT("Item")},
    [LABEL_AMOUNT] = {STR_INIT("Jumlah"), STR_INIT("Amount")},
    [LABEL_SUBTOTAL] = {STR_INIT("Subtotal"), STR_INIT("Subtotal")},
    [LABEL_DISCOUNT] = {STR_INIT("Diskon"), STR_INIT("Discount")},
    [LABEL_SERVICE_CHARGE] = {STR_INIT("Layanan"), STR_INIT("Service")},
    [LABEL_TAX] = {STR_INIT("Pajak"), STR_INIT("Tax")},
    [LABEL_ROUNDING] = {STR_INIT("Pembulatan"), STR_INIT("Rounding")},
    [LABEL_TOTAL] = {STR_INIT("TOTAL"), STR_INIT("TOTAL")},
    [LABEL_REFERENCE] = {STR_INIT("Ref."), STR_INIT("Ref.")},
    [LABEL_CHANGE] = {STR_INIT("Kembali"), STR_INIT("Change")},
    [LABEL_INCLUDED] = {STR_INIT("Harga sudah termasuk:"), STR_INIT("Prices include:")},
    [LABEL_THANKS] = {STR_INIT("Terima kasih"), STR_INIT("Thank you")},
    [LABEL_RECEIPT] = {STR_INIT("Struk"), STR_INIT("Receipt")},
    [LABEL_COPY] = {STR_INIT("SALINAN"), STR_INIT("COPY")},
    [LABEL_REFUND] = {STR_INIT("PENGEMBALIAN"), STR_INIT("REFUND")},
    [LABEL_PENDING] = {STR_INIT("BELUM DIBAYAR"), STR_INIT("NOT PAID")},
    [LABEL_VOIDED] = {STR_INIT("BATAL"), STR_INIT("VOID")},
    [LABEL_REFUNDED] = {STR_INIT("SUDAH DIKEMBALIKAN"), STR_INIT("REFUNDED")},
    [LABEL_PARTIALLY_REFUNDED] = {STR_INIT("DIKEMBALIKAN SEBAGIAN"), STR_INIT("PARTLY REFUNDED")},
};

struct word {
    struct str wire;
    struct str texts[RECEIPT_LANGUAGES];
};

/* What a shop without tables would not say is left out. */
static const struct word ORDER_TYPES[] = {
    {STR_INIT("dine_in"), {STR_INIT("Makan di tempat"), STR_INIT("Dine in")}},
    {STR_INIT("takeaway"), {STR_INIT("Bawa pulang"), STR_INIT("Takeaway")}},
    {STR_INIT("delivery"), {STR_INIT("Pesan antar"), STR_INIT("Delivery")}},
    {STR_INIT("retail"), {{NULL, 0}, {NULL, 0}}},
};

static const struct word METHODS[] = {
    {STR_INIT("cash"), {STR_INIT("Tunai"), STR_INIT("Cash")}},
    {STR_INIT("card"), {STR_INIT("Kartu"), STR_INIT("Card")}},
    {STR_INIT("debit_card"), {STR_INIT("Kartu debit"), STR_INIT("Debit card")}},
    {STR_INIT("credit_card"), {STR_INIT("Kartu kredit"), STR_INIT("Credit card")}},
    {STR_INIT("qris"), {STR_INIT("QRIS"), STR_INIT("QRIS")}},
    {STR_INIT("gopay"), {STR_INIT("GoPay"), STR_INIT("GoPay")}},
    {STR_INIT("ovo"), {STR_INIT("OVO"), STR_INIT("OVO")}},
    {STR_INIT("dana"), {STR_INIT("DANA"), STR_INIT("DANA")}},
    {STR_INIT("shopeepay"), {STR_INIT("ShopeePay"), STR_INIT("ShopeePay")}},
    {STR_INIT("linkaja"), {STR_INIT("LinkAja"), STR_INIT("LinkAja")}},
    {STR_INIT("bank_transfer"), {STR_INIT("Transfer bank"), STR_INIT("Bank transfer")}},
};

static const char *const MONTHS[RECEIPT_LANGUAGES][12] = {
    {"Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"},
    {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"},
};

struct str receipt_label(const struct receipt *receipt, enum receipt_label label)
{
    return LABEL_TEXTS[label][receipt->language];
}

/* A word that is not in the table is better shown as it is than not at all. */
static struct str word_of(const struct receipt *receipt, const struct word *words, size_t count,
                          struct str wire)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(words[i].wire, wire))
            return words[i].texts[receipt->language];
    }
    return wire;
}

struct str receipt_order_type(const struct receipt *receipt)
{
    return word_of(receipt, ORDER_TYPES, sizeof ORDER_TYPES / sizeof ORDER_TYPES[0], receipt->order_type);
}

struct str receipt_method(const struct receipt *receipt, struct str method)
{
    return word_of(receipt, METHODS, sizeof METHODS / sizeof METHODS[0], method);
}

/* ---- Figures ---- */

enum zeros { ZEROS_KEPT, ZEROS_CUT };

/* value ÷ 10^decimals with the language's separators, written from its end. */
static struct str number(struct arena *arena, const struct receipt *receipt, int64_t value, int decimals,
                         enum zeros zeros)
{
    char text[NUMBER_TEXT_MAX], *start = text + sizeof text;
    char group = receipt->language == RECEIPT_ID ? '.' : ',',
         point = receipt->language == RECEIPT_ID ? ',' : '.';
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    check(decimals >= 0 && decimals <= 9);
    for (int i = 0; i < decimals; i++, rest /= 10) {
        if (zeros == ZEROS_CUT && rest % 10 == 0)
            continue;
        zeros = ZEROS_KEPT;
        *--start = (char)('0' + rest % 10);
    }
    if (start < text + sizeof text)
        *--start = point;
    int digits = 0;
    do {
        if (digits > 0 && digits % 3 == 0)
            *--start = group;
        *--start = (char)('0' + rest % 10);
        digits++;
    } while (rest /= 10);
    if (value < 0)
        *--start = '-';
    return str_copy(arena, (struct str){start, (size_t)(text + sizeof text - start)});
}

struct str receipt_amount(struct arena *arena, const struct receipt *receipt, int64_t minor)
{
    return number(arena, receipt, minor, receipt->currency_decimals, ZEROS_KEPT);
}

struct str receipt_money(struct arena *arena, const struct receipt *receipt, int64_t minor)
{
    struct str amount = receipt_amount(arena, receipt, minor);
    bool is_negative = minor < 0, is_rupiah = str_eq(receipt->currency, STR("IDR"));
    if (is_negative)
        amount = (struct str){amount.data + 1, amount.len - 1};
    return str_format(arena, "%s%.*s%s%.*s", is_negative ? "-" : "",
                      STR_ARG(is_rupiah ? STR("Rp") : receipt->currency), is_rupiah ? "" : " ",
                      STR_ARG(amount));
}

struct str receipt_quantity(struct arena *arena, const struct receipt *receipt, int64_t milli)
{
    return number(arena, receipt, milli, 3, ZEROS_CUT);
}

/* Hundredths of a percent, which is what ten-thousandths are. */
static struct str percent(struct arena *arena, const struct receipt *receipt, int64_t hundredths)
{
    return number(arena, receipt, hundredths, 2, ZEROS_CUT);
}

struct str receipt_date(struct arena *arena, const struct receipt *receipt)
{
    const struct local_time *at = &receipt->issued;
    int month = at->date / 100 % 100;
    check(month >= 1 && month <= 12);
    return str_format(arena, "%02d %s %04d %02d:%02d", at->date % 100, MONTHS[receipt->language][month - 1],
                      at->date / 10000, at->hour, at->minute);
}

/* ---- Phrases ---- */

struct str receipt_name(struct arena *arena, const struct receipt_line *line)
{
    if (!line->variant.data)
        return line->name;
    return str_format(arena, "%.*s (%.*s)", STR_ARG(line->name), STR_ARG(line->variant));
}

struct str receipt_modifier_text(struct arena *arena, const struct receipt *receipt,
                                 const struct receipt_modifier *modifier)
{
    struct buf text = buf_make(arena, 64 + modifier->name.len, 4096 + modifier->name.len);
    if (modifier->count > 1)
        buf_format(&text, "%lld x ", (long long)modifier->count);
    buf_put(&text, modifier->name);
    if (modifier->price_minor != 0)
        buf_format(&text, " @%.*s", STR_ARG(receipt_amount(arena, receipt, modifier->price_minor)));
    return buf_str(&text);
}

struct str receipt_discount_text(struct arena *arena, const struct receipt *receipt,
                                 const struct receipt_discount *discount)
{
    struct buf text = buf_make(arena, 64 + discount->reason.len, 4096 + discount->reason.len);
    buf_put(&text, receipt_label(receipt, LABEL_DISCOUNT));
    if (discount->percent > 0)
        buf_format(&text, " %.*s%%", STR_ARG(percent(arena, receipt, discount->percent)));
    if (discount->reason.len > 0)
        buf_format(&text, " (%.*s)", STR_ARG(discount->reason));
    return buf_str(&text);
}

static struct str with_rate(struct arena *arena, const struct receipt *receipt, struct str label,
                            int64_t rate_bp)
{
    if (rate_bp == 0)
        return label;
    return str_format(arena, "%.*s %.*s%%", STR_ARG(label), STR_ARG(percent(arena, receipt, rate_bp)));
}

struct str receipt_service_charge(struct arena *arena, const struct receipt *receipt)
{
    return with_rate(arena, receipt, receipt_label(receipt, LABEL_SERVICE_CHARGE),
                     receipt->service_charge_rate_bp);
}

struct str receipt_tax(struct arena *arena, const struct receipt *receipt)
{
    struct str name = receipt->tax_name.data ? receipt->tax_name : receipt_label(receipt, LABEL_TAX);
    return with_rate(arena, receipt, name, receipt->tax_rate_bp);
}

size_t receipt_marks(struct arena *arena, const struct receipt *receipt,
                     struct str ret_marks[RECEIPT_MARKS_MAX])
{
    static const enum receipt_label of_status[] = {
        [RECEIPT_PENDING] = LABEL_PENDING,
        [RECEIPT_COMPLETED] = LABELS,
        [RECEIPT_VOIDED] = LABEL_VOIDED,
        [RECEIPT_REFUNDED] = LABEL_REFUNDED,
        [RECEIPT_PARTIALLY_REFUNDED] = LABEL_PARTIALLY_REFUNDED,
    };
    size_t count = 0;
    check(receipt->status >= 0 && receipt->status <= RECEIPT_PARTIALLY_REFUNDED);
    if (receipt->type == RECEIPT_REFUND)
        ret_marks[count++] = receipt_label(receipt, LABEL_REFUND);
    if (of_status[receipt->status] != LABELS)
        ret_marks[count++] = receipt_label(receipt, of_status[receipt->status]);
    if (receipt->copy > 0)
        ret_marks[count++] = str_format(arena, "%.*s %lld", STR_ARG(receipt_label(receipt, LABEL_COPY)),
                                        (long long)receipt->copy);
    return count;
}

struct str receipt_count(struct arena *arena, const struct receipt *receipt, const struct receipt_line *line)
{
    return str_format(arena, "%.*s x %.*s", STR_ARG(receipt_quantity(arena, receipt, line->quantity_milli)),
                      STR_ARG(receipt_amount(arena, receipt, line->unit_price_minor)));
}

static bool has_charges(const struct receipt *receipt)
{
    return receipt->tax_minor != 0 || receipt->service_charge_minor != 0;
}

bool receipt_has_parts(const struct receipt *receipt)
{
    return receipt->discounts.count > 0 || receipt->rounding_minor != 0 ||
           (!receipt->prices_include_tax && has_charges(receipt));
}

bool receipt_includes_charges(const struct receipt *receipt)
{
    return receipt->prices_include_tax && has_charges(receipt);
}

size_t receipt_facts(struct arena *arena, const struct receipt *receipt,
                     struct receipt_fact ret_facts[RECEIPT_FACTS_MAX])
{
    const struct {
        enum receipt_label label;
        struct str value;
    } facts[RECEIPT_FACTS_MAX] = {
        {LABEL_NUMBER, receipt->number},
        {LABEL_ORIGINAL, receipt->original_number},
        {LABEL_DATE, receipt_date(arena, receipt)},
        {LABEL_CASHIER, receipt->cashier},
        {LABEL_ORDER, receipt_order_type(receipt)},
        {LABEL_TABLE, receipt->table_name},
        {LABEL_CUSTOMER, receipt->customer_name},
        {LABEL_REASON, receipt->reason},
        {LABEL_NOTES, receipt->notes},
    };
    size_t count = 0;
    for (size_t i = 0; i < RECEIPT_FACTS_MAX; i++) {
        if (facts[i].value.len > 0)
            ret_facts[count++] =
                (struct receipt_fact){receipt_label(receipt, facts[i].label), facts[i].value};
    }
    return count;
}
