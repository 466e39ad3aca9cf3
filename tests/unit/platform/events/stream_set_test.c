/* The queue of streams: each once, in order, bounded. */
#include "platform/events/stream_set.h"
#include "test.h"

static struct stream_key key_of(unsigned number)
{
    struct stream_key key = {{{1}}, {{2}}};
    memcpy(key.stream_id.bytes + 12, &number, sizeof number);
    return key;
}

static unsigned take(struct stream_set *set, int64_t *ret_sequence)
{
    struct stream_key key;
    if (!stream_set_take(set, &key, ret_sequence))
        return 0;
    unsigned number;
    memcpy(&number, key.stream_id.bytes + 12, sizeof number);
    return number;
}

TEST(stream_set_keeps_order_and_the_highest_sequence)
{
    struct stream_set set = {0};
    int64_t sequence;
    expect(stream_set_add(&set, key_of(7), 3));
    expect(stream_set_add(&set, key_of(8), 1));
    expect(stream_set_add(&set, key_of(7), 9));
    expect(stream_set_add(&set, key_of(7), 4));
    expect_int_eq(take(&set, &sequence), 7);
    expect_int_eq(sequence, 9);
    expect(stream_set_add(&set, key_of(7), 10)); /* behind 8 now */
    expect_int_eq(take(&set, &sequence), 8);
    expect_int_eq(take(&set, &sequence), 7);
    expect_int_eq(take(&set, &sequence), 0);
    stream_set_free(&set);
}

TEST(stream_set_drops_what_was_read_meanwhile)
{
    struct stream_set set = {0};
    int64_t sequence;
    stream_set_add(&set, key_of(1), 5);
    stream_set_add(&set, key_of(2), 5);
    stream_set_settle(&set, key_of(1), 5);
    stream_set_settle(&set, key_of(2), 4);
    stream_set_settle(&set, key_of(3), 4);
    expect_int_eq(take(&set, &sequence), 2);
    expect_int_eq(take(&set, &sequence), 0);
    stream_set_add(&set, key_of(1), 6);
    stream_set_settle(&set, key_of(1), 6);
    stream_set_add(&set, key_of(1), 7);
    expect_int_eq(take(&set, &sequence), 1);
    expect_int_eq(sequence, 7);
    stream_set_free(&set);
}

TEST(stream_set_is_bounded_and_reuses_places)
{
    struct stream_set set = {0};
    int64_t sequence;
    /* Every eighth number falls into the same few buckets. */
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 1; i <= STREAM_SET_MAX; i++)
            require(stream_set_add(&set, key_of(i * STREAM_SET_BUCKETS / 8), i));
        expect(!stream_set_add(&set, key_of(3), 1));
        expect(stream_set_add(&set, key_of(STREAM_SET_BUCKETS / 8), 5));
        for (unsigned i = 1; i <= STREAM_SET_MAX; i++)
            require(take(&set, &sequence) == i * STREAM_SET_BUCKETS / 8);
        expect_int_eq(take(&set, &sequence), 0);
    }
    stream_set_free(&set);
}
