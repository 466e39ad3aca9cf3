/* `connect` of the application on workers: a few at once, so that a rush of clients after a restart leaves
 * workers for other requests. A runner works until the queue is empty. */
#include "platform/socketio/sio_joining.h"

#include "base/check.h"

/* A joining, or NULL: then this runner has ended. */
static struct sio_joining *next_joining(struct sio_runner *runner)
{
    struct sio *sio = runner->sio;
    pthread_mutex_lock(&sio->queue_mutex);
    struct sio_joining *joining = sio->queue;
    if (joining)
        sio->queue = joining->next;
    else
        runner->is_running = false;
    if (!sio->queue)
        sio->queue_end = &sio->queue;
    pthread_mutex_unlock(&sio->queue_mutex);
    return joining;
}

static void run(struct work *work)
{
    struct sio_runner *runner = SIO_FROM(work, struct sio_runner, work);
    struct sio *sio = runner->sio;
    for (struct sio_joining *joining; (joining = next_joining(runner));) {
        const struct sio_namespace *space = &sio->namespaces[joining->nsp];
        space->connect(space->arg, &joining->connect);
        eio_post_loop(sio->eio, (size_t)(joining->loop - sio->loops), &joining->mail);
    }
}

/* The server stops: what is in the queue stays there for sio_close. */
static void drop(struct work *work)
{
    struct sio_runner *runner = SIO_FROM(work, struct sio_runner, work);
    pthread_mutex_lock(&runner->sio->queue_mutex);
    runner->is_running = false;
    pthread_mutex_unlock(&runner->sio->queue_mutex);
}

void sio_queue_open(struct sio *sio, size_t at_once)
{
    pthread_mutex_init(&sio->queue_mutex, NULL);
    sio->queue_end = &sio->queue;
    sio->runner_count = at_once;
    sio->runners = calloc(at_once, sizeof *sio->runners);
    check(sio->runners != NULL);
    for (size_t i = 0; i < at_once; i++)
        sio->runners[i] = (struct sio_runner){.work = {.run = run, .drop = drop}, .sio = sio};
}

void sio_queue_close(struct sio *sio)
{
    while (sio->queue) {
        struct sio_joining *joining = sio->queue;
        sio->queue = joining->next;
        sio_joining_free(joining);
    }
    free(sio->runners);
    pthread_mutex_destroy(&sio->queue_mutex);
}

static struct sio_runner *free_runner(struct sio *sio)
{
    for (size_t i = 0; i < sio->runner_count; i++) {
        if (!sio->runners[i].is_running)
            return &sio->runners[i];
    }
    return NULL;
}

bool sio_queue_add(struct sio *sio, struct sio_joining *joining)
{
    pthread_mutex_lock(&sio->queue_mutex);
    struct sio_runner *runner = free_runner(sio);
    bool others_run = false;
    for (size_t i = 0; i < sio->runner_count; i++)
        others_run = others_run || sio->runners[i].is_running;
    bool taken = others_run;
    if (runner && eio_submit(sio->eio, &runner->work))
        taken = runner->is_running = true;
    if (taken) {
        *sio->queue_end = joining;
        sio->queue_end = &joining->next;
    }
    pthread_mutex_unlock(&sio->queue_mutex);
    return taken;
}
