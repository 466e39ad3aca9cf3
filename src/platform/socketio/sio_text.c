/* Texts of events, for the application. */
#include "platform/socketio/sio_json.h"
#include "platform/socketio/socketio.h"

#include "base/check.h"

struct str sio_event_text(struct arena *arena, struct str args, struct str offset)
{
    if (!offset.data)
        return args;
    args = sio_json_trim(args);
    check(args.len >= 2 && args.data[args.len - 1] == ']');
    size_t len = args.len + offset.len + 3;
    char *text = arena_alloc(arena, len), *at = text;
    memcpy(at, args.data, args.len - 1);
    at += args.len - 1;
    memcpy(at, ",\"", 2);
    if (offset.len > 0)
        memcpy(at + 2, offset.data, offset.len);
    memcpy(at + 2 + offset.len, "\"]", 2);
    return (struct str){text, len};
}

struct str sio_argument(struct str args, size_t index)
{
    struct str inside = sio_json_inside(args), value = STR_NONE;
    for (size_t i = 0; i <= index; i++)
        value = sio_json_cut(&inside);
    return value;
}
