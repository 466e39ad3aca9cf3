/* Making a sale, from the worker's side: prepare on a snapshot, hand to the writer, read the outcome. */
#include "base/check.h"
#include "modules/pos/sale_job.h"
#include "modules/pos/sale_read.h"
#include "platform/http/metrics.h"

#define SNAPSHOT_TRIES_MAX 10 /* a catalogue that changes faster than that has a fault elsewhere */

METRIC_COUNTER(SALES, "tilopos_sales_total", "Sales stored.");
METRIC_COUNTER(SALES_REPLAYED, "tilopos_sales_replayed_total",
               "Sales answered again for their idempotency key.");
METRIC_COUNTER(SALES_REFUSED, "tilopos_sales_refused_total", "Sales refused by a rule.");
METRIC_COUNTER(SALES_REDECIDED, "tilopos_sales_redecided_total",
               "Sales decided again because the catalogue or settings had changed.");

/* OK, a refusal, or RETRY when the snapshot is not the present one. */
static enum code try_once(struct sale_job *job, struct sale_faults *ret_faults)
{
    enum code code = sale_job_prepare(job);
    if (!code) {
        if (!job->bill_code)
            sale_job_prepare_texts(job);
        code = db_batch_run(job->platform->sales, job);
        if (code == CODE_CONFLICT) /* another node has just used the same key */
            return CODE_RETRY;
        if (code)
            return code;
        code = job->code;
    }
    if (code && code != CODE_RETRY)
        *ret_faults = sale_faults_of(job, code);
    return code;
}

static enum code try_with_snapshot(struct sale_job *job, struct sale_faults *ret_faults)
{
    enum code code = sale_snapshot_acquire(job->platform, job->caller->who->business_id, &job->snapshot);
    if (code)
        return code;
    code = try_once(job, ret_faults);
    sale_snapshot_release(&job->snapshot);
    return code;
}

static enum code answer(struct sale_job *job, struct sale_result *ret_result)
{
    if (!uuid_is_nil(job->replay_of)) {
        metric_add(&SALES_REPLAYED, 1);
        enum code code =
            sale_result_read(job->platform->db, job->arena, job->business_id, job->replay_of, ret_result);
        ret_result->replayed = true;
        return code;
    }
    metric_add(&SALES, 1);
    *ret_result = job->result;
    return CODE_OK;
}

enum code sale_create(struct platform *platform, struct arena *arena, const struct sale_caller *caller,
                      const struct sale_request *request, struct sale_result *ret_result,
                      struct sale_faults *ret_faults)
{
    check(request->payments.count > 0);
    *ret_faults = (struct sale_faults){0};
    if (!uuid_is_nil(request->employee_id) && !uuid_eq(request->employee_id, caller->who->employee_id))
        return CODE_EMPLOYEE_MISMATCH;
    for (int try = 0; try < SNAPSHOT_TRIES_MAX; try++) {
        struct sale_job *job = arena_new(arena, struct sale_job);
        *job = (struct sale_job){.platform = platform, .arena = arena, .caller = caller, .request = request};
        enum code code = try_with_snapshot(job, ret_faults);
        if (!code)
            return answer(job, ret_result);
        if (code != CODE_RETRY) {
            metric_add(&SALES_REFUSED, code_status(code) < 500);
            return code;
        }
        metric_add(&SALES_REDECIDED, 1);
        cache_invalidate(platform->cache, caller->who->business_id);
    }
    return CODE_UNAVAILABLE;
}
