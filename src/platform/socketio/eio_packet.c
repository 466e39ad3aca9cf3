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

/* ---- Session ids ---- */

void eio_sid_make(unsigned loop, const unsigned char *chance, char ret_sid[EIO_SID_LEN])
{
    char six_bits[] = {(char)(loop << 2)}, letters[2]; /* the second is 'A' */
    str_base64url_put((struct str){six_bits, 1}, letters);
    ret_sid[0] = letters[0];
    str_base64url_put((struct str){(const char *)chance, CHANCE_BYTES}, ret_sid + 1);
}

bool eio_sid_parse(struct str sid, unsigned *ret_loop, uint64_t *ret_id)
{
    if (sid.len != EIO_SID_LEN)
        return false;
    char letters[] = {sid.data[0], 'A'}, six_bits;
    size_t len;
    if (!str_base64url_take((struct str){letters, sizeof letters}, &six_bits, &len))
        return false;
    *ret_loop = (unsigned char)six_bits >> 2;
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
        return str_base64_take((struct str){at + 1, packet.len - 1}, at + 1, &ret_packet->data.len);
    }
    return eio_packet_parse(false, packet, ret_packet) && str_is_utf8(ret_packet->data);
}
