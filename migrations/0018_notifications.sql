-- Messages for users, one row for each addressed one.

-- key: what it tells, so that the same thing is told nobody twice. data: JSON, what the texts are made of.
CREATE TABLE notifications (
    business_id {uuid} NOT NULL,
    employee_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    key {text} NOT NULL,
    outlet_id {uuid},
    type {text} NOT NULL,
    data {text} NOT NULL,
    read_at {int},
    created_at {int} NOT NULL,
    PRIMARY KEY (business_id, employee_id, id)
) {keyed};
CREATE UNIQUE INDEX notifications_key ON notifications (business_id, employee_id, key);
CREATE INDEX notifications_unread ON notifications (business_id, employee_id, id) WHERE read_at IS NULL;
CREATE INDEX notifications_age ON notifications (created_at);
