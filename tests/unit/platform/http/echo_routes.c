/* A few odd routes, and stand-ins for the cache, the directory and authentication: the server of these tests.
 */
#include "echo_routes.h"

#include "platform/auth/directory.h"
#include "platform/http/request.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

/* ---- In place of the cache and the directory ---- */

const struct cache_kind DIRECTORY = {"directory", NULL};
static _Atomic int64_t reference_version = 1;
static _Atomic int64_t list_runs;

bool cache_peek(struct cache *cache, const struct cache_kind *kind, struct uuid business,
                struct cache_ref *ret_ref)
{
    (void)cache, (void)kind, (void)business;
    *ret_ref = (struct cache_ref){.version = atomic_load(&reference_version)};
    return true;
}

enum code cache_acquire(struct cache *cache, const struct cache_kind *kind, struct uuid business,
                        struct cache_ref *ret_ref)
{
    return cache_peek(cache, kind, business, ret_ref) ? CODE_OK : CODE_NOT_FOUND;
}

void cache_release(struct cache_ref *ref) { ref->entry = NULL; }

/* ---- Who ---- */

bool echo_authenticate_cached(struct platform *platform, struct str token, struct identity *ret_who)
{
    (void)platform;
    struct str rest = token, role = str_cut(&rest, '-');
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (!str_eq(role, str_of(ROLE_NAMES[i])))
            continue;
        *ret_who = (struct identity){.role = (enum role)i};
        ret_who->business_id.bytes[0] = rest.len > 0 ? (uint8_t)rest.data[0] : 1;
        ret_who->outlet_id.bytes[0] = 2;
        return true;
    }
    return false;
}

enum code echo_authenticate(struct platform *platform, struct str token, struct identity *ret_who)
{
    if (str_eq(token, STR("down")))
        return CODE_UNAVAILABLE;
    return echo_authenticate_cached(platform, token, ret_who) ? CODE_OK : CODE_UNAUTHORIZED;
}

bool echo_is_ready(struct platform *platform, struct str *ret_degraded, size_t max, size_t *ret_count)
{
    (void)platform;
    if (max > 0)
        ret_degraded[(*ret_count)++] = STR("redis");
    return true;
}

/* ---- Routes ---- */

struct note {
    struct uuid id;
    struct str text;
    int64_t amount;
};

static const struct json_field NOTE_FIELDS[] = {
    {.name = "id", .type = JSON_UUID, .flags = JSON_READ_ONLY, .offset = offsetof(struct note, id)},
    {.name = "text",
     .type = JSON_STRING,
     .flags = JSON_REQUIRED,
     .offset = offsetof(struct note, text),
     .min = 1},
    {.name = "amount", .type = JSON_MONEY, .flags = JSON_REQUIRED, .offset = offsetof(struct note, amount)},
};
static const struct json_schema NOTE = JSON_SCHEMA("Note", struct note, NOTE_FIELDS);

struct slow_query {
    int64_t ms;
};

static const struct json_field SLOW_FIELDS[] = {
    {.name = "ms", .type = JSON_INTEGER, .flags = JSON_REQUIRED, .offset = offsetof(struct slow_query, ms)},
};
static const struct json_schema SLOW = JSON_SCHEMA("SlowQuery", struct slow_query, SLOW_FIELDS);

