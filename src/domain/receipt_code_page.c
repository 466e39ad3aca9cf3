/* What printers can show: two code pages that nearly all of them know, and how to spell the rest in ASCII. */
#include "domain/receipt_internal.h"

/* 0x80 on. 0: not in use; the no-break space is spelled as a blank. */
static const uint16_t CP437[128] = {
    0x00C7, 0x00FC, 0x00E9, 0x00E2, 0x00E4, 0x00E0, 0x00E5, 0x00E7, 0x00EA, 0x00EB, 0x00E8, 0x00EF, 0x00EE,
    0x00EC, 0x00C4, 0x00C5, 0x00C9, 0x00E6, 0x00C6, 0x00F4, 0x00F6, 0x00F2, 0x00FB, 0x00F9, 0x00FF, 0x00D6,
    0x00DC, 0x00A2, 0x00A3, 0x00A5, 0x20A7, 0x0192, 0x00E1, 0x00ED, 0x00F3, 0x00FA, 0x00F1, 0x00D1, 0x00AA,
    0x00BA, 0x00BF, 0x2310, 0x00AC, 0x00BD, 0x00BC, 0x00A1, 0x00AB, 0x00BB, 0x2591, 0x2592, 0x2593, 0x2502,
    0x2524, 0x2561, 0x2562, 0x2556, 0x2555, 0x2563, 0x2551, 0x2557, 0x255D, 0x255C, 0x255B, 0x2510, 0x2514,
    0x2534, 0x252C, 0x251C, 0x2500, 0x253C, 0x255E, 0x255F, 0x255A, 0x2554, 0x2569, 0x2566, 0x2560, 0x2550,
    0x256C, 0x2567, 0x2568, 0x2564, 0x2565, 0x2559, 0x2558, 0x2552, 0x2553, 0x256B, 0x256A, 0x2518, 0x250C,
    0x2588, 0x2584, 0x258C, 0x2590, 0x2580, 0x03B1, 0x00DF, 0x0393, 0x03C0, 0x03A3, 0x03C3, 0x00B5, 0x03C4,
    0x03A6, 0x0398, 0x03A9, 0x03B4, 0x221E, 0x03C6, 0x03B5, 0x2229, 0x2261, 0x00B1, 0x2265, 0x2264, 0x2320,
    0x2321, 0x00F7, 0x2248, 0x00B0, 0x2219, 0x00B7, 0x221A, 0x207F, 0x00B2, 0x25A0, 0x0000,
};
/* 0x80 on; from 0xA0 it is Latin 1. 0: not in use. */
static const uint16_t CP1252[32] = {
    0x20AC, 0x0000, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x0000, 0x017D, 0x0000, 0x0000, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x0000, 0x017E, 0x0178,
};

int receipt_code_page_byte(enum receipt_code_page page, uint32_t code)
{
    const uint16_t *table = page == RECEIPT_CP437 ? CP437 : CP1252;
    size_t count = page == RECEIPT_CP437 ? 128 : 32;
    if (page == RECEIPT_UTF8 || code < 0x80)
        return -1;
    if (page == RECEIPT_CP1252 && code > 0xA0 && code <= 0xFF)
        return (int)code;
    for (size_t i = 0; i < count; i++) {
        if (table[i] == code)
            return 0x80 + (int)i;
    }
    return -1;
}

/* ---- Spelling ---- */

/* The letter below the accents, from U+00C0, U+0100 and U+1E00 on; a blank: none. */
static const char LATIN_1[] = "AAAAAA CEEEEIIII NOOOOO  UUUUY  aaaaaa ceeeeiiii nooooo  uuuuy y";
static const char LATIN_EXTENDED[] = "AaAaAaCcCcCcCcDd  EeEeEeEeEeGgGgGgGgHh  IiIiIiIiI   JjKk LlLlLl "
                                     "   NnNnNn   OoOoOo  RrRrRrSsSsSsSsTtTt  UuUuUuUuUuUuWwYyYZzZzZzs";
static const char LATIN_ADDITIONAL[] = "AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMm"
                                       "MmMmNnNnNnNnOoOoOoOoPpPpRrRrRrRrSsSsSsSsSsTtTtTtTtUuUuUuUuUuVvVv"
                                       "WwWwWwWwWwXxXxYyZzZzZzhtwy s    AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEe"
                                       "EeEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYy      ";

struct letters {
    uint32_t first;
    const char *letters;
    size_t count;
};

static const struct letters LETTERS[] = {
    {0x00C0, LATIN_1, sizeof LATIN_1 - 1},
    {0x0100, LATIN_EXTENDED, sizeof LATIN_EXTENDED - 1},
    {0x1E00, LATIN_ADDITIONAL, sizeof LATIN_ADDITIONAL - 1},
};

struct spelling {
    uint32_t code;
    char text[RECEIPT_SPELLING_MAX];
};

