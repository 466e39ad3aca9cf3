/* The calls that take a sale back, for the route table of /pos. */
#pragma once
#include "platform/http/request.h"

enum code sale_void(struct request *request);
enum code sale_refund(struct request *request);
