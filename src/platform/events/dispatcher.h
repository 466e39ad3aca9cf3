/* Inside of the event platform: the listeners' threads and what they share. Not for modules. */
#pragma once
#include "platform/events/events.h"
#include "platform/events/rates.h"
#include "platform/events/stream_set.h"

#include <pthread.h>
#include <stdatomic.h>

#define EVENTS_BATCH_MAX 256   /* events a transaction */
#define EVENTS_ENTRIES_MAX 128 /* rows of the log a transaction */
#define EVENTS_ATTEMPTS_MAX 4  /* the first and after 1 s, 2 s, 4 s */
#define EVENTS_SWEEP_MS 60000  /* looks for what a lost wake or a dead process left */
#define EVENTS_STREAMS_A_SWEEP 1000
#define EVENTS_NEVER INT64_MAX

#define EVENTS_UNWANTED_LINGER_MS 500 /* a cursor may stand before events that are not its listener's */
#define EVENTS_FIGURES_MS 15000       /* for /metrics */
#define EVENTS_WORKERS_MAX 16

/* One of a listener's threads: has one stream in hand at a time, which no other of them has. */
struct worker {
    struct runner *runner;
    pthread_t thread;
    bool started;
    struct arena arena;

    /* Guarded by the runner's lock. */
    bool has_stream;
    struct stream_key stream; /* in hand */
    int64_t again;            /* somebody wants it read on to there; 0: nobody */
};

struct runner {
    struct events *events;
    const struct listener *listener;
    struct str name;
    size_t index, worker_count;
    struct worker *workers;
    struct rates rates;
    _Atomic int64_t handled, failed; /* attempts since the start */

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t wake;  /* something to do */
    pthread_cond_t idle;  /* nothing to do: somebody may be waiting for it */
    struct stream_set dirty;
    int64_t due_ns; /* when `dirty` is to be read (monotonic) */
    bool stop, sweep;
    bool overflowed;       /* more streams than `dirty` holds: sweep once it is empty */
    int64_t next_retry_ms; /* UTC; when the earliest retry is due; 0: look it up */
    size_t busy;           /* workers that do something */
    bool sweeping, retrying;
    uint64_t drain_asked, drain_done; /* tickets of events_drain */
    int64_t next_sweep_ns, next_figures_ns, paused_until_ns, pause_ms;
    struct listener_stats figures; /* of all businesses, every EVENTS_FIGURES_MS */
};

struct events {
    struct db *db;
    struct platform *platform;
    size_t count;
    struct runner *runners;
    uint64_t *wanted; /* by the number of a word: the listeners (bits) that want an event of that name */

    /* Set while no listener runs. */
    void (*on_alert)(void *arg, const struct listener_alert *alert);
    void *alert_arg;

    pthread_mutex_t tails_lock; /* guards `tails` */
    struct tail *tails;
    _Atomic int tail_count; /* how a commit knows without the lock that nobody follows anything */
};

enum outcome {
    OUTCOME_DONE,        /* committed */
    OUTCOME_FAILED,      /* the listener failed: the event's fault */
    OUTCOME_UNAVAILABLE, /* the database failed: nobody's fault, try again later */
};

/* What a step read of a stream. */
struct progress {
    size_t count;     /* events read */
    bool more;        /* there may be more behind them */
    int64_t position; /* where the cursor stands now */
};

/* dispatch_batch.c: reads up to EVENTS_BATCH_MAX events of the stream and handles them in one transaction.
 * OUTCOME_FAILED leaves everything as it was. */
enum outcome dispatch_batch(struct worker *worker, struct stream_key key, struct progress *ret_progress);
/* The same with one event, which is put aside for a retry when it fails. */
enum outcome dispatch_one(struct worker *worker, struct stream_key key, struct progress *ret_progress);

/* dispatch_retry.c: runs the retries that are due; `ret_next_ms`: when the next one is, or EVENTS_NEVER. */
enum outcome dispatch_retries(struct worker *worker, int64_t *ret_next_ms);

/* The end of a failed event lets the next one of its aggregate go. The cursor is locked. */
void retry_free_next(struct db_tx *tx, struct str listener, struct uuid stream_id, struct uuid aggregate_id);

/* dispatch_cursor.c: takes the listener's cursor of the stream, which is also the lock that keeps two
 * processes with the same listener apart, and holds it until the commit. Answers its position. */
int64_t cursor_lock(struct db_tx *tx, struct str listener, struct uuid stream_id);
/* Moves it. CODE_RETRY when it does not stand at `from` any more. */
enum code cursor_moved(const struct db_rows *moved);
struct db_rows *cursor_move(struct db_tx *tx, struct str listener, struct uuid stream_id, int64_t from,
                            int64_t to);
/* What came of a transaction: `verdict` is the listener's own answer, CODE_OK when it had none. */
enum outcome outcome_of(enum code result, enum code verdict);
int64_t retry_delay_ms(int64_t attempts); /* after that many failed attempts; EVENTS_NEVER: it is dead */

/* stats.c */
void runner_count(struct runner *runner, struct stream_key key, int64_t handled, int64_t failed);
void runner_refresh_figures(struct runner *runner, struct arena *arena);
void events_write_metrics(struct buf *out, void *arg);

/* publish.c: for every word of pack_words.c the listeners that want an event of that name, bit by bit. */
uint64_t *events_match_words(const struct events *events);

/* runner.c */
bool runner_start(struct runner *runner);
void runner_stop(struct runner *runner);
/* `wanted`: some of the events are the listener's; otherwise there is time. */
void runner_wake(struct runner *runner, struct stream_key key, int64_t sequence, bool wanted);
/* Sweeps and looks up the retries: somebody else changed the tables. */
void runner_look_again(struct runner *runner);
void runner_retry_at(struct runner *runner, int64_t at_ms);

/* tail.c */
struct tail;
void tail_wake(struct tail *tail, struct stream_key key, int64_t sequence);
void events_wake_tails(struct events *events, struct stream_key key, int64_t sequence);
