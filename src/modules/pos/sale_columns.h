/* The columns of a sale's header, in the order in which every statement here selects them. */
#pragma once
#include "modules/pos/sale_schema.h"

#define SALE_COLUMNS                                                                                    \
    "id, outlet_id, shift_id, employee_id, customer_id, table_id, type, status, channel, order_type, "  \
    "business_date, "                                                                                   \
    "receipt_number, subtotal_minor, discount_minor, service_charge_minor, tax_minor, rounding_minor, " \
    "grand_total_minor, paid_minor, change_minor, notes, needs_review, created_at, refund_of, "         \
    "client_created_at, late, review_reasons, points_redeemed"

enum sale_column {
    SALE_COLUMN_ID,
    SALE_COLUMN_OUTLET,
    SALE_COLUMN_SHIFT,
    SALE_COLUMN_EMPLOYEE,
    SALE_COLUMN_CUSTOMER,
    SALE_COLUMN_TABLE,
    SALE_COLUMN_TYPE,
    SALE_COLUMN_STATUS,
    SALE_COLUMN_CHANNEL,
    SALE_COLUMN_ORDER_TYPE,
    SALE_COLUMN_BUSINESS_DATE,
    SALE_COLUMN_RECEIPT_NUMBER,
    SALE_COLUMN_SUBTOTAL,
    SALE_COLUMN_DISCOUNT,
    SALE_COLUMN_SERVICE_CHARGE,
    SALE_COLUMN_TAX,
    SALE_COLUMN_ROUNDING,
    SALE_COLUMN_GRAND_TOTAL,
    SALE_COLUMN_PAID,
    SALE_COLUMN_CHANGE,
    SALE_COLUMN_NOTES,
    SALE_COLUMN_NEEDS_REVIEW,
    SALE_COLUMN_CREATED_AT,
    SALE_COLUMN_REFUND_OF,
    SALE_COLUMN_CLIENT_CREATED_AT,
    SALE_COLUMN_LATE,
    SALE_COLUMN_REVIEW_REASONS,
    SALE_COLUMN_POINTS_REDEEMED,
    SALE_COLUMNS_COUNT,
};

void sale_header_take(const struct db_rows *rows, size_t row, struct sale_header *ret_header);
