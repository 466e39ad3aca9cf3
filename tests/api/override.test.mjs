// Who takes over a till by PIN, and what a cashier may do once a supervisor has approved it.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { randomUUID } from 'node:crypto';
import { onEachEngine } from '../lib/engines.mjs';
import { eventually } from '../lib/eventually.mjs';
import { hire, openShop, request } from '../lib/client.mjs';

const PIN = '482911';

/** A shop whose cashiers may give 10 %, with a supervisor who has a PIN. */
async function shopWithStaff(server, options = {}) {
  const shop = await openShop(server, { outlet: { cashierDiscountLimit: 0.1 }, products: [{ name: 'Kopi', price: 10000, stock: 100 }], ...options });
  const cashier = await hire(shop.owner, 'cashier');
  const supervisor = await hire(shop.owner, 'supervisor', { pin: PIN });
  const shift = await cashier.must(201, 'POST', '/shifts', { outletId: shop.outletId, openingCash: 50000 });
  return { ...shop, cashier, supervisor, cashierShiftId: shift.id };
}

const sale = (shop, discount, paid = 10000) => ({
  outletId: shop.outletId, shiftId: shop.shiftId, orderType: 'takeaway',
  items: [{ productId: shop.products[0].id, quantity: 1 }], payments: [{ method: 'cash', amount: paid }],
  discounts: discount ? [{ type: 'percentage', value: discount, reason: 'regular' }] : [],
});

async function approve(shop, action, pin = PIN, by = shop.cashier) {
  const answer = await by.must(200, 'POST', '/auth/override', { pin, action });
  return { 'x-override-token': answer.overrideToken };
}

function refused(answer, status, code) {
  assert.deepEqual([answer.status, answer.body.code], [status, code], answer.text);
}

/** The audit rows of an action, once the listener has written as many. */
const auditOf = (owner, action, count) =>
  eventually(() => owner.must(200, 'GET', `/audit?action=${action}`), (rows) => rows.length >= count);

onEachEngine('PIN login', (context) => {
  it('logs an employee of the outlet in, on any token of it', async () => {
    const shop = await openShop(context.server);
    await shop.owner.must(201, 'POST', '/employees', { name: 'Dewi', pin: '1357', role: 'cashier', outletId: shop.outletId });
    const kitchen = await hire(shop.owner, 'kitchen');
    const session = await kitchen.must(200, 'POST', '/auth/pin', { pin: '1357' });
    assert.deepEqual([session.user.name, session.user.role, session.user.outletId, session.user.email], ['Dewi', 'cashier', shop.outletId, null]);
    assert.ok(session.expiresIn > 0);
    const me = await request(context.server, 'GET', '/auth/me', { token: session.accessToken });
    assert.deepEqual(me.body, session.user);
    const next = await request(context.server, 'POST', '/auth/refresh', { body: { refreshToken: session.refreshToken } });
    assert.deepEqual([next.status, next.body.user], [200, session.user]);
    assert.equal((await kitchen.get('/auth/me')).status, 200); // the till's own login goes on
  });

  it('needs a token, and digits', async () => {
    const shop = await openShop(context.server);
    refused(await request(context.server, 'POST', '/auth/pin', { body: { pin: '1234' } }), 401, 'UNAUTHORIZED');
    for (const pin of ['123', '123456789', '12a4', '', 1234]) {
      const answer = await shop.owner.post('/auth/pin', { pin });
      refused(answer, 400, 'VALIDATION_FAILED');
      assert.equal(answer.body.errors[0].path, 'pin');
    }
  });

  it('knows no PIN of another outlet, another business, or of one who was dismissed', async () => {
    const shop = await openShop(context.server);
    const other = await openShop(context.server);
    const branch = await shop.owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const till = await hire(shop.owner, 'cashier');
    const dewi = await shop.owner.must(201, 'POST', '/employees', { name: 'Dewi', pin: '1111', role: 'cashier', outletId: shop.outletId });
    await shop.owner.must(201, 'POST', '/employees', { name: 'Eka', pin: '2222', role: 'cashier', outletId: branch.id });
    await other.owner.must(201, 'POST', '/employees', { name: 'Fajar', pin: '3333', role: 'cashier', outletId: other.outletId });
    for (const pin of ['2222', '3333', '4444']) refused(await till.post('/auth/pin', { pin }), 401, 'INVALID_CREDENTIALS');
    const session = await till.must(200, 'POST', '/auth/pin', { pin: '1111' });
    await shop.owner.must(204, 'DELETE', `/employees/${dewi.id}`);
    refused(await till.post('/auth/pin', { pin: '1111' }), 401, 'INVALID_CREDENTIALS');
    assert.equal((await request(context.server, 'GET', '/auth/me', { token: session.accessToken })).status, 401);
  });
});

