/* The whole server over real sockets: what clients send in odd pieces, and what they get. */
#include "base/config.h"
#include "base/log.h"
#include "echo_routes.h"
#include "platform/http/request.h"
#include "platform/platform.h"
#include "test.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HOST "Host: shop.test\r\n"
#define OWNER "Authorization: Bearer owner\r\n"
#define JSON "Content-Type: application/json\r\n"
#define CLOSE "Connection: close\r\n"
#define ANSWER_MAX ((size_t)16 * 1024 * 1024)

static struct config config;
static struct platform platform = {.config = &config};

static struct http_server *start(void)
{
    static const struct route *const groups[] = {ECHO_ROUTES};
    static const char *const names[] = {"echo"};
    log_setup(LOG_ERROR + 1, false);
    config = (struct config){.host = STR("127.0.0.1"),
                             .http_threads = 2,
                             .worker_threads = 4,
                             .max_connections = 1000,
                             .header_timeout_ms = 5000,
                             .request_timeout_ms = 5000,
                             .keep_alive_ms = 5000,
                             .drain_timeout_ms = 5000,
                             .body_limit = 1000};
    return http_server_start(&(struct http_options){.config = &config,
                                                    .platform = &platform,
                                                    .routes = {groups, names, 1},
                                                    .authenticate = echo_authenticate,
                                                    .authenticate_cached = echo_authenticate_cached,
                                                    .ready = echo_is_ready});
}

static int connect_to(const struct http_server *server)
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

