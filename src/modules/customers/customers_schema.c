/* The JSON of customers and loyalty: see customers_schema.h. */
#include "modules/customers/customers_schema.h"

#define NAME_MAX_LENGTH 200
#define NOTES_MAX_LENGTH 2000
#define REASON_MAX_LENGTH 500
#define PHONE_MAX_LENGTH 40
#define PHONE_DIGITS_MIN 5
#define PHONE_DIGITS_MAX 15 /* E.164 */
#define TIERS_MAX 20
#define TIER_NAME_MAX 50
#define EXPIRY_DAYS_MAX 36500
#define MULTIPLIER_MAX_BP (100 * RATE_ONE_BP)
#define POINTS_BOUND .min = -INT64_C(1000000000000000), .max = INT64_C(1000000000000000)

const char *const LEDGER_TYPE_NAMES[] = {"earned", "redeemed", "adjusted", "reversed", "expired", NULL};
static const char *const BOOLEAN_NAMES[] = {"false", "true", NULL};

/* ---- Customers ---- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool phone_may_hold(char c) { return is_digit(c) || (c != '\0' && strchr("+ -.()/", c)); }

struct str phone_key(struct arena *arena, struct str phone)
{
    if (!phone.data)
        return STR_NONE;
    struct buf key = buf_make(arena, phone.len, phone.len);
    for (size_t i = 0; i < phone.len; i++) {
        if (is_digit(phone.data[i]))
            buf_put_char(&key, phone.data[i]);
    }
    return buf_str(&key);
}

static const char *phone_wrong(struct str phone)
{
    static const char message[] = "must be a phone number such as 0812-3456-7890 or +62 812 3456 7890";
    size_t digits = 0;
    for (size_t i = 0; i < phone.len; i++) {
        char c = phone.data[i];
        digits += is_digit(c);
        if (!phone_may_hold(c) || (c == '+' && i > 0))
            return message;
    }
    return digits >= PHONE_DIGITS_MIN && digits <= PHONE_DIGITS_MAX ? NULL : message;
}

#define AT(member) offsetof(struct customer, member)
static const struct json_field CUSTOMER_FIELDS[] = {
    {"id", JSON_UUID, JSON_READ_ONLY, AT(id)},
    {"name", JSON_STRING, JSON_REQUIRED, AT(name), .min = 1, .max = NAME_MAX_LENGTH},
    {"phone", JSON_STRING, JSON_NULLABLE, AT(phone), .min = 1, .max = PHONE_MAX_LENGTH, .wrong = phone_wrong,
     .summary = "of one active customer only; compared by its digits"},
    {"email", JSON_EMAIL, JSON_NULLABLE, AT(email)},
    {"dateOfBirth", JSON_DATE, JSON_NULLABLE, AT(date_of_birth)},
    {"notes", JSON_STRING, JSON_NULLABLE, AT(notes), .max = NOTES_MAX_LENGTH},
    {"isActive", JSON_BOOLEAN, 0, AT(is_active)},
    {"loyaltyPoints", JSON_INTEGER, JSON_READ_ONLY, AT(points), POINTS_BOUND,
     .summary = "the sum of the ledger"},
    {"loyaltyTier", JSON_STRING, JSON_READ_ONLY | JSON_NULLABLE, AT(tier)},
    {"totalSpent", JSON_MONEY, JSON_READ_ONLY, AT(total_spent_minor)},
    {"visitCount", JSON_INTEGER, JSON_READ_ONLY, AT(visit_count)},
    {"lastVisitAt", JSON_TIME, JSON_READ_ONLY | JSON_NULLABLE, AT(last_visit_at)},
    {"createdAt", JSON_TIME, JSON_READ_ONLY, AT(created_at)},
};
static const struct customer CUSTOMER_DEFAULTS = {
    .date_of_birth = JSON_NONE, .last_visit_at = JSON_NONE, .is_active = true};
const struct json_schema CUSTOMER_SCHEMA =
    JSON_SCHEMA("Customer", struct customer, CUSTOMER_FIELDS, .defaults = &CUSTOMER_DEFAULTS);

static const struct json_field CUSTOMER_QUERY_FIELDS[] = {
    {"search", JSON_STRING, 0, offsetof(struct customer_query, search), .max = 200,
     .summary = "part of the name, any case, or of the phone number"},
    {"isActive", JSON_ENUM, 0, offsetof(struct customer_query, is_active), .values = BOOLEAN_NAMES},
};
const struct json_schema CUSTOMER_QUERY_SCHEMA =
    JSON_SCHEMA("CustomerQuery", struct customer_query, CUSTOMER_QUERY_FIELDS);

/* ---- The ledger ---- */

static const struct json_field LEDGER_ENTRY_FIELDS[] = {
    {"id", JSON_UUID, 0, offsetof(struct ledger_entry, id)},
    {"type", JSON_ENUM, 0, offsetof(struct ledger_entry, type), .values = LEDGER_TYPE_NAMES},
    {"points", JSON_INTEGER, 0, offsetof(struct ledger_entry, points), POINTS_BOUND, .summary = "signed"},
    {"balanceAfter", JSON_INTEGER, 0, offsetof(struct ledger_entry, balance_after), POINTS_BOUND},
    {"transactionId", JSON_UUID, JSON_NULLABLE, offsetof(struct ledger_entry, transaction_id),
     .summary = "the sale or refund that it is of"},
    {"reason", JSON_STRING, JSON_NULLABLE, offsetof(struct ledger_entry, reason)},
    {"employeeId", JSON_UUID, JSON_NULLABLE, offsetof(struct ledger_entry, employee_id)},
    {"createdAt", JSON_TIME, 0, offsetof(struct ledger_entry, created_at)},
};
const struct json_schema LEDGER_ENTRY_SCHEMA =
    JSON_SCHEMA("LoyaltyLedgerEntry", struct ledger_entry, LEDGER_ENTRY_FIELDS);

