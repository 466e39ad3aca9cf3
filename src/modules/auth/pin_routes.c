/* POST /auth/pin: another employee takes over a till that is logged in. The brakes on guessing PINs, which
 * this and /auth/override share: few wrong ones a device, and because a device's name is only what the
 * client says, not many more an outlet. */
#include "modules/auth/auth_internal.h"

#include "platform/auth/auth.h"
#include "platform/platform.h"

struct pin_login {
    struct str pin;
};

static const struct json_field PIN_LOGIN_FIELDS[] = {
    {"pin", JSON_STRING, JSON_REQUIRED | JSON_WRITE_ONLY, offsetof(struct pin_login, pin), .min = PIN_LEAST,
     .max = PIN_MOST, .wrong = pin_wrong, .summary = "Four to eight digits."},
};

const struct json_schema PIN_LOGIN_SCHEMA = JSON_SCHEMA("PinLogin", struct pin_login, PIN_LOGIN_FIELDS);

/* ---- Brakes ---- */

/* The name that a till gives itself, else what its browser does. */
static struct str device_of(const struct request *request)
{
    struct str id = request_header(request, "X-Device-Id");
    return id.len > 0 ? id : request_header(request, "User-Agent");
}

enum code pin_brake(struct request *request, struct pin_attempt *ret_attempt)
{
    struct throttle *throttle = request->platform->auth->throttle;
    char room[THROTTLE_ADDRESS_MAX];
    struct str address = throttle_address(request->address, room), device = device_of(request);
    struct str outlet = uuid_str(request->arena, request->who.outlet_id);
    struct buf subject = buf_make(request->arena, 128, outlet.len + address.len + device.len + 2);
    buf_put(&subject, outlet);
    buf_put_char(&subject, ' ');
    buf_put(&subject, address);
    buf_put_char(&subject, ' ');
    buf_put(&subject, device);
    *ret_attempt = (struct pin_attempt){buf_str(&subject), outlet};
    enum code code = auth_brake(request, THROTTLE_PIN_DEVICE, ret_attempt->device);
    if (code)
        return code;
    code = auth_brake(request, THROTTLE_PIN_OUTLET, ret_attempt->outlet);
    if (code)
        throttle_give_back(throttle, THROTTLE_PIN_DEVICE, ret_attempt->device);
    return code;
}

void pin_right(struct request *request, const struct pin_attempt *attempt)
{
    struct throttle *throttle = request->platform->auth->throttle;
    throttle_give_back(throttle, THROTTLE_PIN_DEVICE, attempt->device);
    throttle_give_back(throttle, THROTTLE_PIN_OUTLET, attempt->outlet);
}

/* ---- The login ---- */

struct pin_logging_in {
    struct pin_key key;
    struct account account;
    struct login login;
};

static enum code store_login(struct request *request, struct db_tx *tx, void *arg)
{
    struct pin_logging_in *logging_in = arg;
    if (!account_find_by_pin(tx, &logging_in->key, request->who.outlet_id, false, &logging_in->account))
        return request_refuse(request, CODE_INVALID_CREDENTIALS, STR("pin"),
                              STR("is nobody's in this outlet"), STR_NONE);
    logging_in->login =
        login_begin(tx, logging_in->account.employee_id, request->received_ms, session_lifetime_ms(request));
    return CODE_OK;
}

enum code auth_log_in_by_pin(struct request *request)
{
    const struct pin_login *body = request->body;
    struct pin_attempt attempt;
    enum code code = pin_brake(request, &attempt);
    if (code)
        return code;
    struct pin_logging_in logging_in = {
        .key = pin_key(request->platform->auth->pin_secret, request->who.business_id, body->pin)};
    code = request_write(request, store_login, &logging_in);
    if (code)
        return code;
    pin_right(request, &attempt);
    session_reply(request, &logging_in.account, logging_in.login.family_id, logging_in.login.refresh_token);
    return CODE_OK;
}
