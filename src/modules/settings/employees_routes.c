/* /employees. A manager runs the own outlet: sees all who work there, and hires, edits and dismisses those
 * below a manager; of the own record everything but role, outlet and isActive may be edited. */
#include "modules/settings/settings_internal.h"
#include "platform/auth/auth.h"
#include "platform/auth/directory.h"
#include "platform/platform.h"

static const struct json_field EMPLOYEE_FIELDS[] = {
    {"id", JSON_UUID, JSON_READ_ONLY, offsetof(struct employee, id)},
    {"name", JSON_STRING, JSON_REQUIRED, offsetof(struct employee, name), .min = 1, .max = 100},
    {"email", JSON_EMAIL, JSON_NULLABLE, offsetof(struct employee, email),
     .summary = "Unique over all businesses, case ignored; not needed by staff with a PIN only."},
    {"password", JSON_STRING, JSON_WRITE_ONLY, offsetof(struct employee, password), .min = PASSWORD_LEAST,
     .max = PASSWORD_MOST, .summary = "Needed with an e-mail. A new one ends the employee's logins."},
    {"pin", JSON_STRING, JSON_WRITE_ONLY | JSON_NULLABLE, offsetof(struct employee, pin), .max = PIN_MOST,
     .summary = "4 to 8 digits, unique in the outlet.", .wrong = pin_wrong},
    {"role", JSON_ENUM, JSON_REQUIRED, offsetof(struct employee, role), .values = ROLE_NAMES},
    {"outletId", JSON_UUID, 0, offsetof(struct employee, outlet_id),
     .summary = "The caller's when left out."},
    {"isActive", JSON_BOOLEAN, 0, offsetof(struct employee, is_active),
     .summary = "false ends the employee's logins and frees the PIN."},
    {"hasPin", JSON_BOOLEAN, JSON_READ_ONLY, offsetof(struct employee, has_pin)},
    {"createdAt", JSON_TIME, JSON_READ_ONLY, offsetof(struct employee, created_at)},
};

static const struct employee EMPLOYEE_DEFAULTS = {
    .role = JSON_NONE, .is_active = true, .created_at = JSON_NONE};

/* What password and pin hold before a PATCH is decoded over them: still the same pointer afterwards, they
 * were not sent. */
static const char KEPT_TEXT[1] = "";
#define KEPT ((struct str){KEPT_TEXT, 0})

static bool is_kept(struct str text) { return text.data == KEPT_TEXT; }

const struct json_schema EMPLOYEE_SCHEMA =
    JSON_SCHEMA("Employee", struct employee, EMPLOYEE_FIELDS, .defaults = &EMPLOYEE_DEFAULTS);

static const struct json_field FILTER_FIELDS[] = {
    {"outletId", JSON_UUID, 0, offsetof(struct employee_filter, outlet_id)},
};

const struct json_schema EMPLOYEE_FILTER_SCHEMA =
    JSON_SCHEMA("EmployeeFilter", struct employee_filter, FILTER_FIELDS);

/* ---- Reading ---- */

struct page_of {
    struct uuid before, outlet_id;
};

static enum code list(struct request *request, struct db_tx *tx, void *arg)
{
    const struct page_of *page = arg;
    size_t count;
    struct employee *employees =
        employees_list(tx, page->before, page->outlet_id, request->page.limit + 1, &count);
    reply_page(request, employees, count, cursor_of_id);
    return CODE_OK;
}

enum code employees_get_list(struct request *request)
{
    const struct employee_filter *filter = request->query;
    struct page_of page = {.outlet_id = filter->outlet_id};
    enum code code = page_before(request, &page.before);
    if (!code)
        code = directory_reach(request, page.outlet_id);
    if (code)
        return code;
    if (request->who.role != ROLE_OWNER)
        page.outlet_id = request->who.outlet_id;
    return request_read(request, list, &page);
}

/* The employee, when within the caller's reach. */
static bool find(struct request *request, struct db_tx *tx, struct uuid id, struct employee *ret_employee)
{
    return employee_find(tx, id, ret_employee) && request_may_use_outlet(request, ret_employee->outlet_id);
}

