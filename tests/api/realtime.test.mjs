// The sockets /kds and /notifications with real socket.io clients: who is told what, who is not, who is let in, and who
// is sent away.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { it } from 'node:test';
import { hire, login, openShop, PASSWORD, register, saleOf } from '../lib/client.mjs';
import { eventually } from '../lib/eventually.mjs';
import { onEachEngine } from '../lib/engines.mjs';
import { closeAll, Screen } from '../lib/screens.mjs';

const COFFEE = { name: 'Kopi Susu', price: 18000, station: 'bar', stock: 10, lowStockThreshold: 8.5 };
const RICE = { name: 'Nasi Goreng', price: 30000, station: 'grill' };

const dineIn = (shop, items, more) => saleOf(shop, items, { orderType: 'dine_in', ...more });
const sell = (shop, items, more) => shop.owner.must(201, 'POST', '/pos/transactions', dineIn(shop, items, more));

function isEnvelope(message, outletId) {
  assert.match(message.eventId, /^[0-9a-f-]{36}$/);
  assert.equal(message.outletId, outletId);
  assert.equal(new Date(message.timestamp).toISOString(), message.timestamp);
}

/** Everything that was committed before this is on the screens when it comes back: an event behind all others. */
async function settled(owner, outletId, ...screens) {
  const category = await owner.must(201, 'POST', '/categories', { name: `Tanda ${randomUUID()}` });
  await Promise.all(screens.map((screen) => screen.told('catalog:changed', (m) => m.id === category.id)));
}

