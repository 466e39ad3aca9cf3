/* The endpoint: put together, taken apart, counted. */
#include "platform/socketio/socketio.h"

#include "platform/socketio/sio_joining.h"

#include "base/check.h"

#define CONNECTS_AT_ONCE 4

size_t sio_namespace_find(const struct sio *sio, struct str name)
{
    size_t i = 0;
    while (i < sio->namespace_count && !str_eq(sio->names[i], name))
        i++;
    return i;
}

static void take_namespaces(struct sio *sio, const struct sio_options *options)
{
    check(options->namespace_count > 0 && options->namespace_count <= SIO_NAMESPACES_MAX);
    sio->namespaces = options->namespaces;
    for (size_t i = 0; i < options->namespace_count; i++) {
        struct str name = str_of(options->namespaces[i].name);
        check(name.len > 0 && name.data[0] == '/' && !memchr(name.data, ',', name.len));
        check(options->namespaces[i].connect && sio_namespace_find(sio, name) == i);
        sio->names[sio->namespace_count++] = name;
    }
}

struct sio *sio_open(const struct sio_options *options)
{
    struct sio *sio = calloc(1, sizeof *sio);
    check(sio != NULL && options->connect_timeout_ms > 0);
    take_namespaces(sio, options);
    sio->connect_timeout_ms = options->connect_timeout_ms;
    sio->sockets_per_user = options->sockets_per_user;
    sio->key = sio_recovery_key_of(options->recovery_key);
    sio->last_broadcast = 1;
    sio_registry_init(&sio->registry);
    sio_queue_open(sio, options->connects_at_once ? options->connects_at_once : CONNECTS_AT_ONCE);
    for (size_t i = 0; i < SIO_LOOPS_MAX; i++) {
        sio->loops[i].sio = sio;
        sio_rooms_init(&sio->loops[i].rooms);
    }
    struct eio_options engine = options->engine;
    engine.handlers = sio_client_handlers(sio);
    sio->eio = eio_open(&engine);
    return sio;
}

struct eio *sio_engine(struct sio *sio) { return sio->eio; }

void sio_close(struct sio *sio)
{
    if (!sio)
        return;
    sio_queue_close(sio);
    eio_free(sio->eio);
    for (size_t i = 0; i < SIO_LOOPS_MAX; i++)
        sio_rooms_destroy(&sio->loops[i].rooms);
    sio_registry_destroy(&sio->registry);
    free(sio);
}

struct sio_stats sio_stats_of(struct sio *sio)
{
    return (struct sio_stats){.engine = eio_stats_of(sio->eio),
                              .sockets = sio->counts.sockets,
                              .events_sent = sio->counts.events_sent,
                              .deliveries = sio->counts.deliveries,
                              .recovered = sio->counts.recovered,
                              .refused = sio->counts.refused};
}
