/* pid = base64url(mac[16] sid[20] start), mac = HMAC-SHA-256(key, nsp 0 sid start), cut to 16 bytes. */
#include "platform/socketio/sio_recovery.h"

#include "base/check.h"

#include <sodium.h>

#define MAC_BYTES ((size_t)16)

struct sio_recovery_key sio_recovery_key_of(struct str secret)
{
    struct sio_recovery_key key = {.is_set = secret.data != NULL};
    if (key.is_set) {
        check(secret.len >= 16);
        static const unsigned char USE[] = "socket.io recovery";
        crypto_auth_hmacsha256_state state;
        crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret.data, secret.len);
        crypto_auth_hmacsha256_update(&state, USE, sizeof USE);
        crypto_auth_hmacsha256_final(&state, key.bytes);
    }
    return key;
}

struct str sio_sid_make(struct arena *arena)
{
    unsigned char bytes[SIO_SID_BYTES];
    randombytes_buf(bytes, sizeof bytes);
    return str_base64url(arena, bytes, sizeof bytes);
}

static void authenticate(const struct sio_recovery_key *key, struct str nsp, struct str content,
                         unsigned char ret_mac[crypto_auth_hmacsha256_BYTES])
{
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, key->bytes, sizeof key->bytes);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)nsp.data, nsp.len);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)"", 1);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)content.data, content.len);
    crypto_auth_hmacsha256_final(&state, ret_mac);
}

struct str sio_pid_make(const struct sio_recovery_key *key, struct arena *arena, struct str nsp,
                        struct str sid, struct str start)
{
    check(key->is_set && sid.len == SIO_SID_TEXT);
    if (start.len > SIO_PID_START_MAX)
        return STR_NONE;
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    size_t len = MAC_BYTES + sid.len + start.len;
    char *bytes = arena_alloc(arena, len);
    memcpy(bytes + MAC_BYTES, sid.data, sid.len);
    if (start.len > 0)
        memcpy(bytes + MAC_BYTES + sid.len, start.data, start.len);
    authenticate(key, nsp, (struct str){bytes + MAC_BYTES, len - MAC_BYTES}, mac);
    memcpy(bytes, mac, MAC_BYTES);
    return str_base64url(arena, bytes, len);
}

bool sio_pid_read(const struct sio_recovery_key *key, struct arena *arena, struct str nsp, struct str pid,
                  struct str *ret_sid, struct str *ret_start)
{
    struct str bytes;
    unsigned char mac[crypto_auth_hmacsha256_BYTES];
    if (!key->is_set || pid.len > 2 * SIO_PID_START_MAX || !str_unbase64url(arena, pid, &bytes) ||
        bytes.len < MAC_BYTES + SIO_SID_TEXT)
        return false;
    struct str content = {bytes.data + MAC_BYTES, bytes.len - MAC_BYTES};
    authenticate(key, nsp, content, mac);
    if (sodium_memcmp(mac, bytes.data, MAC_BYTES) != 0)
        return false;
    *ret_sid = (struct str){content.data, SIO_SID_TEXT};
    *ret_start = (struct str){content.data + SIO_SID_TEXT, content.len - SIO_SID_TEXT};
    return true;
}
