/* The calls of this module. */
#include "modules/settings/settings_internal.h"

static const struct route ROUTES[] = {
    {"GET", "/outlets", ROLES_MANAGERS, ROUTE_LIST, .response = &OUTLET_SCHEMA, .status = 200,
     .handler = outlets_get_list, .summary = "List outlets: an owner's all, a manager's own"},
    {"POST", "/outlets", ROLES_OWNER, ROUTE_IDEMPOTENT, .request = &OUTLET_SCHEMA, .response = &OUTLET_SCHEMA,
     .status = 201, .handler = outlets_post, .summary = "Open an outlet"},
    {"GET", "/outlets/{id}", ROLES_MANAGERS, 0, .response = &OUTLET_SCHEMA, .status = 200,
     .handler = outlets_get, .summary = "One outlet"},
    {"PATCH", "/outlets/{id}", ROLES_OWNER, ROUTE_PATCH, .request = &OUTLET_SCHEMA,
     .response = &OUTLET_SCHEMA, .status = 200, .handler = outlets_patch,
     .summary = "Change an outlet's settings"},
    {"DELETE", "/outlets/{id}", ROLES_OWNER, 0, .status = 204, .handler = outlets_delete,
     .summary = "Close an outlet for good: deactivated when it has history"},

    {"GET", "/employees", ROLES_MANAGERS, ROUTE_LIST, .query = &EMPLOYEE_FILTER_SCHEMA,
     .response = &EMPLOYEE_SCHEMA, .status = 200, .handler = employees_get_list,
     .summary = "List employees: a manager's own outlet"},
    {"POST", "/employees", ROLES_MANAGERS, ROUTE_IDEMPOTENT, .request = &EMPLOYEE_SCHEMA,
     .response = &EMPLOYEE_SCHEMA, .status = 201, .handler = employees_post, .summary = "Hire an employee"},
    {"GET", "/employees/{id}", ROLES_MANAGERS, 0, .response = &EMPLOYEE_SCHEMA, .status = 200,
     .handler = employees_get, .summary = "One employee"},
    {"PATCH", "/employees/{id}", ROLES_MANAGERS, ROUTE_PATCH, .request = &EMPLOYEE_SCHEMA,
     .response = &EMPLOYEE_SCHEMA, .status = 200, .handler = employees_patch,
     .summary = "Change an employee"},
    {"DELETE", "/employees/{id}", ROLES_MANAGERS, 0, .status = 204, .handler = employees_delete,
     .summary = "Dismiss an employee: deactivated, the logins end at once"},

    {"GET", "/settings/business", ROLES_MANAGERS, 0, .response = &BUSINESS_SCHEMA, .status = 200,
     .handler = business_get, .summary = "The business's settings"},
    {"PATCH", "/settings/business", ROLES_OWNER, ROUTE_PATCH, .request = &BUSINESS_SCHEMA,
     .response = &BUSINESS_SCHEMA, .status = 200, .handler = business_patch,
     .summary = "Change the business's settings; the currency only before the first shift or sale"},
    {0},
};

const struct module SETTINGS_MODULE = {.name = "settings", .routes = ROUTES};
