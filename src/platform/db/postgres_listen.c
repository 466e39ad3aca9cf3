/* The listener: a connection of its own that hears what other processes tell by db_notify. While it is away
 * things are missed, so each time it is there again anything may have changed. */
#include "base/check.h"
#include "base/clock.h"
#include "base/log.h"
#include "platform/db/postgres.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { FIRST_PAUSE_MS = 100, LONGEST_PAUSE_MS = 5000 };

static bool subscribe(PGconn *pg)
{
    PGresult *result = postgres_execute(pg, "LISTEN tilopos_reference", postgres_deadline(CONNECT_WAIT_MS));
    bool good = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return good;
}

static void tell_all(struct postgres *postgres, PGconn *pg)
{
    PGnotify *notice;
    while ((notice = PQnotifies(pg))) {
        struct uuid business;
        if (!uuid_parse(str_of(notice->extra), &business))
            business = UUID_NIL;
        db_tell(&postgres->db, business);
        PQfreemem(notice);
    }
}

/* False: it shall end. */
static bool listen_once(struct postgres *postgres, bool *ret_was_there)
{
    PGconn *pg = postgres_connect_plain(postgres->url, postgres->stop, &postgres->quiet_until_ns);
    *ret_was_there = pg && subscribe(pg);
    if (*ret_was_there)
        db_tell(&postgres->db, UUID_NIL);
    while (*ret_was_there && postgres_wait(pg, POLLIN, INT64_MAX, postgres->stop)) {
        if (!PQconsumeInput(pg))
            break;
        tell_all(postgres, pg);
    }
    PQfinish(pg);
    struct pollfd polled = {.fd = postgres->stop, .events = POLLIN};
    return poll(&polled, 1, 0) == 0;
}

static void *listener_main(void *argument)
{
    struct postgres *postgres = argument;
    int pause_ms = FIRST_PAUSE_MS;
    bool was_there;
    while (listen_once(postgres, &was_there)) {
        log_warn("db.listener_lost_its_connection");
        pause_ms = was_there                         ? FIRST_PAUSE_MS
                   : pause_ms * 2 < LONGEST_PAUSE_MS ? pause_ms * 2
                                                     : LONGEST_PAUSE_MS;
        struct pollfd polled = {.fd = postgres->stop, .events = POLLIN};
        if (poll(&polled, 1, pause_ms) > 0)
            break;
    }
    return NULL;
}

void postgres_listen(struct db *db)
{
    struct postgres *postgres = (struct postgres *)db;
    if (postgres->listening)
        return;
    postgres->stop = eventfd(0, EFD_CLOEXEC);
    check(postgres->stop >= 0);
    postgres->listening = pthread_create(&postgres->listener, NULL, listener_main, postgres) == 0;
    check(postgres->listening);
}

void postgres_listen_stop(struct postgres *postgres)
{
    if (!postgres->listening)
        return;
    check(write(postgres->stop, &(uint64_t){1}, sizeof(uint64_t)) == sizeof(uint64_t));
    pthread_join(postgres->listener, NULL);
    close(postgres->stop);
    postgres->listening = false;
}
