// Customers: kept, found by name and phone, never another business's.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { randomUUID } from 'node:crypto';
import { onEachEngine } from '../lib/engines.mjs';
import { hire, openShop, register, request, saleOf } from '../lib/client.mjs';

const refused = (answer, status, code) => assert.deepEqual([answer.status, answer.body.code], [status, code], answer.text);
const paths = (answer) => answer.body.errors.map((e) => e.path);

onEachEngine('customers', (context) => {
  it('are created, read, changed and removed', async () => {
    const shop = await openShop(context.server);
    const cashier = await hire(shop.owner, 'cashier');
    const made = await cashier.must(201, 'POST', '/customers', { name: ' Ayu Lestari ', phone: '+62 812-3456-7890', email: 'AYU@Example.test', dateOfBirth: '1990-02-28', notes: 'no sugar' });
    assert.deepEqual({ ...made, id: 0, createdAt: 0 }, { id: 0, name: 'Ayu Lestari', phone: '+62 812-3456-7890', email: 'ayu@example.test', dateOfBirth: '1990-02-28', notes: 'no sugar',
      isActive: true, loyaltyPoints: 0, loyaltyTier: null, totalSpent: 0, visitCount: 0, lastVisitAt: null, createdAt: 0 });
    assert.ok(Math.abs(Date.parse(made.createdAt) - Date.now()) < 60_000);
    assert.deepEqual(await cashier.must(200, 'GET', `/customers/${made.id}`), made);
    const changed = await cashier.must(200, 'PATCH', `/customers/${made.id}`, { name: 'Ayu', notes: null, dateOfBirth: null });
    assert.deepEqual(changed, { ...made, name: 'Ayu', notes: null, dateOfBirth: null });
    refused(await cashier.delete(`/customers/${made.id}`), 403, 'FORBIDDEN');
    await shop.owner.must(204, 'DELETE', `/customers/${made.id}`);
    refused(await shop.owner.get(`/customers/${made.id}`), 404, 'NOT_FOUND');
    refused(await shop.owner.delete(`/customers/${made.id}`), 404, 'NOT_FOUND');
  });

  it('one with history is deactivated', async () => {
    const shop = await openShop(context.server);
    const [sold, adjusted] = [await shop.owner.must(201, 'POST', '/customers', { name: 'A', phone: '081200001' }), await shop.owner.must(201, 'POST', '/customers', { name: 'B' })];
    await shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[shop.products[0], 1]], { customerId: sold.id }));
    await shop.owner.must(201, 'POST', `/customers/${adjusted.id}/loyalty/adjustments`, { points: 1, reason: 'x' });
    for (const { id } of [sold, adjusted]) {
      await shop.owner.must(204, 'DELETE', `/customers/${id}`);
      assert.equal((await shop.owner.must(200, 'GET', `/customers/${id}`)).isActive, false);
    }
    assert.deepEqual((await shop.owner.must(200, 'GET', '/customers?isActive=true')), []);
    assert.equal((await shop.owner.must(200, 'GET', '/customers')).length, 2);
    const again = await shop.owner.must(201, 'POST', '/customers', { name: 'C', phone: '0812 00001' }); // the number is free
    refused(await shop.owner.patch(`/customers/${sold.id}`, { isActive: true }), 409, 'CONFLICT');
    await shop.owner.must(200, 'PATCH', `/customers/${again.id}`, { phone: null });
    await shop.owner.must(200, 'PATCH', `/customers/${sold.id}`, { isActive: true });
  });

  it('are listed by name, page by page, and found by name and phone', async () => {
    const owner = await register(context.server);
    const names = ['Émile', 'emil', 'Zahra', 'budi', 'Budi', 'Ahmad 100%', 'Åsa_x'];
    for (const [i, name] of names.entries()) await owner.must(201, 'POST', '/customers', { name, phone: `08${i}1 555-${1000 + i}` });
    const sorted = ['Ahmad 100%', 'Åsa_x', 'budi', 'Budi', 'emil', 'Émile', 'Zahra'];
    assert.deepEqual((await owner.must(200, 'GET', '/customers')).map((c) => c.name), sorted);
    const seen = [];
    let next = '/customers?limit=2';
    while (next) {
      const page = await owner.get(next.replace(/^\/api\/v1/, ''));
      assert.equal(page.status, 200, page.text);
      assert.ok(page.body.length <= 2);
      seen.push(...page.body.map((c) => c.name));
      next = /<([^>]+)>/.exec(page.headers.get('link') ?? '')?.[1];
    }
    assert.deepEqual(seen, sorted);
    const find = async (text) => (await owner.must(200, 'GET', `/customers?search=${encodeURIComponent(text)}`)).map((c) => c.name);
    assert.deepEqual(await find('BUD'), ['budi', 'Budi']);
    assert.deepEqual(await find('emil'), ['emil', 'Émile']);
    assert.deepEqual(await find('%'), ['Ahmad 100%']);
    assert.deepEqual(await find('_'), ['Åsa_x']);
    assert.deepEqual(await find('5551002'), ['Zahra']);
    assert.deepEqual(await find('0821 555'), ['Zahra']);
    assert.deepEqual(await find('+62 821'), []);
    assert.deepEqual(await find('nobody'), []);
    refused(await owner.get('/customers?limit=0'), 400, 'VALIDATION_FAILED');
    refused(await owner.get('/customers?cursor=x'), 400, 'VALIDATION_FAILED');
    refused(await owner.get('/customers?phone=1'), 400, 'VALIDATION_FAILED');
  });

  it('name what is wrong', async () => {
    const owner = await register(context.server);
    const one = await owner.must(201, 'POST', '/customers', { name: 'A', phone: '0812-345-678' });
    for (const [body, at] of [[{}, 'name'], [{ name: ' ' }, 'name'], [{ name: 'x', phone: 'call me' }, 'phone'], [{ name: 'x', phone: '1234' }, 'phone'], [{ name: 'x', phone: '08+12345' }, 'phone'],
      [{ name: 'x', phone: '1234567890123456' }, 'phone'], [{ name: 'x', email: 'nope' }, 'email'], [{ name: 'x', dateOfBirth: '2026-02-30' }, 'dateOfBirth'], [{ name: 'x', dateOfBirth: '2999-01-01' }, 'dateOfBirth'],
      [{ name: 'x', loyaltyPoints: 5 }, 'loyaltyPoints'], [{ name: 'x', totalSpent: 5 }, 'totalSpent'], [{ name: 'x', visitCount: 5 }, 'visitCount']]) {
      const answer = await owner.post('/customers', body);
      refused(answer, 400, 'VALIDATION_FAILED');
      assert.deepEqual(paths(answer), [at]);
    }
    assert.deepEqual(paths(await owner.post('/customers', { phone: 'x', email: 'y' })).sort(), ['email', 'name', 'phone']);
    refused(await owner.patch(`/customers/${one.id}`, { name: null }), 400, 'VALIDATION_FAILED');
    refused(await owner.patch(`/customers/${one.id}`, { dateOfBirth: '2999-01-01' }), 400, 'VALIDATION_FAILED');
    const taken = await owner.post('/customers', { name: 'B', phone: '0812 345 678' });
    refused(taken, 409, 'CONFLICT');
    assert.deepEqual(paths(taken), ['phone']);
    const other = await owner.must(201, 'POST', '/customers', { name: 'B', phone: '0812 345 679' });
    refused(await owner.patch(`/customers/${other.id}`, { phone: '0812345678' }), 409, 'CONFLICT');
    await owner.must(200, 'PATCH', `/customers/${other.id}`, { phone: '0812-345-679' });
    await (await register(context.server)).must(201, 'POST', '/customers', { name: 'B', phone: '0812345678' }); // another business's is no matter
  });

  it('are created once for a key', async () => {
    const owner = await register(context.server);
    const headers = { 'idempotency-key': randomUUID() };
    const first = await owner.post('/customers', { name: 'A' }, headers), second = await owner.post('/customers', { name: 'A' }, headers);
    assert.deepEqual([first.status, second.status, second.body, second.headers.get('idempotent-replayed')], [201, 201, first.body, 'true']);
    refused(await owner.post('/customers', { name: 'B' }, headers), 422, 'IDEMPOTENCY_KEY_REUSED');
    assert.equal((await owner.must(200, 'GET', '/customers')).length, 1);
  });

  it('the same number at once: one gets it', async () => {
    const owner = await register(context.server);
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => owner.post('/customers', { name: `C${i}`, phone: '0899 999 999' })));
    assert.deepEqual(answers.map((a) => a.status).sort(), [201, ...Array(11).fill(409)]);
  });

  it('are of their business, for those who sell', async () => {
    const owner = await register(context.server), stranger = await register(context.server);
    const { id } = await owner.must(201, 'POST', '/customers', { name: 'A' });
    for (const role of ['kitchen', 'inventory']) {
      const who = await hire(owner, role);
      for (const [method, path, body] of [['GET', '/customers'], ['POST', '/customers', { name: 'x' }], ['GET', `/customers/${id}`], ['PATCH', `/customers/${id}`, { name: 'x' }], ['DELETE', `/customers/${id}`],
        ['GET', `/customers/${id}/loyalty`], ['GET', `/customers/${id}/transactions`], ['GET', '/loyalty/program']])
        refused(await who.call(method, path, body), 403, 'FORBIDDEN');
    }
    for (const role of ['cashier', 'supervisor']) {
      const who = await hire(owner, role);
      await who.must(200, 'GET', `/customers/${id}/loyalty`);
      refused(await who.post(`/customers/${id}/loyalty/adjustments`, { points: 1, reason: 'x' }), 403, 'FORBIDDEN');
      refused(await who.get('/loyalty/program'), 403, 'FORBIDDEN');
      refused(await who.put('/loyalty/program', {}), 403, 'FORBIDDEN');
    }
    for (const to of [id, randomUUID(), 'x']) {
      for (const [method, path, body] of [['GET', ''], ['PATCH', '', { name: 'x' }], ['DELETE', ''], ['GET', '/loyalty'], ['GET', '/transactions'], ['POST', '/loyalty/adjustments', { points: 1, reason: 'x' }]])
        refused(await stranger.call(method, `/customers/${to}${path}`, body), 404, 'NOT_FOUND');
    }
    assert.deepEqual(await stranger.must(200, 'GET', '/customers'), []);
    assert.equal((await request(context.server, 'GET', '/customers')).status, 401);
  });

  it('their sales are listed, of the own outlet', async () => {
    const shop = await openShop(context.server);
    const second = await shop.owner.must(201, 'POST', '/outlets', { name: 'Dua', code: 'DUA' });
    const shift = await shop.owner.must(201, 'POST', '/shifts', { outletId: second.id, openingCash: 0 });
    const cashier = await hire(shop.owner, 'cashier');
    const [a, b] = [await shop.owner.must(201, 'POST', '/customers', { name: 'A' }), await shop.owner.must(201, 'POST', '/customers', { name: 'B' })];
    const sell = (customerId, more = {}) => shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[shop.products[0], 1]], { customerId, ...more }));
    const own = [await sell(a.id), await sell(a.id)];
    await sell(b.id);
    await sell(undefined);
    const there = await sell(a.id, { outletId: second.id, shiftId: shift.id });
    const ids = async (who, query = '') => (await who.must(200, 'GET', `/customers/${a.id}/transactions${query}`)).map((t) => t.id);
    assert.deepEqual(await ids(shop.owner), [there.id, own[1].id, own[0].id]);
    assert.deepEqual(await ids(cashier), [own[1].id, own[0].id]);
    const page = await shop.owner.get(`/customers/${a.id}/transactions?limit=2`);
    assert.deepEqual(page.body.map((t) => t.id), [there.id, own[1].id]);
    const next = /<\/api\/v1([^>]+)>/.exec(page.headers.get('link'))[1];
    assert.deepEqual((await shop.owner.must(200, 'GET', next)).map((t) => t.id), [own[0].id]);
    assert.deepEqual(await shop.owner.must(200, 'GET', `/customers/${b.id}/transactions?limit=1`).then((rows) => rows.map((t) => t.customerId)), [b.id]);
  });
});
