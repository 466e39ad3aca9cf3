/* Any text as comma-separated values: read, or refused; what was read is written and read again the same. */
#include "base/check.h"
#include "base/csv.h"
#include "fuzz.h"

#define RECORDS_MAX 100

static void check_round(struct arena *arena, const struct csv_record *record)
{
    struct buf out = buf_make(arena, 256, 1024 * 1024);
    struct csv again;
    size_t row;
    buf_put(&out, STR("x,"));
    for (size_t i = 0; i < record->count && i < CSV_CELLS_MAX - 2; i++) {
        csv_put_text(&out, record->cells[i]);
        buf_put_char(&out, ',');
    }
    check(!csv_parse(arena, buf_str(&out), 1, &again, &row) && again.count == 1);
    for (size_t i = 0; i < record->count && i < CSV_CELLS_MAX - 2; i++)
        check(str_eq(csv_text(again.records[0].cells[i + 1]), record->cells[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct csv csv = {0};
    size_t row;
    if (!csv_parse(&arena, (struct str){(const char *)data, size}, RECORDS_MAX, &csv, &row)) {
        for (size_t i = 0; i < csv.count; i++)
            check_round(&arena, &csv.records[i]);
    }
    arena_free(&arena);
    return 0;
}