for (const transport of ['websocket', 'polling']) {
  onEachEngine(`screens by ${transport}`, (context) => {
    const options = { transports: [transport] };

    it('are told of a sale from the counter to the table', async () => {
      const shop = await openShop(context.server, { products: [COFFEE, RICE] });
      const { owner, outletId } = shop;
      const [coffee, rice] = shop.products;
      const table = await owner.must(201, 'POST', '/tables', { outletId, name: 'Meja 1', capacity: 4 });
      const cook = await hire(owner, 'kitchen'), cashier = await hire(owner, 'cashier');
      const kds = await Screen.open(context.server, '/kds', cook.token, options);
      const till = await Screen.open(context.server, '/notifications', cashier.token, options);
      const sale = await sell(shop, [[coffee, 2], [rice, 1]], { tableId: table.id });

      const created = await kds.told('order:created');
      isEnvelope(created, outletId);
      const order = await cook.must(200, 'GET', `/orders/${created.orderId}`);
      const { eventId, timestamp, orderId, ...whole } = created;
      assert.deepEqual(whole, { ...order, outletId }, 'the whole order as GET gives it');
      assert.equal(created.transactionId, sale.id);
      const first = await kds.told('order:status_changed');
      isEnvelope(first, outletId);
      assert.deepEqual([first.orderId, first.previousStatus, first.newStatus], [orderId, null, 'pending']);
      assert.deepEqual(kds.names(), ['order:created', 'order:status_changed']);

      const told = await till.told('transaction:created');
      isEnvelope(told, outletId);
      assert.deepEqual([told.transactionId, told.receiptNumber, told.grandTotal, told.customerId],
        [sale.id, sale.receiptNumber, sale.grandTotal, null]);
      const level = await till.told('stock:level_changed');
      isEnvelope(level, outletId);
      assert.deepEqual([level.productId, level.variantId, level.previousQuantity, level.newQuantity], [coffee.id, null, 10, 8]);
      const low = await till.told('stock:low');
      assert.deepEqual([low.productId, low.variantId, low.quantity, low.lowStockThreshold], [coffee.id, null, 8, 8.5]);
      const taken = await till.told('table:status_changed');
      assert.deepEqual([taken.tableId, taken.previousStatus, taken.newStatus], [table.id, 'available', 'occupied']);
      await till.told('order:status_changed', (m) => m.orderId === orderId && m.previousStatus === null);

      await cook.must(200, 'PATCH', `/orders/${orderId}/status`, { status: 'cooking' });
      const cooking = await kds.told('order:status_changed', (m) => m.previousStatus === 'pending' && m.newStatus === 'cooking');
      assert.deepEqual(cooking.items, order.items.map(({ id }) => ({ id, status: 'cooking' })), 'they moved along');
      await cook.must(200, 'PATCH', `/orders/${orderId}/items/${order.items[0].id}/status`, { status: 'ready' });
      const item = await kds.told('order:item_status_changed', (m) => m.newStatus === 'ready');
      assert.deepEqual([item.orderId, item.itemId, item.station], [orderId, order.items[0].id, order.items[0].station]);
      await cook.must(200, 'PATCH', `/orders/${orderId}/items/${order.items[1].id}/status`, { status: 'ready' });
      const ready = await kds.told('order:ready');
      isEnvelope(ready, outletId);
      assert.deepEqual([ready.orderId, ready.orderNumber], [orderId, order.orderNumber]);
      await till.told('order:status_changed', (m) => m.newStatus === 'ready');
      await cook.must(200, 'PATCH', `/orders/${orderId}/status`, { status: 'completed' });
      await till.told('table:status_changed', (m) => m.newStatus === 'available');
      assert.equal(kds.all('order:created').length, 1);
      assert.equal(kds.all('order:ready').length, 1);
      closeAll(kds, till);
    });

    it('are told how items stand: begun ones take no others along', async () => {
      const shop = await openShop(context.server, { products: [COFFEE, RICE] });
      const kds = await Screen.open(context.server, '/kds', shop.owner.token, options);
      await sell(shop, shop.products.map((product) => [product, 1]));
      const { orderId, items: [begun, other] } = await kds.told('order:created');
      await shop.owner.must(200, 'PATCH', `/orders/${orderId}/items/${begun.id}/status`, { status: 'cooking' });
      const { items } = await kds.told('order:status_changed', (m) => m.newStatus === 'cooking');
      assert.deepEqual(items, [{ id: begun.id, status: 'cooking' }, { id: other.id, status: 'pending' }]);
      closeAll(kds);
    });

    for (const retail of [false, true]) it(`are told when an order is paid for later${retail ? ', as a retail sale, too' : ''}`, async () => {
      const shop = await openShop(context.server, { products: [COFFEE, RICE] }), { owner, outletId } = shop;
      const kds = await Screen.open(context.server, '/kds', owner.token, options);
      const [coffee, rice] = await Promise.all(shop.products.map((product) => owner.must(201, 'POST', '/orders',
        { outletId, orderType: 'dine_in', items: [{ productId: product.id, quantity: 1 }] })));
      const sale = await sell(shop, shop.products.map((product) => [product, 1]), { orderIds: [coffee.id, rice.id], orderType: retail ? 'retail' : 'dine_in' });
      for (const { id } of [coffee, rice]) {
        const { eventId, timestamp, orderId, ...whole } = await kds.told('order:updated', (m) => m.orderId === id && m.transactionId === sale.id);
        assert.deepEqual(whole, await owner.must(200, 'GET', `/orders/${id}`));
      }
      assert.equal(kds.all('order:updated').length, 2);
      closeAll(kds);
    });

    it('are told of voids, shifts, transfers, catalogue, sync and notifications', async () => {
      const shop = await openShop(context.server, { products: [COFFEE] });
      const { owner, outletId } = shop;
      const [coffee] = shop.products;
      const branch = await owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
      const kds = await Screen.open(context.server, '/kds', owner.token, options);
      const bell = await Screen.open(context.server, '/notifications', owner.token, options);
      const cashier = await hire(owner, 'cashier');
      const screen = await Screen.open(context.server, '/notifications', cashier.token, options);

      const sale = await sell(shop, [[coffee, 2]]);
      const { orderId } = await kds.told('order:created');
      await owner.must(200, 'POST', `/pos/transactions/${sale.id}/void`, { reason: 'salah' });
      assert.equal((await bell.told('transaction:voided')).transactionId, sale.id);
      assert.equal((await kds.told('order:cancelled')).orderId, orderId);
      const notice = await bell.told('notification:new', (m) => m.type === 'transaction.voided');
      assert.equal(notice.userId, owner.user.userId);
      await bell.told('notification:new', (m) => m.type === 'stock.low');
      const stored = await owner.must(200, 'GET', '/notifications');
      const { eventId, timestamp, userId, ...rest } = notice;
      assert.deepEqual(rest, stored.find((n) => n.id === notice.id), 'as GET gives it');

      const shift = await cashier.must(201, 'POST', '/shifts', { outletId, openingCash: 50000 });
      const started = await screen.told('shift:started');
      assert.deepEqual([started.shiftId, started.employeeId], [shift.id, cashier.user.userId]);
      await cashier.must(200, 'POST', `/shifts/${shift.id}/close`, { closingCash: 49000 });
      const ended = await screen.told('shift:ended');
      assert.equal(ended.shiftId, shift.id);
      for (const message of [started, ended])
        assert.ok(!/cash/i.test(JSON.stringify(message)), 'an outlet may close blind');

      const transfer = await owner.must(201, 'POST', '/inventory/transfers',
        { sourceOutletId: outletId, destinationOutletId: branch.id, items: [{ productId: coffee.id, quantity: 1 }] });
      await owner.must(200, 'POST', `/inventory/transfers/${transfer.id}/approve`);
      assert.equal((await screen.told('transfer:status_changed', (m) => m.newStatus === 'approved')).transferId, transfer.id);

      await bell.told('transfer:status_changed', (m) => m.newStatus === 'approved');

      const product = await owner.must(201, 'POST', '/products', { name: 'Teh', price: 5000 });
      const changed = await screen.told('catalog:changed', (m) => m.id === product.id);
      assert.deepEqual([changed.outletId, changed.entity], [null, 'product']);
      await owner.must(200, 'POST', '/sync/sales', { deviceId: 'till-7', final: true, sales: [{ ...saleOf(shop, [[product, 1]]),
        idempotencyKey: randomUUID(), clientCreatedAt: new Date().toISOString() }] });
      assert.deepEqual(((m) => [m.deviceId, m.stored])(await screen.told('sync:completed')), ['till-7', 1]);
      await settled(owner, outletId, bell, screen);
      assert.deepEqual(screen.all('notification:new'), [], 'a cashier is addressed by none of these');
      assert.equal(bell.all('transfer:status_changed').filter((m) => m.newStatus === 'approved').length, 1, 'two outlets, one owner');
      closeAll(kds, bell, screen);
    });
  });
}

