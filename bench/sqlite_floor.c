/* The ceiling on SQLite: a bare group-commit loop that writes the rows of a sale (3 lines, 1 payment) into
 * the product's own schema, each sale in a savepoint, up to 32 a commit, and does nothing else: no HTTP, no
 * rules, no reads, no listeners. The product's own settings of SQLite.
 *
 *     sqlite_floor FILE CLIENTS SECONDS        FILE: made by `tilopos migrate`
 *
 * Prints one line: sales seconds per_second p50_us p99_us max_us */
#include "measured.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/random.h>
#include <time.h>

#define BATCH_MAX 32
#define LINES 3
#define PRODUCTS 200
#define SAMPLES_MAX 2000000

struct id {
    uint8_t bytes[16];
};

struct sale {
    struct sale *next;
    bool done;
    pthread_mutex_t mutex;
    pthread_cond_t stored;
    struct id id, lines[LINES], movements[LINES];
    int products[LINES];
    int64_t now_ms;
    char key[37];
};

enum statement {
    BEGIN,
    COMMIT,
    SAVEPOINT,
    RELEASE,
    CLAIM,
    TRANSACTION,
    ITEM,
    PAYMENT,
    LEVEL,
    MOVEMENT,
    EVENT,
    COUNTER,
    STATEMENTS,
};

static const char *const SQL[STATEMENTS] = {
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
    [SAVEPOINT] = "SAVEPOINT sale",
    [RELEASE] = "RELEASE sale",
    [CLAIM] = "INSERT INTO idempotency_keys (business_id, key, request_hash, status, resource_id, created_at)"
              " VALUES (?1, ?2, zeroblob(32), 201, ?3, ?4)",
    [TRANSACTION] =
        "INSERT INTO transactions (business_id, id, outlet_id, shift_id, employee_id, type, status, channel, "
        "order_type,"
        " business_date, local_hour, receipt_sequence, receipt_number, subtotal_minor, discount_minor,"
        " service_charge_minor, tax_minor, rounding_minor, grand_total_minor, paid_minor, change_minor, "
        "tax_rate_bp,"
        " service_charge_rate_bp, tax_service_charge, prices_include_tax, needs_review, created_at)"
        " VALUES (?1, ?2, ?1, ?1, ?1, 'sale', 'completed', 'pos', 'takeaway', 20260206, 10, ?3,"
        " 'OUT1-20260206-' || ?3, 54000, 0, 2700, 5670, 0, 62370, 100000, 37630, 1000, 500, 1, 0, 0, ?4)",
    [ITEM] = "INSERT INTO transaction_items (business_id, transaction_id, id, product_id, variant_id, "
             "product_name,"
             " quantity_milli, unit_price_minor, discount_minor, subtotal_minor, bill_discount_minor,"
             " service_charge_minor, tax_minor, counts_stock)"
             " VALUES (?1, ?2, ?3, ?4, zeroblob(16), 'Kopi Susu Gula Aren', 1000, 18000, 0, 18000, 0, 900, "
             "1890, 1)",
    [PAYMENT] = "INSERT INTO payments (business_id, transaction_id, position, method, amount_minor)"
                " VALUES (?1, ?2, 1, 'cash', 100000)",
    [LEVEL] = "UPDATE stock_levels SET quantity_milli = quantity_milli - 1000"
              " WHERE business_id = ?1 AND outlet_id = ?1 AND product_id = ?2 AND variant_id = zeroblob(16)"
              " AND quantity_milli >= 1000",
    [MOVEMENT] = "INSERT INTO stock_movements (business_id, id, outlet_id, product_id, variant_id, type, "
                 "quantity_milli,"
                 " balance_after_milli, reference_type, reference_id, employee_id, created_at)"
                 " VALUES (?1, ?2, ?1, ?3, zeroblob(16), 'sale', -1000, 999000, 'transaction', ?4, ?1, ?5)",
    [EVENT] = "INSERT INTO outbox (business_id, stream_id, sequence, event_count, occurred_at, first_event, "
              "first_aggregate_id, entry) VALUES (?1, ?1, ?2, 3, ?3, 128, ?4, ?5)",
    [COUNTER] = "UPDATE outlet_counters SET business_date = 20260206, last_receipt = last_receipt + 1,"
                " last_sequence = last_sequence + 3 WHERE business_id = ?1 AND outlet_id = ?1"
                " RETURNING last_receipt, last_sequence",
};

/* An entry of three events, as long as the product's. */
static char entry_bytes[245];

static sqlite3 *db;
static sqlite3_stmt *statements[STATEMENTS];
static struct id business;
static pthread_mutex_t queue_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t queue_filled = PTHREAD_COND_INITIALIZER;
static struct sale *queue, **queue_end = &queue;
static _Atomic bool stopping;
static pthread_mutex_t sample_mutex = PTHREAD_MUTEX_INITIALIZER;
static uint32_t *samples;
static size_t sample_count;

