// Who may come in, as whom, and until when.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createHmac, randomUUID } from 'node:crypto';
import { onEachEngine } from '../lib/engines.mjs';
import { Client, hire, login, openShop, PASSWORD, register, request } from '../lib/client.mjs';

const UUIDV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const b64 = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));

onEachEngine('auth', (context) => {
  it('registers a business with an owner and one outlet', async () => {
    const owner = await register(context.server, { ownerName: 'Siti' });
    for (const id of ['userId', 'employeeId', 'businessId', 'outletId']) assert.match(owner.user[id], UUIDV7);
    assert.deepEqual([owner.user.name, owner.user.role], ['Siti', 'owner']);
    assert.deepEqual(await owner.must(200, 'GET', '/auth/me'), owner.user);
    const outlets = await owner.must(200, 'GET', '/outlets');
    assert.deepEqual(outlets.map((outlet) => [outlet.id, outlet.timezone]), [[owner.user.outletId, 'Asia/Jakarta']]);
    const business = await owner.must(200, 'GET', '/settings/business');
    assert.deepEqual([business.currency, business.timezone], ['IDR', 'Asia/Jakarta']);
    const claims = claimsOf(owner.token);
    for (const claim of ['userId', 'employeeId', 'outletId', 'businessId', 'role', 'iat', 'exp', 'jti']) assert.ok(claims[claim], claim);
  });

  it('names every faulty field of a registration', async () => {
    const answer = await request(context.server, 'POST', '/auth/register',
      { body: { businessName: ' ', ownerName: 7, email: 'nobody', currency: 'XXQ', timezone: 'Mars/Olympus' } });
    assert.equal(answer.status, 400);
    assert.deepEqual(answer.body.errors.map((error) => error.path).sort(), ['businessName', 'currency', 'email', 'ownerName', 'password', 'timezone']);
    assert.match(answer.headers.get('content-type'), /problem\+json/);
  });

  it('knows an e-mail whatever its case, once over all businesses', async () => {
    const email = `Ani.${randomUUID()}@Example.test`;
    await register(context.server, { email });
    const twice = await request(context.server, 'POST', '/auth/register', { body: { businessName: 'B', ownerName: 'O', password: PASSWORD, email: email.toLowerCase() } });
    assert.deepEqual([twice.status, twice.body.code], [409, 'EMAIL_TAKEN']);
    assert.equal((await login(context.server, email.toUpperCase())).user.role, 'owner');
  });

  it('says the same of a wrong password and of an unknown e-mail', async () => {
    const owner = await register(context.server);
    for (const email of [owner.user.email, `nobody-${randomUUID()}@example.test`]) {
      const answer = await request(context.server, 'POST', '/auth/login', { body: { email, password: 'not the password' } });
      assert.deepEqual([answer.status, answer.body.code], [401, 'INVALID_CREDENTIALS']);
    }
  });

  it('refuses tokens that it did not sign', async () => {
    const owner = await register(context.server);
    const [head, claims, signature] = owner.token.split('.');
    const forged = { ...claimsOf(owner.token), role: 'owner', exp: 9999999999 };
    const hmac = (text, key) => createHmac('sha256', key).update(text).digest('base64url');
    const none = `${b64({ alg: 'none', typ: 'JWT' })}.${b64(forged)}.`;
    const guessed = `${head}.${b64(forged)}`;
    const bad = [none, `${none}x`, `${guessed}.${signature}`, `${guessed}.${hmac(guessed, 'secret')}`, `${head}.${claims}.${signature.slice(0, -2)}`,
      `${head}.${claims}`, `${b64({ alg: 'HS512', typ: 'JWT' })}.${claims}.${signature}`, 'x', '', owner.refreshToken];
    for (const token of bad) {
      const answer = await request(context.server, 'GET', '/auth/me', { headers: { authorization: `Bearer ${token}` } });
      assert.equal(answer.status, 401, token);
    }
    assert.equal((await request(context.server, 'GET', '/auth/me')).status, 401);
    assert.equal((await request(context.server, 'GET', '/auth/me', { headers: { authorization: 'Basic eDp5' } })).status, 401);
    await owner.must(200, 'GET', '/auth/me');
  });

  it('spends a refresh token once; a spent one revokes its family', async () => {
    const owner = await register(context.server);
    const refresh = (refreshToken) => request(context.server, 'POST', '/auth/refresh', { body: { refreshToken } });
    const second = await refresh(owner.refreshToken);
    assert.equal(second.status, 200, second.text);
    await new Client(context.server, second.body).must(200, 'GET', '/auth/me');
    assert.equal((await refresh(owner.refreshToken)).status, 401);
    assert.equal((await refresh(second.body.refreshToken)).status, 401, 'the family lives on');
    assert.equal((await refresh('nonsense')).status, 401);
    const again = await login(context.server, owner.user.email);
    const race = await Promise.all([1, 2, 3, 4].map(() => refresh(again.refreshToken)));
    assert.equal(race.filter((answer) => answer.status === 200).length, 1);
  });

  it('logs out: the family is revoked', async () => {
    const owner = await register(context.server);
    assert.equal((await owner.post('/auth/logout')).status, 204);
    assert.equal((await request(context.server, 'POST', '/auth/refresh', { body: { refreshToken: owner.refreshToken } })).status, 401);
  });

  it('stops a dismissed employee at once, and follows a changed role', async () => {
    const owner = await register(context.server);
    const cashier = await hire(owner, 'cashier');
    assert.equal((await cashier.get('/employees')).status, 403);
    await owner.must(200, 'PATCH', `/employees/${cashier.user.employeeId}`, { role: 'manager' });
    assert.equal((await cashier.get('/employees')).status, 200);
    assert.equal((await owner.delete(`/employees/${cashier.user.employeeId}`)).status, 204);
    assert.equal((await cashier.get('/products')).status, 401);
    const answer = await request(context.server, 'POST', '/auth/login', { body: { email: cashier.user.email, password: PASSWORD } });
    assert.equal(answer.status, 401);
    assert.equal((await request(context.server, 'POST', '/auth/refresh', { body: { refreshToken: cashier.refreshToken } })).status, 401);
  });

  it('checks in the order 401, 403, 400, 404', async () => {
    const owner = await register(context.server);
    const kitchen = await hire(owner, 'kitchen');
    const path = `/products/${randomUUID()}`;
    assert.equal((await request(context.server, 'PATCH', path, { body: { colour: 1 } })).status, 401);
    assert.equal((await kitchen.patch(path, { colour: 1 })).status, 403);
    assert.equal((await owner.patch(path, { colour: 1 })).status, 400);
    assert.equal((await owner.patch(path, { name: 'x' })).status, 404);
  });
});

