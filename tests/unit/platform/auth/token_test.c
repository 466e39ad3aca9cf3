/* Access tokens: what is signed comes back, everything else is refused. */
#include "platform/auth/token.h"
#include "test.h"

#include <sodium.h>

#define NOW_S INT64_C(1770350000)

static struct signing_key key_of(const char *kid, const char *secret)
{
    struct signing_key key = {.secret_len = strlen(secret)};
    memcpy(key.kid, kid, strlen(kid));
    memcpy(key.secret, secret, strlen(secret));
    return key;
}

static struct signing_keys keys_of(struct signing_key first, struct signing_key second)
{
    return (struct signing_keys){.at = {first, second}, .count = 2};
}

static struct signing_keys test_keys(void)
{
    return keys_of(key_of("new", "0123456789abcdef0123456789abcdef"),
                   key_of("old", "fedcba9876543210fedcba9876543210"));
}

static struct claims test_claims(void)
{
    return (struct claims){uuid_new(), uuid_new(),   uuid_new(), uuid_new(),
                           uuid_new(), ROLE_CASHIER, NOW_S,      NOW_S + 900};
}

/* header.claims signed with HMAC-SHA-256, or with HMAC-SHA-512 where `wide`. */
static struct str forge(const char *header, struct str claims, const char *secret, bool wide)
{
    struct arena *arena = test_arena();
    struct str text = str_format(arena, "%.*s.%.*s", STR_ARG(str_base64url(arena, header, strlen(header))),
                                 STR_ARG(str_base64url(arena, claims.data, claims.len)));
    uint8_t mac[64];
    if (wide) {
        crypto_auth_hmacsha512_state state;
        crypto_auth_hmacsha512_init(&state, (const unsigned char *)secret, strlen(secret));
        crypto_auth_hmacsha512_update(&state, (const unsigned char *)text.data, text.len);
        crypto_auth_hmacsha512_final(&state, mac);
    } else {
        crypto_auth_hmacsha256_state state;
        crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret, strlen(secret));
        crypto_auth_hmacsha256_update(&state, (const unsigned char *)text.data, text.len);
        crypto_auth_hmacsha256_final(&state, mac);
    }
    return str_format(arena, "%.*s.%.*s", STR_ARG(text), STR_ARG(str_base64url(arena, mac, wide ? 64 : 32)));
}

/* The claims part of a token, decoded. */
static struct str claims_text(struct str token)
{
    struct str rest = token, decoded = STR_NONE;
    str_cut(&rest, '.');
    str_unbase64url(test_arena(), str_cut(&rest, '.'), &decoded);
    return decoded;
}

TEST(token_comes_back_as_it_was_signed)
{
    struct signing_keys keys = test_keys();
    struct claims signed_claims = test_claims(), read;
    struct str token = token_sign(&keys, test_arena(), &signed_claims);
    require(token_verify(&keys, token, NOW_S, &read) == TOKEN_VALID);
    expect(uuid_eq(read.business_id, signed_claims.business_id));
    expect(uuid_eq(read.outlet_id, signed_claims.outlet_id));
    expect(uuid_eq(read.employee_id, signed_claims.employee_id));
    expect(uuid_eq(read.family_id, signed_claims.family_id));
    expect(uuid_eq(read.token_id, signed_claims.token_id));
    expect_int_eq(read.role, ROLE_CASHIER);
    expect_int_eq(read.issued_s, NOW_S);
    expect_int_eq(read.expires_s, NOW_S + 900);
}

TEST(token_ends_at_its_second)
{
    struct signing_keys keys = test_keys();
    struct claims claims = test_claims(), read;
    struct str token = token_sign(&keys, test_arena(), &claims);
    expect_int_eq(token_verify(&keys, token, NOW_S + 899, &read), TOKEN_VALID);
    expect_int_eq(token_verify(&keys, token, NOW_S + 900, &read), TOKEN_EXPIRED);
    expect_int_eq(token_verify(&keys, token, NOW_S + 100000, &read), TOKEN_EXPIRED);
}

TEST(token_with_any_byte_changed_is_refused)
{
    struct signing_keys keys = test_keys();
    struct claims claims = test_claims(), read;
    struct str token = token_sign(&keys, test_arena(), &claims);
    char *copy = str_to_cstr(test_arena(), token);
    for (size_t i = 0; i < token.len; i++) {
        char before = copy[i];
        copy[i] =
            before == 'A' ? 'Q' : 'A'; /* differs in the high bits: the last character of a part counts too */
        test_note("byte %zu", i);
        expect(token_verify(&keys, (struct str){copy, token.len}, NOW_S, &read) != TOKEN_VALID);
        copy[i] = before;
    }
    for (size_t len = 0; len < token.len; len++) {
        test_note("cut to %zu", len);
        expect(token_verify(&keys, (struct str){copy, len}, NOW_S, &read) != TOKEN_VALID);
    }
}

TEST(token_of_an_older_key_is_good_while_the_key_is_known)
{
    struct signing_keys keys = test_keys(), older = keys_of(keys.at[1], keys.at[0]), newer = test_keys();
    struct claims claims = test_claims(), read;
    struct str token = token_sign(&older, test_arena(), &claims);
    expect_int_eq(token_verify(&keys, token, NOW_S, &read), TOKEN_VALID);
    newer.count = 1;
    expect_int_eq(token_verify(&newer, token, NOW_S, &read), TOKEN_KEY_UNKNOWN);
}