static void must(int result)
{
    if (result == SQLITE_OK || result == SQLITE_DONE || result == SQLITE_ROW)
        return;
    fprintf(stderr, "sqlite_floor: %s\n", sqlite3_errmsg(db));
    exit(1);
}

/* Ids that grow with time, as the product's do. */
static struct id id_new(int64_t now_ms)
{
    static _Atomic uint32_t serial;
    struct id id;
    uint32_t n = serial++;
    for (int i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)(now_ms >> (40 - 8 * i));
    for (int i = 0; i < 4; i++)
        id.bytes[6 + i] = (uint8_t)(n >> (24 - 8 * i));
    memset(id.bytes + 10, 0x5a, 6);
    return id;
}

static void bind_id(enum statement s, int index, const struct id *id)
{
    must(sqlite3_bind_blob(statements[s], index, id->bytes, 16, SQLITE_STATIC));
}

static void run(enum statement s)
{
    must(sqlite3_step(statements[s]));
    must(sqlite3_reset(statements[s]));
}

static struct id product_id(int n)
{
    return (struct id){{1, 2, 3, 4, 5, 6, 0x70, 0, 0x80, 0, 0, 0, 0, 0, (uint8_t)(n >> 8), (uint8_t)n}};
}

static void store_lines(struct sale *sale)
{
    for (int i = 0; i < LINES; i++) {
        struct id product = product_id(sale->products[i]);
        bind_id(ITEM, 1, &business), bind_id(ITEM, 2, &sale->id), bind_id(ITEM, 3, &sale->lines[i]);
        bind_id(ITEM, 4, &product);
        run(ITEM);
        bind_id(LEVEL, 1, &business), bind_id(LEVEL, 2, &product);
        run(LEVEL);
        bind_id(MOVEMENT, 1, &business), bind_id(MOVEMENT, 2, &sale->movements[i]),
            bind_id(MOVEMENT, 3, &product);
        bind_id(MOVEMENT, 4, &sale->id);
        sqlite3_bind_int64(statements[MOVEMENT], 5, sale->now_ms);
        run(MOVEMENT);
    }
}

static void store(struct sale *sale)
{
    bind_id(CLAIM, 1, &business), bind_id(CLAIM, 3, &sale->id);
    sqlite3_bind_text(statements[CLAIM], 2, sale->key, -1, SQLITE_STATIC);
    sqlite3_bind_int64(statements[CLAIM], 4, sale->now_ms);
    run(CLAIM);

    bind_id(COUNTER, 1, &business);
    must(sqlite3_step(statements[COUNTER]));
    int64_t receipt = sqlite3_column_int64(statements[COUNTER], 0);
    int64_t sequence = sqlite3_column_int64(statements[COUNTER], 1);
    must(sqlite3_reset(statements[COUNTER]));

    bind_id(TRANSACTION, 1, &business), bind_id(TRANSACTION, 2, &sale->id);
    sqlite3_bind_int64(statements[TRANSACTION], 3, receipt);
    sqlite3_bind_int64(statements[TRANSACTION], 4, sale->now_ms);
    run(TRANSACTION);
    bind_id(PAYMENT, 1, &business), bind_id(PAYMENT, 2, &sale->id);
    run(PAYMENT);
    store_lines(sale);
    bind_id(EVENT, 1, &business), bind_id(EVENT, 4, &sale->id);
    sqlite3_bind_int64(statements[EVENT], 2, sequence);
    sqlite3_bind_int64(statements[EVENT], 3, sale->now_ms);
    sqlite3_bind_blob(statements[EVENT], 5, entry_bytes, (int)sizeof entry_bytes, SQLITE_STATIC);
    run(EVENT);
}

static size_t take(struct sale *batch[BATCH_MAX])
{
    size_t count = 0;
    pthread_mutex_lock(&queue_mutex);
    while (!queue && !stopping)
        pthread_cond_wait(&queue_filled, &queue_mutex);
    while (queue && count < BATCH_MAX) {
        batch[count++] = queue;
        queue = queue->next;
    }
    if (!queue)
        queue_end = &queue;
    pthread_mutex_unlock(&queue_mutex);
    return count;
}

static void *writer(void *unused)
{
    (void)unused;
    struct sale *batch[BATCH_MAX];
    size_t count;
    while ((count = take(batch)) > 0) {
        run(BEGIN);
        for (size_t i = 0; i < count; i++) {
            run(SAVEPOINT);
            store(batch[i]);
            run(RELEASE);
        }
        run(COMMIT);
        for (size_t i = 0; i < count; i++) {
            pthread_mutex_lock(&batch[i]->mutex);
            batch[i]->done = true;
            pthread_cond_signal(&batch[i]->stored);
            pthread_mutex_unlock(&batch[i]->mutex);
        }
    }
    return NULL;
}

