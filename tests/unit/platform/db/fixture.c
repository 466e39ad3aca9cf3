#include "platform/db/fixture.h"

#include "base/check.h"
#include "base/log.h"

#include <dirent.h>
#include <libpq-fe.h>
#include <sys/mman.h>
#include <unistd.h>

DB_STATEMENT_GLOBAL(
    FIXTURE_BUSINESS, "the test's own business",
    "INSERT INTO businesses (business_id, name, currency, timezone, subscription_plan,"
    " reference_version, created_at) VALUES ($1, 'Kopi', 'IDR', 'Asia/Jakarta', 'free', 1, 0)");
DB_STATEMENT(FIXTURE_PUT, "INSERT INTO stock_levels (business_id, outlet_id, product_id, variant_id,"
                          " quantity_milli) VALUES ($1, $1, $2, $2, $3)");
DB_STATEMENT(FIXTURE_QUANTITY, "SELECT quantity_milli FROM stock_levels WHERE business_id = $1 AND"
                               " outlet_id = $1 AND product_id = $2 AND variant_id = $2");
DB_STATEMENT(FIXTURE_CHANGE, "UPDATE stock_levels SET quantity_milli = quantity_milli + $3 WHERE"
                             " business_id = $1 AND outlet_id = $1 AND product_id = $2 AND variant_id = $2");

static char folder[] = "/tmp/tilopos-db-test-XXXXXX";
static int databases_made;
static pid_t owner;
static char urls[2][300];

