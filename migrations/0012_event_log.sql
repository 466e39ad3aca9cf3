-- The event log, compacter. What a listener has done is told by its cursor, and by the rows of what failed: both change in
-- the transaction of its effects. What one transaction published in a stream is one row, packed
-- (src/platform/events/entry.h). Events of the old form that wait for a listener are given up; listeners begin at the
-- stream's end (a listener without a cursor passes what is not in the log any more).

DROP TABLE event_processed;
DROP TABLE event_retries;
DROP TABLE outbox;
DELETE FROM event_cursors;

-- sequence: of the last of its event_count events. first_event: the first one's name, a number of
-- src/platform/events/pack_words.c (128 transaction.created, 129 transaction.voided, 130 transaction.refunded), -1: spelled
-- out in the entry.
CREATE TABLE outbox (
    business_id {uuid} NOT NULL,
    stream_id {uuid} NOT NULL,
    sequence {int} NOT NULL,
    event_count {int} NOT NULL,
    occurred_at {int} NOT NULL,
    first_event {int} NOT NULL,
    first_aggregate_id {uuid} NOT NULL,
    entry {bytes} NOT NULL,
    PRIMARY KEY (business_id, stream_id, sequence)
) {keyed};

-- Events that failed (attempts, next try) or wait behind one of their aggregate that did. status: retrying, waiting, dead.
CREATE TABLE event_retries (
    business_id {uuid} NOT NULL,
    listener {text} NOT NULL,
    stream_id {uuid} NOT NULL,
    sequence {int} NOT NULL,
    id {uuid} NOT NULL,
    event_id {uuid} NOT NULL,
    aggregate_id {uuid} NOT NULL,
    status {text} NOT NULL,
    attempts {int} NOT NULL,
    next_attempt_at {int},
    reason {text},
    failed_at {int} NOT NULL,
    PRIMARY KEY (business_id, listener, stream_id, sequence)
) {keyed};
CREATE INDEX event_retries_due ON event_retries (listener, next_attempt_at) WHERE status = 'retrying';
CREATE INDEX event_retries_aggregate ON event_retries (business_id, listener, stream_id, aggregate_id);
CREATE UNIQUE INDEX event_retries_id ON event_retries (business_id, id);

-- The audit log, likewise: an event's id tells its time, its name what it is about; the request's id and the data are
-- packed (src/modules/audit/audit.h).
DROP TABLE audit_log;
CREATE TABLE audit_log (
    business_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    outlet_id {uuid},
    employee_id {uuid},
    approved_by {uuid},
    entity_id {uuid} NOT NULL,
    action {bytes} NOT NULL,
    details {bytes} NOT NULL,
    PRIMARY KEY (business_id, id)
) {keyed};
