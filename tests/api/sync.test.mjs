// Sales of a till that had no line: priced as they were made, never refused for a rule, stored once however often they
// are handed in.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { randomUUID } from 'node:crypto';
import { onEachEngine } from '../lib/engines.mjs';
import { eventually } from '../lib/eventually.mjs';
import { hire, openShop, register, saleOf } from '../lib/client.mjs';

const MINUTE = 60_000, DAY = 24 * 60 * MINUTE;

/** A moment that lies behind everything done before and ahead of everything done after. */
async function moment() {
  const before = Date.now();
  while (Date.now() <= before + 1);
  const time = new Date().toISOString();
  while (Date.now() <= Date.parse(time) + 1);
  return time;
}

const offline = (shop, items, time, fields = {}) => ({ ...saleOf(shop, items, { paid: 1_000_000 }), clientCreatedAt: time, ...fields });
const keyed = (sale, key = randomUUID()) => ({ idempotencyKey: key, ...sale });
const sync = (client, sales, fields = {}) => client.must(200, 'POST', '/sync/sales', { deviceId: 'till-1', sales, ...fields });
const read = (client, id) => client.must(200, 'GET', `/pos/transactions/${id}`);
const statuses = (answers) => answers.map((answer) => answer.status);

/** Sells by POST /pos/transactions and answers what is stored. */
async function sell(shop, items, time, fields) {
  const made = await shop.owner.must(201, 'POST', '/pos/transactions', offline(shop, items, time, fields));
  return read(shop.owner, made.id);
}

