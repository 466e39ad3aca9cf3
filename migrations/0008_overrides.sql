-- What a supervisor approves for a cashier: one action, once, within minutes. Only the hash of the token is kept.

CREATE TABLE override_tokens (
    business_id {uuid} NOT NULL,
    token_hash {bytes} NOT NULL,
    action {text} NOT NULL,
    outlet_id {uuid} NOT NULL,
    requested_by {uuid} NOT NULL,
    approved_by {uuid} NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    used_at {int},
    PRIMARY KEY (business_id, token_hash)
) {keyed};
CREATE INDEX override_tokens_expiry ON override_tokens (business_id, expires_at);

-- A PIN is looked up over the whole business too: an owner's counts in every outlet.
CREATE INDEX employees_owner_pin ON employees (business_id, pin_key) WHERE pin_key IS NOT NULL AND role = 'owner';

-- Who approved what the employee did.
ALTER TABLE audit_log ADD COLUMN approved_by {uuid};
