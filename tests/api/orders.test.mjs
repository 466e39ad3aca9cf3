// The kitchen: one order a sale, moved forward by many hands, paid before or later.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { onEachEngine } from '../lib/engines.mjs';
import { eventually } from '../lib/eventually.mjs';
import { checkInvariants, ENGINES, makeDatabase, Server } from '../lib/server.mjs';
import { hire, openShop, saleOf } from '../lib/client.mjs';
import { random } from '../lib/faults.mjs';

const MENU = [{ name: 'Nasi Goreng', price: 35000, station: 'kitchen' }, { name: 'Kopi', price: 18000, station: 'bar' }, { name: 'Air', price: 6000 }];

const ordersOf = async (client, sale, query = '') =>
  (await client.must(200, 'GET', `/orders?limit=200${query}`)).filter((order) => order.transactionId === sale.id);
const orderOf = async (client, sale) => (await eventually(() => ordersOf(client, sale), (found) => found.length > 0))[0];
const sell = (shop, items, more) => shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, items, more));
const move = (client, order, status, more = {}) => client.call('PATCH', `/orders/${order.id}/status`, { status, ...more });
const moveItem = (client, order, item, status, more = {}) => client.call('PATCH', `/orders/${order.id}/items/${item.id}/status`, { status, ...more });
const addTable = (shop, name) => shop.owner.must(201, 'POST', '/tables', { outletId: shop.outletId, name, capacity: 4 });
const byHand = (shop, items, more = {}) => ({
  outletId: shop.outletId, orderType: 'dine_in',
  items: items.map(([product, quantity, fields = {}]) => ({ productId: product.id, quantity, ...fields })), ...more,
});