static const struct json_field CUSTOMER_LOYALTY_FIELDS[] = {
    {"points", JSON_INTEGER, 0, offsetof(struct customer_loyalty, points), POINTS_BOUND},
    {"tier", JSON_STRING, JSON_NULLABLE, offsetof(struct customer_loyalty, tier)},
    {"tierPoints", JSON_INTEGER, 0, offsetof(struct customer_loyalty, tier_points), POINTS_BOUND,
     .summary = "what the tier is reached by: redeeming and expiry keep it"},
    {"ledger", JSON_ARRAY, 0, offsetof(struct customer_loyalty, ledger), .schema = &LEDGER_ENTRY_SCHEMA,
     .summary = "newest first, at most 1000; ?before= goes on"},
};
const struct json_schema CUSTOMER_LOYALTY_SCHEMA =
    JSON_SCHEMA("CustomerLoyalty", struct customer_loyalty, CUSTOMER_LOYALTY_FIELDS);

static const struct json_field LEDGER_QUERY_FIELDS[] = {
    {"before", JSON_UUID, 0, offsetof(struct ledger_query, before),
     .summary = "an entry's id: answers the older ones"},
};
const struct json_schema LEDGER_QUERY_SCHEMA =
    JSON_SCHEMA("LoyaltyLedgerQuery", struct ledger_query, LEDGER_QUERY_FIELDS);

static void check_adjustment(const void *object, const struct json_units *units, struct json_errors *errors)
{
    const struct adjustment *adjustment = object;
    (void)units;
    if (adjustment->points == 0)
        json_error_add(errors, "points", "must not be 0");
}

static const struct json_field ADJUSTMENT_FIELDS[] = {
    {"points", JSON_INTEGER, JSON_REQUIRED, offsetof(struct adjustment, points), .min = -LOYALTY_POINTS_MAX,
     .max = LOYALTY_POINTS_MAX, .summary = "signed, not 0"},
    {"reason", JSON_STRING, JSON_REQUIRED, offsetof(struct adjustment, reason), .min = 1,
     .max = REASON_MAX_LENGTH},
};
const struct json_schema POINTS_ADJUSTMENT_SCHEMA =
    JSON_SCHEMA("LoyaltyAdjustment", struct adjustment, ADJUSTMENT_FIELDS, .check = check_adjustment);

/* ---- The programme ---- */

static const struct json_field TIER_FIELDS[] = {
    {"name", JSON_STRING, JSON_REQUIRED, offsetof(struct loyalty_tier, name), .min = 1, .max = TIER_NAME_MAX},
    {"minPoints", JSON_INTEGER, JSON_REQUIRED, offsetof(struct loyalty_tier, min_points),
     .summary = "earned, adjusted and reversed points that reach it"},
    {"multiplier", JSON_RATE, JSON_REQUIRED, offsetof(struct loyalty_tier, multiplier_bp),
     .max = MULTIPLIER_MAX_BP, .summary = "of the points that a sale earns"},
};
static const struct json_schema TIER_SCHEMA = JSON_SCHEMA("LoyaltyTier", struct loyalty_tier, TIER_FIELDS);

static void check_program(const void *object, const struct json_units *units, struct json_errors *errors)
{
    const struct program_body *program = object;
    char path[40];
    (void)units;
    for (size_t i = 0; i < program->tiers.count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (program->tiers.at[i].min_points == program->tiers.at[k].min_points) {
                snprintf(path, sizeof path, "tiers[%zu].minPoints", i);
                json_error_add(errors, path, "is another tier's");
                break;
            }
        }
        for (size_t k = 0; k < i; k++) {
            if (str_eq(program->tiers.at[i].name, program->tiers.at[k].name)) {
                snprintf(path, sizeof path, "tiers[%zu].name", i);
                json_error_add(errors, path, "is another tier's");
                break;
            }
        }
    }
}

static const struct json_field PROGRAM_FIELDS[] = {
    {"isActive", JSON_BOOLEAN, 0, offsetof(struct program_body, is_active),
     .summary = "sales earn, points can be redeemed"},
    {"amountPerPoint", JSON_MONEY, JSON_REQUIRED, offsetof(struct program_body, amount_per_point_minor),
     .min = 1, .max = MONEY_MAX_MINOR, .summary = "what has to be spent for a point"},
    {"pointValue", JSON_MONEY, JSON_REQUIRED, offsetof(struct program_body, point_value_minor),
     .summary = "what a point is worth when it is redeemed"},
    {"expiryDays", JSON_INTEGER, JSON_NULLABLE, offsetof(struct program_body, expiry_days), .min = 1,
     .max = EXPIRY_DAYS_MAX, .summary = "null: never"},
    {"tiers", JSON_ARRAY, 0, offsetof(struct program_body, tiers), .max = TIERS_MAX, .schema = &TIER_SCHEMA,
     .summary = "none: × 1"},
};
static const struct program_body PROGRAM_DEFAULTS = {.is_active = true, .expiry_days = JSON_NONE};
const struct json_schema PROGRAM_SCHEMA = JSON_SCHEMA("LoyaltyProgram", struct program_body, PROGRAM_FIELDS,
                                                      .defaults = &PROGRAM_DEFAULTS, .check = check_program);
