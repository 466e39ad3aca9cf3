/* Who answers a request: this loop at once, or a worker. */
#include "base/member.h"
#include "platform/http/connection.h"
#include "platform/http/endpoint.h"
#include "platform/http/pipeline.h"
#include "platform/http/server_state.h"
#include "platform/http/service.h"

void http_deliver(struct mail *mail)
{
    struct http_exchange *exchange = FROM_MEMBER(mail, struct http_exchange, mail);
    struct http_loop *loop = exchange->loop;
    loop->busy--;
    if (exchange->connection)
        connection_reply(exchange->connection, exchange);
    else
        loop_give_exchange(loop, exchange);
    loop_end_if_done(loop);
}

void http_discard(struct mail *mail) { exchange_free(FROM_MEMBER(mail, struct http_exchange, mail)); }

static void run(struct work *work)
{
    struct http_exchange *exchange = FROM_MEMBER(work, struct http_exchange, work);
    pipeline_run(exchange);
    loop_post(exchange->loop, &exchange->mail);
}

static void drop(struct work *work)
{
    struct http_exchange *exchange = FROM_MEMBER(work, struct http_exchange, work);
    pipeline_refuse(exchange, CODE_UNAVAILABLE);
    loop_post(exchange->loop, &exchange->mail);
}

static bool give_to_worker(struct http_exchange *exchange)
{
    exchange->work = (struct work){.run = run, .drop = drop};
    exchange->mail = (struct mail){.deliver = http_deliver, .discard = http_discard};
    /* Counted before: the worker may be done before workers_submit returns. */
    exchange->loop->busy++;
    if (workers_submit(exchange->server->workers, &exchange->work))
        return true;
    exchange->loop->busy--;
    return false;
}

static void answer_options(struct http_exchange *exchange)
{
    if (exchange->verbs || str_eq(exchange->head.path, STR("*")))
        pipeline_options(exchange);
    else
        pipeline_refuse(exchange, CODE_NOT_FOUND);
}

/* False: a worker has it. */
static bool answer_at_once(struct http_exchange *exchange)
{
    if (exchange->head.verb == VERB_OPTIONS) {
        answer_options(exchange);
        return true;
    }
    if (!exchange->entry) {
        pipeline_refuse(exchange, exchange->verbs ? CODE_METHOD_NOT_ALLOWED : CODE_NOT_FOUND);
        return true;
    }
    unsigned flags = exchange->entry->route->flags;
    if (flags & ROUTE_ON_LOOP) {
        pipeline_run(exchange);
        return true;
    }
    if ((flags & ROUTE_CACHED) && pipeline_cached(exchange))
        return true;
    if (give_to_worker(exchange))
        return false;
    pipeline_refuse(exchange, CODE_OVERLOADED);
    return true;
}

void http_dispatch(struct http_connection *connection, struct http_exchange *exchange)
{
    if (exchange->endpoint)
        endpoint_dispatch(connection, exchange);
    else if (answer_at_once(exchange))
        connection_reply(connection, exchange);
}
