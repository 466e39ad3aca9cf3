/* What the handlers of many modules begin with. */
#pragma once
#include "platform/http/request.h"

/* Run `fn` with the id in the path (its first parameter) as the argument, a struct uuid. NOT_FOUND: it is no
 * id, so nothing can be there. */
enum code read_by_id(struct request *request, request_fn fn);
enum code write_by_id(struct request *request, request_fn fn);

/* Where a page begins of a list that goes by id, newest first: the rows with smaller ids than this.
 * VALIDATION_FAILED: the cursor is not one of such a list. */
enum code page_before(struct request *request, struct uuid *ret_before);
