-- Transfers between outlets. Of an ingredient a line has its id in product_id, as the ledger has.

CREATE TABLE stock_transfers (
    business_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    source_outlet_id {uuid} NOT NULL,
    destination_outlet_id {uuid} NOT NULL,
    status {text} NOT NULL,
    notes {text},
    receipt_notes {text},
    cancel_reason {text},
    created_by {uuid} NOT NULL,
    created_at {int} NOT NULL,
    approved_by {uuid},
    approved_at {int},
    shipped_by {uuid},
    shipped_at {int},
    received_by {uuid},
    received_at {int},
    cancelled_by {uuid},
    cancelled_at {int},
    PRIMARY KEY (business_id, id)
) {keyed};

-- received_milli: NULL until somebody told what arrived of the line.
CREATE TABLE stock_transfer_items (
    business_id {uuid} NOT NULL,
    transfer_id {uuid} NOT NULL,
    position {int} NOT NULL,
    product_id {uuid} NOT NULL,
    variant_id {uuid} NOT NULL,
    is_ingredient {int} NOT NULL,
    quantity_milli {int} NOT NULL,
    received_milli {int},
    PRIMARY KEY (business_id, transfer_id, position),
    FOREIGN KEY (business_id, transfer_id) REFERENCES stock_transfers (business_id, id)
) {keyed};
