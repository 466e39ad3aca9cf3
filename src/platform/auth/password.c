/* argon2id by libsodium, behind a gate of two places. */
#include "platform/auth/password.h"

#include <errno.h>
#include <sodium.h>

#define PASSES 2
#define MEMORY_BYTES ((size_t)19 * 1024 * 1024)
#define AT_ONCE 2

const struct str PASSWORD_DECOY = STR_INIT(
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGtub3dzIGl0IQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");

void password_gate_open(struct password_gate *gate, size_t waiting_most)
{
    *gate = (struct password_gate){.waiting_most = waiting_most};
    pthread_mutex_init(&gate->lock, NULL);
    pthread_cond_init(&gate->place_free, NULL);
}

void password_gate_close(struct password_gate *gate)
{
    pthread_cond_destroy(&gate->place_free);
    pthread_mutex_destroy(&gate->lock);
}

static bool enter(struct password_gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    bool is_full = gate->running == AT_ONCE && gate->waiting == gate->waiting_most;
    if (!is_full) {
        gate->waiting++;
        while (gate->running == AT_ONCE)
            pthread_cond_wait(&gate->place_free, &gate->lock);
        gate->waiting--;
        gate->running++;
    }
    pthread_mutex_unlock(&gate->lock);
    return !is_full;
}

static void leave(struct password_gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->running--;
    pthread_cond_signal(&gate->place_free);
    pthread_mutex_unlock(&gate->lock);
}

enum code password_hash(struct password_gate *gate, struct arena *arena, struct str password,
                        struct str *ret_hash)
{
    char hash[crypto_pwhash_STRBYTES];
    if (!enter(gate))
        return CODE_OVERLOADED;
    int failed = crypto_pwhash_str_alg(hash, password.data, password.len, PASSES, MEMORY_BYTES,
                                       crypto_pwhash_ALG_ARGON2ID13);
    leave(gate);
    if (failed) /* no memory: the only way it can fail */
        return CODE_OVERLOADED;
    *ret_hash = str_copy(arena, str_of(hash));
    return CODE_OK;
}

enum code password_verify(struct password_gate *gate, struct str password, struct str hash)
{
    struct str against = hash.data ? hash : PASSWORD_DECOY;
    char text[crypto_pwhash_STRBYTES] = {0};
    if (against.len >= sizeof text)
        return CODE_INVALID_CREDENTIALS;
    memcpy(text, against.data, against.len);
    if (!enter(gate))
        return CODE_OVERLOADED;
    errno = 0;
    int failed = crypto_pwhash_str_verify(text, password.data, password.len);
    int reason = errno;
    leave(gate);
    if (failed && reason == ENOMEM)
        return CODE_OVERLOADED;
    return failed || !hash.data ? CODE_INVALID_CREDENTIALS : CODE_OK;
}