onEachEngine('kitchen orders', (context) => {
  it('makes one order a sale, none of retail, and gives it to the kitchen as it was sold', async () => {
    const shop = await openShop(context.server, { products: MENU });
    const [rice, coffee, water] = shop.products;
    const group = await shop.owner.must(201, 'POST', '/modifier-groups', { name: 'Spice', minSelection: 0, maxSelection: 1, modifiers: [{ name: 'Hot', price: 1000 }] });
    await shop.owner.must(200, 'PATCH', `/products/${rice.id}`, { modifierGroupIds: [group.id] });
    const table = await addTable(shop, 'T1');
    const sale = await sell(shop, [[rice, 2, { modifierIds: [group.modifiers[0].id], notes: 'no egg' }], [coffee, 1], [water, 0.5]], { orderType: 'dine_in', tableId: table.id, notes: 'birthday' });
    const order = await orderOf(shop.owner, sale);
    const { id, items, createdAt, ...rest } = order;
    assert.deepEqual(rest, { orderNumber: '001', orderType: 'dine_in', outletId: shop.outletId, tableId: table.id, tableName: 'T1', transactionId: sale.id,
      employeeId: shop.owner.user.employeeId, status: 'pending', voided: false, priority: 0, notes: 'birthday', version: 1,
      startedAt: null, readyAt: null, servedAt: null, closedAt: null });
    assert.deepEqual(items.map(({ id: itemId, ...item }) => item), [
      { productId: rice.id, productName: 'Nasi Goreng', variantId: null, variantName: null, quantity: 2, modifiers: [{ id: group.modifiers[0].id, name: 'Hot', price: 1000 }], notes: 'no egg', station: 'kitchen', status: 'pending' },
      { productId: coffee.id, productName: 'Kopi', variantId: null, variantName: null, quantity: 1, modifiers: [], notes: null, station: 'bar', status: 'pending' },
      { productId: water.id, productName: 'Air', variantId: null, variantName: null, quantity: 0.5, modifiers: [], notes: null, station: null, status: 'pending' }]);
    assert.deepEqual(await shop.owner.must(200, 'GET', `/orders/${id}`), order);
    assert.equal((await shop.owner.must(200, 'GET', `/tables/${table.id}`)).status, 'occupied');

    const retail = await sell(shop, [[water, 1]], { orderType: 'retail' });
    for (const orderType of ['takeaway', 'delivery']) {
      const made = await orderOf(shop.owner, await sell(shop, [[coffee, 1]], { orderType }));
      assert.equal(made.orderType, orderType);
    }
    assert.deepEqual(await ordersOf(shop.owner, retail), []);
    assert.deepEqual((await shop.owner.must(200, 'GET', '/orders')).map((each) => each.orderNumber), ['001', '002', '003']);
  });

  it('moves forward only, and frees the table at the end', async () => {
    const shop = await openShop(context.server, { products: MENU }), cook = await hire(shop.owner, 'kitchen');
    const table = await addTable(shop, 'T1');
    const order = await orderOf(cook, await sell(shop, [[shop.products[0], 1]], { orderType: 'dine_in', tableId: table.id }));
    let version = 1;
    for (const status of ['cooking', 'ready', 'served', 'completed']) {
      const moved = await move(cook, order, status);
      assert.equal(moved.status, 200, moved.text);
      assert.deepEqual([moved.body.status, moved.body.version, moved.body.items[0].status], [status, ++version, status]);
      const back = await move(cook, order, 'pending');
      assert.deepEqual([back.status, back.body.code], [409, 'INVALID_STATUS']);
      assert.equal((await move(cook, order, status)).status, 409);
      assert.equal((await shop.owner.must(200, 'GET', `/tables/${table.id}`)).status, status === 'completed' ? 'available' : 'occupied');
    }
    const done = await cook.must(200, 'GET', `/orders/${order.id}`);
    for (const at of ['startedAt', 'readyAt', 'servedAt', 'closedAt']) assert.ok(done[at] >= done.createdAt, at);
    assert.equal((await move(cook, order, 'cancelled')).status, 409);

    const skipped = await orderOf(cook, await sell(shop, [[shop.products[0], 1]]));
    assert.equal((await move(cook, skipped, 'served')).body.status, 'served');
    assert.equal((await move(cook, skipped, 'cancelled')).body.status, 'cancelled');
    assert.equal((await move(cook, skipped, 'completed')).status, 409);
  });

  it('is recalled when it was bumped by mistake', async () => {
    const shop = await openShop(context.server, { products: MENU });
    const { owner } = shop;
    const table = await addTable(shop, 'T1');
    const order = await orderOf(owner, await sell(shop, [[shop.products[0], 1], [shop.products[1], 1]], { orderType: 'dine_in', tableId: table.id }));
    const recall = (client = owner) => client.post(`/orders/${order.id}/recall`);
    const refused = async (status) => {
      const answer = await recall();
      assert.deepEqual([answer.status, answer.body.code, answer.body.errors[0].path], [409, 'INVALID_STATUS', 'status'], status);
    };
    await refused('pending');
    assert.equal((await moveItem(owner, order, order.items[1], 'cancelled')).status, 200);
    const completed = (await move(owner, order, 'completed')).body;
    assert.equal((await owner.must(200, 'GET', `/tables/${table.id}`)).status, 'available');
    const rival = await openShop(context.server);
    assert.equal((await recall(rival.owner)).status, 404);
    assert.equal((await recall(await hire(owner, 'inventory'))).status, 403);

    const back = await recall(await hire(owner, 'kitchen'));
    assert.equal(back.status, 200, back.text);
    assert.deepEqual([back.body.status, back.body.version, back.body.startedAt, back.body.readyAt, back.body.servedAt, back.body.closedAt],
      ['cooking', completed.version + 1, completed.startedAt, null, null, null]);
    assert.deepEqual(back.body.items.map((item) => item.status), ['cooking', 'cancelled']);
    assert.deepEqual(await owner.must(200, 'GET', `/orders/${order.id}`), back.body);
    const { status, activeOrders } = await owner.must(200, 'GET', `/tables/${table.id}`);
    assert.deepEqual([status, activeOrders], ['occupied', 1]);
    await refused('cooking');

    for (const bumped of ['ready', 'served']) {
      assert.equal((await move(owner, order, bumped)).status, 200);
      assert.equal((await recall()).body.status, 'cooking', bumped);
    }
    assert.equal((await move(owner, order, 'cancelled')).status, 200);
    await refused('cancelled');
    const voided = await sell(shop, [[shop.products[0], 1]]);
    const eaten = await orderOf(owner, voided);
    await move(owner, eaten, 'completed');
    await owner.must(200, 'POST', `/pos/transactions/${voided.id}/void`, { reason: 'x' });
    await eventually(() => owner.must(200, 'GET', `/orders/${eaten.id}`), (found) => found.voided);
    assert.equal((await owner.post(`/orders/${eaten.id}/recall`)).status, 409);
  });

  it('follows its items', async () => {
    const shop = await openShop(context.server, { products: MENU }), cook = await hire(shop.owner, 'kitchen');
    const order = await orderOf(cook, await sell(shop, shop.products.map((product) => [product, 1])));
    const steps = [[0, 'cooking', 'cooking'], [1, 'ready', 'cooking'], [2, 'cancelled', 'cooking'], [0, 'ready', 'ready'], [1, 'served', 'ready'], [0, 'served', 'served']];
    const items = order.items.map((item) => item.status); // nobody else's moves along
    for (const [index, status, then] of steps) {
      const moved = await moveItem(cook, order, order.items[index], status);
      assert.equal(moved.status, 200, moved.text);
      items[index] = status;
      assert.deepEqual([moved.body.items.map((item) => item.status), moved.body.status], [items, then]);
      assert.deepEqual((await cook.must(200, 'GET', `/orders/${order.id}`)).items, moved.body.items);
    }
    assert.equal((await moveItem(cook, order, order.items[0], 'cooking')).body.code, 'INVALID_STATUS');
    assert.equal((await moveItem(cook, order, order.items[2], 'served')).body.code, 'INVALID_STATUS');
    assert.equal((await moveItem(cook, order, order, 'served')).status, 404);
    const two = await orderOf(cook, await sell(shop, [[shop.products[0], 1], [shop.products[1], 1]]));
    for (const item of two.items) await moveItem(cook, two, item, 'cancelled');
    assert.equal((await cook.must(200, 'GET', `/orders/${two.id}`)).status, 'cancelled');
  });

  it('lets one of two cooks change what both have seen', async () => {
    const shop = await openShop(context.server, { products: MENU }), cook = await hire(shop.owner, 'kitchen');
    const order = await orderOf(cook, await sell(shop, [[shop.products[0], 1], [shop.products[1], 1]]));
    const both = await Promise.all([move(cook, order, 'cooking', { version: 1 }), moveItem(shop.owner, order, order.items[0], 'ready', { version: 1 })]);
    assert.deepEqual(both.map((answer) => answer.status).sort(), [200, 409]);
    const refused = both.find((answer) => answer.status === 409).body;
    assert.deepEqual([refused.code, refused.errors[0].path], ['CONFLICT', 'version']);
    const racing = await Promise.all(Array.from({ length: 8 }, () => move(cook, order, 'served')));
    assert.deepEqual(racing.map((answer) => answer.status).sort(), [200, ...Array(7).fill(409)]);
    const stale = await cook.patch(`/orders/${order.id}`, { priority: 5, version: 2 });
    assert.equal(stale.status, 409);
    const { version } = await cook.must(200, 'GET', `/orders/${order.id}`);
    const patched = await cook.must(200, 'PATCH', `/orders/${order.id}`, { priority: 5, notes: 'hurry', version });
    assert.deepEqual([patched.priority, patched.notes, patched.version], [5, 'hurry', version + 1]);
  });

  it('lists by status, station and table, open ones oldest first, in pages', async () => {
    const shop = await openShop(context.server, { products: MENU });
    const table = await addTable(shop, 'T9'), orders = [];
    for (let i = 0; i < 7; i++)
      orders.push(await orderOf(shop.owner, await sell(shop, [[shop.products[i % 2], 1]], i === 3 ? { orderType: 'dine_in', tableId: table.id } : {})));
    await move(shop.owner, orders[1], 'completed');
    await move(shop.owner, orders[4], 'cancelled');
    await move(shop.owner, orders[2], 'cooking');
    const numbers = async (query) => (await shop.owner.must(200, 'GET', `/orders?${query}`)).map((order) => Number(order.orderNumber));
    assert.deepEqual(await numbers('status=pending,cooking'), [1, 3, 4, 6, 7]);
    assert.deepEqual(await numbers('status=cooking'), [3]);
    assert.deepEqual(await numbers('status=completed,cancelled'), [5, 2]);
    assert.deepEqual(await numbers('station=bar&status=pending'), [4, 6]);
    assert.deepEqual(await numbers(`tableId=${table.id}`), [4]);
    assert.deepEqual(await numbers(`outletId=${shop.outletId}`), [1, 3, 4, 6, 7, 5, 2]);
    const seen = [];
    for (let path = '/orders?limit=2'; path;) {
      const page = await shop.owner.call('GET', path);
      seen.push(...page.body.map((order) => Number(order.orderNumber)));
      path = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
    }
    assert.deepEqual(seen, [1, 3, 4, 6, 7, 5, 2]);
    for (const query of ['status=eaten', 'limit=0', 'cursor=x', 'station=', 'table=1']) {
      const status = (await shop.owner.get(`/orders?${query}`)).status;
      if (query !== 'station=') assert.equal(status, 400, query);
    }
  });

  it('moves to another table', async () => {
    const shop = await openShop(context.server, { products: MENU });
    const [first, second] = [await addTable(shop, 'A'), await addTable(shop, 'B')];
    const statuses = async () => Promise.all([first, second].map(async ({ id }) => (await shop.owner.must(200, 'GET', `/tables/${id}`)).status));
    const order = await orderOf(shop.owner, await sell(shop, [[shop.products[0], 1]], { orderType: 'dine_in', tableId: first.id }));
    const other = await shop.owner.must(201, 'POST', '/orders', byHand(shop, [[shop.products[1], 1]], { tableId: first.id }));
    const moved = await shop.owner.must(200, 'PATCH', `/orders/${order.id}`, { tableId: second.id });
    assert.deepEqual([moved.tableId, moved.tableName], [second.id, 'B']);
    assert.deepEqual(await statuses(), ['occupied', 'occupied']);
    await shop.owner.must(200, 'PATCH', `/orders/${other.id}`, { tableId: second.id });
    assert.deepEqual(await statuses(), ['available', 'occupied']);
    await shop.owner.must(200, 'PATCH', `/orders/${order.id}`, { tableId: null });
    await move(shop.owner, other, 'cancelled');
    assert.deepEqual(await statuses(), ['available', 'available']);
    const elsewhere = await openShop(context.server);
    const foreign = await addTable(elsewhere, 'Z');
    assert.equal((await shop.owner.patch(`/orders/${order.id}`, { tableId: foreign.id })).status, 404);
    await move(shop.owner, order, 'completed');
    assert.equal((await shop.owner.patch(`/orders/${order.id}`, { tableId: first.id })).body.code, 'INVALID_STATUS');
  });

  it('is the outlet\'s own', async () => {
    const shop = await openShop(context.server, { products: MENU }), other = await openShop(context.server);
    const branch = await shop.owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const order = await orderOf(shop.owner, await sell(shop, [[shop.products[0], 1]]));
    for (const stranger of [other.owner, await hire(shop.owner, 'kitchen', { outletId: branch.id })]) {
      assert.equal((await stranger.get(`/orders/${order.id}`)).status, 404);
      assert.equal((await move(stranger, order, 'ready')).status, 404);
      assert.equal((await moveItem(stranger, order, order.items[0], 'ready')).status, 404);
      assert.equal((await stranger.patch(`/orders/${order.id}`, { priority: 1 })).status, 404);
      assert.deepEqual(await stranger.must(200, 'GET', '/orders'), []);
      assert.equal((await stranger.get(`/orders?outletId=${shop.outletId}`)).status, 404);
      assert.equal((await stranger.post('/orders', { transactionId: order.transactionId })).status, 404);
      assert.equal((await stranger.post('/orders', byHand(shop, [[shop.products[0], 1]]))).status, 404);
    }
    assert.equal((await (await hire(shop.owner, 'inventory')).get('/orders')).status, 403);
    assert.equal((await other.owner.post('/orders', { ...byHand(other, [[shop.products[0], 1]]) })).status, 404);
    assert.equal((await shop.owner.get('/orders/nonsense')).status, 404);
  });

  it('is cancelled with its sale; what was completed stays, marked', async () => {
    const shop = await openShop(context.server, { products: MENU }), [rice] = shop.products;
    const table = await addTable(shop, 'T1');
    const voidSale = (sale) => shop.owner.must(200, 'POST', `/pos/transactions/${sale.id}/void`, { reason: 'wrong table' });
    const voided = (order) => eventually(() => shop.owner.must(200, 'GET', `/orders/${order.id}`), (found) => found.voided);
    const told = async (sale) => {
      const rows = await eventually(() => shop.owner.must(200, 'GET', '/audit?action=transaction.voided&limit=200'), (found) => found.some((row) => row.entityId === sale.id));
      return rows.find((row) => row.entityId === sale.id).data.orderStatus;
    };
    for (const [before, after] of [['pending', 'cancelled'], ['cooking', 'cancelled'], ['served', 'cancelled'], ['completed', 'completed'], ['cancelled', 'cancelled']]) {
      const sale = await sell(shop, [[rice, 1]], { orderType: 'dine_in', tableId: table.id });
      const order = await orderOf(shop.owner, sale);
      if (before !== 'pending') await move(shop.owner, order, before);
      await voidSale(sale);
      const then = await voided(order);
      assert.deepEqual([then.status, then.items[0].status], [after, after]);
      assert.equal(await told(sale), before);
      assert.equal((await shop.owner.must(200, 'GET', `/tables/${table.id}`)).status, 'available');
    }
    const retail = await sell(shop, [[rice, 1]], { orderType: 'retail' });
    await voidSale(retail);
    assert.equal(await told(retail), null);
  });

  it('is made by hand and paid later, by one sale only', async () => {
    const shop = await openShop(context.server, { products: MENU }), waiter = await hire(shop.owner, 'cashier');
    const [rice, coffee] = shop.products, table = await addTable(shop, 'T1');
    const first = await waiter.must(201, 'POST', '/orders', byHand(shop, [[rice, 2, { notes: 'hot' }]], { tableId: table.id, notes: 'window', priority: 3 }));
    const second = await waiter.must(201, 'POST', '/orders', byHand(shop, [[coffee, 1]], { tableId: table.id }));
    assert.deepEqual([first.transactionId, first.status, first.priority, first.notes, first.items[0].station, first.employeeId, second.orderNumber],
      [null, 'pending', 3, 'window', 'kitchen', waiter.user.employeeId, '002']);
    assert.deepEqual(await waiter.must(200, 'GET', `/orders/${first.id}`), first);
    const body = saleOf(shop, [[rice, 2], [coffee, 1]], { orderType: 'dine_in', tableId: table.id, orderIds: [first.id, second.id] });
    const { shiftId, payments, ...cart } = body;
    const quoted = await waiter.must(200, 'POST', '/pos/quote', cart);
    const racing = await Promise.all([1, 2, 3, 4].map(() => waiter.post('/pos/transactions', body)));
    assert.deepEqual(racing.map((answer) => answer.status).sort(), [201, 409, 409, 409]);
    const sale = racing.find((answer) => answer.status === 201).body, refused = racing.find((answer) => answer.status === 409).body;
    assert.deepEqual(refused.errors.map((error) => error.path), ['orderIds[0]', 'orderIds[1]']);
    assert.equal(quoted.grandTotal, sale.grandTotal);
    const quotedAgain = await waiter.must(409, 'POST', '/pos/quote', cart);
    assert.deepEqual(quotedAgain.errors.map((error) => error.path), ['orderIds[0]', 'orderIds[1]']);
    assert.deepEqual((await waiter.must(200, 'GET', `/pos/transactions/${sale.id}`)).orderIds, [first.id, second.id]);
    const settled = await ordersOf(waiter, sale);
    assert.deepEqual(settled.map((order) => order.id), [first.id, second.id]);
    const later = await orderOf(waiter, await sell(shop, [[coffee, 1]])); // the listener has seen the sale by then
    assert.deepEqual([(await ordersOf(waiter, sale)).length, later.orderNumber], [2, '003']);

    assert.equal((await waiter.post('/orders', { transactionId: sale.id })).status, 409);
    await move(waiter, later, 'cancelled');
    const third = await waiter.must(201, 'POST', '/orders', byHand(shop, [[coffee, 1]]));
    await move(waiter, third, 'cancelled');
    for (const [id, status] of [[third.id, 409], [first.id, 409], [later.id, 409], [table.id, 404], [(await (await openShop(context.server)).owner.get('/auth/me')).body.userId, 404]])
      for (const [path, asked] of [['/pos/transactions', body], ['/pos/quote', cart]])
        assert.equal((await waiter.post(path, { ...asked, orderIds: [id] })).status, status, path);

    await move(waiter, first, 'completed');
    await shop.owner.must(200, 'POST', `/pos/transactions/${sale.id}/void`, { reason: 'card was refused' });
    await eventually(() => ordersOf(waiter, sale), (found) => found.length === 2 && found.every((order) => order.voided));
    const again = await waiter.must(201, 'POST', '/pos/transactions', { ...body, orderIds: [first.id] });
    const paid = await waiter.must(200, 'GET', `/orders/${first.id}`);
    assert.deepEqual([paid.transactionId, paid.voided, paid.status], [again.id, false, 'completed']);
  });

  it('stands a busy evening: every order and table is somewhere, once', async () => {
    const shop = await openShop(context.server, { products: MENU }), dice = random(7);
    const tables = [await addTable(shop, 'A'), await addTable(shop, 'B'), await addTable(shop, 'C')];
    const staff = [shop.owner, await hire(shop.owner, 'cashier'), await hire(shop.owner, 'kitchen')];
    const any = (list) => list[dice(list.length)], product = () => [any(shop.products), 1 + dice(3)];
    const sales = [], seen = {};
    const open = async (who) => any(await who.must(200, 'GET', '/orders?limit=50')) ?? { id: tables[0].id, items: [tables[0]] };
    const does = {
      sell: async (who) => { const sold = await shop.owner.post('/pos/transactions', saleOf(shop, [product(), product()], { orderType: 'dine_in', tableId: any(tables).id })); sales.push(sold.body); return sold; },
      order: (who) => who.post('/orders', byHand(shop, [product()], { tableId: any(tables).id })),
      move: async (who) => move(who, await open(who), any(['cooking', 'ready', 'served', 'completed', 'cancelled'])),
      item: async (who) => { const order = await open(who); return moveItem(who, order, any(order.items), any(['cooking', 'ready', 'served'])); },
      seat: async (who) => who.patch(`/orders/${(await open(who)).id}`, { tableId: any(tables).id, priority: dice(5) }),
      pay: async (who) => shop.owner.post('/pos/transactions', saleOf(shop, [product()], { orderType: 'dine_in', orderIds: [(await open(who)).id, (await open(who)).id] })),
      void: () => shop.owner.post(`/pos/transactions/${any(sales)?.id ?? tables[0].id}/void`, { reason: 'busy' }),
    };
    await Promise.all(Array.from({ length: 8 }, async (_, worker) => {
      for (let i = 0; i < 40; i++) {
        const name = any(Object.keys(does)), answer = await does[name](staff[worker % staff.length]);
        assert.ok([200, 201, 404, 409].includes(answer.status), `${name}: ${answer.status} ${answer.text}`);
        seen[`${name} ${answer.status}`] = (seen[`${name} ${answer.status}`] ?? 0) + 1;
      }
    }));
    for (const done of ['sell 201', 'order 201', 'move 200', 'item 200', 'seat 200', 'pay 201', 'void 200']) assert.ok(seen[done] > 0, `${done} in ${JSON.stringify(seen)}`);
  });

  it('by hand follows the menu and its rules', async () => {
    const shop = await openShop(context.server, { products: MENU }), [rice, coffee, water] = shop.products;
    const group = await shop.owner.must(201, 'POST', '/modifier-groups', { name: 'Size', minSelection: 1, maxSelection: 1, modifiers: [{ name: 'Big', price: 500 }] });
    const sized = await shop.owner.must(201, 'POST', '/products', { name: 'Teh', price: 5000, modifierGroupIds: [group.id], variants: [{ name: 'Ice', price: 6000 }] });
    await shop.owner.must(200, 'PATCH', `/products/${water.id}`, { isActive: false });
    const branch = await shop.owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const far = await shop.owner.must(201, 'POST', '/tables', { outletId: branch.id, name: 'F1' });
    const post = (items, more) => shop.owner.post('/orders', byHand(shop, items, more));
    const good = await post([[sized, 1, { variantId: sized.variants[0].id, modifierIds: [group.modifiers[0].id] }]], { orderType: 'takeaway' });
    assert.equal(good.status, 201, good.text);
    assert.deepEqual([good.body.items[0].variantName, good.body.items[0].modifiers], ['Ice', [{ id: group.modifiers[0].id, name: 'Big', price: 500 }]]);
    for (const [answer, status, code, path] of [
      [await post([[rice, 1], [sized, 1]]), 422, 'MODIFIER_RULE', 'items[1].modifierIds'],
      [await post([[rice, 1, { modifierIds: [group.modifiers[0].id] }]]), 422, 'MODIFIER_RULE', 'items[0].modifierIds'],
      [await post([[water, 1]]), 422, 'PRODUCT_INACTIVE', 'items[0].productId'],
      [await post([[{ id: branch.id }, 1]]), 404, 'NOT_FOUND', 'items[0].productId'],
      [await post([[coffee, 1, { variantId: branch.id }]]), 404, 'NOT_FOUND', 'items[0].variantId'],
      [await post([[coffee, 1]], { tableId: far.id }), 404, 'NOT_FOUND', 'tableId'],
      [await post([[coffee, 1]], { outletId: shop.shiftId }), 404, 'NOT_FOUND', 'outletId'],
      [await post([[coffee, 1]], { orderType: 'retail' }), 400, 'VALIDATION_FAILED', 'orderType'],
      [await post([]), 400, 'VALIDATION_FAILED', 'items'],
      [await shop.owner.post('/orders', {}), 400, 'VALIDATION_FAILED', 'outletId'],
    ]) {
      assert.deepEqual([answer.status, answer.body.code, answer.body.errors[0].path], [status, code, path], answer.text);
    }
    const key = { 'idempotency-key': 'order-1' }, body = byHand(shop, [[coffee, 1]]);
    const [one, two] = [await shop.owner.post('/orders', body, key), await shop.owner.post('/orders', body, key)];
    assert.deepEqual([one.body.id, two.headers.get('idempotent-replayed')], [two.body.id, 'true']);
  });
});