static void put(int fd, struct str bytes)
{
    while (bytes.len > 0) {
        ssize_t sent = send(fd, bytes.data, bytes.len, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes = (struct str){bytes.data + sent, bytes.len - (size_t)sent};
    }
}

/* All until the server closes. */
static struct str take_all(int fd)
{
    struct buf text = buf_make(test_arena(), 4096, ANSWER_MAX);
    char piece[16384];
    for (ssize_t len; (len = recv(fd, piece, sizeof piece, 0)) > 0;)
        buf_put(&text, (struct str){piece, (size_t)len});
    close(fd);
    return buf_str(&text);
}

static struct str ask(const struct http_server *server, struct str bytes)
{
    int fd = connect_to(server);
    put(fd, bytes);
    return take_all(fd);
}

/* "200 404 …": the statuses of all answers in a text. */
static struct str statuses(struct str text)
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

static bool contains(struct str text, const char *part)
{
    return memmem(text.data, text.len, part, strlen(part)) != NULL;
}

#define GET(path, more) "GET " path " HTTP/1.1\r\n" HOST more "\r\n"
#define POST_NOTE                                     \
    "POST /api/v1/notes HTTP/1.1\r\n" HOST OWNER JSON \
    "Content-Length: 26\r\n\r\n{\"text\":\"tea\",\"amount\":15}"
#define POST_CHUNKED                                                                       \
    "POST /api/v1/notes HTTP/1.1\r\n" HOST OWNER JSON "Transfer-Encoding: chunked\r\n\r\n" \
    "8\r\n{\"text\":\r\n11;x=y\r\n\"tea\",\"amount\":15\r\n1\r\n}\r\n0\r\nX: y\r\n\r\n"

TEST(server_reads_requests_cut_anywhere)
{
    struct http_server *server = start();
    require(server != NULL);
    struct str bytes = STR(POST_NOTE POST_CHUNKED GET("/api/v1/notes?limit=1", OWNER) GET("/healthz", CLOSE));
    for (size_t cut = 0; cut <= bytes.len; cut++) {
        test_note("cut at %zu", cut);
        int fd = connect_to(server);
        put(fd, (struct str){bytes.data, cut});
        put(fd, (struct str){bytes.data + cut, bytes.len - cut});
        expect_str_eq(statuses(take_all(fd)), STR("201 201 200 200"));
    }
    test_note("byte by byte");
    int fd = connect_to(server);
    for (size_t i = 0; i < bytes.len; i++)
        put(fd, (struct str){bytes.data + i, 1});
    expect_str_eq(statuses(take_all(fd)), STR("201 201 200 200"));
    expect(http_server_stop(server));
}

TEST(server_answers_pipelined_requests_in_order)
{
    struct http_server *server = start();
    require(server != NULL);
    struct buf bytes = buf_make(test_arena(), 65536, 1 << 20), expected = buf_make(test_arena(), 4096, 65536);
    for (int i = 0; i < 300; i++) {
        static const struct {
            const char *request, *status;
        } kinds[] = {{GET("/healthz", ""), "200 "},
                     {GET("/none", ""), "404 "},
                     {POST_NOTE, "201 "},
                     {GET("/api/v1/cached?limit=200", OWNER), "200 "},
                     {GET("/api/v1/slow?ms=1", ""), "204 "}};
        buf_put(&bytes, str_of(kinds[i % 5].request));
        buf_put(&expected, str_of(kinds[i % 5].status));
    }
    buf_put(&bytes, STR(GET("/healthz", CLOSE)));
    buf_put(&expected, STR("200"));
    expect_str_eq(statuses(ask(server, buf_str(&bytes))), buf_str(&expected));
    expect(http_server_stop(server));
}

TEST(server_answers_by_the_contract)
{
    static const struct {
        const char *name, *request, *statuses, *holds;
    } cases[] = {
        {"HEAD", "HEAD /healthz HTTP/1.1\r\n" HOST CLOSE "\r\n", "200", "Content-Length: 15\r\n"},
        {"old version", "GET /healthz HTTP/1.0\r\n\r\n", "200", "Connection: close"},
        {"whole address", GET("http://other.test/healthz", CLOSE), "200", "ok"},
        {"options", "OPTIONS /api/v1/notes HTTP/1.1\r\n" HOST CLOSE "\r\n", "204",
         "Allow: GET, HEAD, POST, OPTIONS"},
        {"405", "PUT /api/v1/notes HTTP/1.1\r\n" HOST CLOSE "\r\n", "405", "Allow: GET, HEAD, POST, OPTIONS"},
        {"404", GET("/api/v1/nothing", CLOSE), "404", "\"code\":\"NOT_FOUND\""},
        {"401", GET("/api/v1/notes", CLOSE), "401", "WWW-Authenticate: Bearer"},
        {"401 by two tokens", GET("/api/v1/notes", OWNER OWNER CLOSE), "401", "problem+json"},
        {"403", "POST /api/v1/notes HTTP/1.1\r\n" HOST "Authorization: Bearer cashier\r\n" CLOSE "\r\n",
         "403", ""},
        {"503", GET("/api/v1/notes", "Authorization: Bearer down\r\n" CLOSE), "503", "Retry-After: 1\r\n"},
        {"400 of a query", GET("/api/v1/notes?limit=201&what=1", OWNER CLOSE), "400", "\"path\":\"what\""},
        {"400 of a path", GET("/api/v1/notes/%zz", OWNER CLOSE), "400", "MALFORMED_REQUEST"},
        {"404 of an id", GET("/api/v1/notes/7", OWNER CLOSE), "404", "NOT_FOUND"},
        {"415", "POST /api/v1/notes HTTP/1.1\r\n" HOST OWNER CLOSE "Content-Length: 1\r\n\r\nx", "415", ""},
        {"413", "POST /api/v1/notes HTTP/1.1\r\n" HOST OWNER "Content-Length: 1001\r\n\r\n", "413", "close"},
        {"100",
         "POST /api/v1/bump HTTP/1.1\r\n" HOST CLOSE "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
         "100 204", ""},
        {"patch: 400 before 404",
         "PATCH /api/v1/notes/7 HTTP/1.1\r\n" HOST OWNER CLOSE JSON
         "Content-Length: 14\r\n\r\n{\"amount\":\"x\"}",
         "400", "\"path\":\"amount\""},
        {"501", "BREW / HTTP/1.1\r\n" HOST "\r\n", "501", "Connection: close"},
        {"smuggling",
         "POST / HTTP/1.1\r\n" HOST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400",
         "Connection: close"},
        {"request id", GET("/healthz", "X-Request-Id: till-7.42\r\n" CLOSE), "200",
         "X-Request-Id: till-7.42\r\n"},
        {"handler without reply", GET("/api/v1/forgetful", CLOSE), "500", "\"code\":\"INTERNAL\""},
    };
    struct http_server *server = start();
    require(server != NULL);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i].name);
        struct str text = ask(server, str_of(cases[i].request));
        expect_str_eq(statuses(text), str_of(cases[i].statuses));
        expect(contains(text, cases[i].holds));
        expect(contains(text, "X-Request-Id: "));
    }
    expect(http_server_stop(server));
}

TEST(server_knows_what_the_client_has)
{
    struct http_server *server = start();
    require(server != NULL);
    struct str text = ask(server, STR(GET("/api/v1/cached?limit=2", OWNER CLOSE)));
    const char *tag = memmem(text.data, text.len, "ETag: ", 6);
    require(tag != NULL);
    struct str again = str_format(
        test_arena(),
        "GET /api/v1/cached?limit=2 HTTP/1.1\r\n" HOST OWNER CLOSE "If-None-Match: %.26s\r\n\r\n", tag + 6);
    struct str second = ask(server, again);
    expect_str_eq(statuses(second), STR("304"));
    expect(str_eq(((struct str){second.data + second.len - 4, 4}), STR("\r\n\r\n")));
    ask(server, STR("POST /api/v1/bump HTTP/1.1\r\n" HOST CLOSE "\r\n")); /* new reference data: made again */
    expect_str_eq(statuses(ask(server, again)), STR("304"));
    expect(http_server_stop(server));
}

