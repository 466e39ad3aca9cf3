/* /auth: registration, logins, and who one is. */
#include "modules/auth/auth_internal.h"

#include "platform/auth/auth.h"
#include "platform/platform.h"

/* ---- Bodies ---- */

struct registration_body {
    struct str business_name, owner_name, email, password, currency, timezone;
};

static const struct json_field REGISTRATION_FIELDS[] = {
    {"businessName", JSON_STRING, JSON_REQUIRED, offsetof(struct registration_body, business_name), .min = 1,
     .max = 100},
    {"ownerName", JSON_STRING, JSON_REQUIRED, offsetof(struct registration_body, owner_name), .min = 1,
     .max = 100},
    {"email", JSON_EMAIL, JSON_REQUIRED, offsetof(struct registration_body, email)},
    {"password", JSON_STRING, JSON_REQUIRED | JSON_WRITE_ONLY, offsetof(struct registration_body, password),
     .min = PASSWORD_LEAST, .max = PASSWORD_MOST},
    {"currency", JSON_STRING, 0, offsetof(struct registration_body, currency), .min = 3, .max = 3,
     .summary = "ISO 4217; IDR when left out.", .wrong = currency_wrong},
    {"timezone", JSON_ZONE, 0, offsetof(struct registration_body, timezone),
     .summary = "Asia/Jakarta when left out."},
};

static const struct json_schema REGISTRATION =
    JSON_SCHEMA("Registration", struct registration_body, REGISTRATION_FIELDS);

struct credentials {
    struct str email, password;
};

static const struct json_field CREDENTIALS_FIELDS[] = {
    {"email", JSON_EMAIL, JSON_REQUIRED, offsetof(struct credentials, email)},
    {"password", JSON_STRING, JSON_REQUIRED | JSON_WRITE_ONLY, offsetof(struct credentials, password),
     .min = 1, .max = PASSWORD_MOST},
};

static const struct json_schema CREDENTIALS =
    JSON_SCHEMA("Credentials", struct credentials, CREDENTIALS_FIELDS);

struct refresh_body {
    struct str token;
};

static const struct json_field REFRESH_FIELDS[] = {
    {"refreshToken", JSON_STRING, JSON_REQUIRED | JSON_WRITE_ONLY, offsetof(struct refresh_body, token),
     .min = 1, .max = 200},
};

static const struct json_schema REFRESH = JSON_SCHEMA("Refresh", struct refresh_body, REFRESH_FIELDS);

/* ---- Register ---- */

struct registering {
    struct request *request;
    struct registration registration;
    struct registered registered;
    struct login login;
};

static enum code store_registration(struct db_tx *tx, void *arg)
{
    struct registering *registering = arg;
    struct request *request = registering->request;
    enum code code =
        business_register(request->platform, tx, &registering->registration, &registering->registered);
    if (!code)
        registering->login = login_begin(tx, registering->registered.owner_id, request->received_ms,
                                         session_lifetime_ms(request));
    return code;
}

static enum code register_business(struct request *request)
{
    const struct registration_body *body = request->body;
    struct platform *platform = request->platform;
    if (str_eq(platform->config->registration, STR("closed")))
        return CODE_REGISTRATION_CLOSED;
    enum code code = auth_brake_address(request, THROTTLE_REGISTER_ADDRESS);
    if (code)
        return code;
    struct registering registering = {.request = request,
                                      .registration = {.business_name = body->business_name,
                                                       .owner_name = body->owner_name,
                                                       .email = body->email,
                                                       .currency = body->currency,
                                                       .timezone = body->timezone,
                                                       .created_at = request->received_ms}};
    code = password_hash(&platform->auth->passwords, request->arena, body->password,
                         &registering.registration.password_hash);
    if (code)
        return code;
    code = db_write(platform->db, uuid_new(), request->arena, store_registration, &registering);
    if (code == CODE_EMAIL_TAKEN ||
        code == CODE_CONFLICT) /* of a new business only the e-mail can be another's */
        return request_refuse(request, CODE_EMAIL_TAKEN, STR("email"), STR("is in use"), STR_NONE);
    if (code)
        return code;
    struct account owner = {
        .business_id = registering.registered.business_id,
        .employee_id = registering.registered.owner_id,
        .outlet_id = registering.registered.outlet_id,
        .name = body->owner_name,
        .email = body->email,
        .role = ROLE_OWNER,
    };
    session_reply(request, &owner, registering.login.family_id, registering.login.refresh_token);
    return CODE_OK;
}

