/* Packing: whatever goes in comes out the same; what we write comes out small; the format stays. */
#include "platform/events/entry.h"
#include "platform/events/pack.h"
#include "test.h"

#define A "01a2050a-c3b8-7000-9b02-8f2a6f87bc6b"
#define B "01a2050a-c38d-7000-ac80-f66f215e00a0"

static struct uuid id_of(const char *text)
{
    struct uuid id = UUID_NIL;
    expect(uuid_parse(str_of(text), &id));
    return id;
}

static struct str packed_of(struct str text)
{
    struct pack_memory memory = {.count = 0};
    struct buf out = buf_make(test_arena(), 64, 1 << 20);
    pack_remember(&memory, id_of(A));
    pack_text(&memory, &out, text);
    return buf_str(&out);
}

static struct str unpacked_of(struct str packed)
{
    struct pack_memory memory = {.count = 0};
    struct str text = STR_NONE;
    pack_remember(&memory, id_of(A));
    expect(unpack_text(&memory, &packed, test_arena(), &text) && packed.len == 0);
    return text;
}

TEST(every_text_comes_back_the_same)
{
    static const struct {
        const char *text;
        size_t most; /* bytes packed */
    } cases[] = {
        {"", 1},
        {"{}", 3},
        {"req-1", 6},
        {"null", 2},
        {A, 3},
        {"\"" A "\"", 2},
        {B, 18},
        {"{\"transactionId\":\"" A "\",\"customerId\":null}", 7},
        {"{\"employeeId\":\"" B "\",\"transactionId\":\"" B "\"}", 24},
        {"transaction.created", 3},
        {"01A2050A-C3B8-7000-9B02-8F2A6F87BC6B", 37},     /* not as we write it */
        {"\"00000000-0000-0000-0000-000000000000\"", 39}, /* no id at all */
        {"{,\"name\":1}", 12},
        {"\"name\":\"name\":", 15},
        {",\"name\":{\"name\":,\"name\":", 11},
        {"{\"notes\":\"Gula \\\"aren\\\" \xC3\xA9t\xC3\xA9\"}", 40},
        {"{\"amount\":10000000}", 9},
        {"[0,7,12,100,0123,-4567,1.2500,999999999999999999,1234567890123456789012345678901234567890]", 78},
        {"\x01\x02\x7F\x80\xFF", 8},
        {"\"unfinished", 12},
        {"[{\"a\":true},{\"a\":false}]}", 22},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct str text = str_of(cases[i].text), packed = packed_of(text);
        test_note("%s in %zu bytes", cases[i].text, packed.len);
        expect_str_eq(unpacked_of(packed), text);
        expect(packed.len <= cases[i].most);
    }
    expect(!unpacked_of(packed_of(STR_NONE)).data);
    expect_str_eq(unpacked_of(packed_of(STR("\0a\0"))), STR("\0a\0"));
}

static uint32_t state = 1;

static uint32_t chance(uint32_t below)
{
    state = state * 1664525u + 1013904223u;
    return (state >> 8) % below;
}

/* Words, ids, brackets and arbitrary bytes in any order. */
static size_t any_text(char *text, size_t most)
{
    static const char *const pieces[] = {
        "{",        "}",    ",",        "\"",        ":",         "[", "]",   "\"name\":", "\"amount\":",
        ",\"id\":", "null", "\"cash\"", "\"" A "\"", "\"" B "\"", A,   "},{", "12345.678"};
    size_t len = 0;
    for (uint32_t left = chance(40); left > 0; left--) {
        const char *piece = pieces[chance(COUNT_OF(pieces))];
        size_t piece_len = strlen(piece);
        if (chance(5) == 0 && len < most)
            text[len++] = (char)chance(256);
        else if (len + piece_len <= most)
            memcpy(text + len, piece, piece_len), len += piece_len;
    }
    return len;
}

