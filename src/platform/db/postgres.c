/* The PostgreSQL driver: opening, migrating, closing. */
#include "platform/db/postgres.h"

#include "base/check.h"

static void stats(struct db *db, struct db_stats *ret_stats)
{
    struct pool_state state = pool_state_of(&((struct postgres *)db)->pool);
    ret_stats->connections_open = (int64_t)state.open;
    ret_stats->queue_depth = (int64_t)state.waiting;
}

static void close_all(struct db *db)
{
    struct postgres *postgres = (struct postgres *)db;
    postgres_listen_stop(postgres);
    postgres_close_idle(postgres);
    pool_destroy(&postgres->pool);
    pthread_mutex_destroy(&db->notify_mutex);
    arena_free(&db->memory);
    free(postgres);
}

static const struct db_driver DRIVER = {
    .engine = DB_POSTGRES,
    .write = postgres_write,
    .read = postgres_read,
    .ask = postgres_ask,
    .sync = postgres_sync,
    .notify = postgres_notify,
    .listen = postgres_listen,
    .is_up = postgres_is_up,
    .stats = stats,
    .close = close_all,
};

static void name_statements(struct postgres *postgres)
{
    struct arena *memory = &postgres->db.memory;
    postgres->names = arena_array(memory, const char *, postgres->id_count *GATHER_MAX);
    for (size_t id = 0; id < postgres->id_count; id++)
        postgres->names[id] = str_to_cstr(memory, str_format(memory, "s%zu", id));
    for (size_t id = 0; id < postgres->db.text_count; id++) {
        for (size_t rows = 2; rows <= GATHER_MAX && postgres->rows[id]; rows++)
            postgres->names[id + (rows - 1) * postgres->id_count] =
                str_to_cstr(memory, str_format(memory, "s%zux%zu", id, rows));
    }
}

struct db *postgres_open(const struct db_options *options)
{
    struct postgres *postgres = calloc(1, sizeof *postgres);
    check(postgres);
    struct db *db = &postgres->db;
    db->driver = &DRIVER;
    pthread_mutex_init(&db->notify_mutex, NULL);
    pool_init(&postgres->pool, options->connections ? options->connections : POOL_DEFAULT);
    postgres->patient = options->patient;
    postgres->url = str_to_cstr(&db->memory, options->url);
    db->texts = statements_expand(&db->memory, DB_POSTGRES);
    db->text_count = statements_count();
    postgres->id_count = db->text_count + CONTROL_COUNT;
    if (db->texts && postgres_migrate(postgres->url, options->migrate)) {
        postgres_gather_init(postgres);
        name_statements(postgres);
        return db;
    }
    close_all(db);
    return NULL;
}
