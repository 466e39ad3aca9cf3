// The corners of stock and shifts: several outlets, variants, running balances, the X and Z report.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { onEachEngine } from '../lib/engines.mjs';
import { hire, openShop, saleOf } from '../lib/client.mjs';

const paths = (answer) => answer.body.errors.map((error) => error.path);

async function everyPage(client, path) {
  const seen = [];
  while (path) {
    const page = await client.get(path);
    assert.equal(page.status, 200, page.text);
    seen.push(...page.body);
    path = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
  }
  return seen;
}

function adjuster(client, outletId) {
  return (type, items, more = {}) => client.post('/inventory/adjustments', { outletId, type, reason: 'test', items, ...more });
}

onEachEngine('stock lists', (context) => {
  it('counts variants by themselves, outlet by outlet, in pages of any size', async () => {
    const shop = await openShop(context.server, { products: [
      { name: 'Teh', price: 1, stock: 5, lowStockThreshold: 6 },
      { name: 'Kopi', price: 1, trackStock: true, lowStockThreshold: 1, variants: [{ name: 'S', price: 1, sku: 'KS' }, { name: 'L', price: 2 }] },
      { name: 'Jasa', price: 1 },
    ] });
    const { owner } = shop;
    const [, kopi] = shop.products;
    const second = await owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const adjust = adjuster(owner, second.id);
    assert.equal((await adjust('purchase', [{ productId: kopi.id, variantId: kopi.variants[1].id, quantityDelta: 3 }])).status, 201);
    const row = (r) => [r.outletId === second.id ? 2 : 1, r.productName, r.variantName, r.quantity];
    const here = [[1, 'Kopi', 'S', 0], [1, 'Kopi', 'L', 0], [1, 'Teh', null, 5]];
    const there = [[2, 'Kopi', 'S', 0], [2, 'Kopi', 'L', 3], [2, 'Teh', null, 0]];
    assert.deepEqual((await owner.must(200, 'GET', `/inventory/stock?outletId=${shop.outletId}`)).map(row), here);
    assert.deepEqual((await owner.must(200, 'GET', `/inventory/stock?outletId=${second.id}`)).map(row), there);
    const all = [here[0], here[1], there[0], there[1], here[2], there[2]];
    for (const limit of [1, 2, 3, 4, 6, 200]) {
      const rows = (await everyPage(owner, `/inventory/stock?limit=${limit}`)).map(row);
      assert.deepEqual(rows.filter(([outlet]) => outlet === 1), here, `limit ${limit}`);
      assert.deepEqual(rows.filter(([outlet]) => outlet === 2), there, `limit ${limit}`);
      assert.deepEqual(rows.map(([, name]) => name), all.map(([, name]) => name), `limit ${limit}`);
    }
    const low = await everyPage(owner, '/inventory/stock?low=true&limit=2');
    assert.deepEqual(low.map(row).sort(), [here[0], here[1], here[2], there[0], there[2]].sort());
    assert.deepEqual((await owner.must(200, 'GET', `/inventory/stock?outletId=${second.id}&search=ks`)).map(row), [there[0], there[1]]);
    const cashier = await hire(owner, 'cashier', { outletId: second.id });
    assert.deepEqual((await cashier.must(200, 'GET', '/inventory/stock')).map(row), there);
    assert.equal((await cashier.get(`/inventory/stock?outletId=${shop.outletId}`)).status, 404);
  });

  it('works through the items in their order, all or none', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Susu', price: 1, stock: 2 }, { name: 'Gula', price: 1, stock: 1 }] });
    const [milk, sugar] = shop.products;
    const adjust = adjuster(shop.owner, shop.outletId);
    const done = await adjust('adjustment', [{ productId: milk.id, quantityDelta: -2 }, { productId: sugar.id, quantityDelta: 0.5 }, { productId: milk.id, quantityDelta: 1.25 }]);
    assert.equal(done.status, 201, done.text);
    assert.deepEqual(done.body.movements.map((m) => [m.productId, m.quantity, m.balanceAfter]), [[milk.id, -2, 0], [sugar.id, 0.5, 1.5], [milk.id, 1.25, 1.25]]);
    assert.ok(done.body.movements.every((m) => m.referenceId === done.body.id && m.referenceType === 'adjustment'));
    const refused = await adjust('waste', [{ productId: milk.id, quantityDelta: -1 }, { productId: sugar.id, quantityDelta: -9 }, { productId: milk.id, quantityDelta: -1 }]);
    assert.deepEqual([refused.status, refused.body.code, paths(refused)], [422, 'INSUFFICIENT_STOCK', ['items[1].quantityDelta', 'items[2].quantityDelta']]);
    assert.deepEqual(refused.body.errors.map((e) => [e.productId, e.available, e.required]), [[sugar.id, 1.5, 9], [milk.id, 0.25, 1]]);
    await shop.owner.must(200, 'PATCH', `/outlets/${shop.outletId}`, { allowNegativeStock: true });
    assert.equal((await adjust('waste', [{ productId: sugar.id, quantityDelta: -9 }])).body.movements[0].balanceAfter, -7.5);
    await shop.owner.must(200, 'PATCH', `/outlets/${shop.outletId}`, { allowNegativeStock: false });
    assert.equal((await adjust('purchase', [{ productId: sugar.id, quantityDelta: 1 }])).body.movements[0].balanceAfter, -6.5);
    assert.deepEqual((await adjust('count', [{ productId: sugar.id, countedQuantity: 0 }])).body.movements.map((m) => [m.quantity, m.balanceAfter]), [[6.5, 0]]);
    const same = await adjust('count', [{ productId: sugar.id, countedQuantity: 0 }]);
    assert.deepEqual(same.body.movements.map((m) => [m.quantity, m.balanceAfter]), [[0, 0]]);
  });

  it('wastes and counts products and ingredients alike', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Roti', price: 1, stock: 12, lowStockThreshold: 5 }] });
    const { owner, outletId, products: [bread] } = shop;
    const milk = await owner.must(201, 'POST', '/ingredients', { name: 'Susu', unit: 'ml', cost: 2 });
    const keeper = await hire(owner, 'inventory'), adjust = adjuster(keeper, outletId);
    const moved = (answer) => [answer.status, answer.body.type, answer.body.movements.map((m) => [m.type, m.productId ?? m.ingredientId, m.quantity, m.balanceAfter, m.reason, m.employeeId])];
    const by = keeper.user.employeeId;
    assert.deepEqual(moved(await adjust('waste', [{ productId: bread.id, quantityDelta: -2.5 }, { ingredientId: milk.id, quantityDelta: -40 }], { reason: 'jatuh' })),
      [201, 'waste', [['waste', bread.id, -2.5, 9.5, 'jatuh', by], ['waste', milk.id, -40, -40, 'jatuh', by]]]);
    assert.deepEqual(moved(await adjust('count', [{ ingredientId: milk.id, countedQuantity: 250.125 }, { productId: bread.id, countedQuantity: 4 }, { productId: bread.id, countedQuantity: 4 }])),
      [201, 'count', [['count', milk.id, 290.125, 250.125, 'test', by], ['count', bread.id, -5.5, 4, 'test', by], ['count', bread.id, 0, 4, 'test', by]]]);
    const both = await adjust('count', [{ productId: bread.id, countedQuantity: 1, quantityDelta: 1 }, { countedQuantity: 1 }, { ingredientId: milk.id, variantId: bread.id, countedQuantity: 1 }]);
    assert.deepEqual([both.status, paths(both)], [400, ['items[0].quantityDelta', 'items[1].productId', 'items[2].variantId']]);
    const waste = await adjust('waste', [{ ingredientId: milk.id, quantityDelta: 5 }, { productId: bread.id, countedQuantity: 1 }]);
    assert.deepEqual([waste.status, paths(waste)], [400, ['items[0].quantityDelta', 'items[1].countedQuantity']]);
    assert.deepEqual((await owner.must(200, 'GET', `/inventory/stock?outletId=${outletId}&low=true`)).map((r) => [r.productId, r.quantity]), [[bread.id, 4]]);
    for (const role of ['cashier', 'supervisor', 'kitchen'])
      assert.equal((await adjuster(await hire(owner, role), outletId)('waste', [{ productId: bread.id, quantityDelta: -1 }])).status, 403, role);
  });

  it('refuses what makes no sense, and names it', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Susu', price: 1, stock: 2 }] });
    const [milk] = shop.products;
    const adjust = adjuster(shop.owner, shop.outletId);
    for (const [type, item, path] of [
      ['adjustment', { productId: milk.id, countedQuantity: 1 }, 'items[0].countedQuantity'],
      ['waste', { productId: milk.id, quantityDelta: 1 }, 'items[0].quantityDelta'],
      ['count', { productId: milk.id, countedQuantity: -1 }, 'items[0].countedQuantity'],
      ['purchase', { productId: milk.id, quantityDelta: 1000000.001 }, 'items[0].quantityDelta'],
      ['sale', { productId: milk.id, quantityDelta: -1 }, 'type'],
      ['purchase', { quantityDelta: 1 }, 'items[0].productId'],
    ]) {
      const answer = await adjust(type, [item]);
      assert.deepEqual([answer.status, paths(answer)], [400, [path]], answer.text);
    }
    assert.equal((await adjust('purchase', [])).status, 400);
    const unknown = await adjust('purchase', [{ productId: milk.id, variantId: milk.id, quantityDelta: 1 }, { productId: shop.shiftId, quantityDelta: 1 }]);
    assert.deepEqual([unknown.status, paths(unknown)], [404, ['items[0].variantId', 'items[1].productId']]);
    assert.equal((await adjust('purchase', [{ productId: milk.id, quantityDelta: 1 }], { outletId: shop.shiftId })).status, 404);
    const keeper = await hire(shop.owner, 'inventory');
    const second = await shop.owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    assert.equal((await adjuster(keeper, second.id)('purchase', [{ productId: milk.id, quantityDelta: 1 }])).status, 404);
    assert.equal((await keeper.get(`/inventory/movements?outletId=${second.id}`)).status, 404);
    assert.deepEqual((await shop.owner.must(200, 'GET', `/inventory/stock?outletId=${shop.outletId}`)).map((r) => r.quantity), [2]);
  });

  it('takes no stock of a product that another outlet sells alone, but lets go of what is left', async () => {
    const { owner, outletId } = await openShop(context.server);
    const second = await owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const local = await owner.must(201, 'POST', '/products', { name: 'Lokal', price: 1, trackStock: true, outletId: second.id });
    const refused = await adjuster(owner, outletId)('purchase', [{ productId: local.id, quantityDelta: 1 }]);
    assert.deepEqual([refused.status, paths(refused)], [404, ['items[0].productId']], refused.text);
    assert.equal((await adjuster(owner, second.id)('purchase', [{ productId: local.id, quantityDelta: 3 }])).status, 201);
    await owner.must(200, 'PATCH', `/products/${local.id}`, { outletId });
    const keeper = await hire(owner, 'inventory', { outletId: second.id });
    assert.equal((await adjuster(keeper, second.id)('waste', [{ productId: local.id, quantityDelta: -3 }])).status, 201);
    assert.equal((await adjuster(keeper, second.id)('purchase', [{ productId: local.id, quantityDelta: 3 }])).status, 404);
  });

  it('moves stock once for one key, and reads the ledger by time', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Susu', price: 1, stock: 2 }] });
    const [milk] = shop.products;
    const body = { outletId: shop.outletId, type: 'purchase', items: [{ productId: milk.id, quantityDelta: 1 }] };
    const first = await shop.owner.post('/inventory/adjustments', body, { 'idempotency-key': 'p1' });
    const again = await shop.owner.post('/inventory/adjustments', body, { 'idempotency-key': 'p1' });
    assert.deepEqual([first.status, again.status, again.headers.get('idempotent-replayed'), again.body], [201, 201, 'true', first.body]);
    const [last, opening] = await shop.owner.must(200, 'GET', '/inventory/movements');
    assert.deepEqual([last.balanceAfter, last.reason, opening.reason], [3, null, 'opening stock']);
    const ids = async (query) => (await shop.owner.must(200, 'GET', `/inventory/movements?${query}`)).map((m) => m.id);
    assert.deepEqual(await ids(`from=${last.createdAt}`), opening.createdAt === last.createdAt ? [last.id, opening.id] : [last.id]);
    assert.deepEqual(await ids(`to=${opening.createdAt}`), opening.createdAt === last.createdAt ? [last.id, opening.id] : [opening.id]);
    assert.deepEqual(await ids('from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z'), []);
    assert.deepEqual((await everyPage(shop.owner, '/inventory/movements?limit=1')).map((m) => m.id), [last.id, opening.id]);
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Jakarta' }).format(new Date(last.createdAt)); // the default zone
    assert.deepEqual(await ids(`from=${day}&to=${day}`), [last.id, opening.id]);
    assert.deepEqual(await ids('to=2020-01-01'), []);
    assert.equal((await shop.owner.must(200, 'GET', `/shifts?from=${day}&to=${day}`)).length, 1);
    assert.deepEqual(await shop.owner.must(200, 'GET', '/shifts?from=2020-01-01&to=2020-01-31'), []);
    for (const path of ['/inventory/movements', '/inventory/transfers', '/shifts', '/pos/transactions']) {
      const refused = await shop.owner.get(`${path}?from=yesterday&to=2026-02-30&outletId=x&colour=red`);
      assert.deepEqual([refused.status, refused.body.errors.map((error) => error.path).sort()], [400, ['colour', 'from', 'outletId', 'to']], path);
    }
  });
});

