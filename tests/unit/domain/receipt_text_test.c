/* Receipts as text: to the character for two papers, figures, marks, widths; and that nothing ever leaves its
 * columns. */
#include "domain/receipt_internal.h"
#include "receipt_fixture.h"
#include "test.h"

#define SEEDS 400
#define TEXT_MAX ((size_t)4 * 1024 * 1024)

static struct str text_of(const struct receipt *receipt, size_t columns)
{
    struct buf out = buf_make(test_arena(), 4096, TEXT_MAX);
    receipt_text(&out, receipt, columns);
    expect(!out.overflowed);
    return buf_str(&out);
}

static bool has(struct str text, const char *part)
{
    return memmem(text.data, text.len, part, strlen(part)) != NULL;
}

TEST(receipt_of_58_mm)
{
    struct receipt receipt = receipt_of_cafe();
    expect_str_eq(text_of(&receipt, RECEIPT_COLUMNS_58_MM), STR("           Kopi Senja\n"
                                                                "             Kemang\n"
                                                                "Jl. Kemang Raya No. 12, Jakarta\n"
                                                                "         Selatan 12730\n"
                                                                "       Telp. 021-7654321\n"
                                                                "   NPWP 01.234.567.8-901.000\n"
                                                                "         Buka tiap hari\n"
                                                                "         07.00 - 22.00\n"
                                                                "--------------------------------\n"
                                                                "No.        OUT1-20260206-0001\n"
                                                                "Tanggal    06 Feb 2026 14:03\n"
                                                                "Kasir      Ibu Sari\n"
                                                                "Pesanan    Makan di tempat\n"
                                                                "Meja       7\n"
                                                                "Pelanggan  Budi\n"
                                                                "--------------------------------\n"
                                                                "Kopi Susu Gula Aren (Besar)\n"
                                                                "  + Gula aren @2.000\n"
                                                                "  + 2 x Shot @5.000\n"
                                                                "  + Es sedikit\n"
                                                                "  * Jangan terlalu manis\n"
                                                                "  2 x 44.000              88.000\n"
                                                                "  Diskon 10% (Member)     -8.800\n"
                                                                "Pisang Goreng Keju Cokelat\n"
                                                                "  Spesial Porsi Keluarga\n"
                                                                "  1 x 35.000              35.000\n"
                                                                "Keripik curah\n"
                                                                "  0,25 x 60.000           15.000\n"
                                                                "--------------------------------\n"
                                                                "Subtotal                 129.200\n"
                                                                "Diskon (Promo)           -10.000\n"
                                                                "Layanan 5%                 5.960\n"
                                                                "Pajak 10%                 12.516\n"
                                                                "Pembulatan                    24\n"
                                                                "TOTAL                  Rp137.700\n"
                                                                "--------------------------------\n"
                                                                "QRIS                     100.000\n"
                                                                "  Ref. QR-77120\n"
                                                                "Tunai                     50.000\n"
                                                                "Kembali                   12.300\n"
                                                                "--------------------------------\n"
                                                                "  Terima kasih, sampai jumpa!\n"
                                                                "         Wifi: kopi123\n"));
}

/* English, tax inside the prices, a copy of a voided sale. */
TEST(receipt_of_80_mm)
{
    struct receipt receipt = receipt_of_cafe();
    receipt.language = RECEIPT_EN;
    receipt.status = RECEIPT_VOIDED;
    receipt.copy = 2;
    receipt.prices_include_tax = true;
    receipt.tax_name = STR("PBJT");
    receipt.tax_rate_bp = 1025;
    receipt.discounts.count = 0;
    receipt.rounding_minor = 0;
    receipt.subtotal_minor = receipt.grand_total_minor = 129200;
    receipt.lines.count = 1;
    receipt.change_minor = 20800;
    receipt.footer = receipt.header = receipt.tax_number = STR_NONE;
    expect_str_eq(text_of(&receipt, RECEIPT_COLUMNS_80_MM),
                  STR("                   Kopi Senja\n"
                      "                     Kemang\n"
                      " Jl. Kemang Raya No. 12, Jakarta Selatan 12730\n"
                      "                Tel. 021-7654321\n"
                      "------------------------------------------------\n"
                      "                  *** VOID ***\n"
                      "                 *** COPY 2 ***\n"
                      "------------------------------------------------\n"
                      "No.        OUT1-20260206-0001\n"
                      "Date       06 Feb 2026 14:03\n"
                      "Cashier    Ibu Sari\n"
                      "Order      Dine in\n"
                      "Table      7\n"
                      "Customer   Budi\n"
                      "------------------------------------------------\n"
                      "Kopi Susu Gula Aren (Besar)\n"
                      "  + Gula aren @2,000\n"
                      "  + 2 x Shot @5,000\n"
                      "  + Es sedikit\n"
                      "  * Jangan terlalu manis\n"
                      "  2 x 44,000                              88,000\n"
                      "  Discount 10% (Member)                   -8,800\n"
                      "------------------------------------------------\n"
                      "TOTAL                                  Rp129,200\n"
                      "------------------------------------------------\n"
                      "QRIS                                     100,000\n"
                      "  Ref. QR-77120\n"
                      "Cash                                      50,000\n"
                      "Change                                    20,800\n"
                      "\n"
                      "Prices include:\n"
                      "  Service 5%                               5,960\n"
                      "  PBJT 10.25%                             12,516\n"
                      "------------------------------------------------\n"
                      "                  *** VOID ***\n"
                      "                 *** COPY 2 ***\n"
                      "------------------------------------------------\n"
                      "                   Thank you\n"));
}

