/* tilopos migrate: brings the schema up to date and ends. */
#include "app.h"
#include "commands/command.h"
#include "platform/db/db.h"

int migrate_run(const struct config *config, const bool *given)
{
    (void)given;
    struct db *db = app_open_database(config, true);
    if (!db)
        return EXIT_BROKEN;
    db_close(db);
    printf("The schema is up to date.\n");
    return EXIT_OK;
}
