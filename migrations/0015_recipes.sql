-- Ingredients and recipes.

-- One ledger for products and ingredients: of an ingredient the row has its id in product_id and the nil id in variant_id.
ALTER TABLE stock_levels ADD COLUMN is_ingredient {int} NOT NULL DEFAULT 0;
ALTER TABLE stock_movements ADD COLUMN is_ingredient {int} NOT NULL DEFAULT 0;

-- cost_minor: of one unit.
CREATE TABLE ingredients (
    business_id {uuid} NOT NULL,
    id {uuid} NOT NULL,
    name {text} NOT NULL,
    name_key {text} NOT NULL,
    unit {text} NOT NULL,
    cost_minor {int} NOT NULL,
    low_stock_threshold_milli {int},
    is_active {int} NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    PRIMARY KEY (business_id, id)
) {keyed};

-- What one piece of a product takes. variant_id: the nil id holds for the product and for variants without rows of their own.
CREATE TABLE recipe_rows (
    business_id {uuid} NOT NULL,
    product_id {uuid} NOT NULL,
    variant_id {uuid} NOT NULL,
    ingredient_id {uuid} NOT NULL,
    quantity_milli {int} NOT NULL,
    position {int} NOT NULL,
    PRIMARY KEY (business_id, product_id, variant_id, ingredient_id)
) {keyed};

-- What a sale took, each ingredient once: taking it again finds the key, a void gives back exactly this.
-- outcome: used, returned (the void came before the kitchen began), wasted (it came later).
CREATE TABLE recipe_deductions (
    business_id {uuid} NOT NULL,
    transaction_id {uuid} NOT NULL,
    ingredient_id {uuid} NOT NULL,
    quantity_milli {int} NOT NULL,
    outcome {text} NOT NULL,
    PRIMARY KEY (business_id, transaction_id, ingredient_id)
) {keyed};

-- What the goods of the line cost; NULL: nobody knows. At first the product's cost price, of a product with a recipe then
-- what its ingredients cost when they were taken.
ALTER TABLE transaction_items ADD COLUMN cost_minor {int};
