/* The whole server over real sockets: what clients send in odd pieces, and what they get. */
#include "echo_routes.h"
#include "server_kit.h"
#include "test.h"

#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#define GET(path, more) "GET " path " HTTP/1.1\r\n" HOST more "\r\n"
#define POST_NOTE                                     \
    "POST /api/v1/notes HTTP/1.1\r\n" HOST OWNER JSON \
    "Content-Length: 26\r\n\r\n{\"text\":\"tea\",\"amount\":15}"
#define POST_CHUNKED                                                                       \
    "POST /api/v1/notes HTTP/1.1\r\n" HOST OWNER JSON "Transfer-Encoding: chunked\r\n\r\n" \
    "8\r\n{\"text\":\r\n11;x=y\r\n\"tea\",\"amount\":15\r\n1\r\n}\r\n0\r\nX: y\r\n\r\n"

TEST(server_reads_requests_cut_anywhere)
{
    struct http_server *server = kit_start();
    require(server != NULL);
    struct str bytes = STR(POST_NOTE POST_CHUNKED GET("/api/v1/notes?limit=1", OWNER) GET("/healthz", CLOSE));
    for (size_t cut = 0; cut <= bytes.len; cut++) {
        test_note("cut at %zu", cut);
        int fd = kit_connect_to(server);
        kit_put(fd, (struct str){bytes.data, cut});
        kit_put(fd, (struct str){bytes.data + cut, bytes.len - cut});
        expect_str_eq(kit_statuses(kit_take_all(fd)), STR("201 201 200 200"));
    }
    test_note("byte by byte");
    int fd = kit_connect_to(server);
    for (size_t i = 0; i < bytes.len; i++)
        kit_put(fd, (struct str){bytes.data + i, 1});
    expect_str_eq(kit_statuses(kit_take_all(fd)), STR("201 201 200 200"));
    expect(http_server_stop(server));
}

TEST(server_answers_pipelined_requests_in_order)
{
    struct http_server *server = kit_start();
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
    expect_str_eq(kit_statuses(kit_ask(server, buf_str(&bytes))), buf_str(&expected));
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
    struct http_server *server = kit_start();
    require(server != NULL);
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i].name);
        struct str text = kit_ask(server, str_of(cases[i].request));
        expect_str_eq(kit_statuses(text), str_of(cases[i].statuses));
        expect(kit_contains(text, cases[i].holds));
        expect(kit_contains(text, "X-Request-Id: "));
    }
    expect(http_server_stop(server));
}

TEST(server_knows_what_the_client_has)
{
    struct http_server *server = kit_start();
    require(server != NULL);
    struct str text = kit_ask(server, STR(GET("/api/v1/cached?limit=2", OWNER CLOSE)));
    const char *tag = memmem(text.data, text.len, "ETag: ", 6);
    require(tag != NULL);
    struct str again = str_format(
        test_arena(),
        "GET /api/v1/cached?limit=2 HTTP/1.1\r\n" HOST OWNER CLOSE "If-None-Match: %.26s\r\n\r\n", tag + 6);
    struct str second = kit_ask(server, again);
    expect_str_eq(kit_statuses(second), STR("304"));
    expect(str_eq(((struct str){second.data + second.len - 4, 4}), STR("\r\n\r\n")));
    kit_ask(server,
            STR("POST /api/v1/bump HTTP/1.1\r\n" HOST CLOSE "\r\n")); /* new reference data: made again */
    expect_str_eq(kit_statuses(kit_ask(server, again)), STR("304"));
    expect(http_server_stop(server));
}

TEST(server_answers_a_client_that_sends_no_more)
{
    struct http_server *server = kit_start();
    require(server != NULL);
    int fd = kit_connect_to(server);
    kit_put(fd, STR(GET("/api/v1/slow?ms=50", "") GET("/healthz", "") "GET /hea"));
    shutdown(fd, SHUT_WR);
    expect_str_eq(kit_statuses(kit_take_all(fd)), STR("204 200"));
    expect(http_server_stop(server));
}