onEachEngine('rooms', (context) => {
  it('hold what is their outlet\'s, and nothing of another outlet or business', async () => {
    const shop = await openShop(context.server, { products: [COFFEE] });
    const { owner, outletId } = shop;
    const branch = await owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const there = { cook: await hire(owner, 'kitchen', { outletId: branch.id }), cashier: await hire(owner, 'cashier', { outletId: branch.id }) };
    const stranger = await openShop(context.server);
    const open = (namespace, client, more) => Screen.open(context.server, namespace, { token: client.token, ...more });
    const everything = await open('/kds', owner), here = await open('/kds', owner, { outletId }), branchOnly = await open('/kds', owner, { outletId: branch.id });
    const branchKds = await open('/kds', there.cook), branchTill = await open('/notifications', there.cashier);
    const other = [await open('/kds', stranger.owner), await open('/notifications', stranger.owner)];
    const bell = await open('/notifications', owner);
    const byQuery = await Screen.open(context.server, '/kds', owner.token, { query: { outletId: branch.id } });

    await sell(shop, [[shop.products[0], 1]]);
    await here.told('order:created');
    await everything.told('order:created');
    const shiftThere = await there.cashier.must(201, 'POST', '/shifts', { outletId: branch.id, openingCash: 0 });
    await branchTill.told('shift:started');
    await bell.told('shift:started', (m) => m.outletId === branch.id);
    await there.cashier.must(201, 'POST', '/pos/transactions', { ...dineIn(shop, [[await owner.must(201, 'POST', '/products', { name: 'Es', price: 1000 }), 1]]), outletId: branch.id, shiftId: shiftThere.id });
    for (const screen of [branchKds, branchOnly, byQuery])
      assert.equal((await screen.told('order:created')).outletId, branch.id);
    await everything.told('order:created', (m) => m.outletId === branch.id);
    await settled(owner, outletId, bell, branchTill);
    for (const [screen, outlet] of [[here, outletId], [branchKds, branch.id], [branchOnly, branch.id], [byQuery, branch.id]])
      for (const [name, message] of screen.seen) assert.equal(message.outletId, outlet, name);
    for (const [name, message] of branchTill.seen) assert.ok([branch.id, null].includes(message.outletId), name);
    for (const screen of other) assert.deepEqual(screen.seen, []);
    closeAll(everything, here, branchOnly, branchKds, branchTill, other, bell, byQuery);
  });

  it('of a station hold its orders only, each once', async () => {
    const shop = await openShop(context.server, { products: [COFFEE, RICE, { name: 'Kerupuk', price: 1000 }] });
    const { owner } = shop;
    const [coffee, rice, crackers] = shop.products;
    const cook = await hire(owner, 'kitchen');
    const open = (station) => Screen.open(context.server, '/kds', { token: cook.token, station });
    const bar = await open('bar'), grill = await open('grill'), all = await open(undefined), mover = await open('bar');
    const orders = {};
    for (const [name, items] of Object.entries({ both: [[coffee, 1], [rice, 1]], bar: [[coffee, 1]], none: [[crackers, 1]] })) {
      const sale = await sell(shop, items);
      orders[name] = (await all.told('order:created', (m) => m.transactionId === sale.id)).orderId;
    }
    await mover.told('order:created', (m) => m.orderId === orders.bar);
    assert.deepEqual(await mover.socket.emitWithAck('joinStation', { station: 'grill' }), { ok: true, station: 'grill' });
    const last = await sell(shop, [[rice, 2]]);
    const lastOrder = await grill.told('order:created', (m) => m.transactionId === last.id);
    await mover.told('order:created', (m) => m.orderId === lastOrder.orderId);
    await all.told('order:created', (m) => m.orderId === lastOrder.orderId);
    const drink = (await cook.must(200, 'GET', `/orders/${orders.both}`)).items.find((item) => item.station === 'bar');
    await cook.must(200, 'PATCH', `/orders/${orders.both}/items/${drink.id}/status`, { status: 'ready' });
    await bar.told('order:item_status_changed');
    await cook.must(200, 'PATCH', `/orders/${orders.both}/status`, { status: 'served' });
    for (const screen of [bar, grill, all, mover]) await screen.told('order:status_changed', (m) => m.newStatus === 'served' && m.orderId === orders.both);
    const ids = (screen) => screen.all('order:created').map((m) => m.orderId);
    assert.deepEqual(ids(all), [orders.both, orders.bar, orders.none, lastOrder.orderId]);
    assert.deepEqual(ids(bar), [orders.both, orders.bar]);
    assert.deepEqual(ids(grill), [orders.both, lastOrder.orderId]);
    assert.deepEqual(ids(mover), [orders.both, orders.bar, lastOrder.orderId]);
    assert.ok(!grill.names().includes('order:item_status_changed'));
    assert.deepEqual(await mover.socket.emitWithAck('joinStation', { station: null }), { ok: true, station: null });
    assert.equal((await mover.socket.emitWithAck('joinStation', { station: 7 })).ok, false);
    assert.equal((await mover.socket.emitWithAck('joinStation', {})).ok, false);
    assert.equal((await mover.socket.emitWithAck('joinStation')).ok, false);
    assert.equal((await mover.socket.emitWithAck('joinStation', { station: 'x'.repeat(101) })).ok, false);
    const more = await sell(shop, [[coffee, 1]]);
    await mover.told('order:created', (m) => m.transactionId === more.id);
    closeAll(bar, grill, all, mover);
  });

  it('take an outlet that is opened later', async () => {
    const owner = await register(context.server);
    const bell = await Screen.open(context.server, '/notifications', owner.token);
    const branch = await owner.must(201, 'POST', '/outlets', { name: 'Baru', code: 'BR' });
    const cashier = await hire(owner, 'cashier', { outletId: branch.id });
    const marker = await owner.must(201, 'POST', '/categories', { name: 'Tanda' });
    await bell.told('catalog:changed', (m) => m.id === marker.id);
    const shift = await cashier.must(201, 'POST', '/shifts', { outletId: branch.id, openingCash: 0 });
    assert.equal((await bell.told('shift:started')).shiftId, shift.id);
    closeAll(bell);
  });
});

