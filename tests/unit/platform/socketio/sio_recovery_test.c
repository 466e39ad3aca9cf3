/* Recovery ids: any node believes its own kind, nobody else's. */
#include "platform/socketio/sio_recovery.h"
#include "test.h"

#define SECRET STR("a secret of all the nodes")
#define SID STR("0123456789-_abcdefgh")

TEST(sio_pid_tells_what_was_put_in)
{
    static const struct str starts[] = {STR_INIT(""), STR_INIT("17"), STR_INIT("a:12,b:{\"x\"}\n\0z")};
    struct sio_recovery_key here = sio_recovery_key_of(SECRET), there = sio_recovery_key_of(SECRET);
    for (size_t i = 0; i < COUNT_OF(starts); i++) {
        struct str sid, start;
        struct str pid = sio_pid_make(&here, test_arena(), STR("/kds"), SID, starts[i]);
        require(sio_pid_read(&there, test_arena(), STR("/kds"), pid, &sid, &start));
        expect_str_eq(sid, SID);
        expect_str_eq(start, starts[i]);
    }
}

TEST(sio_pid_of_others_is_refused)
{
    struct str sid, start;
    struct sio_recovery_key key = sio_recovery_key_of(SECRET),
                            other = sio_recovery_key_of(STR("another secret!!"));
    struct sio_recovery_key none = sio_recovery_key_of(STR_NONE);
    struct str pid = sio_pid_make(&key, test_arena(), STR("/kds"), SID, STR("17"));
    expect(!sio_pid_read(&other, test_arena(), STR("/kds"), pid, &sid, &start));
    expect(!sio_pid_read(&none, test_arena(), STR("/kds"), pid, &sid, &start));
    expect(!sio_pid_read(&key, test_arena(), STR("/notifications"), pid, &sid, &start));
    for (size_t i = 0; i < pid.len; i++) { /* each character counts */
        struct str bent = str_copy(test_arena(), pid);
        ((char *)bent.data)[i] = bent.data[i] == 'A' ? 'B' : 'A';
        test_note("at %zu", i);
        expect(!sio_pid_read(&key, test_arena(), STR("/kds"), bent, &sid, &start));
        expect(!sio_pid_read(&key, test_arena(), STR("/kds"), (struct str){pid.data, i}, &sid, &start));
    }
    expect(!sio_pid_read(&key, test_arena(), STR("/kds"), STR("no base64url!"), &sid, &start));
}

TEST(sio_pid_is_not_made_of_too_much)
{
    static char much[SIO_PID_START_MAX + 1];
    struct sio_recovery_key key = sio_recovery_key_of(SECRET);
    struct str sid, start;
    struct str pid = sio_pid_make(&key, test_arena(), STR("/"), SID, (struct str){much, SIO_PID_START_MAX});
    expect(sio_pid_read(&key, test_arena(), STR("/"), pid, &sid, &start));
    expect(!sio_pid_make(&key, test_arena(), STR("/"), SID, (struct str){much, SIO_PID_START_MAX + 1}).data);
}

TEST(sio_sid_is_new_each_time)
{
    struct str first = sio_sid_make(test_arena()), second = sio_sid_make(test_arena());
    expect_int_eq((int64_t)first.len, SIO_SID_TEXT);
    expect(!str_eq(first, second));
}
