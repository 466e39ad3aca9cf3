/* A list of tokens, each with when to look at it next, and the thread that does. */
#include "modules/realtime/realtime_session.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "platform/auth/auth.h"

#include <pthread.h>
#include <time.h>

METRIC_COUNTER(ENDED, "tilopos_socket_tokens_ended_total", "Tokens whose sockets were closed.");

#define AGAIN_MS 1000 /* until the sockets of an ended token must be gone; else they are closed again */
#define SLEEP_MOST_MS 30000
#define AT_ONCE 64 /* checked without the lock */
#define ROOM_MAX 40
#define STACK_BYTES ((size_t)512 * 1024)
#define BUCKETS 4096 /* a power of two */

/* One token in one role: when the role or outlet changes, who comes later is in another. */
struct session {
    struct token_digest digest;
    struct identity who;
    size_t sockets;
    int64_t due_ms; /* UTC: look at it then */
    struct session *next;
    char room[ROOM_MAX];
    size_t token_len;
    char token[];
};

struct sessions {
    struct platform *platform;
    struct feed *feed;
    struct sio *sio;
    pthread_t thread;
    bool is_running;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t wake;
    struct session *buckets[BUCKETS];
    struct uuid changed[AT_ONCE]; /* businesses whose reference data changed */
    size_t changed_count;
    bool all_changed, stop;
    int64_t due_ms; /* the earliest of all, or sooner */
    uint64_t last_number;
};

struct str login_room(struct arena *arena, struct uuid family_or_employee)
{
    return str_format(arena, "login:%s", uuid_str(arena, family_or_employee).data);
}

struct str session_room(const struct session *session) { return str_of(session->room); }

/* ---- Sockets come and go ---- */

static struct session **bucket_of(struct sessions *sessions, const struct token_digest *digest)
{
    uint32_t number;
    memcpy(&number, digest->bytes, sizeof number);
    return &sessions->buckets[number & (BUCKETS - 1)];
}

static struct session *session_new(struct str token, const struct token_digest *digest,
                                   const struct identity *who, uint64_t number)
{
    struct session *session = calloc(1, sizeof *session + token.len);
    check(session);
    session->digest = *digest;
    session->who = *who;
    session->token_len = token.len;
    memcpy(session->token, token.data, token.len);
    snprintf(session->room, sizeof session->room, "session:%llu", (unsigned long long)number);
    return session;
}

static bool is_same(const struct session *session, const struct token_digest *digest,
                    const struct identity *who)
{
    return memcmp(&session->digest, digest, sizeof *digest) == 0 && session->who.role == who->role &&
           uuid_eq(session->who.outlet_id, who->outlet_id);
}

static int64_t next_look(const struct session *session, int64_t now_ms)
{
    int64_t recheck_ms = now_ms + AUTH_RECHECK_MS;
    return session->who.expires_ms < recheck_ms ? session->who.expires_ms : recheck_ms;
}

/* With the lock held. */
static void look_at(struct sessions *sessions, struct session *session, int64_t at_ms)
{
    session->due_ms = at_ms;
    if (at_ms < sessions->due_ms) {
        sessions->due_ms = at_ms;
        pthread_cond_signal(&sessions->wake);
    }
}

struct session *session_enter(struct sessions *sessions, struct str token, const struct identity *who)
{
    struct token_digest digest = token_digest(token);
    pthread_mutex_lock(&sessions->lock);
    struct session **bucket = bucket_of(sessions, &digest), *session = *bucket;
    while (session && !is_same(session, &digest, who))
        session = session->next;
    if (!session) {
        session = session_new(token, &digest, who, ++sessions->last_number);
        session->next = *bucket;
        *bucket = session;
        look_at(sessions, session, next_look(session, clock_now_ms()));
    }
    session->sockets++;
    pthread_mutex_unlock(&sessions->lock);
    return session;
}

void session_confirm(struct sessions *sessions, struct session *session)
{
    struct identity who;
    struct str token = {session->token, session->token_len};
    if (auth_authenticate_cached(sessions->platform, token, &who))
        return;
    pthread_mutex_lock(&sessions->lock);
    look_at(sessions, session, 0);
    pthread_mutex_unlock(&sessions->lock);
}

void session_leave(struct sessions *sessions, struct session *session)
{
    pthread_mutex_lock(&sessions->lock);
    if (--session->sockets == 0) {
        struct session **link = bucket_of(sessions, &session->digest);
        while (*link != session)
            link = &(*link)->next;
        *link = session->next;
        free(session);
    }
    pthread_mutex_unlock(&sessions->lock);
}

/* ---- What is told at once ---- */

static void login_ended(void *arg, struct uuid family_or_employee)
{
    struct sessions *sessions = arg;
    struct arena arena = {0};
    sio_disconnect_room(sessions->sio, login_room(&arena, family_or_employee));
    arena_free(&arena);
}

static void reference_changed(void *arg, struct uuid business)
{
    struct sessions *sessions = arg;
    pthread_mutex_lock(&sessions->lock);
    bool known = sessions->all_changed;
    for (size_t i = 0; i < sessions->changed_count && !known; i++)
        known = uuid_eq(sessions->changed[i], business);
    if (!known && (uuid_is_nil(business) || sessions->changed_count == AT_ONCE))
        sessions->all_changed = true;
    else if (!known)
        sessions->changed[sessions->changed_count++] = business;
    sessions->due_ms = 0;
    pthread_cond_signal(&sessions->wake);
    pthread_mutex_unlock(&sessions->lock);
}

/* ---- The thread ---- */

struct look {
    struct identity who;
    struct str token, room;
};

