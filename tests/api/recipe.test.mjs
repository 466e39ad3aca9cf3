// Ingredients and recipes: what is sold takes its ingredients, once, whatever happens on the way.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { it } from 'node:test';
import { onEachEngine } from '../lib/engines.mjs';
import { eventually } from '../lib/eventually.mjs';
import { hire, openShop, register, saleOf } from '../lib/client.mjs';
import { Server } from '../lib/server.mjs';

const paths = (answer) => answer.body.errors.map((error) => error.path);
const NOWHERE = '019c2f3a-0000-7000-8000-000000000001';

/** A café: a coffee of 20 g beans and 200 ml milk, its large variant of 30 g, a bottle without a recipe. */
async function openCafe(server, { stock = {}, ...options } = {}) {
  const shop = await openShop(server, { products: [
    { name: 'Kopi', price: 20000, costPrice: 1, variants: [{ name: 'S', price: 20000 }, { name: 'L', price: 25000 }] },
    { name: 'Botol', price: 8000, costPrice: 3000 },
    { name: 'Tanda', price: 1 },
  ], ...options });
  const make = (body) => shop.owner.must(201, 'POST', '/ingredients', body);
  const [coffee, bottle, marker] = shop.products;
  const beans = await make({ name: 'Biji Kopi', unit: 'g', cost: 250, lowStockThreshold: 100 });
  const milk = await make({ name: 'Susu', unit: 'ml', cost: 20 });
  const sand = await make({ name: 'Pasir', unit: 'pcs' });
  await shop.owner.must(200, 'PUT', `/products/${coffee.id}/recipe`, [
    { ingredientId: beans.id, quantity: 20 }, { ingredientId: milk.id, quantity: 200 },
    { ingredientId: beans.id, variantId: coffee.variants[1].id, quantity: 30.5 },
  ]);
  await shop.owner.must(200, 'PUT', `/products/${marker.id}/recipe`, [{ ingredientId: sand.id, quantity: 1 }]);
  const items = Object.entries({ beans: 1000, milk: 1000, ...stock })
    .map(([name, quantity]) => ({ ingredientId: { beans, milk }[name].id, quantityDelta: quantity }));
  await shop.owner.must(201, 'POST', '/inventory/adjustments', { outletId: shop.outletId, type: 'purchase', reason: 'opening', items });
  return Object.assign(shop, { coffee, bottle, marker, beans, milk, sand });
}

const sell = (shop, items, more) => shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, items, more));
const ledger = (shop, ingredient) => shop.owner.must(200, 'GET', `/inventory/movements?ingredientId=${ingredient.id}&limit=200`);

async function levels(shop) {
  const rows = await shop.owner.must(200, 'GET', `/inventory/ingredients?outletId=${shop.outletId}`);
  return Object.fromEntries(rows.map((row) => [row.ingredientName, row.quantity]));
}

/** Until the listener has done all that came before: a sale of the marker moves sand, in its turn. */
async function settle(shop) {
  const { id } = await sell(shop, [[shop.marker, 1]]);
  await eventually(async () => (await ledger(shop, shop.sand)).some((row) => row.referenceId === id));
}

/** What moved because of a sale, oldest first. */
async function moved(shop, ingredient, sale) {
  return (await ledger(shop, ingredient)).reverse().filter((row) => row.referenceId === sale.id);
}

const voidSale = (shop, sale, reason = 'salah') => shop.owner.must(200, 'POST', `/pos/transactions/${sale.id}/void`, { reason });

