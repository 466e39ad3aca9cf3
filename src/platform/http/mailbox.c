/* A queue under a mutex. Who finds it empty wakes the loop, without the lock: it would run straight into it.
 */
#include "platform/http/mailbox.h"

#include "base/check.h"

#include <stddef.h>
#include <sys/eventfd.h>
#include <unistd.h>

void mailbox_init(struct mailbox *mailbox)
{
    *mailbox = (struct mailbox){.last = &mailbox->first, .event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    check(mailbox->event >= 0);
    pthread_mutex_init(&mailbox->mutex, NULL);
}

void mailbox_destroy(struct mailbox *mailbox)
{
    pthread_mutex_destroy(&mailbox->mutex);
    close(mailbox->event);
}

static bool post(struct mailbox *mailbox, struct mail *mail, bool even_when_closed)
{
    pthread_mutex_lock(&mailbox->mutex);
    bool takes = even_when_closed || !mailbox->closed;
    bool was_empty = !mailbox->first;
    if (takes) {
        mail->next = NULL;
        *mailbox->last = mail;
        mailbox->last = &mail->next;
    }
    pthread_mutex_unlock(&mailbox->mutex);
    if (takes && was_empty)
        check(eventfd_write(mailbox->event, 1) == 0);
    return takes;
}

void mailbox_post(struct mailbox *mailbox, struct mail *mail) { post(mailbox, mail, true); }
bool mailbox_try_post(struct mailbox *mailbox, struct mail *mail) { return post(mailbox, mail, false); }

struct mail *mailbox_take(struct mailbox *mailbox)
{
    eventfd_t wakes;
    (void)eventfd_read(mailbox->event, &wakes); /* before the look: what is posted after it wakes again */
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
