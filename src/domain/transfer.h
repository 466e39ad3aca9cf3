/* A transfer of stock between two outlets:
 *
 *     pending → approved → in_transit → received        cancelled: from any of the first three
 *
 * Stock leaves the source when it is shipped and enters the destination when it is received, which may be
 * another quantity, in several goes. What was shipped and did not arrive (or arrived beyond it) stays written
 * on the transfer as the difference. Quantities are thousandths. Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum transfer_status {
    TRANSFER_PENDING,
    TRANSFER_APPROVED,
    TRANSFER_IN_TRANSIT,
    TRANSFER_RECEIVED,
    TRANSFER_CANCELLED,
    TRANSFER_STATUSES
};
enum transfer_action { TRANSFER_APPROVE, TRANSFER_SHIP, TRANSFER_RECEIVE, TRANSFER_CANCEL, TRANSFER_ACTIONS };

#define TRANSFER_UNTOLD INT64_MIN /* nobody has said yet what arrived of a line */

struct transfer_line {
    int64_t shipped_milli, received_milli; /* received: all goes together, or UNTOLD */
};

/* The state after an action. `some_arrived`: a line was told of already; then the rest can
 * be received or written off, but not called back. False: the state does not allow it. */
bool transfer_next(enum transfer_status status, enum transfer_action action, bool some_arrived,
                   enum transfer_status *ret_next);

/* One go: `quantity_milli` of the line arrived (0: nothing did). */
void transfer_arrive(struct transfer_line *line, int64_t quantity_milli);
/* What is still on its way, as far as anybody knows. */
int64_t transfer_rest(const struct transfer_line *line);

enum transfer_closing {
    TRANSFER_CLOSE_WHEN_TOLD, /* once every line was told of */
    TRANSFER_CLOSE,
    TRANSFER_LEAVE_OPEN,
};
/* Is the transfer received by this, `untold` being the number of lines that nobody told of? */
bool transfer_closes(enum transfer_closing closing, size_t untold);

/* Received − shipped: below 0 it was lost. */
int64_t transfer_difference(const struct transfer_line *line);
