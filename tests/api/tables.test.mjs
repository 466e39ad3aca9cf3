// Dining tables: setting up, status by hand, two waiters at once, orders that come and go.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { it } from 'node:test';
import { onEachEngine } from '../lib/engines.mjs';
import { eventually } from '../lib/eventually.mjs';
import { hire, openShop, register, saleOf } from '../lib/client.mjs';

const paths = (answer) => answer.body.errors.map((error) => error.path);
const makeTable = (client, outletId, name, fields = {}) => client.must(201, 'POST', '/tables', { outletId, name, ...fields });
const setStatus = (client, table, status, more = {}) => client.patch(`/tables/${table.id}/status`, { status, ...more });

onEachEngine('tables', (context) => {
  it('are set up, changed, listed and taken away', async () => {
    const { owner, outletId } = await openShop(context.server);
    const made = await makeTable(owner, outletId, ' Teras 1 ', { capacity: 4, section: 'Teras', x: 10.5, y: -20 });
    assert.deepEqual({ ...made, id: 0, createdAt: 0 }, {
      id: 0, outletId, name: 'Teras 1', capacity: 4, section: 'Teras', x: 10.5, y: -20, status: 'available', activeOrders: 0,
      isActive: true, version: 1, createdAt: 0,
    });
    const plain = await makeTable(owner, outletId, 'Dalam 1');
    assert.deepEqual([plain.capacity, plain.section, plain.x, plain.y], [null, null, null, null]);
    assert.deepEqual(await owner.must(200, 'GET', `/tables/${made.id}`), made);
    assert.deepEqual((await owner.must(200, 'GET', `/tables?outletId=${outletId}`)).map((t) => t.name), ['Dalam 1', 'Teras 1']);
    assert.deepEqual((await owner.must(200, 'GET', '/tables?section=Teras')).map((t) => t.id), [made.id]);
    assert.deepEqual(await owner.must(200, 'GET', '/tables?section=Teras&status=reserved'), []);
    const page = await owner.get('/tables?limit=1');
    assert.deepEqual(page.body.map((t) => t.id), [plain.id]);
    const next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link'))[1];
    assert.deepEqual((await owner.must(200, 'GET', next)).map((t) => t.id), [made.id]);
    const changed = await owner.must(200, 'PATCH', `/tables/${made.id}`, { name: 'Teras 2', capacity: null, x: 0, version: 1 });
    assert.deepEqual(changed, { ...made, name: 'Teras 2', capacity: null, x: 0, version: 2 });
    const kept = await owner.must(200, 'PATCH', `/tables/${made.id}`, { status: 'reserved' });
    assert.deepEqual(kept, { ...changed, status: 'reserved', version: 3 });
    assert.equal((await makeTable(owner, outletId, 'Baru', { status: 'cleaning' })).status, 'cleaning');
    assert.equal((await owner.delete(`/tables/${made.id}`)).status, 204);
    assert.equal((await owner.get(`/tables/${made.id}`)).status, 404);
    assert.equal((await owner.delete(`/tables/${made.id}`)).status, 404);
  });

  it('name every faulty field, and keep names apart', async () => {
    const { owner, outletId } = await openShop(context.server);
    for (const [body, wrong] of [
      [{}, ['outletId', 'name']],
      [{ outletId, name: '  ' }, ['name']],
      [{ outletId, name: 'A', capacity: 0, section: '', x: 'left', y: 2e6 }, ['capacity', 'section', 'x', 'y']],
      [{ outletId, name: 'A', capacity: 2.5, seats: 3 }, ['capacity', 'seats']],
      [{ outletId, name: 'A', status: 'dirty', activeOrders: 0 }, ['activeOrders', 'status']],
    ]) {
      const answer = await owner.post('/tables', body);
      assert.deepEqual([answer.status, paths(answer).sort()], [400, [...wrong].sort()], answer.text);
    }
    const first = await makeTable(owner, outletId, 'A'), second = await makeTable(owner, outletId, 'B');
    const twice = await owner.post('/tables', { outletId, name: 'A' });
    assert.deepEqual([twice.status, twice.body.code, paths(twice)], [409, 'CONFLICT', ['name']]);
    assert.deepEqual(paths(await owner.patch(`/tables/${second.id}`, { name: 'A' })), ['name']);
    const branch = await owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    await makeTable(owner, branch.id, 'A');
    assert.deepEqual(paths(await owner.patch(`/tables/${second.id}`, { outletId: branch.id })), ['outletId']);
    await owner.must(200, 'PATCH', `/tables/${first.id}`, { isActive: false });
    const again = await makeTable(owner, outletId, 'A');
    assert.equal((await owner.patch(`/tables/${first.id}`, { isActive: true })).status, 409);
    assert.deepEqual((await owner.must(200, 'GET', `/tables?outletId=${outletId}&isActive=true`)).map((t) => t.id), [again.id, second.id]);
    for (const path of ['/tables?status=dirty', '/tables?colour=red', '/tables?isActive=1', '/tables?cursor=x', '/tables?limit=0'])
      assert.equal((await owner.get(path)).status, 400, path);
    assert.equal((await owner.patch(`/tables/${second.id}/status`, { status: 'dirty' })).status, 400);
    assert.equal((await owner.patch(`/tables/${second.id}/status`, {})).status, 400);
  });

  it('are made once for one key', async () => {
    const { owner, outletId } = await openShop(context.server);
    const body = { outletId, name: 'A' }, key = { 'idempotency-key': randomUUID() };
    const first = await owner.post('/tables', body, key), again = await owner.post('/tables', body, key);
    assert.deepEqual([first.status, again.status, again.headers.get('idempotent-replayed'), again.body], [201, 201, 'true', first.body]);
  });

  it('share a name with none, however many ask at once', async () => {
    const { owner, outletId } = await openShop(context.server);
    for (const name of ['A', 'B', 'C']) {
      const all = await Promise.all([1, 2, 3, 4].map(() => owner.post('/tables', { outletId, name })));
      assert.deepEqual(all.map((a) => a.status).sort(), [201, 409, 409, 409], name);
    }
  });

  it('are each role\'s business as far as it goes', async () => {
    const { owner, outletId } = await openShop(context.server);
    const table = await makeTable(owner, outletId, 'A');
    for (const [role, reads, sets, edits] of [['manager', 200, 200, 200], ['supervisor', 200, 200, 403], ['cashier', 200, 200, 403], ['kitchen', 200, 403, 403], ['inventory', 403, 403, 403]]) {
      const client = await hire(owner, role);
      assert.equal((await client.get('/tables')).status, reads, role);
      assert.equal((await client.get(`/tables/${table.id}`)).status, reads, role);
      assert.equal((await setStatus(client, table, 'reserved')).status, sets, role);
      assert.equal((await client.patch(`/tables/${table.id}`, { capacity: 2 })).status, edits, role);
      assert.equal((await client.post('/tables', { outletId, name: role })).status, edits === 200 ? 201 : 403, role);
      if (edits === 403) assert.equal((await client.delete(`/tables/${table.id}`)).status, 403, role);
    }
  });

  it('of another outlet or business are not there', async () => {
    const { owner, outletId } = await openShop(context.server);
    const stranger = await register(context.server);
    const branch = await owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const table = await makeTable(owner, branch.id, 'A');
    for (const client of [stranger, await hire(owner, 'manager')]) {
      assert.equal((await client.get(`/tables/${table.id}`)).status, 404);
      assert.equal((await client.get(`/tables?outletId=${branch.id}`)).status, 404);
      assert.equal((await client.post('/tables', { outletId: branch.id, name: 'B' })).status, 404);
      assert.equal((await client.patch(`/tables/${table.id}`, { name: 'B' })).status, 404);
      assert.equal((await client.delete(`/tables/${table.id}`)).status, 404);
      assert.equal((await setStatus(client, table, 'reserved')).status, 404);
      assert.deepEqual(await client.must(200, 'GET', '/tables'), []);
    }
    assert.equal((await owner.get('/tables/none')).status, 404);
    assert.deepEqual((await owner.must(200, 'GET', '/tables')).map((t) => t.id), [table.id]);
    assert.deepEqual(await owner.must(200, 'GET', `/tables?outletId=${outletId}`), []);
  });

  it('are changed by one waiter at a time', async () => {
    const { owner, outletId } = await openShop(context.server);
    const table = await makeTable(owner, outletId, 'A');
    const waiters = await Promise.all(Array.from({ length: 4 }, () => hire(owner, 'cashier')));
    const answers = await Promise.all(waiters.map((waiter, i) => setStatus(waiter, table, ['reserved', 'occupied', 'cleaning', 'reserved'][i], { version: 1 })));
    assert.deepEqual(answers.map((a) => a.status).sort(), [200, 409, 409, 409]);
    const won = answers.find((a) => a.status === 200).body;
    assert.equal(won.version, 2);
    for (const lost of answers.filter((a) => a.status === 409))
      assert.deepEqual([lost.body.code, paths(lost), lost.body.errors[0].current], ['CONFLICT', ['version'], 2]);
    assert.deepEqual(await owner.must(200, 'GET', `/tables/${table.id}`), won);
    const same = await setStatus(owner, table, won.status, { version: 2 });
    assert.deepEqual([same.status, same.body.version], [200, 2]);
    assert.deepEqual(paths(await owner.patch(`/tables/${table.id}`, { name: 'B', version: 1 })), ['version']);
    await owner.must(200, 'PATCH', `/tables/${table.id}`, { name: 'B', version: 2 });
  });

  it('that were sold at stay in the books, and sell no more', async () => {
    const shop = await openShop(context.server);
    const { owner, outletId } = shop;
    const table = await makeTable(owner, outletId, 'A');
    const sale = saleOf(shop, [[shop.products[0], 1]], { orderType: 'retail', tableId: table.id });
    await owner.must(201, 'POST', '/pos/transactions', sale);
    assert.equal((await owner.delete(`/tables/${table.id}`)).status, 204);
    const kept = await owner.must(200, 'GET', `/tables/${table.id}`);
    assert.deepEqual([kept.isActive, kept.version], [false, 2]);
    const { shiftId, payments, ...cart } = sale;
    for (const [path, body] of [['/pos/transactions', sale], ['/pos/quote', cart], ['/pos/held-bills', { ...cart, name: 'x' }]]) {
      const answer = await owner.post(path, body);
      assert.equal(answer.status, 404, `${path}: ${answer.text}`);
    }
    assert.equal((await setStatus(owner, table, 'reserved')).status, 409);
    const late = { ...sale, clientCreatedAt: table.createdAt };
    assert.equal((await owner.post('/pos/transactions', late)).status, 201, 'an offline sale at the table was refused');
    await owner.must(200, 'PATCH', `/tables/${table.id}`, { isActive: true });
    await owner.must(201, 'POST', '/pos/transactions', sale);
  });

  const order = (shop, table, more = {}) => shop.owner.must(201, 'POST', '/orders', { outletId: shop.outletId, orderType: 'dine_in', tableId: table.id, items: [{ productId: shop.products[0].id, quantity: 1 }], ...more });
  const moveOrder = (shop, { id }, status) => shop.owner.must(200, 'PATCH', `/orders/${id}/status`, { status });
  const look = async (shop, { id }) => { const t = await shop.owner.must(200, 'GET', `/tables/${id}`); return [t.status, t.activeOrders]; };

  it('are occupied while any order of theirs is open, whatever they were before', async () => {
    const shop = await openShop(context.server);
    const { owner, outletId } = shop;
    for (const before of ['available', 'reserved', 'cleaning', 'occupied']) {
      const table = await makeTable(owner, outletId, before);
      assert.equal((await setStatus(owner, table, before)).status, 200);
      const first = await order(shop, table), second = await order(shop, table);
      assert.deepEqual(await look(shop, table), ['occupied', 2]);
      await moveOrder(shop, first, 'completed');
      assert.deepEqual(await look(shop, table), ['occupied', 1]);
      await moveOrder(shop, second, 'cancelled');
      assert.deepEqual(await look(shop, table), ['available', 0]);
    }
    const table = await makeTable(owner, outletId, 'take away');
    await order(shop, table, { orderType: 'takeaway' });
    assert.deepEqual(await look(shop, table), ['available', 0]);
    assert.deepEqual((await owner.must(200, 'GET', `/tables?outletId=${outletId}&status=occupied`)), []);
  });

  it('with open orders are not freed, deactivated or deleted by hand', async () => {
    const shop = await openShop(context.server);
    const { owner, outletId } = shop;
    const table = await makeTable(owner, outletId, 'A'), open = await order(shop, table);
    for (const status of ['available', 'reserved', 'cleaning']) {
      const answer = await setStatus(owner, table, status);
      assert.deepEqual([answer.status, answer.body.code, paths(answer), answer.body.errors[0].activeOrders], [409, 'CONFLICT', ['status'], 1]);
    }
    assert.equal((await setStatus(owner, table, 'occupied')).status, 200);
    assert.deepEqual(paths(await owner.patch(`/tables/${table.id}`, { isActive: false })), ['isActive']);
    assert.deepEqual(paths(await owner.patch(`/tables/${table.id}`, { name: 'X', status: 'available' })), ['status']);
    assert.equal((await owner.delete(`/tables/${table.id}`)).status, 409);
    await owner.must(200, 'PATCH', `/tables/${table.id}`, { name: 'B' });
    await moveOrder(shop, open, 'completed');
    assert.equal((await setStatus(owner, table, 'cleaning')).status, 200);
    assert.equal((await owner.delete(`/tables/${table.id}`)).status, 204);
    assert.equal((await owner.must(200, 'GET', `/tables/${table.id}`)).isActive, false, 'an order names it');
  });

  it('stay right when orders come and go at once', async () => {
    const shop = await openShop(context.server);
    const { owner, outletId } = shop;
    const tables = await Promise.all(['A', 'B', 'C'].map((name) => makeTable(owner, outletId, name)));
    for (let round = 0; round < 5; round++) {
      const orders = await Promise.all([...tables, ...tables].map((table) => order(shop, table)));
      for (const table of tables) assert.deepEqual(await look(shop, table), ['occupied', 2]);
      const [late, byHand] = await Promise.all([order(shop, tables[0]), setStatus(owner, tables[0], 'reserved'), ...orders.map((o) => moveOrder(shop, o, 'completed'))]);
      assert.ok([200, 409].includes(byHand.status), byHand.text);
      assert.deepEqual(await look(shop, tables[0]), ['occupied', 1]);
      for (const table of tables.slice(1)) assert.deepEqual(await look(shop, table), ['available', 0]);
      await moveOrder(shop, late, 'completed');
      assert.deepEqual(await look(shop, tables[0]), ['available', 0]);
    }
  });

  it('tell what becomes of them, and who did it by hand', async () => {
    const shop = await openShop(context.server);
    const { owner, outletId } = shop;
    const table = await makeTable(owner, outletId, 'A'), waiter = await hire(owner, 'cashier');
    assert.equal((await setStatus(waiter, table, 'reserved')).status, 200);
    const open = await order(shop, table);
    await order(shop, table).then((other) => moveOrder(shop, other, 'completed'));
    await moveOrder(shop, open, 'completed');
    const told = async () => (await owner.must(200, 'GET', '/audit?limit=200')).filter((row) => row.action === 'table.status_changed').reverse();
    const rows = await eventually(told, (seen) => seen.length >= 3);
    assert.deepEqual(rows.map((row) => [row.data.previousStatus, row.data.newStatus, row.employeeId]),
      [['available', 'reserved', waiter.user.employeeId], ['reserved', 'occupied', null], ['occupied', 'available', null]]);
    assert.ok(rows.every((row) => row.data.tableId === table.id && row.data.tableName === 'A' && row.outletId === outletId && row.entityId === table.id));
  });
});
