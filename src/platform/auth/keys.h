/* The server's own secrets, from the table server_keys, so that every process of one database has the same.
 */
#pragma once
#include "base/config.h"
#include "platform/auth/pin.h"
#include "platform/auth/token.h"
#include "platform/db/db.h"

struct auth_keys {
    struct signing_keys signing;
    uint8_t pin_secret[PIN_SECRET_BYTES];
};

/* Reads them and makes what is missing; a signing key older than 90 days gets a successor, its tokens stay
 * valid. With config->jwt_secret that one alone signs and verifies. OK or what the database answered. */
enum code keys_load(struct db *db, const struct config *config, struct auth_keys *ret_keys);
