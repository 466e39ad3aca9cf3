/* The keyed hash of a PIN. */
#include "platform/auth/pin.h"

#include <sodium.h>

const char *pin_wrong(struct str pin)
{
    bool is_pin = pin.len >= PIN_LEAST && pin.len <= PIN_MOST;
    for (size_t i = 0; i < pin.len; i++)
        is_pin = is_pin && pin.data[i] >= '0' && pin.data[i] <= '9';
    return is_pin ? NULL : "must be 4 to 8 digits";
}

struct pin_key pin_key(const uint8_t secret[PIN_SECRET_BYTES], struct uuid business, struct str pin)
{
    struct pin_key key;
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, secret, PIN_SECRET_BYTES);
    crypto_auth_hmacsha256_update(&state, business.bytes, sizeof business.bytes);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)pin.data, pin.len);
    crypto_auth_hmacsha256_final(&state, key.bytes);
    return key;
}
