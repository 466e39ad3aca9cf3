// Loyalty: every sale is counted once, whatever happens to it; a balance is the sum of its ledger.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { randomUUID } from 'node:crypto';
import { onEachEngine } from '../lib/engines.mjs';
import { ENGINES, Server } from '../lib/server.mjs';
import { Client, hire, openShop, register, saleOf } from '../lib/client.mjs';
import { eventually } from '../lib/eventually.mjs';

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
  const { now, ledger } = await eventually(async () => {
    const [now, loyalty] = [await shop.owner.must(200, 'GET', `/customers/${customer.id}`), await ledgerOf(shop, customer)];
    assert.equal(loyalty.points, sum(loyalty.ledger, 'points'));
    return { now, ledger: loyalty.ledger };
  }, (seen) => is(seen.now, seen.ledger));
  return { ...now, ledger: [...ledger].reverse().map((row) => [row.type, row.points]), rows: ledger };
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
    assert.deepEqual(set, { ...wanted, tiers: [...wanted.tiers].reverse() });
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

  it('redeemed points are a discount of the bill, of the quote as of the sale', async () => {
    const shop = await openLoyalShop(context, { outlet: { serviceChargeRate: 0.05, taxRate: 0.1, taxServiceCharge: true }, program: { pointValue: 750 } });
    const customer = await enrol(shop);
    await adjust(shop, customer, 30);
    const { shiftId, payments, ...cart } = saleOf(shop, [[shop.products[0], 100]], { customerId: customer.id, loyaltyPointsRedeemed: 20, discounts: [{ type: 'fixed', value: 5000 }] });
    const quote = await shop.owner.must(200, 'POST', '/pos/quote', cart);
    assert.deepEqual([quote.subtotal, quote.discountAmount, quote.serviceCharge, quote.taxAmount, quote.grandTotal], [100000, 20000, 4000, 8400, 92400]);
    const sale = await shop.owner.must(201, 'POST', '/pos/transactions', { ...cart, shiftId, payments });
    for (const field of ['subtotal', 'discountAmount', 'serviceCharge', 'taxAmount', 'grandTotal']) assert.equal(sale[field], quote[field], field);
    const read = await shop.owner.must(200, 'GET', `/pos/transactions/${sale.id}`);
    assert.equal(read.loyaltyPointsRedeemed, 20);
    assert.equal(sum(read.items, 'billDiscountAmount'), 20000);
    assert.equal((await shop.owner.must(200, 'GET', `/customers/${customer.id}`)).loyaltyPoints >= 10, true); // at once, in the sale's own transaction
    const now = await settled(shop, customer, visits(1));
    assert.deepEqual([now.loyaltyPoints, now.totalSpent, now.ledger], [11, 92400, [['adjusted', 30], ['redeemed', -20], ['earned', 1]]]);
    assert.deepEqual([now.rows[1].transactionId, now.rows[1].balanceAfter], [sale.id, 10]);
    const plain = await shop.owner.must(200, 'GET', `/pos/transactions?customerId=${customer.id}`);
    assert.deepEqual(plain.map((t) => t.loyaltyPointsRedeemed), [20]);
  });

  it('redeeming keeps the tier', async () => {
    const shop = await openLoyalShop(context, { program: { tiers: SILVER } });
    const customer = await enrol(shop);
    await adjust(shop, customer, 12);
    await sellFor(shop, customer, 20000, { loyaltyPointsRedeemed: 12 });
    let now = await settled(shop, customer, visits(1));
    assert.deepEqual([now.loyaltyPoints, now.loyaltyTier], [0, 'Silver']);
    assert.equal((await ledgerOf(shop, customer)).tier, 'Silver');
    const paid = await sellFor(shop, customer, 300000); // 6 × 1.2
    now = await settled(shop, customer, visits(2));
    assert.equal(now.loyaltyPoints, 7);
    await shop.owner.must(200, 'POST', `/pos/transactions/${paid.id}/void`, { reason: 'x' });
    await settled(shop, customer, visits(1));
    await shop.owner.must(201, 'POST', `/customers/${customer.id}/loyalty/adjustments`, { points: 4, reason: 'x' });
    await shop.owner.must(201, 'POST', `/customers/${customer.id}/loyalty/adjustments`, { points: -4, reason: 'x' });
    now = await settled(shop, customer, entries(6));
    assert.deepEqual([now.loyaltyPoints, now.loyaltyTier], [0, 'Silver']);
  });

  it('names what is wrong with redeeming', async () => {
    const shop = await openLoyalShop(context), stranger = await openLoyalShop(context);
    const customer = await enrol(shop), elsewhere = await enrol(stranger);
    await adjust(shop, customer, 10);
    await adjust(stranger, elsewhere, 10);
    const sale = (fields) => saleOf(shop, [[shop.products[0], 50]], fields);
    const tryBoth = async (fields, check) => {
      const { shiftId, payments, ...cart } = sale(fields);
      check(await shop.owner.post('/pos/transactions', sale(fields)));
      check(await shop.owner.post('/pos/quote', cart));
    };
    await tryBoth({ loyaltyPointsRedeemed: 1 }, (answer) => {
      refused(answer, 400, 'VALIDATION_FAILED');
      assert.deepEqual(answer.body.errors.map((e) => e.path), ['customerId']);
    });
    await tryBoth({ loyaltyPointsRedeemed: -1, customerId: customer.id }, (answer) => refused(answer, 400, 'VALIDATION_FAILED'));
    await tryBoth({ loyaltyPointsRedeemed: 11, customerId: customer.id }, (answer) => {
      refused(answer, 422, 'INSUFFICIENT_POINTS');
      assert.deepEqual(answer.body.errors.map(({ path, available, required }) => [path, available, required]), [['loyaltyPointsRedeemed', 10, 11]]);
    });
    await tryBoth({ loyaltyPointsRedeemed: 1, customerId: elsewhere.id }, (answer) => refused(answer, 404, 'NOT_FOUND'));
    await adjust(shop, customer, 50);
    await tryBoth({ loyaltyPointsRedeemed: 51, customerId: customer.id }, (answer) => {
      refused(answer, 422, 'DISCOUNT_TOO_LARGE');
      assert.deepEqual(answer.body.errors.map((e) => e.path), ['loyaltyPointsRedeemed']);
    });
    await shop.owner.must(200, 'PUT', '/loyalty/program', { ...PROGRAM, isActive: false });
    await tryBoth({ loyaltyPointsRedeemed: 1, customerId: customer.id }, (answer) => refused(answer, 422, 'INSUFFICIENT_POINTS'));
    await shop.owner.must(200, 'PUT', '/loyalty/program', { ...PROGRAM, pointValue: 500 });
    const whole = await shop.owner.must(201, 'POST', '/pos/transactions', sale({ customerId: customer.id, loyaltyPointsRedeemed: 60, payments: [{ method: 'cash', amount: 20000 }] }));
    assert.deepEqual([whole.discountAmount, whole.grandTotal], [30000, 20000]);
    const now = await settled(shop, customer, visits(1));
    assert.deepEqual([now.loyaltyPoints, now.totalSpent], [0, 20000]);
    assert.equal((await stranger.owner.must(200, 'GET', `/customers/${elsewhere.id}`)).loyaltyPoints, 10);
  });

  it('50 tills at once redeem from one balance: never below zero', async () => {
    const shop = await openLoyalShop(context, { products: [{ name: 'Kopi', price: 20000 }] });
    const [one, two] = [await enrol(shop), await enrol(shop, 'Budi')];
    await adjust(shop, one, 100);
    await adjust(shop, two, 40);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => shop.owner.post('/pos/transactions',
      saleOf(shop, [[shop.products[0], 1]], { customerId: (i % 5 ? one : two).id, loyaltyPointsRedeemed: 7 }))));
    const made = (customer) => answers.filter((a) => a.status === 201 && answers.indexOf(a) % 5 === 0 === (customer === two)).length;
    assert.deepEqual([made(one), made(two)], [14, 5]);
    assert.ok(answers.every((a) => a.status === 201 || (a.status === 422 && a.body.code === 'INSUFFICIENT_POINTS')));
    for (const [customer, sales, left] of [[one, 14, 2], [two, 5, 5]]) {
      const now = await settled(shop, customer, visits(sales));
      assert.deepEqual([now.loyaltyPoints, now.totalSpent, now.ledger.length], [left, sales * 13000, sales + 1]);
      assert.ok(now.rows.every((row) => row.balanceAfter >= 0));
    }
  });

  it('a void gives redeemed points back, a refund in proportion, the last one the rest', async () => {
    const shop = await openLoyalShop(context, { program: { tiers: SILVER } });
    const customer = await enrol(shop);
    await adjust(shop, customer, 20);
    const sale = await sellFor(shop, customer, 110000, { loyaltyPointsRedeemed: 10 });
    await settled(shop, customer, visits(1));
    await shop.owner.must(200, 'POST', `/pos/transactions/${sale.id}/void`, { reason: 'x' });
    let now = await settled(shop, customer, visits(0));
    assert.deepEqual([now.loyaltyPoints, now.totalSpent, now.lastVisitAt, now.loyaltyTier], [20, 0, null, 'Silver']);
    assert.deepEqual(now.ledger, [['adjusted', 20], ['redeemed', -10], ['earned', 2], ['reversed', 8]]);
    assert.equal((await ledgerOf(shop, customer)).tierPoints, 20);
    const { id } = await sellFor(shop, customer, 110000, { loyaltyPointsRedeemed: 7 }); // 103,000 is 2 × 1.2 → 2
    await settled(shop, customer, visits(1));
    const [item] = (await shop.owner.must(200, 'GET', `/pos/transactions/${id}`)).items;
    for (const quantity of [33, 33, 44])
      await shop.owner.must(201, 'POST', `/pos/transactions/${id}/refund`, { items: [{ transactionItemId: item.id, quantity }], method: 'cash', reason: 'cold' });
    now = await settled(shop, customer, (c) => c.totalSpent === 0);
    assert.deepEqual([now.visitCount, now.loyaltyPoints], [1, 20]);
    assert.deepEqual(now.ledger.slice(4), [['redeemed', -7], ['earned', 2], ['reversed', 1], ['reversed', 1], ['reversed', 3]]);
  });

  it('a sale made offline is never refused for points: what is there is taken, and somebody looks', async () => {
    const shop = await openLoyalShop(context);
    const customer = await enrol(shop);
    await adjust(shop, customer, 4);
    const clientCreatedAt = new Date().toISOString();
    const offline = (fields) => shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[shop.products[0], 50]], { customerId: customer.id, clientCreatedAt, paid: 50000, ...fields }));
    const good = await shop.owner.must(200, 'GET', `/pos/transactions/${(await offline({ loyaltyPointsRedeemed: 3 })).id}`);
    assert.deepEqual([good.grandTotal, good.loyaltyPointsRedeemed, good.needsReview], [47000, 3, false]);
    const poor = await shop.owner.must(200, 'GET', `/pos/transactions/${(await offline({ loyaltyPointsRedeemed: 10, paid: 40000 })).id}`);
    assert.deepEqual([poor.grandTotal, poor.loyaltyPointsRedeemed, poor.needsReview, poor.reviewReasons], [40000, 1, true, ['INSUFFICIENT_POINTS']]);
    const none = await shop.owner.must(200, 'GET', `/pos/transactions/${(await offline({ loyaltyPointsRedeemed: 10, paid: 40000 })).id}`);
    assert.deepEqual([none.grandTotal, none.loyaltyPointsRedeemed, none.reviewReasons], [40000, 0, ['INSUFFICIENT_POINTS']]);
    const now = await settled(shop, customer, visits(3));
    assert.deepEqual([now.loyaltyPoints, now.ledger, now.lastVisitAt], [0, [['adjusted', 4], ['redeemed', -3], ['redeemed', -1]], clientCreatedAt]);
  });

  it('a sale is decided on the programme as it is', async () => {
    const shop = await openLoyalShop(context);
    const customer = await enrol(shop);
    await adjust(shop, customer, 1000);
    const totals = new Set();
    await Promise.all([
      ...Array.from({ length: 40 }, async () => totals.add((await sellFor(shop, customer, 50000, { loyaltyPointsRedeemed: 10 })).grandTotal)),
      (async () => { for (const pointValue of [2000, 3000, 1000, 2000]) await shop.owner.must(200, 'PUT', '/loyalty/program', { ...PROGRAM, pointValue }); })(),
    ]);
    assert.ok([...totals].every((total) => [40000, 30000, 20000].includes(total)));
    assert.equal((await sellFor(shop, customer, 50000, { loyaltyPointsRedeemed: 10 })).grandTotal, 30000);
    assert.equal((await settled(shop, customer, visits(41))).ledger.filter(([type]) => type === 'redeemed').length, 41);
  });

  it('tells of every change', async () => {
    const shop = await openLoyalShop(context);
    const customer = await enrol(shop);
    await adjust(shop, customer, 10);
    const sale = await sellFor(shop, customer, 105000, { loyaltyPointsRedeemed: 5 });
    await settled(shop, customer, visits(1));
    const told = await eventually(() => shop.owner.must(200, 'GET', '/audit?action=loyalty.points_changed'), (rows) => rows.length >= 3);
    const employeeId = shop.owner.user.employeeId, customerId = customer.id;
    assert.deepEqual(told.map((row) => row.data).reverse(), [
      { customerId, transactionId: null, type: 'adjusted', points: 10, balanceAfter: 10, employeeId },
      { customerId, transactionId: sale.id, type: 'redeemed', points: -5, balanceAfter: 5, employeeId },
      { customerId, transactionId: sale.id, type: 'earned', points: 2, balanceAfter: 7, employeeId }]);
    assert.deepEqual([...new Set(told.map((row) => row.entityId))], [customerId]);
  });
});

