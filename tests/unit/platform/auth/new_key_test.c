/* Another process made a new signing key: all who meet it at once get in, not only the first. */
#include "base/clock.h"
#include "platform/auth/auth.h"
#include "platform/platform.h"
#include "test.h"

#include <sodium.h>
#include <unistd.h>

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)
#define THREADS 8

DB_STATEMENT(NEW_KEY_BUSINESS,
             "INSERT INTO businesses (business_id, name, currency, timezone, subscription_plan, "
             "reference_version, created_at) VALUES ($1, 'Kopi', 'IDR', 'Asia/Jakarta', 'free', 1, 0)");
DB_STATEMENT(
    NEW_KEY_OUTLET,
    "INSERT INTO outlets (business_id, id, name, code, timezone, tax_rate_bp, service_charge_rate_bp, "
    "tax_service_charge, prices_include_tax, cash_rounding_minor, allow_negative_stock, "
    "cashier_discount_limit_bp, is_active, created_at) "
    "VALUES ($1, $1, 'Kemang', 'KMG', 'Asia/Jakarta', 0, 0, 0, 0, 0, 0, 0, 1, 0)");
DB_STATEMENT(NEW_KEY_EMPLOYEE,
             "INSERT INTO employees (business_id, id, outlet_id, name, role, is_active, created_at) "
             "VALUES ($1, $1, $1, 'Sari', 'owner', 1, 0)");
DB_STATEMENT(NEW_KEY_FAMILY,
             "INSERT INTO refresh_families (business_id, id, employee_id, created_at, expires_at) "
             "VALUES ($1, $1, $1, 0, 0)");

static int64_t now_ms = INT64_C(1770350000000);
static int64_t test_now_ms(void) { return now_ms; }
static int64_t test_monotonic_ns(void) { return now_ms * 1000000; }
static void test_random(void *data, size_t len) { randombytes_buf(data, len); }
static const struct clock_source TEST_CLOCK = {test_now_ms, test_monotonic_ns, test_random};

static enum code add_all(struct db_tx *tx, void *arg)
{
    (void)arg;
    db_query(tx, &NEW_KEY_BUSINESS);
    db_query(tx, &NEW_KEY_OUTLET);
    db_query(tx, &NEW_KEY_EMPLOYEE);
    db_query(tx, &NEW_KEY_FAMILY);
    return CODE_OK;
}

struct caller {
    pthread_t thread;
    pthread_barrier_t *all;
    struct platform *platform;
    struct str token;
    enum code answer;
};

static void *call(void *arg)
{
    struct caller *caller = arg;
    struct identity who;
    pthread_barrier_wait(caller->all);
    caller->answer = auth_authenticate(caller->platform, caller->token, &who);
    return NULL;
}

static void call_at_once(struct platform *platform, struct str token)
{
    struct caller callers[THREADS];
    pthread_barrier_t all;
    pthread_barrier_init(&all, NULL, THREADS);
    for (size_t i = 0; i < THREADS; i++) {
        callers[i] = (struct caller){.all = &all, .platform = platform, .token = token};
        require(pthread_create(&callers[i].thread, NULL, call, &callers[i]) == 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(callers[i].thread, NULL);
        expect_int_eq(callers[i].answer, CODE_OK);
    }
    pthread_barrier_destroy(&all);
}

TEST(a_new_key_is_met_by_many_at_once)
{
    char folder[] = "/tmp/tilopos-new-key-XXXXXX";
    clock_use(&TEST_CLOCK);
    require(mkdtemp(folder));
    struct str file = str_format(test_arena(), "%s/keys.db", folder);
    struct db *db =
        db_open(&(struct db_options){.url = str_format(test_arena(), "sqlite:%.*s", STR_ARG(file)),
                                     .connections = THREADS,
                                     .migrate = true});
    require(db);
    struct uuid business = uuid_new();
    require(db_write(db, business, test_arena(), add_all, NULL) == CODE_OK);
    struct config config = {.jwt_secret = STR(""), .worker_threads = THREADS, .access_token_s = 900};
    struct cache *cache = cache_open(db, 16);
    struct platform platform = {.config = &config, .db = db, .cache = cache};
    platform.auth = auth_open(db, cache, &config);

    now_ms += 91 * DAY_MS; /* the other process makes the key's successor */
    struct auth *other = auth_open(db, cache, &config);
    require(platform.auth && other);
    struct identity who = {business, business, business, .family_id = business, .role = ROLE_OWNER};
    call_at_once(&platform, auth_issue(other, test_arena(), &who));

    auth_close(other);
    auth_close(platform.auth);
    cache_close(cache);
    db_close(db);
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        unlink(str_to_cstr(test_arena(), str_format(test_arena(), "%.*s%s", STR_ARG(file), ends[i])));
    rmdir(folder);
    clock_use(NULL);
}
