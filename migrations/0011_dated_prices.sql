-- Prices and rates as they were: a sale made offline is priced by those of its time. A row each time a value is set or
-- changed, valid until the next; what stood before this migration is taken to have always been so.

-- owner_id: the product, variant or modifier (kind) whose price it is; product_id: its product, of a modifier its group.
-- Outlives its owner: what was deleted meanwhile was sold all the same, by this name.
CREATE TABLE price_history (
    business_id {uuid} NOT NULL,
    owner_id {uuid} NOT NULL,
    valid_from {int} NOT NULL,
    product_id {uuid} NOT NULL,
    kind {text} NOT NULL,
    name {text} NOT NULL,
    price_minor {int} NOT NULL,
    PRIMARY KEY (business_id, owner_id, valid_from)
) {keyed};

INSERT INTO price_history (business_id, owner_id, valid_from, product_id, kind, name, price_minor)
SELECT business_id, id, 0, id, 'product', name, price_minor FROM products;
INSERT INTO price_history (business_id, owner_id, valid_from, product_id, kind, name, price_minor)
SELECT business_id, id, 0, product_id, 'variant', name, price_minor FROM product_variants;
INSERT INTO price_history (business_id, owner_id, valid_from, product_id, kind, name, price_minor)
SELECT business_id, id, 0, group_id, 'modifier', name, price_minor FROM modifiers;

CREATE TABLE outlet_rates_history (
    business_id {uuid} NOT NULL,
    outlet_id {uuid} NOT NULL,
    valid_from {int} NOT NULL,
    tax_rate_bp {int} NOT NULL,
    service_charge_rate_bp {int} NOT NULL,
    tax_service_charge {int} NOT NULL,
    prices_include_tax {int} NOT NULL,
    cash_rounding_minor {int} NOT NULL,
    PRIMARY KEY (business_id, outlet_id, valid_from)
) {keyed};

INSERT INTO outlet_rates_history (business_id, outlet_id, valid_from, tax_rate_bp, service_charge_rate_bp,
    tax_service_charge, prices_include_tax, cash_rounding_minor)
SELECT business_id, id, 0, tax_rate_bp, service_charge_rate_bp, tax_service_charge, prices_include_tax, cash_rounding_minor
FROM outlets;

-- client_created_at: when a till without a line made the sale. late: its shift was closed by then, so that the cash counted
-- at the close does not hold it. review_reasons: a JSON array of what a rule would have refused; needs_review is cleared by
-- who has looked at it, the reasons stay.
ALTER TABLE transactions ADD COLUMN client_created_at {int};
ALTER TABLE transactions ADD COLUMN late {int} NOT NULL DEFAULT 0;
ALTER TABLE transactions ADD COLUMN review_reasons {text};