onEachEngine('loyalty that comes late', (context) => {
  it('counts once what failed twice, nothing of what was voided meanwhile, refunds in any order', async () => {
    const shop = await openLoyalShop(context);
    const [plain, voided, refunded] = [await enrol(shop, 'A'), await enrol(shop, 'B'), await enrol(shop, 'C')];
    await adjust(shop, voided, 10);
    const sold = await sellFor(shop, plain, 110000);
    const gone = await sellFor(shop, voided, 110000, { loyaltyPointsRedeemed: 10 });
    await shop.owner.must(200, 'POST', `/pos/transactions/${gone.id}/void`, { reason: 'x' });
    const { id } = await sellFor(shop, refunded, 160000);
    const [item] = (await shop.owner.must(200, 'GET', `/pos/transactions/${id}`)).items;
    await shop.owner.must(201, 'POST', `/pos/transactions/${id}/refund`, { items: [{ transactionItemId: item.id, quantity: 80 }], method: 'cash', reason: 'cold' });
    let now = await settled(shop, refunded, visits(1)); // the refund's own event counts the sale, too
    assert.deepEqual([now.totalSpent, now.ledger], [80000, [['earned', 3], ['reversed', -2]]]);
    now = await settled(shop, plain, visits(1));
    assert.deepEqual([now.totalSpent, now.ledger, now.rows[0].transactionId], [110000, [['earned', 2]], sold.id]);
    now = await settled(shop, voided, (c) => c.loyaltyPoints === 10);
    assert.deepEqual([now.visitCount, now.totalSpent, now.lastVisitAt, now.ledger], [0, 0, null, [['adjusted', 10], ['redeemed', -10], ['reversed', 10]]]);
  });
}, { env: { TILOPOS_FAULT_EVENT: 'customers.loyalty transaction.created 2' } });