/* A bijection (the finalizer of splitmix64): keys in random order, as the load generator of ours sends them.
 */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static void prepare_sale(struct sale *sale, unsigned *seed)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    sale->now_ms = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
    sale->id = id_new(sale->now_ms);
    int first = rand_r(seed) % PRODUCTS;
    for (int i = 0; i < LINES; i++) {
        sale->lines[i] = id_new(sale->now_ms);
        sale->movements[i] = id_new(sale->now_ms);
        sale->products[i] = (first + i * 67) % PRODUCTS;
    }
    static _Atomic uint64_t serial;
    snprintf(sale->key, sizeof sale->key, "bench-%016llx",
             (unsigned long long)mix((uint64_t)now_us() << 12 | (serial++ & 0xfff)));
    sale->done = false;
    sale->next = NULL;
}

static void *client(void *arg)
{
    unsigned seed = (unsigned)(uintptr_t)arg * 2654435761u;
    if (getrandom(&seed, sizeof seed, 0) < 0)
        seed += 1;
    struct sale *sale = calloc(1, sizeof *sale);
    pthread_mutex_init(&sale->mutex, NULL);
    pthread_cond_init(&sale->stored, NULL);
    while (!stopping) {
        prepare_sale(sale, &seed);
        int64_t begin = now_us();
        pthread_mutex_lock(&queue_mutex);
        *queue_end = sale;
        queue_end = &sale->next;
        pthread_cond_signal(&queue_filled);
        pthread_mutex_unlock(&queue_mutex);
        pthread_mutex_lock(&sale->mutex);
        while (!sale->done)
            pthread_cond_wait(&sale->stored, &sale->mutex);
        pthread_mutex_unlock(&sale->mutex);
        pthread_mutex_lock(&sample_mutex);
        if (sample_count < SAMPLES_MAX)
            samples[sample_count++] = (uint32_t)(now_us() - begin);
        pthread_mutex_unlock(&sample_mutex);
    }
    free(sale);
    return NULL;
}

static void execute(const char *sql) { must(sqlite3_exec(db, sql, NULL, NULL, NULL)); }

static void set_up(const char *path)
{
    must(sqlite3_open(path, &db));
    execute(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
        "PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=67108864");
    business = product_id(0xbeef);
    memset(entry_bytes, 'x', sizeof entry_bytes);
    sqlite3_stmt *level, *counter;
    must(sqlite3_prepare_v2(db,
                            "INSERT OR REPLACE INTO stock_levels (business_id, outlet_id, product_id, "
                            "variant_id, quantity_milli) VALUES (?1, ?1, ?2, zeroblob(16), 1000000000000)",
                            -1, &level, NULL));
    must(sqlite3_prepare_v2(db,
                            "INSERT OR IGNORE INTO outlet_counters (business_id, outlet_id, business_date, "
                            "last_receipt, last_sequence) VALUES (?1, ?1, 20260206, 0, 0)",
                            -1, &counter, NULL));
    execute("BEGIN");
    sqlite3_bind_blob(counter, 1, business.bytes, 16, SQLITE_STATIC);
    must(sqlite3_step(counter));
    for (int i = 0; i < PRODUCTS; i++) {
        struct id product = product_id(i);
        sqlite3_bind_blob(level, 1, business.bytes, 16, SQLITE_STATIC);
        sqlite3_bind_blob(level, 2, product.bytes, 16, SQLITE_STATIC);
        must(sqlite3_step(level));
        must(sqlite3_reset(level));
    }
    sqlite3_finalize(level);
    sqlite3_finalize(counter);
    execute("COMMIT");
    for (int i = 0; i < STATEMENTS; i++)
        must(sqlite3_prepare_v3(db, SQL[i], -1, SQLITE_PREPARE_PERSISTENT, &statements[i], NULL));
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: sqlite_floor FILE CLIENTS SECONDS\n");
        return 2;
    }
    int clients = (int)strtol(argv[2], NULL, 10);
    samples = malloc(SAMPLES_MAX * sizeof *samples);
    set_up(argv[1]);
    pthread_t *threads = calloc((size_t)clients + 1, sizeof *threads);
    int64_t begin = now_us();
    pthread_create(&threads[clients], NULL, writer, NULL);
    for (int i = 0; i < clients; i++)
        pthread_create(&threads[i], NULL, client, (void *)(uintptr_t)(i + 1));

    double seconds = strtod(argv[3], NULL);
    struct timespec duration = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    nanosleep(&duration, NULL);
    stopping = true;
    for (int i = 0; i < clients; i++)
        pthread_join(threads[i], NULL);
    double elapsed = (double)(now_us() - begin) / 1e6;
    pthread_mutex_lock(&queue_mutex);
    pthread_cond_signal(&queue_filled);
    pthread_mutex_unlock(&queue_mutex);
    pthread_join(threads[clients], NULL);

    qsort(samples, sample_count, sizeof *samples, compare_samples);
    size_t last = sample_count ? sample_count - 1 : 0;
    printf("%zu %.3f %.1f %u %u %u\n", sample_count, elapsed, (double)sample_count / elapsed,
           samples[sample_count / 2], samples[sample_count * 99 / 100], samples[last]);
    return 0;
}
