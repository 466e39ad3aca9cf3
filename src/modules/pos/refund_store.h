/* The rows of voids and refunds: the sale that is held, what of it came back, what is written. */
#pragma once
#include "domain/refund.h"
#include "modules/auth/approval.h"
#include "modules/inventory/inventory.h"
#include "modules/pos/outlet_counter.h"
#include "modules/pos/refund_schema.h"
#include "modules/pos/sale_schema.h"

/* A sale whose row is held until the commit: voids and refunds of it come one after the other. */
struct held_sale {
    struct uuid id, outlet_id, shift_id;
    struct str receipt_number;
    int64_t type, status; /* enum sale_type, sale_status */
    int64_t grand_total_minor, rounding_minor;
    struct uuid approved_by; /* of what is done to it now */
};

/* The one beginning of a void and a refund: approves the action, then holds the sale. OVERRIDE_REQUIRED,
 * NOT_FOUND. */
enum code held_sale_take(struct request *request, struct db_tx *tx, enum approval_action action,
                         struct uuid id, struct held_sale *ret_sale);

/* A line of the sale. */
struct held_line {
    struct uuid id, product_id, variant_id;
    struct str product_name;
    bool counts_stock;
    int64_t cost_minor; /* JSON_NONE: nobody knows */
};

/* The sale's lines, and what earlier refunds gave back of them. `ret_lines` and facts->lines are parallel. */
void held_sale_lines(struct db_tx *tx, const struct held_sale *sale, struct held_line **ret_lines,
                     struct refund_facts *ret_facts);

/* What came back of each line of a sale, over all its refunds: line, quantity, amounts, all negative. */
struct db_rows *refunded_sums_ask(struct db_tx *tx, struct uuid sale_id);

/* Goods that come back: their levels and the movements. */
struct stock_return {
    enum stock_movement_type type;
    struct uuid reference_id;
    struct str reason;
    int64_t created_at;
    struct stock_key *keys; /* one a line, in any order */
    int64_t *quantities_milli;
    size_t count;
};
/* The events of it are added to `ret_drafts`, which has room for one; AMOUNT_TOO_LARGE. */
enum code stock_return_store(struct request *request, struct db_tx *tx, struct stock_return *stock,
                             struct event_draft *ret_drafts, size_t *ret_draft_count);

void sale_void_store(struct db_tx *tx, const struct held_sale *sale, struct uuid voided_by, struct str reason,
                     int64_t voided_at);

struct refund_line_draft {
    struct uuid original_line_id;
    int64_t quantity_milli;
    struct refund_amounts given;
    bool restock;
    int64_t cost_minor; /* of the goods that go back into stock; JSON_NONE: none do, or nobody knows */
};

/* A refund that was decided; amounts and quantities are positive here and stored negative. */
struct refund_draft {
    struct uuid id, outlet_id, shift_id, employee_id;
    const struct held_sale *sale;
    struct receipt_number number;
    struct refund_decision decision;
    const struct refund_line_draft *lines;
    size_t line_count;
    int64_t method, created_at;
    struct str reason, idempotency_key; /* STR_NONE: none */
};
void refund_store(struct db_tx *tx, const struct refund_draft *draft);
