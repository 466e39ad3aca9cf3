/* Transfers between outlets: see transfer.h. */
#include "domain/transfer.h"

bool transfer_next(enum transfer_status status, enum transfer_action action, bool some_arrived,
                   enum transfer_status *ret_next)
{
    static const struct {
        enum transfer_status from;
        enum transfer_action action;
        enum transfer_status to;
    } steps[] = {
        {TRANSFER_PENDING, TRANSFER_APPROVE, TRANSFER_APPROVED},
        {TRANSFER_APPROVED, TRANSFER_SHIP, TRANSFER_IN_TRANSIT},
        {TRANSFER_IN_TRANSIT, TRANSFER_RECEIVE, TRANSFER_RECEIVED},
        {TRANSFER_PENDING, TRANSFER_CANCEL, TRANSFER_CANCELLED},
        {TRANSFER_APPROVED, TRANSFER_CANCEL, TRANSFER_CANCELLED},
        {TRANSFER_IN_TRANSIT, TRANSFER_CANCEL, TRANSFER_CANCELLED},
    };
    if (action == TRANSFER_CANCEL && some_arrived)
        return false;
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        if (steps[i].from == status && steps[i].action == action) {
            *ret_next = steps[i].to;
            return true;
        }
    }
    return false;
}

static int64_t received_of(const struct transfer_line *line)
{
    return line->received_milli == TRANSFER_UNTOLD ? 0 : line->received_milli;
}

void transfer_arrive(struct transfer_line *line, int64_t quantity_milli)
{
    line->received_milli = received_of(line) + quantity_milli;
}

int64_t transfer_rest(const struct transfer_line *line)
{
    int64_t rest = line->shipped_milli - received_of(line);
    return rest > 0 ? rest : 0;
}

bool transfer_closes(enum transfer_closing closing, size_t untold)
{
    return closing == TRANSFER_CLOSE || (closing == TRANSFER_CLOSE_WHEN_TOLD && untold == 0);
}

int64_t transfer_difference(const struct transfer_line *line)
{
    return received_of(line) - line->shipped_milli;
}
