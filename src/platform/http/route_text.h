/* Words about a row of the route table, for the descriptions. */
#pragma once
#include "platform/http/route.h"

struct str route_operation_id(struct arena *arena, const struct route *route); /* "getProductsByIdRecipe" */
struct str route_role_names(struct arena *arena, unsigned roles);              /* "owner, manager" */
bool route_param_is_id(struct str name);                                       /* "id", "itemId": a UUID */
