/* Migrations on a SQLite handle; also the in-memory one that the tenant check reads. */
#pragma once
#include "platform/db/migrate.h"

#include <sqlite3.h>

struct migrate_target sqlite_migrate_target(sqlite3 *handle);
