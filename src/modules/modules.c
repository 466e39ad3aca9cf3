/* The table of contents of the product. */
#include "base/check.h"
#include "modules/module.h"

#include "modules/audit/audit.h"
#include "modules/auth/auth.h"
#include "modules/catalog/catalog.h"
#include "modules/customers/customers.h"
#include "modules/inventory/inventory.h"
#include "modules/notifications/notifications.h"
#include "modules/ops/ops.h"
#include "modules/orders/orders.h"
#include "modules/pos/pos.h"
#include "modules/realtime/realtime.h"
#include "modules/settings/settings.h"
#include "modules/shifts/shifts.h"
#include "modules/tables/tables.h"

/* clang-format off */
const struct module *const MODULES[] = {
    &AUTH_MODULE,
    &SETTINGS_MODULE,
    &CATALOG_MODULE,
    &INVENTORY_MODULE,
    &SHIFTS_MODULE,
    &CUSTOMERS_MODULE,
    &TABLES_MODULE,
    &POS_MODULE,
    &ORDERS_MODULE,
    &AUDIT_MODULE,
    &NOTIFICATIONS_MODULE,
    &REALTIME_MODULE,
    &OPS_MODULE,
    NULL,
};
/* clang-format on */

_Static_assert(sizeof MODULES / sizeof MODULES[0] <= MODULES_MAX, "modules_routes has room for them");

struct route_table modules_routes(void)
{
    static const struct route *groups[MODULES_MAX];
    static const char *names[MODULES_MAX];
    size_t count = 0;
    for (size_t i = 0; MODULES[i]; i++) {
        if (!MODULES[i]->routes)
            continue;
        groups[count] = MODULES[i]->routes;
        names[count++] = MODULES[i]->name;
    }
    return (struct route_table){groups, names, count};
}

size_t modules_listeners(const struct listener *ret_listeners[MODULES_LISTENERS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; MODULES[i]; i++) {
        for (const struct listener *listener = MODULES[i]->listeners; listener && listener->name;
             listener++) {
            check(count < MODULES_LISTENERS_MAX);
            ret_listeners[count++] = listener;
        }
    }
    return count;
}

size_t modules_jobs(const struct job *ret_jobs[MODULES_JOBS_MAX])
{
    size_t count = 0;
    for (size_t i = 0; MODULES[i]; i++) {
        for (const struct job *job = MODULES[i]->jobs; job && job->name; job++) {
            check(count < MODULES_JOBS_MAX);
            ret_jobs[count++] = job;
        }
    }
    return count;
}
