/* A parsed JSON text into a C struct by a schema, with every fault at once. */
#include "base/check.h"
#include "base/json_internal.h"

#define NAME_MAX_LEN 64 /* of a field */

struct decoder {
    const struct json_doc *doc;
    const struct json_units *units;
    struct json_errors *errors;
};

static void decode_object(struct decoder *d, uint32_t index, const struct json_schema *schema,
                          enum json_mode mode, void *object);

static bool is_full(const struct json_errors *errors) { return errors->count >= JSON_ERRORS_MAX; }

/* Reads the object at `index` under a longer path. */
static void decode_inside(struct decoder *d, uint32_t index, const struct json_schema *schema,
                          const char *name, size_t element, void *object)
{
    struct str outside = d->errors->prefix;
    d->errors->prefix = json_path(d->errors->arena, outside, str_of(name), element);
    decode_object(d, index, schema, JSON_CREATE, object);
    d->errors->prefix = outside;
}

/* ---- Scalars ---- */

static void decode_scalar(struct decoder *d, const struct json_node *node, const struct json_field *field,
                          void *target, const char *path)
{
    struct str text = json_node_text(d->doc, node);
    bool boolean = node->kind == JSON_KIND_TRUE || node->kind == JSON_KIND_FALSE;
    if (json_is_number(field->type) && node->kind == JSON_KIND_NUMBER)
        json_read_number(field, d->units, text, target, d->errors, path);
    else if (field->type == JSON_BOOLEAN && boolean)
        *(bool *)target = node->kind == JSON_KIND_TRUE;
    else if (field->type != JSON_BOOLEAN && !json_is_number(field->type) && node->kind == JSON_KIND_STRING)
        json_read_text(field, text, target, d->errors, path);
    else if (node->kind == JSON_KIND_NULL)
        json_error_add(d->errors, path, "must not be null");
    else
        json_expected(field, d->units, d->errors, path);
}

/* ---- Arrays ---- */

static void decode_elements(struct decoder *d, const struct json_node *array, uint32_t first,
                            const struct json_field *field, char *at)
{
    struct json_field element = json_element_field(field);
    size_t size = json_size_of(element.type);
    size_t name_len = strlen(field->name);
    char path[NAME_MAX_LEN + JSON_ELEMENT_TEXT_MAX + 1] = "";
    check(name_len <= NAME_MAX_LEN);
    memcpy(path, field->name, name_len);
    uint32_t index = first;
    for (uint32_t i = 0; i < array->count && !is_full(d->errors); i++) {
        path[name_len + json_element_text(i, path + name_len)] = '\0';
        decode_scalar(d, &d->doc->nodes[index], &element, at + i * size, path);
        index = d->doc->nodes[index].next;
    }
}

/* Its faults are its own. */
static void decode_alone(struct decoder *d, uint32_t index, const struct json_schema *schema, char *object)
{
    struct json_errors own = {.arena = d->errors->arena}, *outside = d->errors;
    d->errors = &own;
    decode_object(d, index, schema, JSON_CREATE, object);
    d->errors = outside;
    memcpy(object + schema->faults, &own, sizeof own);
}

static void decode_objects(struct decoder *d, const struct json_node *array, uint32_t first,
                           const struct json_field *field, char *at)
{
    uint32_t index = first;
    for (uint32_t i = 0; i < array->count && !is_full(d->errors); i++) {
        char *object = at + i * field->schema->size;
        if (field->schema->faults > 0)
            decode_alone(d, index, field->schema, object);
        else
            decode_inside(d, index, field->schema, field->name, i, object);
        index = d->doc->nodes[index].next;
    }
}

static void decode_array(struct decoder *d, uint32_t index, const struct json_field *field, void *target)
{
    const struct json_node *node = &d->doc->nodes[index];
    struct json_bounds bounds = json_bounds_of(field);
    if (node->kind != JSON_KIND_ARRAY) {
        json_expected(field, d->units, d->errors, field->name);
        return;
    }
    if (node->count > bounds.max || node->count < bounds.min) {
        bool many = node->count > bounds.max;
        long long limit = many ? bounds.max : bounds.min;
        json_error_add(d->errors, field->name, "must have at %s %lld item%s", many ? "most" : "least", limit,
                       limit == 1 ? "" : "s");
        return;
    }
    size_t size = field->schema ? field->schema->size : json_size_of(field->element);
    struct json_any_array array = {arena_array_alloc(d->errors->arena, node->count, size), node->count};
    if (field->schema)
        decode_objects(d, node, index + 1, field, array.at);
    else
        decode_elements(d, node, index + 1, field, array.at);
    memcpy(target, &array, sizeof array);
}

