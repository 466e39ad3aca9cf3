/* Queries, session ids, packets and polling payloads. */
#include "base/buf.h"
#include "platform/socketio/eio_packet.h"
#include "test.h"

TEST(eio_query_takes_the_first_of_each)
{
    struct eio_query query = eio_query_parse(STR("EIO=4&transport=websocket&sid=abc&t=1&sid=def&EIO=3"));
    expect_str_eq(query.version, STR("4"));
    expect_str_eq(query.sid, STR("abc"));
    expect_int_eq(query.transport, EIO_WEBSOCKET);
    query = eio_query_parse(STR("transport=polling&EIO"));
    expect_int_eq(query.transport, EIO_POLLING);
    expect_str_eq(query.version, STR(""));
    expect(!query.sid.data);
    expect_int_eq(eio_query_parse(STR_NONE).transport, EIO_NO_TRANSPORT);
    expect_int_eq(eio_query_parse(STR("transport=Polling")).transport, EIO_NO_TRANSPORT);
    expect_int_eq(eio_query_parse(STR("&&=&transport")).transport, EIO_NO_TRANSPORT);
}

TEST(eio_sid_names_its_loop)
{
    unsigned char chance[18];
    char sid[EIO_SID_LEN];
    uint64_t id, other;
    unsigned loop;
    for (unsigned i = 0; i < 64; i++) {
        memset(chance, (int)(i * 7), sizeof chance);
        eio_sid_make(i, chance, sid);
        require(eio_sid_parse((struct str){sid, EIO_SID_LEN}, &loop, &id));
        expect_int_eq(loop, i);
        sid[EIO_SID_LEN - 1] ^= 1;
        require(eio_sid_parse((struct str){sid, EIO_SID_LEN}, &loop, &other));
        expect(id != other);
    }
    expect(!eio_sid_parse(STR(""), &loop, &id));
    expect(!eio_sid_parse(STR_NONE, &loop, &id));
    expect(!eio_sid_parse((struct str){sid, EIO_SID_LEN - 1}, &loop, &id));
    expect(!eio_sid_parse(STR("!xxxxxxxxxxxxxxxxxxxxxxxx"), &loop, &id));
}

/* "4text bNN x": what a payload's packets are, x where it is malformed. */
static struct str read_payload(const char *text)
{
    struct str copy = str_copy(test_arena(), str_of(text));
    struct eio_payload payload = {(char *)copy.data, (char *)copy.data + copy.len};
    struct buf out = buf_make(test_arena(), 64, 4096);
    struct eio_packet packet;
    while (payload.at) {
        if (out.len > 0)
            buf_put_char(&out, ' ');
        if (!eio_payload_next(&payload, &packet)) {
            buf_put_char(&out, 'x');
            break;
        }
        buf_put_char(&out, packet.is_binary ? 'b' : packet.type);
        buf_put(&out,
                packet.is_binary ? str_hex(test_arena(), packet.data.data, packet.data.len) : packet.data);
    }
    return buf_str(&out);
}

TEST(eio_payload_is_cut_at_separators)
{
    static const struct {
        const char *payload, *packets;
    } cases[] = {
        {"4hello", "4hello"},
        {"4", "4"},
        {"4a\x1e"
         "4b\x1e"
         "2",
         "4a 4b 2"},
        {"4hello\x1e"
         "bAQIDBA==",
         "4hello b01020304"},
        {"b\x1e"
         "bAA==\x1e"
         "4",
         "b b00 4"},
        {"", "x"},
        {"4a\x1e", "4a x"},
        {"\x1e"
         "4a",
         "x"},
        {"abc", "x"},
        {"7", "x"},
        {"4a\x1e"
         "b!\x1e"
         "4b",
         "4a x"},
        {"4\xff", "x"},
        {"4\xed\xa0\x80", "x"},
        {"4\xf0\x9d\x84\x9e", "4\xf0\x9d\x84\x9e"},
        {"3probe\x1e"
         "6",
         "3probe 6"},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        test_note("case %zu: %s", i, cases[i].payload);
        expect_str_eq(read_payload(cases[i].payload), str_of(cases[i].packets));
    }
}

TEST(eio_packet_of_a_message)
{
    struct eio_packet packet;
    require(eio_packet_parse(false, STR("4x"), &packet));
    expect_int_eq(packet.type, '4');
    expect_str_eq(packet.data, STR("x"));
    require(eio_packet_parse(true, STR(""), &packet));
    expect(packet.is_binary && packet.type == '4' && packet.data.len == 0);
    expect(!eio_packet_parse(false, STR(""), &packet));
    expect(!eio_packet_parse(false, STR("b"), &packet));
    expect(!eio_packet_parse(false, STR("x4"), &packet));
}
