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
    struct str inside = {args.data, args.len - 1};
    return str_format(arena, "%.*s,\"%.*s\"]", STR_ARG(inside), STR_ARG(offset));
}

struct str sio_argument(struct str args, size_t index)
{
    struct str inside = sio_json_inside(args), value = STR_NONE;
    for (size_t i = 0; i <= index; i++)
        value = sio_json_cut(&inside);
    return value;
}
