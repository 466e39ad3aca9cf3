/* A queue under a mutex. The wake-up is sent under the lock, so that it can't hit a loop that is closed. */
#include "platform/http/mailbox.h"

#include <stddef.h>

void mailbox_init(struct mailbox *mailbox)
{
    *mailbox = (struct mailbox){.last = &mailbox->first};
    pthread_mutex_init(&mailbox->mutex, NULL);
}

void mailbox_destroy(struct mailbox *mailbox) { pthread_mutex_destroy(&mailbox->mutex); }

/* Under the lock. */
static bool append(struct mailbox *mailbox, struct mail *mail)
{
    bool was_empty = !mailbox->first;
    mail->next = NULL;
    *mailbox->last = mail;
    mailbox->last = &mail->next;
    return was_empty;
}

void mailbox_post(struct mailbox *mailbox, struct mail *mail, void (*wake)(void *arg), void *arg)
{
    pthread_mutex_lock(&mailbox->mutex);
    if (append(mailbox, mail) && !mailbox->closed)
        wake(arg);
    pthread_mutex_unlock(&mailbox->mutex);
}

bool mailbox_try_post(struct mailbox *mailbox, struct mail *mail, void (*wake)(void *arg), void *arg)
{
    pthread_mutex_lock(&mailbox->mutex);
    bool takes = !mailbox->closed;
    if (takes && append(mailbox, mail))
        wake(arg);
    pthread_mutex_unlock(&mailbox->mutex);
    return takes;
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
