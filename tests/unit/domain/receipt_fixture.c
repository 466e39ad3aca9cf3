/* See receipt_fixture.h. */
#include "receipt_fixture.h"

#include "test.h"

#define ARRAY_OF(array)                                     \
    {                                                       \
        (void *)(array), sizeof(array) / sizeof((array)[0]) \
    }

struct receipt receipt_of_cafe(void)
{
    static const struct receipt_modifier modifiers[] = {
        {STR_INIT("Gula aren"), 2000, 1}, {STR_INIT("Shot"), 5000, 2}, {STR_INIT("Es sedikit"), 0, 1}};
    static const struct receipt_discount member[] = {{STR_INIT("Member"), 1000, 8800}};
    static const struct receipt_line lines[] = {
        {.name = STR_INIT("Kopi Susu Gula Aren"),
         .variant = STR_INIT("Besar"),
         .notes = STR_INIT("Jangan terlalu manis"),
         .quantity_milli = 2000,
         .unit_price_minor = 44000,
         .total_minor = 88000,
         .modifiers = ARRAY_OF(modifiers),
         .discounts = ARRAY_OF(member)},
        {.name = STR_INIT("Pisang Goreng Keju Cokelat Spesial Porsi Keluarga"),
         .quantity_milli = 1000,
         .unit_price_minor = 35000,
         .total_minor = 35000},
        {.name = STR_INIT("Keripik curah"),
         .quantity_milli = 250,
         .unit_price_minor = 60000,
         .total_minor = 15000},
    };
    static const struct receipt_discount opening[] = {{STR_INIT("Promo"), JSON_NONE, 10000}};
    static const struct receipt_payment payments[] = {{STR_INIT("qris"), 100000, STR_INIT("QR-77120")},
                                                      {STR_INIT("cash"), 50000, {NULL, 0}}};
    return (struct receipt){
        .business_name = STR("Kopi Senja"),
        .outlet_name = STR("Kemang"),
        .address = STR("Jl. Kemang Raya No. 12, Jakarta Selatan 12730"),
        .phone = STR("021-7654321"),
        .tax_number = STR("01.234.567.8-901.000"),
        .header = STR("Buka tiap hari\n07.00 - 22.00"),
        .footer = STR("Terima kasih, sampai jumpa!\nWifi: kopi123"),
        .number = STR("OUT1-20260206-0001"),
        .issued = {20260206, 14, 3, 59, 7 * 3600},
        .cashier = STR("Ibu Sari"),
        .table_name = STR("7"),
        .customer_name = STR("Budi"),
        .order_type = STR("dine_in"),
        .status = RECEIPT_COMPLETED,
        .currency = STR("IDR"),
        .lines = ARRAY_OF(lines),
        .subtotal_minor = 129200,
        .discounts = ARRAY_OF(opening),
        .service_charge_minor = 5960,
        .service_charge_rate_bp = 500,
        .tax_minor = 12516,
        .tax_rate_bp = 1000,
        .rounding_minor = 24,
        .grand_total_minor = 137700,
        .payments = ARRAY_OF(payments),
        .change_minor = 12300,
    };
}

/* ---- Chance ---- */

struct chance {
    struct arena *arena;
    uint64_t state;
};

