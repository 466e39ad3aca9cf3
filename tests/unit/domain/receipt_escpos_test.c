/* Receipts for printers: to the byte, and that no text of a user ever becomes a command. */
#include "receipt_fixture.h"
#include "test.h"

#define SEEDS 400
#define BYTES_MAX ((size_t)4 * 1024 * 1024)

static struct str bytes_of(const struct receipt *receipt, const struct receipt_printer *printer)
{
    struct buf out = buf_make(test_arena(), 4096, BYTES_MAX);
    receipt_escpos(&out, receipt, printer);
    expect(!out.overflowed);
    return buf_str(&out);
}

static struct receipt plain_receipt(void)
{
    static const struct receipt_line line = {
        .name = STR_INIT("Kopi"), .quantity_milli = 1000, .unit_price_minor = 18000, .total_minor = 18000};
    static const struct receipt_payment payment = {STR_INIT("cash"), 18000, {NULL, 0}};
    return (struct receipt){
        .business_name = STR("Kopi Senja"),
        .number = STR("OUT1-20260206-0001"),
        .issued = {20260206, 14, 3, 59, 7 * 3600},
        .status = RECEIPT_COMPLETED,
        .currency = STR("IDR"),
        .lines = {(void *)&line, 1},
        .subtotal_minor = 18000,
        .grand_total_minor = 18000,
        .payments = {(void *)&payment, 1},
    };
}

#define RULE_32 "--------------------------------\n"
#define BODY_32                                            \
    "\x1B"                                                 \
    "E\1\x1D!\1           Kopi Senja\n"                    \
    "\x1B"                                                 \
    "E\0\x1D!\0" RULE_32 "No.        OUT1-20260206-0001\n" \
    "Tanggal    06 Feb 2026 14:03\n" RULE_32 "Kopi\n"      \
    "  1 x 18.000              18.000\n" RULE_32 "\x1B"    \
    "E\1\x1D!\1TOTAL                   Rp18.000\n"         \
    "\x1B"                                                 \
    "E\0\x1D!\0" RULE_32 "Tunai                     18.000\n" RULE_32 "          Terima kasih\n"
#define END \
    "\x1B"  \
    "d\4"   \
    "\x1DV\0"

TEST(escpos_to_the_byte)
{
    struct receipt receipt = plain_receipt();
    struct receipt_printer printer = {RECEIPT_COLUMNS_58_MM, RECEIPT_CP437, false, STR_NONE};
    expect_str_eq(bytes_of(&receipt, &printer), STR("\x1B@"
                                                    "\x1Bt\0" BODY_32 END));
    printer.code_page = RECEIPT_CP1252;
    printer.open_drawer = true;
    printer.qr = STR("OUT1-20260206-0001");
    expect_str_eq(bytes_of(&receipt, &printer), STR("\x1B@"
                                                    "\x1Bp\0\x19\xFA"
                                                    "\x1Bt\x10" BODY_32 "\n\x1B"
                                                    "a\1"
                                                    "\x1D(k\4\0"
                                                    "1A2\0"
                                                    "\x1D(k\3\0"
                                                    "1C\5"
                                                    "\x1D(k\3\0"
                                                    "1E1"
                                                    "\x1D(k\x15\0"
                                                    "1P0OUT1-20260206-0001"
                                                    "\x1D(k\3\0"
                                                    "1Q0"
                                                    "\n\x1B"
                                                    "a\0" END));
}

