/* A queue under a mutex. The wake-up is sent under the lock, so that it can't hit a loop that is closed. */
#include "platform/http/mailbox.h"

#include <stddef.h>

void mailbox_init(struct mailbox *mailbox)
{
    *mailbox = (struct mailbox){.last = &mailbox->first};
    pthread_mutex_init(&mailbox->mutex, NULL);
}

void mailbox_destroy(struct mailbox *mailbox) { pthread_mutex_destroy(&mailbox->mutex); }

void mailbox_post(struct mailbox *mailbox, struct mail *mail, void (*wake)(void *arg), void *arg)
{
    mail->next = NULL;
    pthread_mutex_lock(&mailbox->mutex);
    bool was_empty = !mailbox->first;
    *mailbox->last = mail;
    mailbox->last = &mail->next;
    if (was_empty && !mailbox->closed)
        wake(arg);
    pthread_mutex_unlock(&mailbox->mutex);
}

struct mail *mailbox_take(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->mutex);
    struct mail *all = mailbox->first;
    mailbox->first = NULL;
    mailbox->last = &mailbox->first;
    pthread_mutex_unlock(&mailbox->mutex);
    return all;
}

void mailbox_close(struct mailbox *mailbox)
{
    pthread_mutex_lock(&mailbox->mutex);
    mailbox->closed = true;
    pthread_mutex_unlock(&mailbox->mutex);
}
