/* libuv's loop on a thread of its own; everything happens in its callbacks. */
#include "platform/http/loop.h"

#include "base/check.h"
#include "base/log.h"
#include "base/member.h"
#include "platform/http/connection.h"
#include "platform/http/endpoint.h"
#include "platform/http/server_state.h"

#include <signal.h>

#define BACKLOG 1024
#define SWEEP_MIN_MS 20
#define SWEEP_MAX_MS 1000

/* ---- Exchanges ---- */

struct http_exchange *loop_take_exchange(struct http_loop *loop)
{
    struct http_exchange *exchange = loop->spare;
    if (!exchange)
        return exchange_new(loop->server, loop);
    loop->spare = exchange->next;
    loop->spare_count--;
    exchange->next = NULL;
    return exchange;
}

void loop_give_exchange(struct http_loop *loop, struct http_exchange *exchange)
{
    if (loop->spare_count >= LOOP_SPARES_MAX) {
        exchange_free(exchange);
        return;
    }
    exchange_clear(exchange);
    exchange->next = loop->spare;
    loop->spare = exchange;
    loop->spare_count++;
}

/* ---- Mail ---- */

void loop_post(struct http_loop *loop, struct mail *mail) { mailbox_post(&loop->inbox, mail); }
bool loop_try_post(struct http_loop *loop, struct mail *mail) { return mailbox_try_post(&loop->inbox, mail); }

static void deliver_all(struct http_loop *loop)
{
    for (struct mail *mail = mailbox_take(&loop->inbox), *next; mail; mail = next) {
        next = mail->next;
        mail->deliver(mail);
    }
}

static void on_mail(uv_poll_t *wake, int status, int events)
{
    check(status == 0);
    (void)events;
    deliver_all(wake->data);
}

/* ---- Deadlines and the end ---- */

static void close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

void loop_end_if_done(struct http_loop *loop)
{
    bool late = (int64_t)uv_now(&loop->uv) >= loop->drain_until_ms;
    if (!loop->is_draining || loop->is_ending || loop->connections || loop->guests > 0 ||
        (loop->busy > 0 && !late))
        return;
    loop->is_ending = true;
    mailbox_close(&loop->inbox);
    deliver_all(loop); /* who posted it waits for an answer */
    endpoints_ended(loop);
    close_handle((uv_handle_t *)&loop->wake);
    close_handle((uv_handle_t *)&loop->sweep);
}

static void on_sweep(uv_timer_t *timer)
{
    struct http_loop *loop = timer->data;
    int64_t now_ms = (int64_t)uv_now(&loop->uv);
    bool late = loop->is_draining && now_ms >= loop->drain_until_ms;
    for (struct http_connection *connection = loop->connections; connection; connection = connection->next) {
        if (late)
            connection_close(connection);
        else
            connection_check_deadline(connection, now_ms);
    }
    if (late)
        endpoints_drain(loop, true);
    loop_end_if_done(loop);
}

static void start_draining(struct mail *mail)
{
    struct http_loop *loop = FROM_MEMBER(mail, struct http_loop, drain);
    loop->is_draining = true;
    loop->drain_until_ms = (int64_t)uv_now(&loop->uv) + loop->server->options.config->drain_timeout_ms;
    close_handle((uv_handle_t *)&loop->listener);
    for (struct http_connection *connection = loop->connections; connection; connection = connection->next)
        connection_drain(connection);
    endpoints_drain(loop, false);
    loop_end_if_done(loop);
}

void loop_ask_to_drain(struct http_loop *loop)
{
    loop->drain = (struct mail){.deliver = start_draining};
    loop_post(loop, &loop->drain);
}

/* ---- Life ---- */

static void on_connection(uv_stream_t *listener, int status)
{
    struct http_loop *loop = listener->data;
    if (status < 0)
        log_warn("http.accept_failed", LOG_TEXT("reason", uv_strerror(status)));
    else
        connection_accept(loop);
}

/* An eighth of the shortest deadline: none is kept waiting for much longer than it says. */
static uint64_t sweep_interval_ms(const struct config *config)
{
    int64_t shortest = config->header_timeout_ms;
    if (config->request_timeout_ms < shortest)
        shortest = config->request_timeout_ms;
    if (config->keep_alive_ms < shortest)
        shortest = config->keep_alive_ms;
    if (config->drain_timeout_ms < shortest)
        shortest = config->drain_timeout_ms;
    int64_t interval = shortest / 8;
    if (interval < SWEEP_MIN_MS)
        return SWEEP_MIN_MS;
    return (uint64_t)(interval > SWEEP_MAX_MS ? SWEEP_MAX_MS : interval);
}

struct http_loop *loop_new(struct http_server *server, size_t index, int socket)
{
    struct http_loop *loop = calloc(1, sizeof *loop);
    check(loop != NULL);
    loop->server = server;
    loop->index = index;
    mailbox_init(&loop->inbox);
    check(uv_loop_init(&loop->uv) == 0);
    check(uv_poll_init(&loop->uv, &loop->wake, loop->inbox.event) == 0);
    check(uv_timer_init(&loop->uv, &loop->sweep) == 0);
    check(uv_tcp_init(&loop->uv, &loop->listener) == 0);
    loop->wake.data = loop->sweep.data = loop->listener.data = loop;
    check(uv_poll_start(&loop->wake, UV_READABLE, on_mail) == 0);
    uint64_t interval = sweep_interval_ms(server->options.config);
    uv_timer_start(&loop->sweep, on_sweep, interval, interval);
    int failed = uv_tcp_open(&loop->listener, socket);
    check(failed == 0);
    failed = uv_listen((uv_stream_t *)&loop->listener, BACKLOG, on_connection);
    if (failed < 0) {
        log_error("http.listen_failed", LOG_TEXT("reason", uv_strerror(failed)));
        loop_free(loop);
        return NULL;
    }
    return loop;
}

static void *loop_main(void *arg)
{
    struct http_loop *loop = arg;
    sigset_t broken_pipe; /* a client that is gone is told by EPIPE */
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, NULL);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    return NULL;
}

bool loop_start(struct http_loop *loop)
{
    loop->is_running = pthread_create(&loop->thread, NULL, loop_main, loop) == 0;
    return loop->is_running;
}

void loop_join(struct http_loop *loop)
{
    if (loop->is_running)
        pthread_join(loop->thread, NULL);
    loop->is_running = false;
}

void loop_free(struct http_loop *loop)
{
    if (!loop->is_ending)
        endpoints_ended(loop); /* it never ran */
    close_handle((uv_handle_t *)&loop->wake);
    close_handle((uv_handle_t *)&loop->sweep);
    close_handle((uv_handle_t *)&loop->listener);
    uv_run(&loop->uv, UV_RUN_DEFAULT);
    check(uv_loop_close(&loop->uv) == 0);
    for (struct mail *mail = mailbox_take(&loop->inbox), *next; mail; mail = next) {
        next = mail->next;
        if (mail->discard)
            mail->discard(mail);
    }
    while (loop->spare) {
        struct http_exchange *exchange = loop->spare;
        loop->spare = exchange->next;
        exchange_free(exchange);
    }
    mailbox_destroy(&loop->inbox);
    free(loop);
}
