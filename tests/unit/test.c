/* main() of every unit test binary: runs what registered itself, counts and prints. */
#include "test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static struct test_case *first_test, **last_link = &first_test;
static const struct test_case *running;
static struct arena arena;
static char note[512];
static int faults; /* of the running test */

void test_register(struct test_case *test)
{
    *last_link = test;
    last_link = &test->next;
}

struct arena *test_arena(void) { return &arena; }

void test_note(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(note, sizeof note, format, arguments);
    va_end(arguments);
}

static void print_fault(const char *file, int line, const char *what)
{
    faults++;
    printf("%s:%d: %s: %s", file, line, running ? running->name : "?", what);
    if (note[0])
        printf(" [%s]", note);
}

static void print_str(struct str text)
{
    if (!text.data) {
        printf("absent");
        return;
    }
    putchar('"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        printf(c < 0x20 || c == 0x7F || c == '\\' ? "\\x%02x" : "%c", c);
    }
    putchar('"');
}

bool test_expect(bool held, const char *file, int line, const char *what)
{
    if (!held) {
        print_fault(file, line, what);
        printf(" does not hold\n");
    }
    return held;
}

bool test_expect_int(int64_t actual, int64_t expected, const char *file, int line, const char *what)
{
    if (actual != expected) {
        print_fault(file, line, what);
        printf(" is %lld, expected %lld\n", (long long)actual, (long long)expected);
    }
    return actual == expected;
}

bool test_expect_str(struct str actual, struct str expected, const char *file, int line, const char *what)
{
    bool held = str_eq(actual, expected);
    if (!held) {
        print_fault(file, line, what);
        printf(" is ");
        print_str(actual);
        printf(", expected ");
        print_str(expected);
        putchar('\n');
    }
    return held;
}

bool test_expect_bytes(const void *actual, const void *expected, size_t len, const char *file, int line,
                       const char *what)
{
    const unsigned char *a = actual, *b = expected;
    for (size_t i = 0; i < len; i++) {
        if (a[i] == b[i])
            continue;
        print_fault(file, line, what);
        printf(" byte %zu is 0x%02x, expected 0x%02x\n", i, a[i], b[i]);
        return false;
    }
    return true;
}

static _Noreturn void die_quietly(void (*run)(void *context), void *context)
{
    int null = open("/dev/null", O_WRONLY);
    dup2(null, STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    signal(SIGABRT, SIG_DFL);
    signal(SIGSEGV, SIG_DFL);
    run(context);
    _exit(0);
}

bool test_expect_death(void (*run)(void *context), void *context, const char *file, int line,
                       const char *what)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        die_quietly(run, context);
    int status = 0;
    bool held = child > 0 && waitpid(child, &status, 0) == child && status != 0;
    if (!held) {
        print_fault(file, line, what);
        printf(" was expected to stop the process\n");
    }
    return held;
}

/* A crash names its test; only async-signal-safe calls here. */
static void on_crash(int signal_number)
{
    static const char text[] = "crashed in test ";
    if (running) {
        ssize_t ignored = write(STDOUT_FILENO, text, sizeof text - 1);
        ignored += write(STDOUT_FILENO, running->name, strlen(running->name));
        ignored += write(STDOUT_FILENO, "\n", 1);
        (void)ignored;
    }
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static bool is_chosen(const struct test_case *test, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strstr(test->name, argv[i]))
            return true;
    }
    return argc < 2;
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGABRT, on_crash);
    int passed = 0, failed = 0;
    for (const struct test_case *test = first_test; test; test = test->next) {
        if (!is_chosen(test, argc, argv))
            continue;
        running = test;
        faults = 0;
        note[0] = '\0';
        arena_reset(&arena);
        test->run();
        faults == 0 ? passed++ : failed++;
    }
    running = NULL;
    arena_free(&arena);
    printf("%d passed, %d failed\n", passed, failed);
    return failed > 0 || passed == 0;
}