const FAILS_ONCE = { env: { TILOPOS_FAULT_EVENT: 'kds.orders transaction.created 1' } };

onEachEngine('kitchen orders that come late', (context) => {
  it('makes none when the sale was voided meanwhile, and no second one after an operator', async () => {
    const shop = await openShop(context.server, { products: MENU }), [rice] = shop.products;
    const voided = await sell(shop, [[rice, 1]]);
    await shop.owner.must(200, 'POST', `/pos/transactions/${voided.id}/void`, { reason: 'mistake' });
    assert.equal((await shop.owner.post('/orders', { transactionId: voided.id })).status, 409);
    const helped = await sell(shop, [[rice, 2]]);
    const made = await Promise.all([1, 2, 3].map(() => shop.owner.post('/orders', { transactionId: helped.id })));
    assert.deepEqual(made.map((answer) => answer.status).sort(), [201, 409, 409]);
    const last = await sell(shop, [[rice, 3]]);
    await orderOf(shop.owner, last);
    assert.deepEqual(await ordersOf(shop.owner, voided), []);
    const [order, ...more] = await ordersOf(shop.owner, helped);
    assert.deepEqual([order.id, order.items[0].quantity, more.length], [made.find((answer) => answer.status === 201).body.id, 2, 0]);
    const retail = await sell(shop, [[rice, 1]], { orderType: 'retail' });
    assert.equal((await shop.owner.post('/orders', { transactionId: retail.id })).status, 409);
    assert.equal((await shop.owner.post('/orders', { transactionId: shop.shiftId })).status, 404);
  });
}, FAILS_ONCE);

