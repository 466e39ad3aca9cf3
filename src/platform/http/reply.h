/* The server's side of replies; request.h has the handlers' side. */
#pragma once
#include "platform/http/exchange.h"

/* Forgets a reply or refusal that was made: the handler's transaction runs once more, or something failed
 * after it. */
void reply_reset(struct request *request);
/* Adds what a decoder found as details: VALIDATION_FAILED. */
enum code reply_json_errors(struct request *request, const struct json_errors *errors);
/* Answers with what others share, or 304 when the client has it already. Takes the reference over. */
void reply_answer(struct request *request, struct answer *answer);