onEachEngine('ingredients', (context) => {
  it('are kept by name, changed, and deactivated once they have a history', async () => {
    const owner = await register(context.server);
    const make = (body) => owner.must(201, 'POST', '/ingredients', body);
    const sugar = await make({ name: 'gula', unit: 'g' });
    assert.deepEqual(sugar, { id: sugar.id, name: 'gula', unit: 'g', cost: 0, lowStockThreshold: null, isActive: true, createdAt: sugar.createdAt, updatedAt: sugar.updatedAt });
    const milk = await make({ name: 'Susu', unit: 'ml', cost: 20, lowStockThreshold: 500.5 });
    const cream = await make({ name: 'Crème fraîche', unit: 'g', cost: 90 });
    const names = async (query = '') => (await owner.must(200, 'GET', `/ingredients${query}`)).map((row) => row.name);
    assert.deepEqual(await names(), ['Crème fraîche', 'gula', 'Susu']);
    assert.deepEqual(await names('?search=CREME'), ['Crème fraîche']);
    const page = await owner.get('/ingredients?limit=2');
    const [, next] = /<([^>]+)>; rel="next"/.exec(page.headers.get('link'));
    assert.deepEqual([page.body.length, (await owner.must(200, 'GET', next)).map((row) => row.name)], [2, ['Susu']]);
    assert.equal((await owner.get('/ingredients?cursor=x')).status, 400);

    assert.deepEqual(await owner.must(200, 'GET', `/ingredients/${milk.id}`), milk);
    const changed = await owner.must(200, 'PATCH', `/ingredients/${milk.id}`, { cost: 25, lowStockThreshold: null });
    assert.deepEqual([changed.name, changed.cost, changed.lowStockThreshold], ['Susu', 25, null]);
    assert.deepEqual(await owner.must(200, 'GET', `/ingredients/${milk.id}`), changed);

    for (const [body, path] of [
      [{ unit: 'g' }, 'name'], [{ name: 'a' }, 'unit'], [{ name: ' ', unit: 'g' }, 'name'], [{ name: 'a', unit: '' }, 'unit'],
      [{ name: 'a', unit: 'g', cost: -1 }, 'cost'], [{ name: 'a', unit: 'g', cost: 15.5 }, 'cost'],
      [{ name: 'a', unit: 'g', lowStockThreshold: 0.0001 }, 'lowStockThreshold'], [{ name: 'a', unit: 'g', price: 1 }, 'price'],
    ]) {
      const answer = await owner.post('/ingredients', body);
      assert.deepEqual([answer.status, paths(answer)], [400, [path]], answer.text);
    }

    await owner.must(204, 'DELETE', `/ingredients/${cream.id}`);
    assert.equal((await owner.get(`/ingredients/${cream.id}`)).status, 404);
    assert.equal((await owner.delete(`/ingredients/${cream.id}`)).status, 404);
    const outletId = owner.user.outletId;
    await owner.must(201, 'POST', '/inventory/adjustments', { outletId, type: 'purchase', items: [{ ingredientId: milk.id, quantityDelta: 5 }] });
    await owner.must(204, 'DELETE', `/ingredients/${milk.id}`);
    assert.equal((await owner.must(200, 'GET', `/ingredients/${milk.id}`)).isActive, false);
    assert.deepEqual([await names('?isActive=true'), await names('?isActive=false')], [['gula'], ['Susu']]);
    const stock = async () => (await owner.must(200, 'GET', '/inventory/ingredients')).map((row) => row.ingredientName);
    assert.deepEqual(await stock(), ['gula', 'Susu']);
    await owner.must(201, 'POST', '/inventory/adjustments', { outletId, type: 'count', items: [{ ingredientId: milk.id, countedQuantity: 0 }] });
    assert.deepEqual(await stock(), ['gula']);
  });

  it('are kept while another outlet waits for them', async () => {
    const owner = await register(context.server);
    const branch = await owner.must(201, 'POST', '/outlets', { name: 'Cabang' });
    const flour = await owner.must(201, 'POST', '/ingredients', { name: 'Tepung', unit: 'kg' });
    const transfer = await owner.must(201, 'POST', '/inventory/transfers', { sourceOutletId: owner.user.outletId, destinationOutletId: branch.id,
      items: [{ ingredientId: flour.id, quantity: 2 }] });
    await owner.must(204, 'DELETE', `/ingredients/${flour.id}`);
    assert.equal((await owner.must(200, 'GET', `/ingredients/${flour.id}`)).isActive, false);
    for (const action of ['approve', 'ship', 'receive']) await owner.must(200, 'POST', `/inventory/transfers/${transfer.id}/${action}`);
  });

  it('are counted outlet by outlet, may go below zero, and stay apart from products', async () => {
    const shop = await openCafe(context.server);
    const { owner, outletId, beans, milk, sand } = shop;
    const second = await owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const adjust = (body) => owner.post('/inventory/adjustments', { outletId, type: 'adjustment', ...body });
    const done = await adjust({ items: [{ ingredientId: beans.id, quantityDelta: -1200 }, { ingredientId: beans.id, quantityDelta: 50.125 }] });
    assert.equal(done.status, 201, done.text);
    assert.deepEqual(done.body.movements.map((m) => [m.productId, m.variantId, m.ingredientId, m.quantity, m.balanceAfter]),
      [[null, null, beans.id, -1200, -200], [null, null, beans.id, 50.125, -149.875]]);
    const row = (r) => [r.outletId === outletId ? 1 : 2, r.ingredientName, r.unit, r.quantity, r.lowStockThreshold];
    const rows = [[1, 'Biji Kopi', 'g', -149.875, 100], [2, 'Biji Kopi', 'g', 0, 100], [1, 'Pasir', 'pcs', 0, null],
      [2, 'Pasir', 'pcs', 0, null], [1, 'Susu', 'ml', 1000, null], [2, 'Susu', 'ml', 0, null]];
    const sorted = (list) => list.map((one) => JSON.stringify(one)).sort();
    for (const limit of [1, 2, 3, 5, 200]) {
      const seen = [];
      for (let path = `/inventory/ingredients?limit=${limit}`; path;) {
        const page = await owner.get(path);
        seen.push(...page.body.map(row));
        path = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
      }
      assert.deepEqual(sorted(seen), sorted(rows), `limit ${limit}`);
      assert.deepEqual(seen.map(([, name]) => name), rows.map(([, name]) => name));
    }
    const get = async (query) => (await owner.must(200, 'GET', `/inventory/ingredients?${query}`)).map(row);
    assert.deepEqual(await get(`outletId=${outletId}&low=true`), [rows[0]]);
    assert.deepEqual(await get(`outletId=${second.id}&search=KOP`), [rows[1]]);
    assert.deepEqual(await owner.must(200, 'GET', '/inventory/stock'), []);

    const ids = async (query) => (await owner.must(200, 'GET', `/inventory/movements?${query}`)).map((m) => m.ingredientId ?? m.productId);
    assert.deepEqual(await ids(`ingredientId=${beans.id}`), [beans.id, beans.id, beans.id]);
    assert.deepEqual(await ids(`productId=${beans.id}`), []);
    assert.equal((await owner.get(`/inventory/movements?ingredientId=${beans.id}&productId=${beans.id}`)).status, 400);
    for (const [item, path] of [
      [{ quantityDelta: 1 }, 'items[0].productId'], [{ productId: shop.bottle.id, ingredientId: beans.id, quantityDelta: 1 }, 'items[0].productId'],
      [{ ingredientId: beans.id, variantId: beans.id, quantityDelta: 1 }, 'items[0].variantId'],
    ]) {
      const answer = await adjust({ items: [item] });
      assert.deepEqual([answer.status, paths(answer)], [400, [path]], answer.text);
    }
    const unknown = await adjust({ items: [{ ingredientId: shop.bottle.id, quantityDelta: 1 }, { productId: milk.id, quantityDelta: 1 }, { ingredientId: sand.id, quantityDelta: 1 }] });
    assert.deepEqual([unknown.status, paths(unknown)], [404, ['items[0].ingredientId', 'items[1].productId']], unknown.text);
    assert.deepEqual((await ledger(shop, sand)), []);
  });

  it('are read by all, written by managers, and nobody else\'s business', async () => {
    const { owner, coffee, beans, outletId } = await openCafe(context.server);
    const stranger = await openCafe(context.server);
    const all = {};
    for (const role of ['manager', 'supervisor', 'cashier', 'kitchen', 'inventory']) all[role] = await hire(owner, role);
    for (const [role, client] of Object.entries(all)) {
      const writes = role === 'manager' ? 200 : 403;
      for (const path of ['/ingredients', `/ingredients/${beans.id}`, `/products/${coffee.id}/recipe`])
        assert.equal((await client.get(path)).status, 200, `${role} ${path}`);
      assert.equal((await client.get('/inventory/ingredients')).status, role === 'kitchen' ? 403 : 200, role);
      assert.equal((await client.post('/ingredients', { name: 'x', unit: 'g' })).status, role === 'manager' ? 201 : 403, role);
      assert.equal((await client.patch(`/ingredients/${beans.id}`, { cost: 251 })).status, writes, role);
      assert.equal((await client.put(`/products/${coffee.id}/recipe`, [])).status, writes, role);
      assert.equal((await client.delete(`/ingredients/${NOWHERE}`)).status, role === 'manager' ? 404 : 403, role);
    }
    const other = stranger.owner;
    for (const [method, path, body] of [
      ['GET', `/ingredients/${beans.id}`], ['PATCH', `/ingredients/${beans.id}`, { cost: 1 }], ['DELETE', `/ingredients/${beans.id}`],
      ['GET', `/products/${coffee.id}/recipe`], ['PUT', `/products/${coffee.id}/recipe`, []],
      ['GET', `/inventory/ingredients?outletId=${outletId}`],
      ['PUT', `/products/${stranger.coffee.id}/recipe`, [{ ingredientId: beans.id, quantity: 1 }]],
      ['POST', '/inventory/adjustments', { outletId: stranger.outletId, type: 'purchase', items: [{ ingredientId: beans.id, quantityDelta: 1 }] }],
    ]) assert.equal((await other.call(method, path, body)).status, 404, `${method} ${path}`);
    assert.deepEqual((await other.must(200, 'GET', `/inventory/movements?ingredientId=${beans.id}`)), []);
    assert.ok(!(await other.must(200, 'GET', '/ingredients')).some((row) => row.id === beans.id));
  });
});

