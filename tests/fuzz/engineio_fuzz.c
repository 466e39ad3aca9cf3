/* The body of an Engine.IO POST, a WebSocket message, a query: refused or taken apart. The first byte
 * chooses. */
#include "fuzz.h"
#include "platform/socketio/eio_packet.h"

static bool lies_in(struct str part, const char *at, const char *end)
{
    return part.len == 0 || (part.data >= at && part.data + part.len <= end);
}

static void look_at_payload(char *bytes, size_t len)
{
    struct eio_payload payload = {bytes, bytes + len};
    struct eio_packet packet;
    for (size_t count = 0; payload.at; count++) {
        char *before = payload.at;
        check(count <= len);
        if (!eio_payload_next(&payload, &packet))
            return;
        check(!payload.at || payload.at > before);
        check(packet.type >= '0' && packet.type <= '6' && lies_in(packet.data, bytes, bytes + len));
    }
}

static void look_at_message(struct str message)
{
    struct eio_packet packet;
    if (eio_packet_parse(false, message, &packet))
        check(packet.type >= '0' && packet.type <= '6' &&
              lies_in(packet.data, message.data, message.data + message.len));
    check(eio_packet_parse(true, message, &packet) && packet.is_binary);
}

static void look_at_query(struct str query)
{
    unsigned loop;
    uint64_t id;
    struct eio_query parsed = eio_query_parse(query);
    check(parsed.transport <= EIO_NO_TRANSPORT);
    if (parsed.sid.data && eio_sid_parse(parsed.sid, &loop, &id))
        check(parsed.sid.len == EIO_SID_LEN && loop < 64);
}

static void look_at_base64(struct arena *arena, struct str bytes)
{
    char *text = arena_alloc(arena, str_base64_len(bytes.len) + 1);
    size_t len = str_base64_put(bytes, text), back;
    check(len == str_base64_len(bytes.len));
    check(str_base64_take((struct str){text, len}, text, &back));
    check(back == bytes.len && (back == 0 || memcmp(text, bytes.data, back) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    if (size > 0) {
        char *bytes = arena_copy(&arena, data + 1, size - 1);
        struct str text = {bytes, size - 1};
        switch (data[0] % 4) {
        case 0:
            look_at_payload(bytes, size - 1);
            break;
        case 1:
            look_at_message(text);
            break;
        case 2:
            look_at_query(text);
            break;
        default:
            look_at_base64(&arena, text);
        }
    }
    arena_free(&arena);
    return 0;
}
