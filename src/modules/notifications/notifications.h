/* Messages for the people who answer for an outlet: stored for each addressed one until they are old, and
 * told on their screens at once (`notification.created`, which modules/realtime passes on). */
#pragma once
#include "modules/module.h"
#include "platform/db/db.h"

extern const struct module NOTIFICATIONS_MODULE;
