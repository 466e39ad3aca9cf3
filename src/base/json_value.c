/* One JSON value into one member of a C struct: bounds, defaults, and what a client is told when it does not
 * fit. */
#include "base/check.h"
#include "base/decimal.h"
#include "base/json_internal.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "base/zone.h"

#define STRING_LENGTH_MAX 500
#define EMAIL_LENGTH_MAX 254
#define EMAIL_LOCAL_MAX 64
#define DOMAIN_LABEL_MAX 63
#define ARRAY_COUNT_MAX 200
#define INTEGER_MAX INT64_C(1000000000)
#define EXPECTED_MAX 300

/* ---- What a field allows ---- */

static struct json_bounds default_bounds(enum json_type type)
{
    switch (type) {
    case JSON_EMAIL:
        return (struct json_bounds){0, EMAIL_LENGTH_MAX, true};
    case JSON_ARRAY:
        return (struct json_bounds){0, ARRAY_COUNT_MAX, true};
    case JSON_MONEY:
        return (struct json_bounds){0, MONEY_MAX_MINOR, true};
    case JSON_AMOUNT:
        return (struct json_bounds){0, MONEY_MAX_MINOR * 100, true};
    case JSON_QUANTITY:
        return (struct json_bounds){1, QUANTITY_MAX_MILLI, true};
    case JSON_RATE:
        return (struct json_bounds){0, RATE_ONE_BP, true};
    case JSON_INTEGER:
        return (struct json_bounds){0, INTEGER_MAX, true};
    default:
        return (struct json_bounds){0, STRING_LENGTH_MAX, true};
    }
}

struct json_bounds json_bounds_of(const struct json_field *field)
{
    struct json_bounds bounds = default_bounds(field->type);
    if (field->min == 0 && field->max == 0)
        return bounds;
    bounds.min = field->min;
    if (field->max != 0 || field->min < 0) {
        bounds.max = field->max;
        bounds.max_is_default = false;
    }
    return bounds;
}

int json_decimals_of(enum json_type type, const struct json_units *units)
{
    switch (type) {
    case JSON_MONEY:
        return units ? units->currency_decimals : 0;
    case JSON_AMOUNT:
        return 2;
    case JSON_QUANTITY:
        return 3;
    case JSON_RATE:
        return 4;
    default:
        return 0;
    }
}

bool json_is_number(enum json_type type)
{
    return type == JSON_INTEGER || (type >= JSON_MONEY && type <= JSON_AMOUNT);
}

size_t json_size_of(enum json_type type)
{
    switch (type) {
    case JSON_STRING:
    case JSON_EMAIL:
    case JSON_ZONE:
    case JSON_RAW:
        return sizeof(struct str);
    case JSON_UUID:
        return sizeof(struct uuid);
    case JSON_BOOLEAN:
        return sizeof(bool);
    case JSON_OBJECT:
        return sizeof(void *);
    case JSON_ARRAY:
        return sizeof(struct json_any_array);
    default:
        return sizeof(int64_t);
    }
}

void *json_member(const void *object, const struct json_field *field)
{
    return (char *)(uintptr_t)object + field->offset;
}

struct json_field json_element_field(const struct json_field *array)
{
    check(array->element != JSON_OBJECT && array->element != JSON_ARRAY && array->element != JSON_RAW);
    return (struct json_field){.name = array->name, .type = array->element, .values = array->values};
}

/* ---- Defaults ---- */

static bool none_is_zero(enum json_type type)
{
    return type <= JSON_UUID || type == JSON_BOOLEAN || type == JSON_OBJECT || type == JSON_ARRAY;
}

void json_set_defaults(const struct json_schema *schema, void *object)
{
    if (schema->defaults) {
        memcpy(object, schema->defaults, schema->size);
        return;
    }
    memset(object, 0, schema->size);
    for (size_t i = 0; i < schema->count; i++) {
        if (!none_is_zero(schema->fields[i].type))
            *(int64_t *)json_member(object, &schema->fields[i]) = JSON_NONE;
    }
}

void json_set_none(const struct json_schema *schema, const struct json_field *field, void *object)
{
    void *member = json_member(object, field);
    if (!none_is_zero(field->type))
        *(int64_t *)member = JSON_NONE;
    else if (field->type == JSON_BOOLEAN)
        *(bool *)member = schema->defaults && *(const bool *)json_member(schema->defaults, field);
    else
        memset(member, 0, json_size_of(field->type));
}