static void run_on_server(const char *sql)
{
    PGconn *pg = PQconnectdb(getenv("TILOPOS_TEST_POSTGRES"));
    PQclear(PQexec(pg, "SET client_min_messages = warning"));
    PGresult *result = PQexec(pg, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        fprintf(stderr, "fixture: %s: %s", sql, PQerrorMessage(pg));
    PQclear(result);
    PQfinish(pg);
}

static void remove_folder(void)
{
    DIR *dir = opendir(folder);
    check(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        char path[512];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        unlink(path);
    }
    closedir(dir);
    rmdir(folder);
}

static void clean_up(void)
{
    if (getpid() != owner)
        return;
    remove_folder();
    for (int i = 0; i < databases_made && fixture_has(DB_POSTGRES); i++) {
        char sql[120];
        snprintf(sql, sizeof sql, "DROP DATABASE IF EXISTS tilopos_test_%d_%d WITH (FORCE)", (int)owner, i);
        run_on_server(sql);
    }
}

static int stderr_before = -1;

void fixture_capture_log(void)
{
    int memory = memfd_create("log", 0);
    stderr_before = dup(STDERR_FILENO);
    check(memory >= 0 && stderr_before >= 0 && dup2(memory, STDERR_FILENO) >= 0);
    close(memory);
}

struct str fixture_captured_log(struct arena *arena)
{
    off_t size = lseek(STDERR_FILENO, 0, SEEK_END);
    char *text = arena_alloc(arena, (size_t)size + 1);
    check(pread(STDERR_FILENO, text, (size_t)size, 0) == size && dup2(stderr_before, STDERR_FILENO) >= 0);
    close(stderr_before);
    return (struct str){text, (size_t)size};
}

bool fixture_log_names(struct arena *arena, const char *word)
{
    struct str log = fixture_captured_log(arena);
    bool found = memmem(log.data, log.len, word, strlen(word)) != NULL;
    if (!found)
        fprintf(stderr, "%.*s", STR_ARG(log));
    return found;
}

bool fixture_has(enum db_engine engine) { return engine == DB_SQLITE || getenv("TILOPOS_TEST_POSTGRES"); }

static void new_url(enum db_engine engine, char ret_url[300])
{
    if (!owner) {
        owner = getpid();
        log_setup(LOG_WARN, true);
        check(mkdtemp(folder));
        atexit(clean_up);
    }
    int number = databases_made++;
    if (engine == DB_SQLITE) {
        snprintf(ret_url, 300, "sqlite:%s/%d.db", folder, number);
        return;
    }
    char name[60], sql[100];
    snprintf(name, sizeof name, "tilopos_test_%d_%d", (int)owner, number);
    snprintf(sql, sizeof sql, "CREATE DATABASE %s", name);
    run_on_server(sql);
    const char *server = getenv("TILOPOS_TEST_POSTGRES"), *path = strstr(server, "://");
    check(path && (path = strchr(path + 3, '/')));
    snprintf(ret_url, 300, "%.*s/%s", (int)(path - server), server, name);
}

const char *fixture_new_url(enum db_engine engine)
{
    static char url[300];
    new_url(engine, url);
    return url;
}

const char *fixture_url(enum db_engine engine)
{
    if (!urls[engine][0])
        new_url(engine, urls[engine]);
    return urls[engine];
}

static enum code make_business(struct db_tx *tx, void *arg)
{
    (void)arg;
    db_ask(tx, &FIXTURE_BUSINESS, DB_UUID(db_business(tx)));
    return CODE_OK;
}

void fixture_on_postgres(const char *sql)
{
    PGconn *pg = PQconnectdb(fixture_url(DB_POSTGRES));
    PGresult *result = PQexec(pg, sql);
    test_note("%s", PQresultErrorMessage(result));
    expect(PQresultStatus(result) == PGRES_TUPLES_OK || PQresultStatus(result) == PGRES_COMMAND_OK);
    PQclear(result);
    PQfinish(pg);
}

bool fixture_open(struct fixture *ret_fixture, enum db_engine engine)
{
    *ret_fixture = (struct fixture){.engine = engine, .business = uuid_new()};
    struct db_options options = {.url = str_of(fixture_url(engine)), .connections = 8, .migrate = true};
    struct db *db = ret_fixture->db = db_open(&options);
    return expect(db) &&
           expect(db_write(db, ret_fixture->business, &ret_fixture->arena, make_business, NULL) == CODE_OK);
}

void fixture_close(struct fixture *fixture)
{
    if (fixture->db)
        db_close(fixture->db);
    arena_free(&fixture->arena);
}

void fixture_run(void (*body)(struct fixture *fixture), enum db_engine engine)
{
    if (!fixture_has(engine))
        return;
    struct fixture fixture;
    if (fixture_open(&fixture, engine))
        body(&fixture);
    fixture_close(&fixture);
}

struct uuid fixture_id(int number)
{
    struct uuid id = {{1}};
    for (size_t i = 0; i < 4; i++)
        id.bytes[15 - i] = (uint8_t)(number >> (8 * i));
    return id;
}

void fixture_ask_put(struct db_tx *tx, int product, int64_t quantity)
{
    db_ask(tx, &FIXTURE_PUT, DB_UUID(fixture_id(product)), DB_INT(quantity));
}

int64_t fixture_ask_quantity(struct db_tx *tx, int product)
{
    const struct db_rows *rows = db_query(tx, &FIXTURE_QUANTITY, DB_UUID(fixture_id(product)));
    return rows->count ? db_int(rows, 0, 0) : INT64_MIN;
}

void fixture_ask_change(struct db_tx *tx, int product, int64_t delta)
{
    db_ask(tx, &FIXTURE_CHANGE, DB_UUID(fixture_id(product)), DB_INT(delta));
}

struct put {
    int product;
    int64_t quantity;
};

static enum code put(struct db_tx *tx, void *arg)
{
    struct put *what = arg;
    fixture_ask_put(tx, what->product, what->quantity);
    return CODE_OK;
}

enum code fixture_put(struct fixture *f, int product, int64_t quantity)
{
    return db_write(f->db, f->business, &f->arena, put, &(struct put){product, quantity});
}

static enum code get(struct db_tx *tx, void *arg)
{
    struct put *what = arg;
    what->quantity = fixture_ask_quantity(tx, what->product);
    return CODE_OK;
}

int64_t fixture_quantity(struct fixture *f, int product)
{
    struct put what = {product, 0};
    expect(db_read(f->db, f->business, &f->arena, get, &what) == CODE_OK);
    return what.quantity;
}

void gate_add(struct gate *gate, int amount)
{
    pthread_mutex_lock(&gate->mutex);
    gate->value += amount;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->mutex);
}

void gate_await(struct gate *gate, int value)
{
    pthread_mutex_lock(&gate->mutex);
    while (gate->value < value)
        pthread_cond_wait(&gate->changed, &gate->mutex);
    pthread_mutex_unlock(&gate->mutex);
}
