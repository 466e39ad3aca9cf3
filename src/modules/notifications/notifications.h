/* Messages for the people who answer for an outlet: stored for each addressed one until they are old, and
 * told on their screens at once (`notification.created`, which modules/realtime passes on). */
#pragma once
#include "modules/module.h"
#include "platform/db/db.h"

extern const struct module NOTIFICATIONS_MODULE;

/* The daily clean-up: what was read goes after 30 days, everything after 90. Blocks; short transactions. */
enum code notifications_prune(struct db *db, int64_t now_ms);
