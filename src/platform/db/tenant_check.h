/* Proves at the start that no statement reads or writes another tenant's rows. */
#pragma once
#include "platform/db/db.h"

/* Prepares every declared statement against the migrated schema in memory and looks at the tables it touches.
 * Logs each statement at fault by name; false when there is one. */
bool tenant_check(void);

/* The textual half: NULL when `sql` is bound to the tenant, otherwise what is wrong. `tables`: the tenant
 * tables that it touches. */
const char *tenant_check_text(const char *sql, const struct str *tables, size_t count);
