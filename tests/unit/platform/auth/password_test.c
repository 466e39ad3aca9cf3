/* Passwords: a hash fits its password only, the gate lets two in and refuses when too many wait. */
#include "platform/auth/password.h"
#include "test.h"

#include <sodium.h>
#include <time.h>

TEST(password_fits_its_hash_only)
{
    struct password_gate gate;
    password_gate_open(&gate, 4);
    struct str hash, other;
    require(password_hash(&gate, test_arena(), STR("correct horse"), &hash) == CODE_OK);
    require(password_hash(&gate, test_arena(), STR("correct horse"), &other) == CODE_OK);
    expect(!str_eq(hash, other)); /* salted */
    expect(str_starts_with(hash, STR("$argon2id$v=19$m=19456,t=2,p=1$")));
    const struct {
        struct str password;
        enum code code;
    } cases[] = {
        {STR_INIT("correct horse"), CODE_OK},
        {STR_INIT("correct horsf"), CODE_INVALID_CREDENTIALS},
        {STR_INIT("correct horse "), CODE_INVALID_CREDENTIALS},
        {STR_INIT("Correct horse"), CODE_INVALID_CREDENTIALS},
        {STR_INIT("correct horse\0x"), CODE_INVALID_CREDENTIALS},
        {STR_INIT(""), CODE_INVALID_CREDENTIALS},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        expect_int_eq(password_verify(&gate, cases[i].password, hash), cases[i].code);
    }
    password_gate_close(&gate);
}

TEST(password_hash_that_is_none_fits_nothing)
{
    struct password_gate gate;
    password_gate_open(&gate, 4);
    char *long_hash = arena_alloc(test_arena(), 1000);
    memset(long_hash, 'x', 1000);
    struct str hashes[] = {STR_NONE,          STR(""),           STR("plain"),
                           STR("$argon2id$"), {long_hash, 1000}, PASSWORD_DECOY};
    for (size_t i = 0; i < COUNT_OF(hashes); i++) {
        test_note("case %zu", i);
        expect_int_eq(password_verify(&gate, STR("plain"), hashes[i]), CODE_INVALID_CREDENTIALS);
        expect_int_eq(password_verify(&gate, STR(""), hashes[i]), CODE_INVALID_CREDENTIALS);
    }
    password_gate_close(&gate);
}

/* An unknown e-mail costs what a known one costs. */
TEST(password_decoy_has_the_parameters_of_all_hashes)
{
    char text[crypto_pwhash_STRBYTES] = {0};
    memcpy(text, PASSWORD_DECOY.data, PASSWORD_DECOY.len);
    expect_int_eq(crypto_pwhash_str_needs_rehash(text, 2, (size_t)19 * 1024 * 1024), 0);
    struct password_gate gate;
    password_gate_open(&gate, 4);
    clock_t start = clock();
    password_verify(&gate, STR("some password"), STR_NONE);
    expect(clock() - start > CLOCKS_PER_SEC / 1000); /* work was done: microseconds otherwise */
    password_gate_close(&gate);
}

static void *verify_once(void *arg)
{
    struct password_gate *gate = arg;
    return password_verify(gate, STR("x"), STR_NONE) == CODE_OVERLOADED ? arg : NULL;
}

TEST(password_gate_refuses_when_too_many_wait)
{
    enum { THREADS = 12, WAITING = 3 };
    struct password_gate gate;
    password_gate_open(&gate, WAITING);
    pthread_t threads[THREADS];
    int refused = 0;
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, verify_once, &gate);
    for (int i = 0; i < THREADS; i++) {
        void *was_refused;
        pthread_join(threads[i], &was_refused);
        refused += was_refused != NULL;
    }
    expect(refused <= THREADS - 2 - WAITING);
    expect_int_eq((int64_t)gate.running, 0);
    expect_int_eq((int64_t)gate.waiting, 0);

    gate.running = 2; /* both places taken, nobody may wait */
    gate.waiting_most = 0;
    struct str hash;
    expect_int_eq(password_verify(&gate, STR("x"), STR_NONE), CODE_OVERLOADED);
    expect_int_eq(password_hash(&gate, test_arena(), STR("x"), &hash), CODE_OVERLOADED);
    password_gate_close(&gate);
}
