/* GET /customers/{id}/transactions: the sales and refunds of a customer, newest first. */
#include "modules/customers/customers.h"
#include "modules/pos/pos_routes.h"
#include "modules/pos/sale_columns.h"
#include "modules/pos/sale_read.h"

DB_STATEMENT(CUSTOMER_SALES, "SELECT " SALE_COLUMNS " FROM transactions WHERE business_id = $1 "
                             "AND customer_id = $2 AND id < $3 AND ($4 IS NULL OR outlet_id = $4) "
                             "ORDER BY id DESC LIMIT $5");

struct listing {
    struct uuid customer_id, outlet_id, before;
};

static enum code read_page(struct request *request, struct db_tx *tx, void *arg)
{
    const struct listing *listing = arg;
    struct db_rows *customer = customer_ask(tx, listing->customer_id);
    struct db_rows *rows =
        db_query(tx, &CUSTOMER_SALES, DB_UUID(listing->customer_id), DB_UUID(listing->before),
                 DB_UUID_OR_NULL(listing->outlet_id), DB_INT(request->page.limit + 1));
    if (customer->count == 0)
        return CODE_NOT_FOUND;
    struct sale_header *headers = arena_array(db_arena(tx), struct sale_header, rows->count);
    for (size_t i = 0; i < rows->count; i++)
        sale_header_take(rows, i, &headers[i]);
    reply_page(request, headers, rows->count, cursor_of_id);
    return CODE_OK;
}

enum code customer_sales(struct request *request)
{
    struct listing listing = {0};
    enum code code = page_before(request, &listing.before);
    if (code)
        return code;
    if (!request_param_uuid(request, 0, &listing.customer_id))
        return CODE_NOT_FOUND;
    if (request->who.role != ROLE_OWNER)
        listing.outlet_id = request->who.outlet_id;
    return request_read(request, read_page, &listing);
}
