/* See eio_packet.h. */
#include "platform/socketio/eio_packet.h"

#define CHANCE_BYTES 18

const struct eio_error_text EIO_ERRORS[EIO_ERROR_COUNT] = {
    [EIO_UNKNOWN_TRANSPORT] = {400, "{\"code\":0,\"message\":\"Transport unknown\"}"},
    [EIO_UNKNOWN_SID] = {400, "{\"code\":1,\"message\":\"Session ID unknown\"}"},
    [EIO_BAD_METHOD] = {400, "{\"code\":2,\"message\":\"Bad handshake method\"}"},
    [EIO_BAD_REQUEST] = {400, "{\"code\":3,\"message\":\"Bad request\"}"},
    [EIO_FORBIDDEN] = {403, "{\"code\":4,\"message\":\"Forbidden\"}"},
    [EIO_BAD_VERSION] = {400, "{\"code\":5,\"message\":\"Unsupported protocol version\"}"},
    [EIO_TOO_MANY] = {429, "{\"code\":4,\"message\":\"Too many new sessions\"}"},
    [EIO_FULL] = {503, "{\"code\":4,\"message\":\"No more sessions\"}"},
};

/* ---- Query ---- */

static enum eio_transport transport_of(struct str name)
{
    if (str_eq(name, STR("polling")))
        return EIO_POLLING;
    return str_eq(name, STR("websocket")) ? EIO_WEBSOCKET : EIO_NO_TRANSPORT;
}

struct eio_query eio_query_parse(struct str query)
{
    struct eio_query parsed = {STR_NONE, STR_NONE, EIO_NO_TRANSPORT};
    struct str transport = STR_NONE;
    while (query.data) {
        struct str value = str_cut(&query, '&'), name = str_cut(&value, '=');
        struct str *place = str_eq(name, STR("EIO"))         ? &parsed.version
                            : str_eq(name, STR("sid"))       ? &parsed.sid
                            : str_eq(name, STR("transport")) ? &transport
                                                             : NULL;
        if (place && !place->data)
            *place = value.data ? value : STR("");
    }
    parsed.transport = transport_of(transport);
    return parsed;
}

/* ---- Base64 ---- */

static const char STANDARD[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char FOR_URLS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

size_t eio_base64_len(size_t len) { return (len + 2) / 3 * 4; }

static char *put_three(const unsigned char *bytes, const char *alphabet, char *out)
{
    unsigned group = (unsigned)bytes[0] << 16 | (unsigned)bytes[1] << 8 | bytes[2];
    *out++ = alphabet[group >> 18];
    *out++ = alphabet[group >> 12 & 63];
    *out++ = alphabet[group >> 6 & 63];
    *out++ = alphabet[group & 63];
    return out;
}

size_t eio_base64_put(struct str bytes, char *out)
{
    const unsigned char *at = (const unsigned char *)bytes.data;
    char *start = out;
    size_t left = bytes.len;
    for (; left >= 3; left -= 3, at += 3)
        out = put_three(at, STANDARD, out);
    if (left > 0) {
        unsigned char last[3] = {at[0], left > 1 ? at[1] : 0, 0};
        out = put_three(last, STANDARD, out);
        memset(out - (3 - left), '=', 3 - left);
    }
    return (size_t)(out - start);
}

static int digit_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool eio_base64_take(struct str text, char *out, size_t *ret_len)
{
    if (text.len % 4 == 0 && text.len > 0 && text.data[text.len - 1] == '=')
        text.len -= text.data[text.len - 2] == '=' ? 2 : 1;
    if (text.len % 4 == 1)
        return false;
    unsigned bits = 0;
    size_t len = 0, have = 0;
    for (size_t i = 0; i < text.len; i++) {
        int digit = digit_of(text.data[i]);
        if (digit < 0)
            return false;
        bits = bits << 6 | (unsigned)digit;
        have += 6;
        if (have >= 8) {
            have -= 8;
            out[len++] = (char)(bits >> have & 255);
        }
    }
    *ret_len = len;
    return true;
}

/* ---- Session ids ---- */

void eio_sid_make(unsigned loop, const unsigned char *chance, char ret_sid[EIO_SID_LEN])
{
    char *out = ret_sid;
    *out++ = FOR_URLS[loop & 63];
    for (size_t i = 0; i < CHANCE_BYTES; i += 3)
        out = put_three(chance + i, FOR_URLS, out);
}

bool eio_sid_parse(struct str sid, unsigned *ret_loop, uint64_t *ret_id)
{
    if (sid.len != EIO_SID_LEN)
        return false;
    char first = sid.data[0];
    int digit = first == '-' ? 62 : first == '_' ? 63 : first == '+' || first == '/' ? -1 : digit_of(first);
    if (digit < 0)
        return false;
    *ret_loop = (unsigned)digit;
    uint64_t words[3], id = 0;
    memcpy(words, sid.data + 1, sizeof words);
    for (size_t i = 0; i < 3; i++) {
        id = (id ^ words[i]) * UINT64_C(0x9E3779B97F4A7C15);
        id ^= id >> 29;
    }
    *ret_id = id;
    return true;
}

/* ---- Packets ---- */

bool eio_packet_parse(bool is_binary, struct str message, struct eio_packet *ret_packet)
{
    if (is_binary) {
        *ret_packet = (struct eio_packet){'4', true, message};
        return true;
    }
    if (message.len == 0 || message.data[0] < '0' || message.data[0] > '6')
        return false;
    *ret_packet = (struct eio_packet){message.data[0], false, {message.data + 1, message.len - 1}};
    return true;
}

bool eio_payload_next(struct eio_payload *payload, struct eio_packet *ret_packet)
{
    char *at = payload->at, *end = memchr(at, EIO_SEPARATOR, (size_t)(payload->end - at));
    payload->at = end ? end + 1 : NULL;
    struct str packet = {at, (size_t)((end ? end : payload->end) - at)};
    if (packet.len > 0 && packet.data[0] == 'b') {
        *ret_packet = (struct eio_packet){'4', true, {at + 1, 0}};
        return eio_base64_take((struct str){at + 1, packet.len - 1}, at + 1, &ret_packet->data.len);
    }
    return eio_packet_parse(false, packet, ret_packet) && str_is_utf8(ret_packet->data);
}
