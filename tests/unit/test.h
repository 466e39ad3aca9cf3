/* The unit tests' runner. A test is a function that registers itself; expectations that fail are printed with
 * their place and values and do not end the test, requirements do.
 *
 *     TEST(str_trim_takes_blanks_off)
 *     {
 *         for (size_t i = 0; i < COUNT_OF(cases); i++) {
 *             test_note("case %zu: %s", i, cases[i].text); // printed with a failure
 *             expect_str_eq(str_trim(str_of(cases[i].text)), str_of(cases[i].trimmed));
 *         }
 *     }
 *
 * A binary runs all its tests, or those whose name contains an argument. Its last line is `N passed, N
 * failed`. */
#pragma once
#include "base/str.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

struct test_case {
    const char *name;
    void (*run)(void);
    struct test_case *next;
};

void test_register(struct test_case *test);
struct arena *test_arena(void); /* reset before each test */
/* What the next expectations are about, until the next note or test. */
void test_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* They answer whether it held. */
bool test_expect(bool held, const char *file, int line, const char *what);
bool test_expect_int(int64_t actual, int64_t expected, const char *file, int line, const char *what);
bool test_expect_str(struct str actual, struct str expected, const char *file, int line, const char *what);
bool test_expect_bytes(const void *actual, const void *expected, size_t len, const char *file, int line,
                       const char *what);
/* Runs `run(context)` in a child process; holds when a signal, a check or a sanitizer stopped it. */
bool test_expect_death(void (*run)(void *context), void *context, const char *file, int line,
                       const char *what);

#define TEST(test_name)                                                      \
    static void test_name##_test(void);                                      \
    __attribute__((constructor)) static void test_name##_register(void)      \
    {                                                                        \
        static struct test_case test = {#test_name, test_name##_test, NULL}; \
        test_register(&test);                                                \
    }                                                                        \
    static void test_name##_test(void)

#define expect(condition) test_expect((condition), __FILE__, __LINE__, #condition)
#define expect_int_eq(actual, expected) test_expect_int((actual), (expected), __FILE__, __LINE__, #actual)
#define expect_str_eq(actual, expected) test_expect_str((actual), (expected), __FILE__, __LINE__, #actual)
/* NUL-terminated text on both sides; NULL is allowed. */
#define expect_text_eq(actual, expected) \
    test_expect_str(str_of(actual), str_of(expected), __FILE__, __LINE__, #actual)
#define expect_bytes_eq(actual, expected, len) \
    test_expect_bytes((actual), (expected), (len), __FILE__, __LINE__, #actual)
#define expect_death(run, context) test_expect_death((run), (context), __FILE__, __LINE__, #run)

/* Ends the test when it does not hold. */
#define require(condition)      \
    do {                        \
        if (!expect(condition)) \
            return;             \
    } while (0)
