/* Configuration: what wins, what is refused and how it is told, what is printed and what is hidden. */
#include "base/config.h"

#include "test.h"

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

#define ARGUMENTS_MAX 16
#define LISTED 8

/* Where a test starts from: NULL ends each list. */
struct given {
    const char *arguments[LISTED];
    const char *environment[LISTED]; /* NAME=value */
    const char *file;                /* text of tilopos.conf; NULL: there is none */
};

struct loaded {
    bool ok;
    struct config config;
    struct str faults; /* what stood on stderr */
    int argc;
    char *argv[ARGUMENTS_MAX];
};

static void clear_environment(void)
{
    for (char **entry = environ; *entry;) {
        if (strncmp(*entry, "TILOPOS_", 8) != 0) {
            entry++;
            continue;
        }
        struct str name = str_of(*entry);
        unsetenv(str_to_cstr(test_arena(), str_cut(&name, '=')));
        entry = environ;
    }
}

static struct str read_all(int fd)
{
    size_t len = (size_t)lseek(fd, 0, SEEK_END);
    char *text = arena_alloc(test_arena(), len + 1);
    expect(pread(fd, text, len, 0) == (ssize_t)len);
    return (struct str){text, len};
}

/* Runs config_load with stderr in a file. */
static void run_load(struct loaded *loaded)
{
    int kept = dup(STDERR_FILENO), caught = memfd_create("stderr", MFD_CLOEXEC);
    fflush(stderr);
    dup2(caught, STDERR_FILENO);
    loaded->ok = config_load(&loaded->config, &loaded->argc, loaded->argv);
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    loaded->faults = read_all(caught);
    close(caught);
}

/* In an empty folder of its own, with nothing of this process's environment. */
static void load(const struct given *given, struct loaded *loaded)
{
    char folder[] = "/tmp/tilopos-config-XXXXXX", before[4096];
    static char program[] = "tilopos";
    *loaded = (struct loaded){.argv = {program}, .argc = 1};
    clear_environment();
    require(getcwd(before, sizeof before) && mkdtemp(folder) && chdir(folder) == 0);
    for (int i = 0; i < LISTED && given->environment[i]; i++)
        putenv((char *)given->environment[i]);
    for (int i = 0; i < LISTED && given->arguments[i]; i++)
        loaded->argv[loaded->argc++] = (char *)given->arguments[i];
    FILE *file = given->file ? fopen("tilopos.conf", "w") : NULL;
    if (file) {
        fputs(given->file, file);
        fclose(file);
    }
    run_load(loaded);
    unlink("tilopos.conf");
    expect(chdir(before) == 0 && rmdir(folder) == 0);
    clear_environment();
}

static void unload(struct loaded *loaded) { arena_free(&loaded->config.memory); }

static struct str printed(const struct config *config)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    config_print(config, out);
    fclose(out);
    struct str copy = str_copy(test_arena(), (struct str){text, len});
    free(text);
    return copy;
}

static struct str line_of(struct str text, const char *key)
{
    struct str start = str_format(test_arena(), "%s ", key);
    while (text.data) {
        struct str line = str_cut(&text, '\n');
        if (str_starts_with(line, start))
            return line;
    }
    return STR_NONE;
}

static bool holds(struct str text, const char *part)
{
    return memmem(text.data, text.len, part, strlen(part)) != NULL;
}

TEST(config_has_defaults)
{
    struct loaded l;
    load(&(struct given){0}, &l);
    expect(l.ok);
    expect_str_eq(l.faults, STR(""));
    expect_int_eq(l.config.port, 3001);
    expect_str_eq(l.config.host, STR("0.0.0.0"));
    expect_str_eq(l.config.data_dir, STR("./tilopos-data"));
    expect_str_eq(l.config.registration, STR("open"));
    expect_str_eq(l.config.log_level, STR("info"));
    expect_str_eq(l.config.log_format, STR("auto"));
    const struct str empty[] = {l.config.database_url, l.config.redis_url,     l.config.amqp_url,
                                l.config.jwt_secret,   l.config.metrics_token, l.config.cors_origins};
    for (size_t i = 0; i < COUNT_OF(empty); i++)
        expect_str_eq(empty[i], STR(""));
    expect(l.config.rate_limit);
    const int64_t numbers[][2] = {
        {l.config.http_threads, 0},
        {l.config.worker_threads, 64},
        {l.config.max_connections, 10000},
        {l.config.header_timeout_ms, 10000},
        {l.config.request_timeout_ms, 30000},
        {l.config.keep_alive_ms, 65000},
        {l.config.drain_timeout_ms, 10000},
        {l.config.body_limit, 1048576},
        {l.config.access_token_s, 900},
        {l.config.refresh_token_s, 2592000},
        {l.config.db_pool, 8},
        {l.config.db_batch, 64},
    };
    for (size_t i = 0; i < COUNT_OF(numbers); i++)
        expect_int_eq(numbers[i][0], numbers[i][1]);
    unload(&l);
}

