/* Characters that users typed, made fit to be shown: see receipt_internal.h. */
#include "domain/receipt_internal.h"

#include "base/check.h"
#include "base/utf8.h"

#define REPLACEMENT 0xFFFD

struct range {
    uint32_t first, last;
};

/* East Asian wide characters and emoji, as terminals and printers space them. */
static const struct range WIDE[] = {
    {0x1100, 0x115F},   {0x231A, 0x231B},   {0x2329, 0x232A},   {0x23E9, 0x23EC},   {0x23F0, 0x23F0},
    {0x23F3, 0x23F3},   {0x25FD, 0x25FE},   {0x2614, 0x2615},   {0x2648, 0x2653},   {0x267F, 0x267F},
    {0x2693, 0x2693},   {0x26A1, 0x26A1},   {0x26AA, 0x26AB},   {0x26BD, 0x26BE},   {0x26C4, 0x26C5},
    {0x26CE, 0x26CE},   {0x26D4, 0x26D4},   {0x26EA, 0x26EA},   {0x26F2, 0x26F3},   {0x26F5, 0x26F5},
    {0x26FA, 0x26FA},   {0x26FD, 0x26FD},   {0x2705, 0x2705},   {0x270A, 0x270B},   {0x2728, 0x2728},
    {0x274C, 0x274C},   {0x274E, 0x274E},   {0x2753, 0x2755},   {0x2757, 0x2757},   {0x2795, 0x2797},
    {0x27B0, 0x27B0},   {0x27BF, 0x27BF},   {0x2B1B, 0x2B1C},   {0x2B50, 0x2B50},   {0x2B55, 0x2B55},
    {0x2E80, 0x303E},   {0x3041, 0x3247},   {0x3250, 0x4DBF},   {0x4E00, 0xA4CF},   {0xA960, 0xA97F},
    {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE10, 0xFE19},   {0xFE30, 0xFE6F},   {0xFF01, 0xFF60},
    {0xFFE0, 0xFFE6},   {0x16FE0, 0x18DFF}, {0x1AFF0, 0x1B2FF}, {0x1F004, 0x1F004}, {0x1F0CF, 0x1F0CF},
    {0x1F18E, 0x1F18E}, {0x1F191, 0x1F19A}, {0x1F1E6, 0x1F320}, {0x1F32D, 0x1F335}, {0x1F337, 0x1F37C},
    {0x1F37E, 0x1F393}, {0x1F3A0, 0x1F3CA}, {0x1F3CF, 0x1F3D3}, {0x1F3E0, 0x1F3F0}, {0x1F3F4, 0x1F3F4},
    {0x1F3F8, 0x1F43E}, {0x1F440, 0x1F440}, {0x1F442, 0x1F4FC}, {0x1F4FF, 0x1F53D}, {0x1F54B, 0x1F54E},
    {0x1F550, 0x1F567}, {0x1F57A, 0x1F57A}, {0x1F595, 0x1F596}, {0x1F5A4, 0x1F5A4}, {0x1F5FB, 0x1F64F},
    {0x1F680, 0x1F6C5}, {0x1F6CC, 0x1F6CC}, {0x1F6D0, 0x1F6D2}, {0x1F6D5, 0x1F6DF}, {0x1F6EB, 0x1F6EC},
    {0x1F6F4, 0x1F6FC}, {0x1F7E0, 0x1F7EB}, {0x1F90C, 0x1F93A}, {0x1F93C, 0x1F945}, {0x1F947, 0x1F9FF},
    {0x1FA70, 0x1FAFF}, {0x20000, 0x3FFFD},
};

/* Marks that stand on the character before, and joiners: no column of their own. */
static const struct range NARROW[] = {
    {0x0300, 0x036F}, {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x0610, 0x061A}, {0x064B, 0x065F},
    {0x0E31, 0x0E31}, {0x0E34, 0x0E3A}, {0x0E47, 0x0E4E}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF},
    {0x200C, 0x200D}, {0x20D0, 0x20F0}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0xE0100, 0xE01EF},
};

/* Shown as nothing, yet able to turn, hide or break what stands around them. */
static const struct range DROPPED[] = {
    {0x00AD, 0x00AD}, {0x061C, 0x061C}, {0x180E, 0x180E}, {0x200B, 0x200B}, {0x200E, 0x200F},
    {0x202A, 0x202E}, {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F},
};

static bool is_in(uint32_t code, const struct range *ranges, size_t count)
{
    size_t low = 0;
    while (low < count) {
        size_t middle = low + (count - low) / 2;
        if (code > ranges[middle].last)
            low = middle + 1;
        else if (code < ranges[middle].first)
            count = middle;
        else
            return true;
    }
    return false;
}

#define IS_IN(code, ranges) is_in((code), (ranges), sizeof(ranges) / sizeof((ranges)[0]))

uint32_t receipt_char(struct str text, size_t *ret_step)
{
    const unsigned char *byte = (const unsigned char *)text.data;
    size_t step = utf8_step(text.data, text.len);
    *ret_step = step > 0 ? step : 1;
    if (step <= 1)
        return step == 1 ? byte[0] : REPLACEMENT;
    uint32_t code = byte[0] & (0xFFu >> (step + 1));
    for (size_t i = 1; i < step; i++)
        code = code << 6 | (byte[i] & 0x3Fu);
    return code;
}

size_t receipt_char_width(uint32_t code)
{
    if (code < 0x300)
        return 1;
    if (IS_IN(code, NARROW))
        return 0;
    return IS_IN(code, WIDE) ? 2 : 1;
}

size_t receipt_width(struct str text)
{
    size_t columns = 0, step;
    for (size_t at = 0; at < text.len; at += step)
        columns += receipt_char_width(receipt_char((struct str){text.data + at, text.len - at}, &step));
    return columns;
}

/* ---- Cleaning ---- */

static bool is_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code <= 0x9F) || code == 0x2028 || code == 0x2029;
}

static void put_for_printer(struct buf *out, enum receipt_code_page page, uint32_t code, struct str bytes)
{
    if (receipt_code_page_byte(page, code) >= 0) {
        buf_put(out, bytes);
    } else if (receipt_char_width(code) > 0) {
        char spelling[RECEIPT_SPELLING_MAX];
        buf_put(out, receipt_spell(code, spelling) ? str_of(spelling) : STR("?"));
    }
}

struct str receipt_clean(struct arena *arena, struct str text, enum receipt_code_page page)
{
    size_t max = 4 * text.len + 4; /* the longest spelling of two bytes has four */
    struct buf out = buf_make(arena, text.len + 1, max);
    size_t step;
    for (size_t at = 0; at < text.len; at += step) {
        struct str rest = {text.data + at, text.len - at};
        uint32_t code = receipt_char(rest, &step);
        if (is_control(code))
            buf_put_char(&out, ' ');
        else if (code == REPLACEMENT)
            buf_put_char(&out, '?');
        else if (code < 0x7F || (page == RECEIPT_UTF8 && !IS_IN(code, DROPPED)))
            buf_put(&out, (struct str){rest.data, step});
        else if (!IS_IN(code, DROPPED))
            put_for_printer(&out, page, code, (struct str){rest.data, step});
    }
    check(!out.overflowed);
    return buf_str(&out);
}

void receipt_encode(struct buf *out, struct str text, enum receipt_code_page page)
{
    size_t step;
    for (size_t at = 0; at < text.len; at += step) {
        uint32_t code = receipt_char((struct str){text.data + at, text.len - at}, &step);
        int byte = code < 0x7F ? (int)code : receipt_code_page_byte(page, code);
        check(byte >= ' ');
        buf_put_char(out, (char)byte);
    }
}
