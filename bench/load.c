/* A load generator: N keep-alive connections on one thread, each with one request in flight.
 *
 *     load PORT CONNECTIONS SECONDS REQUEST-FILE [WARM-UP-SECONDS [PID…]]
 *
 * The file holds one or more raw HTTP requests, each after a line with its length in bytes. They are sent in
 * turn; every "@@@@@@@@@@@@@@@@" in one is replaced by 16 hex digits that never repeat (idempotency keys).
 * Prints one line:
 *
 *     requests seconds per_second p50_us p99_us max_us not_2xx bytes_per_answer cpu_us_per_request served_us
 *
 * Ends with 1, and the first refusal on stderr, when an answer was not a success.
 * served_us: what the processes PID… spent of the CPU per request in the same seconds (to 10 ms). */
#include "measured.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SERIAL_MARK "@@@@@@@@@@@@@@@@"
#define SERIAL_LEN 16
#define SAMPLES_MAX 4000000
#define HEAD_MAX 65536
#define TEMPLATES_MAX 4096

struct template
{
    char *text;
    size_t len;
    size_t serial_at; /* offset of the mark; len: none */
};

struct connection {
    int fd;
    int64_t sent_at_us;
    char head[HEAD_MAX]; /* what came of the answer's header block */
    size_t head_len;
    bool in_body;
    size_t body_left;
    int status;
};

static struct template templates[TEMPLATES_MAX];
static size_t template_count, template_next;
static uint64_t serial;
static uint32_t *samples;
static size_t sample_count;
static int64_t answers, failures, answer_bytes;
static bool counting;

static int64_t cpu_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return ((int64_t)usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
}

static int64_t served_us(char **pids)
{
    int64_t sum = 0;
    for (; *pids; pids++)
        sum += process_cpu_us(*pids);
    return sum;
}

static void read_templates(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        fail(path);
    char line[32];
    while (fgets(line, sizeof line, file)) {
        if (template_count == TEMPLATES_MAX)
            fail("the request file holds too many requests");
        struct template *t = &templates[template_count++];
        t->len = strtoul(line, NULL, 10);
        t->text = malloc(t->len + 1);
        if (fread(t->text, 1, t->len, file) != t->len)
            fail("the request file is cut off");
        t->text[t->len] = '\0';
        const char *mark = strstr(t->text, SERIAL_MARK);
        t->serial_at = mark ? (size_t)(mark - t->text) : t->len;
    }
    fclose(file);
    if (template_count == 0)
        fail("the request file is empty");
}

/* A bijection (the finalizer of splitmix64): numbers that never repeat come out in random order, as the keys
 * that tills make do. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static void send_request(struct connection *c)
{
    struct template *t = &templates[template_next++ % template_count];
    if (t->serial_at < t->len) {
        char digits[SERIAL_LEN + 1];
        snprintf(digits, sizeof digits, "%016llx", (unsigned long long)mix(serial++));
        memcpy(t->text + t->serial_at, digits, SERIAL_LEN);
    }
    c->sent_at_us = now_us();
    c->head_len = 0;
    c->in_body = false;
    if (write(c->fd, t->text, t->len) != (ssize_t)t->len)
        fail("write");
}

/* The first refusal says what is wrong with all. */
static void complain(const struct connection *c)
{
    if (failures == 0)
        fprintf(stderr, "%.*s\n", (int)(c->head_len < 2000 ? c->head_len : 2000), c->head);
    failures++;
}

static void answered(struct connection *c)
{
    if (c->status < 200 || c->status > 299)
        complain(c);
    if (counting) {
        answers++;
        if (sample_count < SAMPLES_MAX)
            samples[sample_count++] = (uint32_t)(now_us() - c->sent_at_us);
    }
    send_request(c);
}

/* The header block is complete at `end`: notes status and length; answers how much of the body was read with
 * it. */
static size_t begin_body(struct connection *c, const char *end)
{
    c->status = (int)strtol(c->head + 9, NULL, 10);
    const char *length = strcasestr(c->head, "\r\ncontent-length:");
    if (!length || length > end)
        fail("an answer without content-length");
    c->body_left = strtoul(length + 17, NULL, 10);
    c->in_body = true;
    if (counting)
        answer_bytes += (end + 4 - c->head) + (int64_t)c->body_left;
    return c->head_len - (size_t)(end + 4 - c->head);
}

static void receive(struct connection *c)
{
    static char scratch[1 << 18];
    char *into = c->in_body ? scratch : c->head + c->head_len;
    size_t room = c->in_body ? sizeof scratch : HEAD_MAX - 1 - c->head_len;
    ssize_t got = read(c->fd, into, room);
    if (got <= 0)
        fail("the server closed the connection");
    size_t body = (size_t)got;
    if (!c->in_body) {
        c->head_len += (size_t)got;
        c->head[c->head_len] = '\0';
        const char *end = strstr(c->head, "\r\n\r\n");
        if (!end)
            return;
        body = begin_body(c, end);
    }
    c->body_left -= body < c->body_left ? body : c->body_left;
    if (c->body_left == 0)
        answered(c);
}

static void run_until(int poll_fd, int64_t end_us)
{
    struct epoll_event events[256];
    while (now_us() < end_us) {
        int n = epoll_wait(poll_fd, events, 256, 100);
        for (int i = 0; i < n; i++)
            receive(events[i].data.ptr);
    }
}

static void connect_all(int poll_fd, int port, size_t count)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    static struct connection *connections; /* for the life of the process */
    connections = calloc(count, sizeof *connections);
    for (size_t i = 0; i < count; i++) {
        struct connection *c = &connections[i];
        int one = 1;
        c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (connect(c->fd, (struct sockaddr *)&address, sizeof address))
            fail("connect");
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        epoll_ctl(poll_fd, EPOLL_CTL_ADD, c->fd, &event);
        send_request(c);
    }
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: load PORT CONNECTIONS SECONDS REQUEST-FILE [WARM-UP-SECONDS [PID...]]\n");
        return 2;
    }
    read_templates(argv[4]);
    samples = malloc(SAMPLES_MAX * sizeof *samples);
    serial = (uint64_t)now_us() << 12;
    int poll_fd = epoll_create1(EPOLL_CLOEXEC);
    connect_all(poll_fd, (int)strtol(argv[1], NULL, 10), strtoul(argv[2], NULL, 10));

    char **pids = argc > 6 ? argv + 6 : argv + argc;
    double warm_up = argc > 5 ? strtod(argv[5], NULL) : 0.5;
    run_until(poll_fd, now_us() + (int64_t)(warm_up * 1e6));
    counting = true;
    int64_t begin = now_us(), cpu = cpu_us(), served = served_us(pids);
    run_until(poll_fd, begin + (int64_t)(strtod(argv[3], NULL) * 1e6));
    double seconds = (double)(now_us() - begin) / 1e6;
    cpu = cpu_us() - cpu;
    served = served_us(pids) - served;

    qsort(samples, sample_count, sizeof *samples, compare_samples);
    size_t last = sample_count ? sample_count - 1 : 0;
    double count = answers ? (double)answers : 1;
    printf("%lld %.3f %.1f %u %u %u %lld %lld %.1f %.1f\n", (long long)answers, seconds,
           (double)answers / seconds, samples[sample_count / 2], samples[sample_count * 99 / 100],
           samples[last], (long long)failures, (long long)((double)answer_bytes / count), (double)cpu / count,
           (double)served / count);
    return failures > 0;
}
