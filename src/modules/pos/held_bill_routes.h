/* The calls on /pos/held-bills, for the route table of the module. */
#pragma once
#include "modules/pos/held_bill_split.h"

extern const struct json_schema HELD_BILL_FILTER_SCHEMA;

enum code held_bill_create(struct request *request);
enum code held_bill_list(struct request *request);
enum code held_bill_get(struct request *request);
enum code held_bill_delete(struct request *request);
enum code held_bill_divide(struct request *request);
