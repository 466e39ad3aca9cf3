// Loyalty: every sale is counted once, whatever happens to it; a balance is the sum of its ledger.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { randomUUID } from 'node:crypto';
import { onEachEngine } from '../lib/engines.mjs';
import { hire, openShop, register, saleOf } from '../lib/client.mjs';

const PROGRAM = { isActive: true, amountPerPoint: 50000, pointValue: 1000, expiryDays: null, tiers: [] };
const SILVER = [{ name: 'Silver', minPoints: 10, multiplier: 1.2 }, { name: 'Gold', minPoints: 100, multiplier: 2.5 }];

const refused = (answer, status, code) => assert.deepEqual([answer.status, answer.body.code], [status, code], answer.text);
const sum = (rows, column) => rows.reduce((total, row) => total + row[column], 0);

async function openLoyalShop(context, { program = {}, ...options } = {}) {
  const shop = await openShop(context.server, { products: [{ name: 'Kopi', price: 1000 }], ...options });
  await shop.owner.must(200, 'PUT', '/loyalty/program', { ...PROGRAM, ...program });
  return shop;
}
const enrol = (shop, name = 'Ayu') => shop.owner.must(201, 'POST', '/customers', { name });
const adjust = (shop, customer, points) => shop.owner.must(201, 'POST', `/customers/${customer.id}/loyalty/adjustments`, { points, reason: 'gift' });
/** Sells for `amount` (the product costs 1000). */
const sellFor = (shop, customer, amount, more = {}) => shop.owner.must(201, 'POST', '/pos/transactions',
  saleOf(shop, [[shop.products[0], amount / 1000]], { customerId: customer.id, ...more }));

const ledgerOf = (shop, customer) => shop.owner.must(200, 'GET', `/customers/${customer.id}/loyalty`);
/** The customer and the ledger (oldest first, as [type, points]) once `is` holds; a balance is always the sum of its ledger. */
async function settled(shop, customer, is) {
  for (let i = 0; i < 500; i++) {
    const [now, loyalty] = [await shop.owner.must(200, 'GET', `/customers/${customer.id}`), await ledgerOf(shop, customer)];
    assert.equal(loyalty.points, sum(loyalty.ledger, 'points'));
    if (is(now, loyalty.ledger)) return { ...now, ledger: loyalty.ledger.toReversed().map((row) => [row.type, row.points]), rows: loyalty.ledger };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`not settled: ${JSON.stringify([await shop.owner.must(200, 'GET', `/customers/${customer.id}`), await ledgerOf(shop, customer)])}`);
}
const visits = (count) => (customer) => customer.visitCount === count;
const entries = (count) => (_, ledger) => ledger.length === count;

