/* The handlers of /pos, for the route table. Private to the module. */
#pragma once
#include "modules/handlers.h"

enum code sale_void(struct request *request);
enum code sale_refund(struct request *request);
enum code sale_review(struct request *request);
enum code receipt_get(struct request *request);
enum code customer_sales(struct request *request);
enum code sync_sales(struct request *request);

extern const struct json_schema HELD_BILL_FILTER_SCHEMA;
enum code held_bill_create(struct request *request);
enum code held_bill_list(struct request *request);
enum code held_bill_get(struct request *request);
enum code held_bill_delete(struct request *request);
enum code held_bill_divide(struct request *request);