onEachEngine('employees and outlets', (context) => {
  it('keeps PINs and passwords to itself, PINs apart within an outlet', async () => {
    const owner = await register(context.server);
    const { outletId } = owner.user;
    const make = (fields) => owner.post('/employees', { name: 'Budi', role: 'cashier', outletId, ...fields });
    const one = await make({ email: `b-${randomUUID()}@example.test`, password: PASSWORD, pin: '1234' });
    assert.equal(one.status, 201, one.text);
    assert.doesNotMatch(one.text, /1234|password|"pin"/i);
    assert.equal((await make({ pin: '1234', email: `c-${randomUUID()}@example.test`, password: PASSWORD })).status, 409);
    for (const [fields, path] of [[{ pin: '12' }, 'pin'], [{ pin: '12a4' }, 'pin'], [{ role: 'king' }, 'role'], [{ email: 'x', password: PASSWORD }, 'email'], [{ email: `d-${randomUUID()}@example.test`, password: 'short' }, 'password']]) {
      const bad = await make(fields);
      assert.equal(bad.status, 400, bad.text);
      assert.ok(bad.body.errors.some((error) => error.path === path), bad.text);
    }
    assert.equal((await make({ email: owner.user.email.toUpperCase(), password: PASSWORD })).status, 409);
  });

  it('lets a manager run their own outlet only', async () => {
    const owner = await register(context.server);
    const second = await owner.must(201, 'POST', '/outlets', { name: 'Cabang Bandung', code: 'BDG', taxRate: 0.1 });
    const manager = await hire(owner, 'manager', { outletId: second.id });
    const staff = await manager.must(201, 'POST', '/employees', { name: 'Kasir', role: 'cashier', outletId: second.id, email: `k-${randomUUID()}@example.test`, password: PASSWORD });
    assert.ok((await manager.must(200, 'GET', '/employees')).every((employee) => employee.outletId === second.id));
    assert.equal((await manager.get(`/employees/${owner.user.employeeId}`)).status, 404);
    assert.equal((await manager.patch(`/employees/${staff.id}`, { outletId: owner.user.outletId })).status, 404);
    assert.equal((await manager.patch(`/outlets/${second.id}`, { name: 'Mine' })).status, 403);
    assert.equal((await manager.get(`/outlets/${second.id}`)).status, 200);
    const promoted = await manager.patch(`/employees/${staff.id}`, { role: 'owner' });
    assert.ok([403, 422].includes(promoted.status), promoted.text);
  });

  it('takes any subset in a PATCH and keeps the rest', async () => {
    const owner = await register(context.server);
    const path = `/outlets/${owner.user.outletId}`;
    const before = await owner.must(200, 'GET', path);
    const after = await owner.must(200, 'PATCH', path, { taxRate: 0.11, receiptFooter: 'Terima kasih', cashRounding: 100 });
    assert.deepEqual(after, { ...before, taxRate: 0.11, receiptFooter: 'Terima kasih', cashRounding: 100 });
    for (const [fields, wrong] of [[{ taxRate: 1.5 }, 'taxRate'], [{ taxRate: 0.00001 }, 'taxRate'], [{ timezone: '../etc' }, 'timezone'], [{ code: '' }, 'code'], [{ cashRounding: 0.5 }, 'cashRounding']]) {
      const bad = await owner.patch(path, fields);
      assert.equal(bad.status, 400, bad.text);
      assert.ok(bad.body.errors.some((error) => error.path === wrong), bad.text);
    }
    assert.deepEqual(await owner.must(200, 'GET', path), after);
    assert.equal((await owner.patch('/settings/business', { subscriptionPlan: 'gold' })).status, 400);
    assert.equal((await owner.must(200, 'PATCH', '/settings/business', { name: 'Warung Baru' })).name, 'Warung Baru');
  });
});

