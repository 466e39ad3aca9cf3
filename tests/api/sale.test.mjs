// The sale as a till sees it: totals to the rupiah, change, receipts, refusals that name the field and change nothing.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { randomUUID } from 'node:crypto';
import { onEachEngine } from '../lib/engines.mjs';
import { hire, openShop, register, saleOf } from '../lib/client.mjs';

const totals = ({ subtotal, discountAmount, serviceCharge, taxAmount, rounding, grandTotal, paid, change }) =>
  ({ subtotal, discountAmount, serviceCharge, taxAmount, rounding, grandTotal, paid, change });

const RESTAURANT = { serviceChargeRate: 0.05, taxRate: 0.1, taxServiceCharge: true };

// [what, outlet settings, items as [price, quantity, discount?], bill discounts, payments, the answer's totals]
const CASES = [
  ['nothing but the price', {}, [[18000, 2]], [], [['cash', 50000]],
    { subtotal: 36000, discountAmount: 0, serviceCharge: 0, taxAmount: 0, rounding: 0, grandTotal: 36000, paid: 50000, change: 14000 }],
  ['PPN 11 %', { taxRate: 0.11 }, [[9999, 1]], [], [['cash', 20000]],
    { subtotal: 9999, discountAmount: 0, serviceCharge: 0, taxAmount: 1100, rounding: 0, grandTotal: 11099, paid: 20000, change: 8901 }],
  ['restaurant tax on the service charge', RESTAURANT, [[100000, 1]], [{ type: 'fixed', value: 10000 }], [['cash', 103950]],
    { subtotal: 100000, discountAmount: 10000, serviceCharge: 4500, taxAmount: 9450, rounding: 0, grandTotal: 103950, paid: 103950, change: 0 }],
  ['tax beside the service charge', { ...RESTAURANT, taxServiceCharge: false }, [[100000, 1]], [], [['cash', 115000]],
    { subtotal: 100000, discountAmount: 0, serviceCharge: 5000, taxAmount: 10000, rounding: 0, grandTotal: 115000, paid: 115000, change: 0 }],
  ['prices that include both', { ...RESTAURANT, pricesIncludeTax: true }, [[100000, 1]], [], [['cash', 100000]],
    { subtotal: 86580, discountAmount: 0, serviceCharge: 4329, taxAmount: 9091, rounding: 0, grandTotal: 100000, paid: 100000, change: 0 }],
  ['half a kilo, half away from zero', {}, [[12345, 0.5]], [], [['cash', 6173]],
    { subtotal: 6173, discountAmount: 0, serviceCharge: 0, taxAmount: 0, rounding: 0, grandTotal: 6173, paid: 6173, change: 0 }],
  ['a discount on a line and two on the bill, not compounded', {},
    [[20000, 2, { type: 'percentage', value: 10 }], [5000, 1]], [{ type: 'percentage', value: 10 }, { type: 'percentage', value: 12.5 }], [['cash', 40000]],
    { subtotal: 41000, discountAmount: 4100 + 5125, serviceCharge: 0, taxAmount: 0, rounding: 0, grandTotal: 31775, paid: 40000, change: 8225 }],
  ['cash rounded down', { cashRounding: 100 }, [[13703, 1]], [], [['cash', 20000]],
    { subtotal: 13703, discountAmount: 0, serviceCharge: 0, taxAmount: 0, rounding: -3, grandTotal: 13700, paid: 20000, change: 6300 }],
  ['cash rounded up at the half', { cashRounding: 100 }, [[13750, 1]], [], [['cash', 13800]],
    { subtotal: 13750, discountAmount: 0, serviceCharge: 0, taxAmount: 0, rounding: 50, grandTotal: 13800, paid: 13800, change: 0 }],
  ['QRIS is exact', { cashRounding: 100 }, [[13703, 1]], [], [['qris', 13703]],
    { subtotal: 13703, discountAmount: 0, serviceCharge: 0, taxAmount: 0, rounding: 0, grandTotal: 13703, paid: 13703, change: 0 }],
  ['part QRIS, the rest in rounded cash', { cashRounding: 100 }, [[13703, 1]], [], [['qris', 10000], ['cash', 5000]],
    { subtotal: 13703, discountAmount: 0, serviceCharge: 0, taxAmount: 0, rounding: -3, grandTotal: 13700, paid: 15000, change: 1300 }],
];

