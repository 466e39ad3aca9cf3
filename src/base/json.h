/* JSON ⇄ C structs, driven by tables. One `struct json_schema` says how a C struct looks as JSON; from it
 * come the decoder (with every faulty field at once), the encoder, the check of query strings and the OpenAPI
 * components, so they cannot drift apart. Handlers never touch a JSON tree.
 *
 * C type of a field by its type (absent or null in brackets):
 *   STRING, EMAIL, ZONE, RAW   struct str            [STR_NONE]     EMAIL is lower-cased and trimmed
 *   UUID                       struct uuid           [UUID_NIL]
 *   INTEGER, TIME, DATE        int64_t               [JSON_NONE]    TIME in ms, DATE as YYYYMMDD
 *   MONEY, QUANTITY, RATE      int64_t               [JSON_NONE]    minor units, thousandths, ten-thousandths
 *   AMOUNT                     int64_t               [JSON_NONE]    hundredths of something whose kind
 *                                                                   another field tells (a discount's value)
 *   BOOLEAN                    bool                  [the default]
 *   ENUM                       int64_t               [JSON_NONE]    index in `values`
 *   OBJECT                     pointer to the struct [NULL]
 *   ARRAY                      JSON_ARRAY_OF(T)      [at NULL, count 0]; of structs (`schema`) or, without
 *                                                    a schema, of `element`: UUID, STRING or ENUM
 *   RAW                        text that is JSON already; output only
 * When a field is absent and the schema has `defaults`, the struct starts as a copy of them. */
#pragma once
#include "base/buf.h"
#include "base/uuid.h"

#define JSON_NONE INT64_MIN
#define JSON_ERRORS_MAX 100
#define JSON_DEPTH_MAX 32

#define JSON_ARRAY_OF(type) \
    struct {                \
        type *at;           \
        size_t count;       \
    }

enum json_type {
    JSON_STRING,
    JSON_EMAIL,
    JSON_ZONE,
    JSON_RAW,
    JSON_UUID,
    JSON_INTEGER,
    JSON_TIME,
    JSON_DATE,
    JSON_MONEY,
    JSON_QUANTITY,
    JSON_RATE,
    JSON_AMOUNT,
    JSON_BOOLEAN,
    JSON_ENUM,
    JSON_OBJECT,
    JSON_ARRAY,
};

enum json_flags {
    JSON_REQUIRED = 1,    /* must be there on input (not when decoding onto a current state) */
    JSON_NULLABLE = 2,    /* null is allowed on input, and written when absent on output */
    JSON_READ_ONLY = 4,   /* set by the server: on input it is an unknown field */
    JSON_WRITE_ONLY = 8,  /* never written, never trimmed: passwords, PINs; also those of a log-in */
    JSON_OMIT_EMPTY = 16, /* on output left out when absent (otherwise null is written) */
};

struct json_field {
    const char *name;
    enum json_type type;
    unsigned flags;
    size_t offset; /* of the member in the C struct */
    /* Bounds, checked on input. STRING: code points (max 0: 500); with min ≥ 1 it is trimmed first, unless
     * WRITE_ONLY; no control characters but tab and line feed. INTEGER, MONEY, QUANTITY, AMOUNT, RATE: value
     * in the field's unit (both 0: MONEY 0…10^13, QUANTITY 1…10^9, RATE 0…10^4, INTEGER 0…10^9, AMOUNT
     * 0…10^15; only max 0 and min > 0: that max). EMAIL: bytes (max 0: 254). ARRAY: elements (max 0: 200). */
    int64_t min, max;
    const struct json_schema *schema; /* OBJECT, and ARRAY of structs */
    enum json_type element;           /* ARRAY without schema */
    const char *const *values;        /* ENUM, NULL-terminated */
    const char *summary;              /* for OpenAPI; may be NULL */
    /* STRING: NULL when the text is fine, otherwise what it must be ("must be digits"); may be NULL itself */
    const char *(*wrong)(struct str text);
};

/* What a number means depends on the business. */
struct json_units {
    int currency_decimals;
};

struct json_errors;

