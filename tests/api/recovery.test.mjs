// A screen that lost its line gets what it missed: in order, once, and nothing that is not its own; also after the server
// was killed and started again.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { eventually } from '../lib/eventually.mjs';
import { hire, openShop, register, saleOf } from '../lib/client.mjs';
import { onEachEngine } from '../lib/engines.mjs';
import { closeAll, Screen } from '../lib/screens.mjs';
import { checkInvariants, ENGINES, makeDatabase, Server } from '../lib/server.mjs';
import { random } from '../lib/faults.mjs';
import { SEED } from '../lib/torture.mjs';

const COFFEE = { name: 'Kopi Susu', price: 18000, station: 'bar' };
const RICE = { name: 'Nasi Goreng', price: 30000, station: 'grill' };
const sell = (shop, product = shop.products[0], more = {}) =>
  shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[product, 1]], { orderType: 'dine_in', ...more }));
const receipts = (screen) => screen.all('transaction:created').map((m) => m.receiptNumber);

onEachEngine('a screen that lost its line', (context) => {
  for (const transport of ['websocket', 'polling']) {
    it(`gets what it missed, before it is told that it is connected (${transport})`, async () => {
      const shop = await openShop(context.server, { products: [COFFEE] });
      const { owner } = shop;
      const cook = await hire(owner, 'kitchen');
      const kds = await Screen.open(context.server, '/kds', cook.token, { transports: [transport] });
      const bell = await Screen.open(context.server, '/notifications', owner.token, { transports: [transport] });
      assert.equal(kds.socket.recovered, false);
      const sales = [await sell(shop)];
      await bell.told('transaction:created');
      await kds.told('order:status_changed');
      await kds.offline();
      await bell.offline();
      await owner.must(201, 'POST', '/categories', { name: 'Minuman' });
      for (let i = 0; i < 3; i++) sales.push(await sell(shop));
      await eventually(() => owner.must(200, 'GET', '/orders'), (found) => found.length >= 4);
      await kds.online();
      await bell.online();
      await kds.until(() => kds.seen.length >= 8, 'all');
      for (const screen of [kds, bell]) {
        assert.equal(screen.socket.recovered, true);
        assert.equal(screen.seenAtConnect, screen.seen.length, 'before the connect');
      }
      assert.deepEqual(kds.names(), Array(4).fill(['order:created', 'order:status_changed']).flat());
      assert.deepEqual(kds.all('order:created').map((m) => m.transactionId), sales.map((sale) => sale.id));
      assert.deepEqual(receipts(bell), sales.map((sale) => sale.receiptNumber));
      assert.equal(bell.all('catalog:changed').length, 1);
      const next = await sell(shop);
      await kds.told('order:created', (m) => m.transactionId === next.id);
      await bell.told('transaction:created', (m) => m.transactionId === next.id);
      closeAll(kds, bell);
    });
  }

  it('and had seen nothing yet is none the worse', async () => {
    const shop = await openShop(context.server, { products: [COFFEE] });
    const kds = await Screen.open(context.server, '/kds', shop.owner.token);
    await kds.offline();
    const sale = await sell(shop);
    await eventually(() => shop.owner.must(200, 'GET', '/orders'), (found) => found.length >= 1);
    await kds.online();
    assert.equal(kds.socket.recovered, true);
    assert.deepEqual(kds.all('order:created').map((m) => m.transactionId), [sale.id]);
    await kds.offline();
    await kds.online();
    assert.equal(kds.socket.recovered, true);
    assert.deepEqual(kds.names(), ['order:created', 'order:status_changed']);
    closeAll(kds);
  });

  it('gets what is its own only: of its station, its outlet, its user', async () => {
    const shop = await openShop(context.server, { products: [COFFEE, RICE] });
    const { owner } = shop;
    const branch = await owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const cashier = await hire(owner, 'cashier'), other = await hire(owner, 'cashier', { outletId: branch.id });
    const grill = await Screen.open(context.server, '/kds', { token: cashier.token, station: 'grill' });
    const till = await Screen.open(context.server, '/notifications', cashier.token);
    await grill.offline();
    await till.offline();
    const rice = await sell(shop, shop.products[1]), coffee = await sell(shop);
    await eventually(() => owner.must(200, 'GET', '/orders'), (found) => found.length >= 2);
    await owner.must(200, 'POST', `/pos/transactions/${coffee.id}/void`, { reason: 'salah' }); // notifies the owner
    const shift = await other.must(201, 'POST', '/shifts', { outletId: branch.id, openingCash: 0 });
    await eventually(() => owner.must(200, 'GET', '/notifications'), (found) => found.length >= 1);
    await grill.online();
    await till.online();
    assert.deepEqual(grill.all('order:created').map((m) => m.transactionId), [rice.id]);
    assert.deepEqual(receipts(till), [rice.receiptNumber, coffee.receiptNumber]);
    assert.equal(till.all('notification:new').length, 0);
    assert.ok(!JSON.stringify(till.seen).includes(shift.id));
    closeAll(grill, till);
  });

  it('is asked for its token again', async () => {
    const shop = await openShop(context.server, { products: [COFFEE] });
    const { owner } = shop;
    const leaver = await hire(owner, 'cashier'), thief = await hire(owner, 'cashier');
    const stranger = await register(context.server);
    const screen = await Screen.open(context.server, '/kds', leaver.token);
    const stolen = await Screen.open(context.server, '/kds', owner.token);
    await screen.offline();
    await stolen.offline();
    await leaver.must(204, 'POST', '/auth/logout');
    await sell(shop);
    await screen.online();
    assert.equal(screen.error?.message, 'unauthorized');
    for (const client of [thief, stranger]) { // the recovery id of another
      stolen.socket.auth = { token: client.token };
      await stolen.online();
      assert.equal(stolen.socket.recovered, false);
      await stolen.offline();
    }
    assert.deepEqual(stolen.seen, []);
    assert.deepEqual(screen.seen, []);
    closeAll(screen, stolen);
  });

  it('gets what happened in all outlets, also in one that was opened meanwhile', async () => {
    const shop = await openShop(context.server);
    const { owner } = shop;
    const bell = await Screen.open(context.server, '/notifications', owner.token);
    const first = await hire(owner, 'cashier');
    const shifts = [await first.must(201, 'POST', '/shifts', { outletId: shop.outletId, openingCash: 0 })];
    await bell.told('shift:started');
    await bell.offline();
    const branch = await owner.must(201, 'POST', '/outlets', { name: 'Baru', code: 'BR' });
    shifts.push(await (await hire(owner, 'cashier', { outletId: branch.id })).must(201, 'POST', '/shifts', { outletId: branch.id, openingCash: 0 }));
    shifts.push(await (await hire(owner, 'cashier')).must(201, 'POST', '/shifts', { outletId: shop.outletId, openingCash: 0 }));
    await bell.online();
    assert.equal(bell.socket.recovered, true);
    assert.deepEqual(bell.all('shift:started').map((m) => m.shiftId), shifts.map((shift) => shift.id));
    closeAll(bell);
  });
});

