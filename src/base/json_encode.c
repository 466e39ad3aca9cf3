/* C structs as JSON text. The lists of the tills go through here: so there is no tree, no printf, and a piece
 * that fits is copied in place. */
#include "base/check.h"
#include "base/decimal.h"
#include "base/json_internal.h"
#include "base/timefmt.h"

static void put(struct buf *out, const char *data, size_t len)
{
    if (len == 0 || out->overflowed)
        return;
    if (len > out->cap - out->len) {
        buf_put(out, (struct str){data, len});
        return;
    }
    memcpy(out->data + out->len, data, len);
    out->len += len;
}

static void put_char(struct buf *out, char c) { put(out, &c, 1); }

/* ---- Scalars ---- */

/* What stands behind the backslash; 'u': \u00XX; 0: nothing to escape. */
static const char ESCAPES[256] = {
    [0 ... 7] = 'u', ['\b'] = 'b', ['\t'] = 't',      ['\n'] = 'n', [11] = 'u',
    ['\f'] = 'f',    ['\r'] = 'r', [14 ... 31] = 'u', ['"'] = '"',  ['\\'] = '\\',
};

static void put_escaped(struct buf *out, unsigned char c)
{
    static const char hex[] = "0123456789abcdef";
    char text[6] = {'\\', ESCAPES[c], '0', '0', hex[c >> 4], hex[c & 15]};
    put(out, text, text[1] == 'u' ? 6 : 2);
}

void json_put_string(struct buf *out, struct str text)
{
    if (text.data == NULL) {
        put(out, "null", 4);
        return;
    }
    put_char(out, '"');
    size_t from = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (!ESCAPES[c])
            continue;
        put(out, text.data + from, i - from);
        put_escaped(out, c);
        from = i + 1;
    }
    put(out, text.data + from, text.len - from);
    put_char(out, '"');
}

static void put_uuid(struct buf *out, struct uuid id)
{
    char text[UUID_TEXT_LEN + 3];
    text[0] = '"';
    uuid_format(id, text + 1);
    text[UUID_TEXT_LEN + 1] = '"';
    put(out, text, UUID_TEXT_LEN + 2);
}

static void put_time(struct buf *out, int64_t ms)
{
    char text[TIME_TEXT_LEN + 3];
    text[0] = '"';
    time_format(ms, text + 1);
    text[TIME_TEXT_LEN + 1] = '"';
    put(out, text, TIME_TEXT_LEN + 2);
}

static void put_date(struct buf *out, int64_t date)
{
    char text[] = "\"0000-00-00\"";
    static const int places[] = {10, 9, 7, 6, 4, 3, 2, 1}; /* from the last digit */
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++, date /= 10)
        text[places[i]] = (char)('0' + date % 10);
    put(out, text, sizeof text - 1);
}

static void put_number(struct buf *out, const struct json_field *field, const struct json_units *units,
                       int64_t value)
{
    char text[DECIMAL_TEXT_MAX];
    put(out, text, decimal_format(value, json_decimals_of(field->type, units), text));
}

static void put_value_of(struct buf *out, const struct json_field *field, int64_t index)
{
    int64_t at = 0;
    while (at != index && field->values[at])
        at++;
    check(field->values[at]);
    json_put_string(out, str_of(field->values[at]));
}

static void put_scalar(struct buf *out, const struct json_field *field, const struct json_units *units,
                       const void *member)
{
    switch (field->type) {
    case JSON_STRING:
    case JSON_EMAIL:
    case JSON_ZONE:
        json_put_string(out, *(const struct str *)member);
        break;
    case JSON_RAW:
        put(out, ((const struct str *)member)->data, ((const struct str *)member)->len);
        break;
    case JSON_UUID:
        put_uuid(out, *(const struct uuid *)member);
        break;
    case JSON_TIME:
        put_time(out, *(const int64_t *)member);
        break;
    case JSON_DATE:
        put_date(out, *(const int64_t *)member);
        break;
    case JSON_BOOLEAN:
        *(const bool *)member ? put(out, "true", 4) : put(out, "false", 5);
        break;
    case JSON_ENUM:
        put_value_of(out, field, *(const int64_t *)member);
        break;
    default:
        put_number(out, field, units, *(const int64_t *)member);
        break;
    }
}

/* ---- Members ---- */

static struct json_any_array array_of(const void *member)
{
    struct json_any_array array;
    memcpy(&array, member, sizeof array);
    return array;
}

static const void *pointer_of(const void *member)
{
    const void *object;
    memcpy(&object, member, sizeof object);
    return object;
}

/* An empty list is still a list: null is for what may be null, and only OMIT_EMPTY takes an empty one for
 * absent. */
static bool is_absent_array(const struct json_field *field, struct json_any_array array)
{
    if (field->flags & JSON_OMIT_EMPTY)
        return array.count == 0;
    return array.at == NULL && array.count == 0 && (field->flags & JSON_NULLABLE);
}

static bool is_absent(const struct json_field *field, const void *member)
{
    switch (field->type) {
    case JSON_STRING:
    case JSON_EMAIL:
    case JSON_ZONE:
    case JSON_RAW:
        return ((const struct str *)member)->data == NULL;
    case JSON_UUID:
        return uuid_is_nil(*(const struct uuid *)member);
    case JSON_BOOLEAN:
        return false;
    case JSON_OBJECT:
        return pointer_of(member) == NULL;
    case JSON_ARRAY:
        return is_absent_array(field, array_of(member));
    default:
        return *(const int64_t *)member == JSON_NONE;
    }
}

static void put_elements(struct buf *out, const struct json_field *field, const struct json_units *units,
                         struct json_any_array array)
{
    struct json_field element = json_element_field(field);
    size_t size = json_size_of(element.type);
    put_char(out, '[');
    for (size_t i = 0; i < array.count; i++) {
        if (i > 0)
            put_char(out, ',');
        put_scalar(out, &element, units, (const char *)array.at + i * size);
    }
    put_char(out, ']');
}

static void put_member(struct buf *out, const struct json_field *field, const struct json_units *units,
                       const void *member)
{
    if (field->type == JSON_OBJECT)
        json_encode(out, field->schema, units, pointer_of(member));
    else if (field->type == JSON_ARRAY && field->schema)
        json_encode_array(out, field->schema, units, array_of(member).at, array_of(member).count);
    else if (field->type == JSON_ARRAY)
        put_elements(out, field, units, array_of(member));
    else
        put_scalar(out, field, units, member);
}

/* ---- Public ---- */

void json_encode(struct buf *out, const struct json_schema *schema, const struct json_units *units,
                 const void *object)
{
    char before = '{';
    for (size_t i = 0; i < schema->count; i++) {
        const struct json_field *field = &schema->fields[i];
        const void *member = json_member(object, field);
        if (field->flags & JSON_WRITE_ONLY)
            continue;
        bool absent = is_absent(field, member);
        if (absent && (field->flags & JSON_OMIT_EMPTY))
            continue;
        put_char(out, before);
        put_char(out, '"');
        put(out, field->name, strlen(field->name));
        put(out, "\":", 2);
        if (absent)
            put(out, "null", 4);
        else
            put_member(out, field, units, member);
        before = ',';
    }
    if (before == '{')
        put_char(out, '{');
    put_char(out, '}');
}

void json_encode_array(struct buf *out, const struct json_schema *schema, const struct json_units *units,
                       const void *objects, size_t count)
{
    put_char(out, '[');
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            put_char(out, ',');
        json_encode(out, schema, units, (const char *)objects + i * schema->size);
    }
    put_char(out, ']');
}
