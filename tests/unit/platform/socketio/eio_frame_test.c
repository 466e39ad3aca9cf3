/* Frames as a WebSocket and as a poll send them, queues of them, and the heap of deadlines. */
#include "base/buf.h"
#include "platform/socketio/eio_frame.h"
#include "platform/socketio/eio_timer.h"
#include "test.h"

#include <stdlib.h>

static struct str poll_text(const struct eio_frame *frame)
{
    size_t len = eio_frame_poll_len(frame);
    char *out = arena_alloc(test_arena(), len + 1);
    expect_int_eq(eio_frame_poll_put(frame, out), len);
    return (struct str){out, len};
}

TEST(eio_frame_has_the_shortest_header)
{
    static const struct {
        size_t payload, header;
        const char *bytes; /* of the header, in hex */
    } cases[] = {{0, 2, "8101"},
                 {124, 2, "817d"},
                 {125, 4, "817e007e"},
                 {65534, 4, "817effff"},
                 {65535, 10, "817f0000000000010000"}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char *text = arena_alloc(test_arena(), cases[i].payload + 1);
        memset(text, 'x', cases[i].payload);
        struct eio_frame *frame = eio_frame_text((struct str){text, cases[i].payload});
        struct str wire = eio_frame_wire(frame);
        test_note("%zu bytes", cases[i].payload);
        expect_int_eq(wire.len, cases[i].header + 1 + cases[i].payload);
        expect_str_eq(str_hex(test_arena(), wire.data, cases[i].header), str_of(cases[i].bytes));
        expect_int_eq(wire.data[cases[i].header], '4');
        expect_int_eq(poll_text(frame).len, 1 + cases[i].payload);
        eio_frame_unref(frame);
    }
}

TEST(eio_frame_of_bytes)
{
    struct eio_frame *frame = eio_frame_binary(STR("\x01\x02\x03\x04"));
    struct str wire = eio_frame_wire(frame);
    expect_str_eq(str_hex(test_arena(), wire.data, wire.len), STR("820401020304"));
    expect_str_eq(poll_text(frame), STR("bAQIDBA=="));
    eio_frame_unref(frame);
    frame = eio_frame_close(1009);
    wire = eio_frame_wire(frame);
    expect_str_eq(str_hex(test_arena(), wire.data, wire.len), STR("880203f1"));
    eio_frame_unref(frame);
}

TEST(eio_frame_put_together)
{
    struct str parts[] = {STR("2/kds,"), STR(""), STR("[\"w\"]"), STR_NONE};
    struct eio_frame *frame = eio_frame_text_of(parts, 4);
    expect_str_eq(poll_text(frame), STR("42/kds,[\"w\"]"));
    eio_frame_unref(eio_frame_ref(frame));
    expect_str_eq(poll_text(frame), STR("42/kds,[\"w\"]"));
    eio_frame_unref(frame);
}

static struct eio_frame *numbered(int number)
{
    return eio_frame_text(str_format(test_arena(), "%d", number));
}

TEST(eio_queue_keeps_order_and_count)
{
    struct eio_queue queue = {0};
    int put = 0, taken = 0;
    expect(!eio_queue_take(&queue));
    for (int round = 0; round < 200; round++) {
        for (int i = 0; i < round % 13; i++)
            eio_queue_put(&queue, numbered(put++));
        for (int i = 0; i < round % 11 && queue.count > 0; i++) {
            struct eio_frame *frame = eio_queue_take(&queue);
            expect_str_eq(poll_text(frame), str_format(test_arena(), "4%d", taken++));
            eio_frame_unref(frame);
        }
        size_t bytes = 0;
        for (uint32_t i = 0; i < queue.count; i++)
            bytes += eio_frame_wire(eio_queue_at(&queue, i)).len;
        require(queue.bytes == bytes && (int)queue.count == put - taken);
    }
    eio_queue_clear(&queue);
    expect(queue.count == 0 && queue.bytes == 0 && !queue.frames);
}

TEST(eio_timers_fire_in_order)
{
    enum { COUNT = 1000 };
    struct eio_timers timers = {0};
    static struct eio_timer all[COUNT];
    unsigned chance = 1;
    for (size_t i = 0; i < COUNT; i++) {
        chance = chance * 1103515245 + 12345;
        all[i] = (struct eio_timer){.at_ms = chance >> 16 & 255};
        eio_timers_put(&timers, &all[i]);
    }
    for (size_t i = 0; i < COUNT; i += 3) {
        eio_timers_remove(&timers, &all[i]);
        eio_timers_remove(&timers, &all[i]); /* not armed: nothing */
    }
    int64_t last = 0;
    size_t fired = 0;
    for (struct eio_timer *timer; (timer = eio_timers_first(&timers)); fired++) {
        require(timer->at_ms >= last && (timer - all) % 3 != 0);
        last = timer->at_ms;
        eio_timers_remove(&timers, timer);
        expect_int_eq(timer->place, 0);
    }
    expect_int_eq(fired, COUNT - (COUNT + 2) / 3);
    eio_timers_free(&timers);
}
