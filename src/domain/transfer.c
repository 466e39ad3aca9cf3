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

void transfer_arrive(struct transfer_line *line, int64_t quantity_milli)
{
    int64_t before = line->received_milli == TRANSFER_UNTOLD ? 0 : line->received_milli;
    line->received_milli = before + quantity_milli;
}

int64_t transfer_rest(const struct transfer_line *line)
{
    int64_t received = line->received_milli == TRANSFER_UNTOLD ? 0 : line->received_milli;
    return received < line->shipped_milli ? line->shipped_milli - received : 0;
}

bool transfer_some_arrived(const struct transfer_line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (lines[i].received_milli != TRANSFER_UNTOLD)
            return true;
    }
    return false;
}

static bool all_told(const struct transfer_line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (lines[i].received_milli == TRANSFER_UNTOLD)
            return false;
    }
    return true;
}

bool transfer_closes(struct transfer_line *lines, size_t count, enum transfer_closing closing)
{
    if (closing == TRANSFER_LEAVE_OPEN || (closing == TRANSFER_CLOSE_WHEN_TOLD && !all_told(lines, count)))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (lines[i].received_milli == TRANSFER_UNTOLD)
            lines[i].received_milli = 0;
    }
    return true;
}

int64_t transfer_difference(const struct transfer_line *line)
{
    return line->received_milli == TRANSFER_UNTOLD ? 0 : line->received_milli - line->shipped_milli;
}
