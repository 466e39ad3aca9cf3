/* POST /sync/sales: a till with a line again hands in what it sold without one. */
#include "modules/pos/pos_routes.h"
#include "modules/pos/sale_job.h"
#include "modules/pos/sale_read.h"
#include "modules/pos/sync_match.h"

#include <sodium.h>

#define PROBLEM_MAX ((size_t)256 * 1024)
#define EVENT_MAX 2048
#define FAULTS_IN_TEXT 3

/* What happens to one of them. */
struct sync_entry {
    const struct sync_sale *sale;
    struct sale_caller caller;
    struct sale_call *call; /* NULL: faulty in itself */
    struct sync_outcome *outcome;
};

struct sync {
    struct request *request;
    struct sync_entry *entries;
    struct sync_outcome *outcomes;
    struct sale_call *calls;
    size_t count, call_count;
    int64_t sums[SYNC_STATUSES];
};

/* ---- Problems ---- */

static struct str detail_of(struct arena *arena, enum code code, const struct sale_faults *faults)
{
    struct buf text = buf_make(arena, 256, 4096);
    for (size_t i = 0; i < faults->count && i < FAULTS_IN_TEXT; i++) {
        buf_put(&text, i == 0 ? STR("") : STR("; "));
        buf_put(&text, faults->list[i].path);
        buf_put(&text, faults->list[i].path.len > 0 ? STR(": ") : STR(""));
        buf_put(&text, faults->list[i].message);
    }
    return text.overflowed || text.len == 0 ? str_of(code_title(code)) : buf_str(&text);
}

static struct str problem_of(struct arena *arena, enum code code, const struct sale_faults *faults)
{
    struct buf out = buf_make(arena, 512, PROBLEM_MAX);
    buf_format(&out, "{\"type\":\"/api/docs#%s\",\"title\":", code_name(code));
    json_put_string(&out, str_of(code_title(code)));
    buf_format(&out, ",\"status\":%d,\"detail\":", code_status(code));
    json_put_string(&out, detail_of(arena, code, faults));
    buf_format(&out, ",\"code\":\"%s\",\"errors\":[", code_name(code));
    for (size_t i = 0; i < faults->count; i++) {
        buf_put(&out, i == 0 ? STR("{\"path\":") : STR(",{\"path\":"));
        json_put_string(&out, faults->list[i].path);
        buf_put(&out, STR(",\"message\":"));
        json_put_string(&out, faults->list[i].message);
        buf_put(&out, faults->list[i].extra);
        buf_put_char(&out, '}');
    }
    buf_put(&out, STR("]}"));
    struct sale_faults none = {0};
    return out.overflowed ? problem_of(arena, code, &none) : buf_str(&out);
}

static void reject(struct sync *sync, struct sync_entry *entry, enum code code,
                   const struct sale_faults *faults)
{
    entry->outcome->status = SYNC_REJECTED;
    entry->outcome->problem = problem_of(sync->request->arena, code, faults);
}

static void reject_faulty(struct sync *sync, struct sync_entry *entry)
{
    const struct json_errors *errors = &entry->sale->faults;
    struct sale_faults faults = {arena_array(sync->request->arena, struct sale_fault, errors->count),
                                 errors->count};
    for (size_t i = 0; i < errors->count; i++) {
        struct str path = errors->list[i].path.data ? errors->list[i].path : STR("");
        faults.list[i] = (struct sale_fault){path, errors->list[i].message, STR_NONE};
        if (str_eq(path, STR("idempotencyKey")))
            entry->outcome->key = STR_NONE;
    }
    reject(sync, entry, CODE_VALIDATION_FAILED, &faults);
}

/* ---- Selling ---- */

static void prepare(struct sync *sync)
{
    struct request *request = sync->request;
    const struct sync_request *body = request->body;
    for (size_t i = 0; i < sync->count; i++) {
        struct sync_entry *entry = &sync->entries[i];
        *entry = (struct sync_entry){.sale = &body->sales.at[i], .outcome = &sync->outcomes[i]};
        entry->outcome->key = entry->sale->key;
        if (entry->sale->faults.count > 0) {
            reject_faulty(sync, entry);
            continue;
        }
        entry->caller = (struct sale_caller){
            .who = &request->who, .correlation_id = request->id, .channel = CHANNEL_OFFLINE};
        entry->caller.idempotency.key = entry->sale->key;
        sync_hash(request->arena, &request->who.units, &entry->sale->request, entry->caller.idempotency.hash);
        entry->call = &sync->calls[sync->call_count++];
        *entry->call = (struct sale_call){.caller = &entry->caller, .request = &entry->sale->request};
    }
}

struct comparison {
    const struct request *request;
    const struct sale_request *sale;
    struct uuid id;
    bool matches;
};

