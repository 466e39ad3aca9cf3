/* The log as it leaves the process: read back from standard error. */
#include "base/log.h"

#include "base/clock.h"
#include "test.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static int saved_stderr = -1, log_pipe[2];

static int64_t fixed_now(void) { return 1770347045678; }
static int64_t fixed_monotonic(void) { return 0; }
static void fixed_random(void *data, size_t len) { memset(data, 0, len); }

static void catch_log(enum log_level least, bool human)
{
    static const struct clock_source fixed = {fixed_now, fixed_monotonic, fixed_random};
    clock_use(&fixed);
    log_setup(least, human);
    if (pipe2(log_pipe, O_CLOEXEC))
        return;
    fcntl(log_pipe[1], F_SETPIPE_SZ, 1 << 20);
    saved_stderr = dup(STDERR_FILENO);
    dup2(log_pipe[1], STDERR_FILENO);
    close(log_pipe[1]);
}

/* All that was logged since catch_log. */
static struct str caught_log(void)
{
    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    size_t cap = 1 << 20, len = 0;
    char *data = arena_alloc(test_arena(), cap);
    ssize_t got;
    while (len < cap && (got = read(log_pipe[0], data + len, cap - len)) > 0)
        len += (size_t)got;
    close(log_pipe[0]);
    log_setup(LOG_INFO, false);
    clock_use(NULL);
    return (struct str){data, len};
}

TEST(log_json_line)
{
    catch_log(LOG_INFO, false);
    log_info("http.listening", LOG_INT("port", 3001), LOG_TEXT("engine", "sqlite"),
             LOG_STR("host", STR_NONE));
    log_warn("plain");
    log_error("limits", LOG_INT("least", INT64_MIN));
    expect_str_eq(caught_log(),
                  STR("{\"ts\":\"2026-02-06T03:04:05.678Z\",\"level\":\"info\",\"event\":\"http.listening\","
                      "\"port\":3001,"
                      "\"engine\":\"sqlite\",\"host\":null}\n"
                      "{\"ts\":\"2026-02-06T03:04:05.678Z\",\"level\":\"warn\",\"event\":\"plain\"}\n"
                      "{\"ts\":\"2026-02-06T03:04:05.678Z\",\"level\":\"error\",\"event\":\"limits\","
                      "\"least\":-9223372036854775808}\n"));
}

TEST(log_human_line)
{
    catch_log(LOG_DEBUG, true);
    log_debug("db.opened", LOG_TEXT("file", "a b.db"), LOG_TEXT("mode", "wal"), LOG_TEXT("empty", ""),
              LOG_STR("none", STR_NONE), LOG_TEXT("escape", "\x1b[2Jred"), LOG_INT("n", -1));
    expect_str_eq(caught_log(),
                  STR("2026-02-06T03:04:05.678Z DEBUG db.opened file=\"a b.db\" mode=wal empty=\"\" "
                      "none=- escape=\"\\u001b[2Jred\" n=-1\n"));
}

TEST(log_leaves_lower_levels_out)
{
    catch_log(LOG_WARN, false);
    log_debug("a");
    log_info("b");
    log_error("c");
    struct str text = caught_log();
    expect_int_eq(text.len,
                  strlen("{\"ts\":\"2026-02-06T03:04:05.678Z\",\"level\":\"error\",\"event\":\"c\"}\n"));
}