struct json_schema {
    const char *name; /* of the OpenAPI component, unique: "Product" */
    const struct json_field *fields;
    size_t count;         /* at most 64 */
    size_t size;          /* of the C struct */
    const void *defaults; /* may be NULL: zeroes, JSON_NONE for numbers, NIL, … */
    /* Rules over several fields; adds to `errors` with json_error_add, paths relative to this object. Called
     * once the fields themselves are right; `units` is NULL for a query string. May be NULL. */
    void (*check)(const void *object, const struct json_units *units, struct json_errors *errors);
    /* Offset (not 0) of a struct json_errors in the C struct: as an element of an array such an object fails
     * alone. Its faults are left there, with paths relative to it, and the whole is none the worse. */
    size_t faults;
};

#define JSON_SCHEMA(schema_name, type, field_table, ...)                                             \
    {                                                                                                \
        .name = (schema_name), .fields = (field_table),                                              \
        .count = sizeof(field_table) / sizeof((field_table)[0]), .size = sizeof(type), ##__VA_ARGS__ \
    }

struct json_error {
    struct str path; /* "items[0].quantity"; "" for the body itself */
    struct str message;
};

/* Collects faults in order, at most JSON_ERRORS_MAX; `prefix` is the path of the object being read. */
struct json_errors {
    struct arena *arena;
    struct str prefix;
    struct json_error *list;
    size_t count;
};

void json_error_add(struct json_errors *errors, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A parsed text, independent of the text it came from. Owned by the caller: json_doc_free. */
struct json_doc;

/* Strict RFC 8259, UTF-8, depth ≤ JSON_DEPTH_MAX, no duplicate keys. On a fault adds one error and answers
 * NULL. */
struct json_doc *json_parse(struct str text, struct json_errors *errors);
void json_doc_free(struct json_doc *doc); /* NULL is fine */

enum json_mode {
    JSON_CREATE, /* required fields must be there; the struct starts from the defaults */
    JSON_PATCH,  /* any subset; fields that are absent keep what `object` holds; objects and arrays in it that
                    are sent are replaced as a whole (so their own required fields must be there) */
};

/* Strings, objects and arrays in `object` are copied into errors->arena; an array that was sent is never at
 * NULL, even when it is empty. True when nothing was added to `errors`; else `object` holds something, but
 * nothing to use. */
bool json_decode(const struct json_doc *doc, const struct json_schema *schema, enum json_mode mode,
                 const struct json_units *units, void *object, struct json_errors *errors);

/* The same for a text that is an array of such objects, at least `min` and at most `max` (0: 200) of them.
 * `ret_array` is a JSON_ARRAY_OF the struct; paths begin with the element: "[0].quantity". */
bool json_decode_array(const struct json_doc *doc, const struct json_schema *element, int64_t min,
                       int64_t max, const struct json_units *units, void *ret_array,
                       struct json_errors *errors);

/* A query string (RFC 3986; `+` is a space) by the same tables: STRING, UUID, INTEGER, BOOLEAN, ENUM, TIME,
 * DATE, and ARRAY of ENUM, UUID or STRING as a comma-separated list. Unknown and repeated parameters are
 * faults. */
bool json_decode_query(struct str query, const struct json_schema *schema, void *object,
                       struct json_errors *errors);

/* Every field but WRITE_ONLY ones. An array at NULL is [], with NULLABLE null, with OMIT_EMPTY left out. */
void json_encode(struct buf *out, const struct json_schema *schema, const struct json_units *units,
                 const void *object);
void json_encode_array(struct buf *out, const struct json_schema *schema, const struct json_units *units,
                       const void *objects, size_t count);
void json_put_string(struct buf *out, struct str text); /* quoted and escaped; absent is null */

/* OpenAPI 3.1: the schema as a JSON Schema object; nested schemas as "$ref": "#/components/schemas/<name>".
 * `input` leaves READ_ONLY fields out, output WRITE_ONLY ones. Bounds are told for input only. */
void json_describe(struct buf *out, const struct json_schema *schema, bool input);
void json_describe_patch(struct buf *out, const struct json_schema *schema); /* input with nothing required */
/* One field of an input, such as the schema of a query parameter. */
void json_describe_field(struct buf *out, const struct json_schema *schema, const struct json_field *field);
