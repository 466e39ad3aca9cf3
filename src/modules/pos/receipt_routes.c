/* GET /pos/transactions/{id}/receipt. Asking is safe and counts nothing; only print=true does, so that a
 * paper can't be had twice without a mark on the second. */
#include "modules/pos/pos_routes.h"
#include "modules/pos/receipt_read.h"

#define BYTES_MAX ((size_t)32 * 1024 * 1024)

struct receipt_call {
    const struct directory *directory;
    struct uuid id;
    struct receipt_answer answer;
};

static enum code read_receipt(struct request *request, struct db_tx *tx, void *arg)
{
    struct receipt_call *call = arg;
    return receipt_read(request, tx, call->directory, call->id, &call->answer);
}

static enum code count_print(struct request *request, struct db_tx *tx, void *arg)
{
    struct receipt_call *call = arg;
    receipt_count_print(tx, call->id, request->received_ms, &call->answer.prints);
    return CODE_OK;
}

static enum receipt_language language_of(const struct receipt_query *query, const struct receipt *receipt)
{
    if (query->language != JSON_NONE)
        return (enum receipt_language)query->language;
    return str_eq(receipt->currency, STR("IDR")) ? RECEIPT_ID : RECEIPT_EN;
}

/* Cash came in or goes out now: it is the first paper of a sale or refund that was paid in cash. */
static bool opens_drawer(const struct receipt *receipt)
{
    bool has_cash = false;
    for (size_t i = 0; i < receipt->payments.count; i++)
        has_cash |= str_eq(receipt->payments.at[i].method, str_of(PAYMENT_METHOD_NAMES[PAYMENT_CASH]));
    return has_cash && receipt->copy == 0 && receipt->status != RECEIPT_VOIDED;
}

static enum code reply_rendered(struct request *request, const struct receipt *receipt)
{
    const struct receipt_query *query = request->query;
    bool is_58 = query->width == RECEIPT_WIDTH_58;
    size_t columns = is_58 ? RECEIPT_COLUMNS_58_MM : RECEIPT_COLUMNS_80_MM;
    struct receipt_printer printer = {
        .columns = columns,
        .code_page = query->code_page == RECEIPT_PAGE_CP1252 ? RECEIPT_CP1252 : RECEIPT_CP437,
        .open_drawer = query->drawer && opens_drawer(receipt),
        .qr = query->qr ? receipt->number : STR_NONE,
    };
    struct buf out = buf_make(request->arena, 8192, BYTES_MAX);
    struct str type = STR("application/octet-stream");
    if (query->format == RECEIPT_FORMAT_HTML) {
        type = STR("text/html; charset=utf-8");
        receipt_html(&out, receipt, is_58 ? 58 : 80);
    } else if (query->format == RECEIPT_FORMAT_TEXT) {
        type = STR("text/plain; charset=utf-8");
        receipt_text(&out, receipt, columns);
    } else {
        receipt_escpos(&out, receipt, &printer);
    }
    if (out.overflowed)
        return CODE_INTERNAL; /* a sale's lines and texts are bounded far below */
    reply_bytes(request, 200, type, buf_str(&out));
    return CODE_OK;
}

static enum code make(struct request *request, struct receipt_call *call)
{
    const struct receipt_query *query = request->query;
    struct receipt *receipt = &call->answer.receipt;
    enum code code = request_read(request, read_receipt, call);
    if (code)
        return code;
    if (query->print) {
        code = request_write(request, count_print, call);
        if (code)
            return code;
        receipt->copy = call->answer.prints.count - 1;
    }
    receipt->language = language_of(query, receipt);
    if (query->format != RECEIPT_FORMAT_JSON)
        return reply_rendered(request, receipt);
    reply(request, &call->answer);
    return CODE_OK;
}

enum code receipt_get(struct request *request)
{
    struct receipt_call call;
    struct cache_ref directory;
    if (!request_param_uuid(request, 0, &call.id))
        return CODE_NOT_FOUND;
    enum code code = directory_of(request, &directory);
    if (code)
        return code;
    call.directory = directory.object;
    code = make(request, &call);
    cache_release(&directory);
    return code;
}