/* ---- Login ---- */

struct logging_in {
    struct request *request;
    struct account account;
    bool is_known;
    struct login login;
};

static enum code find_account(struct db_tx *tx, void *arg)
{
    struct logging_in *logging_in = arg;
    const struct credentials *credentials = logging_in->request->body;
    logging_in->is_known = account_find_by_email(tx, credentials->email, &logging_in->account);
    return CODE_OK;
}

/* The account as it is now: the password was checked outside of the transaction and may have changed since.
 */
static enum code store_login(struct db_tx *tx, void *arg)
{
    struct logging_in *logging_in = arg;
    struct account now;
    if (!account_find(tx, logging_in->account.employee_id, &now) || !now.is_active ||
        !str_eq(now.password_hash, logging_in->account.password_hash))
        return CODE_INVALID_CREDENTIALS;
    logging_in->account = now;
    logging_in->login = login_begin(tx, now.employee_id, logging_in->request->received_ms,
                                    session_lifetime_ms(logging_in->request));
    return CODE_OK;
}

static enum code log_in(struct request *request)
{
    const struct credentials *credentials = request->body;
    struct platform *platform = request->platform;
    enum code code = auth_brake_address(request, THROTTLE_LOGIN_ADDRESS);
    if (!code)
        code = auth_brake(request, THROTTLE_LOGIN_ACCOUNT, credentials->email);
    if (code)
        return code;
    struct logging_in logging_in = {.request = request};
    code = db_read(platform->db, UUID_NIL, request->arena, find_account, &logging_in);
    if (code)
        return code;
    struct str hash = logging_in.is_known ? logging_in.account.password_hash : STR_NONE;
    code = password_verify(&platform->auth->passwords, credentials->password, hash);
    if (code)
        return code;
    code = db_write(platform->db, logging_in.account.business_id, request->arena, store_login, &logging_in);
    if (code)
        return code;
    throttle_give_back(platform->auth->throttle, THROTTLE_LOGIN_ACCOUNT, credentials->email);
    session_reply(request, &logging_in.account, logging_in.login.family_id, logging_in.login.refresh_token);
    return CODE_OK;
}

/* ---- Refresh ---- */

struct refreshing {
    struct request *request;
    struct str token_hash;
    bool is_known;
    struct uuid business_id, family_id;
    enum refresh_verdict verdict;
    struct account account;
    struct str next_token;
};

static enum code find_refresh(struct db_tx *tx, void *arg)
{
    struct refreshing *refreshing = arg;
    refreshing->is_known =
        refresh_find(tx, refreshing->token_hash, &refreshing->business_id, &refreshing->family_id);
    return CODE_OK;
}

/* Answers OK where a family ends, too: that it ended must be stored. */
static enum code store_refresh(struct db_tx *tx, void *arg)
{
    struct refreshing *refreshing = arg;
    struct request *request = refreshing->request;
    struct refresh_state state;
    struct uuid employee_id;
    refresh_read(tx, refreshing->token_hash, refreshing->family_id, &state, &employee_id);
    state.employee_is_active =
        account_find(tx, employee_id, &refreshing->account) && refreshing->account.is_active;
    refreshing->verdict = refresh_decide(&state, request->received_ms);
    if (refreshing->verdict == REFRESH_GRANT)
        return refresh_spend(tx, refreshing->token_hash, refreshing->family_id, request->received_ms,
                             session_lifetime_ms(request), &refreshing->next_token);
    if (refreshing->verdict == REFRESH_REVOKE) {
        login_end(tx, refreshing->family_id, request->received_ms);
        auth_forget_after_commit(request->platform->auth, tx, refreshing->family_id);
    }
    return CODE_OK;
}

