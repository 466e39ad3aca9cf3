/* Engine.IO alone, with an echo behind it: what tests/api/engineio.test.mjs talks to.
 *
 *     engineio_echo [PORT [LOOPS]]      prints the port; ends on SIGTERM or SIGINT
 *
 * Text messages that begin with "!" are orders: "!close", "!flood N", "!many N", "!worker". */
#include "base/check.h"
#include "base/config.h"
#include "base/log.h"
#include "platform/http/bare.h"
#include "platform/http/endpoint.h"
#include "platform/socketio/engineio.h"

#include <stdio.h>
#include <stdlib.h>

#define PORT_BY_DEFAULT 0

struct order {
    struct work work;
    struct eio_mail mail;
    struct eio *eio;
    struct eio_ref ref;
};

static void answer_order(struct eio_mail *mail, struct eio_session *session)
{
    struct eio_frame *frame = eio_frame_text(STR("from a worker"));
    if (session)
        eio_send(session, frame);
    eio_frame_unref(frame);
    free((char *)mail - offsetof(struct order, mail));
}

static void run_order(struct work *work)
{
    struct order *order = (struct order *)((char *)work - offsetof(struct order, work));
    order->mail.deliver = answer_order;
    eio_post(order->eio, order->ref, &order->mail);
}

static void drop_order(struct work *work) { free((char *)work - offsetof(struct order, work)); }

static void ask_worker(struct eio_session *session)
{
    struct order *order = calloc(1, sizeof *order);
    check(order != NULL);
    order->work = (struct work){.run = run_order, .drop = drop_order};
    order->eio = eio_of(session);
    order->ref = eio_ref_of(session);
    if (!eio_submit(order->eio, &order->work))
        free(order);
}

static void send_many(struct eio_session *session, int64_t count, size_t len)
{
    char *text = malloc(len);
    check(text != NULL);
    memset(text, 'x', len);
    struct eio_frame *frame = eio_frame_text((struct str){text, len});
    for (int64_t i = 0; i < count; i++)
        eio_send(session, frame);
    eio_frame_unref(frame);
    free(text);
}

static void obey(struct eio_session *session, struct str order)
{
    struct str name = str_cut(&order, ' ');
    int64_t number = 0;
    str_parse_int(order.data ? order : STR(""), &number);
    if (str_eq(name, STR("!close")))
        eio_close(session, "asked");
    else if (str_eq(name, STR("!many")))
        send_many(session, number, 10);
    else if (str_eq(name, STR("!flood")))
        send_many(session, number, 10000);
    else if (str_eq(name, STR("!worker")))
        ask_worker(session);
}

static bool on_opened(void *arg, struct eio_session *session, const struct eio_opening *opening,
                      void **ret_user)
{
    (void)arg;
    (void)session;
    *ret_user = NULL;
    return !(opening->query.data && memmem(opening->query.data, opening->query.len, "refuse", 6));
}

static void on_message(void *user, struct eio_session *session, bool is_binary, struct str bytes)
{
    (void)user;
    if (!is_binary && str_starts_with(bytes, STR("!"))) {
        obey(session, bytes);
        return;
    }
    struct eio_frame *frame = is_binary ? eio_frame_binary(bytes) : eio_frame_text(bytes);
    eio_send(session, frame);
    eio_frame_unref(frame);
}

static void on_closed(void *user, struct eio_session *session, const char *reason)
{
    (void)user;
    (void)session;
    printf("closed %s\n", reason);
}

static int64_t number_of(const char *name, int64_t standard)
{
    const char *text = getenv(name);
    int64_t value = standard;
    if (text)
        str_parse_int(str_of(text), &value);
    return value;
}

int main(int argc, char **argv)
{
    static struct config config;
    if (!config_load(&config, &argc, argv))
        return 1;
    log_setup(LOG_WARN, false);
    setvbuf(stdout, NULL, _IOLBF, 0);
    bare_signals();
    struct eio_options options = {
        .path = "/engine.io/",
        .ping_interval_ms = number_of("PING_INTERVAL_MS", 300),
        .ping_timeout_ms = number_of("PING_TIMEOUT_MS", 200),
        .upgrade_timeout_ms = number_of("UPGRADE_TIMEOUT_MS", 10000),
        .max_payload = 1000000,
        .max_queue = (size_t)number_of("MAX_QUEUE", 8000000),
        .max_sessions = (size_t)number_of("MAX_SESSIONS", 10000),
        .new_a_second = number_of("NEW_A_SECOND", 0),
        .allow_any_origin = true,
        .handlers = {.opened = on_opened, .message = on_message, .closed = on_closed},
    };
    struct eio *eio = eio_open(&options);
    const struct http_endpoint *endpoints[] = {eio_endpoint(eio)};
    struct http_server *server = bare_start(&config, endpoints, 1);
    if (!server)
        return 1;
    printf("port %d\n", http_server_port(server));
    bare_wait();
    struct eio_stats stats = eio_stats_of(eio);
    printf("opened %lld slow %lld received %lld\n", (long long)stats.opened, (long long)stats.closed_slow,
           (long long)stats.packets_received);
    bool stopped = http_server_stop(server);
    printf("left %lld\n", (long long)eio_stats_of(eio).sessions);
    if (stopped)
        eio_free(eio);
    arena_free(&config.memory);
    return stopped ? 0 : 1;
}