onEachEngine('recipes', (context) => {
  it('are read and replaced as a whole', async () => {
    const { owner, coffee, bottle, beans, milk } = await openCafe(context.server);
    const at = `/products/${coffee.id}/recipe`, large = coffee.variants[1].id;
    assert.deepEqual(await owner.must(200, 'GET', at), [
      { ingredientId: beans.id, variantId: null, quantity: 20 }, { ingredientId: milk.id, variantId: null, quantity: 200 },
      { ingredientId: beans.id, variantId: large, quantity: 30.5 }]);
    assert.deepEqual(await owner.must(200, 'GET', `/products/${bottle.id}/recipe`), []);
    for (const [body, status, where] of [
      [{}, 400, ['']], [[1], 400, ['[0]']], [[{ ingredientId: beans.id }], 400, ['[0].quantity']],
      [[{ ingredientId: beans.id, quantity: 0 }], 400, ['[0].quantity']], [[{ ingredientId: beans.id, quantity: 0.0005 }], 400, ['[0].quantity']],
      [[{ ingredientId: beans.id, quantity: 1000000.001 }], 400, ['[0].quantity']], [[{ ingredientId: beans.id, quantity: 1, unit: 'g' }], 400, ['[0].unit']],
      [[{ ingredientId: beans.id, quantity: 1 }, { ingredientId: beans.id, quantity: 2 }], 400, ['[1].ingredientId']],
      [[{ ingredientId: beans.id, quantity: 1 }, { ingredientId: bottle.id, quantity: 2 }, { ingredientId: beans.id, variantId: NOWHERE, quantity: 1 }], 404, ['[1].ingredientId', '[2].variantId']],
      [Array.from({ length: 201 }, () => ({ ingredientId: beans.id, quantity: 1 })), 400, ['']],
    ]) {
      const answer = await owner.put(at, body);
      assert.deepEqual([answer.status, paths(answer)], [status, where], answer.text);
    }
    assert.equal((await owner.must(200, 'GET', at)).length, 3);
    assert.equal((await owner.put(`/products/${NOWHERE}/recipe`, [])).status, 404);
    const rows = [{ ingredientId: milk.id, variantId: large, quantity: 0.001 }, { ingredientId: beans.id, variantId: null, quantity: 1000000 }];
    assert.deepEqual(await owner.must(200, 'PUT', at, rows), rows);
    assert.deepEqual(await owner.must(200, 'GET', at), rows);
    await owner.must(200, 'PATCH', `/products/${coffee.id}`, { variants: [] }); // its rows hold for nothing any more
    assert.deepEqual(await owner.must(200, 'GET', at), [rows[1]]);
    await owner.must(204, 'DELETE', `/ingredients/${beans.id}`);
    assert.equal((await owner.must(200, 'GET', `/ingredients/${beans.id}`)).isActive, false);
    assert.deepEqual(await owner.must(200, 'PUT', at, []), []);
    assert.deepEqual(await owner.must(200, 'GET', at), []);
  });

  it('take what was sold, by variant, into the red if need be, and tell what it cost', async () => {
    const shop = await openCafe(context.server, { stock: { milk: 300 } });
    const { owner, coffee, bottle, beans, milk, outletId } = shop;
    const [small, large] = coffee.variants.map((variant) => ({ variantId: variant.id }));
    const sale = await sell(shop, [[coffee, 1], [coffee, 1, small], [coffee, 2, large], [bottle, 3]]);
    await settle(shop);
    const [taken, ...rest] = await moved(shop, beans, sale);
    assert.deepEqual([taken.type, taken.quantity, taken.balanceAfter, taken.referenceType, taken.productId, taken.employeeId, rest.length],
      ['sale', -101, 899, 'transaction', null, owner.user.employeeId, 0]);
    assert.deepEqual(await levels(shop), { 'Biji Kopi': 899, Pasir: -1, Susu: -100 });
    const [low] = await owner.must(200, 'GET', `/inventory/movements?ingredientId=${milk.id}&outletId=${outletId}`);
    assert.deepEqual([low.quantity, low.balanceAfter], [-400, -100]);
    const costs = async (client) => (await client.must(200, 'GET', `/pos/transactions/${sale.id}`)).items.map((item) => item.cost);
    assert.deepEqual(await costs(owner), [9000, 9000, 15250, 9000]);
    assert.deepEqual(await costs(await hire(owner, 'supervisor')), [undefined, undefined, undefined, undefined]);
    await owner.must(200, 'PATCH', `/ingredients/${beans.id}`, { cost: 1000 });
    assert.deepEqual(await costs(owner), [9000, 9000, 15250, 9000]);
    const later = await sell(shop, [[coffee, 0.5, large]]);
    await settle(shop);
    assert.deepEqual((await owner.must(200, 'GET', `/pos/transactions/${later.id}`)).items.map((item) => item.cost), [15250]);
    await owner.must(204, 'DELETE', `/ingredients/${beans.id}`);
    await sell(shop, [[coffee, 1]]);
    await settle(shop);
    assert.deepEqual(await levels(shop), { 'Biji Kopi': 883.75, Pasir: -3, Susu: -300 });
  });

  it('give back exactly what they took when a sale without an order is voided, and nothing for a refund', async () => {
    const shop = await openCafe(context.server);
    const { owner, coffee, beans } = shop;
    const sale = await sell(shop, [[coffee, 2]], { orderType: 'retail' });
    const kept = await sell(shop, [[coffee, 1]], { orderType: 'retail' });
    await settle(shop);
    await owner.must(200, 'PUT', `/products/${coffee.id}/recipe`, [{ ingredientId: beans.id, quantity: 777 }]);
    await voidSale(shop, sale, 'salah pesan');
    const { items: [line] } = await owner.must(200, 'GET', `/pos/transactions/${kept.id}`);
    await owner.must(201, 'POST', `/pos/transactions/${kept.id}/refund`,
      { items: [{ transactionItemId: line.id, quantity: 1, restock: true }], method: 'cash', reason: 'dingin' });
    await settle(shop);
    assert.deepEqual((await moved(shop, beans, sale)).map((m) => [m.type, m.quantity, m.balanceAfter, m.reason]),
      [['sale', -40, 960, null], ['void', 40, 980, 'salah pesan']]);
    assert.deepEqual(await levels(shop), { 'Biji Kopi': 980, Pasir: -2, Susu: 800 });
  });

  it('cost what the product cost where there is no recipe; goods back on the shelf bring it back', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Botol', price: 8000, costPrice: 3333, stock: 10 }, { name: 'Jasa', price: 100 }] });
    const { owner } = shop;
    const [bottle, service] = shop.products;
    const sale = await sell(shop, [[bottle, 2.5], [service, 1]], { orderType: 'retail' });
    const { items: [line, other] } = await owner.must(200, 'GET', `/pos/transactions/${sale.id}`);
    assert.deepEqual([line.cost, 'cost' in other], [8333, false]); // 8332.5
    const refund = async (quantity, restock) => (await owner.must(201, 'POST', `/pos/transactions/${sale.id}/refund`,
      { items: [{ transactionItemId: line.id, quantity, restock }], method: 'cash', reason: 'rusak' })).items[0].cost;
    assert.deepEqual([await refund(1, true), await refund(0.5, false), await refund(1, true)], [-3333, undefined, -3333]);
  });

  it('come back while the kitchen has not begun, and are waste from then on', async () => {
    const shop = await openCafe(context.server);
    const { owner, coffee, beans } = shop;
    const byStatus = {};
    for (const status of ['pending', 'cooking', 'completed']) {
      const sale = byStatus[status] = await sell(shop, [[coffee, 2]]);
      const order = await eventually(async () => (await owner.must(200, 'GET', '/orders')).find((row) => row.transactionId === sale.id));
      if (status !== 'pending') await owner.must(200, 'PATCH', `/orders/${order.id}/status`, { status });
    }
    await settle(shop);
    for (const sale of Object.values(byStatus)) await voidSale(shop, sale, 'batal');
    await settle(shop);
    const seen = async (status) => (await moved(shop, beans, byStatus[status])).map((m) => [m.type, m.quantity]);
    assert.deepEqual(await seen('pending'), [['sale', -40], ['void', 40]]);
    assert.deepEqual(await seen('cooking'), [['sale', -40], ['void', 40], ['waste', -40]]);
    assert.deepEqual(await seen('completed'), [['sale', -40], ['void', 40], ['waste', -40]]);
    const [waste] = (await moved(shop, beans, byStatus.cooking)).slice(-1);
    assert.deepEqual([waste.reason, waste.employeeId, waste.referenceType], ['batal', owner.user.employeeId, 'transaction']);
    assert.deepEqual(await levels(shop), { 'Biji Kopi': 920, Pasir: -2, Susu: 200 });
  });

  it('tell once when an ingredient gets low', async () => {
    const shop = await openCafe(context.server, { stock: { beans: 130 } });
    const { owner, coffee, beans, outletId } = shop;
    const lows = async () => (await owner.must(200, 'GET', '/audit?limit=200')).filter((row) => row.action === 'stock.low');
    await sell(shop, [[coffee, 1]]); // 110
    await settle(shop);
    assert.deepEqual(await lows(), []);
    await sell(shop, [[coffee, 1]]); // 90: below 100
    await sell(shop, [[coffee, 1]]); // 70: still
    await settle(shop);
    const [low] = await eventually(async () => { const rows = await lows(); return rows.length > 0 && rows; });
    assert.deepEqual([low.entityId, low.data], [beans.id, { ingredientId: beans.id, variantId: null, quantity: 90, lowStockThreshold: 100 }]);
    await owner.must(201, 'POST', '/inventory/adjustments', { outletId, type: 'purchase', items: [{ ingredientId: beans.id, quantityDelta: 30 }] }); // 100
    await sell(shop, [[coffee, 1]]); // 80
    await eventually(async () => (await lows()).length === 2);
    await settle(shop);
    assert.equal((await lows()).length, 2);
  });

  it('take nothing twice when events come again', async () => {
    const shop = await openCafe(context.server);
    const { coffee, beans } = shop;
    const sold = await sell(shop, [[coffee, 3]], { orderType: 'retail' });
    const taken = await sell(shop, [[coffee, 1]], { orderType: 'retail' });
    await settle(shop);
    await voidSale(shop, taken);
    await settle(shop);
    const before = await levels(shop);
    assert.deepEqual(before, { 'Biji Kopi': 940, Pasir: -2, Susu: 400 });
    await context.server.stop();
    rewind(context.database, 'inventory.ingredients');
    shop.owner.server = context.server = await Server.start(context.database);
    await settle(shop);
    assert.deepEqual(await levels(shop), { ...before, Pasir: -3 });
    assert.deepEqual([(await moved(shop, beans, sold)).length, (await moved(shop, beans, taken)).length], [1, 2]);
  });
});

