/* Reason phrases of the statuses that we answer. */
#pragma once

const char *status_reason(int status);