static enum code get(struct request *request, struct db_tx *tx, void *arg)
{
    struct employee employee;
    if (!find(request, tx, *(const struct uuid *)arg, &employee))
        return CODE_NOT_FOUND;
    reply(request, &employee);
    return CODE_OK;
}

enum code employees_get(struct request *request) { return read_by_id(request, get); }

/* ---- Rules ---- */

/* May the caller give this role, or touch somebody who has it? */
static bool may_manage(const struct request *request, int64_t role)
{
    return request->who.role == ROLE_OWNER || role > ROLE_MANAGER;
}

static enum code refuse(struct request *request, enum code code, const char *path, const char *message)
{
    return request_refuse(request, code, str_of(path), str_of(message), STR_NONE);
}

/* An employee may be put into this outlet. */
static enum code may_work_in(struct request *request, struct db_tx *tx, struct uuid outlet_id)
{
    struct outlet outlet;
    if (!request_may_use_outlet(request, outlet_id) || !outlet_find(tx, outlet_id, &outlet))
        return refuse(request, CODE_NOT_FOUND, "outletId", "there is no such outlet");
    return outlet.is_active ? CODE_OK
                            : refuse(request, CODE_CONFLICT, "outletId", "the outlet is not active");
}

static enum code taken(struct request *request, enum code code)
{
    if (code == CODE_EMAIL_TAKEN)
        return refuse(request, code, "email", "is in use");
    return code == CODE_CONFLICT ? refuse(request, code, "pin", "is another employee's in this outlet")
                                 : code;
}

/* Somebody must be left who may do everything. */
static enum code keep_an_owner(struct request *request, struct db_tx *tx, const struct employee *before,
                               const struct employee *after)
{
    bool was_owner = before->is_active && before->role == ROLE_OWNER;
    bool is_owner = after->is_active && after->role == ROLE_OWNER;
    if (was_owner && !is_owner && employees_count_other_owners(tx, before->id) == 0)
        return refuse(request, CODE_CONFLICT, after->is_active ? "role" : "isActive",
                      "is the last active owner");
    return CODE_OK;
}

/* ---- Creating ---- */

static enum code create(struct request *request, struct db_tx *tx, void *arg)
{
    struct employee_draft draft = *(const struct employee_draft *)arg;
    cache_touch(tx);
    if (employees_count(tx) >= EMPLOYEES_MOST)
        return refuse(request, CODE_CONFLICT, "", "a business has at most 5,000 employees");
    enum code code = may_work_in(request, tx, draft.outlet_id);
    if (!code)
        code = taken(request, employee_add(request->platform, tx, &draft));
    struct employee employee;
    if (!code && employee_find(tx, draft.id, &employee))
        reply(request, &employee);
    return code;
}

enum code employees_post(struct request *request)
{
    const struct employee *body = request->body;
    if (!may_manage(request, body->role))
        return refuse(request, CODE_FORBIDDEN, "role", "only an owner may give this role");
    if (body->email.data && !body->password.data)
        return request_invalid(request, "password", "is needed with an e-mail");
    if (body->password.data && !body->email.data)
        return request_invalid(request, "email", "is needed with a password");
    if (body->role == ROLE_OWNER && !body->email.data)
        return request_invalid(request, "email", "is needed by an owner");
    if (!body->is_active)
        return request_invalid(request, "isActive", "must be true for a new employee");
    struct employee_draft draft = {
        .id = uuid_new(),
        .outlet_id = uuid_is_nil(body->outlet_id) ? request->who.outlet_id : body->outlet_id,
        .name = body->name,
        .email = body->email,
        .pin = body->pin,
        .role = (enum role)body->role,
        .created_at = request->received_ms,
    };
    if (!request_may_use_outlet(request, draft.outlet_id))
        return refuse(request, CODE_NOT_FOUND, "outletId", "there is no such outlet");
    if (body->password.data) {
        enum code code = password_hash(&request->platform->auth->passwords, request->arena, body->password,
                                       &draft.password_hash);
        if (code)
            return code;
    }
    return request_write(request, create, &draft);
}

/* ---- Editing ---- */

struct edit {
    struct uuid id;
    struct str password_hash; /* absent: the password was not sent */
};

