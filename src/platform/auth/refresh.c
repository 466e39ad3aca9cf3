/* The rule of refresh tokens. */
#include "platform/auth/refresh.h"

enum refresh_verdict refresh_decide(const struct refresh_state *state, int64_t now_ms)
{
    if (!state->is_known)
        return REFRESH_REFUSE;
    if (state->spent_at != REFRESH_NEVER)
        return REFRESH_REVOKE;
    if (state->family_revoked_at != REFRESH_NEVER || state->expires_at <= now_ms ||
        !state->employee_is_active)
        return REFRESH_REFUSE;
    return REFRESH_GRANT;
}
