/* The SQLite driver: opening, migrating, closing. */
#include "platform/db/sqlite.h"

#include "base/check.h"
#include "base/log.h"
#include "platform/db/fault.h"
#include "platform/db/migrate.h"
#include "platform/db/sqlite_migrate.h"

static void sqlite_sync(struct db_tx *tx) { (void)tx; }

static void stats(struct db *db, struct db_stats *ret_stats)
{
    struct sqlite *sqlite = (struct sqlite *)db;
    ret_stats->connections_open = (int64_t)pool_state_of(&sqlite->readers).open + 1;
    ret_stats->queue_depth = atomic_load_explicit(&sqlite->queue_depth, memory_order_relaxed);
}

static void close_all(struct db *db)
{
    struct sqlite *sqlite = (struct sqlite *)db;
    sqlite_writer_stop(sqlite);
    sqlite_readers_close(sqlite);
    sqlite_disconnect(sqlite->writer); /* the last one to go moves the log into the file */
    arena_free(&db->memory);
    free(sqlite);
}

static const struct db_driver DRIVER = {
    .engine = DB_SQLITE,
    .write = sqlite_write,
    .read = sqlite_read,
    .ask = sqlite_ask,
    .sync = sqlite_sync,
    .is_up = sqlite_is_up,
    .stats = stats,
    .close = close_all,
};

/* Before any use, so before main: no counting of memory, which takes a lock at every allocation. */
__attribute__((constructor)) static void configure(void)
{
    check(sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK);
}

static bool open_file(struct sqlite *sqlite, const struct db_options *options)
{
    struct db *db = &sqlite->db;
    db->texts = statements_expand(&db->memory, DB_SQLITE);
    if (!db->texts)
        return false;
    db->text_count = statements_count();
    sqlite->writer = sqlite_connect(sqlite->file, db, false);
    if (!sqlite->writer)
        return false;
    struct migrate_target target = sqlite_migrate_target(sqlite->writer->handle);
    return migrate(&target, MIGRATIONS, MIGRATIONS_COUNT, options->migrate) && sqlite_writer_start(sqlite);
}

struct db *sqlite_open(const struct db_options *options, struct str file)
{
    fault_vfs_register();
    struct sqlite *sqlite = calloc(1, sizeof *sqlite);
    check(sqlite);
    sqlite->db.driver = &DRIVER;
    pthread_mutex_init(&sqlite->db.notify_mutex, NULL);
    sqlite->file = str_to_cstr(&sqlite->db.memory, file);
    if (open_file(sqlite, options)) {
        pool_init(&sqlite->readers, options->connections ? options->connections : READERS_DEFAULT);
        return &sqlite->db;
    }
    sqlite_disconnect(sqlite->writer);
    arena_free(&sqlite->db.memory);
    free(sqlite);
    return NULL;
}