TEST(log_escapes_what_would_break_a_line)
{
    static const struct {
        struct str value;
        const char *written;
    } cases[] = {
        {STR_INIT("quote\" back\\slash"), "quote\\\" back\\\\slash"},
        {STR_INIT("line\nbreak\r\ttab"), "line\\nbreak\\u000d\\u0009tab"},
        {STR_INIT("nul\0del\x7f"), "nul\\u0000del\\u007f"},
        {STR_INIT("csi\xc2\x9b"
                  "2J"),
         "csi\\u009b2J"}, /* C1: steers terminals too */
        {STR_INIT("kopi ☕ é"), "kopi ☕ é"},
        {STR_INIT("bad\xff\xc3(\xed\xa0\x80"), "bad\\ufffd\\ufffd(\\ufffd\\ufffd\\ufffd"},
        {STR_INIT("cut\xe2\x98"), "cut\\ufffd\\ufffd"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        catch_log(LOG_INFO, false);
        log_info("e", LOG_STR("v", cases[i].value));
        expect_str_eq(caught_log(), str_format(test_arena(),
                                               "{\"ts\":\"2026-02-06T03:04:05.678Z\",\"level\":\"info\","
                                               "\"event\":\"e\",\"v\":\"%s\"}\n",
                                               cases[i].written));
    }
}

TEST(log_never_writes_secrets)
{
    static const struct {
        const char *key;
        bool secret;
    } cases[] = {
        {"password", true},    {"newPassword", true},   {"PASSWORD", true},   {"pin", true},
        {"PIN", true},         {"staff_pin", true},     {"pinHash", true},    {"managerPin", true},
        {"accessToken", true}, {"refresh_token", true}, {"jwt_secret", true}, {"Authorization", true},
        {"key", true},         {"apiKey", true},        {"api_key", true},    {"idempotency-key", true},
        {"set_cookie", true},  {"shipping", false},     {"mapping", false},   {"pinned", false},
        {"spin", false},       {"keyboard", false},     {"port", false},      {"method", false},
        {"requestId", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        for (int human = 0; human < 2; human++) {
            test_note("%s", cases[i].key);
            catch_log(LOG_INFO, human);
            log_info("e", LOG_TEXT(cases[i].key, "hunter2"), LOG_INT(cases[i].key, 778899));
            struct str text = caught_log();
            expect_int_eq(memmem(text.data, text.len, "hunter2", 7) == NULL, cases[i].secret);
            expect_int_eq(memmem(text.data, text.len, "778899", 6) == NULL, cases[i].secret);
            expect_int_eq(memmem(text.data, text.len, "***", 3) != NULL, cases[i].secret);
        }
    }
}

TEST(log_hides_the_password_of_an_address)
{
    static const struct {
        const char *address, *written;
    } cases[] = {
        {"postgres://tilo:s3cret@db:5432/pos", "postgres://tilo:***@db:5432/pos"},
        {"postgres://tilo:s3@cr:et@db/pos", "postgres://tilo:***@db/pos"},
        {"redis://:s3cret@cache", "redis://:***@cache"},
        {"cannot reach amqp://a:b@mq now", "cannot reach amqp://a:***@mq now"},
        {"postgres://tilo@db:5432/pos", "postgres://tilo@db:5432/pos"},
        {"http://localhost:3001/a@b", "http://localhost:3001/a@b"},
        {"http://localhost:3001", "http://localhost:3001"},
        {"://", "://"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i].address);
        catch_log(LOG_INFO, false);
        log_info("e", LOG_STR("url", str_copy(test_arena(), str_of(cases[i].address))));
        expect_str_eq(caught_log(), str_format(test_arena(),
                                               "{\"ts\":\"2026-02-06T03:04:05.678Z\",\"level\":\"info\","
                                               "\"event\":\"e\",\"url\":\"%s\"}\n",
                                               cases[i].written));
    }
}

TEST(log_line_has_a_largest_size)
{
    size_t len = 3000;
    char *text = arena_alloc(test_arena(), len + 1);
    for (size_t i = 0; i < len; i += 3)
        memcpy(text + i, "☕", 3);
    struct str value = {text, len};
    catch_log(LOG_INFO, false);
    log_info("e", LOG_STR("a", value), LOG_STR("b", value), LOG_STR("c", value), LOG_STR("d", value),
             LOG_STR("f", value), LOG_INT("small", 5));
    struct str line = caught_log();
    expect(line.len <= 8192);
    expect(str_is_utf8(line));
    expect(memmem(line.data, line.len, "☕…\"", 7) != NULL);
    struct str end = STR(",\"small\":5,\"fieldsLeftOut\":2}\n");
    require(line.len > end.len);
    expect_str_eq(((struct str){line.data + line.len - end.len, end.len}), end);
}

static void *log_many(void *context)
{
    for (int i = 0; i < 500; i++)
        log_info("thread", LOG_TEXT("text", context), LOG_INT("n", i));
    return NULL;
}

TEST(log_lines_of_threads_do_not_mix)
{
    static char texts[4][100];
    pthread_t threads[4];
    catch_log(LOG_INFO, false);
    for (size_t i = 0; i < 4; i++) {
        memset(texts[i], 'a' + (int)i, sizeof texts[i] - 1);
        require(pthread_create(&threads[i], NULL, log_many, texts[i]) == 0);
    }
    for (size_t i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    struct str rest = caught_log();
    size_t lines = 0, broken = 0;
    while (rest.len) {
        struct str line = str_cut(&rest, '\n');
        lines++;
        broken += !str_starts_with(line, STR("{\"ts\":\"2026-02-06T03:04:05.678Z\",")) ||
                  line.data[line.len - 1] != '}';
        const char *at = memmem(line.data, line.len, "text\":\"", 7);
        for (size_t i = 0; at && i < 99; i++)
            broken += at[7 + i] != at[7];
        broken += !at;
    }
    expect_int_eq(lines, 2000);
    expect_int_eq(broken, 0);
}
