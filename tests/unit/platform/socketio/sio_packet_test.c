/* Packets as clients send them: what is taken, and what closes the connection. */
#include "platform/socketio/sio_packet.h"
#include "platform/socketio/socketio.h"
#include "test.h"

#define MARK0 "{\"_placeholder\":true,\"num\":0}"
#define MARK1 "{\"_placeholder\":true,\"num\":1}"

struct good {
    struct str text;
    struct sio_packet packet;
};

#define NO_ID .id = SIO_ID_NONE
#define ROOT .nsp = STR_INIT("/")
#define KDS .nsp = STR_INIT("/kds")

static const struct good goods[] = {
    {STR_INIT("0"), {SIO_CONNECT, ROOT, NO_ID}},
    {STR_INIT("0/kds"), {SIO_CONNECT, KDS, NO_ID}},
    {STR_INIT("0/kds,"), {SIO_CONNECT, KDS, NO_ID}},
    {STR_INIT("0/,"), {SIO_CONNECT, ROOT, NO_ID}},
    {STR_INIT("0{\"token\":\"a\"}"), {SIO_CONNECT, ROOT, NO_ID, .json = STR_INIT("{\"token\":\"a\"}")}},
    {STR_INIT("0/kds,{}"), {SIO_CONNECT, KDS, NO_ID, .json = STR_INIT("{}")}},
    {STR_INIT("1"), {SIO_DISCONNECT, ROOT, NO_ID}},
    {STR_INIT("1/kds,"), {SIO_DISCONNECT, KDS, NO_ID}},
    {STR_INIT("2[\"a\"]"),
     {SIO_EVENT, ROOT, NO_ID, .json = STR_INIT("[\"a\"]"), .name = STR_INIT("\"a\""), .args = STR_INIT("")}},
    {STR_INIT("2[ \"a\" , 1 , {\"b\":[2]} ] "),
     {SIO_EVENT, ROOT, NO_ID, .json = STR_INIT("[ \"a\" , 1 , {\"b\":[2]} ]"), .name = STR_INIT("\"a\""),
      .args = STR_INIT("1 , {\"b\":[2]}")}},
    {STR_INIT("212[\"a\",1]"),
     {SIO_EVENT, ROOT, .id = 12, .json = STR_INIT("[\"a\",1]"), .name = STR_INIT("\"a\""),
      .args = STR_INIT("1")}},
    {STR_INIT("2/kds,0[\"a\"]"),
     {SIO_EVENT, KDS, .id = 0, .json = STR_INIT("[\"a\"]"), .name = STR_INIT("\"a\""), .args = STR_INIT("")}},
    {STR_INIT("29007199254740991[\"a\"]"),
     {SIO_EVENT, ROOT, .id = SIO_ID_MAX, .json = STR_INIT("[\"a\"]"), .name = STR_INIT("\"a\""),
      .args = STR_INIT("")}},
    {STR_INIT("2[1,2]"),
     {SIO_EVENT, ROOT, NO_ID, .json = STR_INIT("[1,2]"), .name = STR_INIT("1"), .args = STR_INIT("2")}},
    {STR_INIT("2[\"connected\"]"),
     {SIO_EVENT, ROOT, NO_ID, .json = STR_INIT("[\"connected\"]"), .name = STR_INIT("\"connected\""),
      .args = STR_INIT("")}},
    {STR_INIT("3456[]"), {SIO_ACK, ROOT, .id = 456, .json = STR_INIT("[]")}},
    {STR_INIT("3/kds,1[null]"), {SIO_ACK, KDS, .id = 1, .json = STR_INIT("[null]")}},
    {STR_INIT("52-[\"a\"," MARK0 "," MARK1 "]"),
     {SIO_BINARY_EVENT, 2, ROOT, NO_ID, .json = STR_INIT("[\"a\"," MARK0 "," MARK1 "]"),
      .name = STR_INIT("\"a\""), .args = STR_INIT(MARK0 "," MARK1)}},
    {STR_INIT("51-/kds,7[\"a\"," MARK0 "]"),
     {SIO_BINARY_EVENT, 1, KDS, .id = 7, .json = STR_INIT("[\"a\"," MARK0 "]"), .name = STR_INIT("\"a\""),
      .args = STR_INIT(MARK0)}},
    {STR_INIT("510-[\"a\"]"),
     {SIO_BINARY_EVENT, 10, ROOT, NO_ID, .json = STR_INIT("[\"a\"]"), .name = STR_INIT("\"a\""),
      .args = STR_INIT("")}},
    {STR_INIT("61-789[" MARK0 "]"), {SIO_BINARY_ACK, 1, ROOT, .id = 789, .json = STR_INIT("[" MARK0 "]")}},
};