static enum code refresh_refused(struct request *request)
{
    return request_refuse(request, CODE_UNAUTHORIZED, STR("refreshToken"), STR("is not or no longer valid"),
                          STR_NONE);
}

static enum code refresh(struct request *request)
{
    const struct refresh_body *body = request->body;
    struct db *db = request->platform->db;
    enum code code = auth_brake_address(request, THROTTLE_REFRESH_ADDRESS);
    if (code)
        return code;
    struct refreshing refreshing = {.request = request,
                                    .token_hash = refresh_token_hash(request->arena, body->token)};
    code = db_read(db, UUID_NIL, request->arena, find_refresh, &refreshing);
    if (code)
        return code;
    if (!refreshing.is_known)
        return refresh_refused(request);
    code = db_write(db, refreshing.business_id, request->arena, store_refresh, &refreshing);
    if (code)
        return code;
    if (refreshing.verdict == REFRESH_REVOKE)
        return CODE_TOKEN_REUSED;
    if (refreshing.verdict == REFRESH_REFUSE)
        return refresh_refused(request);
    session_reply(request, &refreshing.account, refreshing.family_id, refreshing.next_token);
    return CODE_OK;
}

/* ---- Logout, me ---- */

static enum code store_logout(struct request *request, struct db_tx *tx, void *arg)
{
    (void)arg;
    login_end(tx, request->who.family_id, request->received_ms);
    auth_forget_after_commit(request->platform->auth, tx, request->who.family_id);
    reply_none(request);
    return CODE_OK;
}

static enum code log_out(struct request *request) { return request_write(request, store_logout, NULL); }

static enum code me(struct request *request)
{
    struct cache_ref ref;
    enum code code = directory_of(request, &ref);
    if (code)
        return code;
    const struct directory_employee *employee = directory_employee(ref.object, request->who.employee_id);
    if (!employee) {
        cache_release(&ref);
        return CODE_UNAUTHORIZED;
    }
    struct user user = {employee->id,   employee->id,    request->who.business_id, employee->outlet_id,
                        employee->name, employee->email, (int64_t)employee->role};
    reply(request, &user);
    cache_release(&ref);
    return CODE_OK;
}

/* ---- The calls ---- */

static const struct route ROUTES[] = {
    {"POST", "/auth/register", 0, ROUTE_PUBLIC, .request = &REGISTRATION, .response = &SESSION_SCHEMA,
     .status = 201, .handler = register_business,
     .summary = "Register a business with one outlet and its owner"},
    {"POST", "/auth/login", 0, ROUTE_PUBLIC, .request = &CREDENTIALS, .response = &SESSION_SCHEMA,
     .status = 200, .handler = log_in, .summary = "Log in by e-mail and password"},
    {"POST", "/auth/refresh", 0, ROUTE_PUBLIC, .request = &REFRESH, .response = &SESSION_SCHEMA,
     .status = 200, .handler = refresh, .summary = "Change a refresh token for new tokens"},
    {"POST", "/auth/pin", ROLES_ALL, 0, .request = &PIN_LOGIN_SCHEMA, .response = &SESSION_SCHEMA,
     .status = 200, .handler = auth_log_in_by_pin,
     .summary = "Log in by PIN on a till that is logged in already"},
    {"POST", "/auth/override", ROLES_SELLERS, 0, .request = &OVERRIDE_REQUEST_SCHEMA,
     .response = &OVERRIDE_SCHEMA, .status = 200, .handler = auth_override,
     .summary = "A supervisor's PIN lets a cashier do one thing once: send the token as X-Override-Token"},
    {"POST", "/auth/logout", ROLES_ALL, 0, .status = 204, .handler = log_out,
     .summary = "End this login: its tokens stop working"},
    {"GET", "/auth/me", ROLES_ALL, 0, .response = &USER_SCHEMA, .status = 200, .handler = me,
     .summary = "Who one is"},
    {0},
};

const struct module AUTH_MODULE = {.name = "auth", .routes = ROUTES};