onEachEngine('overrides', (context) => {
  it('are given by those who may approve, of this outlet, and by owners everywhere', async () => {
    const shop = await shopWithStaff(context.server);
    const branch = await shop.owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const staff = (name, role, pin, outletId) => shop.owner.must(201, 'POST', '/employees', { name, role, pin, outletId });
    await staff('Gita', 'cashier', '1000', shop.outletId);
    await staff('Hadi', 'kitchen', '1001', shop.outletId);
    const manager = await staff('Indah', 'manager', '1002', shop.outletId);
    await staff('Joko', 'supervisor', '1003', branch.id);
    const partner = await hire(shop.owner, 'owner', { pin: '1004', outletId: branch.id });
    const ask = (pin, action = 'void') => shop.cashier.post('/auth/override', { pin, action });

    const given = await ask(PIN);
    assert.equal(given.status, 200);
    assert.deepEqual([given.body.approvedBy, given.body.expiresIn], [shop.supervisor.user.employeeId, 300]);
    assert.match(given.body.overrideToken, /^[A-Za-z0-9_-]{43}$/);
    assert.deepEqual(Object.keys(given.body).sort(), ['approvedBy', 'expiresIn', 'overrideToken']);
    assert.equal((await ask('1002', 'refund')).body.approvedBy, manager.id);
    assert.equal((await ask('1004', 'cash_out')).body.approvedBy, partner.user.employeeId);
    refused(await ask('1000'), 403, 'FORBIDDEN');
    refused(await ask('1001'), 403, 'FORBIDDEN');
    refused(await ask('1003'), 401, 'INVALID_CREDENTIALS'); // of the other outlet
    refused(await ask('9999'), 401, 'INVALID_CREDENTIALS');
    await shop.owner.must(204, 'DELETE', `/employees/${manager.id}`);
    refused(await ask('1002'), 401, 'INVALID_CREDENTIALS');
    const faulty = await shop.cashier.post('/auth/override', { pin: '12', action: 'sell' });
    refused(faulty, 400, 'VALIDATION_FAILED');
    assert.deepEqual(faulty.body.errors.map((error) => error.path).sort(), ['action', 'pin']);
    refused(await request(context.server, 'POST', '/auth/override', { body: { pin: PIN, action: 'void' } }), 401, 'UNAUTHORIZED');
  });

  it('let a cashier give a discount above the limit, once', async () => {
    const shop = await shopWithStaff(context.server);
    const sell = (discount, headers, paid) => shop.cashier.post('/pos/transactions', sale(shop, discount, paid), headers);
    const without = await sell(11);
    refused(without, 403, 'OVERRIDE_REQUIRED');
    assert.equal(without.body.errors[0].path, 'discounts');

    const token = await approve(shop, 'discount');
    assert.equal((await sell(10, token)).status, 201); // within the limit: not spent
    refused(await sell(20, token, 100), 422, 'INVALID_PAYMENT'); // refused: not spent
    const made = await sell(20, token);
    assert.deepEqual([made.status, made.body.grandTotal], [201, 8000], made.text);
    const again = await sell(20, token);
    refused(again, 403, 'OVERRIDE_REQUIRED');
    assert.equal(again.body.errors[0].path, 'discounts');
    assert.equal((await sell(10, token)).status, 201); // a spent one does no harm where none is needed

    const rows = await auditOf(shop.owner, 'transaction.created', 3);
    assert.deepEqual(rows.map((row) => [row.entityId === made.body.id, row.approvedBy, row.employeeId]).reverse(), [
      [false, null, shop.cashier.user.employeeId], [true, shop.supervisor.user.employeeId, shop.cashier.user.employeeId],
      [false, null, shop.cashier.user.employeeId]]);
  });

  it('are good for their action, their outlet and a real token only', async () => {
    const shop = await shopWithStaff(context.server);
    const branch = await shop.owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const elsewhere = await hire(shop.owner, 'cashier', { outletId: branch.id });
    await shop.owner.must(201, 'POST', '/employees', { name: 'Eka', pin: '2222', role: 'manager', outletId: branch.id });
    const other = await shopWithStaff(context.server);
    const tokens = [
      await approve(shop, 'void'), await approve(shop, 'refund'), await approve(shop, 'cash_out'),
      await approve(shop, 'discount', '2222', elsewhere), await approve(other, 'discount'),
      { 'x-override-token': 'guessed' }, { 'x-override-token': '' },
    ];
    for (const headers of tokens)
      refused(await shop.cashier.post('/pos/transactions', sale(shop, 50), headers), 403, 'OVERRIDE_REQUIRED');
    const discount = await approve(shop, 'discount');
    const out = await shop.cashier.post(`/shifts/${shop.cashierShiftId}/cash-movements`, { type: 'out', amount: 1000, reason: 'ice' }, discount);
    refused(out, 403, 'OVERRIDE_REQUIRED');
    assert.equal((await shop.cashier.post('/pos/transactions', sale(shop, 50), discount)).status, 201);
  });

  it('end with the employment of who gave them', async () => {
    const shop = await shopWithStaff(context.server);
    const token = await approve(shop, 'discount');
    await shop.owner.must(204, 'DELETE', `/employees/${shop.supervisor.user.employeeId}`);
    refused(await shop.cashier.post('/pos/transactions', sale(shop, 50), token), 403, 'OVERRIDE_REQUIRED');
  });

  it('are not needed again by a request that is sent again', async () => {
    const shop = await shopWithStaff(context.server);
    const key = { 'idempotency-key': randomUUID() };
    const token = await approve(shop, 'discount');
    const first = await shop.cashier.must(201, 'POST', '/pos/transactions', sale(shop, 50), { ...key, ...token });
    for (const headers of [{ ...key, ...token }, key]) {
      const again = await shop.cashier.post('/pos/transactions', sale(shop, 50), headers);
      assert.deepEqual([again.status, again.body.id, again.headers.get('idempotent-replayed')], [201, first.id, 'true'], again.text);
    }
    const outKey = { 'idempotency-key': randomUUID() };
    const path = `/shifts/${shop.cashierShiftId}/cash-movements`, body = { type: 'out', amount: 1000, reason: 'ice' };
    refused(await shop.cashier.post(path, body, outKey), 403, 'OVERRIDE_REQUIRED'); // frees the key
    const moved = await shop.cashier.must(201, 'POST', path, body, { ...outKey, ...await approve(shop, 'cash_out') });
    const replay = await shop.cashier.post(path, body, outKey);
    assert.deepEqual([replay.status, replay.body.id], [201, moved.id]);
  });

  it('are spent by one of many that use one at once', async () => {
    const shop = await shopWithStaff(context.server);
    const token = await approve(shop, 'discount');
    const sales = await Promise.all(Array.from({ length: 12 }, () => shop.cashier.post('/pos/transactions', sale(shop, 50), token)));
    assert.deepEqual(sales.map((answer) => answer.status).sort(), [201, ...Array(11).fill(403)]);
    const out = await approve(shop, 'cash_out');
    const path = `/shifts/${shop.cashierShiftId}/cash-movements`;
    const moves = await Promise.all(Array.from({ length: 12 }, () => shop.cashier.post(path, { type: 'out', amount: 100, reason: 'ice' }, out)));
    assert.deepEqual(moves.map((answer) => answer.status).sort(), [201, ...Array(11).fill(403)]);
    const stock = await shop.owner.must(200, 'GET', `/inventory/stock?outletId=${shop.outletId}`);
    assert.equal(stock[0].quantity, 99);
  });

  it('let a cashier take cash out, on the record', async () => {
    const shop = await shopWithStaff(context.server);
    const path = `/shifts/${shop.cashierShiftId}/cash-movements`;
    const move = (type, headers, by = shop.cashier) => by.post(path, { type, amount: 2500, reason: 'es batu' }, headers);
    refused(await move('out'), 403, 'OVERRIDE_REQUIRED');
    assert.equal((await move('in')).status, 201);
    const token = await approve(shop, 'cash_out');
    const strange = await shop.cashier.post(`/shifts/${randomUUID()}/cash-movements`, { type: 'out', amount: 1, reason: 'x' }, token);
    refused(strange, 404, 'NOT_FOUND'); // refused: not spent
    assert.equal((await move('out', token)).status, 201);
    refused(await move('out', token), 403, 'OVERRIDE_REQUIRED');
    assert.equal((await move('out', {}, shop.supervisor)).status, 201);

    const rows = (await auditOf(shop.owner, 'shift.cash_moved', 3)).reverse();
    const { employeeId: cashier } = shop.cashier.user, { employeeId: supervisor } = shop.supervisor.user;
    assert.deepEqual(rows.map((row) => [row.data.type, row.employeeId, row.approvedBy]),
      [['in', cashier, null], ['out', cashier, supervisor], ['out', supervisor, supervisor]]);
    assert.deepEqual(rows[1].data, { shiftId: shop.cashierShiftId, type: 'out', amount: 2500, reason: 'es batu', employeeId: cashier, approvedBy: supervisor });
    assert.deepEqual([rows[1].entityType, rows[1].entityId, rows[1].outletId], ['shift', shop.cashierShiftId, shop.outletId]);
    const report = await shop.cashier.must(200, 'GET', `/shifts/${shop.cashierShiftId}/report`);
    assert.equal(report.expectedCash, 50000 - 2500);
  });

  it('let a cashier void and refund, on the record', async () => {
    const shop = await shopWithStaff(context.server);
    const { employeeId: supervisor } = shop.supervisor.user;
    const sell = () => shop.cashier.must(201, 'POST', '/pos/transactions', { ...sale(shop), shiftId: shop.cashierShiftId });
    const [first, second] = [await sell(), await sell()];
    const { items: [item] } = await shop.cashier.must(200, 'GET', `/pos/transactions/${second.id}`);
    const voidIt = (headers, id = first.id) => shop.cashier.post(`/pos/transactions/${id}/void`, { reason: 'wrong' }, headers);
    const refund = (headers, quantity = 1) => shop.cashier.post(`/pos/transactions/${second.id}/refund`,
      { items: [{ transactionItemId: item.id, quantity, restock: true }], method: 'cash', reason: 'cold' }, headers);

    const toVoid = await approve(shop, 'void'), toRefund = await approve(shop, 'refund');
    refused(await voidIt(), 403, 'OVERRIDE_REQUIRED');
    refused(await voidIt(toRefund), 403, 'OVERRIDE_REQUIRED');
    assert.equal((await voidIt(toVoid)).status, 200);
    refused(await voidIt(toVoid, second.id), 403, 'OVERRIDE_REQUIRED');
    refused(await refund(), 403, 'OVERRIDE_REQUIRED');
    refused(await refund(toRefund, 2), 422, 'REFUND_EXCEEDS_SOLD'); // refused: not spent
    assert.equal((await refund(toRefund)).status, 201);
    for (const action of ['transaction.voided', 'transaction.refunded']) {
      const [row] = await auditOf(shop.owner, action, 1);
      assert.deepEqual([row.employeeId, row.approvedBy], [shop.cashier.user.employeeId, supervisor], action);
    }
  });

  it('are in the description of the calls that take them', async () => {
    const { body } = await request(context.server, 'GET', '/openapi.json');
    const taking = Object.entries(body.paths).flatMap(([path, calls]) => Object.entries(calls)
      .filter(([, call]) => call.parameters?.some((parameter) => parameter.$ref?.endsWith('/overrideToken'))).map(([method]) => `${method} ${path.replace('/api/v1', '')}`));
    assert.deepEqual(taking.sort(), ['post /pos/transactions', 'post /pos/transactions/{id}/refund', 'post /pos/transactions/{id}/void', 'post /shifts/{id}/cash-movements']);
  });

  it('do not change what a quote says', async () => {
    const shop = await shopWithStaff(context.server);
    const { shiftId, payments, ...cart } = sale(shop, 50);
    const token = await approve(shop, 'discount');
    for (const headers of [{}, token]) {
      const quote = await shop.cashier.must(200, 'POST', '/pos/quote', cart, headers);
      assert.deepEqual([quote.overrideRequired, quote.grandTotal], [true, 5000]);
    }
    assert.equal((await shop.cashier.post('/pos/transactions', sale(shop, 50), token)).status, 201);
  });

  it('are not asked of a supervisor, who spends none', async () => {
    const shop = await shopWithStaff(context.server);
    const token = await approve(shop, 'discount');
    assert.equal((await shop.supervisor.post('/pos/transactions', sale(shop, 50), token)).status, 201);
    assert.equal((await shop.cashier.post('/pos/transactions', sale(shop, 50), token)).status, 201);
  });
});

