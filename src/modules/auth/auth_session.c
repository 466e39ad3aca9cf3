/* What a login answers, and the brakes before it. */
#include "modules/auth/auth_internal.h"

#include "base/clock.h"
#include "platform/auth/auth.h"
#include "platform/platform.h"

/* ---- Answers ---- */

static const struct json_field USER_FIELDS[] = {
    {"userId", JSON_UUID, 0, offsetof(struct user, user_id)},
    {"employeeId", JSON_UUID, 0, offsetof(struct user, employee_id), .summary = "The same as userId."},
    {"name", JSON_STRING, 0, offsetof(struct user, name)},
    {"email", JSON_EMAIL, JSON_NULLABLE, offsetof(struct user, email)},
    {"role", JSON_ENUM, 0, offsetof(struct user, role), .values = ROLE_NAMES},
    {"businessId", JSON_UUID, 0, offsetof(struct user, business_id)},
    {"outletId", JSON_UUID, 0, offsetof(struct user, outlet_id)},
};

const struct json_schema USER_SCHEMA = JSON_SCHEMA("User", struct user, USER_FIELDS);

struct session {
    struct str access_token, refresh_token;
    int64_t expires_in;
    const struct user *user;
};

static const struct json_field SESSION_FIELDS[] = {
    {"accessToken", JSON_STRING, 0, offsetof(struct session, access_token), .max = 2000},
    {"refreshToken", JSON_STRING, 0, offsetof(struct session, refresh_token),
     .summary = "Good for one refresh; sent a second time it ends the login."},
    {"expiresIn", JSON_INTEGER, 0, offsetof(struct session, expires_in),
     .summary = "Seconds until the access token ends."},
    {"user", JSON_OBJECT, 0, offsetof(struct session, user), .schema = &USER_SCHEMA},
};

const struct json_schema SESSION_SCHEMA = JSON_SCHEMA("Session", struct session, SESSION_FIELDS);

void session_reply(struct request *request, const struct account *account, struct uuid family_id,
                   struct str refresh_token)
{
    struct auth *auth = request->platform->auth;
    struct identity who = {
        .business_id = account->business_id,
        .outlet_id = account->outlet_id,
        .employee_id = account->employee_id,
        .family_id = family_id,
        .role = account->role,
    };
    struct user user = {account->employee_id, account->employee_id, account->business_id,  account->outlet_id,
                        account->name,        account->email,       (int64_t)account->role};
    struct session session = {
        .access_token = auth_issue(auth, request->arena, &who),
        .refresh_token = refresh_token,
        .expires_in = auth->config->access_token_s,
        .user = &user,
    };
    reply(request, &session);
}

/* ---- Brakes ---- */

enum code auth_brake(struct request *request, enum throttle_kind kind, struct str subject)
{
    int64_t wait_s =
        throttle_take(request->platform->auth->throttle, kind, subject, clock_monotonic_ns() / 1000000);
    if (wait_s == 0)
        return CODE_OK;
    request_retry_after(request, wait_s);
    return CODE_TOO_MANY_REQUESTS;
}

enum code auth_brake_address(struct request *request, enum throttle_kind kind)
{
    char room[THROTTLE_ADDRESS_MAX];
    return auth_brake(request, kind, throttle_address(request->address, room));
}

int64_t session_lifetime_ms(const struct request *request)
{
    const struct config *config = request->platform->config;
    int64_t longest_s =
        config->refresh_token_s > config->access_token_s ? config->refresh_token_s : config->access_token_s;
    return longest_s * 1000; /* a family outlives its access tokens: they are refused without it */
}
