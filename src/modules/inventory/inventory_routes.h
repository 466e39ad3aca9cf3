/* The handlers of stock, for the route table. Private to the module. */
#pragma once
#include "modules/inventory/inventory_schema.h"
#include "platform/http/request.h"
#include "platform/platform.h"

enum code stock_list(struct request *request);
enum code movements_list(struct request *request);
enum code adjustments_create(struct request *request);
