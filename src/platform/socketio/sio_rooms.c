#include "platform/socketio/sio_rooms.h"

#include "base/check.h"

#include <stdlib.h>

#define KEY_AT_HAND 128

/* ---- Keys: one byte of the namespace, then the name ---- */

struct key {
    char at_hand[KEY_AT_HAND];
    char *text; /* at_hand, or allocated */
    size_t len;
};

static struct str make_key(struct key *key, size_t nsp, struct str name)
{
    key->len = name.len + 1;
    key->text = key->len <= sizeof key->at_hand ? key->at_hand : malloc(key->len);
    check(key->text != NULL);
    key->text[0] = (char)nsp;
    memcpy(key->text + 1, name.data, name.len);
    return (struct str){key->text, key->len};
}

static void drop_key(struct key *key)
{
    if (key->text != key->at_hand)
        free(key->text);
}

struct sio_room *sio_rooms_find(struct sio_rooms *rooms, size_t nsp, struct str name)
{
    struct key key;
    struct sio_node *node = sio_table_find(&rooms->table, make_key(&key, nsp, name));
    drop_key(&key);
    return (struct sio_room *)node;
}

/* ---- Changes, with the lock held ---- */

static struct sio_room *make_room(struct sio_rooms *rooms, size_t nsp, struct str name)
{
    struct key key;
    struct str text = make_key(&key, nsp, name);
    struct sio_room *room = calloc(1, sizeof *room + text.len);
    check(room != NULL);
    memcpy(room->key, text.data, text.len);
    sio_table_add(&rooms->table, &room->node, (struct str){room->key, text.len});
    drop_key(&key);
    return room;
}

static void drop_if_empty(struct sio_rooms *rooms, struct sio_room *room)
{
    if (room->count > 0 || room->is_walked)
        return;
    sio_table_remove(&rooms->table, &room->node);
    free(room->members);
    free(room);
}

static void add_member(struct sio_room *room, struct sio_places *places)
{
    if (room->count == room->cap) {
        room->cap = room->cap ? room->cap * 2 : 4;
        room->members = realloc(room->members, room->cap * sizeof *room->members);
        check(room->members != NULL);
    }
    if (places->count == places->cap) {
        places->cap = places->cap ? places->cap * 2 : 4;
        places->list = realloc(places->list, places->cap * sizeof *places->list);
        check(places->list != NULL);
    }
    room->members[room->count] = (struct sio_member){places, places->count};
    places->list[places->count++] = (struct sio_place){room, (uint32_t)room->count++};
}

/* The last member takes the free place in the room, and the last place the free slot in the socket's list. */
static void take_out(struct sio_rooms *rooms, struct sio_places *places, uint32_t slot)
{
    struct sio_place place = places->list[slot];
    struct sio_room *room = place.room;
    struct sio_member moved = room->members[--room->count];
    if (place.at < room->count) {
        room->members[place.at] = moved;
        moved.places->list[moved.slot].at = place.at;
    }
    struct sio_place last = places->list[--places->count];
    if (slot < places->count) {
        places->list[slot] = last;
        last.room->members[last.at].slot = slot;
    }
    drop_if_empty(rooms, room);
}

static bool find_slot(const struct sio_places *places, const struct sio_room *room, uint32_t *ret_slot)
{
    for (uint32_t i = 0; i < places->count; i++) {
        if (places->list[i].room == room) {
            *ret_slot = i;
            return true;
        }
    }
    return false;
}

/* ---- The loop's thread ---- */

void sio_rooms_init(struct sio_rooms *rooms) { pthread_mutex_init(&rooms->mutex, NULL); }

void sio_rooms_destroy(struct sio_rooms *rooms)
{
    check(rooms->table.count == 0);
    sio_table_free(&rooms->table);
    pthread_mutex_destroy(&rooms->mutex);
}

void sio_rooms_join(struct sio_rooms *rooms, struct sio_places *places, size_t nsp, struct str name)
{
    uint32_t slot;
    struct sio_room *room = sio_rooms_find(rooms, nsp, name);
    if (room && find_slot(places, room, &slot))
        return;
    pthread_mutex_lock(&rooms->mutex);
    add_member(room ? room : make_room(rooms, nsp, name), places);
    pthread_mutex_unlock(&rooms->mutex);
}

void sio_rooms_leave(struct sio_rooms *rooms, struct sio_places *places, size_t nsp, struct str name)
{
    uint32_t slot;
    struct sio_room *room = sio_rooms_find(rooms, nsp, name);
    if (!room || !find_slot(places, room, &slot))
        return;
    pthread_mutex_lock(&rooms->mutex);
    take_out(rooms, places, slot);
    pthread_mutex_unlock(&rooms->mutex);
}

void sio_rooms_leave_all(struct sio_rooms *rooms, struct sio_places *places)
{
    pthread_mutex_lock(&rooms->mutex);
    while (places->count > 0)
        take_out(rooms, places, places->count - 1);
    pthread_mutex_unlock(&rooms->mutex);
    free(places->list);
    *places = (struct sio_places){0};
}

void sio_room_walk(struct sio_room *room) { room->is_walked = true; }

void sio_room_walked(struct sio_rooms *rooms, struct sio_room *room)
{
    pthread_mutex_lock(&rooms->mutex);
    room->is_walked = false;
    drop_if_empty(rooms, room);
    pthread_mutex_unlock(&rooms->mutex);
}

/* ---- Any thread ---- */

size_t sio_rooms_size(struct sio_rooms *rooms, size_t nsp, struct str name)
{
    pthread_mutex_lock(&rooms->mutex);
    const struct sio_room *room = sio_rooms_find(rooms, nsp, name);
    size_t size = room ? room->count : 0;
    pthread_mutex_unlock(&rooms->mutex);
    return size;
}

bool sio_rooms_any(struct sio_rooms *rooms, size_t nsp, const struct str *names, size_t count)
{
    bool any = false;
    pthread_mutex_lock(&rooms->mutex);
    for (size_t i = 0; i < count && !any; i++)
        any = sio_rooms_find(rooms, nsp, names[i]) != NULL;
    pthread_mutex_unlock(&rooms->mutex);
    return any;
}
