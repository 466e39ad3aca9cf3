/* Customers and loyalty as JSON: the structs behind the calls, and their tables. */
#pragma once
#include "base/json.h"
#include "domain/loyalty.h"

struct customer {
    struct uuid id;
    struct str name, phone, email, notes;
    int64_t date_of_birth; /* YYYYMMDD */
    int64_t points, total_spent_minor, visit_count, last_visit_at;
    struct str tier; /* of the programme as it is now; STR_NONE: none */
    bool is_active;
    int64_t created_at;
    /* Not of the API. */
    struct str name_key;
    int64_t tier_points;
};

struct customer_query {
    struct str search;
    int64_t is_active; /* 0, 1; JSON_NONE: either */
};

enum ledger_type {
    LEDGER_EARNED,
    LEDGER_REDEEMED,
    LEDGER_ADJUSTED,
    LEDGER_REVERSED,
    LEDGER_EXPIRED,
    LEDGER_TYPES
};
extern const char *const LEDGER_TYPE_NAMES[LEDGER_TYPES + 1];

struct ledger_entry {
    struct uuid id, transaction_id, employee_id;
    int64_t type, points, balance_after;
    struct str reason;
    int64_t created_at;
};

struct customer_loyalty {
    int64_t points, tier_points;
    struct str tier;
    JSON_ARRAY_OF(struct ledger_entry) ledger;
};

struct ledger_query {
    struct uuid before;
};

struct adjustment {
    int64_t points;
    struct str reason;
};

/* struct loyalty_program as it is sent. */
struct program_body {
    bool is_active;
    int64_t amount_per_point_minor, point_value_minor;
    int64_t expiry_days; /* JSON_NONE: never */
    JSON_ARRAY_OF(struct loyalty_tier) tiers;
};

extern const struct json_schema CUSTOMER_SCHEMA, CUSTOMER_QUERY_SCHEMA, CUSTOMER_LOYALTY_SCHEMA,
    LEDGER_ENTRY_SCHEMA, LEDGER_QUERY_SCHEMA, POINTS_ADJUSTMENT_SCHEMA, PROGRAM_SCHEMA;

bool phone_may_hold(char c);
/* The digits of a phone number: what numbers are compared by. */
struct str phone_key(struct arena *arena, struct str phone);