/* Sorted; a spelling is at most four times as long as the UTF-8 that it stands for. */
static const struct spelling SPELLINGS[] = {
    {0x00A0, " "},    {0x00A1, "!"},   {0x00A2, "c"},   {0x00A3, "GBP"}, {0x00A4, "$"},   {0x00A5, "JPY"},
    {0x00A6, "|"},    {0x00A7, "S"},   {0x00A8, "\""},  {0x00A9, "(c)"}, {0x00AA, "a"},   {0x00AB, "<<"},
    {0x00AC, "-"},    {0x00AE, "(R)"}, {0x00AF, "-"},   {0x00B0, "o"},   {0x00B1, "+-"},  {0x00B4, "'"},
    {0x00B5, "u"},    {0x00B6, "P"},   {0x00B7, "."},   {0x00B8, ","},   {0x00B9, "1"},   {0x00BA, "o"},
    {0x00BB, ">>"},   {0x00BC, "1/4"}, {0x00BD, "1/2"}, {0x00BE, "3/4"}, {0x00BF, "?"},   {0x00C6, "AE"},
    {0x00D0, "D"},    {0x00D7, "x"},   {0x00D8, "O"},   {0x00DE, "Th"},  {0x00DF, "ss"},  {0x00E6, "ae"},
    {0x00F0, "d"},    {0x00F7, "/"},   {0x00F8, "o"},   {0x00FE, "th"},  {0x0110, "D"},   {0x0111, "d"},
    {0x0126, "H"},    {0x0127, "h"},   {0x0131, "i"},   {0x0132, "IJ"},  {0x0133, "ij"},  {0x0138, "k"},
    {0x013F, "L"},    {0x0140, "l"},   {0x0141, "L"},   {0x0142, "l"},   {0x0149, "'n"},  {0x014A, "N"},
    {0x014B, "n"},    {0x0152, "OE"},  {0x0153, "oe"},  {0x0166, "T"},   {0x0167, "t"},   {0x0192, "f"},
    {0x01A0, "O"},    {0x01A1, "o"},   {0x01AF, "U"},   {0x01B0, "u"},   {0x0218, "S"},   {0x0219, "s"},
    {0x021A, "T"},    {0x021B, "t"},   {0x02BB, "'"},   {0x02BC, "'"},   {0x02C6, "^"},   {0x02DC, "~"},
    {0x1E9E, "SS"},   {0x2000, " "},   {0x2001, " "},   {0x2002, " "},   {0x2003, " "},   {0x2004, " "},
    {0x2005, " "},    {0x2006, " "},   {0x2007, " "},   {0x2008, " "},   {0x2009, " "},   {0x200A, " "},
    {0x2010, "-"},    {0x2011, "-"},   {0x2012, "-"},   {0x2013, "-"},   {0x2014, "-"},   {0x2015, "-"},
    {0x2018, "'"},    {0x2019, "'"},   {0x201A, ","},   {0x201B, "'"},   {0x201C, "\""},  {0x201D, "\""},
    {0x201E, "\""},   {0x2020, "+"},   {0x2021, "+"},   {0x2022, "*"},   {0x2026, "..."}, {0x202F, " "},
    {0x2030, "o/oo"}, {0x2032, "'"},   {0x2033, "\""},  {0x2039, "<"},   {0x203A, ">"},   {0x2044, "/"},
    {0x20A9, "KRW"},  {0x20AB, "VND"}, {0x20AC, "EUR"}, {0x20B1, "PHP"}, {0x20B9, "INR"}, {0x2103, "C"},
    {0x2116, "No"},   {0x2122, "TM"},  {0x2153, "1/3"}, {0x2154, "2/3"}, {0x2190, "<-"},  {0x2192, "->"},
    {0x2212, "-"},    {0x2215, "/"},   {0x2219, "."},   {0x2248, "~"},   {0x2264, "<="},  {0x2265, ">="},
    {0x2605, "*"},    {0x2606, "*"},   {0x2713, "v"},   {0x2714, "v"},   {0x2717, "x"},   {0x2764, "<3"},
    {0x3000, " "},
};

static int by_code(const void *key, const void *spelling)
{
    uint32_t code = *(const uint32_t *)key, other = ((const struct spelling *)spelling)->code;
    return code < other ? -1 : code > other;
}

/* A character alone; a blank stands for none. */
static bool spell_letter(char letter, char ret_text[RECEIPT_SPELLING_MAX])
{
    ret_text[0] = letter;
    ret_text[1] = '\0';
    return letter != ' ';
}

bool receipt_spell(uint32_t code, char ret_text[RECEIPT_SPELLING_MAX])
{
    const struct spelling *spelling =
        bsearch(&code, SPELLINGS, sizeof SPELLINGS / sizeof SPELLINGS[0], sizeof SPELLINGS[0], by_code);
    if (spelling) {
        memcpy(ret_text, spelling->text, sizeof spelling->text);
        return true;
    }
    if (code >= 0xFF01 && code <= 0xFF5E) /* the full-width forms of ASCII */
        return spell_letter((char)(code - 0xFF01 + '!'), ret_text);
    for (size_t i = 0; i < sizeof LETTERS / sizeof LETTERS[0]; i++) {
        if (code >= LETTERS[i].first && code - LETTERS[i].first < LETTERS[i].count)
            return spell_letter(LETTERS[i].letters[code - LETTERS[i].first], ret_text);
    }
    return false;
}