onEachEngine('loyalty on two servers', (context) => {
  it('one balance, whoever asks', async () => {
    const shop = await openLoyalShop(context, { products: [{ name: 'Kopi', price: 20000 }] });
    const customers = [await enrol(shop, 'A'), await enrol(shop, 'B'), await enrol(shop, 'C')];
    for (const customer of customers) await adjust(shop, customer, 50);
    const second = await Server.start(context.database);
    try {
      const tills = [shop.owner, new Client(second, { accessToken: shop.owner.token, user: shop.owner.user })];
      const answers = await Promise.all(Array.from({ length: 60 }, (_, i) => tills[i % 2].post('/pos/transactions',
        saleOf(shop, [[shop.products[0], 1]], { customerId: customers[i % 3].id, loyaltyPointsRedeemed: 6 }))));
      assert.deepEqual(answers.filter((a) => a.status !== 201 && a.body.code !== 'INSUFFICIENT_POINTS').map((a) => a.text), []);
      for (const customer of customers) {
        const now = await settled(shop, customer, visits(8));
        assert.deepEqual([now.loyaltyPoints, now.totalSpent, now.ledger.length], [2, 8 * 14000, 9]);
      }
    } finally {
      await second.stop();
    }
  });
}, { engines: ENGINES.filter((engine) => engine === 'postgres') });
