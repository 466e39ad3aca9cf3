/* Bytes into texts again. Trusts nothing: what packing can't have made is refused. */
#include "platform/events/pack_codes.h"

#define UNPACKED_MAX ((size_t)16 * 1024 * 1024)

static bool cut(struct str *in, size_t len, struct str *ret_head)
{
    if (in->len < len)
        return false;
    *ret_head = (struct str){in->data, len};
    *in = (struct str){in->data + len, in->len - len};
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

static bool unpack_digits(struct str *in, struct buf *out)
{
    uint64_t number;
    if (!unpack_number(in, &number) || number > INT64_MAX)
        return false;
    buf_put_int(out, (int64_t)number);
    return true;
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
    if (code == DIGITS)
        return unpack_digits(in, out);
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
