/* Messages for users of the back office, stored until they are read. */
#include "modules/notifications/notifications.h"

const struct module NOTIFICATIONS_MODULE = {.name = "notifications"};
