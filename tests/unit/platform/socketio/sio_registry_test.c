/* Sockets of a user are counted; a sid has one socket at a time. */
#include "platform/socketio/sio_registry.h"
#include "test.h"

TEST(sio_user_has_a_limit)
{
    struct sio_registry registry = {0};
    sio_registry_init(&registry);
    struct sio_user *ani = sio_user_enter(&registry, STR("ani"), 2);
    expect(ani && sio_user_enter(&registry, STR("ani"), 2) == ani);
    expect(!sio_user_enter(&registry, STR("ani"), 2));
    struct sio_user *budi = sio_user_enter(&registry, STR("budi"), 2);
    expect(budi && budi != ani);
    sio_user_leave(&registry, ani);
    expect(sio_user_enter(&registry, STR("ani"), 2) == ani);
    expect(sio_user_enter(&registry, STR("ani"), 0) == ani); /* no limit */
    for (int i = 0; i < 3; i++)
        sio_user_leave(&registry, ani);
    sio_user_leave(&registry, budi);
    sio_user_leave(&registry, NULL);
    sio_registry_destroy(&registry); /* checks that nobody is left */
}

TEST(sio_seat_is_taken_over)
{
    struct sio_registry registry = {0};
    struct sio_seat seats[3] = {0};
    struct eio_ref old = {0};
    sio_registry_init(&registry);
    expect(!sio_seat_is_taken(&registry, STR("one")));
    expect(!sio_seat_take(&registry, &seats[0], STR("one"), (struct eio_ref){0, 10}, &old));
    expect(!sio_seat_take(&registry, &seats[1], STR("two"), (struct eio_ref){0, 11}, &old));
    expect(sio_seat_take(&registry, &seats[2], STR("one"), (struct eio_ref){1, 12}, &old));
    expect_int_eq((int64_t)old.id, 10);
    sio_seat_leave(&registry, &seats[0]); /* it has it no more: nothing happens */
    expect(sio_seat_take(&registry, &seats[0], STR("one"), (struct eio_ref){0, 13}, &old));
    expect_int_eq((int64_t)old.id, 12);
    expect_int_eq(old.loop, 1);
    expect(sio_seat_is_taken(&registry, STR("one")));
    for (size_t i = 0; i < COUNT_OF(seats); i++)
        sio_seat_leave(&registry, &seats[i]);
    expect(!sio_seat_is_taken(&registry, STR("one")));
    sio_registry_destroy(&registry);
}
