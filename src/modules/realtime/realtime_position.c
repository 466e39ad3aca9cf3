/* Positions as text. */
#include "modules/realtime/realtime_position.h"

#define TAG_BYTES 6
#define VARINT_MAX 10

static const uint8_t *tag_of(const struct uuid *id) { return id->bytes + sizeof id->bytes - TAG_BYTES; }

static void put_number(struct buf *out, int64_t value)
{
    uint64_t left = (uint64_t)value;
    while (left >= 0x80) {
        buf_put_char(out, (char)(0x80 | (left & 0x7F)));
        left >>= 7;
    }
    buf_put_char(out, (char)left);
}

static bool take_number(struct str *rest, int64_t *ret_value)
{
    uint64_t value = 0;
    for (size_t i = 0; i < rest->len && i < VARINT_MAX - 1; i++) {
        uint8_t byte = (uint8_t)rest->data[i];
        value |= (uint64_t)(byte & 0x7F) << (7 * i);
        if (byte & 0x80)
            continue;
        *rest = (struct str){rest->data + i + 1, rest->len - i - 1};
        *ret_value = (int64_t)value;
        return true;
    }
    return false;
}

static void put_stream(struct buf *out, const struct stream_position *stream)
{
    buf_put(out, (struct str){(const char *)tag_of(&stream->stream_id), TAG_BYTES});
    put_number(out, stream->sequence);
}

struct str position_text(struct arena *arena, const struct position *position, size_t first)
{
    size_t most = VARINT_MAX + position->count * (TAG_BYTES + VARINT_MAX);
    struct buf out = buf_make(arena, most, most);
    put_number(&out, first < position->count ? position->at[first].done : 0);
    if (first < position->count)
        put_stream(&out, &position->at[first]);
    for (size_t i = 0; i < position->count; i++) {
        if (i != first)
            put_stream(&out, &position->at[i]);
    }
    return str_base64url(arena, out.data, out.len);
}

bool position_parse(struct arena *arena, struct str text, struct position *ret_position)
{
    struct str rest;
    int64_t done;
    if (!text.data || !str_unbase64url(arena, text, &rest) || !take_number(&rest, &done))
        return false;
    size_t most = rest.len / (TAG_BYTES + 1);
    *ret_position = (struct position){arena_array(arena, struct stream_position, most + 1), 0};
    while (rest.len > TAG_BYTES && ret_position->count < POSITION_STREAMS_MAX) {
        struct stream_position *stream = &ret_position->at[ret_position->count++];
        memcpy(stream->stream_id.bytes + sizeof stream->stream_id.bytes - TAG_BYTES, rest.data, TAG_BYTES);
        rest = (struct str){rest.data + TAG_BYTES, rest.len - TAG_BYTES};
        if (!take_number(&rest, &stream->sequence))
            return false;
    }
    if (ret_position->count > 0)
        ret_position->at[0].done = done;
    return rest.len == 0;
}

struct stream_position *position_find(const struct position *position, struct uuid stream_id)
{
    for (size_t i = 0; i < position->count; i++) {
        if (memcmp(tag_of(&position->at[i].stream_id), tag_of(&stream_id), TAG_BYTES) == 0)
            return &position->at[i];
    }
    return NULL;
}

void position_advance(struct position *position, const struct position *later)
{
    for (size_t i = 0; i < position->count; i++) {
        struct stream_position *mine = &position->at[i];
        const struct stream_position *other = position_find(later, mine->stream_id);
        if (!other || other->sequence < mine->sequence)
            continue;
        if (other->sequence > mine->sequence || other->done > mine->done)
            mine->done = other->done;
        mine->sequence = other->sequence;
    }
}
