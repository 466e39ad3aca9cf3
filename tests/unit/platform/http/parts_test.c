/* The small parts: percent-encoding, tags, cached answers, keys in flight, the worker pool. */
#include "base/buf.h"
#include "platform/http/answer_cache.h"
#include "platform/http/cors.h"
#include "platform/http/in_flight.h"
#include "platform/http/uri.h"
#include "platform/http/workers.h"
#include "test.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <time.h>

/* ---- uri ---- */

TEST(uri_decodes)
{
    static const struct {
        const char *text, *decoded; /* NULL: refused */
        bool plus;
    } cases[] = {
        {"abc", "abc", false},         {"a%20b", "a b", false},
        {"a+b", "a+b", false},         {"a+b", "a b", true},
        {"%C3%A9", "\xC3\xA9", false}, {"", "", false},
        {"a%2Fb", "a/b", false},       {"%", NULL, false},
        {"%2", NULL, false},           {"%zz", NULL, false},
        {"a%0", NULL, false},          {"%00", NULL, false},
        {"%FF", NULL, false},          {"%C3", NULL, false},
        {"100%25", "100%", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct str decoded = STR_NONE;
        test_note("%s", cases[i].text);
        expect_int_eq(uri_decode(test_arena(), str_of(cases[i].text), cases[i].plus, &decoded),
                      cases[i].decoded != NULL);
        expect_str_eq(decoded, str_of(cases[i].decoded));
    }
}

TEST(uri_encodes)
{
    struct buf out = buf_make(test_arena(), 64, 1024);
    uri_encode(&out, STR("aZ9-._~ /?&=%\xC3\xA9"));
    expect_str_eq(buf_str(&out), STR("aZ9-._~%20%2F%3F%26%3D%25%C3%A9"));
}

/* ---- answers ---- */

static struct answer *make_answer(struct str body)
{
    expect(sodium_init() >= 0);
    return answer_new(STR("text/plain"), STR("no-cache"), STR(""), body);
}

TEST(answer_matches_its_tag)
{
    struct answer *answer = make_answer(STR("hello")), *other = make_answer(STR("world"));
    expect(!str_eq(answer->etag, other->etag));
    expect(answer_matches(answer, answer->etag));
    expect(answer_matches(answer, STR("*")));
    expect(answer_matches(answer, str_format(test_arena(), "\"x\", W/%.*s", STR_ARG(answer->etag))));
    expect(!answer_matches(answer, other->etag));
    expect(!answer_matches(answer, STR_NONE));
    expect(!answer_matches(answer, STR("")));
    answer_drop(answer);
    answer_drop(other);
}

static struct answer_key key_of(uint8_t business, uint8_t outlet, const char *target)
{
    return (struct answer_key){{{business}}, {{outlet}}, str_of(target)};
}

static bool is_kept(struct answer_cache *cache, struct answer_key key, int64_t version)
{
    struct answer *answer = answer_cache_get(cache, &key, version);
    bool kept = answer != NULL;
    answer_drop(answer);
    return kept;
}

TEST(answer_cache_knows_business_outlet_target_and_version)
{
    struct answer_cache *cache = answer_cache_new(1 << 20);
    struct answer_key key = key_of(1, 1, "/products?limit=2");
    struct answer *answer = make_answer(STR("hello"));
    answer_cache_put(cache, &key, 7, answer);
    answer_drop(answer);
    expect(is_kept(cache, key, 7));
    expect(!is_kept(cache, key_of(2, 1, "/products?limit=2"), 7));
    expect(!is_kept(cache, key_of(1, 2, "/products?limit=2"), 7));
    expect(!is_kept(cache, key_of(1, 1, "/products?limit=3"), 7));
    expect(!is_kept(cache, key, 8)); /* stale: dropped */
    expect(!is_kept(cache, key, 7));
    answer_cache_free(cache);
}

TEST(answer_cache_drops_what_was_not_used)
{
    struct answer_cache *cache = answer_cache_new(64 * 1024);
    char body[2000] = {0};
    struct answer_key first = key_of(1, 1, "/first");
    for (int i = 0; i < 200; i++) {
        struct answer *answer = make_answer((struct str){body, sizeof body});
        struct answer_key key = i == 0 ? first : key_of(1, 1, "");
        if (i > 0)
            key.target = str_format(test_arena(), "/%d", i);
        answer_cache_put(cache, &key, 1, answer);
        answer_drop(answer);
        expect(is_kept(cache, first, 1)); /* it is used all the time */
    }
    expect(is_kept(cache, key_of(1, 1, "/199"), 1));
    expect(!is_kept(cache, key_of(1, 1, "/1"), 1));
    struct answer *large = make_answer(((struct str){arena_alloc(test_arena(), 10000), 10000}));
    struct answer_key key = key_of(1, 1, "/large");
    answer_cache_put(cache, &key, 1, large);
    answer_drop(large);
    expect(!is_kept(cache, key, 1)); /* one that would take an eighth is not worth it */
    answer_cache_free(cache);
}

/* ---- keys in flight ---- */

struct entering {
    struct in_flight_table *table;
    const char *key;
    int64_t timeout_ms;
    struct in_flight *held;
    _Atomic int *order;
    int at;
};

static void *enter(void *arg)
{
    struct entering *entering = arg;
    entering->held =
        in_flight_enter(entering->table, (struct uuid){{1}}, str_of(entering->key), entering->timeout_ms);
    entering->at = atomic_fetch_add(entering->order, 1);
    if (entering->held)
        in_flight_leave(entering->table, entering->held);
    return NULL;
}

TEST(in_flight_second_waits_for_the_first)
{
    struct in_flight_table *table = in_flight_new(4);
    _Atomic int order = 0;
    struct uuid business = {{1}};
    struct in_flight *first = in_flight_enter(table, business, STR("key"), 1000);
    require(first != NULL);
    struct in_flight *other_key = in_flight_enter(table, business, STR("key2"), 0);
    struct in_flight *other_business = in_flight_enter(table, (struct uuid){{2}}, STR("key"), 0);
    expect(other_key && other_business);
    expect(in_flight_enter(table, business, STR("key"), 10) == NULL);
    struct entering second = {table, "key", 5000, NULL, &order, -1};
    pthread_t thread;
    pthread_create(&thread, NULL, enter, &second);
    nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL);
    int before = atomic_fetch_add(&order, 1);
    in_flight_leave(table, first);
    pthread_join(thread, NULL);
    expect(second.held != NULL);
    expect(second.at > before);
    in_flight_leave(table, other_key);
    in_flight_leave(table, other_business);
    in_flight_free(table);
}