onEachEngine('the door of the sockets', (context) => {
  const refused = async (namespace, auth, options) => {
    const error = await Screen.refused(context.server, namespace, auth, options);
    return [error.message, error.data?.code];
  };

  it('stays shut without a good token', async () => {
    const owner = await register(context.server);
    for (const namespace of ['/kds', '/notifications']) {
      assert.deepEqual(await refused(namespace, {}), ['unauthorized', 'TOKEN_MISSING']);
      assert.deepEqual(await refused(namespace, { token: '' }), ['unauthorized', 'TOKEN_MISSING']);
      assert.deepEqual(await refused(namespace, { token: 7 }), ['unauthorized', 'TOKEN_MISSING']);
      assert.deepEqual(await refused(namespace, { token: 'nonsense' }), ['unauthorized', 'TOKEN_INVALID']);
      assert.deepEqual(await refused(namespace, { token: `${owner.token}x` }), ['unauthorized', 'TOKEN_INVALID']);
      const [, payload] = owner.token.split('.');
      const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
      assert.deepEqual(await refused(namespace, { token: none }), ['unauthorized', 'TOKEN_INVALID']);
    }
    assert.deepEqual((await refused('/kitchen', { token: owner.token }))[0], 'Invalid namespace');
  });

  it('stays shut for an outlet out of reach, and for /kds to whom orders are no business', async () => {
    const owner = await register(context.server), stranger = await register(context.server);
    const branch = await owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const cashier = await hire(owner, 'cashier'), stocker = await hire(owner, 'inventory');
    const out = ['forbidden', 'OUTLET_NOT_IN_REACH'];
    assert.deepEqual(await refused('/kds', { token: cashier.token, outletId: branch.id }), out);
    assert.deepEqual(await refused('/notifications', { token: cashier.token, outletId: branch.id }), out);
    assert.deepEqual(await refused('/kds', { token: cashier.token }, { query: { outletId: branch.id } }), out);
    for (const outletId of [stranger.user.outletId, randomUUID(), 'nonsense', '00000000-0000-0000-0000-000000000000', 7, false, [branch.id], {}])
      assert.deepEqual(await refused('/kds', { token: owner.token, outletId }), out);
    assert.deepEqual(await refused('/kds', { token: stocker.token }), ['forbidden', 'FORBIDDEN']);
    const own = await Screen.open(context.server, '/kds', { token: cashier.token, outletId: cashier.user.outletId });
    const stock = await Screen.open(context.server, '/notifications', stocker.token);
    closeAll(own, stock);
  });

  it('closes behind who logged out, was dismissed, got another role or moved', async () => {
    const shop = await openShop(context.server);
    const { owner } = shop;
    const branch = await owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const email = `tetap-${randomUUID()}@example.test`;
    await owner.must(201, 'POST', '/employees', { name: 'Tetap', email, password: PASSWORD, role: 'cashier', outletId: shop.outletId });
    const stays = await login(context.server, email), leaves = await login(context.server, email); // two logins of one person
    const staying = await Screen.open(context.server, '/kds', stays.token);
    const bystander = await Screen.open(context.server, '/kds', owner.token);
    const gone = async (client, act) => {
      const screens = [await Screen.open(context.server, '/kds', client.token, { reconnection: false }),
        await Screen.open(context.server, '/notifications', client.token, { reconnection: false, transports: ['polling'] })];
      await act();
      for (const screen of screens) await screen.ended();
      closeAll(screens);
    };
    await gone(leaves, () => leaves.must(204, 'POST', '/auth/logout'));
    assert.deepEqual(await refused('/kds', { token: leaves.token }), ['unauthorized', 'TOKEN_INVALID']);
    const change = (client, fields) => owner.must(200, 'PATCH', `/employees/${client.user.userId}`, fields);
    for (const fields of [{ role: 'kitchen' }, { outletId: branch.id }, { isActive: false }, { password: 'a new one, a longer one' }]) {
      const client = await hire(owner, 'cashier');
      await gone(client, () => change(client, fields));
    }
    const dismissed = await hire(owner, 'supervisor');
    await gone(dismissed, () => owner.must(204, 'DELETE', `/employees/${dismissed.user.userId}`));
    await owner.must(201, 'POST', '/products', { name: 'Apa saja', price: 1 }); // others are looked at, too
    await sell(shop, [[shop.products[0], 1]]);
    for (const screen of [staying, bystander]) {
      await screen.told('order:created');
      assert.deepEqual(screen.ends, []);
    }
    closeAll(staying, bystander);
  });
});

