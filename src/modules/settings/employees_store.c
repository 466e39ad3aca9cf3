/* The rows of employees, and of their logins. */
#include "modules/settings/settings_internal.h"
#include "platform/auth/auth.h"
#include "platform/platform.h"

#define EMPLOYEE_COLUMNS "id, outlet_id, name, email, role, is_active, created_at, pin_key, password_hash"

DB_STATEMENT(EMPLOYEES_PAGE, "SELECT " EMPLOYEE_COLUMNS " FROM employees WHERE business_id = $1 AND id < $2"
                             " AND (outlet_id = $3 OR $3 IS NULL) ORDER BY id DESC LIMIT $4");
DB_STATEMENT(EMPLOYEE_FIND, "SELECT " EMPLOYEE_COLUMNS " FROM employees WHERE business_id = $1 AND id = $2");
DB_STATEMENT_GLOBAL(EMPLOYEE_EMAIL_OWNER, "an e-mail is unique over all businesses",
                    "SELECT id FROM employees WHERE email = $1");
DB_STATEMENT(EMPLOYEE_PIN_OWNER,
             "SELECT id FROM employees WHERE business_id = $1 AND outlet_id = $2 AND pin_key = $3");
DB_STATEMENT(EMPLOYEES_COUNT, "SELECT COUNT(*) FROM employees WHERE business_id = $1");
DB_STATEMENT(EMPLOYEES_COUNT_OTHER_OWNERS, "SELECT COUNT(*) FROM employees WHERE business_id = $1 AND id <> "
                                           "$2 AND role = 'owner' AND is_active = 1");
/* On any unique key that is taken nothing is inserted; which one it was is asked then. */
DB_STATEMENT(EMPLOYEE_INSERT,
             "INSERT INTO employees (business_id, id, outlet_id, name, email, password_hash, pin_key, role,"
             " is_active, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9) ON CONFLICT DO NOTHING");
DB_STATEMENT(EMPLOYEE_UPDATE, "UPDATE employees SET outlet_id = $3, name = $4, email = $5, role = $6,"
                              " is_active = $7, pin_key = $8 WHERE business_id = $1 AND id = $2");
DB_STATEMENT(EMPLOYEE_SET_PASSWORD,
             "UPDATE employees SET password_hash = $3 WHERE business_id = $1 AND id = $2");
DB_STATEMENT(EMPLOYEE_END_LOGINS, "UPDATE refresh_families SET revoked_at = $3"
                                  " WHERE business_id = $1 AND employee_id = $2 AND revoked_at IS NULL");

static struct employee read_employee(const struct db_rows *rows, size_t row)
{
    enum role role = ROLE_KITCHEN;
    role_parse(db_text(rows, row, 4), &role);
    return (struct employee){
        .id = db_uuid(rows, row, 0),
        .outlet_id = db_uuid(rows, row, 1),
        .name = db_text(rows, row, 2),
        .email = db_text(rows, row, 3),
        .role = role,
        .is_active = db_bool(rows, row, 5),
        .created_at = db_int(rows, row, 6),
        .pin_key = db_text(rows, row, 7),
        .has_pin = !db_is_null(rows, row, 7),
        .has_password = !db_is_null(rows, row, 8),
    };
}

struct employee *employees_list(struct db_tx *tx, struct uuid before, struct uuid outlet_id, int64_t limit,
                                size_t *ret_count)
{
    struct db_rows *rows =
        db_query(tx, &EMPLOYEES_PAGE, DB_UUID(before), DB_UUID_OR_NULL(outlet_id), DB_INT(limit));
    struct employee *employees = arena_array(db_arena(tx), struct employee, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        employees[i] = read_employee(rows, i);
    *ret_count = rows->count;
    return employees;
}

bool employee_find(struct db_tx *tx, struct uuid id, struct employee *ret_employee)
{
    struct db_rows *rows = db_query(tx, &EMPLOYEE_FIND, DB_UUID(id));
    if (rows->count == 1)
        *ret_employee = read_employee(rows, 0);
    return rows->count == 1;
}

bool employee_email_is_taken(struct db_tx *tx, struct str email, struct uuid but_by)
{
    struct db_rows *rows = db_query(tx, &EMPLOYEE_EMAIL_OWNER, DB_TEXT(email));
    return rows->count > 0 && !uuid_eq(db_uuid(rows, 0, 0), but_by);
}

bool employee_pin_is_taken(struct db_tx *tx, struct uuid outlet_id, struct str pin_key, struct uuid but_by)
{
    struct db_rows *rows = db_query(tx, &EMPLOYEE_PIN_OWNER, DB_UUID(outlet_id), DB_BYTES(pin_key));
    return rows->count > 0 && !uuid_eq(db_uuid(rows, 0, 0), but_by);
}

static int64_t count_of(const struct db_rows *rows) { return rows->count > 0 ? db_int(rows, 0, 0) : 0; }

int64_t employees_count(struct db_tx *tx) { return count_of(db_query(tx, &EMPLOYEES_COUNT)); }

int64_t employees_count_other_owners(struct db_tx *tx, struct uuid id)
{
    return count_of(db_query(tx, &EMPLOYEES_COUNT_OTHER_OWNERS, DB_UUID(id)));
}

struct str employee_pin_key(struct platform *platform, struct db_tx *tx, struct str pin)
{
    if (!pin.data)
        return STR_NONE;
    struct pin_key key = pin_key(platform->auth->pin_secret, db_business(tx), pin);
    return (struct str){arena_copy(db_arena(tx), key.bytes, sizeof key.bytes), sizeof key.bytes};
}

enum code employee_add(struct platform *platform, struct db_tx *tx, const struct employee_draft *draft)
{
    struct outlet outlet;
    if (!outlet_find(tx, draft->outlet_id, &outlet))
        return CODE_NOT_FOUND;
    struct str key = employee_pin_key(platform, tx, draft->pin);
    struct db_rows *rows =
        db_query(tx, &EMPLOYEE_INSERT, DB_UUID(draft->id), DB_UUID(draft->outlet_id), DB_TEXT(draft->name),
                 DB_TEXT(draft->email), DB_TEXT(draft->password_hash), DB_BYTES(key),
                 DB_TEXT(str_of(ROLE_NAMES[draft->role])), DB_INT(draft->created_at));
    if (rows->affected == 1)
        return CODE_OK;
    return draft->email.data && employee_email_is_taken(tx, draft->email, UUID_NIL) ? CODE_EMAIL_TAKEN
                                                                                    : CODE_CONFLICT;
}

void employee_update(struct db_tx *tx, const struct employee *employee)
{
    db_query(tx, &EMPLOYEE_UPDATE, DB_UUID(employee->id), DB_UUID(employee->outlet_id),
             DB_TEXT(employee->name), DB_TEXT(employee->email), DB_TEXT(str_of(ROLE_NAMES[employee->role])),
             DB_BOOL(employee->is_active), DB_BYTES(employee->pin_key));
}

void employee_set_password(struct db_tx *tx, struct uuid id, struct str password_hash)
{
    db_query(tx, &EMPLOYEE_SET_PASSWORD, DB_UUID(id), DB_TEXT(password_hash));
}

void employee_end_logins(struct platform *platform, struct db_tx *tx, struct uuid id, int64_t now_ms)
{
    db_query(tx, &EMPLOYEE_END_LOGINS, DB_UUID(id), DB_INT(now_ms));
    auth_forget_after_commit(platform->auth, tx, id);
}
