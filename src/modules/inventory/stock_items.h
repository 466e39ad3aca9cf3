/* What the lines of a request name (products, variants, ingredients), looked up, held against deletion, and
 * with their levels locked: for adjustments and transfers. Private to the module. */
#pragma once
#include "modules/inventory/inventory.h"
#include "platform/http/request.h"

enum stock_lines {
    STOCK_LINES_PLANNED,   /* nothing moves yet: no levels */
    STOCK_LINES_MOVED,     /* with their levels locked */
    STOCK_LINES_UNDER_WAY, /* moved, of a transfer: a variant may have left the catalogue since it was asked
                              for */
};

struct stock_items {
    size_t count;
    const struct stock_key *lines;        /* by line; outlet_id of all is the same */
    struct db_rows *outlet;               /* its rule; NULL: PLANNED */
    struct db_rows **counted, **variants; /* by line: the product or ingredient; the variant or NULL */
    struct stock_key *keys;               /* sorted, each once */
    size_t key_count;
    struct stock_change *changes; /* by key: new_milli runs */
};

/* Faults are added to the request's refusal at "items[i].productId" and so on: NOT_FOUND. What is PLANNED is
 * only held against its deletion. */
enum code stock_items_load(struct request *request, struct db_tx *tx, struct uuid outlet_id,
                           const struct stock_key *lines, size_t count, enum stock_lines kind,
                           struct stock_items *ret_items);
/* "there is no such …" at the line's id. */
enum code stock_items_missing(struct request *request, const struct stock_items *items, size_t line);
/* The outlet that alone sells the line's product; nil: all do. */
struct uuid stock_items_outlet_of(const struct stock_items *items, size_t line);

struct stock_change *stock_items_change(const struct stock_items *items, size_t line);
/* Moves the running balance; a refusal is added at "items[i].<field>". */
enum code stock_items_apply(struct request *request, struct stock_items *items, size_t line, int64_t delta,
                            const char *field);
