// What is sold, how much of it there is, and the till's shifts.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { onEachEngine } from '../lib/engines.mjs';
import { eventually } from '../lib/eventually.mjs';
import { hire, openShop, register, saleOf } from '../lib/client.mjs';

const names = (list) => list.map((row) => row.name);

onEachEngine('catalogue', (context) => {
  it('makes, reads, changes and deletes a product', async () => {
    const owner = await register(context.server);
    const category = await owner.must(201, 'POST', '/categories', { name: 'Kopi' });
    const made = await owner.must(201, 'POST', '/products', {
      name: 'Kopi Susu', price: 18000, costPrice: 7000, sku: 'KS-1', barcode: '8990001', categoryId: category.id, station: 'bar',
      description: 'Dengan gula aren', trackStock: true, lowStockThreshold: 2.5, variants: [{ name: 'Panas', price: 17000 }, { name: 'Dingin', price: 19000, barcode: '8990002' }],
    });
    assert.deepEqual([made.isActive, made.trackStock, made.lowStockThreshold, made.categoryId], [true, true, 2.5, category.id]);
    assert.deepEqual(names(made.variants), ['Panas', 'Dingin']);
    assert.deepEqual(await owner.must(200, 'GET', `/products/${made.id}`), made);
    const [hot] = made.variants;
    const changed = await owner.must(200, 'PATCH', `/products/${made.id}`, { price: 20000, lowStockThreshold: null, variants: [{ id: hot.id, name: 'Hot', price: 17500 }, { name: 'Iced', price: 20000 }] });
    assert.deepEqual([changed.price, changed.lowStockThreshold, changed.name, changed.variants[0].id], [20000, null, 'Kopi Susu', hot.id]);
    assert.deepEqual(names(changed.variants), ['Hot', 'Iced']);
    assert.equal((await owner.delete(`/products/${made.id}`)).status, 204);
    assert.equal((await owner.get(`/products/${made.id}`)).status, 404);
    assert.equal((await owner.delete(`/products/${made.id}`)).status, 404);
  });

  it('deactivates a product that was sold', async () => {
    const shop = await openShop(context.server);
    const [coffee] = shop.products;
    await shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[coffee, 1]]));
    assert.equal((await shop.owner.delete(`/products/${coffee.id}`)).status, 204);
    assert.equal((await shop.owner.must(200, 'GET', `/products/${coffee.id}`)).isActive, false);
  });

  it('sells at a new price at once', async () => {
    const shop = await openShop(context.server);
    const [coffee] = shop.products;
    for (const price of [20000, 21000, 22000]) {
      await shop.owner.must(200, 'PATCH', `/products/${coffee.id}`, { price });
      assert.equal((await shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[coffee, 1]]))).grandTotal, price);
      assert.equal((await shop.owner.must(200, 'GET', '/products'))[0].price, price);
    }
  });

  it('takes letters with marks for what they are to who looks for them', async () => {
    const owner = await register(context.server);
    for (const name of ['Zaitun', 'Éclair Pão', 'Dadar']) await owner.must(201, 'POST', '/products', { name, price: 1, trackStock: true });
    assert.deepEqual(names(await owner.must(200, 'GET', '/products')), ['Dadar', 'Éclair Pão', 'Zaitun']);
    for (const search of ['eclair', 'ÉCLAIR', 'PÃO', 'r pao']) {
      assert.deepEqual(names(await owner.must(200, 'GET', `/products?search=${encodeURIComponent(search)}`)), ['Éclair Pão'], search);
      assert.equal((await owner.must(200, 'GET', `/inventory/stock?search=${encodeURIComponent(search)}`)).length, 1, search);
    }
  });

  it('finds by name, sku and barcode, pages by name', async () => {
    const owner = await register(context.server);
    for (const [name, sku, barcode] of [['Teh Tarik', 'T1', '111'], ['es teh', 'T2', '222'], ['Kopi', 'K1', '333'], ['Air', 'A1', '444']])
      await owner.must(201, 'POST', '/products', { name, sku, barcode, price: 5000 });
    assert.deepEqual(names(await owner.must(200, 'GET', '/products')), ['Air', 'es teh', 'Kopi', 'Teh Tarik']);
    assert.deepEqual(names(await owner.must(200, 'GET', '/products?search=TEH')), ['es teh', 'Teh Tarik']);
    assert.deepEqual(names(await owner.must(200, 'GET', '/products?search=k1')), ['Kopi']);
    assert.equal((await owner.must(200, 'GET', '/products/barcode/444')).name, 'Air');
    assert.equal((await owner.get('/products/barcode/999')).status, 404);
    const seen = [];
    for (let path = '/products?limit=3'; path;) {
      const page = await owner.get(path);
      seen.push(...names(page.body));
      path = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
    }
    assert.deepEqual(seen, ['Air', 'es teh', 'Kopi', 'Teh Tarik']);
  });

  it('refuses duplicates, bad groups and unknown references, and names them', async () => {
    const owner = await register(context.server);
    await owner.must(201, 'POST', '/products', { name: 'A', price: 1, sku: 'S', barcode: 'B' });
    for (const fields of [{ sku: 'S' }, { barcode: 'B' }, { variants: [{ name: 'v', price: 1, sku: 'S' }] }]) {
      const answer = await owner.post('/products', { name: 'C', price: 1, ...fields });
      assert.equal(answer.status, 409, answer.text);
    }
    const bad = await owner.post('/modifier-groups', { name: 'G', minSelection: 3, maxSelection: 1, modifiers: [{ name: 'x', price: -5 }] });
    assert.equal(bad.status, 400);
    const paths = bad.body.errors.map((error) => error.path);
    assert.ok(paths.some((path) => /Selection/.test(path)) || paths.includes('modifiers[0].price'), bad.text);
    const price = await owner.post('/products', { name: 'C', price: 10000000000001 });
    assert.deepEqual([price.status, price.body.errors[0].path], [400, 'price']);
    await owner.must(201, 'POST', '/products', { name: 'Most expensive', price: 10000000000000 });
    assert.deepEqual(names(await owner.must(200, 'GET', '/products')), ['A', 'Most expensive']);
  });

  it('writes are for managers and owners', async () => {
    const owner = await register(context.server);
    for (const role of ['supervisor', 'cashier', 'kitchen', 'inventory']) {
      const someone = await hire(owner, role);
      assert.equal((await someone.post('/products', { name: 'x', price: 1 })).status, 403, role);
      assert.equal((await someone.get('/products')).status, 200, role);
      assert.equal((await someone.get('/audit')).status, 403, role);
    }
    const manager = await hire(owner, 'manager');
    assert.equal((await manager.post('/products', { name: 'x', price: 1 })).status, 201);
  });

  it('answers an unchanged list with 304', async () => {
    const shop = await openShop(context.server);
    const first = await shop.owner.get('/products');
    const tag = first.headers.get('etag');
    assert.ok(tag);
    assert.equal((await shop.owner.get('/products', { 'if-none-match': tag })).status, 304);
    await shop.owner.must(200, 'PATCH', `/products/${shop.products[0].id}`, { price: 1 });
    assert.equal((await shop.owner.get('/products', { 'if-none-match': tag })).status, 200);
  });
});