TEST(config_takes_the_strongest_source)
{
    static const struct given cases[] = {
        {.file = "port = 1\n"},
        {.environment = {"TILOPOS_PORT=2"}, .file = "port=1"},
        {.arguments = {"--port", "3"}, .environment = {"TILOPOS_PORT=2"}, .file = "\tport =1 \r\n"},
        {.arguments = {"--port=4"}, .file = "port = 1"},
        {.arguments = {"--port=4", "--port", "5"}},
        {.arguments = {"--port", "6"}, .environment = {"TILOPOS_PORT="}},
        {.environment = {"TILOPOS_PORT="}, .file = "# a comment\n\n  # another\nport = 7"},
    };
    static const char *const origins[] = {"file tilopos.conf", "environment", "flag", "flag", "flag", "flag",
                                          "file tilopos.conf"};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct loaded l;
        test_note("case %zu", i);
        load(&cases[i], &l);
        expect(l.ok);
        expect_str_eq(l.faults, STR(""));
        expect_int_eq(l.config.port, (int64_t)i + 1);
        expect(holds(line_of(printed(&l.config), "port"), origins[i]));
        unload(&l);
    }
}

TEST(config_leaves_other_arguments)
{
    static const struct given given = {
        .arguments = {"serve", "--data-dir", "x y", "--verbose", "--rate-limit=off", "--", "--port", "1"}};
    static const char *const left[] = {"tilopos", "serve", "--verbose", "--", "--port", "1"};
    struct loaded l;
    load(&given, &l);
    expect(l.ok);
    expect_str_eq(l.config.data_dir, STR("x y"));
    expect_text_eq(l.config.data_dir.data, "x y");
    expect(!l.config.rate_limit);
    expect_int_eq(l.config.port, 3001);
    require(l.argc == COUNT_OF(left));
    for (int i = 0; i < l.argc; i++)
        expect_text_eq(l.argv[i], left[i]);
    expect(l.argv[l.argc] == NULL);
    unload(&l);
}

TEST(config_names_every_fault)
{
    static const struct given given = {
        .arguments = {"--port", "65536", "--log-level=loud", "--drain-timeout-ms"},
        .environment = {"TILOPOS_RATE_LIMIT=maybe", "TILOPOS_DB_BATCH=0", "TILOPOS_UNHEARD_OF=1"},
        .file = "prt = 1\nport = x\n# fine\njust words\nport = 5\nhost = localhost\ndb_pool = 8\n",
    };
    struct loaded l;
    load(&given, &l);
    expect(!l.ok);
    expect_str_eq(l.faults,
                  STR("tilopos: --drain-timeout-ms needs a value\n"
                      "tilopos: tilopos.conf:1: there is no key \"prt\"; \"tilopos config\" lists them\n"
                      "tilopos: tilopos.conf:2: port must be a whole number from 0 to 65535, not \"x\"\n"
                      "tilopos: tilopos.conf:4: expected \"key = value\"\n"
                      "tilopos: tilopos.conf:5: port is already set in line 2\n"
                      "tilopos: tilopos.conf:6: host must be an IP address such as 0.0.0.0, 127.0.0.1 or ::, "
                      "not \"localhost\"\n"
                      "tilopos: TILOPOS_RATE_LIMIT must be on or off, not \"maybe\"\n"
                      "tilopos: TILOPOS_DB_BATCH must be a whole number from 1 to 1024, not \"0\"\n"
                      "tilopos: --port must be a whole number from 0 to 65535, not \"65536\"\n"
                      "tilopos: --log-level must be debug or info or warn or error, not \"loud\"\n"));
    unload(&l);
}

