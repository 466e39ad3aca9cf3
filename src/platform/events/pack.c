/* Texts as bytes:
 *
 *     00 n bytes…   n bytes as they are (all that is not printable ASCII)
 *     01 id, 02 id  an id in quotes, and one without: 16 bytes
 *     03 n, 04 n    the same, the n-th id of the memory
 *     05 … 1F       an id in quotes, number 0 … 26 of the memory
 *     20 … 7E       that character
 *     7F n          word 128 + n
 *     80 … FF       word 0 … 127
 *
 * A member's name takes the comma before it along, and has none behind a '{'. */
#include "platform/events/pack.h"

#include "base/check.h"

#define RAW 0x00
#define ID_QUOTED 0x01
#define ID_BARE 0x02
#define SEEN_QUOTED 0x03
#define SEEN_BARE 0x04
#define SEEN_FIRST 0x05
#define SEEN_LAST 0x1F
#define WORD_FAR 0x7F
#define WORD_FIRST 0x80
#define WORDS_NEAR 128
#define WORD_MAX 40 /* characters; longer texts in quotes are not looked up */
#define UNPACKED_MAX ((size_t)16 * 1024 * 1024)

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

/* ---- Unpacking ---- */

static bool cut(struct str *in, size_t len, struct str *ret_head)
{
    if (in->len < len)
        return false;
    *ret_head = (struct str){in->data, len};
    *in = rest_of(*in, len);
    return true;
}

static bool cut_byte(struct str *in, uint8_t *ret_byte)
{
    struct str head;
    if (!cut(in, 1, &head))
        return false;
    *ret_byte = (uint8_t)head.data[0];
    return true;
}

static bool cut_id(struct pack_memory *memory, struct str *in, struct uuid *ret_id)
{
    struct str bytes;
    if (!cut(in, sizeof ret_id->bytes, &bytes))
        return false;
    memcpy(ret_id->bytes, bytes.data, sizeof ret_id->bytes);
    pack_remember(memory, *ret_id);
    return true;
}

bool unpack_number(struct str *in, uint64_t *ret_number)
{
    uint64_t number = 0;
    uint8_t byte = 0x80;
    for (unsigned shift = 0; byte & 0x80; shift += 7) {
        if (shift > 56 || !cut_byte(in, &byte))
            return false;
        number |= (uint64_t)(byte & 0x7F) << shift;
    }
    *ret_number = number;
    return true;
}

static bool recall(const struct pack_memory *memory, size_t index, struct uuid *ret_id)
{
    if (index >= memory->count)
        return false;
    *ret_id = memory->seen[index];
    return true;
}

bool unpack_id(struct pack_memory *memory, struct str *in, struct uuid *ret_id)
{
    uint8_t seen;
    if (!cut_byte(in, &seen))
        return false;
    return seen ? recall(memory, seen - 1u, ret_id) : cut_id(memory, in, ret_id);
}

static void write_id(struct buf *out, struct uuid id, bool quoted)
{
    char text[UUID_TEXT_LEN + 3];
    text[0] = text[UUID_TEXT_LEN + 1] = '"';
    uuid_format(id, text + 1);
    text[UUID_TEXT_LEN + 1] = '"';
    buf_put(out, quoted ? (struct str){text, UUID_TEXT_LEN + 2} : (struct str){text + 1, UUID_TEXT_LEN});
}

static bool write_word(struct buf *out, size_t number)
{
    struct str word = pack_word(number);
    if (!word.data)
        return false;
    if (word.data[word.len - 1] == ':' && !(out->len && out->data[out->len - 1] == '{'))
        buf_put_char(out, ',');
    buf_put(out, word);
    return true;
}

static bool unpack_id_code(struct pack_memory *memory, struct str *in, uint8_t code, struct buf *out)
{
    struct uuid id;
    uint8_t index = 0;
    bool quoted = code == ID_QUOTED || code == SEEN_QUOTED || code >= SEEN_FIRST;
    bool good;
    if (code == ID_QUOTED || code == ID_BARE)
        good = cut_id(memory, in, &id);
    else if (code >= SEEN_FIRST)
        good = recall(memory, code - SEEN_FIRST, &id);
    else
        good = cut_byte(in, &index) && recall(memory, index, &id);
    if (good)
        write_id(out, id, quoted);
    return good;
}

static bool unpack_some(struct pack_memory *memory, struct str *in, struct buf *out)
{
    uint8_t code, far;
    uint64_t len;
    struct str raw;
    if (!cut_byte(in, &code))
        return false;
    if (code >= WORD_FIRST)
        return write_word(out, code - WORD_FIRST);
    if (code == WORD_FAR)
        return cut_byte(in, &far) && write_word(out, (size_t)WORDS_NEAR + far);
    if (code >= 0x20) {
        buf_put_char(out, (char)code);
        return true;
    }
    if (code != RAW)
        return unpack_id_code(memory, in, code, out);
    if (!unpack_number(in, &len) || !cut(in, len, &raw))
        return false;
    buf_put(out, raw);
    return true;
}

bool unpack_text(struct pack_memory *memory, struct str *in, struct arena *arena, struct str *ret_text)
{
    uint64_t len;
    struct str body;
    if (!unpack_number(in, &len))
        return false;
    if (len == 0) {
        *ret_text = STR_NONE;
        return true;
    }
    if (!cut(in, len - 1, &body))
        return false;
    struct buf out = buf_make(arena, 3 * body.len + 32, UNPACKED_MAX);
    while (body.len) {
        if (!unpack_some(memory, &body, &out))
            return false;
    }
    *ret_text = buf_str(&out);
    return !out.overflowed;
}
