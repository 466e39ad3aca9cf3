/* PostgreSQL: not there yet. */
#include "base/log.h"
#include "platform/db/driver.h"
struct db *postgres_open(const struct db_options *options)
{
    (void)options;
    log_error("db.postgres_is_not_built_yet");
    return NULL;
}
