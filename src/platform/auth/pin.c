/* The keyed hash of a PIN. */
#include "platform/auth/pin.h"

#include <sodium.h>

bool pin_is_valid(struct str pin)
{
    if (pin.len < PIN_LEAST || pin.len > PIN_MOST)
        return false;
    for (size_t i = 0; i < pin.len; i++) {
        if (pin.data[i] < '0' || pin.data[i] > '9')
            return false;
    }
    return true;
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
