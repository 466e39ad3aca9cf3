#include "platform/socketio/sio_registry.h"

#include "base/check.h"

#include <stdlib.h>

struct sio_user {
    struct sio_node node;
    size_t sockets;
    char key[];
};

void sio_registry_init(struct sio_registry *registry) { pthread_mutex_init(&registry->mutex, NULL); }

void sio_registry_destroy(struct sio_registry *registry)
{
    check(registry->users.count == 0 && registry->seats.count == 0);
    sio_table_free(&registry->users);
    sio_table_free(&registry->seats);
    pthread_mutex_destroy(&registry->mutex);
}

/* ---- Users ---- */

static struct sio_user *make_user(struct sio_registry *registry, struct str key)
{
    struct sio_user *user = calloc(1, sizeof *user + key.len);
    check(user != NULL);
    memcpy(user->key, key.data, key.len);
    sio_table_add(&registry->users, &user->node, (struct str){user->key, key.len});
    return user;
}

struct sio_user *sio_user_enter(struct sio_registry *registry, struct str key, size_t limit)
{
    pthread_mutex_lock(&registry->mutex);
    struct sio_user *user = (struct sio_user *)sio_table_find(&registry->users, key);
    if (user && limit > 0 && user->sockets >= limit) {
        user = NULL;
    } else {
        user = user ? user : make_user(registry, key);
        user->sockets++;
    }
    pthread_mutex_unlock(&registry->mutex);
    return user;
}

void sio_user_leave(struct sio_registry *registry, struct sio_user *user)
{
    if (!user)
        return;
    pthread_mutex_lock(&registry->mutex);
    if (--user->sockets == 0) {
        sio_table_remove(&registry->users, &user->node);
        free(user);
    }
    pthread_mutex_unlock(&registry->mutex);
}

/* ---- Seats ---- */

bool sio_seat_is_taken(struct sio_registry *registry, struct str sid)
{
    pthread_mutex_lock(&registry->mutex);
    bool is_taken = sio_table_find(&registry->seats, sid) != NULL;
    pthread_mutex_unlock(&registry->mutex);
    return is_taken;
}

bool sio_seat_take(struct sio_registry *registry, struct sio_seat *seat, struct str sid, struct eio_ref ref,
                   struct eio_ref *ret_old)
{
    pthread_mutex_lock(&registry->mutex);
    struct sio_seat *old = (struct sio_seat *)sio_table_find(&registry->seats, sid);
    if (old) {
        *ret_old = old->ref;
        sio_table_remove(&registry->seats, &old->node);
    }
    seat->ref = ref;
    sio_table_add(&registry->seats, &seat->node, sid);
    pthread_mutex_unlock(&registry->mutex);
    return old != NULL;
}

void sio_seat_leave(struct sio_registry *registry, struct sio_seat *seat)
{
    if (!seat->node.key.data)
        return;
    pthread_mutex_lock(&registry->mutex);
    if (sio_table_find(&registry->seats, seat->node.key) == &seat->node)
        sio_table_remove(&registry->seats, &seat->node);
    pthread_mutex_unlock(&registry->mutex);
}
