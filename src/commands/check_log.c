/* The event log: every entry can be unpacked into as many events as its row says. */
#include "commands/check_table.h"
#include "platform/events/entry.h"

#define PAGE 500

DB_STATEMENT_GLOBAL(CHECK_LOG_PAGE, REASON,
                    "SELECT " ENTRY_COLUMNS ", o.business_id, o.stream_id FROM outbox o "
                    "WHERE (o.business_id, o.stream_id, o.sequence) > ($1, $2, $3) "
                    "ORDER BY o.business_id, o.stream_id, o.sequence LIMIT $4");

struct page {
    struct stream_key key;
    int64_t sequence; /* of the last entry read */
    struct db_rows *rows;
};

static enum code read_page(struct db_tx *tx, void *arg)
{
    struct page *page = arg;
    page->rows = db_query(tx, &CHECK_LOG_PAGE, DB_UUID(page->key.business_id), DB_UUID(page->key.stream_id),
                          DB_INT(page->sequence), DB_INT(PAGE));
    return CODE_OK;
}

/* The four columns of a check. */
static void note_damage(struct arena *arena, struct db_rows *found, int64_t limit, const struct entry *entry)
{
    found->affected++;
    if ((int64_t)found->count < limit) {
        struct db_value *row = &found->values[found->count++ * found->columns];
        const char *id = arena_copy(arena, entry->key.stream_id.bytes, sizeof entry->key.stream_id.bytes);
        row[0] = DB_BYTES(((struct str){id, sizeof entry->key.stream_id.bytes}));
        row[1] = DB_INT(entry->sequence);
        row[2] = DB_INT(entry->count);
    }
    for (size_t i = 0; i < found->count; i++)
        found->values[i * found->columns + 3] = DB_INT(found->affected);
}

static enum code check_page(struct db *db, struct arena *scratch, struct page *page, struct arena *arena,
                            int64_t limit, struct db_rows *found)
{
    enum code code = db_read(db, UUID_NIL, scratch, read_page, page);
    for (size_t i = 0; !code && i < page->rows->count; i++) {
        page->key = (struct stream_key){db_uuid(page->rows, i, 6), db_uuid(page->rows, i, 7)};
        struct entry entry = entry_of_row(page->rows, i, page->key);
        page->sequence = entry.sequence;
        if (!entry_events(scratch, &entry))
            note_damage(arena, found, limit, &entry);
    }
    return code;
}

enum code check_log_entries(struct db *db, struct arena *arena, int64_t limit, struct db_rows **ret_found)
{
    struct db_rows *found = arena_new(arena, struct db_rows);
    found->columns = 4;
    found->values = arena_array(arena, struct db_value, found->columns * (size_t)limit);
    struct page page = {.sequence = INT64_MIN};
    struct arena scratch = {0};
    enum code code;
    do {
        arena_reset(&scratch);
        code = check_page(db, &scratch, &page, arena, limit, found);
    } while (!code && page.rows->count == PAGE);
    arena_free(&scratch);
    found->affected = 0;
    *ret_found = found;
    return code;
}
