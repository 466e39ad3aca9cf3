/* The server's own secrets: made once, kept, followed by new ones. */
#include "base/clock.h"
#include "platform/auth/keys.h"
#include "test.h"

#include <unistd.h>

#define DAY_MS (INT64_C(24) * 60 * 60 * 1000)

static int64_t now_ms;
static int64_t test_now_ms(void) { return now_ms; }
static int64_t test_monotonic_ns(void) { return now_ms * 1000000; }
static void test_random(void *data, size_t len)
{
    static uint8_t next;
    memset(data, ++next, len);
}

static const struct clock_source test_clock = {test_now_ms, test_monotonic_ns, test_random};

static struct db *open_database(char folder[])
{
    if (!mkdtemp(folder))
        return NULL;
    struct str url = str_format(test_arena(), "sqlite:%s/keys.db", folder);
    return db_open(&(struct db_options){.url = url, .connections = 1, .migrate = true});
}

static void remove_database(struct db *db, const char *folder)
{
    static const char *const names[] = {"keys.db", "keys.db-wal", "keys.db-shm"};
    db_close(db);
    for (size_t i = 0; i < COUNT_OF(names); i++)
        unlink(str_to_cstr(test_arena(), str_format(test_arena(), "%s/%s", folder, names[i])));
    rmdir(folder);
}

TEST(keys_are_made_once_and_followed_by_new_ones)
{
    char folder[] = "/tmp/tilopos-keys-XXXXXX";
    clock_use(&test_clock);
    now_ms = INT64_C(1770350000000);
    struct db *db = open_database(folder);
    require(db);
    struct config config = {.jwt_secret = STR("")};
    struct auth_keys first, again, later;
    require(keys_load(db, &config, &first) == CODE_OK);
    expect_int_eq((int64_t)first.signing.count, 1);
    expect_text_eq(first.signing.at[0].kid, "access-token-1");
    expect_int_eq((int64_t)first.signing.at[0].secret_len, 32);

    now_ms += 90 * DAY_MS;
    require(keys_load(db, &config, &again) == CODE_OK);
    expect_bytes_eq(&again, &first, sizeof first);

    now_ms += 1;
    require(keys_load(db, &config, &later) == CODE_OK);
    require(later.signing.count == 2);
    expect_text_eq(later.signing.at[0].kid, "access-token-2");
    expect_bytes_eq(&later.signing.at[1], &first.signing.at[0], sizeof first.signing.at[0]);
    expect(memcmp(later.signing.at[0].secret, first.signing.at[0].secret, 32) != 0);
    expect_bytes_eq(later.pin_secret, first.pin_secret, sizeof first.pin_secret);

    for (int i = 0; i < 20; i++) {
        now_ms += 91 * DAY_MS;
        require(keys_load(db, &config, &later) == CODE_OK);
    }
    expect_int_eq((int64_t)later.signing.count, SIGNING_KEYS_MAX);
    expect_text_eq(later.signing.at[0].kid, "access-token-22");
    expect_text_eq(later.signing.at[7].kid, "access-token-15");
    remove_database(db, folder);
    clock_use(NULL);
}

TEST(keys_configured_stand_alone)
{
    char folder[] = "/tmp/tilopos-keys-XXXXXX";
    struct db *db = open_database(folder);
    require(db);
    struct config none = {.jwt_secret = STR("")},
                  one = {.jwt_secret = STR("0123456789abcdef0123456789abcdef")},
                  two = {.jwt_secret = STR("0123456789abcdef0123456789abcdeF")};
    struct auth_keys stored, configured, other;
    require(keys_load(db, &none, &stored) == CODE_OK);
    require(keys_load(db, &one, &configured) == CODE_OK);
    require(keys_load(db, &two, &other) == CODE_OK);
    expect_int_eq((int64_t)configured.signing.count, 1);
    expect_str_eq(
        ((struct str){(char *)configured.signing.at[0].secret, configured.signing.at[0].secret_len}),
        one.jwt_secret);
    expect(strcmp(configured.signing.at[0].kid, other.signing.at[0].kid) != 0);
    expect_bytes_eq(configured.pin_secret, stored.pin_secret, sizeof stored.pin_secret);
    remove_database(db, folder);
}
