/* The words that have a number. Append only: a number stands in databases for good. Words up to 127 take one
 * byte, later ones two. */
#include "base/check.h"
#include "platform/events/pack.h"

#include <pthread.h>

#define BUCKETS 1024 /* a power of two, well above the number of words */

static const char *const WORDS[] = {
    /* 0 */ "null",
    "true",
    "false",
    "},{",
    "}]}",
    "[{",
    "]}",
    "\"\"",
    /* 8: members of what a sale says */
    "\"transactionId\":",
    "\"receiptNumber\":",
    "\"grandTotal\":",
    "\"customerId\":",
    "\"employeeId\":",
    "\"orderType\":",
    "\"shiftId\":",
    "\"approvedBy\":",
    /* 16 */ "\"payments\":",
    "\"method\":",
    "\"amount\":",
    "\"referenceNumber\":",
    "\"levels\":",
    "\"productId\":",
    "\"variantId\":",
    "\"ingredientId\":",
    /* 24 */ "\"previousQuantity\":",
    "\"newQuantity\":",
    "\"quantity\":",
    "\"lowStockThreshold\":",
    "\"orderId\":",
    "\"orderNumber\":",
    "\"previousStatus\":",
    "\"newStatus\":",
    /* 32 */ "\"status\":",
    "\"type\":",
    "\"id\":",
    "\"name\":",
    "\"reason\":",
    "\"notes\":",
    "\"outletId\":",
    "\"businessId\":",
    /* 40 */ "\"tableId\":",
    "\"tableName\":",
    "\"items\":",
    "\"itemId\":",
    "\"station\":",
    "\"modifiers\":",
    "\"productName\":",
    "\"variantName\":",
    /* 48 */ "\"priority\":",
    "\"version\":",
    "\"createdAt\":",
    "\"startedAt\":",
    "\"readyAt\":",
    "\"points\":",
    "\"balanceAfter\":",
    "\"tier\":",
    /* 56 */ "\"entity\":",
    "\"change\":",
    "\"openingCash\":",
    "\"openedAt\":",
    "\"closedAt\":",
    "\"closingCash\":",
    "\"expectedCash\":",
    "\"cashDifference\":",
    /* 64 */ "\"zNumber\":",
    "\"deviceId\":",
    "\"total\":",
    "\"refundOf\":",
    "\"refundId\":",
    "\"transferId\":",
    "\"sourceOutletId\":",
    "\"destinationOutletId\":",
    /* 72 */ "\"voided\":",
    "\"channel\":",
    "\"unitPrice\":",
    "\"price\":",
    "\"cost\":",
    "\"count\":",
    "\"capacity\":",
    "\"section\":",
    /* 80: values */
    "\"retail\"",
    "\"takeaway\"",
    "\"dine_in\"",
    "\"delivery\"",
    "\"cash\"",
    "\"card\"",
    "\"debit_card\"",
    "\"credit_card\"",
    /* 88 */ "\"qris\"",
    "\"gopay\"",
    "\"ovo\"",
    "\"dana\"",
    "\"shopeepay\"",
    "\"linkaja\"",
    "\"bank_transfer\"",
    "\"pending\"",
    /* 96 */ "\"cooking\"",
    "\"ready\"",
    "\"served\"",
    "\"completed\"",
    "\"cancelled\"",
    "\"approved\"",
    "\"in_transit\"",
    "\"received\"",
    /* 104 */ "\"available\"",
    "\"occupied\"",
    "\"reserved\"",
    "\"cleaning\"",
    "\"created\"",
    "\"updated\"",
    "\"deleted\"",
    "\"product\"",
    /* 112 */ "\"earned\"",
    "\"redeemed\"",
    "\"adjusted\"",
    "\"reversed\"",
    "\"expired\"",
    "\"voided\"",
    "\"refunded\"",
    "\"partially_refunded\"",
    /* 120 */ "\"kitchen\"",
    "\"bar\"",
    "\"self_order\"",
    "\"offline\"",
    "\"pos\"",
    "\"sale\"",
    "\"refund\"",
    "\"waste\"",
    /* 128: names of events; they stand alone, so two bytes are as good */
    "transaction.created",
    "transaction.voided",
    "transaction.refunded",
    "payment.received",
    "order.created",
    "order.status_changed",
    "order.item_status_changed",
    "order.changed",
    "stock.level_changed",
    "stock.low",
    "stock.transfer_status_changed",
    "shift.started",
    "shift.ended",
    "shift.cash_moved",
    "table.status_changed",
    "loyalty.points_changed",
    "catalog.changed",
    "device.synced",
    "transaction.reviewed",
    "payment.status_changed",
    "customer.changed",
};
#define WORD_COUNT (sizeof WORDS / sizeof WORDS[0])

static struct str words[WORD_COUNT];
static uint16_t buckets[BUCKETS]; /* number + 1; 0: free */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static size_t bucket_of(struct str word)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < word.len; i++)
        hash = (hash ^ (uint8_t)word.data[i]) * 16777619u;
    return (hash ^ hash >> 15) & (BUCKETS - 1);
}

static void build(void)
{
    for (size_t i = 0; i < WORD_COUNT; i++) {
        words[i] = str_of(WORDS[i]);
        size_t at = bucket_of(words[i]);
        while (buckets[at]) {
            check(!str_eq(words[buckets[at] - 1], words[i]));
            at = (at + 1) & (BUCKETS - 1);
        }
        buckets[at] = (uint16_t)(i + 1);
    }
}

struct str pack_word(size_t number)
{
    pthread_once(&once, build);
    return number < WORD_COUNT ? words[number] : STR_NONE;
}

bool pack_word_find(struct str word, size_t *ret_number)
{
    pthread_once(&once, build);
    for (size_t at = bucket_of(word); buckets[at]; at = (at + 1) & (BUCKETS - 1)) {
        if (str_eq(words[buckets[at] - 1], word)) {
            *ret_number = buckets[at] - 1u;
            return true;
        }
    }
    return false;
}
