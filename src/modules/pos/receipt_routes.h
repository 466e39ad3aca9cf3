/* The call for receipts; its row is in pos_routes.c. */
#pragma once
#include "modules/pos/receipt_schema.h"

enum code receipt_get(struct request *request);
