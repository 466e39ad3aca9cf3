/* Starts the server with the echo routes, and talks to it in raw bytes. */
#include "server_kit.h"

#include "base/log.h"
#include "echo_routes.h"
#include "test.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MAX ((size_t)16 * 1024 * 1024)

struct config kit_config;
int64_t kit_loops;
struct platform kit_platform = {.config = &kit_config};

struct http_server *kit_start(void)
{
    static const struct route *const groups[] = {ECHO_ROUTES};
    static const char *const names[] = {"echo"};
    log_setup(LOG_ERROR + 1, false);
    kit_config = (struct config){.host = STR("127.0.0.1"),
                                 .http_threads = kit_loops ? kit_loops : 2,
                                 .worker_threads = 4,
                                 .max_connections = 1000,
                                 .header_timeout_ms = 5000,
                                 .request_timeout_ms = 5000,
                                 .keep_alive_ms = 5000,
                                 .drain_timeout_ms = 5000,
                                 .body_limit = 1000};
    kit_loops = 0;
    return http_server_start(&(struct http_options){.config = &kit_config,
                                                    .platform = &kit_platform,
                                                    .routes = {groups, names, 1},
                                                    .authenticate = echo_authenticate,
                                                    .authenticate_cached = echo_authenticate_cached,
                                                    .ready = echo_is_ready});
}

int kit_connect_to(const struct http_server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)http_server_port(server)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &(struct timeval){.tv_sec = 20}, sizeof(struct timeval));
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

void kit_put(int fd, struct str bytes)
{
    while (bytes.len > 0) {
        ssize_t sent = send(fd, bytes.data, bytes.len, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes = (struct str){bytes.data + sent, bytes.len - (size_t)sent};
    }
}

/* All until the server closes. */
struct str kit_take_all(int fd)
{
    struct buf text = buf_make(test_arena(), 4096, ANSWER_MAX);
    char piece[16384];
    for (ssize_t len; (len = recv(fd, piece, sizeof piece, 0)) > 0;)
        buf_put(&text, (struct str){piece, (size_t)len});
    close(fd);
    return buf_str(&text);
}

struct str kit_ask(const struct http_server *server, struct str bytes)
{
    int fd = kit_connect_to(server);
    kit_put(fd, bytes);
    return kit_take_all(fd);
}

/* "200 404 …": the statuses of all answers in a text. */
struct str kit_statuses(struct str text)
{
    struct buf out = buf_make(test_arena(), 256, 65536);
    for (size_t i = 0; i + 12 <= text.len; i++) {
        if (memcmp(text.data + i, "HTTP/1.1 ", 9) != 0)
            continue;
        if (out.len > 0)
            buf_put_char(&out, ' ');
        buf_put(&out, (struct str){text.data + i + 9, 3});
    }
    return buf_str(&out);
}

bool kit_contains(struct str text, const char *part)
{
    return memmem(text.data, text.len, part, strlen(part)) != NULL;
}
