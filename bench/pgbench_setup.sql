-- What the sales of pgbench_sale.sql stand on, in a database made by `tilopos migrate`: 16 outlets with 200 products in
-- stock, and their counters. Ids are digits, which are hexadecimal too: pgbench can make them.
INSERT INTO stock_levels (business_id, outlet_id, product_id, variant_id, quantity_milli)
SELECT '0195cafe00007000800000000000beef', ('0195cafe000070008000000000002' || o)::uuid,
       ('0195cafe00007000800000000000' || p)::uuid, '00000000000000000000000000000000', 1000000000000
FROM generate_series(100, 115) o, generate_series(1000, 1199) p
ORDER BY 2, 3;
INSERT INTO outlet_counters (business_id, outlet_id, business_date, last_receipt, last_sequence)
SELECT '0195cafe00007000800000000000beef', ('0195cafe000070008000000000002' || o)::uuid, 20260206, 0, 0
FROM generate_series(100, 115) o;
VACUUM ANALYZE;
