/* The sales that a till made without a line, as it hands them in; and the review of those that need one. The
 * tables of the first are in sale_schema.c, beside those of a sale. */
#pragma once
#include "modules/pos/sale_schema.h"

#define SYNC_DEVICE_MAX 100
#define SYNC_SALES_MAX 100
#define SYNC_KEY_MAX 128
#define SYNC_BODY_MAX ((size_t)8 * 1024 * 1024)

struct sync_sale {
    struct sale_request request; /* first: the tables share its offsets */
    struct str key;
    struct json_errors faults; /* of this one alone: the others go on */
};

struct sync_request {
    struct str device_id;
    bool is_final;
    JSON_ARRAY_OF(struct sync_sale) sales;
};

enum sync_status { SYNC_STORED, SYNC_REPLAYED, SYNC_REVIEW, SYNC_REJECTED, SYNC_STATUSES };
extern const char *const SYNC_STATUS_NAMES[SYNC_STATUSES + 1];

struct sync_outcome {
    struct str key;
    int64_t status; /* enum sync_status */
    struct uuid transaction_id;
    struct str problem; /* JSON, as application/problem+json */
};

struct review_request {
    struct str note;
};

extern const struct json_schema SYNC_REQUEST_SCHEMA, SYNC_OUTCOME_SCHEMA, REVIEW_REQUEST_SCHEMA;
