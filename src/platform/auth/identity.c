/* The names of the roles, as the database and the API spell them. */
#include "platform/auth/identity.h"

const char *const ROLE_NAMES[ROLE_COUNT + 1] = {
    "owner", "manager", "supervisor", "cashier", "kitchen", "inventory", NULL,
};

bool role_parse(struct str name, enum role *ret_role)
{
    for (int role = 0; role < ROLE_COUNT; role++) {
        if (str_eq(name, str_of(ROLE_NAMES[role]))) {
            *ret_role = (enum role)role;
            return true;
        }
    }
    return false;
}