static void sleep_ms(int64_t ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static enum code get_note(struct request *request)
{
    struct note note = {.text = request->address, .amount = 1};
    if (!request_param_uuid(request, 0, &note.id))
        return CODE_NOT_FOUND;
    reply(request, &note);
    return CODE_OK;
}

static enum code make_note(struct request *request)
{
    struct note note = *(const struct note *)request->body;
    note.id = uuid_new();
    reply(request, &note);
    return CODE_OK;
}

static enum code store_note(struct request *request, struct db_tx *tx, void *arg)
{
    (void)tx, (void)arg;
    const struct note *note = request->body;
    if (note->amount == 13)
        return request_refuse(request, CODE_INVALID_PAYMENT, STR("amount"), STR("is unlucky"),
                              STR(",\"available\":2"));
    return make_note(request);
}

static enum code make_note_once(struct request *request)
{
    if (str_eq(((const struct note *)request->body)->text, STR("slow")))
        sleep_ms(500);
    return request_write(request, store_note, NULL);
}

static enum code patch_note(struct request *request)
{
    struct note note = {.text = STR("before"), .amount = 7};
    if (!request_param_uuid(request, 0, &note.id))
        return CODE_NOT_FOUND;
    enum code code = request_patch(request, &note);
    if (code)
        return code;
    reply(request, &note);
    return CODE_OK;
}

static enum code list_notes(struct request *request)
{
    size_t count = (size_t)request->page.limit + 1;
    atomic_fetch_add(&list_runs, 1);
    struct note *notes = arena_array(request->arena, struct note, count);
    for (size_t i = 0; i < count; i++) {
        notes[i].id.bytes[0] = 1;
        notes[i].id.bytes[15] = (uint8_t)i;
        notes[i].text = str_format(request->arena, "note %zu: %0300d", i, 7);
    }
    reply_page(request, notes, count, cursor_of_id);
    return CODE_OK;
}

static enum code bump(struct request *request)
{
    atomic_fetch_add(&reference_version, 1);
    reply_none(request);
    return CODE_OK;
}

static enum code sleep_a_while(struct request *request)
{
    sleep_ms(((const struct slow_query *)request->query)->ms);
    reply_none(request);
    return CODE_OK;
}

/* ---- A request that is held until the test lets it go ---- */

static pthread_mutex_t held_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t held_changed = PTHREAD_COND_INITIALIZER;
static int held, released; /* requests, since the program began */

static void raise_count(int *count)
{
    pthread_mutex_lock(&held_lock);
    ++*count;
    pthread_cond_broadcast(&held_changed);
    pthread_mutex_unlock(&held_lock);
}

static enum code hold(struct request *request)
{
    raise_count(&held);
    pthread_mutex_lock(&held_lock);
    while (released < held)
        pthread_cond_wait(&held_changed, &held_lock);
    pthread_mutex_unlock(&held_lock);
    reply_none(request);
    return CODE_OK;
}

void echo_await_held(void)
{
    pthread_mutex_lock(&held_lock);
    while (held == released)
        pthread_cond_wait(&held_changed, &held_lock);
    pthread_mutex_unlock(&held_lock);
}

void echo_release_held(void) { raise_count(&released); }

/* ---- Others ---- */

static enum code echo_raw(struct request *request)
{
    reply_bytes(request, 200, STR("application/octet-stream"), request->body_text);
    return CODE_OK;
}

static enum code no_reply(struct request *request)
{
    (void)request;
    return CODE_OK;
}

const struct route ECHO_ROUTES[] = {
    {"GET", "/notes", ROLES_ALL, ROUTE_LIST, NULL, NULL, &NOTE, 200, list_notes, "All notes"},
    {"GET", "/cached", ROLES_ALL, ROUTE_LIST | ROUTE_CACHED, NULL, NULL, &NOTE, 200, list_notes,
     "The same, kept"},
    {"GET", "/notes/{id}", ROLES_ALL, 0, NULL, NULL, &NOTE, 200, get_note, "One note"},
    {"POST", "/notes", ROLES_MANAGERS, 0, NULL, &NOTE, &NOTE, 201, make_note, "Makes a note"},
    {"POST", "/once", ROLES_ALL, ROUTE_IDEMPOTENT, NULL, &NOTE, &NOTE, 201, make_note_once,
     "Makes a note once"},
    {"PATCH", "/notes/{id}", ROLES_ALL, ROUTE_PATCH, NULL, &NOTE, &NOTE, 200, patch_note, "Changes a note"},
    {"POST", "/bump", 0, ROUTE_PUBLIC, NULL, NULL, NULL, 204, bump, "New reference data"},
    {"GET", "/slow", 0, ROUTE_PUBLIC, &SLOW, NULL, NULL, 204, sleep_a_while, "Takes its time"},
    {"GET", "/held", 0, ROUTE_PUBLIC, NULL, NULL, NULL, 204, hold, "Answers when the test lets it"},
    {"POST", "/raw", 0, ROUTE_PUBLIC | ROUTE_RAW_BODY, NULL, NULL, NULL, 200, echo_raw, "Echo",
     4 * 1024 * 1024},
    {"GET", "/forgetful", 0, ROUTE_PUBLIC, NULL, NULL, NULL, 204, no_reply, "Forgets to reply"},
    {0},
};
