/* A schema as OpenAPI 3.1 tells it: JSON Schema 2020-12. Bounds are of the input only: an answer may well
 * hold what a client could not send, such as the negative amounts of a refund. */
#include "base/decimal.h"
#include "base/json_internal.h"

enum description { DESCRIBE_OUTPUT, DESCRIBE_CREATE, DESCRIBE_PATCH };

/* Writes `"key":` with a comma before all but the first member of an object. */
struct members {
    struct buf *out;
    bool any;
};

static struct members open_object(struct buf *out)
{
    buf_put_char(out, '{');
    return (struct members){out, false};
}

static void put_key(struct members *members, const char *key)
{
    if (members->any)
        buf_put_char(members->out, ',');
    members->any = true;
    json_put_string(members->out, str_of(key));
    buf_put_char(members->out, ':');
}

static void put_text(struct members *members, const char *key, const char *text)
{
    put_key(members, key);
    json_put_string(members->out, str_of(text));
}

static void put_decimal(struct members *members, const char *key, int64_t value, int decimals)
{
    char text[DECIMAL_TEXT_MAX];
    put_key(members, key);
    buf_put(members->out, (struct str){text, decimal_format(value, decimals, text)});
}

static void put_flag(struct members *members, const char *key, bool value)
{
    put_key(members, key);
    buf_put(members->out, value ? STR("true") : STR("false"));
}

static const char *type_name(enum json_type type)
{
    if (type == JSON_INTEGER)
        return "integer";
    if (json_is_number(type))
        return "number";
    return type == JSON_BOOLEAN ? "boolean" : type == JSON_ARRAY ? "array" : "string";
}

static const char *format_name(enum json_type type)
{
    switch (type) {
    case JSON_UUID:
        return "uuid";
    case JSON_EMAIL:
        return "email";
    case JSON_TIME:
        return "date-time";
    case JSON_DATE:
        return "date";
    case JSON_INTEGER:
        return "int64";
    default:
        return NULL;
    }
}

static void put_type(struct members *members, const struct json_field *field, bool nullable)
{
    put_key(members, "type");
    if (nullable)
        buf_format(members->out, "[\"%s\",\"null\"]", type_name(field->type));
    else
        json_put_string(members->out, str_of(type_name(field->type)));
}

static void put_values(struct members *members, const struct json_field *field, bool nullable)
{
    put_key(members, "enum");
    buf_put_char(members->out, '[');
    for (size_t i = 0; field->values[i]; i++) {
        if (i > 0)
            buf_put_char(members->out, ',');
        json_put_string(members->out, str_of(field->values[i]));
    }
    buf_put(members->out, nullable ? STR(",null]") : STR("]"));
}

/* How many decimals money has is the business's matter: what is told here holds for all currencies. */
static void put_money_bounds(struct members *members, struct json_bounds bounds)
{
    if (bounds.min > 0)
        put_decimal(members, "exclusiveMinimum", 0, 0);
    else
        put_decimal(members, "minimum", bounds.min, 0);
    put_decimal(members, "maximum", bounds.max > 0 ? bounds.max : 0, 0);
}

static void put_bounds(struct members *members, const struct json_field *field)
{
    struct json_bounds bounds = json_bounds_of(field);
    int decimals = json_decimals_of(field->type, NULL);
    if (field->type == JSON_MONEY) {
        put_money_bounds(members, bounds);
    } else if (json_is_number(field->type)) {
        put_decimal(members, "minimum", bounds.min, decimals);
        put_decimal(members, "maximum", bounds.max, decimals);
        if (decimals > 0)
            put_decimal(members, "multipleOf", 1, decimals);
    } else if (field->type == JSON_STRING || field->type == JSON_EMAIL) {
        if (bounds.min > 0)
            put_decimal(members, "minLength", bounds.min, 0);
        put_decimal(members, "maxLength", bounds.max, 0);
    } else if (field->type == JSON_ARRAY) {
        if (bounds.min > 0)
            put_decimal(members, "minItems", bounds.min, 0);
        put_decimal(members, "maxItems", bounds.max, 0);
    }
}

static void put_reference(struct buf *out, const struct json_schema *schema)
{
    buf_format(out, "{\"$ref\":\"#/components/schemas/%s\"}", schema->name);
}

static void put_description(struct members *members, const struct json_field *field)
{
    static const char *const usual[JSON_ARRAY + 1] = {
        [JSON_ZONE] = "IANA time zone, such as Asia/Jakarta",
        [JSON_MONEY] = "In the currency of the business, with no more decimals than it has",
        [JSON_RATE] = "A fraction: 0.11 is 11 %",
    };
    const char *text = field->summary ? field->summary : usual[field->type];
    if (text)
        put_text(members, "description", text);
}

