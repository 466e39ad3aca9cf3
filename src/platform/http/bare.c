/* The least that http_server_start wants: nobody may log in, it is always ready. */
#include "platform/http/bare.h"

#include "platform/platform.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

static enum code no_login(struct platform *platform, struct str token, struct identity *ret_who)
{
    (void)platform, (void)token, (void)ret_who;
    return CODE_UNAUTHORIZED;
}

static bool no_login_cached(struct platform *platform, struct str token, struct identity *ret_who)
{
    (void)platform, (void)token, (void)ret_who;
    return false;
}

static bool is_ready(struct platform *platform, struct str *ret_degraded, size_t max, size_t *ret_count)
{
    (void)platform, (void)ret_degraded, (void)max;
    *ret_count = 0;
    return true;
}

static sigset_t ending(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    return set;
}

void bare_signals(void)
{
    sigset_t blocked = ending();
    sigaddset(&blocked, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &blocked, NULL);
}

struct http_server *bare_start(const struct config *config, const struct http_endpoint *const *endpoints,
                               size_t count)
{
    static struct platform platform;
    platform.config = config;
    return http_server_start(&(struct http_options){.config = config,
                                                    .platform = &platform,
                                                    .endpoints = endpoints,
                                                    .endpoint_count = count,
                                                    .authenticate = no_login,
                                                    .authenticate_cached = no_login_cached,
                                                    .ready = is_ready});
}

void bare_wait(void)
{
    sigset_t set = ending();
    int number;
    sigwait(&set, &number);
}

void bare_stop(struct http_server *server)
{
    if (!http_server_stop(server))
        _exit(1);
}
