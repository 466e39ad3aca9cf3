/* Search keys of text: see fold.h. */
#include "base/fold.h"

#include "base/utf8.h"

#define NOT_UTF8 0xFFFD /* a byte that is not */
#define KEY_MAX(len) (3 * (len))

/* The plain letter of each Latin letter with marks; a dot: it has none. */
static const char LATIN_FROM_C0[] = /* U+00C0–U+017F */
    "aaaaaa.ceeeeiiiidnooooo.ouuuuy..aaaaaa.ceeeeiiiidnooooo.ouuuuy.y"
    "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiii..jjkk.llllll."
    ".llnnnnnn...oooooo..rrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
static const char LATIN_FROM_1E00[] = /* U+1E00–U+1EFF */
    "aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmm"
    "mmmmnnnnnnnnoooooooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvv"
    "wwwwwwwwwwxxxxyyzzzzzzhtwy......aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeee"
    "eeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuuuuyyyyyyyy......";

static uint32_t code_point(const char *text, size_t length)
{
    static const unsigned char first_bits[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t point = (unsigned char)text[0] & first_bits[length];
    for (size_t i = 1; i < length; i++)
        point = point << 6 | ((unsigned char)text[i] & 0x3F);
    return point;
}

static uint32_t plain(uint32_t point)
{
    char letter = '.';
    if (point >= 0xC0 && point <= 0x17F)
        letter = LATIN_FROM_C0[point - 0xC0];
    else if (point >= 0x1E00 && point <= 0x1EFF)
        letter = LATIN_FROM_1E00[point - 0x1E00];
    if (letter != '.')
        return (uint32_t)letter;
    if (point == 0xC6 || point == 0xDE || (point >= 0x391 && point <= 0x3A9) ||
        (point >= 0x410 && point <= 0x42F))
        return point + 0x20; /* Æ Þ, Greek, Cyrillic */
    if (point >= 0x400 && point <= 0x40F)
        return point + 0x50;
    return point == 0x132 || point == 0x14A || point == 0x152 ? point + 1 : point; /* Ĳ Ŋ Œ */
}

static bool is_mark(uint32_t point) { return point >= 0x300 && point <= 0x36F; }

uint32_t fold_next(struct str text, size_t *at)
{
    while (*at < text.len) {
        unsigned char byte = (unsigned char)text.data[*at];
        size_t length = utf8_step(text.data + *at, text.len - *at);
        if (length <= 1) {
            ++*at;
            return length == 0 ? NOT_UTF8 : byte >= 'A' && byte <= 'Z' ? byte | 0x20U : byte;
        }
        uint32_t point = code_point(text.data + *at, length);
        *at += length;
        if (!is_mark(point))
            return plain(point);
    }
    return FOLD_END;
}

static size_t put(char *out, uint32_t point)
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    size_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = length; i-- > 1; point >>= 6)
        out[i] = (char)(0x80 | (point & 0x3F));
    out[0] = (char)((0xF00U >> length & 0xF0) | point);
    return length;
}

struct str fold(struct arena *arena, struct str text)
{
    if (!text.data)
        return STR_NONE;
    char *key = arena_alloc(arena, KEY_MAX(text.len));
    size_t at = 0, len = 0;
    for (uint32_t point; (point = fold_next(text, &at)) != FOLD_END;)
        len += put(key + len, point);
    return (struct str){key, len};
}

bool fold_contains(struct str text, struct str key)
{
    for (size_t start = 0;;) {
        size_t in_text = start, in_key = 0;
        uint32_t wanted = fold_next(key, &in_key);
        while (wanted != FOLD_END && fold_next(text, &in_text) == wanted)
            wanted = fold_next(key, &in_key);
        if (wanted == FOLD_END)
            return true;
        if (fold_next(text, &start) == FOLD_END)
            return false;
    }
}
