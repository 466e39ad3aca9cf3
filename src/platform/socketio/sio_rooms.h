/* Who is in which room, of one loop thread. Its thread alone changes it; other threads may ask, so each
 * change is made under the lock. */
#pragma once
#include "platform/socketio/sio_table.h"

#include <pthread.h>

struct sio_places;

struct sio_member {
    struct sio_places *places; /* of a socket */
    uint32_t slot;             /* in its list */
};

struct sio_room {
    struct sio_node node; /* key: namespace number and name */
    struct sio_member *members;
    size_t count, cap;
    bool is_walked; /* it must stay though it is empty */
    char key[];
};

struct sio_place {
    struct sio_room *room;
    uint32_t at; /* in the room's list of members */
};

/* The rooms of one socket: part of it. */
struct sio_places {
    struct sio_place *list;
    uint32_t count, cap;
};

struct sio_rooms {
    pthread_mutex_t mutex;
    struct sio_table table;
};

void sio_rooms_init(struct sio_rooms *rooms);
void sio_rooms_destroy(struct sio_rooms *rooms);

/* The loop's thread. */
void sio_rooms_join(struct sio_rooms *rooms, struct sio_places *places, size_t nsp, struct str name);
void sio_rooms_leave(struct sio_rooms *rooms, struct sio_places *places, size_t nsp, struct str name);
void sio_rooms_leave_all(struct sio_rooms *rooms, struct sio_places *places); /* frees the places, too */
struct sio_room *sio_rooms_find(struct sio_rooms *rooms, size_t nsp, struct str name); /* NULL: empty */
/* Between the two calls members may come and leave, even all. A walk from the last to the first misses none,
 * but may meet one twice. */
void sio_room_walk(struct sio_room *room);
void sio_room_walked(struct sio_rooms *rooms, struct sio_room *room);

/* Any thread. */
size_t sio_rooms_size(struct sio_rooms *rooms, size_t nsp, struct str name);
bool sio_rooms_any(struct sio_rooms *rooms, size_t nsp, const struct str *names, size_t count);
