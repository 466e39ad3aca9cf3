// Outlets, employees, business settings: who may change what, and what no change may leave behind.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { randomUUID } from 'node:crypto';
import { onEachEngine } from '../lib/engines.mjs';
import { Client, hire, login, PASSWORD, register, request } from '../lib/client.mjs';

const someone = (fields = {}) => ({ name: 'Budi', role: 'cashier', email: `b-${randomUUID()}@example.test`, password: PASSWORD, ...fields });
const refresh = (who) => request(who.server, 'POST', '/auth/refresh', { body: { refreshToken: who.refreshToken } });

/** The call is refused with this status, and the field is named. */
async function refused(answer, status, path) {
  assert.equal(answer.status, status, answer.text);
  assert.match(answer.headers.get('content-type'), /problem\+json/);
  if (path) assert.ok(answer.body.errors?.some((error) => error.path === path), answer.text);
}

onEachEngine('outlets', (context) => {
  it('opens an outlet with defaults, the next code and the zone of the business', async () => {
    const owner = await register(context.server, { timezone: 'Asia/Makassar' });
    const outlet = await owner.must(201, 'POST', '/outlets', { name: ' Cabang ' });
    const { id, createdAt, ...rest } = outlet;
    assert.deepEqual(rest, { name: 'Cabang', code: 'OUT2', address: null, phone: null, timezone: 'Asia/Makassar', taxNumber: null, taxName: null, taxRate: 0, serviceChargeRate: 0,
      taxServiceCharge: false, pricesIncludeTax: false, cashRounding: 0, receiptHeader: null, receiptFooter: null,
      allowNegativeStock: false, cashierDiscountLimit: 1, blindClose: false, isActive: true });
    assert.match(createdAt, /Z$/);
    assert.deepEqual(await owner.must(200, 'GET', `/outlets/${id}`), outlet);
    await owner.must(201, 'POST', '/outlets', { name: 'Empat', code: 'OUT3' });
    assert.equal((await owner.must(201, 'POST', '/outlets', { name: 'Lima' })).code, 'OUT4');
  });

  it('keeps codes apart and well-formed', async () => {
    const owner = await register(context.server);
    const path = `/outlets/${(await owner.must(201, 'POST', '/outlets', { name: 'B', code: 'B-2' })).id}`;
    await refused(await owner.post('/outlets', { name: 'C', code: 'B-2' }), 409, 'code');
    await refused(await owner.patch(path, { code: 'OUT1' }), 409, 'code');
    assert.equal((await owner.must(200, 'PATCH', path, { code: 'B-2' })).code, 'B-2');
    for (const code of ['b', 'A B', 'ABCDEFGHIJK', '', 'É', null]) await refused(await owner.post('/outlets', { name: 'C', code }), 400, 'code');
    const many = await owner.post('/outlets', { name: '', code: 'x', taxRate: 2, id: randomUUID(), timezone: 'x', cashRounding: -1 });
    assert.equal(many.status, 400);
    assert.deepEqual(many.body.errors.map((error) => error.path).sort(), ['cashRounding', 'code', 'id', 'name', 'taxRate', 'timezone']);
  });

  it('makes an outlet once for one key', async () => {
    const owner = await register(context.server);
    const key = { 'idempotency-key': randomUUID() };
    const first = await owner.post('/outlets', { name: 'Sekali' }, key), second = await owner.post('/outlets', { name: 'Sekali' }, key);
    assert.deepEqual([first.status, second.status, second.headers.get('idempotent-replayed')], [201, 201, 'true']);
    assert.deepEqual(second.body, first.body);
    assert.equal((await owner.post('/outlets', { name: 'Lain' }, key)).status, 422);
    assert.equal((await owner.must(200, 'GET', '/outlets')).length, 2);
  });

  it('lists newest first, page by page', async () => {
    const owner = await register(context.server);
    for (let i = 2; i <= 5; i++) await owner.must(201, 'POST', '/outlets', { name: `No ${i}` });
    const names = [];
    let path = '/outlets?limit=2';
    for (let pages = 0; path && pages < 5; pages++) {
      const answer = await owner.get(path);
      assert.equal(answer.status, 200, answer.text);
      names.push(...answer.body.map((outlet) => outlet.name));
      path = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
    }
    assert.deepEqual(names, ['No 5', 'No 4', 'No 3', 'No 2', 'Warung Uji']);
    for (const query of ['limit=0', 'limit=201', 'cursor=x', 'colour=1']) assert.equal((await owner.get(`/outlets?${query}`)).status, 400, query);
  });

  it('deletes what has no history, deactivates the rest, keeps one', async () => {
    const owner = await register(context.server);
    const first = owner.user.outletId;
    await refused(await owner.delete(`/outlets/${first}`), 409);
    await refused(await owner.patch(`/outlets/${first}`, { isActive: false }), 409, 'isActive');
    const empty = await owner.must(201, 'POST', '/outlets', { name: 'Kosong' });
    assert.equal((await owner.delete(`/outlets/${empty.id}`)).status, 204);
    assert.equal((await owner.get(`/outlets/${empty.id}`)).status, 404);
    assert.equal((await owner.delete(`/outlets/${empty.id}`)).status, 404);
    const staffed = await owner.must(201, 'POST', '/outlets', { name: 'Berisi' });
    await hire(owner, 'cashier', { outletId: staffed.id });
    assert.equal((await owner.delete(`/outlets/${staffed.id}`)).status, 204);
    assert.equal((await owner.must(200, 'GET', `/outlets/${staffed.id}`)).isActive, false);
    await refused(await owner.post('/employees', someone({ outletId: staffed.id })), 409, 'outletId');
    assert.equal((await owner.delete(`/outlets/${first}`)).status, 409);
    assert.equal((await owner.must(200, 'PATCH', `/outlets/${staffed.id}`, { isActive: true })).isActive, true);
    assert.equal((await owner.delete(`/outlets/nonsense`)).status, 404);
  });

  it('leaves one active when two are deleted at once', async () => {
    const owner = await register(context.server);
    const second = await owner.must(201, 'POST', '/outlets', { name: 'Dua' });
    const answers = await Promise.all([owner.user.outletId, second.id].map((id) => owner.delete(`/outlets/${id}`)));
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [204, 409]);
  });

  it('shows a manager the own outlet only, others none', async () => {
    const owner = await register(context.server);
    const second = await owner.must(201, 'POST', '/outlets', { name: 'Dua' });
    const manager = await hire(owner, 'manager', { outletId: second.id }), cashier = await hire(owner, 'cashier');
    assert.deepEqual((await manager.must(200, 'GET', '/outlets')).map((outlet) => outlet.id), [second.id]);
    assert.equal((await manager.get(`/outlets/${owner.user.outletId}`)).status, 404);
    for (const [method, path] of [['POST', '/outlets'], ['DELETE', `/outlets/${second.id}`], ['PATCH', '/settings/business']])
      assert.equal((await manager.call(method, path, method === 'DELETE' ? undefined : { name: 'x' })).status, 403, path);
    assert.equal((await manager.get('/settings/business')).status, 200);
    for (const path of ['/outlets', '/employees', '/settings/business']) assert.equal((await cashier.get(path)).status, 403, path);
  });
});

