-- Stock: a level is the sum of its movements, always. variant_id is the nil id where the product itself is counted.

CREATE TABLE stock_levels (
    business_id {uuid} NOT NULL,
    outlet_id {uuid} NOT NULL,
    product_id {uuid} NOT NULL,
    variant_id {uuid} NOT NULL,
    quantity_milli {int} NOT NULL,
    PRIMARY KEY (business_id, outlet_id, product_id, variant_id)
) {hot};

-- Keyed by time-ordered ids: a sale appends, it does not dirty a page for each product.
CREATE TABLE stock_movements (
    business_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    outlet_id {uuid} NOT NULL,
    product_id {uuid} NOT NULL,
    variant_id {uuid} NOT NULL,
    type {text} NOT NULL,
    quantity_milli {int} NOT NULL,
    balance_after_milli {int} NOT NULL,
    reference_type {text},
    reference_id {uuid},
    employee_id {uuid} NOT NULL,
    reason {text},
    created_at {int} NOT NULL,
    PRIMARY KEY (business_id, id)
) {keyed};

CREATE TABLE shifts (
    business_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    outlet_id {uuid} NOT NULL,
    employee_id {uuid} NOT NULL,
    status {text} NOT NULL,
    opening_cash_minor {int} NOT NULL,
    expected_cash_minor {int},
    closing_cash_minor {int},
    cash_difference_minor {int},
    notes {text},
    opened_at {int} NOT NULL,
    closed_at {int},
    PRIMARY KEY (business_id, id)
) {keyed};
CREATE UNIQUE INDEX shifts_open ON shifts (business_id, outlet_id, employee_id) WHERE status = 'open';

CREATE TABLE cash_movements (
    business_id {uuid} NOT NULL,
    shift_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    employee_id {uuid} NOT NULL,
    type {text} NOT NULL,
    amount_minor {int} NOT NULL,
    reason {text},
    created_at {int} NOT NULL,
    PRIMARY KEY (business_id, shift_id, id)
) {keyed};
