/* The routes that echo_server.c serves and server_test.c asks. Every token is a login: its first word is the
 * role, "owner" or "owner-2" (another business by the digit); "down" stands for a database that is down. */
#pragma once
#include "platform/http/server.h"

extern const struct route ECHO_ROUTES[];

enum code echo_authenticate(struct platform *platform, struct str token, struct identity *ret_who);
bool echo_authenticate_cached(struct platform *platform, struct str token, struct identity *ret_who);
/* GET /held answers when it is released; wait until there is such a request, then let it go. */
void echo_await_held(void);
void echo_release_held(void);
bool echo_is_ready(struct platform *platform, struct str *ret_degraded, size_t max, size_t *ret_count);
