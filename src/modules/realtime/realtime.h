/* The socket gateways /kds and /notifications: what happens is on every screen of the outlet at once, and on
 * no other. See README.md here. */
#pragma once
#include "modules/module.h"

extern const struct module REALTIME_MODULE;

/* The endpoint of /socket.io/, for the HTTP server; once the module has started. */
const struct http_endpoint *realtime_endpoint(const struct platform *platform);
/* Tells the screens nothing more; before the HTTP server stops, so that its loops are there to the last. */
void realtime_quiet(struct platform *platform);
