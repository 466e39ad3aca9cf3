/* What the parts of the JSON code share: the parsed document, the bounds of a field, and how one value is
 * read. Private to json_*.c. */
#pragma once
#include "base/json.h"

#define JSON_FIELDS_MAX 64 /* in one schema; who decodes keeps one bit of each */

/* ---- The document: json_parse.c ---- */

enum json_kind {
    JSON_KIND_NULL,
    JSON_KIND_FALSE,
    JSON_KIND_TRUE,
    JSON_KIND_NUMBER,
    JSON_KIND_STRING,
    JSON_KIND_ARRAY,
    JSON_KIND_OBJECT,
};

/* Values lie in one array in the order of the text; a member of an object is its key (a STRING) and then its
 * value. */
struct json_node {
    enum json_kind kind;
    uint32_t start; /* STRING, NUMBER: offset in the document's text */
    uint32_t count; /* STRING, NUMBER: bytes; ARRAY: elements; OBJECT: members */
    uint32_t next;  /* index of the first node behind this value and all that is in it */
};

struct json_doc {
    struct json_node *nodes; /* nodes[0] is the whole */
    uint32_t count, cap;
    uint32_t len;
    char text[]; /* a copy, NUL-terminated, strings unescaped in place, numbers as they were written */
};

static inline struct str json_node_text(const struct json_doc *doc, const struct json_node *node)
{
    return (struct str){doc->text + node->start, node->count};
}

/* Reads the string behind a quote at `*at` and unescapes it in place; the text ends with a NUL at `end`.
 * NULL:
 * `*at` is behind the closing quote and `ret_len` the bytes of the string. Otherwise what was wrong, and
 * `*at` is where. */
const char *json_scan_string(char **at, const char *end, uint32_t *ret_len);

/* Moves `*at` behind a number. NULL, or what was wrong. */
const char *json_scan_number(char **at);

/* ---- Faults: json_error.c ---- */

/* A key as a path shows it: cut when it is unreasonably long. */
struct str json_key_shown(struct arena *arena, struct str key);
/* prefix.name[index]; no name: prefix[index]; index JSON_NO_INDEX: none. */
struct str json_path(struct arena *arena, struct str prefix, struct str name, size_t index);
#define JSON_NO_INDEX SIZE_MAX
/* "[12]"; answers the length, no NUL. */
#define JSON_ELEMENT_TEXT_MAX 24
size_t json_element_text(size_t index, char ret_text[JSON_ELEMENT_TEXT_MAX]);

/* ---- One value: json_value.c ---- */

struct json_bounds {
    int64_t min, max;
    bool max_is_default;
};

struct json_bounds json_bounds_of(const struct json_field *field);
int json_decimals_of(enum json_type type, const struct json_units *units);
bool json_is_number(enum json_type type);
size_t json_size_of(enum json_type type); /* of a scalar's C type */
void *json_member(const void *object, const struct json_field *field);

/* The struct before anything is read into it; and one member as it is when the client sent null. */
void json_set_defaults(const struct json_schema *schema, void *object);
void json_set_none(const struct json_schema *schema, const struct json_field *field, void *object);

/* Says what would have been right: "must be one of dine_in, takeaway". */
void json_expected(const struct json_field *field, const struct json_units *units, struct json_errors *errors,
                   const char *path);

/* Check a value and store it at `target`, or add a fault. The first is for all types that are text in JSON.
 */
bool json_read_text(const struct json_field *field, struct str text, void *target, struct json_errors *errors,
                    const char *path);
bool json_read_number(const struct json_field *field, const struct json_units *units, struct str text,
                      void *target, struct json_errors *errors, const char *path);

/* The field an element of an ARRAY without schema is read by. */
struct json_field json_element_field(const struct json_field *array);

struct json_any_array {
    void *at;
    size_t count;
};
