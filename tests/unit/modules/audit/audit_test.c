/* The audit log: who an event names, what is kept of it, and the rows that the listener writes. */
#include "modules/audit/audit.h"

#include "platform/events/events.h"
#include "test.h"

#include <sqlite3.h>
#include <unistd.h>

#define ANOTHER "02a20489-be09-7002-8a6e-d6f7f8e73acc"
#define SOMEONE "01a20489-be09-7002-8a6e-d6f7f8e73acc"

TEST(audit_finds_the_employee_in_the_data)
{
    static const struct {
        const char *data, *employee;
    } cases[] = {
        {"{\"employeeId\":\"" SOMEONE "\"}", SOMEONE},
        {"{\"a\":1,\"employeeId\":\"" SOMEONE "\",\"b\":2}", SOMEONE},
        {"{}", NULL},
        {"", NULL},
        {"{\"employeeId\":null}", NULL},
        {"{\"employeeId\":\"01a20489\"}", NULL},
        {"{\"employeeId\":\"01a20489-be09-7002-8a6e-d6f7f8e73acx\"}", NULL},
        {"{\"notes\":\"\\\"employeeId\\\":\\\"" SOMEONE "\\\"\"}", NULL},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i].data);
        struct uuid wanted = UUID_NIL;
        if (cases[i].employee)
            uuid_parse(str_of(cases[i].employee), &wanted);
        expect(uuid_eq(audit_employee_of(str_of(cases[i].data)), wanted));
        expect(uuid_is_nil(audit_approver_of(str_of(cases[i].data))));
    }
}

TEST(audit_keeps_the_data_of_what_is_kept_nowhere_else)
{
    expect(!audit_keeps_data(STR("transaction.created")));
    expect(!audit_keeps_data(STR("stock.level_changed")));
    expect(audit_keeps_data(STR("transaction.voided")));
    expect(audit_keeps_data(STR("shift.ended")));
}

/* ---- Rows ---- */

static enum code publish(struct db_tx *tx, void *arg)
{
    struct events *events = arg;
    struct uuid outlet = {{7}};
    struct event_draft drafts[] = {
        {"transaction.created",
         {{1}},
         STR("{\"employeeId\":\"" SOMEONE "\",\"approvedBy\":\"" ANOTHER "\"}")},
        {"shift.ended", {{2}}, STR("{\"difference\":-500}")},
    };
    event_publish(tx, events, outlet, STR("till-1"), drafts, 2);
    event_publish(tx, events, db_business(tx), STR_NONE,
                  &(struct event_draft){"catalog.changed", {{3}}, STR("{}")}, 1);
    return CODE_OK;
}

static struct str rows_of(const char *path)
{
    sqlite3 *file;
    sqlite3_stmt *statement = NULL;
    struct str text = STR_NONE;
    expect(sqlite3_open(path, &file) == SQLITE_OK);
    expect(sqlite3_prepare_v2(
               file,
               "SELECT group_concat(action || '|' || entity_type || '|' || hex(substr(entity_id, 1, 1)) "
               "|| '|' || hex(substr(outlet_id, 1, 1)) || '|' || "
               "lower(hex(substr(employee_id, 1, 4))) || '|' || lower(hex(substr(approved_by, 1, 4))) "
               "|| '|' || coalesce(data, '-') "
               "|| '|' || coalesce(request_id, '-'), ' ') FROM (SELECT * FROM audit_log ORDER BY id)",
               -1, &statement, NULL) == SQLITE_OK);
    if (sqlite3_step(statement) == SQLITE_ROW)
        text = str_copy(test_arena(), str_of((const char *)sqlite3_column_text(statement, 0)));
    sqlite3_finalize(statement);
    sqlite3_close(file);
    return text;
}

TEST(audit_writes_one_row_an_event)
{
    char folder[] = "/tmp/tilopos-audit-XXXXXX", path[64];
    require(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/x.db", folder);
    struct db_options options = {
        .url = str_format(test_arena(), "sqlite:%s", path), .connections = 1, .migrate = true};
    struct db *db = db_open(&options);
    require(db);
    const struct listener *listener = AUDIT_MODULE.listeners;
    struct events *events = events_open(db, NULL, &listener, 1);
    require(events && events_start(events));
    expect_int_eq(db_write(db, uuid_new(), test_arena(), publish, events), CODE_OK);
    expect(events_drain(events, 10000));
    expect_str_eq(rows_of(path), STR("transaction.created|transaction|01|07|01a20489|02a20489|-|till-1 "
                                     "shift.ended|shift|02|07|||{\"difference\":-500}|till-1 "
                                     "catalog.changed|catalog|03||||{}|-"));
    events_close(events);
    db_close(db);
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        unlink(str_to_cstr(test_arena(), str_format(test_arena(), "%s%s", path, ends[i])));
    rmdir(folder);
}
