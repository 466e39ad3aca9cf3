-- Closed shifts are numbered by outlet, 1, 2, 3 …, without gaps; the counter's row is held from there to the commit.

ALTER TABLE outlet_counters ADD COLUMN last_z {int} NOT NULL DEFAULT 0;
ALTER TABLE shifts ADD COLUMN z_number {int};

UPDATE shifts SET z_number = numbered.z FROM (SELECT business_id, id, ROW_NUMBER() OVER
    (PARTITION BY business_id, outlet_id ORDER BY closed_at, id) AS z FROM shifts WHERE status = 'closed') AS numbered
WHERE shifts.business_id = numbered.business_id AND shifts.id = numbered.id;
INSERT INTO outlet_counters (business_id, outlet_id, business_date, last_receipt, last_sequence, last_z)
SELECT business_id, outlet_id, 0, 0, 0, MAX(z_number) FROM shifts WHERE z_number IS NOT NULL GROUP BY business_id, outlet_id
ON CONFLICT (business_id, outlet_id) DO UPDATE SET last_z = excluded.last_z;

CREATE UNIQUE INDEX shifts_z ON shifts (business_id, outlet_id, z_number) WHERE z_number IS NOT NULL;

-- Cashiers count without knowing what the drawer should hold.
ALTER TABLE outlets ADD COLUMN blind_close {int} NOT NULL DEFAULT 0;
