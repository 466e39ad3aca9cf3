-- Voids and refunds. A refund is a transaction of its own with negative amounts and quantities; its lines name the lines
-- that they give back.

ALTER TABLE transactions ADD COLUMN refund_of {uuid};
ALTER TABLE transactions ADD COLUMN refund_reason {text};
ALTER TABLE transactions ADD COLUMN void_reason {text};
ALTER TABLE transactions ADD COLUMN voided_at {int};
ALTER TABLE transactions ADD COLUMN voided_by {uuid};
ALTER TABLE transactions ADD COLUMN approved_by {uuid};
CREATE INDEX transactions_refunds ON transactions (business_id, refund_of, id) WHERE refund_of IS NOT NULL;

-- counts_stock: the line moved stock, so a void or refund of it moves it back, whatever the product is now.
-- restock is of refunds only.
ALTER TABLE transaction_items ADD COLUMN counts_stock {int} NOT NULL DEFAULT 0;
ALTER TABLE transaction_items ADD COLUMN refund_of_item {uuid};
ALTER TABLE transaction_items ADD COLUMN restock {int};
UPDATE transaction_items SET counts_stock = 1 WHERE (business_id, transaction_id, product_id) IN
    (SELECT business_id, reference_id, product_id FROM stock_movements WHERE type = 'sale');