onEachEngine('sync', (context) => {
  it('prices by the catalogue as it was then', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Kopi', price: 18000 }] });
    const { owner, products: [coffee] } = shop;
    const sugar = await owner.must(201, 'POST', '/modifier-groups', { name: 'Gula', minSelection: 0, maxSelection: 1, modifiers: [{ name: 'Aren', price: 2000 }] });
    const latte = await owner.must(201, 'POST', '/products', { name: 'Latte', price: 25000, variants: [{ name: 'Besar', price: 30000 }], modifierGroupIds: [sugar.id] });
    const [large] = latte.variants, [palm] = sugar.modifiers;
    const items = [[coffee, 2], [latte, 1, { variantId: large.id, modifierIds: [palm.id] }]];
    const then = await moment();
    await owner.must(200, 'PATCH', `/products/${coffee.id}`, { price: 20000 });
    await owner.must(200, 'PATCH', `/products/${latte.id}`, { variants: [{ id: large.id, name: 'Besar', price: 35000 }] });
    await owner.must(200, 'PATCH', `/modifier-groups/${sugar.id}`, { modifiers: [{ id: palm.id, name: 'Aren', price: 3000 }] });
    const later = await moment();
    await owner.must(200, 'PATCH', `/products/${coffee.id}`, { price: 22000 });

    const old = await sell(shop, items, then);
    assert.deepEqual([old.subtotal, old.channel, old.clientCreatedAt, old.needsReview, old.late, old.reviewReasons], [2 * 18000 + 32000, 'offline', then, false, false, []]);
    assert.deepEqual(old.items.map((item) => item.unitPrice), [18000, 30000]);
    assert.equal(old.items[1].modifiers[0].price, 2000);
    assert.equal((await sell(shop, items, later)).subtotal, 2 * 20000 + 38000);
    assert.equal((await sell(shop, items, new Date().toISOString())).subtotal, 2 * 22000 + 38000);
    const { shiftId, payments, ...cart } = offline(shop, items, then);
    assert.equal((await owner.must(200, 'POST', '/pos/quote', cart)).grandTotal, 68000);
    const now = await owner.must(201, 'POST', '/pos/transactions', saleOf(shop, items));
    assert.equal(now.subtotal, 2 * 22000 + 38000);
    assert.deepEqual([(await read(owner, now.id)).channel, (await read(owner, now.id)).clientCreatedAt], ['pos', null]);
  });

  it('takes the rates of then', async () => {
    const shop = await openShop(context.server, { outlet: { taxRate: 0.1, serviceChargeRate: 0.05, taxServiceCharge: true }, products: [{ name: 'Nasi', price: 100000 }] });
    const then = await moment();
    await shop.owner.must(200, 'PATCH', `/outlets/${shop.outletId}`, { taxRate: 0.11, serviceChargeRate: 0, pricesIncludeTax: true, cashRounding: 1000 });
    const sale = await sell(shop, [[shop.products[0], 1]], then);
    assert.deepEqual([sale.subtotal, sale.serviceCharge, sale.taxAmount, sale.grandTotal], [100000, 5000, 10500, 115500]);
    const today = await sell(shop, [[shop.products[0], 1]], new Date().toISOString());
    assert.deepEqual([today.serviceCharge, today.taxAmount, today.grandTotal], [0, 9910, 100000]);
  });

  it('sells what is off the menu or gone by now, and says so', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Kopi', price: 18000 }, { name: 'Teh', price: 9000 }] });
    const { owner, products: [coffee, tea] } = shop;
    const group = await owner.must(201, 'POST', '/modifier-groups', { name: 'Gula', minSelection: 0, maxSelection: 1, modifiers: [{ name: 'Aren', price: 2000 }] });
    const latte = await owner.must(201, 'POST', '/products', { name: 'Latte', price: 25000, variants: [{ name: 'Besar', price: 30000 }], modifierGroupIds: [group.id] });
    const then = await moment();
    await owner.must(200, 'PATCH', `/products/${coffee.id}`, { isActive: false });
    await owner.must(204, 'DELETE', `/products/${tea.id}`);
    await owner.must(200, 'PATCH', `/products/${latte.id}`, { variants: [], modifierGroupIds: [] });
    await owner.must(204, 'DELETE', `/modifier-groups/${group.id}`);

    const off = await sell(shop, [[coffee, 1], [tea, 1]], then);
    assert.deepEqual([off.grandTotal, off.needsReview, off.reviewReasons], [27000, true, ['PRODUCT_INACTIVE']]);
    assert.deepEqual(off.items.map((item) => item.productName), ['Kopi', 'Teh']);
    const bare = await sell(shop, [[latte, 1, { variantId: latte.variants[0].id, modifierIds: [group.modifiers[0].id] }]], then);
    assert.deepEqual([bare.grandTotal, bare.reviewReasons], [32000, ['PRODUCT_INACTIVE', 'MODIFIER_RULE']]);
    assert.deepEqual([bare.items[0].variantName, bare.items[0].modifiers[0].name], ['Besar', 'Aren']);

    const other = await openShop(context.server);
    for (const [fields, path] of [[{ items: [{ productId: randomUUID(), quantity: 1 }] }, 'items[0].productId'],
      [{ items: [{ productId: other.products[0].id, quantity: 1 }] }, 'items[0].productId'],
      [{ items: [{ productId: latte.id, variantId: randomUUID(), quantity: 1 }] }, 'items[0].variantId'],
      [{ items: [{ productId: latte.id, modifierIds: [randomUUID()], quantity: 1 }] }, 'items[0].modifierIds[0]'],
      [{ items: [{ productId: latte.id, modifierIds: [coffee.id], quantity: 1 }] }, 'items[0].modifierIds[0]'],
      [{ customerId: randomUUID() }, 'customerId'], [{ shiftId: other.shiftId }, 'shiftId'], [{ outletId: other.outletId }, 'outletId']]) {
      const refused = await owner.post('/pos/transactions', offline(shop, [[coffee, 1]], then, fields));
      assert.deepEqual([refused.status, refused.body.errors?.[0].path], [404, path], refused.text);
    }
  });

  it('drives stock below zero where that is not allowed, and says so', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Roti', price: 5000, stock: 3 }] });
    const [bread] = shop.products, time = await moment();
    const enough = await sell(shop, [[bread, 2]], time);
    assert.deepEqual([enough.needsReview, enough.reviewReasons], [false, []]);
    const short = await sell(shop, [[bread, 4]], time);
    assert.deepEqual([short.needsReview, short.reviewReasons], [true, ['INSUFFICIENT_STOCK']]);
    const [level] = await shop.owner.must(200, 'GET', `/inventory/stock?outletId=${shop.outletId}`);
    assert.equal(level.quantity, -3);
    assert.equal((await shop.owner.post('/pos/transactions', saleOf(shop, [[bread, 1]]))).body.code, 'INSUFFICIENT_STOCK');
  });

  it('follows the money where payments, discounts or points do not fit', async () => {
    const shop = await openShop(context.server, { outlet: { cashierDiscountLimit: 0.1, taxRate: 0.1 }, products: [{ name: 'Mie', price: 10000 }] });
    const cashier = await hire(shop.owner, 'cashier'), [noodles] = shop.products, time = await moment();
    const pay = (...payments) => ({ payments: payments.map(([method, amount]) => ({ method, amount, referenceNumber: method === 'cash' ? null : 'R-1' })) });
    const cases = [
      ['too little', pay(['cash', 10500]), { grandTotal: 10500, rounding: -500, paid: 10500, change: 0 }, ['TOTAL_DIFFERS']],
      ['too much by QRIS', pay(['qris', 12000]), { grandTotal: 12000, rounding: 1000, paid: 12000, change: 0 }, ['TOTAL_DIFFERS']],
      ['enough', pay(['cash', 20000]), { grandTotal: 11000, rounding: 0, paid: 20000, change: 9000 }, []],
      ['a discount above the limit', { ...pay(['cash', 20000]), discounts: [{ type: 'fixed', value: 2000 }] }, { grandTotal: 8800, discountAmount: 2000, change: 11200 }, ['OVERRIDE_REQUIRED']],
      ['a discount above the bill', { ...pay(['cash', 0]), discounts: [{ type: 'fixed', value: 4000 }, { type: 'fixed', value: 15000 }, { type: 'fixed', value: 1 }] }, { grandTotal: 0, discountAmount: 10000, taxAmount: 0, change: 0 }, ['DISCOUNT_TOO_LARGE', 'OVERRIDE_REQUIRED']],
      ['a discount above the line', { ...pay(['cash', 0]), items: [{ productId: noodles.id, quantity: 1, discount: { type: 'fixed', value: 10001 } }] }, { grandTotal: 0, subtotal: 0, change: 0 }, ['DISCOUNT_TOO_LARGE', 'OVERRIDE_REQUIRED']],
      ['points', { ...pay(['cash', 20000]), loyaltyPointsRedeemed: 5 }, { grandTotal: 11000, change: 9000 }, ['INSUFFICIENT_POINTS']],
    ];
    for (const [name, fields, expected, reasons] of cases) {
      const { id } = await cashier.must(201, 'POST', '/pos/transactions', offline(shop, [[noodles, 1]], time, fields));
      const sale = await read(shop.owner, id);
      for (const [key, value] of Object.entries(expected)) assert.equal(sale[key], value, `${name}: ${key}`);
      assert.deepEqual([sale.reviewReasons, sale.needsReview], [reasons, reasons.length > 0], name);
      assert.equal(sale.grandTotal, sale.subtotal - sale.discountAmount + sale.serviceCharge + sale.taxAmount + sale.rounding, name);
      assert.equal(sale.paid - sale.change, sale.grandTotal, name);
      if (name === 'a discount above the bill') assert.deepEqual(sale.discounts.map((discount) => discount.amount), [4000, 6000, 0]);
    }
  });

  it('joins its shift, also a closed one, if it was open then', async () => {
    const shop = await openShop(context.server);
    const [coffee] = shop.products, { owner } = shop;
    const { openedAt } = await owner.must(200, 'GET', '/shifts/current');
    await owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[coffee, 1]]));
    const then = await moment();
    const closed = await owner.must(200, 'POST', `/shifts/${shop.shiftId}/close`, { closingCash: 118000 });
    assert.deepEqual([closed.expectedCash, closed.cashDifference], [118000, 0]);
    const after = await moment();
    const late = await sell(shop, [[coffee, 2]], then);
    assert.deepEqual([late.late, late.shiftId, late.grandTotal, late.needsReview], [true, shop.shiftId, 36000, false]);
    const report = await owner.must(200, 'GET', `/shifts/${shop.shiftId}/report`);
    assert.deepEqual([report.lateSales.count, report.lateSales.amount], [1, 36000], JSON.stringify(report));
    assert.equal(report.expectedCash ?? report.shift.expectedCash, 118000);
    for (const time of [after, new Date(Date.parse(openedAt) - 1).toISOString()]) {
      const refused = await owner.post('/pos/transactions', offline(shop, [[coffee, 1]], time));
      assert.deepEqual([refused.status, refused.body.code, refused.body.errors[0].path], [422, 'SHIFT_NOT_OPEN', 'clientCreatedAt'], refused.text);
    }
    assert.equal((await owner.post('/pos/transactions', saleOf(shop, [[coffee, 1]]))).body.code, 'SHIFT_NOT_OPEN');
  });

  it('numbers receipts by the commit, without gaps', async () => {
    const shop = await openShop(context.server);
    const [coffee] = shop.products, time = await moment();
    const first = await shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[coffee, 1]]));
    const answers = await sync(shop.owner, [keyed(offline(shop, [[coffee, 1]], time)), keyed(offline(shop, [[coffee, 1]], time))]);
    const numbers = [first.receiptNumber, ...(await Promise.all(answers.map(async ({ transactionId }) => (await read(shop.owner, transactionId)).receiptNumber)))];
    assert.deepEqual(numbers.map((number) => number.slice(-4)), ['0001', '0002', '0003']);
  });

  it('refuses times that cannot be', async () => {
    const shop = await openShop(context.server);
    const [coffee] = shop.products;
    for (const offset of [-7 * DAY - MINUTE, 3 * MINUTE]) {
      const time = new Date(Date.now() + offset).toISOString();
      const refused = await shop.owner.post('/pos/transactions', offline(shop, [[coffee, 1]], time));
      assert.deepEqual([refused.status, refused.body.code, refused.body.errors.map((error) => error.path)], [400, 'VALIDATION_FAILED', ['clientCreatedAt']], refused.text);
      const [rejected] = await sync(shop.owner, [keyed(offline(shop, [[coffee, 1]], time))]);
      assert.deepEqual([rejected.status, rejected.problem.status, rejected.problem.errors[0].path], ['rejected', 400, 'clientCreatedAt']);
      const { shiftId, payments, ...cart } = offline(shop, [[coffee, 1]], time);
      assert.equal((await shop.owner.post('/pos/quote', cart)).status, 400);
    }
    assert.deepEqual((await sell(shop, [[coffee, 1]], new Date(Date.now() + MINUTE).toISOString())).reviewReasons, []);
  });

  it('takes each sale of a batch on its own, in order', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Kopi', price: 18000, stock: 2 }] });
    const [coffee] = shop.products, time = await moment(), { owner } = shop;
    const same = randomUUID();
    const good = keyed(offline(shop, [[coffee, 1]], time), same);
    const { clientCreatedAt, ...timeless } = keyed(offline(shop, [[coffee, 1]], time));
    const { idempotencyKey, ...keyless } = keyed(offline(shop, [[coffee, 1]], time));
    const answers = await sync(owner, [
      good,
      keyed({ ...offline(shop, [[coffee, 0]], time), surprise: 1 }),
      keyed(offline(shop, [[coffee, 2]], time)),
      good,
      keyed(offline(shop, [[coffee, 3]], time), same),
      timeless,
      keyless,
      'nothing',
      keyed(offline(shop, [[{ id: randomUUID() }, 1]], time)),
      keyed(offline(shop, [[coffee, 1]], time, { employeeId: randomUUID() })),
      keyed(offline(shop, [[coffee, 1]], time), 'k'.repeat(129)),
    ]);
    assert.deepEqual(statuses(answers), ['stored', 'rejected', 'review', 'replayed', 'rejected', 'rejected', 'rejected', 'rejected', 'rejected', 'rejected', 'rejected']);
    assert.deepEqual(answers.map((answer) => answer.problem?.code), [undefined, 'VALIDATION_FAILED', undefined, undefined, 'IDEMPOTENCY_KEY_REUSED', 'VALIDATION_FAILED', 'VALIDATION_FAILED', 'VALIDATION_FAILED', 'NOT_FOUND', 'EMPLOYEE_MISMATCH', 'VALIDATION_FAILED']);
    assert.equal(answers[0].idempotencyKey, same);
    assert.equal(answers[3].transactionId, answers[0].transactionId);
    const { problem } = answers[1];
    assert.deepEqual(Object.keys(problem).sort(), ['code', 'detail', 'errors', 'status', 'title', 'type']);
    assert.deepEqual(problem.errors.map((error) => error.path).sort(), ['items[0].quantity', 'surprise']);
    assert.deepEqual(answers[5].problem.errors.map((error) => error.path), ['clientCreatedAt']);
    assert.deepEqual([answers[6].idempotencyKey, answers[6].problem.errors[0].path], [null, 'idempotencyKey']);
    assert.equal(answers[7].idempotencyKey, null);
    assert.ok(answers.every((answer) => (answer.status === 'rejected') === !answer.transactionId));
    assert.equal((await owner.must(200, 'GET', '/pos/transactions')).length, 2);
    const flagged = await owner.must(200, 'GET', '/pos/transactions?needsReview=true');
    assert.deepEqual(flagged.map((sale) => sale.id), [answers[2].transactionId]);
    assert.equal((await owner.must(200, 'GET', '/pos/transactions?needsReview=false')).length, 1);
  });

  it('refuses a faulty envelope as a whole', async () => {
    const shop = await openShop(context.server);
    const sale = keyed(offline(shop, [[shop.products[0], 1]], await moment()));
    for (const [body, path] of [[{ sales: [sale] }, 'deviceId'], [{ deviceId: '', sales: [sale] }, 'deviceId'], [{ deviceId: 'x'.repeat(101), sales: [sale] }, 'deviceId'],
      [{ deviceId: 'a', sales: [] }, 'sales'], [{ deviceId: 'a' }, 'sales'], [{ deviceId: 'a', sales: Array(101).fill(sale) }, 'sales'], [{ deviceId: 'a', sales: [sale], more: 1 }, 'more'],
      [{ deviceId: 'a', final: 'yes', sales: [sale] }, 'final']]) {
      const refused = await shop.owner.post('/sync/sales', body);
      assert.deepEqual([refused.status, refused.body.errors?.map((error) => error.path)], [400, [path]], refused.text);
    }
    assert.deepEqual(await shop.owner.must(200, 'GET', '/pos/transactions'), []);
    const kitchen = await hire(shop.owner, 'kitchen');
    assert.equal((await kitchen.post('/sync/sales', { deviceId: 'a', sales: [sale] })).status, 403);
  });

  it('stores a hundred at once, in order', async () => {
    const shop = await openShop(context.server);
    const time = await moment();
    const sales = Array.from({ length: 100 }, (_, i) => keyed(offline(shop, [[shop.products[0], i + 1]], time, { payments: [{ method: 'cash', amount: 10_000_000 }] })));
    const answers = await sync(shop.owner, sales);
    assert.deepEqual(new Set(statuses(answers)), new Set(['stored']));
    assert.deepEqual(answers.map((answer) => answer.idempotencyKey), sales.map((sale) => sale.idempotencyKey));
    assert.deepEqual(statuses(await sync(shop.owner, sales.slice(10, 30).reverse())), Array(20).fill('replayed'));
  });

  it('stores nothing twice', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Kopi', price: 18000, stock: 100 }] });
    const [coffee] = shop.products, time = await moment(), { owner } = shop;
    const sales = Array.from({ length: 12 }, () => keyed(offline(shop, [[coffee, 1]], time)));
    const both = await Promise.all([sync(owner, sales), sync(owner, sales, { deviceId: 'till-2' }), sync(owner, [...sales].reverse(), { final: true })]);
    both[2].reverse();
    for (let i = 0; i < sales.length; i++) {
      assert.deepEqual(both.map((answers) => answers[i].status).sort(), ['replayed', 'replayed', 'stored']);
      assert.equal(new Set(both.map((answers) => answers[i].transactionId)).size, 1);
    }
    assert.deepEqual(statuses(await sync(owner, sales)), Array(12).fill('replayed'));
    assert.equal((await owner.must(200, 'GET', '/pos/transactions')).length, 12);
    const [level] = await owner.must(200, 'GET', `/inventory/stock?outletId=${shop.outletId}`);
    assert.equal(level.quantity, 88);
  });

  it('knows a sale whose answer the till never got', async () => {
    const shop = await openShop(context.server);
    const [coffee] = shop.products, { owner } = shop, key = randomUUID(), headers = { 'idempotency-key': key };
    const body = saleOf(shop, [[coffee, 2], [coffee, 1, { notes: 'panas' }]], { paid: 60000 });
    const made = await owner.must(201, 'POST', '/pos/transactions', body, headers);
    const time = await moment();
    await owner.must(200, 'PATCH', `/products/${coffee.id}`, { price: 19000 });
    const again = (fields) => sync(owner, [keyed({ ...body, clientCreatedAt: time, ...fields }, key)]);
    const [known] = await again({});
    assert.deepEqual([known.status, known.transactionId], ['replayed', made.id]);
    for (const fields of [{ items: body.items.slice(0, 1) }, { items: [{ ...body.items[0], quantity: 3 }, body.items[1]] }, { payments: [{ method: 'cash', amount: 60001 }] },
      { payments: [{ method: 'qris', amount: 60000, referenceNumber: 'x' }] }]) {
      const [other] = await again(fields);
      assert.deepEqual([other.status, other.problem?.code, other.problem?.status], ['rejected', 'IDEMPOTENCY_KEY_REUSED', 422]);
    }
    const product = randomUUID();
    await owner.must(201, 'POST', '/products', { name: 'Baru', price: 1 }, { 'idempotency-key': product });
    const [taken] = await sync(owner, [keyed(offline(shop, [[coffee, 1]], time), product)]);
    assert.equal(taken.problem.code, 'IDEMPOTENCY_KEY_REUSED');
    assert.equal((await owner.must(200, 'GET', '/pos/transactions')).length, 1);
    const elsewhere = await openShop(context.server);
    assert.deepEqual(statuses(await sync(elsewhere.owner, [keyed(offline(elsewhere, [[elsewhere.products[0], 1]], await moment()), key)])), ['stored']);
  });

  it('tells when a device has handed in its last', async () => {
    const shop = await openShop(context.server);
    const [coffee] = shop.products, time = await moment(), { owner } = shop;
    const cashier = await hire(owner, 'cashier');
    const one = keyed(offline(shop, [[coffee, 1]], time));
    await sync(cashier, [one]);
    await sync(cashier, [one, keyed(offline(shop, [[coffee, 1]], time)), keyed(offline(shop, [[coffee, 1]], time, { payments: [{ method: 'cash', amount: 1 }] })), keyed({})], { deviceId: 'Tab "2"', final: true });
    const entry = await eventually(async () => (await owner.must(200, 'GET', '/audit')).find((row) => row.action === 'device.synced'));
    const data = typeof entry.data === 'string' ? JSON.parse(entry.data) : entry.data;
    assert.deepEqual(data, { deviceId: 'Tab "2"', stored: 1, replayed: 1, review: 1, rejected: 1, employeeId: cashier.user.employeeId });
    assert.deepEqual([entry.outletId, entry.employeeId], [shop.outletId, cashier.user.employeeId]);
    assert.equal((await owner.must(200, 'GET', '/audit')).filter((row) => row.action === 'device.synced').length, 1);
  });

  it('lets a supervisor clear what was looked at', async () => {
    const shop = await openShop(context.server);
    const [coffee] = shop.products, { owner } = shop, time = await moment();
    const cashier = await hire(owner, 'cashier'), supervisor = await hire(owner, 'supervisor');
    const sale = await sell(shop, [[coffee, 1]], time, { payments: [{ method: 'cash', amount: 17000 }] });
    const path = `/pos/transactions/${sale.id}/review`;
    assert.equal((await cashier.post(path, { note: 'ok' })).status, 403);
    for (const body of [{}, { note: '' }, { note: 'x'.repeat(501) }]) assert.equal((await supervisor.post(path, body)).status, 400);
    assert.equal((await (await register(context.server)).post(path, { note: 'ok' })).status, 404);
    assert.equal((await supervisor.post(`/pos/transactions/${randomUUID()}/review`, { note: 'ok' })).status, 404);
    const cleared = await supervisor.must(200, 'POST', path, { note: 'Harga lama di papan' });
    assert.deepEqual([cleared.needsReview, cleared.reviewReasons], [false, ['TOTAL_DIFFERS']]);
    assert.equal((await supervisor.post(path, { note: 'lagi' })).status, 409);
    assert.deepEqual(await owner.must(200, 'GET', '/pos/transactions?needsReview=true'), []);
    const entry = await eventually(async () => (await owner.must(200, 'GET', '/audit')).find((row) => row.action === 'transaction.reviewed'));
    assert.deepEqual([entry.entityId, entry.employeeId], [sale.id, supervisor.user.employeeId]);
    assert.match(JSON.stringify(entry.data), /Harga lama di papan/);
  });
});
