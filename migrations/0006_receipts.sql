-- How often the receipt of a transaction was printed: every print but the first is marked as a copy.

CREATE TABLE receipt_prints (
    business_id {uuid} NOT NULL,
    transaction_id {uuid} NOT NULL,
    printed_count {int} NOT NULL,
    first_printed_at {int} NOT NULL,
    last_printed_at {int} NOT NULL,
    PRIMARY KEY (business_id, transaction_id)
) {hot};
