/* The event platform's life, its listeners' table, and what is known about them. */
#include "platform/events/events.h"

#include "base/check.h"
#include "base/deadline.h"
#include "base/log.h"
#include "base/metrics.h"
#include "platform/events/dispatcher.h"
#include "platform/events/pattern.h"

/* ---- Opening ---- */

static bool listener_is_valid(const struct listener *const *listeners, size_t index)
{
    const struct listener *listener = listeners[index];
    const char *fault = NULL;
    if (!listener->name || !event_name_is_valid(str_of(listener->name)))
        fault = "the name is not of the form area.task";
    else if (!listener->pattern || !event_pattern_is_valid(str_of(listener->pattern)))
        fault = "the pattern is not valid";
    else if (!listener->handle || !listener->summary)
        fault = "handler or summary is missing";
    else if (listener->concurrency < 0 || listener->concurrency > EVENTS_WORKERS_MAX)
        fault = "the concurrency is not in 0 to 16";
    for (size_t i = 0; !fault && i < index; i++) {
        if (str_eq(str_of(listener->name), str_of(listeners[i]->name)))
            fault = "the name is taken";
    }
    if (fault)
        log_error("events.listener_invalid", LOG_TEXT("listener", listener->name), LOG_TEXT("fault", fault));
    return !fault;
}

static void runner_init(struct runner *runner, struct events *events, const struct listener *listener)
{
    runner->events = events;
    runner->listener = listener;
    runner->name = str_of(listener->name);
    runner->worker_count = listener->concurrency > 1 ? (size_t)listener->concurrency : 1;
    runner->workers = calloc(runner->worker_count, sizeof *runner->workers);
    check(runner->workers);
    for (size_t i = 0; i < runner->worker_count; i++)
        runner->workers[i].runner = runner;
    rates_init(&runner->rates);
    runner->next_retry_ms = EVENTS_NEVER;
    pthread_mutex_init(&runner->lock, NULL);
    deadline_condition_init(&runner->wake);
    deadline_condition_init(&runner->idle);
}

struct events *events_open(struct db *db, struct platform *platform, const struct listener *const *listeners,
                           size_t count)
{
    bool valid = count <= LISTENERS_MAX;
    for (size_t i = 0; i < count && count <= LISTENERS_MAX; i++)
        valid &= listener_is_valid(listeners, i);
    if (!valid)
        return NULL;
    struct events *events = calloc(1, sizeof *events);
    check(events);
    events->db = db;
    events->platform = platform;
    events->count = count;
    pthread_mutex_init(&events->tails_lock, NULL);
    events->runners = calloc(count ? count : 1, sizeof *events->runners);
    check(events->runners);
    for (size_t i = 0; i < count; i++)
        runner_init(&events->runners[i], events, listeners[i]);
    events->wanted = events_match_words(events);
    metrics_write_also(events_write_metrics, events);
    return events;
}

bool events_start(struct events *events)
{
    for (size_t i = 0; i < events->count; i++) {
        if (!runner_start(&events->runners[i])) {
            events_stop(events);
            return false;
        }
    }
    return true;
}

void events_stop(struct events *events)
{
    for (size_t i = 0; i < events->count; i++)
        runner_stop(&events->runners[i]);
}

void events_close(struct events *events)
{
    if (!events)
        return;
    events_stop(events);
    for (size_t i = 0; i < events->count; i++) {
        struct runner *runner = &events->runners[i];
        stream_set_free(&runner->dirty);
        for (size_t j = 0; j < runner->worker_count; j++)
            arena_free(&runner->workers[j].arena);
        free(runner->workers);
        rates_free(&runner->rates);
        pthread_cond_destroy(&runner->idle);
        pthread_cond_destroy(&runner->wake);
        pthread_mutex_destroy(&runner->lock);
    }
    check(!events->tails);
    metrics_write_no_more(events);
    pthread_mutex_destroy(&events->tails_lock);
    free(events->wanted);
    free(events->runners);
    free(events);
}

/* ---- Waiting for the listeners ---- */

static bool runner_drained(struct runner *runner, uint64_t ticket, const struct timespec *deadline)
{
    int status = 0;
    pthread_mutex_lock(&runner->lock);
    while (runner->workers[0].started && runner->drain_done < ticket && status == 0)
        status = pthread_cond_timedwait(&runner->idle, &runner->lock, deadline);
    bool drained = runner->drain_done >= ticket;
    pthread_mutex_unlock(&runner->lock);
    return drained;
}

static int64_t handled_so_far(struct events *events)
{
    int64_t handled = 0;
    for (size_t i = 0; i < events->count; i++)
        handled += atomic_load(&events->runners[i].handled);
    return handled;
}

static bool drain_once(struct events *events, const struct timespec *deadline)
{
    uint64_t tickets[LISTENERS_MAX];
    for (size_t i = 0; i < events->count; i++) {
        struct runner *runner = &events->runners[i];
        pthread_mutex_lock(&runner->lock);
        tickets[i] = ++runner->drain_asked;
        runner->sweep = true;
        pthread_cond_signal(&runner->wake);
        pthread_mutex_unlock(&runner->lock);
    }
    bool drained = true;
    for (size_t i = 0; i < events->count; i++)
        drained &= runner_drained(&events->runners[i], tickets[i], deadline);
    return drained;
}

/* What a listener publishes has other listeners: until a round has nothing to do. */
bool events_drain(struct events *events, int64_t timeout_ms)
{
    struct timespec deadline = deadline_in_ms(timeout_ms);
    int64_t before;
    bool drained;
    do {
        before = handled_so_far(events);
        drained = drain_once(events, &deadline);
    } while (drained && handled_so_far(events) != before);
    return drained;
}
