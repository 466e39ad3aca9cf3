-- What is sold.

CREATE TABLE categories (
    business_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name {text} NOT NULL,
    position {int} NOT NULL,
    is_active {int} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (business_id, id)
) {keyed};

-- name_key: the name in lower case, for order and search. outlet_id: sold in that outlet only.
CREATE TABLE products (
    business_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    outlet_id {uuid},
    category_id {uuid},
    name {text} NOT NULL,
    name_key {text} NOT NULL,
    sku {text},
    barcode {text},
    price_minor {int} NOT NULL,
    cost_price_minor {int},
    track_stock {int} NOT NULL,
    low_stock_threshold_milli {int},
    is_active {int} NOT NULL,
    image_url {text},
    description {text},
    station {text},
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    PRIMARY KEY (business_id, id)
) {keyed};
CREATE INDEX products_name ON products (business_id, name_key, id);
CREATE UNIQUE INDEX products_sku ON products (business_id, sku) WHERE sku IS NOT NULL;
CREATE UNIQUE INDEX products_barcode ON products (business_id, barcode) WHERE barcode IS NOT NULL;

CREATE TABLE product_variants (
    business_id {uuid} NOT NULL,
    product_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name {text} NOT NULL,
    price_minor {int} NOT NULL,
    sku {text},
    barcode {text},
    position {int} NOT NULL,
    PRIMARY KEY (business_id, product_id, id)
) {keyed};
CREATE UNIQUE INDEX variants_sku ON product_variants (business_id, sku) WHERE sku IS NOT NULL;
CREATE UNIQUE INDEX variants_barcode ON product_variants (business_id, barcode) WHERE barcode IS NOT NULL;

CREATE TABLE modifier_groups (
    business_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name {text} NOT NULL,
    min_selection {int} NOT NULL,
    max_selection {int} NOT NULL,
    is_active {int} NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (business_id, id)
) {keyed};

CREATE TABLE modifiers (
    business_id {uuid} NOT NULL,
    group_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name {text} NOT NULL,
    price_minor {int} NOT NULL,
    position {int} NOT NULL,
    PRIMARY KEY (business_id, group_id, id)
) {keyed};

CREATE TABLE product_modifier_groups (
    business_id {uuid} NOT NULL,
    product_id {uuid} NOT NULL,
    group_id {uuid} NOT NULL,
    position {int} NOT NULL,
    PRIMARY KEY (business_id, product_id, group_id)
) {keyed};
