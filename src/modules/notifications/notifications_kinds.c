/* What is worth a message, and its words: Indonesian and English. */
#include "base/json_raw.h"
#include "modules/notifications/notifications_internal.h"

static bool is_not_zero(struct str data, const char *member)
{
    struct str value = json_raw_member(data, member);
    return value.data && !str_eq(value, STR("0")) && !str_eq(value, STR("null"));
}

static bool has_difference(struct str data) { return is_not_zero(data, "cashDifference"); }
static bool has_reviews(struct str data) { return is_not_zero(data, "review"); }

static const struct notice_kind KINDS[] = {
    {"stock.low", "stock.low", ROLES_STOCK, .titles = {"Stok menipis: {name}", "Low stock: {name}"},
     .messages = {"{name} {variantName} di {outletName} tinggal {quantity}; batasnya {lowStockThreshold}.",
                  "{quantity} of {name} {variantName} is left in {outletName}; the threshold is "
                  "{lowStockThreshold}."}},
    {"shift.ended", "shift.difference", ROLES_MANAGERS, .matters = has_difference,
     .titles = {"Selisih kas {cashDifference}", "Cash difference {cashDifference}"},
     .messages = {"Shift yang ditutup {employeeName} di {outletName}: kas {closingCash}, seharusnya "
                  "{expectedCash} ({currency}).",
                  "The shift closed by {employeeName} in {outletName}: {closingCash} in the drawer, "
                  "{expectedCash} expected ({currency})."}},
    {"transaction.voided", "transaction.voided", ROLES_MANAGERS,
     .titles = {"{receiptNumber} dibatalkan", "{receiptNumber} was voided"},
     .messages = {"{employeeName} membatalkan penjualan {currency} {grandTotal} di {outletName}: {reason}",
                  "{employeeName} voided a sale of {currency} {grandTotal} in {outletName}: {reason}"}},
    {"transaction.refunded", "transaction.refunded", ROLES_MANAGERS,
     .titles = {"Pengembalian dana {receiptNumber}", "Refund {receiptNumber}"},
     .messages = {"{employeeName} mengembalikan {currency} {amount} di {outletName}: {reason}",
                  "{employeeName} refunded {currency} {amount} in {outletName}: {reason}"}},
    {"stock.transfer_status_changed", "transfer.status_changed", ROLES_STOCK,
     .key = {"transferId", "newStatus"},
     .titles = {"Transfer stok: {newStatus}", "Stock transfer: {newStatus}"},
     .messages = {"Transfer dari {sourceOutletName} ke {destinationOutletName} kini {newStatus}.",
                  "The transfer from {sourceOutletName} to {destinationOutletName} is now {newStatus}."}},
    {"device.synced", "sync.review", ROLES_MANAGERS, .matters = has_reviews,
     .titles = {"Penjualan offline perlu diperiksa", "Offline sales need a review"},
     .messages = {"{review} penjualan dari {deviceId} di {outletName} perlu diperiksa.",
                  "{review} sales of {deviceId} in {outletName} need a review."}},
    {"ops.alert", "ops.alert", ROLES_MANAGERS,
     .titles = {"Gangguan sistem: {listener}", "System alert: {listener}"},
     .messages = {"{failed} dari {attempts} pekerjaan gagal dalam {minutes} menit terakhir.",
                  "{failed} of {attempts} attempts failed in the last {minutes} minutes."}},
};
#define KIND_COUNT (sizeof KINDS / sizeof KINDS[0])

const struct notice_kind *notice_kind_of_event(struct str event)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (str_eq(event, str_of(KINDS[i].event)))
            return &KINDS[i];
    }
    return NULL;
}

const struct notice_kind *notice_kind_of_type(struct str type)
{
    for (size_t i = 0; i < KIND_COUNT; i++) {
        if (str_eq(type, str_of(KINDS[i].type)))
            return &KINDS[i];
    }
    return NULL;
}

struct str notice_key(struct arena *arena, const struct notice_kind *kind, const struct event *event)
{
    if (!kind->key[0])
        return uuid_str(arena, event->event_id);
    return str_format(arena, "%.*s %.*s", STR_ARG(json_raw_member(event->data, kind->key[0])),
                      STR_ARG(json_raw_member(event->data, kind->key[1])));
}

/* ---- Words ---- */

#define TEXT_MAX 1000

static void put_member(struct arena *arena, struct str data, struct str name, struct buf *out)
{
    struct str value = json_raw_member(data, str_to_cstr(arena, name));
    struct str text = json_raw_string(arena, value);
    if (text.data)
        buf_put(out, text);
    else if (value.data && !str_eq(value, STR("null")))
        buf_put(out, value);
}

/* A member that is not there leaves no space of its own behind. */
static void trim_before(struct buf *out, char next)
{
    if (out->len > 0 && out->data[out->len - 1] == ' ' && (next == ' ' || next == '.' || next == ';'))
        out->len--;
}

struct str notice_text(struct arena *arena, const char *text, struct str data)
{
    struct buf out = buf_make(arena, 128, TEXT_MAX);
    for (const char *at = text; *at;) {
        const char *end = *at == '{' ? strchr(at, '}') : NULL;
        if (end) {
            put_member(arena, data, (struct str){at + 1, (size_t)(end - at - 1)}, &out);
            at = end + 1;
            continue;
        }
        trim_before(&out, *at);
        buf_put_char(&out, *at++);
    }
    return buf_str(&out);
}

enum language notice_language(struct str accept_language, struct str currency)
{
    struct str first = str_trim(str_cut(&accept_language, ','));
    if (first.len >= 2 && str_eq_ignore_case((struct str){first.data, 2}, STR("id")))
        return LANGUAGE_ID;
    if (first.len >= 2 && str_eq_ignore_case((struct str){first.data, 2}, STR("en")))
        return LANGUAGE_EN;
    return str_eq(currency, STR("IDR")) ? LANGUAGE_ID : LANGUAGE_EN;
}

void notice_translate(struct arena *arena, enum language language, struct notice *notice)
{
    const struct notice_kind *kind = notice_kind_of_type(notice->type);
    notice->title = kind ? notice_text(arena, kind->titles[language], notice->data) : notice->type;
    notice->message = kind ? notice_text(arena, kind->messages[language], notice->data) : STR("");
}
