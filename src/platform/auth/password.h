/* Passwords: argon2id, 19 MiB and two passes each (the OWASP figure), so that a stolen database is slow to
 * guess.
 *
 * That is 20–40 ms of a core and 19 MiB of memory a time, so at most two run at once and a bounded number
 * waits; the rest is OVERLOADED. Never called inside a transaction. Thread-safe. */
#pragma once
#include "base/arena.h"
#include "base/code.h"
#include "base/str.h"

#include <pthread.h>

#define PASSWORD_LEAST 8 /* code points */
#define PASSWORD_MOST 200

/* A hash that nobody's password has, made with the parameters of all others: what an unknown e-mail is
 * checked against, so that the answer takes as long as for a known one. */
extern const struct str PASSWORD_DECOY;

struct password_gate {
    pthread_mutex_t lock;
    pthread_cond_t place_free;
    size_t running, waiting, waiting_most;
};

void password_gate_open(struct password_gate *gate, size_t waiting_most);
void password_gate_close(struct password_gate *gate);

/* OK or OVERLOADED. */
enum code password_hash(struct password_gate *gate, struct arena *arena, struct str password,
                        struct str *ret_hash);

/* OK, INVALID_CREDENTIALS or OVERLOADED. `hash` absent: does the work of a check and answers
 * INVALID_CREDENTIALS. */
enum code password_verify(struct password_gate *gate, struct str password, struct str hash);
