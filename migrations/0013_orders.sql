-- Kitchen orders: made by a sale, or by hand before it.

-- transaction_id: the sale that made it (made_by_sale = 1; one order at most) or that settled it (several at once may be).
-- number counts up by outlet and day. The times are those of the first moment it was as far. voided: its sale was.
CREATE TABLE kitchen_orders (
    business_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    outlet_id {uuid} NOT NULL,
    table_id {uuid},
    transaction_id {uuid},
    made_by_sale {int} NOT NULL,
    employee_id {uuid} NOT NULL,
    business_date {int} NOT NULL,
    number {int} NOT NULL,
    order_type {text} NOT NULL,
    status {text} NOT NULL,
    voided {int} NOT NULL,
    priority {int} NOT NULL,
    notes {text},
    version {int} NOT NULL,
    created_at {int} NOT NULL,
    started_at {int},
    ready_at {int},
    served_at {int},
    closed_at {int},
    PRIMARY KEY (business_id, id)
) {hot};
CREATE UNIQUE INDEX kitchen_orders_made ON kitchen_orders (business_id, transaction_id) WHERE made_by_sale = 1;
CREATE INDEX kitchen_orders_sale ON kitchen_orders (business_id, transaction_id) WHERE transaction_id IS NOT NULL;
-- Open orders; what asks for them says `status NOT IN ('completed', 'cancelled')`, in these words.
CREATE INDEX kitchen_orders_open ON kitchen_orders (business_id, outlet_id, id)
    WHERE status NOT IN ('completed', 'cancelled');
CREATE INDEX kitchen_orders_table ON kitchen_orders (business_id, table_id)
    WHERE status NOT IN ('completed', 'cancelled');

-- modifiers: a JSON array; each has id, name and price.
CREATE TABLE kitchen_order_items (
    business_id {uuid} NOT NULL,
    order_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    product_id {uuid} NOT NULL,
    variant_id {uuid},
    product_name {text} NOT NULL,
    variant_name {text},
    quantity_milli {int} NOT NULL,
    modifiers {text},
    notes {text},
    station {text},
    status {text} NOT NULL,
    PRIMARY KEY (business_id, order_id, id),
    FOREIGN KEY (business_id, order_id) REFERENCES kitchen_orders (business_id, id)
) {hot};

-- The last order number of an outlet's day.
CREATE TABLE order_counters (
    business_id {uuid} NOT NULL,
    outlet_id {uuid} NOT NULL,
    business_date {int} NOT NULL,
    last_number {int} NOT NULL,
    PRIMARY KEY (business_id, outlet_id)
) {hot};

-- order_ids: the orders that a sale settles, a JSON array; NULL: none, so the sale makes one itself.
ALTER TABLE transactions ADD COLUMN order_ids {text};
