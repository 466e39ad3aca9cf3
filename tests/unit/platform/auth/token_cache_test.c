/* The cache of verified tokens: bounded, and nothing comes back once a login ended. */
#include "platform/auth/token_cache.h"
#include "test.h"

static struct token_digest digest_of(int number)
{
    return token_digest(str_format(test_arena(), "token %d", number));
}

static struct token_entry entry_of(struct uuid family, struct uuid employee)
{
    return (struct token_entry){uuid_new(), employee, family, .expires_ms = 5000, .recheck_ms = 1000};
}

TEST(token_cache_finds_what_was_put)
{
    struct token_cache *cache = token_cache_open(1000);
    struct token_digest one = digest_of(1), two = digest_of(2);
    struct token_entry entry = entry_of(uuid_new(), uuid_new()), found;
    expect(!token_cache_find(cache, &one, &found));
    token_cache_put(cache, &one, &entry, token_cache_epoch(cache));
    require(token_cache_find(cache, &one, &found));
    expect_bytes_eq(&found, &entry, sizeof entry);
    expect(!token_cache_find(cache, &two, &found));
    entry.recheck_ms = 9000;
    token_cache_put(cache, &one, &entry, token_cache_epoch(cache));
    require(token_cache_find(cache, &one, &found));
    expect_int_eq(found.recheck_ms, 9000);
    token_cache_close(cache);
}

TEST(token_cache_forgets_a_family_and_an_employee)
{
    struct token_cache *cache = token_cache_open(1000);
    struct uuid family = uuid_new(), employee = uuid_new();
    struct token_entry entries[] = {entry_of(family, uuid_new()), entry_of(uuid_new(), employee),
                                    entry_of(family, employee), entry_of(uuid_new(), uuid_new())};
    bool kept_after_family[] = {false, true, false, true},
         kept_after_employee[] = {false, false, false, true};
    struct token_digest digests[4];
    struct token_entry found;
    for (int i = 0; i < 4; i++) {
        digests[i] = digest_of(i);
        token_cache_put(cache, &digests[i], &entries[i], token_cache_epoch(cache));
    }
    token_cache_forget(cache, family);
    for (int i = 0; i < 4; i++)
        expect_int_eq(token_cache_find(cache, &digests[i], &found), kept_after_family[i]);
    token_cache_forget(cache, employee);
    for (int i = 0; i < 4; i++)
        expect_int_eq(token_cache_find(cache, &digests[i], &found), kept_after_employee[i]);
    token_cache_close(cache);
}

TEST(token_cache_drops_what_was_verified_before_a_login_ended)
{
    struct token_cache *cache = token_cache_open(1000);
    struct token_digest digest = digest_of(1);
    struct token_entry entry = entry_of(uuid_new(), uuid_new()), found;
    uint64_t epoch = token_cache_epoch(cache);
    token_cache_forget(cache, entry.family_id);
    token_cache_put(cache, &digest, &entry, epoch);
    expect(!token_cache_find(cache, &digest, &found));
    token_cache_close(cache);
}

TEST(token_cache_is_bounded_and_gives_up_what_ends_first)
{
    struct token_cache *cache = token_cache_open(128); /* the least: 32 sets of 4 */
    struct token_entry entry = entry_of(uuid_new(), uuid_new()), found;
    int count = 0, last_found = 0;
    for (int i = 0; i < 5000; i++) {
        struct token_digest digest = digest_of(i);
        entry.expires_ms = 1000 + i;
        token_cache_put(cache, &digest, &entry, token_cache_epoch(cache));
        expect(token_cache_find(cache, &digest, &found));
    }
    for (int i = 0; i < 5000; i++) {
        struct token_digest digest = digest_of(i);
        if (token_cache_find(cache, &digest, &found)) {
            count++;
            last_found += i >= 4000;
        }
    }
    expect_int_eq(count, 128);
    expect_int_eq(last_found, 128);
    token_cache_close(cache);
}
