/* The names of rooms. */
#include "modules/realtime/realtime_feed.h"

struct str view_room(struct arena *arena, struct uuid business, struct uuid outlet)
{
    bool all = uuid_is_nil(outlet);
    return str_format(arena, all ? "business:%s:outlets" : "outlet:%s",
                      uuid_str(arena, all ? business : outlet).data);
}

struct str view_room_of_managers(struct arena *arena, struct str view_room)
{
    return str_format(arena, "%.*s:managers", STR_ARG(view_room));
}

struct str view_room_of_user(struct arena *arena, struct str view_room, struct uuid user)
{
    return str_format(arena, "%.*s:user:%s", STR_ARG(view_room), uuid_str(arena, user).data);
}

struct str view_room_of_station(struct arena *arena, struct str view_room, struct str station)
{
    if (!station.data)
        return str_format(arena, "%.*s:all", STR_ARG(view_room));
    return str_format(arena, "%.*s:station:%.*s", STR_ARG(view_room), STR_ARG(station));
}
