/* Which events a pattern takes, and which patterns and names there are. */
#include "platform/events/pattern.h"
#include "test.h"

TEST(event_pattern_takes_what_it_says)
{
    static const struct {
        const char *pattern, *name;
        bool matches;
    } cases[] = {
        {"*", "transaction.created", true},
        {"transaction.*", "transaction.created", true},
        {"transaction.*", "transactions.created", false},
        {"transaction.*", "transaction", false},
        {"transaction.created", "transaction.created", true},
        {"transaction.created", "transaction.created_late", false},
        {"transaction.created transaction.voided", "transaction.voided", true},
        {"transaction.created payment.*", "payment.received", true},
        {"transaction.created payment.*", "stock.low", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s on %s", cases[i].pattern, cases[i].name);
        expect(event_pattern_matches(str_of(cases[i].pattern), str_of(cases[i].name)) == cases[i].matches);
    }
}

TEST(event_pattern_is_checked)
{
    static const struct {
        const char *pattern;
        bool valid;
    } cases[] = {
        {"*", true},         {"a.*", true}, {"a.b", true},    {"a.b c.*", true},
        {"", false},         {"a", false},  {"a.b.c", false}, {"A.b", false},
        {"a.b  c.d", false}, {".b", false}, {"a.", false},    {"*.b", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("\"%s\"", cases[i].pattern);
        expect(event_pattern_is_valid(str_of(cases[i].pattern)) == cases[i].valid);
    }
}

TEST(event_name_is_entity_and_what_happened)
{
    static const struct {
        const char *name;
        bool valid;
    } cases[] = {
        {"transaction.created", true},
        {"stock.level_changed", true},
        {"a", false},
        {"a.", false},
        {"a.b.c", false},
        {"a.*", false},
        {"a.B", false},
        {"", false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("\"%s\"", cases[i].name);
        expect(event_name_is_valid(str_of(cases[i].name)) == cases[i].valid);
    }
}
