/* What is worth a message, and its words. */
#include "modules/notifications/notifications_internal.h"

#include "platform/events/pattern.h"
#include "test.h"

TEST(notifications_listen_to_what_they_have_words_for)
{
    struct str pattern = str_of(NOTIFICATIONS_MODULE.listeners[0].pattern), rest = pattern;
    size_t count = 0;
    while (rest.data) {
        struct str event = str_cut(&rest, ' ');
        const struct notice_kind *kind = notice_kind_of_event(event);
        test_note("%.*s", STR_ARG(event));
        require(kind);
        expect(notice_kind_of_type(str_of(kind->type)) == kind);
        for (int language = 0; language < LANGUAGES; language++)
            expect(kind->titles[language] && kind->messages[language]);
        count++;
    }
    expect(count > 5);
    expect(event_pattern_is_valid(pattern));
    expect(!notice_kind_of_event(STR("notification.created")));
}

TEST(notifications_fill_in_their_words)
{
    static const struct {
        const char *text, *data, *wanted;
    } cases[] = {
        {"plain", "{}", "plain"},
        {"{a}", "{\"a\":\"x\"}", "x"},
        {"{a} and {b}.", "{\"b\":-12.5,\"a\":\"K\\\"opi\"}", "K\"opi and -12.5."},
        {"{name} {variantName} left", "{\"name\":\"Kopi\"}", "Kopi left"},
        {"{name} {variantName}.", "{\"name\":\"Kopi\",\"variantName\":null}", "Kopi."},
        {"{name}: {x}", "{}", ": "},
        {"{open", "{}", "{open"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i].text);
        expect_str_eq(notice_text(test_arena(), cases[i].text, str_of(cases[i].data)),
                      str_of(cases[i].wanted));
    }
}

TEST(notifications_speak_the_language_that_is_asked_for)
{
    static const struct {
        const char *header, *currency;
        enum language wanted;
    } cases[] = {
        {NULL, "IDR", LANGUAGE_ID},
        {NULL, "USD", LANGUAGE_EN},
        {"en-US,id;q=0.5", "IDR", LANGUAGE_EN},
        {"ID", "USD", LANGUAGE_ID},
        {"fr", "IDR", LANGUAGE_ID},
        {"*", "USD", LANGUAGE_EN},
        {"", "IDR", LANGUAGE_ID},
        {" id-ID , en", "USD", LANGUAGE_ID},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s %s", cases[i].header ? cases[i].header : "-", cases[i].currency);
        expect(notice_language(str_of(cases[i].header), str_of(cases[i].currency)) == cases[i].wanted);
    }
}

TEST(notifications_pass_over_what_is_as_it_should_be)
{
    const struct notice_kind *shift = notice_kind_of_event(STR("shift.ended"));
    require(shift && shift->matters);
    expect(!shift->matters(STR("{\"cashDifference\":0}")));
    expect(!shift->matters(STR("{\"cashDifference\":null}")) && !shift->matters(STR("{}")));
    expect(shift->matters(STR("{\"cashDifference\":-500}")) &&
           shift->matters(STR("{\"cashDifference\":0.5}")));
}

TEST(notifications_tell_one_step_of_a_transfer_once)
{
    const struct notice_kind *transfer = notice_kind_of_event(STR("stock.transfer_status_changed"));
    const struct notice_kind *low = notice_kind_of_event(STR("stock.low"));
    struct event source = {.event_id = {{1}},
                           .data = STR("{\"transferId\":\"t\",\"newStatus\":\"received\"}")};
    struct event destination = source, earlier = source;
    destination.event_id = (struct uuid){{2}};
    earlier.data = STR("{\"transferId\":\"t\",\"newStatus\":\"approved\"}");
    struct str key = notice_key(test_arena(), transfer, &source);
    expect_str_eq(key, notice_key(test_arena(), transfer, &destination));
    expect(!str_eq(key, notice_key(test_arena(), transfer, &earlier)));
    expect(!str_eq(notice_key(test_arena(), low, &source), notice_key(test_arena(), low, &destination)));
}