TEST(receipt_marks_tell_what_it_is)
{
    static const struct {
        int64_t type, status, copy;
        const char *marks[RECEIPT_LANGUAGES];
    } cases[] = {
        {RECEIPT_SALE, RECEIPT_COMPLETED, 0, {"", ""}},
        {RECEIPT_SALE, RECEIPT_COMPLETED, 1, {"SALINAN 1;", "COPY 1;"}},
        {RECEIPT_SALE, RECEIPT_VOIDED, 0, {"BATAL;", "VOID;"}},
        {RECEIPT_SALE, RECEIPT_VOIDED, 3, {"BATAL;SALINAN 3;", "VOID;COPY 3;"}},
        {RECEIPT_SALE, RECEIPT_PENDING, 0, {"BELUM DIBAYAR;", "NOT PAID;"}},
        {RECEIPT_SALE, RECEIPT_REFUNDED, 0, {"SUDAH DIKEMBALIKAN;", "REFUNDED;"}},
        {RECEIPT_SALE, RECEIPT_PARTIALLY_REFUNDED, 0, {"DIKEMBALIKAN SEBAGIAN;", "PARTLY REFUNDED;"}},
        {RECEIPT_REFUND, RECEIPT_COMPLETED, 0, {"PENGEMBALIAN;", "REFUND;"}},
        {RECEIPT_REFUND, RECEIPT_COMPLETED, 2, {"PENGEMBALIAN;SALINAN 2;", "REFUND;COPY 2;"}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (int language = 0; language < RECEIPT_LANGUAGES; language++) {
            test_note("case %zu", i);
            struct receipt receipt = receipt_of_cafe();
            receipt.type = cases[i].type;
            receipt.status = cases[i].status;
            receipt.copy = cases[i].copy;
            receipt.language = (enum receipt_language)language;
            struct str marks[RECEIPT_MARKS_MAX];
            size_t count = receipt_marks(test_arena(), &receipt, marks);
            struct buf all = buf_make(test_arena(), 64, 256);
            for (size_t j = 0; j < count; j++) {
                buf_put(&all, marks[j]);
                buf_put_char(&all, ';');
                expect(has(text_of(&receipt, 32), str_to_cstr(test_arena(), marks[j])));
            }
            expect_str_eq(buf_str(&all), str_of(cases[i].marks[language]));
        }
    }
}

TEST(receipt_money_in_both_languages)
{
    static const struct {
        int64_t minor;
        struct str currency;
        int decimals;
        const char *texts[RECEIPT_LANGUAGES];
    } cases[] = {
        {0, STR_INIT("IDR"), 0, {"Rp0", "Rp0"}},
        {-3, STR_INIT("IDR"), 0, {"-Rp3", "-Rp3"}},
        {999, STR_INIT("IDR"), 0, {"Rp999", "Rp999"}},
        {13700, STR_INIT("IDR"), 0, {"Rp13.700", "Rp13,700"}},
        {-10000000000000, STR_INIT("IDR"), 0, {"-Rp10.000.000.000.000", "-Rp10,000,000,000,000"}},
        {1218, STR_INIT("USD"), 2, {"USD 12,18", "USD 12.18"}},
        {5, STR_INIT("USD"), 2, {"USD 0,05", "USD 0.05"}},
        {-123456700, STR_INIT("USD"), 2, {"-USD 1.234.567,00", "-USD 1,234,567.00"}},
        {1234567, STR_INIT("JOD"), 3, {"JOD 1.234,567", "JOD 1,234.567"}},
        {INT64_MIN, STR_INIT("IDR"), 0, {"-Rp9.223.372.036.854.775.808", "-Rp9,223,372,036,854,775,808"}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (int language = 0; language < RECEIPT_LANGUAGES; language++) {
            struct receipt receipt = {.currency = cases[i].currency,
                                      .currency_decimals = cases[i].decimals,
                                      .language = (enum receipt_language)language};
            expect_str_eq(receipt_money(test_arena(), &receipt, cases[i].minor),
                          str_of(cases[i].texts[language]));
        }
    }
}

TEST(receipt_quantities_without_empty_decimals)
{
    static const struct {
        int64_t milli;
        const char *text;
    } cases[] = {{1000, "1"},    {1500, "1,5"}, {1, "0,001"},  {250, "0,25"}, {1000000000, "1.000.000"},
                 {2010, "2,01"}, {0, "0"},      {-500, "-0,5"}};
    struct receipt receipt = {.language = RECEIPT_ID};
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        expect_str_eq(receipt_quantity(test_arena(), &receipt, cases[i].milli), str_of(cases[i].text));
}

TEST(receipt_widths)
{
    static const struct {
        const char *text;
        size_t columns;
    } cases[] = {
        {"", 0},
        {"kopi", 4},
        {"caf\xC3\xA9", 4},
        {"cafe\xCC\x81", 4},
        {"\xE5\x92\x96\xE5\x95\xA1", 4},
        {"\xF0\x9F\x8D\x9C", 2},
        {"\xEF\xBC\xA1", 2},
        {"\xEA\xB0\x80", 2},
        {"\xE2\x82\xAC", 1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        expect_int_eq((int64_t)receipt_width(str_of(cases[i].text)), (int64_t)cases[i].columns);
    }
}

TEST(receipt_clean_lets_only_text_through)
{
    static const struct {
        struct str text;
        const char *utf8, *cp437, *cp1252;
    } cases[] = {
        {STR_INIT("a\x1B@b\0c\x7F"), "a @b c ", "a @b c ", "a @b c "},
        {STR_INIT("x\xC2\x9By"), "x y", "x y", "x y"},
        {STR_INIT("x\xE2\x80\xAEy\xEF\xBB\xBF"), "xy", "xy", "xy"},
        {STR_INIT("\xFFz\xE5\x92"), "?z??", "?z??", "?z??"},
        {STR_INIT("caf\xC3\xA9"), "caf\xC3\xA9", "caf\xC3\xA9", "caf\xC3\xA9"},
        {STR_INIT("cafe\xCC\x81"), "cafe\xCC\x81", "cafe", "cafe"},
        {STR_INIT("\xC3\x80 la"), "\xC3\x80 la", "A la", "\xC3\x80 la"},
        {STR_INIT("5 \xE2\x82\xAC\xE2\x80\xA6"), "5 \xE2\x82\xAC\xE2\x80\xA6", "5 EUR...",
         "5 \xE2\x82\xAC\xE2\x80\xA6"},
        {STR_INIT("\xE2\x80\x9Ckopi\xE2\x80\x9D"), "\xE2\x80\x9Ckopi\xE2\x80\x9D", "\"kopi\"",
         "\xE2\x80\x9Ckopi\xE2\x80\x9D"},
        {STR_INIT("Ph\xE1\xBB\x9F \xC5\x81\xC3\xB3"), "Ph\xE1\xBB\x9F \xC5\x81\xC3\xB3", "Pho L\xC3\xB3",
         "Pho L\xC3\xB3"},
        {STR_INIT("\xE5\x92\x96!"), "\xE5\x92\x96!", "?!", "?!"},
        {STR_INIT("\xEF\xBC\xA1\xEF\xBC\x91"), "\xEF\xBC\xA1\xEF\xBC\x91", "A1", "A1"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        expect_str_eq(receipt_clean(test_arena(), cases[i].text, RECEIPT_UTF8), str_of(cases[i].utf8));
        expect_str_eq(receipt_clean(test_arena(), cases[i].text, RECEIPT_CP437), str_of(cases[i].cp437));
        expect_str_eq(receipt_clean(test_arena(), cases[i].text, RECEIPT_CP1252), str_of(cases[i].cp1252));
    }
}

/* An amount that does not fit beside its label goes below it, at the right. */
TEST(receipt_pairs_wrap)
{
    struct receipt receipt = receipt_of_cafe();
    receipt.lines.count = 0;
    receipt.discounts.at =
        &(struct receipt_discount){STR("Ulang tahun ke-10 Kopi Senja Kemang"), JSON_NONE, 1234567};
    expect(has(text_of(&receipt, 32), "Diskon (Ulang tahun ke-10 Kopi\n"
                                      "Senja Kemang)         -1.234.567\n"));
    receipt.discounts.at = &(struct receipt_discount){STR("Teman baik sekali!!"), JSON_NONE, 1234567};
    expect(has(text_of(&receipt, 32), "Diskon (Teman baik sekali!!)\n"
                                      "                      -1.234.567\n"));
}

TEST(receipt_never_leaves_its_columns)
{
    static const size_t columns[] = {28, RECEIPT_COLUMNS_58_MM, 42, RECEIPT_COLUMNS_80_MM};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct arena arena = {0};
        struct receipt receipt = receipt_of_chance(&arena, seed);
        size_t most = columns[seed % COUNT_OF(columns)];
        struct buf out = buf_make(&arena, 4096, TEXT_MAX);
        receipt_text(&out, &receipt, most);
        test_note("seed %llu", (unsigned long long)seed);
        struct str rest = buf_str(&out);
        bool held = expect(!out.overflowed) && expect(str_is_utf8(rest));
        while (held && rest.data) {
            struct str line = str_cut(&rest, '\n');
            held = expect(receipt_width(line) <= most);
            for (size_t i = 0; held && i < line.len; i++)
                held = expect((unsigned char)line.data[i] >= ' ' && line.data[i] != 0x7F);
        }
        arena_free(&arena);
        if (!held)
            return;
    }
}