/* ---- What is expected ---- */

static void expect_string(const struct json_field *field, struct json_errors *errors, const char *path)
{
    struct json_bounds bounds = json_bounds_of(field);
    if (bounds.min == bounds.max)
        json_error_add(errors, path, "must be a string of %lld characters", (long long)bounds.max);
    else if (bounds.min > 0)
        json_error_add(errors, path, "must be a string of %lld to %lld characters", (long long)bounds.min,
                       (long long)bounds.max);
    else
        json_error_add(errors, path, "must be a string of at most %lld characters", (long long)bounds.max);
}

static void expect_number(const struct json_field *field, const struct json_units *units,
                          struct json_errors *errors, const char *path)
{
    struct json_bounds bounds = json_bounds_of(field);
    int decimals = json_decimals_of(field->type, units);
    char least[DECIMAL_TEXT_MAX], most[DECIMAL_TEXT_MAX], range[80], precision[40] = "";
    int least_len = (int)decimal_format(bounds.min, decimals, least);
    int most_len = (int)decimal_format(bounds.max, decimals, most);
    if (bounds.max_is_default)
        snprintf(range, sizeof range, "≥ %.*s", least_len, least);
    else
        snprintf(range, sizeof range, "from %.*s to %.*s", least_len, least, most_len, most);
    if (field->type != JSON_INTEGER)
        snprintf(precision, sizeof precision, " with at most %d decimals", decimals);
    json_error_add(errors, path, "must be a %s %s%s", field->type == JSON_INTEGER ? "whole number" : "number",
                   range, precision);
}

static void expect_value_of(const struct json_field *field, struct json_errors *errors, const char *path)
{
    char list[EXPECTED_MAX] = "";
    size_t len = 0;
    for (size_t i = 0; field->values[i] && len < sizeof list; i++) {
        int added = snprintf(list + len, sizeof list - len, "%s%s", i ? ", " : "", field->values[i]);
        len += added > 0 ? (size_t)added : 0;
    }
    json_error_add(errors, path, "must be one of %s", list);
}

void json_expected(const struct json_field *field, const struct json_units *units, struct json_errors *errors,
                   const char *path)
{
    static const char *const simple[] = {
        [JSON_EMAIL] = "must be an e-mail address",
        [JSON_ZONE] = "must be a time zone such as Asia/Jakarta",
        [JSON_UUID] = "must be a UUID",
        [JSON_TIME] = "must be a time such as 2026-02-06T03:04:05.678Z",
        [JSON_DATE] = "must be a date such as 2026-02-06",
        [JSON_BOOLEAN] = "must be true or false",
        [JSON_OBJECT] = "must be an object",
        [JSON_ARRAY] = "must be an array",
    };
    if (field->type == JSON_STRING)
        expect_string(field, errors, path);
    else if (field->type == JSON_ENUM)
        expect_value_of(field, errors, path);
    else if (json_is_number(field->type))
        expect_number(field, units, errors, path);
    else
        json_error_add(errors, path, "%s", simple[field->type]);
}

/* ---- Text ---- */

/* Unicode's Cc (C0, DEL, C1) but tab and line feed. */
static bool has_control(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F)
            return true;
        if (c == 0xC2 && i + 1 < text.len && (unsigned char)text.data[i + 1] < 0xA0)
            return true;
    }
    return false;
}

/* Passwords are taken as they are; any other text that must not be empty is not made of spaces either. */
static bool read_string(const struct json_field *field, struct str text, struct str *ret_text,
                        struct json_errors *errors, const char *path)
{
    struct json_bounds bounds = json_bounds_of(field);
    if (has_control(text)) {
        json_error_add(errors, path, "must not contain control characters");
        return false;
    }
    if (bounds.min > 0 && !(field->flags & JSON_WRITE_ONLY))
        text = str_trim(text);
    int64_t length = (int64_t)str_utf8_length(text);
    if (length == 0 && bounds.min > 0) {
        json_error_add(errors, path, "must not be empty");
        return false;
    }
    if (length < bounds.min || length > bounds.max) {
        expect_string(field, errors, path);
        return false;
    }
    const char *fault = field->wrong ? (field->wrong)(text) : NULL;
    if (fault) {
        json_error_add(errors, path, "%s", fault);
        return false;
    }
    *ret_text = str_copy(errors->arena, text);
    return true;
}