onEachEngine('tokens that end soon', (context) => {
  it('take their sockets with them; a fresh one opens the door again', async () => {
    const owner = await register(context.server);
    const screen = await Screen.open(context.server, '/notifications', owner.token, { reconnection: false });
    const polling = await Screen.open(context.server, '/kds', owner.token, { reconnection: false, transports: ['polling'] });
    await screen.ended();
    await polling.ended();
    const expired = JSON.parse(Buffer.from(owner.token.split('.')[1], 'base64url')).exp * 1000;
    assert.ok(Date.now() >= expired - 50, 'not before it expires');
    const error = await Screen.refused(context.server, '/kds', { token: owner.token });
    assert.deepEqual([error.message, error.data?.code], ['unauthorized', 'TOKEN_EXPIRED']);
    const fresh = await login(context.server, owner.user.email);
    closeAll(screen, polling, await Screen.open(context.server, '/kds', fresh.token));
  });
}, { env: { TILOPOS_ACCESS_TOKEN_S: '3' } });

onEachEngine('a listener that fails too often', (context) => {
  it('is told to managers and owners, once', async () => {
    const shop = await openShop(context.server);
    const { owner } = shop;
    const branch = await owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const stranger = await register(context.server);
    const hired = { manager: await hire(owner, 'manager', { outletId: branch.id }), supervisor: await hire(owner, 'supervisor'), cashier: await hire(owner, 'cashier') };
    const open = (client) => Screen.open(context.server, '/notifications', client.token);
    const told = [await open(owner), await open(hired.manager)], others = [await open(hired.supervisor), await open(hired.cashier), await open(stranger)];
    const customer = await owner.must(201, 'POST', '/customers', { name: 'Ibu Sari' });
    for (let i = 0; i < 4; i++) await sell(shop, [[shop.products[0], 1]], { customerId: customer.id });
    for (const screen of told) {
      const alert = await screen.told('ops:alert');
      assert.equal(alert.listener, 'customers.loyalty');
      assert.equal(alert.outletId, null);
      assert.ok(alert.failed >= 3 && alert.failureRate > 0.01);
      await screen.told('notification:new', (m) => m.type === 'ops.alert');
    }
    await settled(owner, shop.outletId, ...told, others[0], others[1]);
    for (const screen of told) assert.equal(screen.all('ops:alert').length, 1);
    for (const screen of others) assert.ok(!screen.names().includes('ops:alert') && !screen.names().includes('notification:new'));
    closeAll(told, others);
    await eventually(() => owner.must(200, 'GET', `/customers/${customer.id}`), (found) => found.visitCount >= 4); // it gets over it
  });
}, { env: { TILOPOS_FAULT_EVENT: 'customers.loyalty transaction.created 1' } });

