/* A server with a few odd routes over the real HTTP platform, to be driven by hand or by load generators.
 *
 *     http_echo_server [PORT [DATABASE-URL]]      ends on SIGTERM or SIGINT */
#include "base/config.h"
#include "base/log.h"
#include "echo_routes.h"
#include "platform/db/db.h"
#include "platform/platform.h"

#include <signal.h>

int main(int argc, char **argv)
{
    static struct config config; /* its values live as long as the process */
    if (!config_load(&config, &argc, argv))
        return 1;
    log_setup(str_eq(config.log_level, STR("error")) ? LOG_ERROR : LOG_INFO, false);
    int64_t port = 0;
    if (argc > 1)
        str_parse_int(str_of(argv[1]), &port);
    config.port = port;
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    pthread_sigmask(SIG_BLOCK, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);
    struct platform platform = {.config = &config};
    if (argc > 2)
        platform.db =
            db_open(&(struct db_options){.url = str_of(argv[2]), .connections = 2, .migrate = true});
    const struct route *groups[] = {ECHO_ROUTES};
    const char *names[] = {"echo"};
    struct http_server *server =
        http_server_start(&(struct http_options){.config = &config,
                                                 .platform = &platform,
                                                 .routes = {groups, names, 1},
                                                 .authenticate = echo_authenticate,
                                                 .authenticate_cached = echo_authenticate_cached,
                                                 .ready = echo_is_ready});
    if (!server)
        return 1;
    int signal_number;
    sigwait(&stop, &signal_number);
    bool stopped = http_server_stop(server);
    if (stopped && platform.db)
        db_close(platform.db);
    return stopped ? 0 : 1;
}
