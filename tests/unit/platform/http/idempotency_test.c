/* Idempotency-Key over the real server and a SQLite database: done once, answered always. */
#include "base/clock.h"
#include "platform/db/db.h"
#include "platform/http/idempotency.h"
#include "server_kit.h"
#include "test.h"

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

static char folder[] = "/tmp/tilopos-http-test-XXXXXX";

static struct http_server *start_with_database(void)
{
    struct http_server *server = kit_start();
    memcpy(folder + sizeof folder - 7, "XXXXXX", 6);
    if (!server || !mkdtemp(folder))
        return server;
    struct str url = str_format(test_arena(), "sqlite:%s/test.db", folder);
    kit_platform.db = db_open(&(struct db_options){.url = url, .connections = 1, .migrate = true});
    return server;
}

static void stop_with_database(struct http_server *server)
{
    expect(http_server_stop(server));
    db_close(kit_platform.db);
    kit_platform.db = NULL;
    static const char *const files[] = {"test.db", "test.db-wal", "test.db-shm"};
    for (size_t i = 0; i < COUNT_OF(files); i++)
        unlink(str_to_cstr(test_arena(), str_format(test_arena(), "%s/%s", folder, files[i])));
    rmdir(folder);
}

static struct str post(const struct http_server *server, const char *token, const char *key, const char *body)
{
    struct str request =
        str_format(test_arena(),
                   "POST /api/v1/once HTTP/1.1\r\n" HOST JSON CLOSE "Authorization: Bearer %s\r\n"
                   "Idempotency-Key: %s\r\nContent-Length: %zu\r\n\r\n%s",
                   token, key, strlen(body), body);
    return kit_ask(server, request);
}

static struct str body_of(struct str text)
{
    const char *end = memmem(text.data, text.len, "\r\n\r\n", 4);
    return end ? (struct str){end + 4, (size_t)(text.data + text.len - end) - 4} : STR_NONE;
}

#define TEA "{\"text\":\"tea\",\"amount\":5}"
#define MORE_TEA "{\"text\":\"tea\",\"amount\":6}"
#define UNLUCKY "{\"text\":\"tea\",\"amount\":13}" /* the handler refuses it inside the transaction */
#define SLOW "{\"text\":\"slow\",\"amount\":5}"
#define REPLAYED "Idempotent-Replayed: true\r\n"

TEST(idempotency_answers_again)
{
    struct http_server *server = start_with_database();
    require(server && kit_platform.db);
    struct str first = post(server, "owner", "key 1", TEA), again = post(server, "owner", "key 1", TEA);
    expect_str_eq(kit_statuses(first), STR("201"));
    expect_str_eq(kit_statuses(again), STR("201"));
    expect_str_eq(body_of(again), body_of(first));
    expect(!kit_contains(first, REPLAYED) && kit_contains(again, REPLAYED));
    struct str other = post(server, "owner", "key 1", MORE_TEA);
    expect_str_eq(kit_statuses(other), STR("422"));
    expect(kit_contains(other, "IDEMPOTENCY_KEY_REUSED"));
    struct str stranger = post(server, "owner-2", "key 1", MORE_TEA); /* keys are per business */
    expect_str_eq(kit_statuses(stranger), STR("201"));
    expect(!kit_contains(stranger, REPLAYED));
    stop_with_database(server);
}

TEST(idempotency_refusal_frees_the_key)
{
    struct http_server *server = start_with_database();
    require(server && kit_platform.db);
    struct str refused = post(server, "owner", "key", UNLUCKY);
    expect_str_eq(kit_statuses(refused), STR("422"));
    expect(kit_contains(refused, "\"path\":\"amount\",\"message\":\"is unlucky\",\"available\":2"));
    struct str next = post(server, "owner", "key", TEA);
    expect_str_eq(kit_statuses(next), STR("201"));
    expect(!kit_contains(next, REPLAYED));
    stop_with_database(server);
}

TEST(idempotency_refuses_what_is_no_key)
{
    static const char *const keys[] = {"", "caf\xC3\xA9", "a\tb"};
    struct http_server *server = start_with_database();
    require(server && kit_platform.db);
    for (size_t i = 0; i < COUNT_OF(keys); i++) {
        test_note("key %zu", i);
        struct str refused = post(server, "owner", keys[i], TEA);
        expect_str_eq(kit_statuses(refused), STR("400"));
        expect(kit_contains(refused, "\"path\":\"Idempotency-Key\""));
    }
    char key[130];
    memset(key, 'k', sizeof key);
    key[129] = '\0';
    expect_str_eq(kit_statuses(post(server, "owner", key, TEA)), STR("400"));
    key[128] = '\0';
    expect_str_eq(kit_statuses(post(server, "owner", key, TEA)), STR("201"));
    stop_with_database(server);
}

struct poster {
    const struct http_server *server;
    struct str text;
};

static void *post_slowly(void *arg)
{
    static pthread_mutex_t arena_mutex = PTHREAD_MUTEX_INITIALIZER;
    struct poster *poster = arg;
    int fd = kit_connect_to(poster->server);
    kit_put(fd, STR("POST /api/v1/once HTTP/1.1\r\n" HOST JSON CLOSE OWNER
                    "Idempotency-Key: same\r\nContent-Length: 26\r\n\r\n" SLOW));
    char first;
    recv(fd, &first, 1, MSG_PEEK); /* the wait; only then the arena, which both threads use */
    pthread_mutex_lock(&arena_mutex);
    poster->text = kit_take_all(fd);
    pthread_mutex_unlock(&arena_mutex);
    return NULL;
}

TEST(idempotency_second_waits_for_the_first)
{
    struct http_server *server = start_with_database();
    require(server && kit_platform.db);
    struct poster posters[2] = {{.server = server}, {.server = server}};
    pthread_t threads[2];
    for (size_t i = 0; i < 2; i++)
        pthread_create(&threads[i], NULL, post_slowly, &posters[i]);
    for (size_t i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    expect_str_eq(kit_statuses(posters[0].text), STR("201"));
    expect_str_eq(body_of(posters[0].text), body_of(posters[1].text));
    expect(kit_contains(posters[0].text, REPLAYED) != kit_contains(posters[1].text, REPLAYED));
    stop_with_database(server);
}

TEST(idempotency_keys_grow_old)
{
    struct http_server *server = start_with_database();
    require(server && kit_platform.db);
    post(server, "owner", "key", TEA);
    expect_int_eq(idempotency_prune(kit_platform.db, clock_now_ms() + IDEMPOTENCY_KEEP_MS - 60000), CODE_OK);
    expect(kit_contains(post(server, "owner", "key", TEA), REPLAYED));
    expect_int_eq(idempotency_prune(kit_platform.db, clock_now_ms() + IDEMPOTENCY_KEEP_MS + 60000), CODE_OK);
    expect(!kit_contains(post(server, "owner", "key", TEA), REPLAYED));
    stop_with_database(server);
}
