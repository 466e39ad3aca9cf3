/* Any text: parsed or refused with a reason; what was decoded and is written reads back as the same. */
#include "fuzz.h"
#include "wide_schema.h"

static bool decode(struct str text, struct arena *arena, struct wide *ret_wide)
{
    struct json_errors errors = {.arena = arena};
    struct json_doc *doc = json_parse(text, &errors);
    check((doc != NULL) == (errors.count == 0));
    bool good = doc && json_decode(doc, &WIDE, JSON_CREATE, &WIDE_UNITS, ret_wide, &errors);
    check(good == (errors.count == 0) && errors.count <= JSON_ERRORS_MAX);
    json_doc_free(doc);
    return good;
}

static struct str encode(struct arena *arena, const struct wide *wide)
{
    struct buf out = buf_make(arena, 1024, 1 << 20);
    json_encode(&out, &WIDE, &WIDE_UNITS, wide);
    check(!out.overflowed);
    return buf_str(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct wide first = {0}, second = {0};
    if (decode((struct str){(const char *)data, size}, &arena, &first)) {
        struct str once = encode(&arena, &first);
        check(decode(once, &arena, &second));
        check(str_eq(encode(&arena, &second), once));
    }
    arena_free(&arena);
    return 0;
}
