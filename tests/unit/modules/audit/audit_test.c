/* The audit log: who an event names, what is kept of it, and the rows that the listener writes. */
#include "modules/audit/audit.h"

#include "platform/events/events.h"
#include "test.h"

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

TEST(audit_keeps_what_is_kept_nowhere_else)
{
    static const struct {
        const char *name, *data;
        bool kept, with_data;
    } cases[] = {
        {"transaction.created", "{\"transactionId\":\"" SOMEONE "\"}", true, false},
        {"transaction.voided", "{\"transactionId\":\"" SOMEONE "\"}", true, true},
        {"payment.received", "{\"transactionId\":\"" SOMEONE "\"}", false, true},
        {"stock.level_changed", "{\"employeeId\":\"" SOMEONE "\",\"transactionId\":\"" ANOTHER "\"}", false,
         true},
        {"stock.level_changed", "{\"employeeId\":\"" SOMEONE "\",\"levels\":[]}", true, true},
        {"shift.ended", "{}", true, true},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct event event = {.name = str_of(cases[i].name), .data = str_of(cases[i].data)};
        test_note("%s %s", cases[i].name, cases[i].data);
        expect(audit_keeps(&event) == cases[i].kept);
        expect(audit_keeps_data(event.name) == cases[i].with_data);
    }
}

TEST(audit_packs_and_unpacks)
{
    struct audit_ids ids = {{{1}}, {{2}}, UUID_NIL, {{3}}};
    struct str request_id, data;
    expect_str_eq(audit_unpack_action(test_arena(), audit_pack_action(test_arena(), STR("a.new_one"))),
                  STR("a.new_one"));
    struct str packed = audit_pack_details(test_arena(), &ids, STR(SOMEONE), STR("{\"employeeId\":null}"));
    expect(audit_unpack_details(test_arena(), &ids, packed, &request_id, &data));
    expect_str_eq(request_id, STR(SOMEONE));
    expect_str_eq(data, STR("{\"employeeId\":null}"));
    packed = audit_pack_details(test_arena(), &ids, STR_NONE, STR_NONE);
    expect(audit_unpack_details(test_arena(), &ids, packed, &request_id, &data));
    expect(!request_id.data && !data.data);
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

DB_STATEMENT(TEST_AUDIT_ROWS, "SELECT outlet_id, employee_id, approved_by, entity_id, action, details "
                              "FROM audit_log WHERE business_id = $1 ORDER BY id");

static int by_text(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static struct str sorted_lines(struct str text)
{
    struct str lines[16], rest = text;
    size_t count = 0;
    for (struct str line = str_cut(&rest, '\n'); line.len && count < 16; line = str_cut(&rest, '\n'))
        lines[count++] = line;
    qsort(lines, count, sizeof *lines, by_text);
    struct buf out = buf_make(test_arena(), text.len, text.len);
    for (size_t i = 0; i < count; i++) {
        buf_put(&out, lines[i]);
        buf_put_char(&out, '\n');
    }
    return buf_str(&out);
}

static enum code read_rows(struct db_tx *tx, void *arg)
{
    struct buf *out = arg;
    struct db_rows *rows = db_query(tx, &TEST_AUDIT_ROWS);
    for (size_t i = 0; i < rows->count; i++) {
        struct audit_ids ids = {db_uuid(rows, i, 0), db_uuid(rows, i, 1), db_uuid(rows, i, 2),
                                db_uuid(rows, i, 3)};
        struct str action = audit_unpack_action(test_arena(), db_text(rows, i, 4)), request_id, data;
        expect(audit_unpack_details(test_arena(), &ids, db_text(rows, i, 5), &request_id, &data));
        buf_format(out, "%.*s|%d|%d|%02x|%02x|%.*s|%.*s\n", STR_ARG(action), ids.entity_id.bytes[0],
                   ids.outlet_id.bytes[0], ids.employee_id.bytes[0], ids.approved_by.bytes[0],
                   STR_ARG(data.data ? data : STR("-")), STR_ARG(request_id.data ? request_id : STR("-")));
    }
    return CODE_OK;
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
    struct uuid business = uuid_new();
    struct buf rows = buf_make(test_arena(), 1024, 65536);
    expect_int_eq(db_write(db, business, test_arena(), publish, events), CODE_OK);
    expect(events_drain(events, 10000));
    expect_int_eq(db_read(db, business, test_arena(), read_rows, &rows), CODE_OK);
    /* By their ids: of one instant those of the same number stand in no order, so each in its own. */
    expect_str_eq(sorted_lines(buf_str(&rows)), STR("catalog.changed|3|0|00|00|{}|-\n"
                                                    "shift.ended|2|7|00|00|{\"difference\":-500}|till-1\n"
                                                    "transaction.created|1|7|01|02|-|till-1\n"));
    events_close(events);
    db_close(db);
    static const char *const ends[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < COUNT_OF(ends); i++)
        unlink(str_to_cstr(test_arena(), str_format(test_arena(), "%s%s", path, ends[i])));
    rmdir(folder);
}
