/* What the files of this module share: the stores' functions, the schemas, the handlers. */
#pragma once
#include "modules/handlers.h"
#include "modules/settings/settings.h"
#include "platform/auth/pin.h"

#define OUTLETS_MOST 500
#define EMPLOYEES_MOST 5000

/* ---- Outlets ---- */

extern const struct json_schema OUTLET_SCHEMA; /* of struct outlet */

/* Newest first, ids below `before`; `only` nil: all. In the transaction's arena. */
struct outlet *outlets_list(struct db_tx *tx, struct uuid before, struct uuid only, int64_t limit,
                            size_t *ret_count);
bool outlet_find(struct db_tx *tx, struct uuid id, struct outlet *ret_outlet);
bool outlet_code_is_taken(struct db_tx *tx, struct str code, struct uuid but_by);
int64_t outlets_count(struct db_tx *tx);
int64_t outlets_count_other_active(struct db_tx *tx, struct uuid id);
bool outlet_has_open_shift(struct db_tx *tx, struct uuid id);
bool outlet_has_receipts(struct db_tx *tx, struct uuid id);
bool outlet_has_history(struct db_tx *tx, struct uuid id);
void outlet_update(struct db_tx *tx, const struct outlet *outlet);
void outlet_delete(struct db_tx *tx, struct uuid id);
/* outlets_rates.c: whoever changes rates calls it too; what the row says now is valid from now on. Nothing
 * where it is so already; outlet nil: all outlets. */
void outlet_rates_store(struct db_tx *tx, struct uuid outlet_id);
void outlet_rates_delete(struct db_tx *tx, struct uuid outlet_id);

enum code outlets_get_list(struct request *request);
enum code outlets_get(struct request *request);
enum code outlets_post(struct request *request);
enum code outlets_patch(struct request *request);
enum code outlets_delete(struct request *request);

/* ---- Employees ---- */

struct employee {
    struct uuid id, outlet_id;
    struct str name, email;
    int64_t role; /* enum role */
    bool is_active, has_pin;
    int64_t created_at;
    struct str password, pin; /* input only */

    /* Not of the API. */
    bool has_password;
    struct str pin_key;
};

struct employee_filter {
    struct uuid outlet_id; /* nil: all */
};

extern const struct json_schema EMPLOYEE_SCHEMA, EMPLOYEE_FILTER_SCHEMA;

struct employee *employees_list(struct db_tx *tx, struct uuid before, struct uuid outlet_id, int64_t limit,
                                size_t *ret_count);
bool employee_find(struct db_tx *tx, struct uuid id, struct employee *ret_employee);
bool employee_email_is_taken(struct db_tx *tx, struct str email, struct uuid but_by);
bool employee_pin_is_taken(struct db_tx *tx, struct uuid outlet_id, struct str pin_key, struct uuid but_by);
int64_t employees_count(struct db_tx *tx);
int64_t employees_count_other_owners(struct db_tx *tx, struct uuid id);                   /* active ones */
struct str employee_pin_key(struct platform *platform, struct db_tx *tx, struct str pin); /* absent: none */
void employee_update(struct db_tx *tx, const struct employee *employee);
void employee_set_password(struct db_tx *tx, struct uuid id, struct str password_hash); /* absent: none */
/* Ends every login of the employee: refresh tokens in the database, access tokens in this process after the
 * commit. */
void employee_end_logins(struct platform *platform, struct db_tx *tx, struct uuid id, int64_t now_ms);

enum code employees_get_list(struct request *request);
enum code employees_get(struct request *request);
enum code employees_post(struct request *request);
enum code employees_patch(struct request *request);
enum code employees_delete(struct request *request);

/* ---- The business ---- */

struct business {
    struct uuid id;
    struct str name, currency, timezone, subscription_plan;
    int64_t created_at;
};

extern const struct json_schema BUSINESS_SCHEMA;

bool business_find(struct db_tx *tx, struct business *ret_business);
void business_update(struct db_tx *tx, const struct business *business);
bool business_has_sold(struct db_tx *tx);   /* a transaction or a shift: there are amounts in the books */
bool business_has_prices(struct db_tx *tx); /* a product, modifier or ingredient, or a loyalty programme */
void business_forget_cash_rounding(struct db_tx *tx);

enum code business_get(struct request *request);
enum code business_patch(struct request *request);