static bool is_changed(const struct sessions *sessions, struct uuid business)
{
    for (size_t i = 0; i < sessions->changed_count; i++) {
        if (uuid_eq(sessions->changed[i], business))
            return true;
    }
    return sessions->all_changed;
}

/* With the lock held: those that are due, copied, at most AT_ONCE; sets when the next one is. */
static size_t collect(struct sessions *sessions, struct arena *arena, struct look *ret_looks)
{
    size_t count = 0;
    int64_t now_ms = clock_now_ms();
    sessions->due_ms = now_ms + SLEEP_MOST_MS;
    for (size_t i = 0; i < BUCKETS; i++) {
        for (struct session *session = sessions->buckets[i]; session; session = session->next) {
            if (is_changed(sessions, session->who.business_id))
                session->due_ms = 0;
            if (session->due_ms <= now_ms && count < AT_ONCE) {
                ret_looks[count++] = (struct look){
                    .who = session->who,
                    .token = str_copy(arena, (struct str){session->token, session->token_len}),
                    .room = str_copy(arena, str_of(session->room)),
                };
                session->due_ms = next_look(session, now_ms);
                if (session->due_ms <= now_ms)
                    session->due_ms = now_ms + AGAIN_MS;
            }
            if (session->due_ms < sessions->due_ms)
                sessions->due_ms = session->due_ms;
        }
    }
    return count;
}

/* A database that does not answer ends nobody's session: it is asked again. */
static bool has_ended(struct platform *platform, const struct look *look)
{
    struct identity who;
    if (look->who.expires_ms <= clock_now_ms())
        return true;
    enum code code = auth_authenticate(platform, look->token, &who);
    if (code)
        return code == CODE_UNAUTHORIZED;
    return who.role != look->who.role || !uuid_eq(who.outlet_id, look->who.outlet_id);
}

static void refresh_views(struct sessions *sessions, const struct look *looks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool first = true;
        for (size_t k = 0; k < i && first; k++)
            first = !uuid_eq(looks[k].who.business_id, looks[i].who.business_id);
        if (first)
            feed_refresh(sessions->feed, looks[i].who.business_id);
    }
}

static void look_after(struct sessions *sessions, const struct look *looks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!has_ended(sessions->platform, &looks[i]))
            continue;
        log_info("realtime.token_ended", LOG_STR("room", looks[i].room));
        metric_add(&ENDED, 1);
        sio_disconnect_room(sessions->sio, looks[i].room);
    }
    refresh_views(sessions, looks, count);
}

/* With the lock held. */
static void sleep_until_due(struct sessions *sessions)
{
    while (!sessions->stop && !sessions->changed_count && !sessions->all_changed) {
        int64_t left_ms = sessions->due_ms - clock_now_ms();
        if (left_ms <= 0)
            return;
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        left_ms = left_ms > SLEEP_MOST_MS ? SLEEP_MOST_MS : left_ms;
        int64_t ns = until.tv_nsec + left_ms % 1000 * 1000000;
        until.tv_sec += left_ms / 1000 + ns / 1000000000;
        until.tv_nsec = ns % 1000000000;
        pthread_cond_timedwait(&sessions->wake, &sessions->lock, &until);
    }
}

static void *run(void *arg)
{
    struct sessions *sessions = arg;
    struct arena arena = {0};
    struct look looks[AT_ONCE];
    pthread_mutex_lock(&sessions->lock);
    while (!sessions->stop) {
        sleep_until_due(sessions);
        size_t count = collect(sessions, &arena, looks);
        sessions->changed_count = 0; /* who did not fit into this round is due by now */
        sessions->all_changed = false;
        pthread_mutex_unlock(&sessions->lock);
        look_after(sessions, looks, count);
        arena_reset(&arena);
        pthread_mutex_lock(&sessions->lock);
    }
    pthread_mutex_unlock(&sessions->lock);
    arena_free(&arena);
    return NULL;
}

/* ---- Life ---- */

struct sessions *sessions_open(struct platform *platform, struct feed *feed)
{
    struct sessions *sessions = calloc(1, sizeof *sessions);
    pthread_condattr_t monotonic;
    check(sessions);
    sessions->platform = platform;
    sessions->feed = feed;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&sessions->lock, NULL);
    pthread_cond_init(&sessions->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return sessions;
}

bool sessions_start(struct sessions *sessions, struct sio *sio)
{
    pthread_attr_t attributes;
    sessions->sio = sio;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    sessions->is_running = pthread_create(&sessions->thread, &attributes, run, sessions) == 0;
    pthread_attr_destroy(&attributes);
    if (!sessions->is_running) {
        log_error("realtime.thread_failed");
        return false;
    }
    auth_on_forget(sessions->platform->auth, login_ended, sessions);
    cache_on_invalidate(sessions->platform->cache, reference_changed, sessions);
    return true;
}

void sessions_quiet(struct sessions *sessions)
{
    if (!sessions->is_running)
        return;
    auth_on_forget(sessions->platform->auth, NULL, NULL);
    cache_on_invalidate(sessions->platform->cache, NULL, NULL);
    pthread_mutex_lock(&sessions->lock);
    sessions->stop = true;
    pthread_cond_signal(&sessions->wake);
    pthread_mutex_unlock(&sessions->lock);
    pthread_join(sessions->thread, NULL);
    sessions->is_running = false;
}

void sessions_close(struct sessions *sessions)
{
    sessions_quiet(sessions);
    pthread_cond_destroy(&sessions->wake);
    pthread_mutex_destroy(&sessions->lock);
    free(sessions);
}
