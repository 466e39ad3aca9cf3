/* The id by which a client asks to be recovered. It carries the client's sid and where it began in the log,
 * and says by a MAC that a process with the same key made it: any node can believe it, none has to remember
 * it. */
#pragma once
#include "base/str.h"

#define SIO_SID_BYTES 15 /* random */
#define SIO_SID_TEXT 20  /* base64url */
#define SIO_PID_START_MAX 4096
#define SIO_KEY_BYTES 32

struct sio_recovery_key {
    unsigned char bytes[SIO_KEY_BYTES];
    bool is_set;
};

struct sio_recovery_key sio_recovery_key_of(struct str secret); /* STR_NONE: not set */
struct str sio_sid_make(struct arena *arena);
/* STR_NONE when `start` is too long for one. */
struct str sio_pid_make(const struct sio_recovery_key *key, struct arena *arena, struct str nsp,
                        struct str sid, struct str start);
/* False: not made with this key for this namespace. */
bool sio_pid_read(const struct sio_recovery_key *key, struct arena *arena, struct str nsp, struct str pid,
                  struct str *ret_sid, struct str *ret_start);
