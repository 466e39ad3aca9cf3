/* Every outcome that a client can be told of: its name on the wire, its HTTP status and its title. One table.
 *
 * A function that can be refused answers an `enum code`; CODE_OK is 0, so `if (code) return code;` reads
 * well. RETRY never reaches a client: it asks the transaction runner to run the closure again. */
#pragma once

#define CODES(X)                                                                         \
    X(OK, 200, "OK")                                                                     \
    X(MALFORMED_REQUEST, 400, "The request is not well-formed")                          \
    X(VALIDATION_FAILED, 400, "Some fields are not valid")                               \
    X(UNAUTHORIZED, 401, "A valid access token is needed")                               \
    X(INVALID_CREDENTIALS, 401, "The e-mail or password is wrong")                       \
    X(TOKEN_REUSED, 401, "This refresh token was already used; log in again")            \
    X(FORBIDDEN, 403, "Your role may not do this")                                       \
    X(EMPLOYEE_MISMATCH, 403, "employeeId is not the token's employee")                  \
    X(OVERRIDE_REQUIRED, 403, "A supervisor must approve this")                          \
    X(REGISTRATION_CLOSED, 403, "Registration is closed on this server")                 \
    X(NOT_FOUND, 404, "Not found")                                                       \
    X(METHOD_NOT_ALLOWED, 405, "This method is not offered here")                        \
    X(REQUEST_TIMEOUT, 408, "The request took too long to arrive")                       \
    X(CONFLICT, 409, "It conflicts with what is stored")                                 \
    X(EMAIL_TAKEN, 409, "This e-mail is already in use")                                 \
    X(SHIFT_ALREADY_OPEN, 409, "You already have an open shift in this outlet")          \
    X(SHIFT_CLOSED, 409, "The shift is closed")                                          \
    X(INVALID_STATUS, 409, "It can't go there from its present status")                  \
    X(REQUEST_IN_FLIGHT, 409, "A request with this Idempotency-Key is still running")    \
    X(BODY_TOO_LARGE, 413, "The body is larger than this call takes")                    \
    X(URI_TOO_LONG, 414, "The address is too long")                                      \
    X(UNSUPPORTED_MEDIA_TYPE, 415, "The body is of another type than this call takes")   \
    X(IDEMPOTENCY_KEY_REUSED, 422, "This Idempotency-Key was used with another request") \
    X(SHIFT_NOT_OPEN, 422, "The shift is not open")                                      \
    X(INSUFFICIENT_STOCK, 422, "There is not enough stock")                              \
    X(PRODUCT_INACTIVE, 422, "A product is not for sale")                                \
    X(MODIFIER_RULE, 422, "The modifiers break a rule of the product")                   \
    X(DISCOUNT_TOO_LARGE, 422, "A discount is larger than what it is taken from")        \
    X(INVALID_PAYMENT, 422, "The payments do not fit the total")                         \
    X(INSUFFICIENT_POINTS, 422, "The customer has too few points")                       \
    X(REFUND_EXCEEDS_SOLD, 422, "More would be refunded than was sold")                  \
    X(AMOUNT_TOO_LARGE, 422, "An amount is too large to be computed")                    \
    X(SPLIT_MISMATCH, 422, "The parts are not the bill")                                 \
    X(TOO_MANY_REQUESTS, 429, "Too many requests; try again later")                      \
    X(HEADERS_TOO_LARGE, 431, "The header block is too large")                           \
    X(INTERNAL, 500, "The server failed; the request id tells us where")                 \
    X(NOT_IMPLEMENTED, 501, "This method is not known")                                  \
    X(UNAVAILABLE, 503, "A needed part is down; try again shortly")                      \
    X(STORAGE_FULL, 503, "The disk is full; nothing was stored")                         \
    X(OVERLOADED, 503, "Too much is waiting; try again shortly")                         \
    X(TIMED_OUT, 503, "The database took too long; try again shortly")                   \
    X(RETRY, 503, "Run again")

enum code {
#define X(name, status, title) CODE_##name,
    CODES(X)
#undef X
        CODE_COUNT
};

const char *code_name(enum code code);  /* "SHIFT_NOT_OPEN" */
int code_status(enum code code);        /* the HTTP status */
const char *code_title(enum code code); /* one sentence, English */