TEST(sio_packet_is_taken_apart)
{
    for (size_t i = 0; i < COUNT_OF(goods); i++) {
        const struct sio_packet *wanted = &goods[i].packet;
        struct sio_packet packet = {0};
        test_note("case %zu: %.*s", i, STR_ARG(goods[i].text));
        const char *wrong = sio_packet_decode(goods[i].text, &packet);
        expect_text_eq(wrong, NULL);
        expect_int_eq(packet.type, wanted->type);
        expect_int_eq((int64_t)packet.attachments, (int64_t)wanted->attachments);
        expect_str_eq(packet.nsp, wanted->nsp);
        expect_int_eq(packet.id, wanted->id);
        expect_str_eq(packet.json, wanted->json);
        expect_str_eq(packet.name, wanted->name);
        expect_str_eq(packet.args, wanted->args);
    }
}

static const struct str bads[] = {
    STR_INIT(""),
    STR_INIT("7"),
    STR_INIT("abc"),
    STR_INIT(" 2[\"a\"]"),
    STR_INIT("-1"),
    /* payloads of the wrong kind */
    STR_INIT("0[]"),
    STR_INIT("0null"),
    STR_INIT("0\"token\""),
    STR_INIT("0true"),
    STR_INIT("0{"),
    STR_INIT("0/kds,[]"),
    STR_INIT("012"),
    STR_INIT("01{}"),
    STR_INIT("1{}"),
    STR_INIT("1[]"),
    STR_INIT("1/kds,null"),
    STR_INIT("2"),
    STR_INIT("2/kds,"),
    STR_INIT("2{}"),
    STR_INIT("2[]"),
    STR_INIT("2[ ]"),
    STR_INIT("2\"a\""),
    STR_INIT("2[null]"),
    STR_INIT("2[true]"),
    STR_INIT("2[{}]"),
    STR_INIT("2[[\"a\"]]"),
    STR_INIT("2[\"a\""),
    STR_INIT("2[\"a\"]]"),
    STR_INIT("2[\"a\"]x"),
    STR_INIT("2abc[\"a\"]"),
    STR_INIT("2-1[\"a\"]"),
    STR_INIT("21.5[\"a\"]"),
    STR_INIT("29007199254740992[\"a\"]"),
    STR_INIT("299999999999999999999999[\"a\"]"),
    STR_INIT("3{}"),
    STR_INIT("31\"a\""),
    STR_INIT("31null"),
    /* names that are the library's */
    STR_INIT("2[\"connect\"]"),
    STR_INIT("2[\"connect_error\"]"),
    STR_INIT("2[\"disconnect\"]"),
    STR_INIT("2[\"disconnecting\",1]"),
    STR_INIT("2[\"newListener\"]"),
    STR_INIT("2[ \"removeListener\" ]"),
    /* what servers say */
    STR_INIT("4"),
    STR_INIT("4{\"message\":\"no\"}"),
    STR_INIT("4/kds,\"no\""),
    /* attachments */
    STR_INIT("5[\"a\"]"),
    STR_INIT("5-[\"a\"]"),
    STR_INIT("50-[\"a\"]"),
    STR_INIT("511-[\"a\"]"),
    STR_INIT("5999999999999999999999-[\"a\"]"),
    STR_INIT("5-1-[\"a\"]"),
    STR_INIT("51.5-[\"a\"]"),
    STR_INIT("51[\"a\"]"),
    STR_INIT("5x-[\"a\"]"),
    STR_INIT("51-"),
    STR_INIT("51-[\"a\"," MARK1 "]"),
    STR_INIT("51-[\"connect\"," MARK0 "]"),
    STR_INIT("61-7{}"),
    STR_INIT("611-7[]"),
    /* namespaces */
    STR_INIT("0/\xFF"),
    STR_INIT("2/kds[\"a\"]"),
};