onEachEngine('employees', (context) => {
  it('gives e-mail and password together, or neither', async () => {
    const owner = await register(context.server);
    await refused(await owner.post('/employees', { name: 'A', role: 'cashier', email: 'a@example.test' }), 400, 'password');
    await refused(await owner.post('/employees', { name: 'A', role: 'cashier', password: PASSWORD }), 400, 'email');
    await refused(await owner.post('/employees', { name: 'A', role: 'owner', pin: '1234' }), 400, 'email');
    const pinOnly = await owner.must(201, 'POST', '/employees', { name: 'A', role: 'cashier', pin: '4711' });
    assert.deepEqual([pinOnly.email, pinOnly.hasPin, pinOnly.outletId, pinOnly.isActive], [null, true, owner.user.outletId, true]);
    const path = `/employees/${pinOnly.id}`, email = `a-${randomUUID()}@example.test`;
    await refused(await owner.patch(path, { email }), 400, 'password');
    await refused(await owner.patch(path, { password: PASSWORD }), 400, 'email');
    assert.equal((await owner.must(200, 'PATCH', path, { email, password: PASSWORD })).email, email);
    assert.equal((await login(context.server, email)).user.employeeId, pinOnly.id);
    assert.equal((await owner.must(200, 'PATCH', path, { email: null, pin: null })).hasPin, false);
    assert.equal((await request(context.server, 'POST', '/auth/login', { body: { email, password: PASSWORD } })).status, 401);
    await refused(await owner.patch(path, { password: null }), 400, 'password');
    await refused(await owner.patch(`/employees/${owner.user.employeeId}`, { email: null }), 400, 'email');
    await refused(await owner.patch(path, { name: ' ', pin: '12', role: 'king', id: path }), 400, 'name');
  });

  it('keeps e-mails apart over all businesses', async () => {
    const owner = await register(context.server), other = await register(context.server);
    const mine = await owner.must(201, 'POST', '/employees', someone());
    const taken = await owner.post('/employees', someone({ email: other.user.email.toUpperCase() }));
    await refused(taken, 409, 'email');
    assert.equal(taken.body.code, 'EMAIL_TAKEN');
    await refused(await owner.patch(`/employees/${mine.id}`, { email: other.user.email }), 409, 'email');
    assert.equal((await owner.must(200, 'PATCH', `/employees/${mine.id}`, { email: mine.email })).email, mine.email);
    const email = `race-${randomUUID()}@example.test`;
    const race = await Promise.all([owner, other, owner, other].map((who) => who.post('/employees', someone({ email }))));
    assert.deepEqual(race.map((answer) => answer.status).sort(), [201, 409, 409, 409]);
  });

  it('keeps PINs apart in an outlet, over a move, and frees those of the dismissed', async () => {
    const owner = await register(context.server);
    const second = await owner.must(201, 'POST', '/outlets', { name: 'Dua' });
    const one = await owner.must(201, 'POST', '/employees', someone({ pin: '1234' }));
    const two = await owner.must(201, 'POST', '/employees', someone({ pin: '1234', outletId: second.id }));
    await refused(await owner.post('/employees', someone({ pin: '1234' })), 409, 'pin');
    await refused(await owner.patch(`/employees/${two.id}`, { outletId: owner.user.outletId }), 409, 'pin');
    const moved = await owner.must(200, 'PATCH', `/employees/${two.id}`, { outletId: owner.user.outletId, pin: '5678' });
    assert.deepEqual([moved.hasPin, moved.outletId], [true, owner.user.outletId]);
    await refused(await owner.patch(`/employees/${two.id}`, { pin: '1234' }), 409, 'pin');
    assert.equal((await owner.delete(`/employees/${one.id}`)).status, 204);
    assert.deepEqual([(await owner.must(200, 'GET', `/employees/${one.id}`))].map((e) => [e.isActive, e.hasPin]), [[false, false]]);
    await owner.must(200, 'PATCH', `/employees/${two.id}`, { pin: '1234' });
  });

  it('lets a manager hire and edit those below only', async () => {
    const owner = await register(context.server);
    const manager = await hire(owner, 'manager'), peer = await hire(owner, 'manager'), cashier = await hire(owner, 'cashier');
    for (const role of ['owner', 'manager']) await refused(await manager.post('/employees', someone({ role })), 403);
    for (const role of ['supervisor', 'cashier', 'kitchen', 'inventory']) await manager.must(201, 'POST', '/employees', someone({ role }));
    for (const who of [owner, peer]) {
      assert.equal((await manager.patch(`/employees/${who.user.employeeId}`, { name: 'x' })).status, 403);
      assert.equal((await manager.delete(`/employees/${who.user.employeeId}`)).status, 403);
    }
    assert.equal((await manager.patch(`/employees/${cashier.user.employeeId}`, { role: 'manager' })).status, 403);
    const self = `/employees/${manager.user.employeeId}`;
    assert.equal((await manager.must(200, 'PATCH', self, { name: 'Saya' })).name, 'Saya');
    for (const change of [{ role: 'owner' }, { role: 'cashier' }, { isActive: false }]) assert.equal((await manager.patch(self, change)).status, 403);
    assert.equal((await manager.delete(self)).status, 403);
    assert.equal((await manager.delete(`/employees/${cashier.user.employeeId}`)).status, 204);
    const second = await owner.must(201, 'POST', '/outlets', { name: 'Dua' });
    const far = await owner.must(201, 'POST', '/employees', someone({ outletId: second.id }));
    await refused(await manager.post('/employees', someone({ outletId: second.id })), 404, 'outletId');
    for (const call of ['get', 'delete']) assert.equal((await manager[call](`/employees/${far.id}`)).status, 404);
    assert.equal((await manager.patch(`/employees/${far.id}`, { name: 'x' })).status, 404);
    assert.equal((await manager.get(`/employees?outletId=${second.id}`)).status, 404);
    assert.deepEqual((await owner.must(200, 'GET', `/employees?outletId=${second.id}`)).map((employee) => employee.id), [far.id]);
    await refused(await owner.post('/employees', someone({ outletId: randomUUID() })), 404, 'outletId');
  });

  it('always leaves an owner', async () => {
    const owner = await register(context.server);
    const self = `/employees/${owner.user.employeeId}`;
    assert.equal((await owner.delete(self)).status, 409);
    await refused(await owner.patch(self, { role: 'manager' }), 409, 'role');
    await refused(await owner.patch(self, { isActive: false }), 409, 'isActive');
    const partner = await hire(owner, 'owner');
    const both = await Promise.all([owner.delete(`/employees/${partner.user.employeeId}`), partner.delete(self)]);
    const statuses = both.map((answer) => answer.status).sort();
    assert.equal(statuses[0], 204);
    assert.ok([401, 409].includes(statuses[1]), statuses.join());
  });

  it('ends logins with a new password, a dismissal, a logout; not with a new name', async () => {
    const owner = await register(context.server);
    const works = async (who) => (await who.get('/auth/me')).status === 200;
    const cashier = await hire(owner, 'cashier'), path = `/employees/${cashier.user.employeeId}`;
    await owner.must(200, 'PATCH', path, { name: 'Lain' });
    assert.equal((await cashier.must(200, 'GET', '/auth/me')).name, 'Lain');
    await owner.must(200, 'PATCH', path, { password: 'a new password' });
    assert.equal(await works(cashier), false);
    assert.equal((await refresh(cashier)).status, 401);
    const again = await login(context.server, cashier.user.email, 'a new password');
    const besides = await login(context.server, cashier.user.email, 'a new password');
    assert.equal((await again.post('/auth/logout')).status, 204);
    assert.deepEqual([await works(again), await works(besides)], [false, true]);
    await owner.must(204, 'DELETE', path);
    assert.equal(await works(besides), false);
    await owner.must(200, 'PATCH', path, { isActive: true });
    assert.equal(await works(besides), false, 'a login came back with the employee');
    assert.equal((await refresh(besides)).status, 401);
    assert.equal(await works(await login(context.server, cashier.user.email, 'a new password')), true);
  });

  it('ends the access token with a reused refresh token', async () => {
    const owner = await register(context.server);
    const next = new Client(context.server, (await refresh(owner)).body);
    assert.equal((await next.get('/auth/me')).status, 200);
    const reused = await refresh(owner);
    assert.deepEqual([reused.status, reused.body.code], [401, 'TOKEN_REUSED']);
    for (const who of [owner, next]) assert.equal((await who.get('/auth/me')).status, 401);
  });

  it('moves an employee to another outlet at once', async () => {
    const owner = await register(context.server);
    const second = await owner.must(201, 'POST', '/outlets', { name: 'Dua' });
    const manager = await hire(owner, 'manager');
    await owner.must(200, 'PATCH', `/employees/${manager.user.employeeId}`, { outletId: second.id });
    assert.equal((await manager.must(200, 'GET', '/auth/me')).outletId, second.id);
    assert.deepEqual((await manager.must(200, 'GET', '/outlets')).map((outlet) => outlet.id), [second.id]);
  });
});