/** One statement on a database whose server is stopped. */
function sql(database, text) {
  const done = database.engine === 'postgres' ? spawnSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', text, database.url], { encoding: 'utf8' })
    : spawnSync('python3', ['-c', 'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()', database.url.slice('sqlite:'.length), text], { encoding: 'utf8' });
  assert.equal(done.status, 0, done.stderr);
}

for (const engine of ENGINES) {
  describe(`kitchen orders after a stop (${engine})`, () => {
    it('makes no second order of an event that comes twice', async (test) => {
      const database = makeDatabase(engine);
      let server = await Server.start(database);
      test.after(async () => { await server.kill(); database.drop(); });
      const shop = await openShop(server, { products: MENU }), [rice] = shop.products;
      const sales = [];
      for (let i = 0; i < 3; i++) sales.push(await sell(shop, [[rice, i + 1]]));
      const hand = await shop.owner.must(201, 'POST', '/orders', byHand(shop, [[rice, 1]]));
      sales.push(await sell(shop, [[rice, 1]], { orderIds: [hand.id] }));
      for (const sale of sales) await orderOf(shop.owner, sale);
      await shop.owner.must(200, 'POST', `/pos/transactions/${sales[1].id}/void`, { reason: 'twice' });
      const all = () => shop.owner.must(200, 'GET', '/orders');
      const before = await eventually(all, (found) => found.some((order) => order.voided));
      await move(shop.owner, before[0], 'cooking');
      const settled = await all();
      await server.stop();
      sql(database, "UPDATE event_cursors SET position = 0 WHERE listener = 'kds.orders'");
      server = shop.owner.server = await Server.start(database);
      const last = await orderOf(shop.owner, await sell(shop, [[rice, 9]]));
      assert.deepEqual((await all()).filter((order) => order.id !== last.id), settled);
      assert.equal(last.orderNumber, '005');
      await server.stop();
      checkInvariants(database);
    });

    it('keeps what a till without a line sold long ago from the kitchen', async (test) => {
      const database = makeDatabase(engine);
      let server = await Server.start(database);
      test.after(async () => { await server.kill(); database.drop(); });
      const shop = await openShop(server, { products: MENU }), table = await addTable(shop, 'T1');
      await server.stop();
      sql(database, 'UPDATE shifts SET opened_at = opened_at - 7200000');
      server = shop.owner.server = await Server.start(database);
      const at = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
      const late = (minutes) => sell(shop, [[shop.products[0], 1]], { orderType: 'dine_in', tableId: table.id, clientCreatedAt: at(minutes) });
      const [old, fresh] = [await late(60), await late(5)];
      const shown = await orderOf(shop.owner, fresh), kept = await orderOf(shop.owner, old);
      assert.deepEqual([shown.status, kept.status, kept.items[0].status], ['pending', 'completed', 'completed']);
      assert.equal(kept.createdAt, (await shop.owner.must(200, 'GET', `/pos/transactions/${old.id}`)).clientCreatedAt);
      await move(shop.owner, shown, 'completed');
      assert.equal((await shop.owner.must(200, 'GET', `/tables/${table.id}`)).status, 'available');
      const told = await eventually(() => shop.owner.must(200, 'GET', '/audit?action=order.created'), (found) => found.length > 0);
      assert.deepEqual(told.map((row) => row.entityId), [shown.id]);
      await server.stop();
      checkInvariants(database);
    });
  });
}