TEST(server_ends_slow_clients)
{
    struct http_server *server = kit_start();
    require(server != NULL);
    kit_config.header_timeout_ms = 100;
    kit_config.request_timeout_ms = 200;
    kit_config.keep_alive_ms = 100;
    expect_str_eq(kit_statuses(kit_ask(server, STR("GET /healthz HTTP/1.1\r\nHost: sh"))), STR("408"));
    expect_str_eq(kit_statuses(kit_ask(
                      server, STR("POST /api/v1/raw HTTP/1.1\r\n" HOST "Content-Length: 9\r\n\r\nabc"))),
                  STR("408"));
    expect_str_eq(kit_statuses(kit_ask(server, STR(GET("/healthz", "")))), STR("200"));
    expect_str_eq(kit_statuses(kit_ask(server, STR(""))), STR(""));
    expect(http_server_stop(server));
}

TEST(server_limits_connections)
{
    struct http_server *server = kit_start();
    require(server != NULL);
    kit_config.max_connections = 2;
    int first = kit_connect_to(server), second = kit_connect_to(server);
    kit_put(first, STR(GET("/healthz", "")));
    kit_put(second, STR(GET("/healthz", "")));
    char byte;
    expect(recv(first, &byte, 1, 0) == 1 && recv(second, &byte, 1, 0) == 1);
    struct str text = kit_ask(server, STR(GET("/healthz", "")));
    expect_str_eq(kit_statuses(text), STR("503"));
    expect(kit_contains(text, "Retry-After: 1\r\n") && kit_contains(text, "\"code\":\"OVERLOADED\""));
    close(first);
    close(second);
    expect(http_server_stop(server));
}

static void *stop(void *server) { return http_server_stop(server) ? server : NULL; }

TEST(server_finishes_what_runs_when_it_stops)
{
    kit_loops = 1; /* so that the idle connection tells when the busy one's loop has begun to stop */
    struct http_server *server = kit_start();
    require(server != NULL);
    int idle = kit_connect_to(server), busy = kit_connect_to(server);
    kit_put(busy, STR(GET("/api/v1/held", "") GET("/healthz", "")));
    echo_await_held();
    pthread_t thread;
    void *stopped;
    pthread_create(&thread, NULL, stop, server);
    expect_int_eq((int64_t)kit_take_all(idle).len, 0);
    echo_release_held();
    struct str text = kit_take_all(busy);
    expect_str_eq(kit_statuses(text), STR("204"));
    expect(kit_contains(text, "Connection: close\r\n"));
    pthread_join(thread, &stopped);
    expect(stopped != NULL);
}

TEST(server_refuses_a_port_that_is_taken)
{
    struct http_server *server = kit_start();
    require(server != NULL);
    int port = http_server_port(server);
    expect(port > 0);
    static const struct route *const groups[] = {ECHO_ROUTES};
    static const char *const names[] = {"echo"};
    struct config other = kit_config;
    other.port = port;
    expect(!http_server_start(
        &(struct http_options){.config = &other, .platform = &kit_platform, .routes = {groups, names, 1}}));
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
        int fd = kit_connect_to(server);
        kit_put(fd, (struct str){bytes.data, 1 + (i * 37) % bytes.len});
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
    struct http_server *server = kit_start();
    require(server != NULL);
    pthread_t threads[CLIENTS];
    for (size_t i = 0; i < CLIENTS; i++)
        pthread_create(&threads[i], NULL, rude_client, server);
    for (size_t i = 0; i < CLIENTS; i++)
        pthread_join(threads[i], NULL);
    expect_str_eq(kit_statuses(kit_ask(server, STR(POST_NOTE GET("/healthz", CLOSE)))), STR("201 200"));
    expect(http_server_stop(server));
}