TEST(escpos_characters_of_the_page)
{
    static const struct {
        enum receipt_code_page page;
        struct str name, start, shown;
    } cases[] = {
        {RECEIPT_CP437, STR_INIT("Caf\xC3\xA9"), STR_INIT("\x1B@\x1C.\x1Bt\0"), STR_INIT("\nCaf\x82\n")},
        {RECEIPT_CP1252, STR_INIT("Caf\xC3\xA9"), STR_INIT("\x1B@\x1C.\x1Bt\x10"), STR_INIT("\nCaf\xE9\n")},
        {RECEIPT_CP437, STR_INIT("5 \xE2\x82\xAC"), STR_INIT("\x1B@\x1Bt\0"), STR_INIT("\n5 EUR\n")},
        {RECEIPT_CP1252, STR_INIT("5 \xE2\x82\xAC"), STR_INIT("\x1B@\x1C.\x1Bt\x10"), STR_INIT("\n5 \x80\n")},
        {RECEIPT_CP437, STR_INIT("\xE5\x92\x96 \xF0\x9F\x8D\x9C"), STR_INIT("\x1B@\x1Bt\0"),
         STR_INIT("\n? ?\n")},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct receipt receipt = plain_receipt();
        struct receipt_line line = receipt.lines.at[0];
        line.name = cases[i].name;
        receipt.lines.at = &line;
        struct receipt_printer printer = {RECEIPT_COLUMNS_58_MM, cases[i].page, false, STR_NONE};
        struct str bytes = bytes_of(&receipt, &printer);
        test_note("case %zu", i);
        expect(str_starts_with(bytes, cases[i].start));
        expect(memmem(bytes.data, bytes.len, cases[i].shown.data, cases[i].shown.len) != NULL);
    }
}

TEST(escpos_leaves_out_a_qr_that_is_too_long)
{
    struct receipt receipt = plain_receipt();
    char data[501];
    memset(data, 'x', sizeof data);
    struct receipt_printer printer = {RECEIPT_COLUMNS_80_MM, RECEIPT_CP437, false, {data, 500}};
    struct str with = bytes_of(&receipt, &printer);
    printer.qr.len = 501;
    struct str without = bytes_of(&receipt, &printer);
    expect(memmem(with.data, with.len,
                  "\x1D(k\xF7\1"
                  "1P0",
                  8) != NULL); /* 500 + 3 */
    expect(memmem(without.data, without.len, "\x1D(k", 3) == NULL);
}

/* ---- Any receipt, as a printer reads it ---- */

static const struct str COMMANDS[] = {
    STR_INIT("\x1B@"),
    STR_INIT("\x1C."),
    STR_INIT("\x1Bp\0\x19\xFA"),
    STR_INIT("\x1Bt\0"),
    STR_INIT("\x1Bt\x10"),
    STR_INIT("\x1B"
             "E\0"),
    STR_INIT("\x1B"
             "E\1"),
    STR_INIT("\x1D!\0"),
    STR_INIT("\x1D!\1"),
    STR_INIT("\x1B"
             "d\4"),
    STR_INIT("\x1DV\0"),
};

/* The length of the command at the start of `bytes`; 0: it is none that a receipt may send. */
static size_t command_len(struct str bytes)
{
    for (size_t i = 0; i < COUNT_OF(COMMANDS); i++) {
        if (str_starts_with(bytes, COMMANDS[i]))
            return COMMANDS[i].len;
    }
    return 0;
}

static bool is_sound(struct str bytes, size_t columns, size_t *ret_drawers)
{
    size_t used = 0, cuts = 0;
    *ret_drawers = 0;
    while (bytes.len > 0) {
        unsigned char byte = (unsigned char)bytes.data[0];
        size_t len = 1;
        if (byte == '\n') {
            used = 0;
        } else if (byte >= ' ') {
            if (byte == 0x7F || ++used > columns)
                return false;
        } else {
            len = command_len(bytes);
            if (len == 0)
                return false;
            *ret_drawers += bytes.data[1] == 'p';
            cuts += bytes.data[1] == 'V';
        }
        bytes = (struct str){bytes.data + len, bytes.len - len};
    }
    return cuts == 1;
}

TEST(escpos_of_anything_holds_no_foreign_command)
{
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct arena arena = {0};
        struct receipt receipt = receipt_of_chance(&arena, seed);
        struct receipt_printer printer = {seed % 3 ? RECEIPT_COLUMNS_58_MM : RECEIPT_COLUMNS_80_MM,
                                          seed % 2 ? RECEIPT_CP437 : RECEIPT_CP1252, seed % 5 == 0, STR_NONE};
        struct buf out = buf_make(&arena, 4096, BYTES_MAX);
        receipt_escpos(&out, &receipt, &printer);
        test_note("seed %llu", (unsigned long long)seed);
        size_t drawers;
        bool held = expect(!out.overflowed) && expect(is_sound(buf_str(&out), printer.columns, &drawers)) &&
                    expect_int_eq((int64_t)drawers, printer.open_drawer);
        arena_free(&arena);
        if (!held)
            return;
    }
}