TEST(sio_packet_refuses_what_is_not_of_the_protocol)
{
    for (size_t i = 0; i < COUNT_OF(bads); i++) {
        struct sio_packet packet;
        test_note("case %zu: %.*s", i, STR_ARG(bads[i]));
        expect(sio_packet_decode(bads[i], &packet) != NULL);
    }
}

TEST(sio_packet_bounds_the_namespace)
{
    char text[SIO_PACKET_NSP_MAX + 3];
    struct sio_packet packet;
    memset(text, 'a', sizeof text);
    memcpy(text, "0/", 2);
    expect(sio_packet_decode((struct str){text, SIO_PACKET_NSP_MAX + 1}, &packet) == NULL);
    expect(sio_packet_decode((struct str){text, SIO_PACKET_NSP_MAX + 2}, &packet) != NULL);
}

static struct str encoded(const struct sio_packet *packet)
{
    struct sio_packet_space space;
    struct str parts[SIO_PACKET_PARTS];
    sio_packet_encode(packet, &space, parts);
    return str_format(test_arena(), "%.*s%.*s%.*s%.*s", STR_ARG(parts[0]), STR_ARG(parts[1]),
                      STR_ARG(parts[2]), STR_ARG(parts[3]));
}

TEST(sio_packet_is_put_together)
{
    static const struct good packets[] = {
        {STR_INIT("1"), {SIO_DISCONNECT, ROOT, NO_ID}},
        {STR_INIT("1/kds,"), {SIO_DISCONNECT, KDS, NO_ID}},
        {STR_INIT("0{\"sid\":\"x\"}"), {SIO_CONNECT, ROOT, NO_ID, .json = STR_INIT("{\"sid\":\"x\"}")}},
        {STR_INIT("4/kds,{}"), {SIO_CONNECT_ERROR, KDS, NO_ID, .json = STR_INIT("{}")}},
        {STR_INIT("2/kds,[\"a\"]"), {SIO_EVENT, KDS, NO_ID, .json = STR_INIT("[\"a\"]")}},
        {STR_INIT("39007199254740991[]"), {SIO_ACK, ROOT, .id = SIO_ID_MAX, .json = STR_INIT("[]")}},
        {STR_INIT("510-[\"a\"]"), {SIO_BINARY_EVENT, 10, ROOT, NO_ID, .json = STR_INIT("[\"a\"]")}},
        {STR_INIT("62-/kds,0[]"), {SIO_BINARY_ACK, 2, KDS, .id = 0, .json = STR_INIT("[]")}},
    };
    for (size_t i = 0; i < COUNT_OF(packets); i++)
        expect_str_eq(encoded(&packets[i].packet), packets[i].text);
}

TEST(sio_event_text_puts_the_offset_last)
{
    expect_str_eq(sio_event_text(test_arena(), STR("[\"w\",{\"n\":1}]"), STR("Q840")),
                  STR("[\"w\",{\"n\":1},\"Q840\"]"));
    expect_str_eq(sio_event_text(test_arena(), STR("[\"w\"]"), STR_NONE), STR("[\"w\"]"));
}

TEST(sio_argument_is_found_by_its_place)
{
    struct str args = STR("[{\"station\":\"bar\"},[1,2],\"x\"]");
    expect_str_eq(sio_argument(args, 0), STR("{\"station\":\"bar\"}"));
    expect_str_eq(sio_argument(args, 1), STR("[1,2]"));
    expect_str_eq(sio_argument(args, 2), STR("\"x\""));
    expect(!sio_argument(args, 3).data);
    expect(!sio_argument(STR("[]"), 0).data);
}
