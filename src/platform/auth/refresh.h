/* The rule of refresh tokens. Every token is good for one refresh; the tokens that came from one login are a
 * family. A token that comes a second time was stolen, or its thief was faster: the whole family ends. Pure.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define REFRESH_NEVER INT64_MIN /* an instant that has not come, as a NULL column reads */

struct refresh_state {
    bool is_known;             /* the token has a row, and its family */
    int64_t expires_at;        /* of the token; ms */
    int64_t spent_at;          /* REFRESH_NEVER: not spent */
    int64_t family_revoked_at; /* REFRESH_NEVER: alive */
    bool employee_is_active;
};

enum refresh_verdict {
    REFRESH_GRANT,
    REFRESH_REFUSE, /* unknown, expired, revoked, or its employee was dismissed */
    REFRESH_REVOKE, /* reused: end the family */
};

enum refresh_verdict refresh_decide(const struct refresh_state *state, int64_t now_ms);