onEachEngine('limits of sockets', (context) => {
  it('hold for one user and for all', async () => {
    const owner = await register(context.server), other = await register(context.server);
    const screens = [];
    for (let i = 0; i < 3; i++) screens.push(await Screen.open(context.server, '/kds', owner.token));
    const error = await Screen.refused(context.server, '/kds', { token: owner.token });
    assert.match(error.message, /too many/);
    screens.push(await Screen.open(context.server, '/kds', other.token));
    screens.pop().close();
    screens.pop().close();
    await eventually(async () => { // the server hears of it a moment later
      const again = new Screen(context.server, '/kds', { token: owner.token }, { reconnection: false });
      screens.push(again);
      await again.until(() => again.connects > 0 || again.error, 'an answer');
      return again.connects > 0;
    });
    closeAll(screens);
  });
}, { env: { TILOPOS_RATE_LIMIT: 'on', TILOPOS_MAX_SOCKETS_PER_USER: '3', TILOPOS_NEW_SOCKETS_PER_SECOND: '1000' } });

onEachEngine('a full room', (context) => {
  it('of 1,000 sockets hears each message once', async () => {
    const shop = await openShop(context.server, { products: [COFFEE] });
    const screens = [];
    while (screens.length < 1000)
      screens.push(...await Promise.all(Array.from({ length: 100 }, () => Screen.open(context.server, '/kds', shop.owner.token))));
    const sale = await sell(shop, [[shop.products[0], 1]]);
    await Promise.all(screens.map((screen) => screen.told('order:status_changed')));
    for (const screen of screens) {
      assert.deepEqual(screen.names(), ['order:created', 'order:status_changed']);
      assert.equal(screen.seen[0][1].transactionId, sale.id);
    }
    closeAll(screens);
  });
});
