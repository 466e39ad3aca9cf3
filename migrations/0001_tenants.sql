-- Businesses (the tenants), their outlets and employees, logins, and what the process keeps for itself.

CREATE TABLE businesses (
    business_id {uuid} NOT NULL PRIMARY KEY,
    name {text} NOT NULL,
    currency {text} NOT NULL,
    timezone {text} NOT NULL,
    subscription_plan {text} NOT NULL,
    reference_version {int} NOT NULL,
    created_at {int} NOT NULL
) {keyed};

CREATE TABLE outlets (
    business_id {uuid} NOT NULL REFERENCES businesses (business_id),
    id {uuid} NOT NULL,
    name {text} NOT NULL,
    code {text} NOT NULL,
    address {text},
    phone {text},
    timezone {text} NOT NULL,
    tax_rate_bp {int} NOT NULL,
    service_charge_rate_bp {int} NOT NULL,
    tax_service_charge {int} NOT NULL,
    prices_include_tax {int} NOT NULL,
    cash_rounding_minor {int} NOT NULL,
    receipt_header {text},
    receipt_footer {text},
    allow_negative_stock {int} NOT NULL,
    cashier_discount_limit_bp {int} NOT NULL,
    is_active {int} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (business_id, id)
) {keyed};
CREATE UNIQUE INDEX outlets_code ON outlets (business_id, code);

-- One row an outlet, held until the commit: receipts have no gaps, events become visible in their order.
-- The business itself has a row too (outlet_id = business_id) for the events that have no outlet.
CREATE TABLE outlet_counters (
    business_id {uuid} NOT NULL,
    outlet_id {uuid} NOT NULL,
    business_date {int} NOT NULL,
    last_receipt {int} NOT NULL,
    last_sequence {int} NOT NULL,
    PRIMARY KEY (business_id, outlet_id)
) {hot};

CREATE TABLE employees (
    business_id {uuid} NOT NULL REFERENCES businesses (business_id),
    id {uuid} NOT NULL,
    outlet_id {uuid} NOT NULL,
    name {text} NOT NULL,
    email {text},
    password_hash {text},
    pin_key {bytes},
    role {text} NOT NULL,
    is_active {int} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (business_id, id),
    FOREIGN KEY (business_id, outlet_id) REFERENCES outlets (business_id, id)
) {keyed};
CREATE UNIQUE INDEX employees_email ON employees (email) WHERE email IS NOT NULL;
CREATE UNIQUE INDEX employees_pin ON employees (business_id, outlet_id, pin_key) WHERE pin_key IS NOT NULL;

CREATE TABLE refresh_families (
    business_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    employee_id {uuid} NOT NULL,
    revoked_at {int},
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    PRIMARY KEY (business_id, id)
) {keyed};
CREATE INDEX refresh_families_expiry ON refresh_families (business_id, expires_at);

CREATE TABLE refresh_tokens (
    business_id {uuid} NOT NULL,
    token_hash {bytes} NOT NULL,
    family_id {uuid} NOT NULL,
    expires_at {int} NOT NULL,
    spent_at {int},
    PRIMARY KEY (business_id, token_hash)
) {keyed};
CREATE UNIQUE INDEX refresh_tokens_hash ON refresh_tokens (token_hash);
CREATE INDEX refresh_tokens_expiry ON refresh_tokens (business_id, expires_at);

-- Keys of the server itself: the JWT signing keys (newest signs), the PIN key.
CREATE TABLE server_keys (
    kid {text} NOT NULL PRIMARY KEY,
    purpose {text} NOT NULL,
    secret {bytes} NOT NULL,
    created_at {int} NOT NULL
) {keyed};

-- The answers of requests that carried an Idempotency-Key. A sale keeps its id instead of the body.
CREATE TABLE idempotency_keys (
    business_id {uuid} NOT NULL,
    key {text} NOT NULL,
    request_hash {bytes} NOT NULL,
    status {int},
    response {text},
    resource_id {uuid},
    created_at {int} NOT NULL,
    PRIMARY KEY (business_id, key)
) {keyed};
-- The daily clean-up finds the old ones by it; the keys of sales, which live as long as the sale, are not in it.
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at) WHERE resource_id IS NULL;