/* ---- Objects ---- */

static void decode_pointer(struct decoder *d, uint32_t index, const struct json_field *field, void *target)
{
    if (d->doc->nodes[index].kind != JSON_KIND_OBJECT) {
        json_expected(field, d->units, d->errors, field->name);
        return;
    }
    void *object = arena_alloc(d->errors->arena, field->schema->size);
    decode_inside(d, index, field->schema, field->name, JSON_NO_INDEX, object);
    memcpy(target, &object, sizeof object);
}

static void decode_member(struct decoder *d, uint32_t index, const struct json_schema *schema,
                          const struct json_field *field, void *object)
{
    const struct json_node *node = &d->doc->nodes[index];
    void *target = json_member(object, field);
    if (node->kind == JSON_KIND_NULL && (field->flags & JSON_NULLABLE))
        json_set_none(schema, field, object);
    else if (node->kind == JSON_KIND_NULL)
        json_error_add(d->errors, field->name, "must not be null");
    else if (field->type == JSON_ARRAY)
        decode_array(d, index, field, target);
    else if (field->type == JSON_OBJECT)
        decode_pointer(d, index, field, target);
    else
        decode_scalar(d, node, field, target, field->name);
}

static bool is_input(const struct json_field *field)
{
    return !(field->flags & JSON_READ_ONLY) && field->type != JSON_RAW;
}

/* Clients mostly send the fields in the order of the table: so the search goes on at `*hint`. */
static size_t find_field(const struct json_schema *schema, struct str key, size_t *hint)
{
    for (size_t i = 0; i < schema->count; i++) {
        size_t at = (*hint + i) % schema->count;
        const char *name = schema->fields[at].name;
        if (key.len > 0 && name[0] == key.data[0] && str_eq(str_of(name), key) &&
            is_input(&schema->fields[at])) {
            *hint = at + 1;
            return at;
        }
    }
    return SIZE_MAX;
}

static void add_unknown(struct decoder *d, struct str key)
{
    struct str shown = json_key_shown(d->errors->arena, key);
    json_error_add(d->errors, str_to_cstr(d->errors->arena, shown), "unknown field");
}

static void decode_object(struct decoder *d, uint32_t index, const struct json_schema *schema,
                          enum json_mode mode, void *object)
{
    check(schema->count <= JSON_FIELDS_MAX);
    const struct json_node *node = &d->doc->nodes[index];
    size_t errors_before = d->errors->count, hint = 0;
    uint64_t seen = 0;
    if (mode == JSON_CREATE)
        json_set_defaults(schema, object);
    if (node->kind != JSON_KIND_OBJECT) {
        json_error_add(d->errors, "", "must be an object");
        return;
    }
    uint32_t key = index + 1;
    for (uint32_t i = 0; i < node->count && !is_full(d->errors); i++) {
        struct str name = json_node_text(d->doc, &d->doc->nodes[key]);
        size_t at = find_field(schema, name, &hint);
        if (at == SIZE_MAX) {
            add_unknown(d, name);
        } else {
            seen |= UINT64_C(1) << at;
            decode_member(d, key + 1, schema, &schema->fields[at], object);
        }
        key = d->doc->nodes[key + 1].next;
    }
    for (size_t i = 0; i < schema->count && mode == JSON_CREATE; i++) {
        const struct json_field *field = &schema->fields[i];
        if ((field->flags & JSON_REQUIRED) && is_input(field) && !(seen >> i & 1))
            json_error_add(d->errors, field->name, "is required");
    }
    if (schema->check && d->errors->count == errors_before)
        (schema->check)(object, d->units, d->errors);
}

bool json_decode(const struct json_doc *doc, const struct json_schema *schema, enum json_mode mode,
                 const struct json_units *units, void *object, struct json_errors *errors)
{
    struct decoder decoder = {.doc = doc, .units = units, .errors = errors};
    size_t before = errors->count;
    decode_object(&decoder, 0, schema, mode, object);
    return errors->count == before && !is_full(errors);
}

bool json_decode_array(const struct json_doc *doc, const struct json_schema *element, int64_t min,
                       int64_t max, const struct json_units *units, void *ret_array,
                       struct json_errors *errors)
{
    struct decoder decoder = {.doc = doc, .units = units, .errors = errors};
    const struct json_field whole = {
        .name = "", .type = JSON_ARRAY, .schema = element, .min = min, .max = max};
    size_t before = errors->count;
    decode_array(&decoder, 0, &whole, ret_array);
    return errors->count == before && !is_full(errors);
}
