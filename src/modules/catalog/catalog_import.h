/* An import on its way: what its parts share. Private to catalog_import*.c. */
#pragma once
#include "modules/catalog/catalog_csv.h"

struct directory;

struct importing {
    struct request *request;
    const struct catalog_table *table;
    const struct directory *directory;
    const struct catalog *catalog;
    const struct catalog_product **by_sku; /* those that have one */
    size_t sku_count;
    struct catalog_names categories, groups;
    struct catalog_named *made; /* categories, by this import */
    size_t made_count;
    bool *taken;    /* by product of the catalogue: a row is about it */
    enum code code; /* of the refusals so far: the first in the order of checks */
    size_t faults;
    struct import_report report;
};

/* A row of a product and the rows of variants below it. */
struct import_product {
    size_t row, variant_rows;
    const struct catalog_product *old; /* NULL: a new one */
    struct catalog_product product;
    size_t *row_of_variant; /* by variant of the product; 0: it has none */
    size_t new_variants;    /* the last of them are new */
};

void import_note(struct importing *importing, enum code code); /* CODE_OK: nothing */
/* Answers false, so that a reader can `return import_refuse(…)`. */
bool import_refuse(struct importing *importing, size_t row, const char *field, enum code code,
                   struct str message);
/* What the catalogue said of the product's references and codes, at the row that it came from. */
void import_refuse_product(struct importing *importing, const struct import_product *draft, enum code code,
                           const struct catalog_refusal *refusal);

/* Puts the variants of the rows into the product: those of the same id, else name, are changed. */
void import_variants(struct importing *importing, struct import_product *draft);

void import_report(struct importing *importing, const struct import_product *draft);