TEST(config_checks_values)
{
    static const struct {
        const char *flag;
        bool ok;
    } cases[] = {
        {"--port=0", true},
        {"--port=65535", true},
        {"--port=-1", false},
        {"--port=", false},
        {"--port= 1", false},
        {"--port=3001x", false},
        {"--port=99999999999999999999", false},
        {"--host=::1", true},
        {"--host=", false},
        {"--host=1.2.3", false},
        {"--data-dir=", false},
        {"--data-dir=a\nb", false},
        {"--data-dir=\xff", false},
        {"--database-url=", true},
        {"--database-url=sqlite:/tmp/a.db", true},
        {"--database-url=sqlite:", false},
        {"--database-url=postgres://u:p@h/d", true},
        {"--database-url=postgresql:///d", true},
        {"--database-url=mysql://h/d", false},
        {"--redis-url=redis://h:1", true},
        {"--redis-url=h:1", false},
        {"--amqp-url=amqp://h", true},
        {"--amqp-url=http://h", false},
        {"--jwt-secret=0123456789012345678901234567890", false},
        {"--jwt-secret=01234567890123456789012345678901", true},
        {"--metrics-token=a b", false},
        {"--metrics-token=ab", true},
        {"--registration=closed", true},
        {"--registration=no", false},
        {"--rate-limit=on", true},
        {"--rate-limit=true", false},
        {"--cors-origins=*", true},
        {"--cors-origins=https://a.example, http://b.example:8080", true},
        {"--cors-origins=https://a.example/", false},
        {"--cors-origins=a.example", false},
        {"--cors-origins=https://", false},
        {"--cors-origins=https://a.example,", false},
        {"--log-format=json", true},
        {"--log-format=xml", false},
        {"--body-limit=1023", false},
        {"--header-timeout-ms=99", false},
        {"--refresh-token-s=60", true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct loaded l;
        test_note("%s", cases[i].flag);
        load(&(struct given){.arguments = {cases[i].flag}}, &l);
        expect(l.ok == cases[i].ok);
        expect((l.faults.len == 0) == cases[i].ok);
        expect_int_eq(l.argc, 1);
        unload(&l);
    }
}

TEST(config_reads_the_named_file)
{
    char path[] = "/tmp/tilopos-config-XXXXXX";
    int fd = mkstemp(path);
    require(fd >= 0 && write(fd, "port = 77\n", 10) == 10);
    close(fd);
    char variable[64], missing[64];
    snprintf(variable, sizeof variable, "TILOPOS_CONFIG=%s", path);
    snprintf(missing, sizeof missing, "--config=%s.missing", path);
    const struct {
        struct given given;
        bool ok;
        int64_t port;
    } cases[] = {
        {{.arguments = {"--config", path}, .file = "port = 1"}, true, 77},
        {{.environment = {variable}, .file = "port = 1"}, true, 77},
        {{.arguments = {missing}, .environment = {variable}}, false, 3001},
        {{.arguments = {"--config=/tmp"}}, false, 3001},
        {{.arguments = {"--config"}}, false, 3001},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct loaded l;
        test_note("case %zu", i);
        load(&cases[i].given, &l);
        expect(l.ok == cases[i].ok && (l.faults.len == 0) == cases[i].ok);
        expect_int_eq(l.config.port, cases[i].port);
        unload(&l);
    }
    unlink(path);
}

TEST(config_print_hides_secrets)
{
    static const struct given given = {
        .arguments = {"--jwt-secret=hush-hush-hush-hush-hush-hush-hush", "--metrics-token", "hush"},
        .environment =
            {"TILOPOS_DATABASE_URL=postgres://till:hu/s@sh:x@db:5432/pos?password=hush&sslmode=require",
             "TILOPOS_REDIS_URL=redis://:hush@cache:6379/0"},
        .file = "amqp_url = amqp://till:hush@queue/\n",
    };
    struct loaded l;
    load(&given, &l);
    require(expect(l.ok));
    struct str text = printed(&l.config);
    expect(!holds(text, "hush") && !holds(text, "hu/s"));
    expect(holds(line_of(text, "database_url"),
                 " postgres://till:***@db:5432/pos?password=***&sslmode=require  "));
    expect(holds(line_of(text, "redis_url"), " redis://:***@cache:6379/0  "));
    expect(holds(line_of(text, "amqp_url"), " amqp://till:***@queue/  "));
    expect(holds(line_of(text, "amqp_url"), " file tilopos.conf  "));
    expect(holds(line_of(text, "jwt_secret"), " ***  "));
    expect(holds(line_of(text, "metrics_token"), " ***  "));
    expect_str_eq(l.config.redis_url, STR("redis://:hush@cache:6379/0"));
    unload(&l);

    load(&(struct given){.arguments = {"--database-url=postgress://u:hush@h/d", "--jwt-secret=hush",
                                       "--redis-url=u:hush@h", "--amqp-url=http://u:hush@h"}},
         &l);
    expect(!l.ok && !holds(l.faults, "hush"));
    unload(&l);
}

/* Origin and meaning begin in the same column in every line, and each key has its line. */
TEST(config_print_aligns_columns)
{
    struct loaded l;
    load(&(struct given){.arguments = {"--data-dir=/srv/kafé/a-rather-long-folder-name"}}, &l);
    struct str text = printed(&l.config);
    size_t lines = 0, column = 0;
    while (text.len > 0) {
        struct str line = str_cut(&text, '\n');
        const char *origin = memmem(line.data, line.len, "  default  ", 11);
        if (!origin)
            origin = memmem(line.data, line.len, "  flag  ", 8);
        test_note("%.*s", STR_ARG(line));
        require(origin != NULL);
        size_t here = str_utf8_length((struct str){line.data, (size_t)(origin - line.data)});
        /* the word is left-aligned: its blanks before belong to the value */
        column = column ? column : here;
        expect_int_eq((int64_t)here, (int64_t)column);
        lines++;
    }
    expect_int_eq((int64_t)lines, 31);
    unload(&l);
}

TEST(config_refuses_a_huge_file)
{
    char *file = arena_alloc(test_arena(), 70001);
    memset(file, '#', 70000);
    struct loaded l;
    load(&(struct given){.file = file}, &l);
    expect(!l.ok);
    expect_str_eq(l.faults, STR("tilopos: tilopos.conf is larger than 65536 bytes\n"));
    unload(&l);
}
