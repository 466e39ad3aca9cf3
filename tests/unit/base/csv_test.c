/* Comma-separated values, as RFC 4180 and as spreadsheets write them. */
#include "base/csv.h"
#include "test.h"

/* "row:cell|cell" a line. */
static struct str shown(const struct csv *csv)
{
    struct buf out = buf_make(test_arena(), 256, 4096);
    for (size_t i = 0; i < csv->count; i++) {
        const struct csv_record *record = &csv->records[i];
        buf_format(&out, "%zu:", record->row);
        for (size_t k = 0; k < record->count; k++)
            buf_format(&out, "%s%.*s", k > 0 ? "|" : "", STR_ARG(record->cells[k]));
        buf_put_char(&out, '\n');
    }
    return buf_str(&out);
}

TEST(csv_reads_what_spreadsheets_write)
{
    static const struct {
        const char *text, *records;
    } cases[] = {
        {"", ""},
        {"a", "1:a\n"},
        {"a,b\r\n1,2\r\n", "1:a|b\n2:1|2\n"},
        {"a,b\n1,\n,2\n,", "1:a|b\n2:1|\n3:|2\n4:|\n"},
        {"a\r1\r", "1:a\n2:1\n"},
        {"a\n\n\n1\n\n", "1:a\n4:1\n"},
        {"\xEF\xBB\xBF"
         "a;b\n1,5;2",
         "1:a|b\n2:1,5|2\n"},
        {"a;b,c\n1;2", "1:a;b|c\n2:1;2\n"},
        {"\"a\",\"b, c\",\"d \"\"e\"\"\"\n\"\",\"x\ny\",\"\"\"\"", "1:a|b, c|d \"e\"\n2:|x\ny|\"\n"},
        {"12\" cup, 'n", "1:12\" cup| 'n\n"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct csv csv;
        size_t row;
        test_note("case %zu", i);
        expect(!csv_parse(test_arena(), str_of(cases[i].text), 4, &csv, &row));
        expect_str_eq(shown(&csv), str_of(cases[i].records));
    }
}

TEST(csv_says_what_is_wrong_and_where)
{
    static const struct {
        const char *text, *fault;
        size_t row;
    } cases[] = {
        {"a\n\n\"b", "a quoted cell does not end", 3},
        {"a\n\"b\"\"", "a quoted cell does not end", 2},
        {"\"a\"b", "there is text behind a quoted cell", 1},
        {"a\nb\nc\nd\n\n", NULL, 0},
        {"a\nb\nc\nd\n\ne\nf", "there are too many rows", 6},
        {",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,", NULL, 0},
        {",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,", "there are too many cells", 1},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct csv csv;
        size_t row;
        test_note("case %zu", i);
        const char *fault = csv_parse(test_arena(), str_of(cases[i].text), 4, &csv, &row);
        expect_str_eq(str_of(fault), str_of(cases[i].fault));
        if (fault)
            expect_int_eq((int64_t)row, (int64_t)cases[i].row);
    }
}

TEST(csv_writes_what_it_reads)
{
    static const struct {
        const char *text, *cell;
    } cases[] = {
        {"Kopi Susu", "Kopi Susu"},
        {"a,b", "\"a,b\""},
        {"a;b", "\"a;b\""},
        {"12\" cup", "\"12\"\" cup\""},
        {"x\ny", "\"x\ny\""},
        {"", ""},
        {"=1+2", "'=1+2"},
        {"-5", "'-5"},
        {"'=1", "''=1"},
        {"@x,y", "\"'@x,y\""},
        {"'n roll", "'n roll"},
        {"'", "'"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct buf out = buf_make(test_arena(), 64, 256);
        struct csv csv;
        size_t row;
        test_note("case %zu", i);
        csv_put_text(&out, str_of(cases[i].text));
        expect_str_eq(buf_str(&out), str_of(cases[i].cell));
        buf_put(&out, STR(",end"));
        expect(!csv_parse(test_arena(), buf_str(&out), 1, &csv, &row));
        expect_str_eq(csv_text(csv.records[0].cells[0]), str_of(cases[i].text));
    }
}