onEachEngine('stock', (context) => {
  it('counts, wastes and buys, and keeps the ledger', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Susu', price: 1, stock: 10 }] });
    const [milk] = shop.products;
    const adjust = (type, item, reason = 'test') => shop.owner.post('/inventory/adjustments', { outletId: shop.outletId, type, reason, items: [{ productId: milk.id, ...item }] });
    assert.equal((await adjust('waste', { quantityDelta: -1.5 })).status, 201);
    assert.equal((await adjust('count', { countedQuantity: 7 })).status, 201);
    const refused = await adjust('waste', { quantityDelta: -8 });
    assert.deepEqual([refused.status, refused.body.code], [422, 'INSUFFICIENT_STOCK']);
    for (const item of [{}, { quantityDelta: 1, countedQuantity: 1 }, { quantityDelta: 0.0001 }, { quantityDelta: 0 }, { quantityDelta: '1' }])
      assert.equal((await adjust('adjustment', item)).status, 400, JSON.stringify(item));
    const ledger = await shop.owner.must(200, 'GET', `/inventory/movements?outletId=${shop.outletId}&productId=${milk.id}`);
    assert.deepEqual(ledger.map((m) => [m.type, m.quantity, m.balanceAfter]), [['count', -1.5, 7], ['waste', -1.5, 8.5], ['purchase', 10, 10]]);
    assert.equal(ledger[0].employeeId, shop.owner.user.employeeId);
  });

  it('is for those who handle stock', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Susu', price: 1, stock: 10 }] });
    const body = { outletId: shop.outletId, type: 'purchase', reason: 'x', items: [{ productId: shop.products[0].id, quantityDelta: 1 }] };
    for (const [role, read, write, ledger] of [['cashier', 200, 403, 403], ['kitchen', 403, 403, 403], ['supervisor', 200, 403, 403], ['inventory', 200, 201, 200], ['manager', 200, 201, 200]]) {
      const someone = await hire(shop.owner, role);
      assert.deepEqual([(await someone.get('/inventory/stock')).status, (await someone.post('/inventory/adjustments', body)).status, (await someone.get('/inventory/movements')).status], [read, write, ledger], role);
    }
  });
});

