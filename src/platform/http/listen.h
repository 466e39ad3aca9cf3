/* Listening sockets: one for each loop on the same address, so that the system spreads the connections. */
#pragma once
#include "base/str.h"

/* Opens `count` bound sockets (SO_REUSEPORT). Port 0: the system chooses; `ret_port` is what it became. On
 * failure logs why, also when another process listens there, and answers false. */
bool listen_open(struct str host, int port, int *ret_sockets, size_t count, int *ret_port);