onEachEngine('recipes on a server that is killed', (context) => {
  it('take what was sold, once, when it is there again', async () => {
    const shop = await openCafe(context.server);
    const { coffee, beans, milk } = shop;
    const sales = await Promise.all(Array.from({ length: 12 }, () => sell(shop, [[coffee, 1]])));
    await context.server.kill();
    shop.owner.server = context.server = await Server.start(context.database);
    await settle(shop);
    for (const ingredient of [beans, milk]) {
      const rows = await ledger(shop, ingredient);
      assert.deepEqual(sales.map((sale) => rows.filter((row) => row.referenceId === sale.id).length), sales.map(() => 1));
    }
    assert.deepEqual(await levels(shop), { 'Biji Kopi': 760, Pasir: -1, Susu: -1400 });
  });
});

/** Makes a listener read its streams from their first event again. */
function rewind(database, listener) {
  const sql = `UPDATE event_cursors SET position = 0 WHERE listener = '${listener}'`;
  const done = database.engine === 'sqlite'
    ? spawnSync('python3', ['-c', `import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()`, database.url.replace('sqlite:', ''), sql])
    : spawnSync('psql', ['-X', '-v', 'ON_ERROR_STOP=1', '-c', sql, database.url]);
  assert.equal(done.status, 0, `${done.stderr}`);
}

onEachEngine('recipes whose listener fails at first', (context) => {
  it('take once in the end, and nothing of a sale that was voided meanwhile', async () => {
    const shop = await openCafe(context.server);
    const { coffee, beans } = shop;
    const sold = await sell(shop, [[coffee, 1]], { orderType: 'retail' });
    const gone = await sell(shop, [[coffee, 5]], { orderType: 'retail' });
    await voidSale(shop, gone);
    await settle(shop);
    assert.deepEqual((await moved(shop, beans, sold)).map((m) => m.quantity), [-20]);
    assert.deepEqual(await moved(shop, beans, gone), []);
    assert.deepEqual(await levels(shop), { 'Biji Kopi': 980, Pasir: -1, Susu: 800 });
  });
}, { env: { TILOPOS_FAULT_EVENT: 'inventory.ingredients transaction.created 2' } });
