/* The catalogue as comma-separated values: a line for each product and, below it, one for each of its
 * variants. The columns are the fields of CATALOG_ROW_SCHEMA, in any order; a line of a variant has a name in
 * `variant` and nothing but its own codes and price. Categories, outlets and modifier groups stand there by
 * what people know them by (a name, a code) or by their id. Private to the module. */
#pragma once
#include "base/csv.h"
#include "modules/catalog/catalog_routes.h"

#define CATALOG_CSV_SEPARATOR '|' /* between modifier groups */

/* ---- Names of things ---- */

struct catalog_named {
    struct uuid id;
    struct str name, key; /* the name folded */
};

struct catalog_names {
    struct catalog_named *at; /* by key */
    size_t count;
};

/* `items` begin with an id and a name: categories, modifier groups. */
struct catalog_names catalog_names_of(struct arena *arena, const void *items, size_t count, size_t size);
/* How many have this name, or id: 0, 1 or more; `ret_id` is set for 1. */
size_t catalog_names_find(const struct catalog_names *names, struct arena *arena, struct str text,
                          struct uuid *ret_id);
/* Adds one; there must be room for it. */
void catalog_names_add(struct catalog_names *names, struct arena *arena, struct uuid id, struct str name);
/* What finds this one again: its name, or the id where others have the name, too. */
struct str catalog_names_text(const struct catalog_names *names, struct arena *arena, struct uuid id,
                              struct str name);

/* ---- Tables ---- */

struct catalog_table {
    struct csv csv;                               /* the first record has the names of the columns */
    enum catalog_column column_of[CSV_CELLS_MAX]; /* by place; CATALOG_COLUMNS: a place without a name */
    size_t width;
    bool has[CATALOG_COLUMNS];
};

/* The body of the request: VALIDATION_FAILED when it is no table of products. Its rows are not looked at. */
enum code catalog_table_read(struct request *request, struct catalog_table *ret_table);
size_t catalog_table_rows(const struct catalog_table *table);
const struct csv_record *catalog_table_row(const struct catalog_table *table, size_t row);
bool catalog_row_is_variant(const struct catalog_table *table, size_t row);
/* Over what `ret_row` holds (JSON_PATCH), or of a new product (JSON_CREATE). Cells that are empty are null
 * where the field may be, and otherwise not there. Everything that is wrong with the row in itself is refused
 * at once: VALIDATION_FAILED at "rows[i].price". */
enum code catalog_row_decode(struct request *request, const struct catalog_table *table, size_t row,
                             enum json_mode mode, struct catalog_row *ret_row);
/* The same without refusals: what is wrong is not set, nor is what has no cell. */
void catalog_row_peek(struct request *request, const struct catalog_table *table, size_t row,
                      struct catalog_row *ret_row);
/* "rows[i].sku" and the row as a spreadsheet counts; answers `code`. */
enum code catalog_row_refuse(struct request *request, const struct catalog_table *table, size_t row,
                             const char *field, enum code code, struct str message);

void catalog_row_put_names(struct buf *out);
void catalog_row_put(struct buf *out, const struct json_units *units, const struct catalog_row *row);