onEachEngine('a screen that missed more than it can be given', (context) => {
  it('begins afresh', async () => {
    const shop = await openShop(context.server, { products: [COFFEE] });
    const bell = await Screen.open(context.server, '/notifications', shop.owner.token);
    await bell.offline();
    for (let i = 0; i < 3; i++) await sell(shop);
    await bell.online();
    assert.equal(bell.socket.recovered, false);
    assert.deepEqual(receipts(bell), []);
    const sale = await sell(shop);
    await bell.told('transaction:created', (m) => m.transactionId === sale.id);
    closeAll(bell);
  });
}, { env: { TILOPOS_SOCKET_RECOVERY_EVENTS: '4' } });

for (const engine of ENGINES) {
  it(`screens get everything once while lines break and the server is killed (${engine})`, async (t) => {
    t.diagnostic(`seed ${SEED}`);
    const database = makeDatabase(engine), upTo = random(SEED);
    let server = await Server.start(database);
    const { port } = server;
    t.after(() => server.process.kill('SIGKILL'));
    const shop = await openShop(server, { products: [COFFEE, RICE] });
    const { owner } = shop;
    const branch = await owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const there = { ...shop, outletId: branch.id, shiftId: (await owner.must(201, 'POST', '/shifts', { outletId: branch.id, openingCash: 0 })).id };
    const cashier = await hire(owner, 'cashier');
    const screens = {
      all: await Screen.open(server, '/notifications', owner.token),
      branch: await Screen.open(server, '/notifications', { token: owner.token, outletId: branch.id }),
      till: await Screen.open(server, '/notifications', cashier.token),
      polling: await Screen.open(server, '/notifications', cashier.token, { transports: ['polling'] }),
      kds: await Screen.open(server, '/kds', cashier.token),
      grill: await Screen.open(server, '/kds', { token: cashier.token, station: 'grill' }),
    };
    const list = Object.values(screens);
    const sold = { here: [], there: [], grill: [] };
    const sale = async () => {
      const away = upTo(3) === 0, grill = upTo(2) === 0;
      const made = await sell(away ? there : shop, shop.products[grill ? 1 : 0], away ? { outletId: branch.id, shiftId: there.shiftId } : {});
      sold[away ? 'there' : 'here'].push(made.receiptNumber);
      if (!away && grill) sold.grill.push(made.id);
      if (upTo(5) === 0) await owner.must(201, 'POST', '/categories', { name: `K ${sold.here.length} ${sold.there.length} ${upTo(1e9)}` });
    };
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 40; i++) {
        if (upTo(3) === 0) list[upTo(list.length)].cut();
        await sale();
      }
      await server.kill();
      server = await Server.start(database, { port });
      owner.server = server;
    }
    await sale();
    const marker = await owner.must(201, 'POST', '/categories', { name: 'Tanda akhir' });
    for (const name of ['all', 'branch', 'till', 'polling']) await screens[name].told('catalog:changed', (m) => m.id === marker.id);
    await screens.kds.until(() => screens.kds.all('order:created').length >= sold.here.length, 'all orders');
    await screens.grill.until(() => screens.grill.all('order:created').length >= sold.grill.length, 'all of the grill');
    await screens.till.until(() => screens.till.all('order:status_changed').length >= sold.here.length, 'all orders');
    assert.deepEqual(receipts(screens.till), sold.here);
    assert.deepEqual(receipts(screens.polling), sold.here);
    assert.deepEqual(receipts(screens.branch), sold.there);
    for (const [outlet, numbers] of [[shop.outletId, sold.here], [branch.id, sold.there]])
      assert.deepEqual(screens.all.all('transaction:created').filter((m) => m.outletId === outlet).map((m) => m.receiptNumber), numbers);
    assert.deepEqual(screens.grill.all('order:created').map((m) => m.transactionId), sold.grill);
    for (const [name, screen] of Object.entries(screens)) {
      const marks = screen.seen.map(([event, m]) => `${event} ${m.eventId} ${m.productId ?? ''}`);
      const again = marks.map((mark, i) => [mark, marks.indexOf(mark), i]).filter(([, first, i]) => first !== i);
      assert.deepEqual(again, [], `${name} was told something twice; connects at ${screen.connectedAt}`);
      assert.equal(screen.socket.recovered, true, name);
    }
    t.diagnostic(`${list.map((screen) => screen.connects).join(' ')} connects, ${sold.here.length + sold.there.length} sales`);
    closeAll(list);
    await server.stop();
    checkInvariants(database);
    database.drop();
  });
}
