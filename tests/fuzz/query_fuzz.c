/* Any query string: decoded, or refused with a fault for what was wrong. */
#include "fuzz.h"
#include "wide_schema.h"

static const char *const CHOICES[] = {"pending", "cooking", NULL};

struct filter {
    struct str search;
    struct uuid outlet_id;
    int64_t from, limit, type;
    bool low;
    JSON_ARRAY_OF(int64_t) statuses;
};

static const struct json_field FIELDS[] = {
    {"search", JSON_STRING, 0, offsetof(struct filter, search), 0, 50},
    {"outletId", JSON_UUID, 0, offsetof(struct filter, outlet_id)},
    {"from", JSON_TIME, 0, offsetof(struct filter, from)},
    {"limit", JSON_INTEGER, 0, offsetof(struct filter, limit), 1, 200},
    {"type", JSON_ENUM, 0, offsetof(struct filter, type), .values = WIDE_CHOICES},
    {"low", JSON_BOOLEAN, 0, offsetof(struct filter, low)},
    {"status", JSON_ARRAY, 0, offsetof(struct filter, statuses), .element = JSON_ENUM, .values = CHOICES},
};
static const struct json_schema FILTER = JSON_SCHEMA("Filter", struct filter, FIELDS);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct json_errors errors = {.arena = &arena};
    struct filter filter = {0};
    bool good = json_decode_query((struct str){(const char *)data, size}, &FILTER, &filter, &errors);
    check(good == (errors.count == 0) && errors.count <= JSON_ERRORS_MAX);
    if (good && filter.limit != JSON_NONE)
        check(filter.limit >= 1 && filter.limit <= 200);
    arena_free(&arena);
    return 0;
}