onEachEngine('shift reports', (context) => {
  it('adds up sales, tax, discounts and the drawer', async () => {
    const shop = await openShop(context.server, { outlet: { taxRate: 0.1, serviceChargeRate: 0.05, taxServiceCharge: true, cashRounding: 100 }, products: [{ name: 'Kopi', price: 18111 }] });
    const { owner } = shop;
    const [coffee] = shop.products;
    const at = `/shifts/${shop.shiftId}`;
    const first = await owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[coffee, 2, { discount: { type: 'fixed', value: 1000, reason: 'member' } }]], { paid: 50000 }));
    const second = await owner.must(201, 'POST', '/pos/transactions', { ...saleOf(shop, [[coffee, 1]]), discounts: [{ type: 'percentage', value: 10, reason: 'promo' }], payments: [{ method: 'qris', amount: 10000 }, { method: 'cash', amount: 20000 }] });
    await owner.must(201, 'POST', `${at}/cash-movements`, { type: 'in', amount: 5000 });
    await owner.must(201, 'POST', `${at}/cash-movements`, { type: 'out', amount: 700, reason: 'parkir' });
    const report = await owner.must(200, 'GET', `${at}/report`);
    const sum = (field) => first[field] + second[field];
    assert.equal(report.kind, 'X');
    assert.deepEqual([report.salesCount, report.lineDiscounts], [2, 1000]);
    for (const field of ['subtotal', 'discountAmount', 'serviceCharge', 'taxAmount', 'rounding', 'grandTotal']) assert.equal(report[field], sum(field), field);
    assert.equal(report.subtotal - report.discountAmount + report.serviceCharge + report.taxAmount + report.rounding, report.grandTotal);
    assert.equal(report.payments.reduce((total, method) => total + method.amount, 0), report.grandTotal);
    assert.deepEqual(report.payments.map((method) => [method.method, method.count]), [['cash', 2], ['qris', 1]]);
    const expected = 100000 + 70000 - sum('change') + 5000 - 700;
    assert.deepEqual([report.cashReceived, report.changeGiven, report.expectedCash, report.closingCash], [70000, sum('change'), expected, null]);
    assert.deepEqual(report.cashMovements.map((move) => [move.type, move.amount, move.reason]), [['in', 5000, null], ['out', 700, 'parkir']]);
    await owner.must(200, 'POST', `${at}/close`, { closingCash: expected + 50 });
    const final = await owner.must(200, 'GET', `${at}/report`);
    assert.deepEqual([final.kind, final.shift.status, final.expectedCash, final.cashDifference, final.netTotal], ['Z', 'closed', expected, 50, report.grandTotal]);
    assert.deepEqual(final.lateSales, { count: 0, amount: 0 });
  });

  it('keeps a cashier to his own shifts, lets a supervisor close them', async () => {
    const shop = await openShop(context.server);
    const cashier = await hire(shop.owner, 'cashier'), colleague = await hire(shop.owner, 'cashier'), supervisor = await hire(shop.owner, 'supervisor');
    const shift = await cashier.must(201, 'POST', '/shifts', { outletId: shop.outletId, openingCash: 1 });
    assert.deepEqual([shift.status, shift.employeeId, shift.employeeName, shift.expectedCash], ['open', cashier.user.employeeId, 'Si cashier', null]);
    assert.deepEqual((await cashier.must(200, 'GET', '/shifts')).map((row) => row.id), [shift.id]);
    assert.deepEqual(await colleague.must(200, 'GET', '/shifts'), []);
    assert.equal((await colleague.get(`/shifts?employeeId=${cashier.user.employeeId}`)).status, 403);
    for (const path of [`/shifts/${shift.id}`, `/shifts/${shift.id}/report`]) assert.equal((await colleague.get(path)).status, 403);
    assert.equal((await colleague.post(`/shifts/${shift.id}/cash-movements`, { type: 'in', amount: 1 })).status, 403);
    assert.equal((await supervisor.must(200, 'GET', '/shifts?status=open')).length, 2);
    assert.equal((await supervisor.post(`/shifts/${shift.id}/cash-movements`, { type: 'out', amount: 1 })).status, 201);
    for (const [body, path] of [[{}, 'closingCash'], [{ closingCash: -1 }, 'closingCash'], [{ closingCash: 0.5 }, 'closingCash'], [{ closingCash: 0, extra: 1 }, 'extra']]) {
      const answer = await supervisor.post(`/shifts/${shift.id}/close`, body);
      assert.deepEqual([answer.status, paths(answer)], [400, [path]]);
    }
    const closed = await supervisor.must(200, 'POST', `/shifts/${shift.id}/close`, { closingCash: 0, notes: 'x' }, { 'idempotency-key': 'close' });
    assert.deepEqual([closed.expectedCash, closed.cashDifference, closed.notes, closed.employeeId], [0, 0, 'x', cashier.user.employeeId]);
    const replay = await supervisor.post(`/shifts/${shift.id}/close`, { closingCash: 0, notes: 'x' }, { 'idempotency-key': 'close' });
    assert.deepEqual([replay.status, replay.body], [200, closed]);
    assert.equal((await cashier.post('/shifts', { outletId: shop.outletId, openingCash: 5 })).status, 201);
    assert.equal((await supervisor.must(200, 'GET', `/shifts?employeeId=${cashier.user.employeeId}&status=closed`)).length, 1);
  });

  it('finds the shift of an owner in whichever outlet it is', async () => {
    const shop = await openShop(context.server);
    const second = await shop.owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const other = await shop.owner.must(201, 'POST', '/shifts', { outletId: second.id, openingCash: 0 });
    assert.equal((await shop.owner.must(200, 'GET', `/shifts/current?outletId=${shop.outletId}`)).id, shop.shiftId);
    assert.equal((await shop.owner.must(200, 'GET', '/shifts/current')).id, other.id);
    assert.deepEqual((await everyPage(shop.owner, '/shifts?limit=1')).map((row) => row.id), [other.id, shop.shiftId]);
    assert.deepEqual((await shop.owner.must(200, 'GET', `/shifts?outletId=${second.id}`)).map((row) => row.id), [other.id]);
    const supervisor = await hire(shop.owner, 'supervisor');
    assert.equal((await supervisor.get(`/shifts/${other.id}`)).status, 404);
    assert.equal((await supervisor.post(`/shifts/${other.id}/close`, { closingCash: 0 })).status, 404);
    assert.equal((await supervisor.post('/shifts', { outletId: second.id, openingCash: 0 })).status, 404);
    assert.equal((await (await hire(shop.owner, 'kitchen')).get('/shifts/current')).status, 403);
  });
});
