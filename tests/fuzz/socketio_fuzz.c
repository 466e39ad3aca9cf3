/* Any Socket.IO packet: refused, or taken apart into parts that lie in it; what its parts say reads back as
 * the same. */
#include "fuzz.h"
#include "platform/socketio/sio_json.h"
#include "platform/socketio/sio_packet.h"
#include "platform/socketio/socketio.h"

#include <stdlib.h>

static bool lies_in(struct str part, struct str whole)
{
    return part.len == 0 || (part.data >= whole.data && part.data + part.len <= whole.data + whole.len);
}

static struct str encode(struct arena *arena, const struct sio_packet *packet)
{
    struct sio_packet_space space;
    struct str parts[SIO_PACKET_PARTS];
    size_t len = 0;
    sio_packet_encode(packet, &space, parts);
    for (size_t i = 0; i < SIO_PACKET_PARTS; i++)
        len += parts[i].len;
    char *text = arena_alloc(arena, len), *at = text;
    for (size_t i = 0; i < SIO_PACKET_PARTS; at += parts[i++].len) {
        if (parts[i].len > 0)
            memcpy(at, parts[i].data, parts[i].len);
    }
    return (struct str){text, len};
}

static void look_at_event(struct arena *arena, const struct sio_packet *packet)
{
    size_t count = 0;
    struct str name = sio_json_string(arena, packet->name);
    check(name.data == NULL || str_is_utf8(name));
    for (struct str rest = packet->args, value; (value = sio_json_cut(&rest)).data; count++) {
        check(value.len > 0 && sio_json_check(value, packet->attachments));
        sio_json_string(arena, value);
        if (value.data[0] == '{')
            sio_json_member(value, STR("pid"));
    }
    char *args = arena_alloc(arena, packet->args.len + 2);
    args[0] = '[';
    memcpy(args + 1, packet->args.data, packet->args.len);
    args[packet->args.len + 1] = ']';
    struct str array = {args, packet->args.len + 2};
    check(sio_json_check(array, packet->attachments));
    check(!sio_argument(array, count).data && (count == 0 || sio_argument(array, count - 1).data));
    check(sio_json_check(sio_event_text(arena, packet->json, STR("1:2")), packet->attachments));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct sio_packet first, second;
    struct str text = {(const char *)data, size};
    if (sio_packet_decode(text, &first) == NULL) {
        check(lies_in(first.json, text) && lies_in(first.name, text) && lies_in(first.args, text));
        check(first.id >= SIO_ID_NONE && first.id <= SIO_ID_MAX);
        check(first.attachments <= SIO_PACKET_ATTACHMENTS_MAX);
        if (first.name.data)
            look_at_event(&arena, &first);
        struct str again = encode(&arena, &first);
        check(sio_packet_decode(again, &second) == NULL);
        check(second.type == first.type && second.id == first.id && str_eq(second.nsp, first.nsp) &&
              second.attachments == first.attachments && str_eq(second.json, first.json));
    }
    arena_free(&arena);
    return 0;
}
