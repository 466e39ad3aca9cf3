/* The calls of /ops. */
#include "modules/ops/ops.h"

static const struct route ROUTES[] = {
    {"GET", "/ops/events", ROLES_MANAGERS, 0, NULL, NULL, &OPS_EVENTS_SCHEMA, 200, ops_events,
     "How far every listener is, and how often it fails"},
    {"GET", "/ops/health", ROLES_MANAGERS, 0, NULL, NULL, &OPS_HEALTH_SCHEMA, 200, ops_health,
     "Whether all that follows a sale happens"},
    {"GET", "/ops/dead-letters", ROLES_MANAGERS, ROUTE_LIST, &DEAD_LETTER_QUERY_SCHEMA, NULL,
     &DEAD_LETTER_SCHEMA, 200, ops_dead_letters, "Events that a listener gave up, newest first"},
    {"POST", "/ops/dead-letters/retry-all", ROLES_MANAGERS, ROUTE_OPTIONAL_BODY, NULL,
     &DEAD_LETTER_QUERY_SCHEMA, &DEAD_LETTERS_RETRIED_SCHEMA, 200, ops_dead_letters_retry_all,
     "Try all dead letters again"},
    {"POST", "/ops/dead-letters/{id}/retry", ROLES_MANAGERS, 0, NULL, NULL, &DEAD_LETTER_SCHEMA, 200,
     ops_dead_letter_retry, "Try a dead letter again"},
    {"POST", "/ops/dead-letters/{id}/discard", ROLES_MANAGERS, 0, NULL, NULL, &DEAD_LETTER_SCHEMA, 200,
     ops_dead_letter_discard, "Give a dead letter up; later events of its subject go on"},
    {"POST", "/ops/recover/loyalty", ROLES_MANAGERS, 0, NULL, &RECOVER_LOYALTY_SCHEMA,
     &RECOVERED_LOYALTY_SCHEMA, 200, ops_recover_loyalty,
     "Count what is missing of a sale's or a customer's points"},
    {"POST", "/ops/recover/orders", ROLES_MANAGERS, ROUTE_OPTIONAL_BODY, NULL, &RECOVER_ORDERS_SCHEMA,
     &RECOVERED_ORDERS_SCHEMA, 200, ops_recover_orders, "Make the kitchen orders that sales are missing"},
    {NULL},
};

const struct module OPS_MODULE = {.name = "ops", .routes = ROUTES};
