/* For tests of the whole server: it runs in the test's process, the tests are its clients. */
#pragma once
#include "base/buf.h"
#include "base/config.h"
#include "platform/http/server.h"
#include "platform/platform.h"

#define HOST "Host: shop.test\r\n"
#define OWNER "Authorization: Bearer owner\r\n"
#define JSON "Content-Type: application/json\r\n"
#define CLOSE "Connection: close\r\n"

extern struct config
    kit_config; /* set by kit_start; a test may change deadlines and limits before it connects */
extern struct platform kit_platform;

extern int64_t kit_loops;            /* of the next kit_start alone; 0: two */
struct http_server *kit_start(void); /* stopped by http_server_stop */
int kit_connect_to(const struct http_server *server);
void kit_put(int fd, struct str bytes);
struct str kit_take_all(int fd);                                        /* until the server closes; closes */
struct str kit_ask(const struct http_server *server, struct str bytes); /* a connection of its own */
struct str kit_statuses(struct str text); /* "200 404 …": of all answers in a text */
bool kit_contains(struct str text, const char *part);
