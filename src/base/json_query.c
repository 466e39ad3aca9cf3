/* Query strings by the same tables as bodies. The syntax is that of browsers' URLSearchParams: name=value
 * pairs between `&`, percent-encoded, `+` for a space. */
#include "base/check.h"
#include "base/json_internal.h"

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/* NULL, or what was wrong. */
static const char *unescape(struct arena *arena, struct str text, struct str *ret_text)
{
    char *out = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        if (c == '+')
            c = ' ';
        if (c == '%') {
            int high = i + 2 < text.len ? hex_digit(text.data[i + 1]) : -1;
            int low = i + 2 < text.len ? hex_digit(text.data[i + 2]) : -1;
            if (high < 0 || low < 0)
                return "has a % without two hex digits behind it";
            c = (char)(high * 16 + low);
            i += 2;
        }
        out[len++] = c;
    }
    *ret_text = (struct str){out, len};
    return str_is_utf8(*ret_text) ? NULL : "is not valid UTF-8";
}

static bool read_boolean(struct str text, bool *ret_value)
{
    if (!str_eq(text, STR("true")) && !str_eq(text, STR("false")))
        return false;
    *ret_value = text.data[0] == 't';
    return true;
}

static void read_scalar(const struct json_field *field, struct str text, void *target,
                        struct json_errors *errors, const char *path)
{
    int64_t digits;
    if (field->type == JSON_BOOLEAN && read_boolean(text, target))
        return;
    if (field->type == JSON_INTEGER && str_parse_int(text, &digits))
        json_read_number(field, NULL, text, target, errors, path);
    else if (field->type == JSON_BOOLEAN || field->type == JSON_INTEGER)
        json_expected(field, NULL, errors, path);
    else
        json_read_text(field, text, target, errors, path);
}

/* A comma-separated list. */
static void read_list(const struct json_field *field, struct str text, void *target,
                      struct json_errors *errors)
{
    check(field->schema == NULL);
    struct json_bounds bounds = json_bounds_of(field);
    struct json_field element = json_element_field(field);
    size_t before = errors->count, count = 1, size = json_size_of(element.type);
    for (size_t i = 0; i < text.len; i++)
        count += text.data[i] == ',';
    if ((int64_t)count > bounds.max || (int64_t)count < bounds.min) {
        bool many = (int64_t)count > bounds.max;
        json_error_add(errors, field->name, "must have at %s %lld items", many ? "most" : "least",
                       (long long)(many ? bounds.max : bounds.min));
        return;
    }
    struct json_any_array array = {arena_array_alloc(errors->arena, count, size), count};
    for (size_t i = 0; i < count && errors->count == before; i++)
        read_scalar(&element, str_cut(&text, ','), (char *)array.at + i * size, errors, field->name);
    memcpy(target, &array, sizeof array);
}

static const struct json_field *find_field(const struct json_schema *schema, struct str name)
{
    for (size_t i = 0; i < schema->count; i++) {
        if (str_eq(name, str_of(schema->fields[i].name)) && !(schema->fields[i].flags & JSON_READ_ONLY))
            return &schema->fields[i];
    }
    return NULL;
}

static void read_pair(struct str pair, const struct json_schema *schema, void *object, uint64_t *seen,
                      struct json_errors *errors)
{
    struct str raw_value = pair, raw_name = str_cut(&raw_value, '='), name, value;
    const char *wrong = unescape(errors->arena, raw_name, &name);
    if (wrong) {
        json_error_add(errors, "", "the name of a query parameter %s", wrong);
        return;
    }
    const struct json_field *field = find_field(schema, name);
    if (!field) {
        name = json_key_shown(errors->arena, name);
        json_error_add(errors, str_to_cstr(errors->arena, name), "unknown parameter");
        return;
    }
    uint64_t bit = UINT64_C(1) << (field - schema->fields);
    wrong = *seen & bit ? "is there twice" : unescape(errors->arena, raw_value, &value);
    *seen |= bit;
    if (wrong)
        json_error_add(errors, field->name, "%s", wrong);
    else if (field->type == JSON_ARRAY)
        read_list(field, value, json_member(object, field), errors);
    else
        read_scalar(field, value, json_member(object, field), errors, field->name);
}

bool json_decode_query(struct str query, const struct json_schema *schema, void *object,
                       struct json_errors *errors)
{
    check(schema->count <= JSON_FIELDS_MAX);
    size_t before = errors->count;
    uint64_t seen = 0;
    json_set_defaults(schema, object);
    while (query.data && errors->count < JSON_ERRORS_MAX) {
        struct str pair = str_cut(&query, '&');
        if (pair.len > 0)
            read_pair(pair, schema, object, &seen, errors);
    }
    for (size_t i = 0; i < schema->count; i++) {
        if ((schema->fields[i].flags & JSON_REQUIRED) && !(seen >> i & 1))
            json_error_add(errors, schema->fields[i].name, "is required");
    }
    if (schema->check && errors->count == before)
        (schema->check)(object, NULL, errors);
    return errors->count == before && before < JSON_ERRORS_MAX;
}
