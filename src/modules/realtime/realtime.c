/* The module: puts feed, sessions, gateway and the Socket.IO server together. */
#include "modules/realtime/realtime.h"

#include "base/check.h"
#include "modules/realtime/realtime_gateway.h"
#include "platform/auth/auth.h"

#include <sodium.h>

#define UPGRADE_TIMEOUT_MS 10000
#define CONNECT_TIMEOUT_MS 45000
#define MESSAGE_MAX_BYTES ((size_t)100 * 1024) /* what a client may send */
#define QUEUE_MAX_BYTES ((size_t)4 * 1024 * 1024)
#define KEY_BYTES 32

struct realtime {
    struct feed *feed;
    struct sessions *sessions;
    struct gateway gateway;
    struct sio *sio;
};

/* The same on every node and after a restart: derived from a secret that the database keeps. */
static void make_key(const struct auth *auth, unsigned char ret_key[KEY_BYTES])
{
    static const unsigned char purpose[] = "tilopos socket recovery";
    crypto_generichash(ret_key, KEY_BYTES, purpose, sizeof purpose, auth->pin_secret,
                       sizeof auth->pin_secret);
}

static struct sio *open_sockets(struct platform *platform, const struct gateway *gateway)
{
    const struct config *config = platform->config;
    unsigned char key[KEY_BYTES];
    make_key(platform->auth, key);
    struct sio_options options = {
        .engine =
            {
                .path = "/socket.io/",
                .ping_interval_ms = config->socket_ping_interval_ms,
                .ping_timeout_ms = config->socket_ping_timeout_ms,
                .upgrade_timeout_ms = UPGRADE_TIMEOUT_MS,
                .max_payload = MESSAGE_MAX_BYTES,
                .max_queue = QUEUE_MAX_BYTES,
                .max_sessions = (size_t)config->max_sockets,
                .new_a_second = config->rate_limit ? config->new_sockets_per_second : 0,
            },
        .namespaces = gateway->namespaces,
        .namespace_count = SCREEN_NAMESPACES,
        .connect_timeout_ms = CONNECT_TIMEOUT_MS,
        .sockets_per_user = config->rate_limit ? (size_t)config->max_sockets_per_user : 0,
        .recovery_key = {(const char *)key, sizeof key},
    };
    struct sio *sio = sio_open(&options);
    sodium_memzero(key, sizeof key);
    return sio;
}

static void quiet(struct platform *platform)
{
    if (!platform->realtime)
        return;
    sessions_quiet(platform->realtime->sessions);
    feed_quiet(platform->realtime->feed);
}

static void stop(struct platform *platform)
{
    struct realtime *realtime = platform->realtime;
    if (!realtime)
        return;
    if (realtime->sessions)
        quiet(platform);
    sio_close(realtime->sio);
    if (realtime->sessions)
        sessions_close(realtime->sessions);
    if (realtime->feed)
        feed_close(realtime->feed);
    free(realtime);
    platform->realtime = NULL;
}

static enum code start(struct platform *platform)
{
    struct realtime *realtime = calloc(1, sizeof *realtime);
    check(realtime);
    platform->realtime = realtime;
    realtime->feed = feed_open(platform);
    if (realtime->feed) {
        realtime->sessions = sessions_open(platform, realtime->feed);
        realtime->gateway =
            (struct gateway){.platform = platform, .feed = realtime->feed, .sessions = realtime->sessions};
        gateway_init(&realtime->gateway);
        realtime->sio = open_sockets(platform, &realtime->gateway);
        feed_use(realtime->feed, realtime->sio);
        if (sessions_start(realtime->sessions, realtime->sio))
            return CODE_OK;
    }
    stop(platform);
    return CODE_INTERNAL;
}

/* Of /socket.io/. */
static const struct http_endpoint *endpoint(const struct platform *platform)
{
    return eio_endpoint(sio_engine(platform->realtime->sio));
}

const struct module REALTIME_MODULE = {
    .name = "realtime",
    .start = start,
    .endpoint = endpoint,
    .quiet = quiet,
    .stop = stop,
};