/* What is taken when the field is left out, where that is a plain value. */
static void put_default(struct members *members, const struct json_schema *schema,
                        const struct json_field *field)
{
    if (!schema->defaults || (field->flags & JSON_REQUIRED))
        return;
    const void *member = json_member(schema->defaults, field);
    if (field->type == JSON_BOOLEAN) {
        put_flag(members, "default", *(const bool *)member);
    } else if (field->type == JSON_ENUM && *(const int64_t *)member >= 0) {
        put_text(members, "default", field->values[*(const int64_t *)member]);
    } else if (json_is_number(field->type) && field->type != JSON_MONEY &&
               *(const int64_t *)member != JSON_NONE) {
        put_decimal(members, "default", *(const int64_t *)member, json_decimals_of(field->type, NULL));
    }
}

static void put_items(struct members *members, const struct json_field *field, bool input)
{
    put_key(members, "items");
    if (field->schema) {
        put_reference(members->out, field->schema);
        return;
    }
    struct json_field element = json_element_field(field);
    struct members items = open_object(members->out);
    put_type(&items, &element, false);
    if (format_name(element.type))
        put_text(&items, "format", format_name(element.type));
    if (element.type == JSON_ENUM)
        put_values(&items, &element, false);
    if (input)
        put_bounds(&items, &element);
    buf_put_char(members->out, '}');
}

static void put_value_rules(struct members *members, const struct json_field *field, bool input)
{
    bool nullable = field->flags & JSON_NULLABLE;
    if (field->type == JSON_OBJECT) {
        put_key(members, "anyOf");
        buf_put_char(members->out, '[');
        put_reference(members->out, field->schema);
        buf_put(members->out, nullable ? STR(",{\"type\":\"null\"}]") : STR("]"));
        return;
    }
    if (field->type == JSON_RAW)
        return;
    put_type(members, field, nullable);
    if (format_name(field->type))
        put_text(members, "format", format_name(field->type));
    if (field->type == JSON_ENUM)
        put_values(members, field, nullable);
    if (field->type == JSON_ARRAY)
        put_items(members, field, input);
    if (input)
        put_bounds(members, field);
}

static void put_field(struct buf *out, const struct json_schema *schema, const struct json_field *field,
                      enum description kind)
{
    bool input = kind != DESCRIBE_OUTPUT;
    if (field->type == JSON_OBJECT && !field->summary && !(field->flags & JSON_NULLABLE)) {
        put_reference(out, field->schema);
        return;
    }
    struct members members = open_object(out);
    put_description(&members, field);
    put_value_rules(&members, field, input);
    if (kind == DESCRIBE_CREATE)
        put_default(&members, schema, field);
    if (!input && (field->flags & JSON_READ_ONLY))
        put_flag(&members, "readOnly", true);
    if (input && (field->flags & JSON_WRITE_ONLY))
        put_flag(&members, "writeOnly", true);
    buf_put_char(out, '}');
}

static bool is_shown(const struct json_field *field, bool input)
{
    if (input)
        return !(field->flags & JSON_READ_ONLY) && field->type != JSON_RAW;
    return !(field->flags & JSON_WRITE_ONLY);
}

/* An answer always holds every field but those that are left out when they are empty. */
static bool is_required(const struct json_field *field, enum description kind)
{
    switch (kind) {
    case DESCRIBE_OUTPUT:
        return is_shown(field, false) && !(field->flags & JSON_OMIT_EMPTY);
    case DESCRIBE_CREATE:
        return is_shown(field, true) && (field->flags & JSON_REQUIRED);
    default:
        return false;
    }
}

static void put_required(struct members *members, const struct json_schema *schema, enum description kind)
{
    char before = '[';
    for (size_t i = 0; i < schema->count; i++) {
        if (!is_required(&schema->fields[i], kind))
            continue;
        if (before == '[')
            put_key(members, "required");
        buf_put_char(members->out, before);
        json_put_string(members->out, str_of(schema->fields[i].name));
        before = ',';
    }
    if (before == ',')
        buf_put_char(members->out, ']');
}

static void describe(struct buf *out, const struct json_schema *schema, enum description kind)
{
    bool input = kind != DESCRIBE_OUTPUT;
    struct members members = open_object(out);
    put_text(&members, "type", "object");
    put_key(&members, "properties");
    struct members properties = open_object(out);
    for (size_t i = 0; i < schema->count; i++) {
        if (!is_shown(&schema->fields[i], input))
            continue;
        put_key(&properties, schema->fields[i].name);
        put_field(out, schema, &schema->fields[i], kind);
    }
    buf_put_char(out, '}');
    put_required(&members, schema, kind);
    if (input)
        put_flag(&members, "additionalProperties", false);
    buf_put_char(out, '}');
}

/* ---- Public ---- */

void json_describe(struct buf *out, const struct json_schema *schema, bool input)
{
    describe(out, schema, input ? DESCRIBE_CREATE : DESCRIBE_OUTPUT);
}

void json_describe_patch(struct buf *out, const struct json_schema *schema)
{
    describe(out, schema, DESCRIBE_PATCH);
}

void json_describe_field(struct buf *out, const struct json_schema *schema, const struct json_field *field)
{
    put_field(out, schema, field, DESCRIBE_CREATE);
}
