/* Watching and mending the event listeners: what happens after a sale. */
#pragma once
#include "modules/module.h"

extern const struct module OPS_MODULE;

/* ---- Handlers ---- */
struct request;
extern const struct json_schema OPS_EVENTS_SCHEMA, OPS_HEALTH_SCHEMA;
enum code ops_events(struct request *request);
enum code ops_health(struct request *request);

extern const struct json_schema DEAD_LETTER_SCHEMA, DEAD_LETTER_QUERY_SCHEMA, DEAD_LETTERS_RETRIED_SCHEMA;
enum code ops_dead_letters(struct request *request);
enum code ops_dead_letter_retry(struct request *request);
enum code ops_dead_letters_retry_all(struct request *request);
enum code ops_dead_letter_discard(struct request *request);

extern const struct json_schema RECOVER_LOYALTY_SCHEMA, RECOVERED_LOYALTY_SCHEMA, RECOVER_ORDERS_SCHEMA,
    RECOVERED_ORDERS_SCHEMA;
enum code ops_recover_loyalty(struct request *request);
enum code ops_recover_orders(struct request *request);
