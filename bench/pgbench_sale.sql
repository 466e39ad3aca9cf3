-- The ceiling on PostgreSQL: a sale (3 lines, 1 payment) as one pipelined transaction that writes the product's own rows
-- and does nothing else. Rows are locked in one order, the counter after the stock. Ids grow with time over all clients.
-- From outside: base (18 digits, larger in every run), outlets, n = 0.
\set n :n + 1
\set id :base + (:n * 64 + :client_id) * 16
\set item1 :id + 1
\set item2 :id + 2
\set item3 :id + 3
\set movement1 :id + 4
\set movement2 :id + 5
\set movement3 :id + 6
\set outlet random(100, 99 + :outlets)
\set product1 random(1000, 1065)
\set product2 random(1066, 1130)
\set product3 random(1131, 1199)
\set now :id / 100000
\startpipeline
BEGIN;
INSERT INTO idempotency_keys (business_id, key, request_hash, status, resource_id, created_at)
VALUES ('0195cafe00007000800000000000beef', 'benc' || :id, '\x0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef', 201, ('0195cafe000070' || :id)::uuid, :now);
WITH sold (product_id, movement_id) AS (VALUES
  (('0195cafe00007000800000000000' || :product1)::uuid, ('0195cafe000070' || :movement1)::uuid),
  (('0195cafe00007000800000000000' || :product2)::uuid, ('0195cafe000070' || :movement2)::uuid),
  (('0195cafe00007000800000000000' || :product3)::uuid, ('0195cafe000070' || :movement3)::uuid)),
taken AS (UPDATE stock_levels s SET quantity_milli = s.quantity_milli - 1000 FROM sold
  WHERE s.business_id = '0195cafe00007000800000000000beef' AND s.outlet_id = ('0195cafe000070008000000000002' || :outlet)::uuid
  AND s.product_id = sold.product_id AND s.variant_id = '00000000000000000000000000000000' AND s.quantity_milli >= 1000
  RETURNING s.product_id, s.quantity_milli)
INSERT INTO stock_movements (business_id, id, outlet_id, product_id, variant_id, type, quantity_milli, balance_after_milli, reference_type, reference_id, employee_id, created_at)
SELECT '0195cafe00007000800000000000beef', sold.movement_id, ('0195cafe000070008000000000002' || :outlet)::uuid, taken.product_id,
  '00000000000000000000000000000000', 'sale', -1000, taken.quantity_milli, 'transaction', ('0195cafe000070' || :id)::uuid,
  '0195cafe00007000800000000000beef', :now
FROM sold LEFT JOIN taken ON taken.product_id = sold.product_id;
WITH counter AS (UPDATE outlet_counters SET last_receipt = last_receipt + 1, last_sequence = last_sequence + 3
  WHERE business_id = '0195cafe00007000800000000000beef' AND outlet_id = ('0195cafe000070008000000000002' || :outlet)::uuid
  RETURNING last_receipt, last_sequence),
sale AS (INSERT INTO transactions (business_id, id, outlet_id, shift_id, employee_id, type, status, channel, order_type, business_date, local_hour, receipt_sequence, receipt_number, subtotal_minor, discount_minor, service_charge_minor, tax_minor, rounding_minor, grand_total_minor, paid_minor, change_minor, tax_rate_bp, service_charge_rate_bp, tax_service_charge, prices_include_tax, needs_review, created_at)
  SELECT '0195cafe00007000800000000000beef', ('0195cafe000070' || :id)::uuid, ('0195cafe000070008000000000002' || :outlet)::uuid,
    '0195cafe00007000800000000000beef', '0195cafe00007000800000000000beef', 'sale', 'completed', 'pos', 'takeaway', 20260206, 10,
    last_receipt, 'OUT1-20260206-' || last_receipt, 54000, 0, 2700, 5670, 0, 62370, 100000, 37630, 1000, 500, 1, 0, 0, :now
  FROM counter)
INSERT INTO outbox (business_id, stream_id, sequence, event_count, occurred_at, first_event, first_aggregate_id, entry)
SELECT '0195cafe00007000800000000000beef', ('0195cafe000070008000000000002' || :outlet)::uuid, last_sequence, 3, :now, 128,
  ('0195cafe000070' || :id)::uuid, decode(repeat('78', 245), 'hex')
FROM counter;
INSERT INTO transaction_items (business_id, transaction_id, id, product_id, variant_id, product_name, quantity_milli, unit_price_minor, discount_minor, subtotal_minor, bill_discount_minor, service_charge_minor, tax_minor, counts_stock)
SELECT '0195cafe00007000800000000000beef', ('0195cafe000070' || :id)::uuid, line.id, line.product_id,
  '00000000000000000000000000000000', 'Kopi Susu Gula Aren', 1000, 18000, 0, 18000, 0, 900, 1890, 1
FROM (VALUES
  (('0195cafe000070' || :item1)::uuid, ('0195cafe00007000800000000000' || :product1)::uuid),
  (('0195cafe000070' || :item2)::uuid, ('0195cafe00007000800000000000' || :product2)::uuid),
  (('0195cafe000070' || :item3)::uuid, ('0195cafe00007000800000000000' || :product3)::uuid)) line (id, product_id);
INSERT INTO payments (business_id, transaction_id, position, method, amount_minor)
VALUES ('0195cafe00007000800000000000beef', ('0195cafe000070' || :id)::uuid, 1, 'cash', 100000);
END;
\endpipeline