/* Dot-separated parts of the characters that `allowed` has beside letters and digits. */
static bool is_dotted(struct str text, const char *allowed, size_t part_max, size_t *ret_parts)
{
    *ret_parts = 0;
    while (text.data) {
        struct str part = str_cut(&text, '.');
        if (part.len == 0 || part.len > part_max)
            return false;
        for (size_t i = 0; i < part.len; i++) {
            char c = part.data[i];
            bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
            if (!plain && (c == '\0' || !strchr(allowed, c)))
                return false;
        }
        ++*ret_parts;
    }
    return true;
}

static bool is_email(struct str lowered)
{
    const char *at = lowered.len ? memrchr(lowered.data, '@', lowered.len) : NULL;
    if (!at)
        return false;
    struct str local = {lowered.data, (size_t)(at - lowered.data)};
    struct str domain = {at + 1, lowered.len - local.len - 1};
    size_t local_parts, domain_parts;
    return is_dotted(local, "!#$%&'*+-/=?^_`{|}~", EMAIL_LOCAL_MAX, &local_parts) &&
           local.len <= EMAIL_LOCAL_MAX && is_dotted(domain, "-", DOMAIN_LABEL_MAX, &domain_parts) &&
           domain_parts >= 2;
}

static bool read_email(const struct json_field *field, struct str text, struct str *ret_text,
                       struct json_errors *errors)
{
    struct json_bounds bounds = json_bounds_of(field);
    text = str_trim(text);
    if ((int64_t)text.len > bounds.max)
        return false;
    text = str_lower(errors->arena, text);
    if (!is_email(text))
        return false;
    *ret_text = text;
    return true;
}

static bool read_zone(struct str text, struct str *ret_text, struct json_errors *errors)
{
    if (!zone_find(text))
        return false;
    *ret_text = str_copy(errors->arena, text);
    return true;
}

static bool read_value_of(const struct json_field *field, struct str text, int64_t *ret_index)
{
    for (int64_t i = 0; field->values[i]; i++) {
        if (str_eq(text, str_of(field->values[i]))) {
            *ret_index = i;
            return true;
        }
    }
    return false;
}

static bool read_date(struct str text, int64_t *ret_date)
{
    int32_t date;
    if (!date_parse(text, &date))
        return false;
    *ret_date = date;
    return true;
}

bool json_read_text(const struct json_field *field, struct str text, void *target, struct json_errors *errors,
                    const char *path)
{
    bool ok = false;
    switch (field->type) {
    case JSON_STRING:
        return read_string(field, text, target, errors, path);
    case JSON_EMAIL:
        ok = read_email(field, text, target, errors);
        break;
    case JSON_ZONE:
        ok = read_zone(text, target, errors);
        break;
    case JSON_UUID:
        ok = uuid_parse(text, target);
        break;
    case JSON_TIME:
        ok = time_parse(text, target);
        break;
    case JSON_DATE:
        ok = read_date(text, target);
        break;
    case JSON_ENUM:
        ok = read_value_of(field, text, target);
        break;
    default:
        break; /* not text in JSON */
    }
    if (!ok)
        json_expected(field, NULL, errors, path);
    return ok;
}

/* ---- Numbers ---- */

bool json_read_number(const struct json_field *field, const struct json_units *units, struct str text,
                      void *target, struct json_errors *errors, const char *path)
{
    struct json_bounds bounds = json_bounds_of(field);
    int decimals = json_decimals_of(field->type, units);
    int64_t value = 0;
    enum decimal_status status = decimal_parse(text.data, text.len, decimals, &value);
    if (status == DECIMAL_OK && value >= bounds.min && value <= bounds.max) {
        *(int64_t *)target = value;
        return true;
    }
    bool negative = text.len > 0 && text.data[0] == '-';
    bool above = status == DECIMAL_OK ? value > bounds.max : status == DECIMAL_TOO_LARGE && !negative;
    if (above && bounds.max_is_default) {
        char most[DECIMAL_TEXT_MAX];
        int len = (int)decimal_format(bounds.max, decimals, most);
        json_error_add(errors, path, "must be at most %.*s", len, most);
    } else {
        expect_number(field, units, errors, path);
    }
    return false;
}
