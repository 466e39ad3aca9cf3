/* Places in several streams as one text. */
#include "modules/realtime/realtime_position.h"

#include "test.h"

static struct uuid id_of(uint8_t number)
{
    struct uuid id = {{0}};
    id.bytes[15] = number;
    return id;
}

TEST(position_comes_back_from_its_text)
{
    struct stream_position streams[] = {
        {id_of(1), 0, 0}, {id_of(2), 127, 0}, {id_of(3), 128, 3}, {id_of(4), INT64_MAX / 2, 0}};
    struct position position = {streams, COUNT_OF(streams)}, parsed;
    struct str text = position_text(test_arena(), &position, 2);
    require(position_parse(test_arena(), text, &parsed));
    expect(parsed.count == COUNT_OF(streams));
    for (size_t i = 0; i < COUNT_OF(streams); i++) {
        const struct stream_position *found = position_find(&parsed, streams[i].stream_id);
        require(found);
        expect(found->sequence == streams[i].sequence && found->done == streams[i].done);
    }
    expect(!position_find(&parsed, id_of(9)));
    struct position none = {NULL, 0};
    require(position_parse(test_arena(), position_text(test_arena(), &none, 0), &parsed));
    expect(parsed.count == 0);
}

TEST(position_is_short_for_one_outlet)
{
    struct stream_position streams[] = {{id_of(1), 123456, 1}, {id_of(2), 700, 0}};
    struct position position = {streams, 2};
    expect(position_text(test_arena(), &position, 0).len <= 26);
}

TEST(position_refuses_what_is_no_position)
{
    struct position parsed;
    static const char *const cases[] = {
        "", "a", "!!", "AAAA", "AAAAAAAAAA", "________________________", "AQECAwQFBv______w"};
    expect(!position_parse(test_arena(), STR_NONE, &parsed));
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("%s", cases[i]);
        expect(!position_parse(test_arena(), str_of(cases[i]), &parsed));
    }
    struct stream_position streams[] = {{id_of(1), 300, 0}};
    struct position position = {streams, 1};
    struct str text = position_text(test_arena(), &position, 0);
    for (size_t len = 0; len < text.len; len++)
        position_parse(test_arena(), (struct str){text.data, len},
                       &parsed); /* reads no byte beyond the end */
}

TEST(position_advances_to_the_later_place_of_each_stream)
{
    struct stream_position mine[] = {{id_of(1), 5, 0}, {id_of(2), 5, 2}, {id_of(3), 5, 0}, {id_of(4), 5, 0}};
    struct stream_position other[] = {
        {id_of(2), 5, 1}, {id_of(1), 7, 3}, {id_of(3), 4, 9}, {id_of(9), 99, 0}};
    struct position position = {mine, COUNT_OF(mine)}, later = {other, COUNT_OF(other)};
    position_advance(&position, &later);
    expect(mine[0].sequence == 7 && mine[0].done == 3);
    expect(mine[1].sequence == 5 && mine[1].done == 2);
    expect(mine[2].sequence == 5 && mine[2].done == 0);
    expect(mine[3].sequence == 5 && mine[3].done == 0);
}