onEachEngine('loyalty', (context) => {
  it('a sale is one visit, its total once, and points by the tier before it', async () => {
    const shop = await openLoyalShop(context, { program: { tiers: SILVER } });
    const customer = await enrol(shop);
    const sale = await sellFor(shop, customer, 69000);
    let now = await settled(shop, customer, visits(1));
    assert.deepEqual([now.totalSpent, now.loyaltyPoints, now.loyaltyTier, now.lastVisitAt, now.ledger], [69000, 1, null, sale.createdAt, [['earned', 1]]]);
    assert.deepEqual({ ...now.rows[0], id: 0, createdAt: 0 }, { id: 0, type: 'earned', points: 1, balanceAfter: 1, transactionId: sale.id, reason: null, employeeId: shop.owner.user.employeeId, createdAt: 0 });
    await adjust(shop, customer, 9);
    assert.equal((await shop.owner.must(200, 'GET', `/customers/${customer.id}`)).loyaltyTier, 'Silver');
    await sellFor(shop, customer, 69000); // 1 × 1.2 → 1
    await sellFor(shop, customer, 250000); // 5 × 1.2 → 6
    now = await settled(shop, customer, visits(3));
    assert.deepEqual([now.totalSpent, now.loyaltyPoints, now.loyaltyTier], [388000, 17, 'Silver']);
    assert.deepEqual(now.ledger, [['earned', 1], ['adjusted', 9], ['earned', 1], ['earned', 6]]);
    await sellFor(shop, customer, 4_000_000); // 80 × 1.2 → 96: Gold from here on
    await sellFor(shop, customer, 150000); // 3 × 2.5 → 7
    now = await settled(shop, customer, visits(5));
    assert.deepEqual([now.loyaltyPoints, now.loyaltyTier], [120, 'Gold']);
    await sellFor(shop, customer, 1000); // nothing earned, no entry
    now = await settled(shop, customer, visits(6));
    assert.equal(now.ledger.length, 6);
  });

  it('a void takes visit, spend and points back', async () => {
    const shop = await openLoyalShop(context);
    const customer = await enrol(shop);
    const first = await sellFor(shop, customer, 100000);
    await settled(shop, customer, visits(1));
    const second = await sellFor(shop, customer, 150000);
    await settled(shop, customer, visits(2));
    await shop.owner.must(200, 'POST', `/pos/transactions/${second.id}/void`, { reason: 'x' });
    const now = await settled(shop, customer, visits(1));
    assert.deepEqual([now.totalSpent, now.loyaltyPoints, now.lastVisitAt, now.ledger], [100000, 2, first.createdAt, [['earned', 2], ['earned', 3], ['reversed', -3]]]);
    assert.equal(now.rows[0].transactionId, second.id);
  });

  it('refunds take their amounts off and the points that the rest would not have earned', async () => {
    const shop = await openLoyalShop(context);
    const customer = await enrol(shop);
    const { id } = await sellFor(shop, customer, 160000); // 3 points
    await settled(shop, customer, visits(1));
    const [item] = (await shop.owner.must(200, 'GET', `/pos/transactions/${id}`)).items;
    const back = (quantity) => shop.owner.must(201, 'POST', `/pos/transactions/${id}/refund`, { items: [{ transactionItemId: item.id, quantity }], method: 'cash', reason: 'cold' });
    await back(5); // 155,000 is still 3
    await settled(shop, customer, (c) => c.totalSpent === 155000);
    const half = await back(75); // 80,000 is 1
    let now = await settled(shop, customer, (c) => c.totalSpent === 80000);
    assert.deepEqual([now.visitCount, now.loyaltyPoints, now.ledger], [1, 1, [['earned', 3], ['reversed', -2]]]);
    assert.equal(now.rows[0].transactionId, half.id);
    await back(80);
    now = await settled(shop, customer, (c) => c.totalSpent === 0);
    assert.deepEqual([now.visitCount, now.loyaltyPoints, now.ledger], [1, 0, [['earned', 3], ['reversed', -2], ['reversed', -1]]]);
  });

  it('points are given and taken by hand, with a reason, never below zero', async () => {
    const shop = await openLoyalShop(context), manager = await hire(shop.owner, 'manager');
    const customer = await enrol(shop), path = `/customers/${customer.id}/loyalty/adjustments`;
    const headers = { 'idempotency-key': randomUUID() };
    const first = await manager.post(path, { points: 10, reason: 'birthday' }, headers);
    assert.equal(first.status, 201, first.text);
    assert.deepEqual({ ...first.body, id: 0, createdAt: 0 }, { id: 0, type: 'adjusted', points: 10, balanceAfter: 10, transactionId: null, reason: 'birthday', employeeId: manager.user.employeeId, createdAt: 0 });
    const again = await manager.post(path, { points: 10, reason: 'birthday' }, headers);
    assert.deepEqual([again.status, again.body], [201, first.body]);
    const tooMuch = await manager.post(path, { points: -11, reason: 'x' });
    refused(tooMuch, 422, 'INSUFFICIENT_POINTS');
    assert.deepEqual([tooMuch.body.errors[0].path, tooMuch.body.errors[0].available, tooMuch.body.errors[0].required], ['points', 10, 11]);
    await manager.must(201, 'POST', path, { points: -10, reason: 'mistake' });
    for (const [body, at] of [[{ points: 0, reason: 'x' }, 'points'], [{ points: 1.5, reason: 'x' }, 'points'], [{ points: 1 }, 'reason'], [{ points: 1, reason: ' ' }, 'reason'], [{ points: 1_000_000_001, reason: 'x' }, 'points'], [{ reason: 'x' }, 'points']]) {
      const answer = await manager.post(path, body);
      refused(answer, 400, 'VALIDATION_FAILED');
      assert.deepEqual(answer.body.errors.map((e) => e.path), [at]);
    }
    const now = await settled(shop, customer, entries(2));
    assert.deepEqual([now.loyaltyPoints, now.ledger], [0, [['adjusted', 10], ['adjusted', -10]]]);
  });

  it('the programme is read and set', async () => {
    const owner = await register(context.server), manager = await hire(owner, 'manager');
    const unset = await manager.must(200, 'GET', '/loyalty/program');
    assert.deepEqual([unset.isActive, unset.expiryDays, unset.tiers], [false, null, []]);
    const wanted = { isActive: true, amountPerPoint: 25000, pointValue: 500, expiryDays: 365, tiers: [{ name: 'Gold', minPoints: 500, multiplier: 1.5 }, { name: 'Silver', minPoints: 100, multiplier: 1.2 }] };
    const set = await manager.must(200, 'PUT', '/loyalty/program', wanted);
    assert.deepEqual(set, { ...wanted, tiers: wanted.tiers.toReversed() });
    assert.deepEqual(await owner.must(200, 'GET', '/loyalty/program'), set);
    await owner.must(200, 'PUT', '/loyalty/program', { ...wanted, isActive: false, expiryDays: null, tiers: [] });
    assert.deepEqual(await owner.must(200, 'GET', '/loyalty/program'), { ...wanted, isActive: false, expiryDays: null, tiers: [] });
    const tier = { name: 'S', minPoints: 1, multiplier: 1 };
    for (const [fields, at] of [[{ amountPerPoint: 0 }, 'amountPerPoint'], [{ amountPerPoint: 0.5 }, 'amountPerPoint'], [{ pointValue: -1 }, 'pointValue'], [{ expiryDays: 0 }, 'expiryDays'], [{ tiers: [{ ...tier, minPoints: -1 }] }, 'tiers[0].minPoints'],
      [{ tiers: [tier, { ...tier, name: 'T' }] }, 'tiers[1].minPoints'], [{ tiers: [tier, { ...tier, minPoints: 2 }] }, 'tiers[1].name'], [{ tiers: [{ ...tier, multiplier: 1.23456 }] }, 'tiers[0].multiplier'], [{ points: 1 }, 'points']]) {
      const answer = await owner.put('/loyalty/program', { ...wanted, ...fields });
      refused(answer, 400, 'VALIDATION_FAILED');
      assert.deepEqual(answer.body.errors.map((e) => e.path), [at], answer.text);
    }
    const dollars = await register(context.server, { currency: 'USD' });
    await dollars.must(200, 'PUT', '/loyalty/program', { ...wanted, amountPerPoint: 2.5, pointValue: 0.05 });
    assert.equal((await dollars.must(200, 'GET', '/loyalty/program')).amountPerPoint, 2.5);
  });

  it('without a programme a sale is a visit and its total', async () => {
    const shop = await openLoyalShop(context, { program: { isActive: false } });
    const customer = await enrol(shop);
    await sellFor(shop, customer, 100000);
    const now = await settled(shop, customer, visits(1));
    assert.deepEqual([now.totalSpent, now.loyaltyPoints, now.ledger], [100000, 0, []]);
  });
});
