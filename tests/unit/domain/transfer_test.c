/* Transfers between outlets: states, and what arrives. */
#include "domain/transfer.h"
#include "test.h"

#define NO (-1)

TEST(transfer_goes_its_way_and_no_other)
{
    static const int next[TRANSFER_STATUSES][TRANSFER_ACTIONS] = {
        [TRANSFER_PENDING] = {TRANSFER_APPROVED, NO, NO, TRANSFER_CANCELLED},
        [TRANSFER_APPROVED] = {NO, TRANSFER_IN_TRANSIT, NO, TRANSFER_CANCELLED},
        [TRANSFER_IN_TRANSIT] = {NO, NO, TRANSFER_RECEIVED, TRANSFER_CANCELLED},
        [TRANSFER_RECEIVED] = {NO, NO, NO, NO},
        [TRANSFER_CANCELLED] = {NO, NO, NO, NO},
    };
    for (int status = 0; status < TRANSFER_STATUSES; status++) {
        for (int action = 0; action < TRANSFER_ACTIONS; action++) {
            enum transfer_status to = TRANSFER_STATUSES;
            test_note("action %d in status %d", action, status);
            bool may = transfer_next((enum transfer_status)status, (enum transfer_action)action, false, &to);
            expect_int_eq(may, next[status][action] != NO);
            expect_int_eq(to, may ? next[status][action] : TRANSFER_STATUSES);
        }
    }
}

TEST(transfer_of_which_some_arrived_is_not_called_back)
{
    enum transfer_status to = TRANSFER_STATUSES;
    expect_int_eq(transfer_next(TRANSFER_IN_TRANSIT, TRANSFER_CANCEL, true, &to), false);
    expect_int_eq(to, TRANSFER_STATUSES);
    expect_int_eq(transfer_next(TRANSFER_IN_TRANSIT, TRANSFER_RECEIVE, true, &to), true);
    expect_int_eq(to, TRANSFER_RECEIVED);
}

TEST(transfer_line_adds_up_what_arrives)
{
    static const struct {
        const char *what;
        int64_t shipped, goes[3], received, rest, difference;
    } cases[] = {
        {"nobody told", 5000, {TRANSFER_UNTOLD}, TRANSFER_UNTOLD, 5000, -5000},
        {"nothing arrived", 5000, {0, TRANSFER_UNTOLD}, 0, 5000, -5000},
        {"all of it", 5000, {5000, TRANSFER_UNTOLD}, 5000, 0, 0},
        {"some broke", 5000, {4250, TRANSFER_UNTOLD}, 4250, 750, -750},
        {"in three goes", 5000, {1000, 0, 2500}, 3500, 1500, -1500},
        {"more than was written", 5000, {5000, 1, TRANSFER_UNTOLD}, 5001, 0, 1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct transfer_line line = {cases[i].shipped, TRANSFER_UNTOLD};
        test_note("%s", cases[i].what);
        for (size_t k = 0; k < 3 && cases[i].goes[k] != TRANSFER_UNTOLD; k++)
            transfer_arrive(&line, cases[i].goes[k]);
        expect_int_eq(line.received_milli, cases[i].received);
        expect_int_eq(transfer_rest(&line), cases[i].rest);
        expect_int_eq(transfer_difference(&line), cases[i].difference);
    }
}

TEST(transfer_is_received_once_all_was_told)
{
    expect_int_eq(transfer_closes(TRANSFER_CLOSE_WHEN_TOLD, 0), true);
    expect_int_eq(transfer_closes(TRANSFER_CLOSE_WHEN_TOLD, 1), false);
    expect_int_eq(transfer_closes(TRANSFER_CLOSE, 1), true);
    expect_int_eq(transfer_closes(TRANSFER_LEAVE_OPEN, 0), false);
}
