// Watching and mending what happens after a sale: figures, dead letters, recovery. Listeners fail on purpose at fault
// points (a build with -Dfault_points=true).
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { randomUUID } from 'node:crypto';
import { checkInvariants, ENGINES, makeDatabase, Server } from '../lib/server.mjs';
import { hire, openShop, register, request, saleOf } from '../lib/client.mjs';
import { eventually } from '../lib/eventually.mjs';

const refused = (answer, status, code) => assert.deepEqual([answer.status, answer.body.code], [status, code], answer.text);

const letters = (who, query = '') => who.must(200, 'GET', `/ops/dead-letters${query}`);
const stateOf = async (who, listener) => (await who.must(200, 'GET', '/ops/events')).listeners.find((one) => one.listener === listener);
const orderOf = async (who, sale) => (await who.must(200, 'GET', '/orders?limit=200')).filter((order) => order.transactionId === sale.id);

/** The same people at the server that was started anew. */
function moveTo(server, ...people) { for (const one of people) one.server = server; }

for (const engine of ENGINES)
  describe(`ops (${engine})`, () => {
    const context = {};
    before(async () => {
      context.database = makeDatabase(engine);
      context.server = await Server.start(context.database, { env: { TILOPOS_FAULT_EVENT: 'kds.orders transaction.created 99' } });
    });
    after(async () => {
      await context.server.stop();
      checkInvariants(context.database);
      context.database.drop();
    });
    const restart = async (fault, ...people) => {
      await context.server.stop();
      context.server = await Server.start(context.database, { env: { TILOPOS_FAULT_EVENT: fault } });
      moveTo(context.server, ...people);
    };

    it('a failing listener: figures, dead letters, retry, discard, recovery', async () => {
      const shop = await openShop(context.server, { products: [{ name: 'Kopi', price: 1000 }] });
      const { owner } = shop;
      const sell = (more = {}) => owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[shop.products[0], 1]], more), { 'x-request-id': 'till-7' });
      const [first, second, third] = [await sell(), await sell(), await sell()];
      const retail = await sell({ orderType: 'retail' });
      await owner.must(200, 'POST', `/pos/transactions/${second.id}/void`, { reason: 'twice' });

      // Known at once: they failed, and are tried again.
      const failing = await eventually(() => stateOf(owner, 'kds.orders'), (state) => state.retrying === 4 && state.pending === 0);
      assert.equal(failing.waiting, 1);
      assert.deepEqual(failing.rates.map((rate) => rate.minutes), [1, 5, 60]);
      assert.ok(failing.rates[2].failed >= 4);
      assert.ok(failing.failureRate > 0.5, JSON.stringify(failing));
      const audit = await eventually(() => stateOf(owner, 'audit.log'), (state) => state.pending === 0);
      assert.equal(audit.failureRate, 0);
      assert.ok(audit.rates[2].handled > 5 && audit.throughput > 0);

      // 1 s, 2 s, 4 s later they are dead.
      const dead = await eventually(() => letters(owner), (found) => found.length === 4);
      const letter = dead.find((one) => one.aggregateId === second.id);
      assert.deepEqual({ ...letter, id: 0, eventId: 0, sequence: 0, failedAt: 0, occurredOn: 0, data: 0 }, {
        id: 0, status: 'dead', listener: 'kds.orders', reason: 'INTERNAL', attempts: 4, waiting: 1, failedAt: 0, eventId: 0,
        eventName: 'transaction.created', outletId: shop.outletId, sequence: 0, aggregateId: second.id, occurredOn: 0, correlationId: 'till-7', data: 0 });
      assert.equal(letter.data.receiptNumber, second.receiptNumber);
      assert.equal(letter.data.grandTotal, 1000);
      assert.deepEqual(dead.map((one) => one.id), [...dead.map((one) => one.id)].sort().reverse());
      const page = await owner.get('/ops/dead-letters?limit=3');
      assert.equal(page.body.length, 3);
      const next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link'))[1];
      assert.deepEqual([...page.body, ...(await owner.must(200, 'GET', next))], dead);
      assert.deepEqual(await letters(owner, '?listener=audit.log'), []);
      const health = await owner.must(200, 'GET', '/ops/health');
      assert.deepEqual([health.status, health.databaseUp, health.deadLetters, health.database], ['degraded', true, 4, engine]);
      assert.ok(health.problems.some((problem) => problem === 'kds.orders has dead letters'));
      const metrics = await request(context.server, 'GET', '//metrics');
      assert.match(metrics.text, /tilopos_listener_attempts_total\{listener="kds\.orders",outcome="failed"\} \d{2,}/);
      assert.match(metrics.text, /tilopos_listener_dead\{listener="kds\.orders"\} \d+/);

      // Nobody else's business.
      const stranger = await register(context.server);
      assert.deepEqual(await letters(stranger), []);
      const theirs = await stranger.must(200, 'GET', '/ops/events');
      assert.deepEqual([theirs.deadLetters, theirs.listeners.find((one) => one.listener === 'kds.orders').rates[2].failed], [0, 0]);
      assert.equal((await stranger.must(200, 'GET', '/ops/health')).status, 'ok');
      for (const action of ['retry', 'discard']) refused(await stranger.post(`/ops/dead-letters/${letter.id}/${action}`), 404, 'NOT_FOUND');
      assert.deepEqual(await stranger.must(200, 'POST', '/ops/dead-letters/retry-all'), { retried: 0 });
      refused(await stranger.post('/ops/recover/orders', { transactionId: first.id }), 404, 'NOT_FOUND');
      refused(await stranger.post('/ops/recover/loyalty', { transactionId: first.id }), 404, 'NOT_FOUND');
      const branch = await owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
      const elsewhere = await hire(owner, 'manager', { outletId: branch.id }), manager = await hire(owner, 'manager');
      assert.deepEqual(await letters(elsewhere), []);
      refused(await elsewhere.post(`/ops/dead-letters/${letter.id}/retry`), 404, 'NOT_FOUND');
      refused(await elsewhere.post('/ops/recover/orders', { transactionId: first.id }), 404, 'NOT_FOUND');
      refused(await elsewhere.post('/ops/recover/loyalty', { transactionId: first.id }), 404, 'NOT_FOUND');
      assert.deepEqual(await elsewhere.must(200, 'POST', '/ops/recover/orders'), { recovered: 0 });
      assert.equal((await letters(manager)).length, 4);
      for (const role of ['supervisor', 'cashier', 'kitchen', 'inventory']) {
        const one = await hire(owner, role);
        for (const path of ['/ops/events', '/ops/health', '/ops/dead-letters']) refused(await one.get(path), 403, 'FORBIDDEN');
        for (const path of ['/ops/dead-letters/retry-all', `/ops/dead-letters/${letter.id}/discard`, '/ops/recover/orders'])
          refused(await one.post(path, {}), 403, 'FORBIDDEN');
      }
      refused(await owner.post(`/ops/dead-letters/${randomUUID()}/retry`), 404, 'NOT_FOUND');
      refused(await owner.post('/ops/dead-letters/x/discard'), 404, 'NOT_FOUND');
      assert.deepEqual((await owner.post('/ops/recover/loyalty', {})).body.errors.map((error) => error.path), ['transactionId']);
      refused(await owner.post('/ops/recover/orders', { transactionId: 'x' }), 400, 'VALIDATION_FAILED');

      // Given up: gone for good, told in the audit log; what waited behind it goes on.
      const givenUp = await manager.must(200, 'POST', `/ops/dead-letters/${letter.id}/discard`);
      assert.deepEqual(givenUp, { ...letter, status: 'discarded' });
      refused(await manager.post(`/ops/dead-letters/${letter.id}/discard`), 404, 'NOT_FOUND');
      await eventually(() => stateOf(owner, 'kds.orders'), (state) => state.waiting === 0 && state.retrying === 0 && state.deadLetters === 3);
      const [told] = await eventually(() => owner.must(200, 'GET', '/audit?action=dead_letter.discarded'), (rows) => rows.length);
      assert.deepEqual([told.employeeId, told.entityId, told.data.eventName], [manager.user.employeeId, letter.id, 'transaction.created']);

      // Made by hand meanwhile; the sale's own event finds it made when it is tried again.
      assert.deepEqual(await owner.must(200, 'POST', '/ops/recover/orders', { transactionId: first.id }), { recovered: 1 });
      assert.deepEqual(await owner.must(200, 'POST', '/ops/recover/orders', { transactionId: first.id }), { recovered: 0 });

      await restart('kds.orders transaction.created 0', owner, manager, stranger);
      const again = dead.find((one) => one.aggregateId === third.id);
      assert.deepEqual(await manager.must(200, 'POST', `/ops/dead-letters/${again.id}/retry`), { ...again, status: 'retrying' });
      await eventually(() => orderOf(owner, third), (orders) => orders.length === 1);
      assert.equal((await letters(owner)).length, 2);
      assert.deepEqual(await owner.must(200, 'POST', '/ops/dead-letters/retry-all', { listener: 'audit.log' }), { retried: 0 });
      assert.deepEqual(await owner.must(200, 'POST', '/ops/dead-letters/retry-all'), { retried: 2 });
      await eventually(() => owner.must(200, 'GET', '/ops/events'), (state) => state.deadLetters === 0 && state.listeners.every((one) => one.retrying === 0 && one.pending === 0));
      assert.deepEqual(await letters(owner), []);
      for (const [sale, orders] of [[first, 1], [third, 1], [retail, 0]]) assert.equal((await orderOf(owner, sale)).length, orders, sale.receiptNumber);
      assert.equal((await owner.must(200, 'GET', '/ops/health')).status, 'ok');
      assert.deepEqual(await owner.must(200, 'POST', '/ops/recover/orders'), { recovered: 0 });
    });

    it('points that were never counted are counted once', async () => {
      await restart('customers.loyalty transaction.created 99');
      const shop = await openShop(context.server, { products: [{ name: 'Kopi', price: 30000 }] });
      const { owner } = shop;
      await owner.must(200, 'PUT', '/loyalty/program', { isActive: true, amountPerPoint: 10000, pointValue: 100, expiryDays: null, tiers: [] });
      const customer = await owner.must(201, 'POST', '/customers', { name: 'Ayu' });
      const sell = () => owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[shop.products[0], 1]], { customerId: customer.id }));
      const [first] = [await sell(), await sell(), await sell()];
      await eventually(() => letters(owner), (found) => found.length === 3);
      const balance = async () => (await owner.must(200, 'GET', `/customers/${customer.id}`)).loyaltyPoints;
      assert.equal(await balance(), 0);
      assert.deepEqual(await owner.must(200, 'POST', '/ops/recover/loyalty', { transactionId: first.id }), { sales: 1, recovered: 1, points: 3 });
      assert.equal(await balance(), 3);
      assert.equal((await owner.must(200, 'POST', '/ops/recover/loyalty', { transactionId: first.id })).recovered, 0);
      const all = await owner.must(200, 'POST', '/ops/recover/loyalty', { customerId: customer.id });
      assert.deepEqual([all.recovered, all.points], [2, 6]);
      assert.equal(await balance(), 9);
      await restart('customers.loyalty transaction.created 0', owner);
      assert.deepEqual(await owner.must(200, 'POST', '/ops/dead-letters/retry-all'), { retried: 3 });
      await eventually(() => owner.must(200, 'GET', '/ops/events'), (state) => state.deadLetters === 0 && state.listeners.every((one) => one.retrying === 0 && one.pending === 0));
      assert.equal(await balance(), 9);
      assert.equal((await owner.must(200, 'GET', `/customers/${customer.id}`)).visitCount, 3);
    });
  });
