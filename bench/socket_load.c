/* Socket.IO clients by the thousand, on WebSockets, on one thread: what they cost the server, and what a
 * broadcast costs.
 *
 *     socket_load PORT SOCKETS NAMESPACE AUTH BROADCASTS BURST PID
 *
 * NAMESPACE is "/" or "/kds", AUTH the JSON of its CONNECT. All connect; then the first emits ["go", BURST]
 * until BROADCASTS were asked for, each time when everybody has everything of the burst before: the server is
 * one that answers it by so many broadcasts to all (bench/socket_server.c). BROADCASTS 0: they only stay
 * connected. Prints one line:
 *
 *     sockets resident_kb_before resident_kb_idle deliveries seconds cpu_us_per_delivery p50_us p99_us
 *
 * The latencies are those of whole bursts, until the last socket has the last of it. */
#include "measured.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define KEPT_MAX 8192   /* of a frame that has not come whole */
#define PENDING_MAX 128 /* connections that are being made at once */
#define IDLE_S 2
#define BURSTS_MAX 100000

struct client {
    int fd;
    bool upgraded, joined;
    size_t kept;
    char bytes[KEPT_MAX];
};

static struct client *clients;
static size_t client_count, joined;
static int64_t deliveries;
static char join_packet[2048];

static void send_text(const struct client *c, const char *text, size_t len)
{
    char frame[2100];
    size_t at = 2;
    frame[0] = (char)0x81;
    frame[1] = (char)(0x80 | (len < 126 ? len : 126));
    if (len >= 126) {
        frame[2] = (char)(len >> 8);
        frame[3] = (char)len;
        at = 4;
    }
    memset(frame + at, 0, 4); /* a mask of zeros */
    memcpy(frame + at + 4, text, len);
    if (write(c->fd, frame, at + 4 + len) != (ssize_t)(at + 4 + len))
        fail("write");
}

static void take_message(struct client *c, const char *text, size_t len)
{
    if (len >= 2 && text[0] == '4' && text[1] == '2')
        deliveries++;
    else if (len >= 1 && text[0] == '2')
        send_text(c, "3", 1);
    else if (len >= 1 && text[0] == '0')
        send_text(c, join_packet, strlen(join_packet));
    else if (len >= 2 && text[0] == '4' && text[1] == '0') {
        joined += !c->joined;
        c->joined = true;
    } else if (len >= 2 && text[0] == '4' && text[1] == '4') {
        fprintf(stderr, "socket_load: refused: %.*s\n", (int)len, text);
        exit(1);
    }
}

/* How many bytes the frame at `at` takes; 0: it has not come whole. */
static size_t take_frame(struct client *c, const char *at, size_t left)
{
    if (left < 2)
        return 0;
    size_t len = (unsigned char)at[1] & 0x7f, head = 2;
    if (len == 126) {
        if (left < 4)
            return 0;
        len = (size_t)(unsigned char)at[2] << 8 | (unsigned char)at[3];
        head = 4;
    }
    if (len > KEPT_MAX - 16) {
        fprintf(stderr, "socket_load: a frame of %zu bytes\n", len);
        exit(1);
    }
    if (left < head + len)
        return 0;
    if (((unsigned char)at[0] & 0x0f) == 1)
        take_message(c, at + head, len);
    return head + len;
}

static size_t take_upgrade(struct client *c)
{
    const char *end = memmem(c->bytes, c->kept, "\r\n\r\n", 4);
    if (!end)
        return 0;
    if (strncmp(c->bytes, "HTTP/1.1 101", 12) != 0) {
        fprintf(stderr, "socket_load: no upgrade: %.200s\n", c->bytes);
        exit(1);
    }
    c->upgraded = true;
    return (size_t)(end + 4 - c->bytes);
}

static void receive(struct client *c)
{
    ssize_t got = read(c->fd, c->bytes + c->kept, KEPT_MAX - c->kept);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0)
        fail("the server closed a socket");
    c->kept += (size_t)got;
    size_t done = c->upgraded ? 0 : take_upgrade(c), step = 1;
    while (c->upgraded && step > 0) {
        step = take_frame(c, c->bytes + done, c->kept - done);
        done += step;
    }
    memmove(c->bytes, c->bytes + done, c->kept - done);
    c->kept -= done;
}

static void turn(int poll_fd, int wait_ms)
{
    struct epoll_event events[512];
    int count = epoll_wait(poll_fd, events, 512, wait_ms);
    for (int i = 0; i < count; i++)
        receive(events[i].data.ptr);
}

static void open_one(int poll_fd, const char *port, struct client *c)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)strtol(port, NULL, 10))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int one = 1;
    char request[512];
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&address, sizeof address))
        fail("connect");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    int len = snprintf(request, sizeof request,
                       "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:%s\r\n"
                       "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                       port);
    if (write(c->fd, request, (size_t)len) != len)
        fail("write");
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &event);
}

static void connect_all(int poll_fd, const char *port)
{
    for (size_t opened = 0; joined < client_count;) {
        while (opened < client_count && opened - joined < PENDING_MAX)
            open_one(poll_fd, port, &clients[opened++]);
        turn(poll_fd, 1000);
    }
}

static void stay(int poll_fd, int seconds)
{
    for (int64_t end = now_us() + (int64_t)seconds * 1000000; now_us() < end;)
        turn(poll_fd, 50);
}

int main(int argc, char **argv)
{
    if (argc != 8) {
        fprintf(stderr, "usage: socket_load PORT SOCKETS NAMESPACE AUTH BROADCASTS BURST PID\n");
        return 2;
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    client_count = strtoul(argv[2], NULL, 10);
    clients = calloc(client_count, sizeof *clients);
    bool is_root = strcmp(argv[3], "/") == 0;
    snprintf(join_packet, sizeof join_packet, "40%s%s%s", is_root ? "" : argv[3], is_root ? "" : ",",
             argv[4]);
    int64_t broadcasts = strtoll(argv[5], NULL, 10), burst = strtoll(argv[6], NULL, 10);
    const char *pid = argv[7];

    int poll_fd = epoll_create1(EPOLL_CLOEXEC);
    int64_t before = process_resident_kb(pid);
    connect_all(poll_fd, argv[1]);
    stay(poll_fd, IDLE_S);
    int64_t idle = process_resident_kb(pid);

    static uint32_t samples[BURSTS_MAX];
    size_t bursts = 0;
    char go[64];
    snprintf(go, sizeof go, "42[\"go\",%lld]", (long long)burst);
    deliveries = 0;
    int64_t begin = now_us(), cpu = process_cpu_us(pid);
    for (int64_t asked = 0; asked < broadcasts && bursts < BURSTS_MAX; bursts++) {
        int64_t sent = now_us();
        send_text(&clients[0], go, strlen(go));
        asked += burst;
        while (deliveries < asked * (int64_t)client_count)
            turn(poll_fd, 1000);
        samples[bursts] = (uint32_t)(now_us() - sent);
    }
    double seconds = (double)(now_us() - begin) / 1e6;
    cpu = process_cpu_us(pid) - cpu;
    qsort(samples, bursts, sizeof *samples, compare_samples);
    printf("%zu %lld %lld %lld %.3f %.2f %u %u\n", client_count, (long long)before, (long long)idle,
           (long long)deliveries, seconds, (double)cpu / (double)(deliveries ? deliveries : 1),
           samples[bursts / 2], samples[bursts * 99 / 100]);
    return 0;
}