onEachEngine('shifts', (context) => {
  it('opens, moves cash, sells and closes to the last unit', async () => {
    const shop = await openShop(context.server, { outlet: { cashRounding: 100 }, products: [{ name: 'Kopi', price: 13703 }] });
    const { owner } = shop;
    assert.equal((await owner.must(200, 'GET', '/shifts/current')).id, shop.shiftId);
    const twice = await owner.post('/shifts', { outletId: shop.outletId, openingCash: 0 });
    assert.deepEqual([twice.status, twice.body.code], [409, 'SHIFT_ALREADY_OPEN']);
    await owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[shop.products[0], 1]], { paid: 20000 }));
    await owner.must(201, 'POST', '/pos/transactions', { ...saleOf(shop, [[shop.products[0], 1]]), payments: [{ method: 'qris', amount: 13703 }] });
    await owner.must(201, 'POST', `/shifts/${shop.shiftId}/cash-movements`, { type: 'in', amount: 50000, reason: 'uang kecil' });
    await owner.must(201, 'POST', `/shifts/${shop.shiftId}/cash-movements`, { type: 'out', amount: 20000, reason: 'beli es' });
    const closed = await owner.must(200, 'POST', `/shifts/${shop.shiftId}/close`, { closingCash: 143600, notes: 'kurang seratus' });
    assert.deepEqual([closed.status, closed.expectedCash, closed.closingCash, closed.cashDifference], ['closed', 143700, 143600, -100]);
    const again = await owner.post(`/shifts/${shop.shiftId}/close`, { closingCash: 0 });
    assert.deepEqual([again.status, again.body.code], [409, 'SHIFT_CLOSED']);
    assert.equal((await owner.post(`/shifts/${shop.shiftId}/cash-movements`, { type: 'in', amount: 1, reason: 'x' })).status, 409);
    assert.equal((await owner.get('/shifts/current')).status, 404);
    assert.equal((await owner.must(200, 'GET', '/shifts'))[0].id, shop.shiftId);
  });

  it('sends a cashier to a supervisor for cash out', async () => {
    const shop = await openShop(context.server);
    const cashier = await hire(shop.owner, 'cashier');
    const shift = await cashier.must(201, 'POST', '/shifts', { outletId: shop.outletId, openingCash: 0 });
    const out = await cashier.post(`/shifts/${shift.id}/cash-movements`, { type: 'out', amount: 1000, reason: 'x' });
    assert.deepEqual([out.status, out.body.code], [403, 'OVERRIDE_REQUIRED']);
    assert.equal((await cashier.post(`/shifts/${shift.id}/cash-movements`, { type: 'in', amount: 1000, reason: 'x' })).status, 201);
    assert.equal((await cashier.post(`/shifts/${shop.shiftId}/close`, { closingCash: 0 })).status, 403);
  });
});

onEachEngine('audit', (context) => {
  it('follows what happened, once each', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Kopi', price: 1000, stock: 5 }] });
    const sale = await shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[shop.products[0], 1]]), { 'x-request-id': 'till-1.sale' });
    const wanted = ['transaction.created', 'shift.started', 'catalog.changed', 'stock.level_changed'];
    const rows = await eventually(() => shop.owner.must(200, 'GET', '/audit?limit=200'), (found) => wanted.every((action) => found.some((row) => row.action === action)));
    const row = rows.find((entry) => entry.action === 'transaction.created');
    assert.deepEqual([row.entityId, row.employeeId, row.outletId, row.requestId], [sale.id, shop.owner.user.employeeId, shop.outletId, 'till-1.sale']);
    assert.equal(rows.filter((entry) => entry.action === 'transaction.created').length, 1);
    assert.equal((await shop.owner.delete(`/audit/${row.id}`)).status, 404);
    // What a sale did to payments and stock stands in payments and in the ledger; an adjustment keeps its data.
    const stock = rows.filter((entry) => entry.action === 'stock.level_changed');
    assert.equal(stock.length, 1);
    assert.deepEqual(stock[0].data.levels, [{ productId: shop.products[0].id, variantId: null, previousQuantity: 0, newQuantity: 5 }]);
    assert.equal(rows.filter((entry) => entry.action === 'payment.received').length, 0);
    const only = await shop.owner.must(200, 'GET', `/audit?action=stock.level_changed&entityId=${shop.outletId}`);
    assert.deepEqual(only, stock);
    assert.ok(Math.abs(new Date(row.createdAt) - new Date(sale.createdAt)) < 60_000);
    const made = Date.parse(row.createdAt), iso = (ms) => new Date(ms).toISOString(), dayOf = (ms) => iso(ms + 7 * 3600_000).slice(0, 10);
    for (const [query, found] of [[`from=${row.createdAt}`, [row]], [`from=${iso(made + 1)}`, []], [`to=${row.createdAt}`, [row]], [`to=${iso(made - 1)}`, []],
      [`from=${dayOf(made)}&to=${dayOf(made)}`, [row]], [`to=${dayOf(made - 24 * 3600_000)}`, []]]) {
      assert.deepEqual(await shop.owner.must(200, 'GET', `/audit?${query}&action=transaction.created`), found, query);
    }
    assert.deepEqual((await shop.owner.get('/audit?from=yesterday')).body.errors.map((error) => error.path), ['from']);
  });
});