static uint64_t next(struct chance *chance) /* splitmix64 */
{
    uint64_t z = chance->state += 0x9E3779B97F4A7C15;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

static size_t below(struct chance *chance, size_t count) { return (size_t)(next(chance) % count); }

/* Of any size: as often two digits as eighteen. */
static int64_t amount(struct chance *chance)
{
    int64_t value = (int64_t)(next(chance) >> (1 + below(chance, 63)));
    return below(chance, 4) == 0 ? -value : value;
}

static struct str text(struct chance *chance)
{
    static const struct str pieces[] = {
        STR_INIT(" "),
        STR_INIT("kopi"),
        STR_INIT("a"),
        STR_INIT("Pneumonoultramicroscopicsilicovolcanoconiosis"),
        STR_INIT("\x1B@"),
        STR_INIT("\x1Bp\0\x19\xFA"),
        STR_INIT("\x1DV"),
        STR_INIT("\n"),
        STR_INIT("\r\t"),
        STR_INIT("\0"),
        STR_INIT("\x7F"),
        STR_INIT("\xC2\x9B"),                         /* a C1 control */
        STR_INIT("caf\xC3\xA9"),                      /* é */
        STR_INIT("cafe\xCC\x81"),                     /* e and a combining acute */
        STR_INIT("\xE5\x92\x96\xE5\x95\xA1"),         /* 咖啡 */
        STR_INIT("\xF0\x9F\x8D\x9C"),                 /* a bowl */
        STR_INIT("\xE2\x80\xAE"),                     /* turns the rest around */
        STR_INIT("\xE2\x80\x8D"),                     /* a joiner */
        STR_INIT("\xE2\x80\xA6"),                     /* … */
        STR_INIT("\xE2\x82\xAC"),                     /* € */
        STR_INIT("\xC5\x91\xE1\xBB\x87\xEF\xBC\xA1"), /* ő, ệ, a full-width A */
        STR_INIT("\xFF\xFE"),                         /* no UTF-8 */
        STR_INIT("\xE5\x92"),                         /* cut short */
        STR_INIT("<script>alert(\"1\")</script>"),
        STR_INIT("&amp;' %s%n"),
    };
    if (below(chance, 6) == 0)
        return STR_NONE;
    struct buf out = buf_make(chance->arena, 64, 16384);
    bool is_odd = below(chance, 2) == 0;
    for (size_t i = below(chance, 30); i > 0; i--)
        buf_put(&out, pieces[below(chance, is_odd ? COUNT_OF(pieces) : 4)]);
    if (below(chance, 40) == 0) {
        for (int i = 0; i < 2500; i++)
            buf_put(&out, STR("\xCC\x81"));
    }
    return buf_str(&out);
}

#define FILL(chance, array, most)                 \
    ((array).count = below((chance), (most) + 1), \
     (array).at = arena_array_alloc((chance)->arena, (array).count, sizeof(*(array).at)))

static void fill_line(struct chance *chance, struct receipt_line *line)
{
    *line = (struct receipt_line){.name = text(chance),
                                  .variant = text(chance),
                                  .notes = text(chance),
                                  .quantity_milli = amount(chance),
                                  .unit_price_minor = amount(chance),
                                  .total_minor = amount(chance)};
    FILL(chance, line->modifiers, 3);
    for (size_t i = 0; i < line->modifiers.count; i++)
        line->modifiers.at[i] = (struct receipt_modifier){text(chance), amount(chance), amount(chance)};
    FILL(chance, line->discounts, 2);
    for (size_t i = 0; i < line->discounts.count; i++)
        line->discounts.at[i] = (struct receipt_discount){text(chance), amount(chance), amount(chance)};
}

struct receipt receipt_of_chance(struct arena *arena, uint64_t seed)
{
    struct chance own = {arena, seed}, *chance = &own;
    static const struct str currencies[] = {STR_INIT("IDR"), STR_INIT("USD"), STR_INIT("JOD")};
    size_t currency = below(chance, COUNT_OF(currencies));
    struct receipt receipt = {
        .business_name = text(chance),
        .outlet_name = text(chance),
        .address = text(chance),
        .phone = text(chance),
        .tax_number = text(chance),
        .header = text(chance),
        .footer = text(chance),
        .number = text(chance),
        .original_number = text(chance),
        .issued = {20260206, 14, 3, 59, 7 * 3600},
        .cashier = text(chance),
        .table_name = text(chance),
        .customer_name = text(chance),
        .notes = text(chance),
        .order_type = text(chance),
        .type = (int64_t)below(chance, 2),
        .status = (int64_t)below(chance, RECEIPT_PARTIALLY_REFUNDED + 1),
        .copy = below(chance, 2) ? amount(chance) : 0,
        .currency = currencies[currency],
        .currency_decimals = (int)(currency + currency / 2 + (currency == 1)),
        .subtotal_minor = amount(chance),
        .service_charge_minor = amount(chance),
        .service_charge_rate_bp = amount(chance),
        .tax_name = text(chance),
        .tax_minor = amount(chance),
        .tax_rate_bp = amount(chance),
        .prices_include_tax = below(chance, 2),
        .rounding_minor = amount(chance),
        .grand_total_minor = amount(chance),
        .change_minor = amount(chance),
        .language = below(chance, 2) ? RECEIPT_ID : RECEIPT_EN,
    };
    FILL(chance, receipt.lines, 4);
    for (size_t i = 0; i < receipt.lines.count; i++)
        fill_line(chance, &receipt.lines.at[i]);
    FILL(chance, receipt.discounts, 2);
    for (size_t i = 0; i < receipt.discounts.count; i++)
        receipt.discounts.at[i] = (struct receipt_discount){text(chance), amount(chance), amount(chance)};
    FILL(chance, receipt.payments, 3);
    for (size_t i = 0; i < receipt.payments.count; i++)
        receipt.payments.at[i] = (struct receipt_payment){text(chance), amount(chance), text(chance)};
    return receipt;
}
