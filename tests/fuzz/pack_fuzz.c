/* Any text packs into what unpacks to the same; any bytes unpack or are refused. */
#include "fuzz.h"
#include "platform/events/entry.h"
#include "platform/events/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct str text = {(const char *)data, size}, again;
    struct pack_memory packing = {.count = 0}, unpacking = {.count = 0}, wild = {.count = 0};
    struct buf out = buf_make(&arena, 64, 3 * size + 64);
    pack_text(&packing, &out, text);
    struct str in = buf_str(&out);
    check(!out.overflowed && unpack_text(&unpacking, &in, &arena, &again));
    check(in.len == 0 && str_eq(again, text) && packing.count == unpacking.count);
    in = text;
    unpack_text(&wild, &in, &arena, &again);
    struct entry entry = {.count = 3, .first_event = 128, .packed = text};
    entry_events(&arena, &entry);
    arena_free(&arena);
    return 0;
}