TEST(token_signed_by_a_known_key_under_another_kid_is_refused)
{
    struct signing_keys keys = test_keys(),
                        mixed = keys_of(key_of("new", "fedcba9876543210fedcba9876543210"), keys.at[0]);
    struct claims claims = test_claims(), read;
    struct str token = token_sign(&mixed, test_arena(), &claims);
    expect_int_eq(token_verify(&keys, token, NOW_S, &read), TOKEN_INVALID);
}

TEST(token_of_another_algorithm_is_refused)
{
    const char *secret = "0123456789abcdef0123456789abcdef";
    struct signing_keys keys = test_keys();
    struct claims claims = test_claims(), read;
    struct str text = claims_text(token_sign(&keys, test_arena(), &claims));
    struct {
        const char *header, *secret;
        bool wide;
        enum token_verdict verdict;
    } cases[] = {
        {"{\"alg\":\"HS256\",\"kid\":\"new\"}", secret, false, TOKEN_VALID}, /* the forger's tool works */
        {"{\"alg\":\"HS256\",\"kid\":\"new\"}", "another secret", false, TOKEN_INVALID},
        {"{\"alg\":\"HS512\",\"kid\":\"new\"}", secret, true, TOKEN_INVALID},
        {"{\"alg\":\"HS384\",\"kid\":\"new\"}", secret, false, TOKEN_INVALID},
        {"{\"alg\":\"RS256\",\"kid\":\"new\"}", secret, false, TOKEN_INVALID},
        {"{\"alg\":\"none\",\"kid\":\"new\"}", secret, false, TOKEN_INVALID},
        {"{\"alg\":\"nOnE\",\"kid\":\"new\"}", secret, false, TOKEN_INVALID},
        {"{\"kid\":\"new\"}", secret, false, TOKEN_INVALID},
        {"{\"alg\":\"HS256\"}", secret, false, TOKEN_INVALID},
        {"{\"alg\":\"HS256\",\"kid\":7}", secret, false, TOKEN_INVALID},
        {"{\"alg\":\"HS256\",\"kid\":\"\"}", secret, false, TOKEN_KEY_UNKNOWN},
        {"{\"alg\":\"HS256\",\"kid\":\"new2\"}", secret, false, TOKEN_KEY_UNKNOWN},
        {"[]", secret, false, TOKEN_INVALID},
        {"", secret, false, TOKEN_INVALID},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu: %s", i, cases[i].header);
        struct str token = forge(cases[i].header, text, cases[i].secret, cases[i].wide);
        expect_int_eq(token_verify(&keys, token, NOW_S, &read), cases[i].verdict);
    }
}

TEST(token_without_a_signature_is_refused)
{
    struct signing_keys keys = test_keys();
    struct claims claims = test_claims(), read;
    struct arena *arena = test_arena();
    struct str text = claims_text(token_sign(&keys, arena, &claims));
    const char *headers[] = {"{\"alg\":\"none\"}", "{\"alg\":\"none\",\"kid\":\"new\"}",
                             "{\"alg\":\"HS256\",\"kid\":\"new\"}"};
    for (size_t i = 0; i < COUNT_OF(headers); i++) {
        struct str head = str_base64url(arena, headers[i], strlen(headers[i]));
        struct str body = str_base64url(arena, text.data, text.len);
        const char *ends[] = {"", ".", ".."};
        for (size_t end = 0; end < COUNT_OF(ends); end++) {
            test_note("%s%s", headers[i], ends[end]);
            struct str token = str_format(arena, "%.*s.%.*s%s", STR_ARG(head), STR_ARG(body), ends[end]);
            expect_int_eq(token_verify(&keys, token, NOW_S, &read), TOKEN_INVALID);
        }
    }
}

TEST(token_with_incomplete_claims_is_refused)
{
    const char *header = "{\"alg\":\"HS256\",\"kid\":\"new\"}", *secret = "0123456789abcdef0123456789abcdef";
    struct signing_keys keys = test_keys();
    struct claims claims = test_claims(), read;
    struct str text = claims_text(token_sign(&keys, test_arena(), &claims));
    const char *names[] = {"businessId", "employeeId", "outletId", "sid", "jti", "role", "exp"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char *changed = str_to_cstr(test_arena(), text);
        char *at = strstr(changed, names[i]);
        require(at);
        *at = 'X'; /* the claim is gone */
        test_note("without %s", names[i]);
        expect(token_verify(&keys, forge(header, str_of(changed), secret, false), NOW_S, &read) !=
               TOKEN_VALID);
    }
    char *king = str_to_cstr(test_arena(), text);
    memcpy(strstr(king, "cashier"), "emperor", 7);
    expect_int_eq(token_verify(&keys, forge(header, str_of(king), secret, false), NOW_S, &read),
                  TOKEN_INVALID);
}

TEST(token_that_is_no_token_is_refused)
{
    struct signing_keys keys = test_keys();
    struct claims read;
    char *huge = arena_alloc(test_arena(), 100001);
    memset(huge, 'a', 100000);
    struct str texts[] = {STR_NONE,      STR(""),         STR("."),
                          STR(".."),     STR("..."),      STR("a.b.c"),
                          STR("a b"),    STR("a\0b.c.d"), STR("eyJhbGciOiJIUzI1NiJ9"),
                          {huge, 100000}};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        test_note("case %zu", i);
        expect_int_eq(token_verify(&keys, texts[i], NOW_S, &read), TOKEN_INVALID);
    }
}
