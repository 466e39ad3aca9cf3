-- The outbox is the event log: ordered per stream (an outlet, or the business for what has no outlet).

CREATE TABLE outbox (
    business_id {uuid} NOT NULL,
    stream_id {uuid} NOT NULL,
    sequence {int} NOT NULL,
    event_id {uuid} NOT NULL,
    event_name {text} NOT NULL,
    aggregate_id {uuid} NOT NULL,
    correlation_id {text},
    data {text} NOT NULL,
    occurred_at {int} NOT NULL,
    PRIMARY KEY (business_id, stream_id, sequence)
) {keyed};

-- Where a listener reads on. Moves in the same transaction as the listener's effects.
CREATE TABLE event_cursors (
    business_id {uuid} NOT NULL,
    stream_id {uuid} NOT NULL,
    listener {text} NOT NULL,
    position {int} NOT NULL,
    PRIMARY KEY (business_id, stream_id, listener)
) {hot};

-- What a listener has done: an event delivered again finds its row here and has no effect.
CREATE TABLE event_processed (
    business_id {uuid} NOT NULL,
    listener {text} NOT NULL,
    event_id {uuid} NOT NULL,
    PRIMARY KEY (business_id, listener, event_id)
) {keyed};

-- Events that failed (attempts, next try) or wait behind one of their aggregate that did. status: retrying, waiting, dead.
CREATE TABLE event_retries (
    business_id {uuid} NOT NULL,
    listener {text} NOT NULL,
    stream_id {uuid} NOT NULL,
    sequence {int} NOT NULL,
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

CREATE TABLE audit_log (
    business_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    outlet_id {uuid},
    employee_id {uuid},
    action {text} NOT NULL,
    entity_type {text} NOT NULL,
    entity_id {uuid} NOT NULL,
    data {text},
    request_id {text},
    created_at {int} NOT NULL,
    PRIMARY KEY (business_id, id)
) {keyed};
