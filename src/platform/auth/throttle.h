/* Brakes on guessing and flooding: a token bucket per (kind, subject), the subject being an account or an
 * address.
 *
 * Bounded memory; when a place is needed the fullest bucket of its set is forgotten, the one that holds
 * nobody back, so that a flood of new subjects does not free those who are held. Of this process only.
 * Thread-safe. */
#pragma once
#include "base/str.h"

enum throttle_kind {
    THROTTLE_LOGIN_ADDRESS,
    THROTTLE_LOGIN_ACCOUNT, /* failures only: a login that succeeds is given back */
    THROTTLE_REGISTER_ADDRESS,
    THROTTLE_REFRESH_ADDRESS,
    THROTTLE_PIN_DEVICE, /* failures only, as is the next */
    THROTTLE_PIN_OUTLET,
    THROTTLE_KINDS,
};

struct throttle;

struct throttle *throttle_open(size_t capacity);
void throttle_close(struct throttle *throttle);

/* Takes one from the bucket. 0: go on; otherwise the seconds until there is one again. `now_ms` is monotonic.
 * A NULL throttle lets everything pass. */
int64_t throttle_take(struct throttle *throttle, enum throttle_kind kind, struct str subject, int64_t now_ms);
void throttle_give_back(struct throttle *throttle, enum throttle_kind kind, struct str subject);

/* Who an address stands for: itself, or of IPv6 the /64 that one subscriber has to choose from. Writes to
 * `room`. */
#define THROTTLE_ADDRESS_MAX 64
struct str throttle_address(struct str address, char room[THROTTLE_ADDRESS_MAX]);
