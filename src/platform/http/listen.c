/* bind(2) for several loops. */
#include "platform/http/listen.h"

#include "base/log.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
    struct sockaddr any;
    struct sockaddr_in ipv4;
    struct sockaddr_in6 ipv6;
};

static bool resolve(struct str host, union address *ret_address, socklen_t *ret_len)
{
    char name[256];
    snprintf(name, sizeof name, "%.*s", STR_ARG(host));
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE},
                    *found;
    int failed = getaddrinfo(name[0] ? name : NULL, NULL, &hints, &found);
    if (failed) {
        log_error("http.bad_host", LOG_STR("host", host), LOG_TEXT("reason", gai_strerror(failed)));
        return false;
    }
    *ret_len = found->ai_addrlen;
    memcpy(ret_address, found->ai_addr, found->ai_addrlen);
    freeaddrinfo(found);
    return true;
}

static void set_port(union address *address, int port)
{
    if (address->any.sa_family == AF_INET6)
        address->ipv6.sin6_port = htons((uint16_t)port);
    else
        address->ipv4.sin_port = htons((uint16_t)port);
}

static int port_of(int socket_fd)
{
    union address address = {.ipv6 = {0}};
    socklen_t len = sizeof address;
    if (getsockname(socket_fd, &address.any, &len) < 0)
        return 0;
    return ntohs(address.any.sa_family == AF_INET6 ? address.ipv6.sin6_port : address.ipv4.sin_port);
}

/* A bound socket or −1 with errno. */
static int open_bound(const union address *address, socklen_t len, bool shares)
{
    int on = 1, off = 0;
    int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (shares)
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (address->any.sa_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (bind(fd, &address->any, len) == 0)
        return fd;
    int reason = errno;
    close(fd);
    errno = reason;
    return -1;
}

static bool fail(struct str host, int port, int reason)
{
    log_error("http.bind_failed", LOG_STR("host", host), LOG_INT("port", port),
              LOG_TEXT("reason", strerror(reason)));
    return false;
}

/* SO_REUSEPORT would let a second server in silently, and the system would share the clients out between
 * both. */
static bool is_free(const union address *address, socklen_t len)
{
    int fd = open_bound(address, len, false);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

bool listen_open(struct str host, int port, int *ret_sockets, size_t count, int *ret_port)
{
    union address address = {.ipv6 = {0}};
    socklen_t len;
    if (!resolve(host, &address, &len))
        return false;
    set_port(&address, port);
    if (port != 0 && !is_free(&address, len))
        return fail(host, port, errno);
    for (size_t i = 0; i < count; i++) {
        ret_sockets[i] = open_bound(&address, len, true);
        if (ret_sockets[i] < 0) {
            int reason = errno;
            while (i-- > 0)
                close(ret_sockets[i]);
            return fail(host, port, reason);
        }
        if (i == 0)
            set_port(&address, *ret_port = port_of(ret_sockets[0]));
    }
    return true;
}
