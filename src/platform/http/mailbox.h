/* The one way into a loop thread: any thread posts, the loop takes all that is there. */
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
    bool closed; /* nobody takes mail any more; it is kept for mailbox_take at the end */
};

void mailbox_init(struct mailbox *mailbox);
void mailbox_destroy(struct mailbox *mailbox);
/* `wake(arg)` is called when the box was empty: under its lock, never after mailbox_close. */
void mailbox_post(struct mailbox *mailbox, struct mail *mail, void (*wake)(void *arg), void *arg);
/* False: it is closed, and the mail is the caller's as before. */
bool mailbox_try_post(struct mailbox *mailbox, struct mail *mail, void (*wake)(void *arg), void *arg);
struct mail *mailbox_take(struct mailbox *mailbox); /* a list by `next`, oldest first */
void mailbox_close(struct mailbox *mailbox);
