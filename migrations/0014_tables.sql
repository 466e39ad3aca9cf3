-- Dining tables, whole. version counts up with every change. A name is free again once its table is not in use any more.

ALTER TABLE dining_tables ADD COLUMN capacity {int};
ALTER TABLE dining_tables ADD COLUMN section {text};
ALTER TABLE dining_tables ADD COLUMN x_milli {int};
ALTER TABLE dining_tables ADD COLUMN y_milli {int};
ALTER TABLE dining_tables ADD COLUMN status {text} NOT NULL DEFAULT 'available';
ALTER TABLE dining_tables ADD COLUMN is_active {int} NOT NULL DEFAULT 1;
ALTER TABLE dining_tables ADD COLUMN version {int} NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX dining_tables_name ON dining_tables (business_id, outlet_id, name) WHERE is_active = 1;
