/* Texts into bytes: see pack_codes.h. */
#include "platform/events/pack_codes.h"

#include "base/check.h"

#define WORD_MAX 40 /* characters; longer texts in quotes are not looked up */

/* ---- Ids ---- */

static bool find_seen(const struct pack_memory *memory, struct uuid id, size_t *ret_index)
{
    for (size_t i = 0; i < memory->count; i++) {
        if (uuid_eq(memory->seen[i], id)) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

void pack_remember(struct pack_memory *memory, struct uuid id)
{
    size_t known;
    if (memory->count < PACK_SEEN_MAX && !uuid_is_nil(id) && !find_seen(memory, id, &known))
        memory->seen[memory->count++] = id;
}

static void put_id(struct buf *out, struct uuid id)
{
    buf_put(out, (struct str){(const char *)id.bytes, sizeof id.bytes});
}

static void put_text_id(struct pack_memory *memory, struct buf *out, struct uuid id, bool quoted)
{
    size_t seen;
    if (!find_seen(memory, id, &seen)) {
        buf_put_char(out, quoted ? ID_QUOTED : ID_BARE);
        put_id(out, id);
        pack_remember(memory, id);
    } else if (quoted && seen <= SEEN_LAST - SEEN_FIRST) {
        buf_put_char(out, (char)(SEEN_FIRST + seen));
    } else {
        buf_put_char(out, quoted ? SEEN_QUOTED : SEEN_BARE);
        buf_put_char(out, (char)seen);
    }
}

/* An id as uuid_format writes it: only such a text comes back the same. */
static bool read_id(struct str text, struct uuid *ret_id)
{
    char again[UUID_TEXT_LEN + 1];
    if (text.len < UUID_TEXT_LEN || text.data[8] != '-')
        return false;
    text.len = UUID_TEXT_LEN;
    if (!uuid_parse(text, ret_id))
        return false;
    uuid_format(*ret_id, again);
    return memcmp(again, text.data, UUID_TEXT_LEN) == 0;
}

void pack_id(struct pack_memory *memory, struct buf *out, struct uuid id)
{
    size_t seen;
    if (find_seen(memory, id, &seen)) {
        buf_put_char(out, (char)(1 + seen));
        return;
    }
    buf_put_char(out, 0);
    put_id(out, id);
    pack_remember(memory, id);
}

/* ---- Packing ---- */

void pack_number(struct buf *out, uint64_t number)
{
    for (; number >= 0x80; number >>= 7)
        buf_put_char(out, (char)(number | 0x80));
    buf_put_char(out, (char)number);
}

static void put_word(struct buf *out, size_t number)
{
    if (number < WORDS_NEAR) {
        buf_put_char(out, (char)(WORD_FIRST + number));
        return;
    }
    buf_put_char(out, WORD_FAR);
    buf_put_char(out, (char)(number - WORDS_NEAR));
}

static struct str rest_of(struct str text, size_t at) { return (struct str){text.data + at, text.len - at}; }

/* "…" or "…": at the beginning of the text; its length, 0: not that short. */
static size_t quoted_length(struct str text)
{
    size_t most = text.len < WORD_MAX ? text.len : WORD_MAX;
    const char *end = most > 1 ? memchr(text.data + 1, '"', most - 1) : NULL;
    if (!end)
        return 0;
    size_t len = (size_t)(end - text.data) + 1;
    return len < text.len && text.data[len] == ':' ? len + 1 : len;
}

/* A member's name at the beginning of the text, with the comma before it, or behind a '{'. */
static size_t pack_member(struct buf *out, struct str text, char before)
{
    bool comma = text.data[0] == ',';
    struct str name = rest_of(text, comma ? 1 : 0);
    size_t number;
    if (name.len == 0 || name.data[0] != '"' || comma == (before == '{'))
        return 0;
    name.len = quoted_length(name);
    if (name.len == 0 || name.data[name.len - 1] != ':' || !pack_word_find(name, &number))
        return 0;
    put_word(out, number);
    return name.len + (comma ? 1 : 0);
}

static size_t pack_quoted(struct pack_memory *memory, struct buf *out, struct str text)
{
    struct uuid id;
    size_t number;
    struct str word = {text.data, quoted_length(text)};
    if (word.len && word.data[word.len - 1] == ':')
        word.len--;
    if (word.len == UUID_TEXT_LEN + 2 && read_id(rest_of(text, 1), &id)) {
        put_text_id(memory, out, id, true);
        return word.len;
    }
    if (word.len == 0 || !pack_word_find(word, &number))
        return 0;
    put_word(out, number);
    return word.len;
}

static size_t pack_fixed(struct buf *out, struct str text)
{
    static const struct str fixed[] = {STR_INIT("null"), STR_INIT("true"), STR_INIT("false"), STR_INIT("},{"),
                                       STR_INIT("}]}"),  STR_INIT("[{"),   STR_INIT("]}")};
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++) {
        if (text.data[0] == fixed[i].data[0] && str_starts_with(text, fixed[i])) {
            put_word(out, i);
            return fixed[i].len;
        }
    }
    return 0;
}

/* Digits that a number brings back: none of them a zero in front. */
static size_t pack_digits(struct buf *out, struct str text)
{
    uint64_t number = 0;
    size_t len = 0;
    while (len < text.len && len < DIGITS_MOST && text.data[len] >= '0' && text.data[len] <= '9')
        number = number * 10 + (uint64_t)(text.data[len++] - '0');
    if (len < DIGITS_LEAST || text.data[0] == '0')
        return 0;
    buf_put_char(out, DIGITS);
    pack_number(out, number);
    return len;
}

static bool is_plain(char c) { return c >= 0x20 && c < 0x7F; }

static size_t pack_raw(struct buf *out, struct str text)
{
    size_t len = 0;
    while (len < text.len && !is_plain(text.data[len]))
        len++;
    buf_put_char(out, RAW);
    pack_number(out, len);
    buf_put(out, (struct str){text.data, len});
    return len;
}

/* Packs what stands at the beginning of the text; how much of it. */
static size_t pack_some(struct pack_memory *memory, struct buf *out, struct str text, char before)
{
    size_t taken = 0;
    char c = text.data[0];
    if (!is_plain(c))
        return pack_raw(out, text);
    if (c == ',' || c == '"')
        taken = pack_member(out, text, before);
    if (!taken && c == '"')
        taken = pack_quoted(memory, out, text);
    if (!taken && (c == 'n' || c == 't' || c == 'f' || c == '}' || c == '[' || c == ']'))
        taken = pack_fixed(out, text);
    if (c >= '1' && c <= '9')
        taken = pack_digits(out, text);
    if (taken)
        return taken;
    buf_put_char(out, c);
    return 1;
}

static void pack_body(struct pack_memory *memory, struct buf *out, struct str text)
{
    struct uuid id;
    size_t number;
    if (text.len == UUID_TEXT_LEN && read_id(text, &id)) {
        put_text_id(memory, out, id, false);
        return;
    }
    if (text.len <= WORD_MAX && pack_word_find(text, &number) && text.data[text.len - 1] != ':') {
        put_word(out, number);
        return;
    }
    for (size_t at = 0; at < text.len;)
        at += pack_some(memory, out, rest_of(text, at), at ? text.data[at - 1] : '\0');
}

/* Its length (+ 1; 0: absent) stands before it. */
void pack_text(struct pack_memory *memory, struct buf *out, struct str text)
{
    if (!text.data) {
        pack_number(out, 0);
        return;
    }
    struct buf body = buf_make(out->arena, text.len / 2 + 16, 3 * text.len + 16);
    pack_body(memory, &body, text);
    check(!body.overflowed);
    pack_number(out, body.len + 1);
    buf_put(out, buf_str(&body));
}