/* Who may make `after` of `before`. */
static enum code may_edit(struct request *request, struct db_tx *tx, const struct employee *before,
                          const struct employee *after)
{
    bool moves = !uuid_eq(before->outlet_id, after->outlet_id);
    bool same_place = before->role == after->role && before->is_active == after->is_active && !moves;
    bool own_record = uuid_eq(before->id, request->who.employee_id) && same_place;
    if (!own_record && (!may_manage(request, before->role) || !may_manage(request, after->role)))
        return refuse(request, CODE_FORBIDDEN, before->role == after->role ? "" : "role",
                      "only an owner may do this");
    if (moves || (after->is_active && !before->is_active)) {
        enum code code = may_work_in(request, tx, after->outlet_id);
        if (code)
            return code;
    }
    return keep_an_owner(request, tx, before, after);
}

/* E-mail and password come and go together; the PIN is one's own in the outlet, and nobody's when dismissed.
 */
static enum code settle_credentials(struct request *request, struct db_tx *tx, const struct edit *edit,
                                    const struct employee *before, struct employee *after)
{
    bool new_password = edit->password_hash.data;
    if (new_password && !after->email.data)
        return request_invalid(request, "email", "is needed with a password");
    if (after->email.data && !new_password && !before->has_password)
        return request_invalid(request, "password", "is needed with an e-mail");
    if (after->role == ROLE_OWNER && !after->email.data)
        return request_invalid(request, "email", "is needed by an owner");
    if (after->email.data && employee_email_is_taken(tx, after->email, after->id))
        return taken(request, CODE_EMAIL_TAKEN);
    if (!is_kept(after->pin))
        after->pin_key = employee_pin_key(request->platform, tx, after->pin);
    if (!after->is_active)
        after->pin_key = STR_NONE;
    if (after->pin_key.data && employee_pin_is_taken(tx, after->outlet_id, after->pin_key, after->id))
        return taken(request, CODE_CONFLICT);
    after->has_pin = after->pin_key.data != NULL;
    return CODE_OK;
}

static enum code patch(struct request *request, struct db_tx *tx, void *arg)
{
    const struct edit *edit = arg;
    struct employee before;
    cache_touch(tx);
    if (!find(request, tx, edit->id, &before))
        return CODE_NOT_FOUND;
    struct employee after = before;
    after.password = after.pin = KEPT;
    enum code code = request_patch(request, &after);
    if (!code)
        code = may_edit(request, tx, &before, &after);
    if (!code)
        code = settle_credentials(request, tx, edit, &before, &after);
    if (code)
        return code;
    employee_update(tx, &after);
    if (edit->password_hash.data || !after.email.data)
        employee_set_password(tx, after.id, edit->password_hash);
    bool ends_logins = edit->password_hash.data || (before.email.data && !after.email.data) ||
                       (before.is_active && !after.is_active);
    if (ends_logins)
        employee_end_logins(request->platform, tx, after.id, request->received_ms);
    reply(request, &after);
    return CODE_OK;
}

enum code employees_patch(struct request *request)
{
    struct employee probe =
        EMPLOYEE_DEFAULTS; /* for the password, which is hashed outside of the transaction */
    probe.password = probe.pin = KEPT;
    enum code code = request_patch(request, &probe);
    if (code)
        return code;
    struct edit edit = {.password_hash = STR_NONE};
    if (!request_param_uuid(request, 0, &edit.id))
        return CODE_NOT_FOUND;
    if (!is_kept(probe.password)) {
        code = password_hash(&request->platform->auth->passwords, request->arena, probe.password,
                             &edit.password_hash);
        if (code)
            return code;
    }
    return request_write(request, patch, &edit);
}

/* ---- Dismissing ---- */

static enum code dismiss(struct request *request, struct db_tx *tx, void *arg)
{
    struct employee before;
    cache_touch(tx);
    if (!find(request, tx, *(const struct uuid *)arg, &before))
        return CODE_NOT_FOUND;
    struct employee after = before;
    after.is_active = false;
    after.pin_key = STR_NONE;
    enum code code = may_edit(request, tx, &before, &after);
    if (code)
        return code;
    employee_update(tx, &after);
    employee_end_logins(request->platform, tx, after.id, request->received_ms);
    reply_none(request);
    return CODE_OK;
}

enum code employees_delete(struct request *request) { return write_by_id(request, dismiss); }