static enum code compare(struct db_tx *tx, void *arg)
{
    struct comparison *comparison = arg;
    struct sale_detail stored;
    enum code code = sale_detail_read(tx, &comparison->request->who, comparison->id, &stored);
    comparison->matches = !code && sync_matches(comparison->sale, &stored);
    return code == CODE_NOT_FOUND ? CODE_OK : code;
}

/* The key has been used by a request with other bytes: for the same sale all the same? */
static void take_reused(struct sync *sync, struct sync_entry *entry)
{
    struct request *request = sync->request;
    struct comparison comparison = {request, &entry->sale->request, entry->call->key_owner, false};
    if (!uuid_is_nil(comparison.id)) {
        enum code code =
            db_read(request->platform->db, request->who.business_id, request->arena, compare, &comparison);
        if (code) {
            entry->call->code = code;
            return;
        }
    }
    if (!comparison.matches)
        return;
    entry->call->code = CODE_OK;
    entry->call->result = (struct sale_result){.id = comparison.id, .replayed = true};
}

static void take_outcome(struct sync *sync, struct sync_entry *entry)
{
    struct sale_call *call = entry->call;
    if (call->code == CODE_IDEMPOTENCY_KEY_REUSED)
        take_reused(sync, entry);
    if (call->code == CODE_EMPLOYEE_MISMATCH) {
        struct sale_fault fault = {STR("employeeId"), STR("is not the token's employee"), STR_NONE};
        reject(sync, entry, call->code, &(struct sale_faults){&fault, 1});
    } else if (call->code) {
        reject(sync, entry, call->code, &call->faults);
    } else {
        entry->outcome->transaction_id = call->result.id;
        entry->outcome->status = call->result.replayed       ? SYNC_REPLAYED
                                 : call->result.needs_review ? SYNC_REVIEW
                                                             : SYNC_STORED;
    }
}

/* ---- The end of it ---- */

/* A device has no row: its id is made of its name, so that what is told of it belongs together. */
static struct uuid device_uuid(const struct request *request, struct str device)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_state state;
    struct uuid id;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, request->who.business_id.bytes, sizeof id.bytes);
    crypto_hash_sha256_update(&state, (const unsigned char *)device.data, device.len);
    crypto_hash_sha256_final(&state, hash);
    memcpy(id.bytes, hash, sizeof id.bytes);
    id.bytes[6] = (uint8_t)((id.bytes[6] & 0x0F) | 0x80); /* version 8: made by hand */
    id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3F) | 0x80);
    return id;
}

/* The outlet of the first sale that is stored by now, else the token's. */
static struct uuid stream_of(const struct sync *sync)
{
    for (size_t i = 0; i < sync->count; i++) {
        if (sync->outcomes[i].status != SYNC_REJECTED)
            return sync->entries[i].sale->request.outlet_id;
    }
    return sync->request->who.outlet_id;
}

static enum code publish(struct request *request, struct db_tx *tx, void *arg)
{
    const struct sync *sync = arg;
    const struct sync_request *body = request->body;
    struct buf data = buf_make(db_arena(tx), 512, EVENT_MAX);
    buf_put(&data, STR("{\"deviceId\":"));
    json_put_string(&data, body->device_id);
    for (size_t i = 0; i < SYNC_STATUSES; i++)
        buf_format(&data, ",\"%s\":%lld", SYNC_STATUS_NAMES[i], (long long)sync->sums[i]);
    buf_put(&data, STR(",\"employeeId\":"));
    json_put_string(&data, uuid_str(db_arena(tx), request->who.employee_id));
    buf_put_char(&data, '}');
    struct event_draft draft = {"device.synced", device_uuid(request, body->device_id), buf_str(&data)};
    event_publish(tx, request->platform->events, stream_of(sync), request->id, &draft, 1);
    return CODE_OK;
}

enum code sync_sales(struct request *request)
{
    const struct sync_request *body = request->body;
    size_t count = body->sales.count;
    struct sync sync = {
        .request = request,
        .entries = arena_array(request->arena, struct sync_entry, count),
        .outcomes = arena_array(request->arena, struct sync_outcome, count),
        .calls = arena_array(request->arena, struct sale_call, count),
        .count = count,
    };
    prepare(&sync);
    sale_create_all(request->platform, request->arena, sync.calls, sync.call_count);
    for (size_t i = 0; i < count; i++) {
        struct sync_entry *entry = &sync.entries[i];
        if (entry->call)
            take_outcome(&sync, entry);
        sync.sums[entry->outcome->status]++;
    }
    /* What is stored stays stored: a till that gets no answer sends all of it again. */
    enum code code = body->is_final ? request_write(request, publish, &sync) : CODE_OK;
    if (!code)
        reply_array(request, sync.outcomes, count);
    return code;
}
