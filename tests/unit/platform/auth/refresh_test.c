/* The rule of refresh tokens as a table. */
#include "platform/auth/refresh.h"
#include "test.h"

#define NOW 1000000
#define NEVER REFRESH_NEVER

TEST(refresh_is_granted_once)
{
    const struct {
        const char *what;
        struct refresh_state state; /* known, expires, spent, family revoked, employee active */
        enum refresh_verdict verdict;
    } cases[] = {
        {"fresh", {true, NOW + 1, NEVER, NEVER, true}, REFRESH_GRANT},
        {"unknown", {false, 0, 0, 0, false}, REFRESH_REFUSE},
        {"at its end", {true, NOW, NEVER, NEVER, true}, REFRESH_REFUSE},
        {"past", {true, NOW - 1, NEVER, NEVER, true}, REFRESH_REFUSE},
        {"revoked", {true, NOW + 1, NEVER, NOW - 5, true}, REFRESH_REFUSE},
        {"dismissed", {true, NOW + 1, NEVER, NEVER, false}, REFRESH_REFUSE},
        {"reused", {true, NOW + 1, NOW - 5, NEVER, true}, REFRESH_REVOKE},
        {"reused at once", {true, NOW + 1, NOW, NEVER, true}, REFRESH_REVOKE},
        {"reused when past", {true, NOW - 1, NOW - 5, NEVER, true}, REFRESH_REVOKE},
        {"reused when revoked", {true, NOW + 1, NOW - 5, NOW - 3, true}, REFRESH_REVOKE},
        {"reused by a dismissed", {true, NOW + 1, NOW - 5, NEVER, false}, REFRESH_REVOKE},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i].what);
        expect_int_eq(refresh_decide(&cases[i].state, NOW), cases[i].verdict);
    }
}
