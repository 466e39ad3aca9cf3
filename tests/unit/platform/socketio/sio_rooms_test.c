/* Rooms: who is in is found, who left is not, whatever the order and while they are walked. */
#include "platform/socketio/sio_rooms.h"
#include "test.h"

#define SOCKETS 40
#define ROOMS 12

static struct str name_of(size_t room) { return str_format(test_arena(), "outlet:%zu", room); }

static bool is_in(const struct sio_places *places, const struct sio_room *room)
{
    for (uint32_t i = 0; i < places->count; i++) {
        if (places->list[i].room == room)
            return room->members[places->list[i].at].places == places;
    }
    return false;
}

TEST(sio_rooms_follow_a_model)
{
    struct sio_rooms rooms = {0};
    static struct sio_places sockets[SOCKETS];
    bool model[SOCKETS][ROOMS] = {0};
    uint32_t random = 12345;
    sio_rooms_init(&rooms);
    for (int turn = 0; turn < 20000; turn++) {
        random = random * 1664525 + 1013904223;
        size_t socket = (random >> 8) % SOCKETS, room = (random >> 16) % ROOMS;
        unsigned what = random >> 28;
        if (what == 0) {
            sio_rooms_leave_all(&rooms, &sockets[socket]);
            memset(model[socket], 0, sizeof model[socket]);
        } else if (what < 8) {
            sio_rooms_leave(&rooms, &sockets[socket], room % 2, name_of(room));
            model[socket][room] = false;
        } else {
            sio_rooms_join(&rooms, &sockets[socket], room % 2, name_of(room));
            model[socket][room] = true;
        }
    }
    for (size_t room = 0; room < ROOMS; room++) {
        const struct sio_room *found = sio_rooms_find(&rooms, room % 2, name_of(room));
        size_t size = 0;
        for (size_t i = 0; i < SOCKETS; i++) {
            size += model[i][room];
            expect_int_eq(found && is_in(&sockets[i], found), model[i][room]);
        }
        expect_int_eq((int64_t)sio_rooms_size(&rooms, room % 2, name_of(room)), (int64_t)size);
        expect_int_eq((int64_t)sio_rooms_size(&rooms, 1 - room % 2, name_of(room)),
                      0); /* the other namespace */
    }
    for (size_t i = 0; i < SOCKETS; i++)
        sio_rooms_leave_all(&rooms, &sockets[i]);
    sio_rooms_destroy(&rooms); /* checks that it is empty */
}

TEST(sio_rooms_any_asks_for_all)
{
    struct sio_rooms rooms = {0};
    struct sio_places socket = {0};
    const struct str asked[] = {STR_INIT("a"), STR_INIT("b")};
    sio_rooms_init(&rooms);
    expect(!sio_rooms_any(&rooms, 0, asked, 2));
    sio_rooms_join(&rooms, &socket, 0, STR("b"));
    expect(sio_rooms_any(&rooms, 0, asked, 2));
    expect(!sio_rooms_any(&rooms, 0, asked, 1));
    expect(!sio_rooms_any(&rooms, 1, asked, 2));
    sio_rooms_leave_all(&rooms, &socket);
    sio_rooms_destroy(&rooms);
}

TEST(sio_rooms_are_walked_while_members_leave)
{
    struct sio_rooms rooms = {0};
    static struct sio_places sockets[5];
    struct str name = str_format(test_arena(), "%0200d", 7); /* a key that needs memory of its own */
    sio_rooms_init(&rooms);
    for (size_t i = 0; i < COUNT_OF(sockets); i++)
        sio_rooms_join(&rooms, &sockets[i], 3, name);
    struct sio_room *room = sio_rooms_find(&rooms, 3, name);
    sio_room_walk(room);
    for (size_t i = 0; i < COUNT_OF(sockets); i++)
        sio_rooms_leave_all(&rooms, &sockets[i]);
    expect(room->count == 0 && sio_rooms_find(&rooms, 3, name) == room);
    sio_room_walked(&rooms, room);
    expect(!sio_rooms_find(&rooms, 3, name));
    sio_rooms_destroy(&rooms);
}