TEST(in_flight_lets_only_so_many_wait)
{
    struct in_flight_table *table = in_flight_new(0);
    struct in_flight *first = in_flight_enter(table, (struct uuid){{1}}, STR("key"), 1000);
    expect(in_flight_enter(table, (struct uuid){{1}}, STR("key"), 60000) == NULL); /* at once */
    in_flight_leave(table, first);
    in_flight_free(table);
}

/* ---- workers ---- */

#define JOBS 2000

struct job {
    struct work work;
    _Atomic int *done, *dropped;
    bool holds;
    pthread_mutex_t *gate;
};

static void run_job(struct work *work)
{
    struct job *job = (struct job *)work;
    if (job->holds) {
        pthread_mutex_lock(job->gate);
        pthread_mutex_unlock(job->gate);
    }
    atomic_fetch_add(job->done, 1);
}

static void drop_job(struct work *work) { atomic_fetch_add(((struct job *)work)->dropped, 1); }

TEST(workers_do_all_work)
{
    static struct job jobs[JOBS];
    _Atomic int done = 0, dropped = 0;
    struct workers *workers = workers_start(4, JOBS);
    expect_int_eq((int64_t)workers_running(workers), 0);
    int accepted = 0;
    for (int i = 0; i < JOBS; i++) {
        jobs[i] = (struct job){{.run = run_job, .drop = drop_job}, &done, &dropped, false, NULL};
        accepted += workers_submit(workers, &jobs[i].work);
    }
    expect_int_eq(accepted, JOBS);
    expect(workers_running(workers) <= 4);
    expect(workers_stop(workers, 10000));
    expect_int_eq(done + dropped, JOBS);
}

TEST(workers_refuse_beyond_the_queue_and_drop_it_at_the_end)
{
    struct job jobs[5];
    _Atomic int done = 0, dropped = 0;
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    struct workers *workers = workers_start(1, 3);
    pthread_mutex_lock(&gate);
    jobs[0] = (struct job){{.run = run_job, .drop = drop_job}, &done, &dropped, true, &gate};
    expect(workers_submit(workers, &jobs[0].work));
    while (workers_waiting(workers) > 0)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL); /* until the one worker has taken it */
    for (int i = 1; i < 4; i++) {
        jobs[i] = (struct job){{.run = run_job, .drop = drop_job}, &done, &dropped, false, &gate};
        expect(workers_submit(workers, &jobs[i].work));
    }
    jobs[4] = jobs[3];
    expect(!workers_submit(workers, &jobs[4].work));
    expect(!workers_stop(workers, 20)); /* the first still runs */
    expect_int_eq(dropped, 3);
    pthread_mutex_unlock(&gate);
    expect(workers_stop(workers, 10000));
    expect_int_eq(done, 1);
}

/* ---- cors ---- */

static struct str cors_lines(const char *origins, const char *origin)
{
    struct cors *cors = cors_new(str_of(origins));
    struct buf out = buf_make(test_arena(), 256, 4096);
    cors_put(cors, str_of(origin), &out);
    cors_free(cors);
    struct str lines = buf_str(&out), allow = STR("Access-Control-Allow-Origin: ");
    while (lines.data) {
        struct str line = str_trim(str_cut(&lines, '\n'));
        if (str_starts_with(line, allow))
            return (struct str){line.data + allow.len, line.len - allow.len};
    }
    return STR_NONE;
}

TEST(cors_names_exact_origins)
{
    const char *two = "https://shop.test, http://localhost:5173";
    expect_str_eq(cors_lines(two, "https://shop.test"), STR("https://shop.test"));
    expect_str_eq(cors_lines(two, "http://localhost:5173"), STR("http://localhost:5173"));
    expect_str_eq(cors_lines(two, "https://shop.test.evil"), STR_NONE);
    expect_str_eq(cors_lines(two, "https://evil-shop.test"), STR_NONE);
    expect_str_eq(cors_lines(two, "null"), STR_NONE);
    expect_str_eq(cors_lines(two, NULL), STR_NONE);
    expect_str_eq(cors_lines("", "https://shop.test"), STR_NONE);
    expect_str_eq(cors_lines("*", "https://any.test"), STR("*"));
}
