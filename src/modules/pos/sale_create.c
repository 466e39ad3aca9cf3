/* Making a sale, from the worker's side: prepare on a snapshot, hand to the writer, read the outcome. */
#include "base/check.h"
#include "base/clock.h"
#include "base/metrics.h"
#include "modules/pos/sale_job.h"
#include "modules/pos/sale_read.h"

#define SNAPSHOT_TRIES_MAX 10 /* a catalogue that changes faster than that has a fault elsewhere */

METRIC_COUNTER(SALES, "tilopos_sales_total", "Sales stored.");
METRIC_COUNTER(SALES_REPLAYED, "tilopos_sales_replayed_total",
               "Sales answered again for their idempotency key.");
METRIC_COUNTER(SALES_REFUSED, "tilopos_sales_refused_total", "Sales refused by a rule.");
METRIC_GAUGE(SALES_IN_FLIGHT, "tilopos_sales_in_flight",
             "Sales that the writer has: queued, or being stored.");
METRIC_COUNTER(SALES_REDECIDED, "tilopos_sales_redecided_total",
               "Sales decided again because the catalogue or settings had changed.");

static void answer(const struct sale_job *job, struct sale_call *call)
{
    if (uuid_is_nil(job->replay_of)) {
        metric_add(&SALES, 1);
        call->result = job->result;
        return;
    }
    metric_add(&SALES_REPLAYED, 1);
    call->code =
        sale_result_read(job->platform->db, job->arena, job->business_id, job->replay_of, &call->result);
    call->result.replayed = true;
}

/* `code`: how the job ended; RETRY leaves the call to another try. */
static void finish(const struct sale_job *job, struct sale_call *call, enum code code)
{
    call->code = code;
    if (code == CODE_RETRY)
        return;
    if (!code) {
        answer(job, call);
        return;
    }
    metric_add(&SALES_REFUSED, code_status(code) < 500);
    call->key_owner = job->key_owner;
    call->faults = sale_faults_of(job, code);
}

/* False: refused already. */
static bool prepare(struct sale_job *job, struct sale_call *call)
{
    enum code code = sale_job_prepare(job);
    if (code == CODE_NOT_FOUND && !late_time_fits(job->request, clock_now_ms()))
        code = CODE_VALIDATION_FAILED;
    if (code)
        finish(job, call, code);
    else if (!job->bill_code)
        sale_job_prepare_texts(job);
    return !code;
}

/* Those that are still to be made, on one snapshot. */
static void try_pending(struct platform *platform, struct arena *arena, const struct sale_snapshot *snapshot,
                        struct sale_call *calls, size_t count)
{
    void **jobs = arena_array(arena, void *, count);
    struct sale_call **waiting = arena_array(arena, struct sale_call *, count);
    enum code *outcomes = arena_array(arena, enum code, count);
    size_t queued = 0;
    for (size_t i = 0; i < count; i++) {
        if (calls[i].code != CODE_RETRY)
            continue;
        struct sale_job *job = arena_new(arena, struct sale_job);
        *job = (struct sale_job){.platform = platform,
                                 .arena = arena,
                                 .caller = calls[i].caller,
                                 .request = calls[i].request,
                                 .snapshot = *snapshot};
        if (!prepare(job, &calls[i]))
            continue;
        jobs[queued] = job;
        waiting[queued++] = &calls[i];
    }
    metric_add(&SALES_IN_FLIGHT, (int64_t)queued);
    db_batch_run_all(platform->sales, arena, jobs, queued, outcomes);
    metric_add(&SALES_IN_FLIGHT, -(int64_t)queued);
    for (size_t i = 0; i < queued; i++) {
        const struct sale_job *job = jobs[i];
        finish(job, waiting[i], outcomes[i] ? outcomes[i] : job->code);
    }
}

static size_t count_pending(const struct sale_call *calls, size_t count)
{
    size_t pending = 0;
    for (size_t i = 0; i < count; i++)
        pending += calls[i].code == CODE_RETRY;
    return pending;
}

static void end_pending(struct sale_call *calls, size_t count, enum code code)
{
    for (size_t i = 0; i < count; i++) {
        if (calls[i].code == CODE_RETRY)
            calls[i].code = code;
    }
}

static void start(struct sale_call *call)
{
    check(call->request->payments.count > 0);
    struct uuid named = call->request->employee_id;
    bool is_own = uuid_is_nil(named) || uuid_eq(named, call->caller->who->employee_id);
    call->code = is_own ? CODE_RETRY : CODE_EMPLOYEE_MISMATCH;
    call->faults = (struct sale_faults){0};
    call->key_owner = UUID_NIL;
}

void sale_create_all(struct platform *platform, struct arena *arena, struct sale_call *calls, size_t count)
{
    for (size_t i = 0; i < count; i++)
        start(&calls[i]);
    for (int try = 0; try < SNAPSHOT_TRIES_MAX && count_pending(calls, count) > 0; try++) {
        struct uuid business = calls[0].caller->who->business_id;
        struct sale_snapshot snapshot;
        if (try > 0) {
            metric_add(&SALES_REDECIDED, (int64_t)count_pending(calls, count));
            cache_invalidate(platform->cache, business);
        }
        enum code code = sale_snapshot_acquire(platform, business, &snapshot);
        if (code) {
            end_pending(calls, count, code);
            return;
        }
        try_pending(platform, arena, &snapshot, calls, count);
        sale_snapshot_release(&snapshot);
    }
    end_pending(calls, count, CODE_UNAVAILABLE);
}

enum code sale_create(struct platform *platform, struct arena *arena, const struct sale_caller *caller,
                      const struct sale_request *request, struct sale_result *ret_result,
                      struct sale_faults *ret_faults)
{
    struct sale_call call = {.caller = caller, .request = request};
    sale_create_all(platform, arena, &call, 1);
    *ret_faults = call.faults;
    *ret_result = call.result;
    return call.code;
}