onEachEngine('PINs are not guessed', (context) => {
  const guess = (client, pin, device, path = '/auth/pin') =>
    client.post(path, path === '/auth/pin' ? { pin } : { pin, action: 'void' }, device ? { 'x-device-id': device } : {});

  it('a device that sends wrong ones has to wait, for both calls; another one goes on', async () => {
    const shop = await shopWithStaff(context.server);
    const other = await shopWithStaff(context.server);
    for (let i = 0; i < 5; i++) {
      assert.equal((await guess(shop.cashier, PIN, 'till-1')).status, 200); // right ones cost nothing
      refused(await guess(shop.cashier, '0000', 'till-1'), 401, 'INVALID_CREDENTIALS');
      refused(await guess(shop.cashier, '0000', 'till-1', '/auth/override'), 401, 'INVALID_CREDENTIALS');
    }
    for (const path of ['/auth/pin', '/auth/override']) {
      const held = await guess(shop.cashier, PIN, 'till-1', path);
      refused(held, 429, 'TOO_MANY_REQUESTS');
      assert.match(held.headers.get('retry-after'), /^[1-9][0-9]*$/);
    }
    assert.equal((await guess(shop.cashier, PIN, 'till-2')).status, 200);
    assert.equal((await guess(shop.cashier, PIN)).status, 200);
    assert.equal((await guess(other.cashier, PIN, 'till-1')).status, 200); // another outlet's till of that name
  });

  it('a device that changes its name has to wait as well', async () => {
    const shop = await shopWithStaff(context.server);
    let tries = 0;
    while (tries < 100 && (await guess(shop.cashier, '0000', `till-${tries}`)).status === 401) tries++;
    assert.equal(tries, 60);
    assert.equal((await guess(shop.cashier, PIN, 'new')).status, 429);
  });
}, { env: { TILOPOS_RATE_LIMIT: 'on' } });