TEST(any_text_at_all_comes_back_the_same)
{
    char text[2048];
    for (int i = 0; i < 20000; i++) {
        struct str any = {text, any_text(text, sizeof text)};
        struct str again = unpacked_of(packed_of(any));
        if (!expect(str_eq(again, any)))
            return;
    }
}

TEST(damaged_bytes_are_refused)
{
    char bytes[64];
    for (int i = 0; i < 20000; i++) {
        struct pack_memory memory = {.count = 0};
        struct str in = {bytes, chance(sizeof bytes)}, text;
        for (size_t j = 0; j < in.len; j++)
            bytes[j] = (char)chance(256);
        if (unpack_text(&memory, &in, test_arena(), &text))
            expect(in.len <= sizeof bytes);
        struct entry entry = {.count = (int64_t)chance(4), .packed = {bytes, chance(sizeof bytes)}};
        entry_events(test_arena(), &entry);
    }
}

/* What stands in databases must be read for good. */
TEST(the_format_stays)
{
    struct str golden =
        STR("\x17\x7B\x88\x05\x8C\x01\x01\xA2\x05\x0A\xC3\x8D\x70\x00\xAC\x80\xF6\x6F\x21\x5E\x00\xA0\x7D");
    struct str text = STR("{\"transactionId\":\"" A "\",\"employeeId\":\"" B "\"}");
    expect_str_eq(packed_of(STR("[100,89910]")), STR("\x0A[\x1F\x64,\x1F\xB6\xBE\x05]"));
    expect_str_eq(unpacked_of(golden), text);
    expect_str_eq(packed_of(text), golden);
    static const struct {
        size_t number;
        const char *word;
    } words[] = {{0, "null"},
                 {8, "\"transactionId\":"},
                 {79, "\"section\":"},
                 {80, "\"retail\""},
                 {127, "\"waste\""},
                 {128, "transaction.created"},
                 {129, "transaction.voided"},
                 {130, "transaction.refunded"},
                 {137, "stock.low"},
                 {144, "catalog.changed"},
                 {148, "customer.changed"}};
    for (size_t i = 0; i < COUNT_OF(words); i++)
        expect_str_eq(pack_word(words[i].number), str_of(words[i].word));
}

TEST(an_entry_gives_its_events_back)
{
    struct stream_key key = {id_of(A), id_of(B)};
    struct event_draft drafts[70];
    for (size_t i = 0; i < COUNT_OF(drafts); i++) {
        drafts[i] = (struct event_draft){
            i % 2 ? "stock.low" : "quite.unheard_of", {{9, (uint8_t)i}}, STR("{\"a\":[\"" A "\"]}")};
        if (i == 69)
            drafts[i].aggregate_id = key.business_id;
    }
    for (size_t first = 0; first < 2; first++) {
        size_t count = COUNT_OF(drafts) - first;
        struct entry entry = entry_make(test_arena(), key, 1770000000123, STR("r"), drafts + first, count);
        entry.sequence = 99 + (int64_t)count;
        const struct event *events = entry_events(test_arena(), &entry);
        require(events);
        for (size_t i = 0; i < count; i++) {
            expect_int_eq(events[i].sequence, 100 + (int64_t)i);
            expect_str_eq(events[i].name, str_of(drafts[first + i].name));
            expect_str_eq(events[i].data, drafts[first + i].data);
            expect_str_eq(events[i].correlation_id, STR("r"));
            expect(uuid_eq(events[i].aggregate_id, drafts[first + i].aggregate_id));
            expect(uuid_eq(events[i].event_id, event_id_of(key, events[i].sequence, 1770000000123)));
            expect(i == 0 || uuid_compare(events[i - 1].event_id, events[i].event_id) < 0);
        }
        entry.packed.len--;
        expect(!entry_events(test_arena(), &entry));
    }
    expect_text_eq(str_to_cstr(test_arena(), uuid_str(test_arena(), event_id_of(key, 5, 1770000000123))),
                   "019c1c38-a47b-7005-91f3-582ea2b28812");
}