onEachEngine('throttling', (context) => {
  it('slows down guesses of a password', async () => {
    const email = `victim-${randomUUID()}@example.test`;
    await register(context.server, { email });
    let answer;
    for (let i = 0; i < 40; i++) {
      answer = await request(context.server, 'POST', '/auth/login', { body: { email, password: `guess ${i} guess` } });
      if (answer.status === 429) break;
      assert.equal(answer.status, 401);
    }
    assert.equal(answer.status, 429);
    assert.ok(Number(answer.headers.get('retry-after')) > 0);
  });
}, { env: { TILOPOS_RATE_LIMIT: 'on' }, engines: ['sqlite'] });

onEachEngine('closed registration', (context) => {
  it('takes no new business', async () => {
    const answer = await request(context.server, 'POST', '/auth/register', { body: { businessName: 'B', ownerName: 'O', email: 'o@example.test', password: PASSWORD } });
    assert.deepEqual([answer.status, answer.body.code], [403, 'REGISTRATION_CLOSED']);
  });
}, { env: { TILOPOS_REGISTRATION: 'closed' }, engines: ['sqlite'] });

onEachEngine('tenants', (context) => {
  it('finds nothing of another business, by any call', async () => {
    const mine = await openShop(context.server), theirs = await openShop(context.server, { products: [{ name: 'Rahasia', price: 1, barcode: '899001' }] });
    const { owner } = mine;
    const category = await theirs.owner.must(201, 'POST', '/categories', { name: 'Rahasia' });
    const group = await theirs.owner.must(201, 'POST', '/modifier-groups', { name: 'Rahasia', minSelection: 0, maxSelection: 1, modifiers: [{ name: 'x', price: 0 }] });
    const [product] = theirs.products;
    const paths = [`/products/${product.id}`, `/categories/${category.id}`, `/modifier-groups/${group.id}`, `/outlets/${theirs.outletId}`, `/employees/${theirs.owner.user.employeeId}`];
    for (const path of paths) {
      assert.equal((await owner.get(path)).status, 404, `GET ${path}`);
      assert.equal((await owner.patch(path, { name: 'stolen' })).status, 404, `PATCH ${path}`);
      assert.equal((await owner.delete(path)).status, 404, `DELETE ${path}`);
    }
    assert.equal((await owner.get('/products/barcode/899001')).status, 404);
    assert.equal((await owner.get(`/shifts/${theirs.shiftId}/report`)).status, 404);
    assert.equal((await owner.post(`/shifts/${theirs.shiftId}/close`, { closingCash: 0 })).status, 404);
    assert.equal((await owner.post(`/shifts/${theirs.shiftId}/cash-movements`, { type: 'in', amount: 1, reason: 'x' })).status, 404);
    assert.equal((await owner.post('/shifts', { outletId: theirs.outletId, openingCash: 0 })).status, 404);
    assert.equal((await owner.post('/products', { name: 'x', price: 1, categoryId: category.id })).status, 404);
    assert.equal((await owner.post('/products', { name: 'x', price: 1, modifierGroupIds: [group.id] })).status, 404);
    assert.equal((await owner.post('/inventory/adjustments', { outletId: mine.outletId, type: 'purchase', reason: 'x', items: [{ productId: product.id, quantityDelta: 1 }] })).status, 404);
    for (const path of ['/products', '/categories', '/modifier-groups', '/employees', '/inventory/stock', '/inventory/movements', '/audit', '/shifts', '/outlets']) {
      const answer = await owner.get(path);
      assert.equal(answer.status, 200, `${path}: ${answer.text}`);
      assert.doesNotMatch(answer.text, /Rahasia/);
      assert.ok(!answer.text.includes(theirs.owner.user.businessId) && !answer.text.includes(product.id), path);
    }
    for (const path of ['/products', '/employees', '/inventory/stock', '/inventory/movements', '/audit', '/shifts', '/shifts/current', '/pos/transactions'])
      for (const outletId of [theirs.outletId, product.id]) {
        const answer = await owner.get(`${path}?outletId=${outletId}`);
        assert.equal(answer.status, 404, `${path}: ${answer.text}`);
      }
    assert.equal((await theirs.owner.must(200, 'GET', `/products/${product.id}`)).name, 'Rahasia');
  });
});