onEachEngine('sale', (context) => {
  for (const [name, outlet, items, discounts, payments, expected] of CASES)
    it(`totals: ${name}`, async () => {
      const shop = await openShop(context.server, { outlet, products: items.map(([price], i) => ({ name: `P${i}`, price })) });
      const body = saleOf(shop, items.map(([, quantity, discount], i) => [shop.products[i], quantity, discount ? { discount } : {}]), {
        discounts, payments: payments.map(([method, amount]) => ({ method, amount, referenceNumber: method === 'cash' ? null : 'REF-1' })),
      });
      const sale = await shop.owner.must(201, 'POST', '/pos/transactions', body);
      assert.deepEqual(totals(sale), expected);
      assert.equal(sale.transactionId, sale.id);
      const { shiftId, payments: _, ...cart } = body;
      const quote = await shop.owner.must(200, 'POST', '/pos/quote', cart);
      for (const key of ['subtotal', 'discountAmount', 'serviceCharge', 'taxAmount']) assert.equal(quote[key], expected[key], key);
      assert.equal(quote.grandTotal, expected.grandTotal - expected.rounding);
      const stored = await shop.owner.must(200, 'GET', `/pos/transactions/${sale.id}`);
      assert.deepEqual(totals(stored), expected);
      assert.equal(stored.items.reduce((sum, item) => sum + item.subtotal, 0), expected.subtotal);
      assert.deepEqual(stored.payments.map((p) => [p.method, p.amount]), payments);
      assert.equal(stored.status, 'completed');
      assert.equal(stored.type, 'sale');
      assert.equal(stored.channel, 'pos');
    });

  it('counts dollars in cents', async () => {
    const shop = await openShop(context.server, { register: { currency: 'USD', timezone: 'America/New_York' }, outlet: { taxRate: 0.0825 }, products: [{ name: 'Coffee', price: 3.75 }] });
    const sale = await shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[shop.products[0], 3]], { paid: 20 }));
    assert.deepEqual([sale.subtotal, sale.taxAmount, sale.grandTotal, sale.change], [11.25, 0.93, 12.18, 7.82]);
    const refused = await shop.owner.post('/pos/transactions', saleOf(shop, [[shop.products[0], 1]], { paid: 10.005 }));
    assert.deepEqual([refused.status, refused.body.errors[0].path], [400, 'payments[0].amount']);
  });

  it('prices variants and modifiers, and keeps the group rules', async () => {
    const shop = await openShop(context.server);
    const { owner } = shop;
    const sugar = await owner.must(201, 'POST', '/modifier-groups', { name: 'Sugar', minSelection: 1, maxSelection: 1, modifiers: [{ name: 'Less', price: 0 }, { name: 'Palm sugar', price: 2000 }] });
    const extra = await owner.must(201, 'POST', '/modifier-groups', { name: 'Extra', minSelection: 0, maxSelection: 2, modifiers: [{ name: 'Shot', price: 5000 }, { name: 'Jelly', price: 3000 }, { name: 'Boba', price: 4000 }] });
    const latte = await owner.must(201, 'POST', '/products', { name: 'Latte', price: 25000, variants: [{ name: 'Large', price: 30000 }], modifierGroupIds: [sugar.id, extra.id] });
    const [large] = latte.variants, [less, palm] = sugar.modifiers, [shot, jelly, boba] = extra.modifiers;
    const sell = (fields) => owner.post('/pos/transactions', saleOf(shop, [[latte, 2, fields]]));

    const sale = await sell({ variantId: large.id, modifierIds: [palm.id, shot.id], notes: 'No ice' });
    assert.equal(sale.status, 201, sale.text);
    assert.equal(sale.body.subtotal, 2 * (30000 + 2000 + 5000));
    const [item] = (await owner.must(200, 'GET', `/pos/transactions/${sale.body.id}`)).items;
    assert.deepEqual([item.productName, item.variantName, item.quantity, item.notes], ['Latte', 'Large', 2, 'No ice']);
    assert.deepEqual(item.modifiers.map((m) => m.name), ['Palm sugar', 'Shot']);

    for (const modifierIds of [[], [shot.id], [less.id, palm.id], [less.id, shot.id, jelly.id, boba.id], [less.id, randomUUID()]]) {
      const refused = await sell({ modifierIds });
      assert.deepEqual([refused.status, refused.body.code], [422, 'MODIFIER_RULE'], refused.text);
    }
  });

  it('numbers receipts without gaps, also after refusals', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Donat', price: 8000, stock: 4 }] });
    const [donut] = shop.products;
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Jakarta' }).format(new Date()).replaceAll('-', '');
    for (const [quantity, number] of [[1, '0001'], [9, null], [2, '0002'], [2, null], [1, '0003']]) {
      const answer = await shop.owner.post('/pos/transactions', saleOf(shop, [[donut, quantity]]));
      if (!number) { assert.equal(answer.body.code, 'INSUFFICIENT_STOCK'); continue; }
      assert.equal(answer.body.receiptNumber, `OUT1-${day}-${number}`);
    }
  });

  it('takes stock and writes the ledger', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Keripik', price: 12000, stock: 10, lowStockThreshold: 5 }] });
    const [chips] = shop.products;
    const sale = await shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[chips, 2.5], [chips, 3]]));
    const refused = await shop.owner.post('/pos/transactions', saleOf(shop, [[chips, 3], [chips, 2]]));
    assert.deepEqual([refused.status, refused.body.code], [422, 'INSUFFICIENT_STOCK']);
    assert.equal(refused.body.errors.length, 1);
    assert.match(refused.text, /"available":4\.5/);
    assert.match(refused.text, /"required":5/);
    const [level] = await shop.owner.must(200, 'GET', `/inventory/stock?outletId=${shop.outletId}&low=true`);
    assert.deepEqual([level.productId, level.quantity, level.lowStockThreshold], [chips.id, 4.5, 5]);
    const ledger = await shop.owner.must(200, 'GET', `/inventory/movements?productId=${chips.id}`);
    assert.equal(ledger.reduce((sum, movement) => sum + movement.quantity, 0), 4.5);
    assert.equal(ledger[0].balanceAfter, 4.5);
    const sold = ledger.filter((movement) => movement.referenceId === sale.id);
    assert.ok(sold.length > 0 && sold.every((movement) => movement.type === 'sale' && movement.quantity < 0));
  });

  it('may go below zero where the outlet says so', async () => {
    const shop = await openShop(context.server, { outlet: { allowNegativeStock: true }, products: [{ name: 'Telur', price: 3000, stock: 1 }] });
    await shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[shop.products[0], 3]]));
    const [level] = await shop.owner.must(200, 'GET', `/inventory/stock?outletId=${shop.outletId}`);
    assert.equal(level.quantity, -2);
  });

  it('replays a key, refuses it for another body, frees it after a refusal', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Teh', price: 5000, stock: 3 }] });
    const [tea] = shop.products, key = randomUUID();
    const headers = { 'idempotency-key': key };
    const tooMany = await shop.owner.post('/pos/transactions', saleOf(shop, [[tea, 9]]), headers);
    assert.equal(tooMany.status, 422);
    const first = await shop.owner.post('/pos/transactions', saleOf(shop, [[tea, 1]]), headers);
    assert.equal(first.status, 201, first.text);
    const again = await shop.owner.post('/pos/transactions', saleOf(shop, [[tea, 1]]), headers);
    assert.equal(again.status, 201);
    assert.equal(again.headers.get('idempotent-replayed'), 'true');
    assert.deepEqual(again.body, first.body);
    const other = await shop.owner.post('/pos/transactions', saleOf(shop, [[tea, 2]]), headers);
    assert.deepEqual([other.status, other.body.code], [422, 'IDEMPOTENCY_KEY_REUSED']);
    const elsewhere = await openShop(context.server);
    await elsewhere.owner.must(201, 'POST', '/pos/transactions', saleOf(elsewhere, [[elsewhere.products[0], 1]]), headers);
    const bad = await shop.owner.post('/pos/transactions', saleOf(shop, [[tea, 1]]), { 'idempotency-key': 'k'.repeat(129) });
    assert.equal(bad.status, 400);
  });

  it('keeps keys on the other calls that create', async () => {
    const owner = await register(context.server);
    const headers = { 'idempotency-key': 'same' };
    const one = await owner.post('/products', { name: 'Kopi', price: 1000 }, headers);
    const two = await owner.post('/products', { name: 'Kopi', price: 1000 }, headers);
    assert.deepEqual([one.status, two.status, two.headers.get('idempotent-replayed')], [201, 201, 'true']);
    assert.deepEqual(one.body, two.body);
    assert.equal((await owner.must(200, 'GET', '/products')).length, 1);
    const three = await owner.post('/categories', { name: 'Kopi' }, headers);
    assert.deepEqual([three.status, three.body.code], [422, 'IDEMPOTENCY_KEY_REUSED']);
  });

  it('refuses what the client may not decide, and names every faulty field', async () => {
    const shop = await openShop(context.server);
    const [coffee] = shop.products;
    const before = await shop.owner.must(200, 'GET', '/pos/transactions');
    const faulty = saleOf(shop, [[coffee, 0], [coffee, 1.0001, { unitPrice: 1 }]], {
      orderType: 'drive_in', payments: [{ method: 'shells', amount: 1.5 }], surprise: true, discounts: [{ type: 'fixed', value: -1 }],
    });
    const answer = await shop.owner.post('/pos/transactions', faulty);
    assert.deepEqual([answer.status, answer.body.code], [400, 'VALIDATION_FAILED']);
    const paths = answer.body.errors.map((error) => error.path);
    for (const path of ['items[0].quantity', 'items[1].quantity', 'items[1].unitPrice', 'orderType', 'payments[0].method', 'payments[0].amount', 'surprise', 'discounts[0].value'])
      assert.ok(paths.includes(path), `${path} is not in ${paths}`);
    for (const [fields, path] of [[{ items: [] }, 'items'], [{ payments: [] }, 'payments'], [{ items: undefined }, 'items'], [{ shiftId: 'x' }, 'shiftId'], [{ clientCreatedAt: 'yesterday' }, 'clientCreatedAt']]) {
      const one = await shop.owner.post('/pos/transactions', { ...saleOf(shop, [[coffee, 1]]), ...fields });
      assert.equal(one.status, 400, one.text);
      assert.ok(one.body.errors.some((error) => error.path === path), one.text);
    }
    assert.deepEqual(await shop.owner.must(200, 'GET', '/pos/transactions'), before);
  });

  it('refuses by rule with the code of the rule', async () => {
    const shop = await openShop(context.server, { outlet: { cashierDiscountLimit: 0.1 }, products: [{ name: 'Kopi', price: 20000 }, { name: 'Teh', price: 10000, isActive: false }] });
    const cashier = await hire(shop.owner, 'cashier');
    const other = await openShop(context.server);
    const [coffee, tea] = shop.products;
    const body = (fields, items = [[coffee, 1]]) => ({ ...saleOf(shop, items), ...fields });
    const cases = [
      [cashier, body({ payments: [{ method: 'cash', amount: 19999 }] }), 422, 'INVALID_PAYMENT'],
      [cashier, body({ payments: [{ method: 'qris', amount: 20001 }] }), 422, 'INVALID_PAYMENT'],
      [cashier, body({ payments: [{ method: 'card', amount: 25000 }, { method: 'cash', amount: 1 }] }), 422, 'INVALID_PAYMENT'],
      [cashier, body({}, [[tea, 1]]), 422, 'PRODUCT_INACTIVE'],
      [cashier, body({}, [[other.products[0], 1]]), 404, 'NOT_FOUND'],
      [cashier, body({ shiftId: other.shiftId }), 404, 'NOT_FOUND'],
      [cashier, body({ outletId: other.outletId }), 404, 'NOT_FOUND'],
      [cashier, body({ customerId: randomUUID() }), 404, 'NOT_FOUND'],
      [cashier, body({ tableId: randomUUID() }), 404, 'NOT_FOUND'],
      [cashier, body({ employeeId: shop.owner.user.employeeId }), 403, 'EMPLOYEE_MISMATCH'],
      [cashier, body({ discounts: [{ type: 'fixed', value: 2001 }] }), 403, 'OVERRIDE_REQUIRED'],
      [shop.owner, body({ discounts: [{ type: 'fixed', value: 20001 }] }), 422, 'DISCOUNT_TOO_LARGE'],
      [shop.owner, body({ discounts: [{ type: 'percentage', value: 60 }, { type: 'percentage', value: 41 }] }), 422, 'DISCOUNT_TOO_LARGE'],
      [shop.owner, body({}, [[coffee, 1, { discount: { type: 'fixed', value: 20001 } }]]), 422, 'DISCOUNT_TOO_LARGE'],
    ];
    for (const [who, sent, status, code] of cases) {
      const answer = await who.post('/pos/transactions', sent);
      assert.deepEqual([answer.status, answer.body.code], [status, code], answer.text);
    }
    assert.equal((await cashier.post('/pos/transactions', body({ discounts: [{ type: 'fixed', value: 2000 }] }))).status, 201);
    await shop.owner.must(200, 'POST', `/shifts/${shop.shiftId}/close`, { closingCash: 0 });
    const closed = await cashier.post('/pos/transactions', body({}));
    assert.deepEqual([closed.status, closed.body.code], [422, 'SHIFT_NOT_OPEN']);
  });

  it('lists newest first, by page, with filters, own outlet only', async () => {
    const shop = await openShop(context.server);
    const ids = [];
    for (let i = 0; i < 5; i++) ids.unshift((await shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[shop.products[0], 1]]))).id);
    const first = await shop.owner.get('/pos/transactions?limit=2');
    assert.deepEqual(first.body.map((sale) => sale.id), ids.slice(0, 2));
    const next = /<(\/api\/v1\/[^>]+)>; rel="next"/.exec(first.headers.get('link'))[1];
    const second = await shop.owner.get(next);
    assert.deepEqual(second.body.map((sale) => sale.id), ids.slice(2, 4));
    const last = await shop.owner.get(/<(\/api\/v1\/[^>]+)>/.exec(second.headers.get('link'))[1]);
    assert.deepEqual([last.body.map((sale) => sale.id), last.headers.get('link')], [ids.slice(4), null]);
    const number = first.body[0].receiptNumber;
    assert.deepEqual((await shop.owner.must(200, 'GET', `/pos/transactions?search=${number}`)).map((sale) => sale.id), [ids[0]]);
    assert.equal((await shop.owner.must(200, 'GET', '/pos/transactions?status=voided')).length, 0);
    for (const none of ['OUT1-20269999-0001', 'OUT1-20000230-', '-99999999-', `${number}9`])
      assert.deepEqual(await shop.owner.must(200, 'GET', `/pos/transactions?search=${none}`), [], none);
    assert.equal((await shop.owner.must(200, 'GET', `/pos/transactions?outletId=${shop.outletId}&type=sale&employeeId=${shop.owner.user.employeeId}`)).length, 5);
    for (const query of ['limit=0', 'limit=201', 'limit=x', 'colour=red', 'status=eaten', 'from=yesterday', 'cursor=%21'])
      assert.equal((await shop.owner.get(`/pos/transactions?${query}`)).status, 400, query);
    const stranger = await register(context.server);
    assert.equal((await stranger.get(`/pos/transactions/${ids[0]}`)).status, 404);
    assert.deepEqual(await stranger.must(200, 'GET', '/pos/transactions'), []);
  });
});