onEachEngine('business settings', (context) => {
  it('changes name, zone and, before the first shift, the currency', async () => {
    const owner = await register(context.server);
    const before = await owner.must(200, 'GET', '/settings/business');
    assert.deepEqual(Object.keys(before).sort(), ['createdAt', 'currency', 'id', 'name', 'subscriptionPlan', 'timezone']);
    assert.equal(before.id, owner.user.businessId);
    await owner.must(200, 'PATCH', `/outlets/${owner.user.outletId}`, { cashRounding: 100 });
    const after = await owner.must(200, 'PATCH', '/settings/business', { currency: 'USD', timezone: 'Asia/Jayapura' });
    assert.deepEqual(after, { ...before, currency: 'USD', timezone: 'Asia/Jayapura' });
    const outlet = await owner.must(200, 'PATCH', `/outlets/${owner.user.outletId}`, { name: 'x' });
    assert.equal(outlet.cashRounding, 0, 'a rounding of rupiah became one of dollars');
    assert.equal((await owner.must(200, 'PATCH', `/outlets/${owner.user.outletId}`, { cashRounding: 0.05 })).cashRounding, 0.05);
    for (const currency of ['usd', 'XXQ', 'US', '', null]) await refused(await owner.patch('/settings/business', { currency }), 400, 'currency');
    await refused(await owner.patch('/settings/business', { timezone: 'Mars/Base', id: '1', createdAt: '1' }), 400, 'timezone');
  });

  it('keeps the currency once there are amounts in it', async () => {
    const owner = await register(context.server);
    await owner.must(201, 'POST', '/products', { name: 'Kopi', price: 18000 });
    await refused(await owner.patch('/settings/business', { currency: 'USD' }), 409, 'currency');
    const kitchen = await register(context.server);
    await kitchen.must(201, 'POST', '/ingredients', { name: 'Susu', unit: 'l', cost: 25000 });
    await refused(await kitchen.patch('/settings/business', { currency: 'USD' }), 409, 'currency');
    await owner.must(200, 'PATCH', '/settings/business', { currency: 'JPY' });
    await owner.must(201, 'POST', '/shifts', { outletId: owner.user.outletId, openingCash: 0 });
    await refused(await owner.patch('/settings/business', { currency: 'IDR' }), 409, 'currency');
    await refused(await owner.delete(`/outlets/${owner.user.outletId}`), 409);
    const second = await owner.must(201, 'POST', '/outlets', { name: 'Dua' });
    await refused(await owner.delete(`/outlets/${owner.user.outletId}`), 409, 'isActive');
    assert.equal((await owner.delete(`/outlets/${second.id}`)).status, 204);
  });
});