TEST(server_answers_a_client_that_sends_no_more)
{
    struct http_server *server = start();
    require(server != NULL);
    int fd = connect_to(server);
    put(fd, STR(GET("/api/v1/slow?ms=50", "") GET("/healthz", "") "GET /hea"));
    shutdown(fd, SHUT_WR);
    expect_str_eq(statuses(take_all(fd)), STR("204 200"));
    expect(http_server_stop(server));
}

TEST(server_ends_slow_clients)
{
    struct http_server *server = start();
    require(server != NULL);
    config.header_timeout_ms = 100;
    config.request_timeout_ms = 200;
    config.keep_alive_ms = 100;
    expect_str_eq(statuses(ask(server, STR("GET /healthz HTTP/1.1\r\nHost: sh"))), STR("408"));
    expect_str_eq(
        statuses(ask(server, STR("POST /api/v1/raw HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\nabc"))),
        STR("408"));
    expect_str_eq(statuses(ask(server, STR(GET("/healthz", "")))), STR("200"));
    expect_str_eq(statuses(ask(server, STR(""))), STR(""));
    expect(http_server_stop(server));
}

TEST(server_limits_connections)
{
    struct http_server *server = start();
    require(server != NULL);
    config.max_connections = 2;
    int first = connect_to(server), second = connect_to(server);
    put(first, STR(GET("/healthz", "")));
    put(second, STR(GET("/healthz", "")));
    char byte;
    expect(recv(first, &byte, 1, 0) == 1 && recv(second, &byte, 1, 0) == 1);
    struct str text = ask(server, STR(GET("/healthz", "")));
    expect_str_eq(statuses(text), STR("503"));
    expect(contains(text, "Retry-After: 1\r\n") && contains(text, "\"code\":\"OVERLOADED\""));
    close(first);
    close(second);
    expect(http_server_stop(server));
}

static void *stop(void *server) { return http_server_stop(server) ? server : NULL; }

TEST(server_finishes_what_runs_when_it_stops)
{
    struct http_server *server = start();
    require(server != NULL);
    int idle = connect_to(server), busy = connect_to(server);
    put(busy, STR(GET("/api/v1/slow?ms=300", "") GET("/healthz", "")));
    nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    pthread_t thread;
    void *stopped;
    pthread_create(&thread, NULL, stop, server);
    struct str text = take_all(busy);
    expect_str_eq(statuses(text), STR("204"));
    expect(contains(text, "Connection: close\r\n"));
    expect_int_eq((int64_t)take_all(idle).len, 0);
    pthread_join(thread, &stopped);
    expect(stopped != NULL);
}

TEST(server_refuses_a_port_that_is_taken)
{
    struct http_server *server = start();
    require(server != NULL);
    int port = http_server_port(server);
    expect(port > 0);
    static const struct route *const groups[] = {ECHO_ROUTES};
    static const char *const names[] = {"echo"};
    struct config other = config;
    other.port = port;
    expect(!http_server_start(
        &(struct http_options){.config = &other, .platform = &platform, .routes = {groups, names, 1}}));
    expect(http_server_stop(server));
}

/* ---- Clients that come and go ---- */

#define CLIENTS 16
#define ROUNDS 40

static void *rude_client(void *arg)
{
    const struct http_server *server = arg;
    static const struct str bytes =
        STR_INIT(GET("/api/v1/cached?limit=200", OWNER) POST_NOTE GET("/api/v1/slow?ms=3", "") POST_CHUNKED);
    for (size_t i = 0; i < ROUNDS; i++) {
        int fd = connect_to(server);
        put(fd, (struct str){bytes.data, 1 + (i * 37) % bytes.len});
        char piece[64];
        if (i % 3 == 0)
            recv(fd, piece, sizeof piece, MSG_DONTWAIT);
        if (i % 2 == 0) /* a reset instead of an end */
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){.l_onoff = 1}, sizeof(struct linger));
        close(fd);
    }
    return NULL;
}

TEST(server_outlives_clients_that_go_away)
{
    struct http_server *server = start();
    require(server != NULL);
    pthread_t threads[CLIENTS];
    for (size_t i = 0; i < CLIENTS; i++)
        pthread_create(&threads[i], NULL, rude_client, server);
    for (size_t i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
    expect_str_eq(statuses(ask(server, STR(POST_NOTE GET("/healthz", CLOSE)))), STR("201 200"));
    expect(http_server_stop(server));
}
