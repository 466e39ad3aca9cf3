/* The endpoint as a whole: its life, the ways into it from other threads, its numbers. */
#include "platform/socketio/eio_internal.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/member.h"

#include <sodium.h>
#include <stdlib.h>

/* ---- Hooks of the HTTP server ---- */

static void start(void *arg, struct http_server *server)
{
    struct eio *eio = arg;
    size_t count = endpoint_loop_count(server);
    eio->loops = calloc(count, sizeof *eio->loops);
    check(eio->loops != NULL);
    for (size_t i = 0; i < count; i++)
        eio_loop_start(&eio->loops[i], eio, endpoint_loop(server, i));
    pthread_rwlock_wrlock(&eio->lock);
    eio->server = server;
    eio->loop_count = count;
    eio->is_running = true;
    pthread_rwlock_unlock(&eio->lock);
}

static void stop(void *arg)
{
    struct eio *eio = arg;
    pthread_rwlock_wrlock(&eio->lock);
    eio->is_running = false;
    pthread_rwlock_unlock(&eio->lock);
}

static void drain(void *arg, struct http_loop *loop, bool at_once)
{
    struct eio *eio = arg;
    eio_loop_drain(&eio->loops[loop->index], at_once);
}

static void ended(void *arg, struct http_loop *loop)
{
    struct eio *eio = arg;
    eio_loop_end(&eio->loops[loop->index]);
}

/* ---- Life ---- */

struct eio *eio_open(const struct eio_options *options)
{
    struct eio *eio = calloc(1, sizeof *eio);
    check(eio != NULL && sodium_init() >= 0);
    check(options->ping_interval_ms > 0 && options->ping_timeout_ms > 0 && options->max_payload > 0);
    eio->options = *options;
    eio->endpoint = (struct http_endpoint){.path = options->path,
                                           .arg = eio,
                                           .max_body = options->max_payload,
                                           .max_guests = options->max_sessions,
                                           .allow_any_origin = options->allow_any_origin,
                                           .start = start,
                                           .stop = stop,
                                           .begin = eio_request_begin,
                                           .request = eio_request,
                                           .dropped = eio_request_dropped,
                                           .taken = eio_websocket_taken,
                                           .drain = drain,
                                           .ended = ended};
    pthread_rwlock_init(&eio->lock, NULL);
    clock_random(eio->slot_key, sizeof eio->slot_key);
    return eio;
}

const struct http_endpoint *eio_endpoint(struct eio *eio) { return &eio->endpoint; }

void eio_free(struct eio *eio)
{
    if (!eio)
        return;
    for (size_t i = 0; i < eio->loop_count; i++)
        eio_loop_free(&eio->loops[i]);
    free(eio->loops);
    pthread_rwlock_destroy(&eio->lock);
    free(eio);
}

/* ---- Other threads ---- */

size_t eio_loop_count(struct eio *eio)
{
    pthread_rwlock_rdlock(&eio->lock);
    size_t count = eio->loop_count;
    pthread_rwlock_unlock(&eio->lock);
    return count;
}

static bool post(struct eio *eio, size_t index, struct mail *mail)
{
    pthread_rwlock_rdlock(&eio->lock);
    bool posted = eio->is_running && loop_try_post(eio->loops[index].http, mail);
    pthread_rwlock_unlock(&eio->lock);
    return posted;
}

void eio_post_loop(struct eio *eio, size_t index, struct mail *mail)
{
    if (!post(eio, index, mail) && mail->discard)
        mail->discard(mail);
}

static void deliver(struct mail *mail)
{
    struct eio_mail *letter = FROM_MEMBER(mail, struct eio_mail, mail);
    struct eio_session *session = eio_find(&letter->eio->loops[letter->ref.loop], letter->ref.id);
    letter->deliver(letter, session && session->state == EIO_OPEN ? session : NULL);
}

void eio_post(struct eio *eio, struct eio_ref ref, struct eio_mail *mail)
{
    check(ref.loop < eio->loop_count);
    mail->mail.deliver = deliver;
    mail->eio = eio;
    mail->ref = ref;
    eio_post_loop(eio, ref.loop, &mail->mail);
}

bool eio_submit(struct eio *eio, struct work *work)
{
    pthread_rwlock_rdlock(&eio->lock);
    bool submitted = eio->is_running && workers_submit(endpoint_workers(eio->server), work);
    pthread_rwlock_unlock(&eio->lock);
    return submitted;
}

/* ---- Numbers ---- */

struct eio_stats eio_stats_of(const struct eio *eio)
{
    struct eio_stats sum = {0};
    for (size_t i = 0; i < eio->loop_count; i++) {
        const struct eio_counters *counters = &eio->loops[i].counters;
#define ADD(member) sum.member += atomic_load_explicit(&counters->member, memory_order_relaxed)
        ADD(sessions);
        ADD(sessions_websocket);
        ADD(opened);
        ADD(closed_slow);
        ADD(bytes_sent);
        ADD(packets_sent);
        ADD(packets_received);
#undef ADD
    }
    return sum;
}
