/* Kitchen orders: which sales make one, how it moves, how it follows its items. */
#include "domain/order.h"
#include "test.h"

#define NEVER INT64_MIN

TEST(order_moves_forward_or_is_cancelled)
{
    /* Rows: from; columns: to, in the order of the enum. */
    static const char *const allowed[ORDER_STATUSES] = {
        [ORDER_PENDING] = "-xxxxx", [ORDER_COOKING] = "--xxxx",   [ORDER_READY] = "---xxx",
        [ORDER_SERVED] = "----xx",  [ORDER_COMPLETED] = "------", [ORDER_CANCELLED] = "------",
    };
    for (int from = 0; from < ORDER_STATUSES; from++) {
        for (int to = 0; to < ORDER_STATUSES; to++) {
            test_note("%s to %s", ORDER_STATUS_NAMES[from], ORDER_STATUS_NAMES[to]);
            expect_int_eq(order_may_move(from, to), allowed[from][to] == 'x');
        }
    }
    expect(!order_may_move(ORDER_PENDING, ORDER_STATUSES));
}

TEST(order_is_recalled_when_the_kitchen_had_let_go_of_it)
{
    static const char allowed[ORDER_STATUSES + 1] = "--xxx-";
    for (int status = 0; status < ORDER_STATUSES; status++) {
        test_note("%s", ORDER_STATUS_NAMES[status]);
        expect_int_eq(order_may_be_recalled(status), allowed[status] == 'x');
    }
    struct order_progress progress = {ORDER_COMPLETED, 5, 7, 8, 9};
    order_recall(&progress);
    expect_int_eq(progress.status, ORDER_COOKING);
    expect_int_eq(progress.started_at, 5);
    expect_int_eq(progress.ready_at, NEVER);
    expect_int_eq(progress.served_at, NEVER);
    expect_int_eq(progress.closed_at, NEVER);
}

TEST(order_keeps_the_first_time_of_each_step)
{
    static const struct {
        const char *what;
        struct order_progress before;
        enum order_status to;
        struct order_progress after;
    } cases[] = {
        {"first step",
         {ORDER_PENDING, NEVER, NEVER, NEVER, NEVER},
         ORDER_COOKING,
         {ORDER_COOKING, 9, NEVER, NEVER, NEVER}},
        {"next step",
         {ORDER_COOKING, 5, NEVER, NEVER, NEVER},
         ORDER_READY,
         {ORDER_READY, 5, 9, NEVER, NEVER}},
        {"skipped",
         {ORDER_PENDING, NEVER, NEVER, NEVER, NEVER},
         ORDER_SERVED,
         {ORDER_SERVED, 9, 9, 9, NEVER}},
        {"skipped to the end",
         {ORDER_COOKING, 5, NEVER, NEVER, NEVER},
         ORDER_COMPLETED,
         {ORDER_COMPLETED, 5, 9, 9, 9}},
        {"cancelled",
         {ORDER_COOKING, 5, NEVER, NEVER, NEVER},
         ORDER_CANCELLED,
         {ORDER_CANCELLED, 5, NEVER, NEVER, 9}},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct order_progress progress = cases[i].before;
        test_note("%s", cases[i].what);
        order_move(&progress, cases[i].to, 9);
        expect_int_eq(progress.status, cases[i].after.status);
        expect_int_eq(progress.started_at, cases[i].after.started_at);
        expect_int_eq(progress.ready_at, cases[i].after.ready_at);
        expect_int_eq(progress.served_at, cases[i].after.served_at);
        expect_int_eq(progress.closed_at, cases[i].after.closed_at);
    }
}

TEST(order_follows_its_items)
{
    /* A letter each: Pending, Cooking, Ready, Served, c(O)mpleted, X cancelled. */
    static const struct {
        char order;
        const char *items;
        char after;
    } cases[] = {
        {'P', "PPP", 'P'}, {'P', "PCP", 'C'}, {'P', "PRP", 'C'}, {'P', "RRR", 'R'}, {'C', "RRR", 'R'},
        {'C', "RCR", 'C'}, {'C', "RRS", 'R'}, {'R', "SSS", 'S'}, {'R', "SRS", 'R'}, {'S', "OOO", 'O'},
        {'C', "XRX", 'R'}, {'P', "XPX", 'P'}, {'P', "XXX", 'X'}, {'S', "XX", 'X'},  {'R', "RPP", 'R'},
        {'S', "RRR", 'S'}, {'P', "O", 'O'},   {'O', "OOO", 'O'}, {'X', "CCC", 'X'}, {'P', "PSX", 'C'},
    };
    static const char letters[] = "PCRSOX";
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        enum order_status items[8];
        size_t count = strlen(cases[i].items);
        for (size_t k = 0; k < count; k++)
            items[k] = (enum order_status)(strchr(letters, cases[i].items[k]) - letters);
        enum order_status order = (enum order_status)(strchr(letters, cases[i].order) - letters);
        test_note("%c with %s", cases[i].order, cases[i].items);
        expect_int_eq(letters[order_follows(order, items, count)], cases[i].after);
    }
}

TEST(order_items_do_not_stay_behind)
{
    static const struct {
        enum order_status item, order, after;
    } cases[] = {
        {ORDER_PENDING, ORDER_COOKING, ORDER_COOKING},       {ORDER_READY, ORDER_COOKING, ORDER_READY},
        {ORDER_COOKING, ORDER_SERVED, ORDER_SERVED},         {ORDER_CANCELLED, ORDER_READY, ORDER_CANCELLED},
        {ORDER_COMPLETED, ORDER_CANCELLED, ORDER_COMPLETED}, {ORDER_SERVED, ORDER_CANCELLED, ORDER_CANCELLED},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu", i);
        expect_int_eq(order_item_follows(cases[i].item, cases[i].order), cases[i].after);
    }
}

TEST(sales_that_need_an_order)
{
    static const struct {
        const char *what;
        struct order_sale sale;
        enum order_need need;
    } cases[] = {
        {"a sale", {true, false, false, false, 1000, NEVER}, ORDER_TO_COOK},
        {"retail", {true, false, true, false, 1000, NEVER}, ORDER_NOT_NEEDED},
        {"voided meanwhile", {true, true, false, false, 1000, NEVER}, ORDER_NOT_NEEDED},
        {"settles orders", {true, false, false, true, 1000, NEVER}, ORDER_NOT_NEEDED},
        {"a refund", {false, false, false, false, 1000, NEVER}, ORDER_NOT_NEEDED},
        {"offline, just now", {true, false, false, false, ORDER_STALE_MS, 0}, ORDER_TO_COOK},
        {"a till whose clock is ahead", {true, false, false, false, 1000, 2000}, ORDER_TO_COOK},
        {"offline, long ago", {true, false, false, false, ORDER_STALE_MS + 1, 0}, ORDER_FOR_THE_RECORD},
        {"offline, long ago, retail", {true, false, true, false, ORDER_STALE_MS + 1, 0}, ORDER_NOT_NEEDED},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i].what);
        expect_int_eq(order_needed(&cases[i].sale), cases[i].need);
    }
}
