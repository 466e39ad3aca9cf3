-- Customers and loyalty.

-- name_key: the name folded, for order and search; phone_key: the digits of the phone number. points: the sum of the ledger;
-- tier_points: what of it a tier is reached by (earned, adjusted and reversed: redeeming and expiry keep the tier).
ALTER TABLE customers ADD COLUMN name_key {text} NOT NULL DEFAULT '';
ALTER TABLE customers ADD COLUMN phone {text};
ALTER TABLE customers ADD COLUMN phone_key {text};
ALTER TABLE customers ADD COLUMN email {text};
ALTER TABLE customers ADD COLUMN date_of_birth {int};
ALTER TABLE customers ADD COLUMN notes {text};
ALTER TABLE customers ADD COLUMN is_active {int} NOT NULL DEFAULT 1;
ALTER TABLE customers ADD COLUMN points {int} NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN tier_points {int} NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN total_spent_minor {int} NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN visit_count {int} NOT NULL DEFAULT 0;
ALTER TABLE customers ADD COLUMN last_visit_at {int};
UPDATE customers SET name_key = lower(name);
CREATE INDEX customers_name ON customers (business_id, name_key, id);
CREATE UNIQUE INDEX customers_phone ON customers (business_id, phone_key) WHERE phone_key IS NOT NULL AND is_active = 1;

-- What a sale took of its customer's points, in its own transaction.
ALTER TABLE transactions ADD COLUMN points_redeemed {int} NOT NULL DEFAULT 0;
CREATE INDEX transactions_customer ON transactions (business_id, customer_id, id) WHERE customer_id IS NOT NULL;

-- Every change of a balance, signed; one row a transaction and type. taken_back: of a reversal, how many earned points are in
-- it; the rest of it are redeemed points that came back. lot_at: since when the points that the row adds or takes back have been
-- there; NULL where the oldest are used up.
CREATE TABLE loyalty_ledger (
    business_id {uuid} NOT NULL,
    customer_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    type {text} NOT NULL,
    points {int} NOT NULL,
    taken_back {int} NOT NULL,
    balance_after {int} NOT NULL,
    transaction_id {uuid},
    lot_at {int},
    reason {text},
    employee_id {uuid},
    created_at {int} NOT NULL,
    PRIMARY KEY (business_id, customer_id, id)
) {keyed};
CREATE UNIQUE INDEX loyalty_ledger_once ON loyalty_ledger (business_id, transaction_id, type)
    WHERE transaction_id IS NOT NULL;

-- What of a sale or refund was counted for its customer: once. sale_id: the sale itself, of a refund the one it is of.
-- earned_points: of a refund what it took back, negative; returned_points: redeemed points that came back. The terms are those
-- that the sale earned by; lot_at its time in the ledger. A voided sale counts for nothing.
CREATE TABLE loyalty_counted (
    business_id {uuid} NOT NULL,
    transaction_id {uuid} NOT NULL,
    sale_id {uuid} NOT NULL,
    customer_id {uuid} NOT NULL,
    spent_minor {int} NOT NULL,
    earned_points {int} NOT NULL,
    returned_points {int} NOT NULL,
    amount_per_point_minor {int} NOT NULL,
    multiplier_bp {int} NOT NULL,
    lot_at {int} NOT NULL,
    visited_at {int} NOT NULL,
    voided {int} NOT NULL,
    PRIMARY KEY (business_id, transaction_id)
) {hot};
CREATE INDEX loyalty_counted_visits ON loyalty_counted (business_id, customer_id, visited_at);

CREATE TABLE loyalty_programs (
    business_id {uuid} NOT NULL PRIMARY KEY,
    is_active {int} NOT NULL,
    amount_per_point_minor {int} NOT NULL,
    point_value_minor {int} NOT NULL,
    expiry_days {int},
    updated_at {int} NOT NULL
) {keyed};

CREATE TABLE loyalty_tiers (
    business_id {uuid} NOT NULL,
    min_points {int} NOT NULL,
    name {text} NOT NULL,
    multiplier_bp {int} NOT NULL,
    PRIMARY KEY (business_id, min_points)
) {keyed};
