/* Who sends a request: what the token says, checked against the employee as it is now. */
#pragma once
#include "base/json.h"
#include "base/uuid.h"

enum role {
    ROLE_OWNER,
    ROLE_MANAGER,
    ROLE_SUPERVISOR,
    ROLE_CASHIER,
    ROLE_KITCHEN,
    ROLE_INVENTORY,
    ROLE_COUNT
};

/* "owner", …, NULL: also the values of a JSON_ENUM field. */
extern const char *const ROLE_NAMES[ROLE_COUNT + 1];
bool role_parse(struct str name, enum role *ret_role);

/* Sets of roles, for the route table. */
#define ROLES(role) (1u << (role))
#define ROLES_OWNER ROLES(ROLE_OWNER)
#define ROLES_MANAGERS (ROLES_OWNER | ROLES(ROLE_MANAGER))
#define ROLES_SUPERVISORS (ROLES_MANAGERS | ROLES(ROLE_SUPERVISOR))
#define ROLES_SELLERS (ROLES_SUPERVISORS | ROLES(ROLE_CASHIER))
#define ROLES_STOCK (ROLES_MANAGERS | ROLES(ROLE_INVENTORY))
#define ROLES_STOCK_READERS (ROLES_SELLERS | ROLES(ROLE_INVENTORY))
#define ROLES_ALL ((1u << ROLE_COUNT) - 1)

struct identity {
    struct uuid business_id, outlet_id, employee_id;
    struct uuid family_id; /* of the refresh token that this login began with */
    enum role role;
    struct json_units units; /* of the business's currency */
    int64_t expires_ms;      /* when the token ends; UTC */
};
