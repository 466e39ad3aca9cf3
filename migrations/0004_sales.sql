-- Sales. Header = Σ lines, payments − change = total; receipt numbers have no gaps in an outlet's day.

CREATE TABLE customers (
    business_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name {text} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (business_id, id)
) {keyed};

CREATE TABLE dining_tables (
    business_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    outlet_id {uuid} NOT NULL,
    name {text} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (business_id, id)
) {keyed};

CREATE TABLE transactions (
    business_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    outlet_id {uuid} NOT NULL,
    shift_id {uuid} NOT NULL,
    employee_id {uuid} NOT NULL,
    customer_id {uuid},
    table_id {uuid},
    type {text} NOT NULL,
    status {text} NOT NULL,
    channel {text} NOT NULL,
    order_type {text} NOT NULL,
    business_date {int} NOT NULL,
    local_hour {int} NOT NULL,
    receipt_sequence {int} NOT NULL,
    receipt_number {text} NOT NULL,
    subtotal_minor {int} NOT NULL,
    discount_minor {int} NOT NULL,
    service_charge_minor {int} NOT NULL,
    tax_minor {int} NOT NULL,
    rounding_minor {int} NOT NULL,
    grand_total_minor {int} NOT NULL,
    paid_minor {int} NOT NULL,
    change_minor {int} NOT NULL,
    tax_rate_bp {int} NOT NULL,
    service_charge_rate_bp {int} NOT NULL,
    tax_service_charge {int} NOT NULL,
    prices_include_tax {int} NOT NULL,
    discounts {text},
    notes {text},
    needs_review {int} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (business_id, id)
) {keyed};
CREATE UNIQUE INDEX transactions_receipt ON transactions (business_id, outlet_id, business_date, receipt_sequence);
CREATE INDEX transactions_shift ON transactions (business_id, shift_id, id);

-- unit_price_minor (without modifiers) and discount_minor (the line's own) are as on the shelf; where prices include tax
-- and service charge they contain both. The other amounts are the line's share of the header and add up to it.
CREATE TABLE transaction_items (
    business_id {uuid} NOT NULL,
    transaction_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    product_id {uuid} NOT NULL,
    variant_id {uuid},
    product_name {text} NOT NULL,
    variant_name {text},
    quantity_milli {int} NOT NULL,
    unit_price_minor {int} NOT NULL,
    modifiers {text},
    discount_minor {int} NOT NULL,
    discount_reason {text},
    subtotal_minor {int} NOT NULL,
    bill_discount_minor {int} NOT NULL,
    service_charge_minor {int} NOT NULL,
    tax_minor {int} NOT NULL,
    notes {text},
    PRIMARY KEY (business_id, transaction_id, id),
    FOREIGN KEY (business_id, transaction_id) REFERENCES transactions (business_id, id)
) {keyed};

CREATE TABLE payments (
    business_id {uuid} NOT NULL,
    transaction_id {uuid} NOT NULL,
    position {int} NOT NULL,
    method {text} NOT NULL,
    amount_minor {int} NOT NULL,
    reference_number {text},
    PRIMARY KEY (business_id, transaction_id, position),
    FOREIGN KEY (business_id, transaction_id) REFERENCES transactions (business_id, id)
) {keyed};
