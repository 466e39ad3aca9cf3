/* Loads a business, its outlets and employees, and finds them again. */
#include "platform/auth/directory.h"

#include "base/log.h"
#include "base/zone.h"
#include "platform/db/db.h"

DB_STATEMENT(DIRECTORY_BUSINESS, "SELECT name, currency, timezone, subscription_plan, created_at"
                                 " FROM businesses WHERE business_id = $1");
DB_STATEMENT(DIRECTORY_OUTLETS,
             "SELECT id, name, code, address, phone, timezone, receipt_header, receipt_footer, tax_rate_bp,"
             " service_charge_rate_bp, cash_rounding_minor, cashier_discount_limit_bp, tax_service_charge,"
             " prices_include_tax, allow_negative_stock, is_active, created_at, blind_close, tax_number,"
             " tax_name FROM outlets WHERE business_id = $1 ORDER BY id");
DB_STATEMENT(DIRECTORY_EMPLOYEES, "SELECT id, outlet_id, name, email, role, is_active"
                                  " FROM employees WHERE business_id = $1 ORDER BY id");

static const struct zone *zone_of(struct str name)
{
    const struct zone *zone = zone_find(name);
    if (!zone) { /* tzdata changed under us: a shop that can't sell is worse than one whose day ends at
                    another hour */
        log_error("directory.zone_missing", LOG_STR("zone", name));
        zone = zone_find(STR("UTC"));
    }
    return zone;
}

static const struct outlet *read_outlets(const struct db_rows *rows, struct arena *arena)
{
    struct outlet *outlets = arena_array(arena, struct outlet, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        outlets[i] = (struct outlet){
            .id = db_uuid(rows, i, 0),
            .name = str_copy(arena, db_text(rows, i, 1)),
            .code = str_copy(arena, db_text(rows, i, 2)),
            .address = str_copy(arena, db_text(rows, i, 3)),
            .phone = str_copy(arena, db_text(rows, i, 4)),
            .timezone = str_copy(arena, db_text(rows, i, 5)),
            .receipt_header = str_copy(arena, db_text(rows, i, 6)),
            .receipt_footer = str_copy(arena, db_text(rows, i, 7)),
            .zone = zone_of(db_text(rows, i, 5)),
            .tax_rate_bp = db_int(rows, i, 8),
            .service_charge_rate_bp = db_int(rows, i, 9),
            .cash_rounding_minor = db_int(rows, i, 10),
            .cashier_discount_limit_bp = db_int(rows, i, 11),
            .tax_service_charge = db_bool(rows, i, 12),
            .prices_include_tax = db_bool(rows, i, 13),
            .allow_negative_stock = db_bool(rows, i, 14),
            .is_active = db_bool(rows, i, 15),
            .created_at = db_int(rows, i, 16),
            .blind_close = db_bool(rows, i, 17),
            .tax_number = str_copy(arena, db_text(rows, i, 18)),
            .tax_name = str_copy(arena, db_text(rows, i, 19)),
        };
    }
    return outlets;
}

static const struct directory_employee *read_employees(const struct db_rows *rows, struct arena *arena)
{
    struct directory_employee *employees = arena_array(arena, struct directory_employee, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        enum role role;
        bool is_known = role_parse(db_text(rows, i, 4), &role);
        employees[i] = (struct directory_employee){
            .id = db_uuid(rows, i, 0),
            .outlet_id = db_uuid(rows, i, 1),
            .name = str_copy(arena, db_text(rows, i, 2)),
            .email = str_copy(arena, db_text(rows, i, 3)),
            .role = is_known ? role : ROLE_KITCHEN,
            .is_active = is_known && db_bool(rows, i, 5),
        };
    }
    return employees;
}

static void *load(struct db_tx *tx, struct arena *arena)
{
    struct db_rows *business = db_ask(tx, &DIRECTORY_BUSINESS);
    struct db_rows *outlets = db_ask(tx, &DIRECTORY_OUTLETS);
    struct db_rows *employees = db_query(tx, &DIRECTORY_EMPLOYEES);
    if (business->count == 0)
        return NULL;
    struct directory *directory = arena_new(arena, struct directory);
    *directory = (struct directory){
        .business_id = db_business(tx),
        .name = str_copy(arena, db_text(business, 0, 0)),
        .currency = str_copy(arena, db_text(business, 0, 1)),
        .timezone = str_copy(arena, db_text(business, 0, 2)),
        .subscription_plan = str_copy(arena, db_text(business, 0, 3)),
        .created_at = db_int(business, 0, 4),
        .outlets = read_outlets(outlets, arena),
        .outlet_count = outlets->count,
        .employees = read_employees(employees, arena),
        .employee_count = employees->count,
    };
    int decimals = currency_decimals(directory->currency);
    directory->units.currency_decimals = decimals < 0 ? 2 : decimals;
    return directory;
}

const struct cache_kind DIRECTORY = {"directory", load};

static int outlet_by_id(const void *id, const void *outlet)
{
    return uuid_compare(*(const struct uuid *)id, ((const struct outlet *)outlet)->id);
}

const struct outlet *directory_outlet(const struct directory *directory, struct uuid id)
{
    return bsearch(&id, directory->outlets, directory->outlet_count, sizeof *directory->outlets,
                   outlet_by_id);
}

static int employee_by_id(const void *id, const void *employee)
{
    return uuid_compare(*(const struct uuid *)id, ((const struct directory_employee *)employee)->id);
}

const struct directory_employee *directory_employee(const struct directory *directory, struct uuid id)
{
    return bsearch(&id, directory->employees, directory->employee_count, sizeof *directory->employees,
                   employee_by_id);
}
