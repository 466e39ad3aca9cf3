/* The one way into a loop thread: any thread posts, the loop takes all that is there when `event` is
 * readable. An eventfd of its own and not uv_async_send: libuv's loop waits, turning round in sched_yield,
 * until the sender has returned from it, and the sender has often just lost its core to that very loop. */
#pragma once
#include <pthread.h>
#include <stdbool.h>

struct mail {
    struct mail *next;
    void (*deliver)(struct mail *mail); /* on the loop thread */
    void (*discard)(struct mail *mail); /* instead, when the loop has ended; may be NULL */
};

struct mailbox {
    pthread_mutex_t mutex;
    struct mail *first, **last;
    int event;   /* an eventfd, readable when there may be mail */
    bool closed; /* nobody takes mail any more; it is kept for mailbox_take at the end */
};

void mailbox_init(struct mailbox *mailbox);
void mailbox_destroy(struct mailbox *mailbox);
void mailbox_post(struct mailbox *mailbox, struct mail *mail);
/* False: it is closed, and the mail is the caller's as before. */
bool mailbox_try_post(struct mailbox *mailbox, struct mail *mail);
struct mail *mailbox_take(struct mailbox *mailbox); /* a list by `next`, oldest first */
void mailbox_close(struct mailbox *mailbox);
