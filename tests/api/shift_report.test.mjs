// X and Z reports: equal to the last unit with sales, refunds, voids and cash movements; numbered; blind where wanted.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { onEachEngine } from '../lib/engines.mjs';
import { hire, openShop, saleOf } from '../lib/client.mjs';

const HOUSE = { taxRate: 0.11, serviceChargeRate: 0.05, taxServiceCharge: true, cashRounding: 100 };
const sell = (shop, items, more, who = shop.owner) => who.must(201, 'POST', '/pos/transactions', saleOf(shop, items, more));
const read = (shop, sale) => shop.owner.must(200, 'GET', `/pos/transactions/${sale.id}`);
const reportOf = (who, shiftId) => who.must(200, 'GET', `/shifts/${shiftId}/report`);
const close = (who, shiftId, closingCash) => who.must(200, 'POST', `/shifts/${shiftId}/close`, { closingCash });
const sum = (rows, field) => rows.reduce((total, row) => total + row[field], 0);

function assertTies(report) {
  assert.equal(report.grossSales - report.lineDiscounts, report.subtotal);
  assert.equal(report.subtotal - report.discountAmount, report.netSales);
  assert.equal(report.netSales + report.serviceCharge + report.taxAmount + report.rounding, report.grandTotal);
  assert.equal(report.grandTotal + report.refunds.amount, report.netTotal);
  for (const row of report.payments) assert.equal(row.received - row.change - row.refunded, row.amount, row.method);
  assert.equal(sum(report.payments, 'amount'), report.netTotal);
  assert.equal(sum(report.payments, 'refunded') + report.refunds.amount, 0);
  const cash = report.payments.find((row) => row.method === 'cash') ?? { received: 0, change: 0, refunded: 0 };
  assert.deepEqual([report.cashReceived, report.changeGiven, report.cashRefunded], [cash.received, cash.change, cash.refunded]);
  assert.equal(report.openingCash + report.cashReceived - report.changeGiven - report.cashRefunded + report.cashIn - report.cashOut, report.expectedCash);
  assert.equal(sum(report.latePayments, 'amount'), report.lateSales.amount);
}

/** A day with everything in it; answers what it came to, from the sales themselves. */
async function workADay(shop) {
  const [coffee, cake] = shop.products;
  const sales = [
    await sell(shop, [[coffee, 2, { discount: { type: 'fixed', value: 1001, reason: 'member' } }], [cake, 1]], { paid: 100000 }),
    await sell(shop, [[cake, 3]], { payments: [{ method: 'qris', amount: 20000 }, { method: 'cash', amount: 100000 }], discounts: [{ type: 'percentage', value: 7, reason: 'promo' }] }),
  ];
  const quote = await shop.owner.must(200, 'POST', '/pos/quote', { outletId: shop.outletId, orderType: 'takeaway', items: [{ productId: coffee.id, quantity: 3 }] });
  sales.push(await sell(shop, [[coffee, 3]], { payments: [{ method: 'qris', amount: quote.grandTotal }] }));
  const wrong = await sell(shop, [[cake, 2]]);
  await shop.owner.must(200, 'POST', `/pos/transactions/${wrong.id}/void`, { reason: 'wrong table' });
  const refund = async (sale, method, line, quantity) => shop.owner.must(201, 'POST', `/pos/transactions/${sale.id}/refund`,
    { items: [{ transactionItemId: (await read(shop, sale)).items[line].id, quantity, restock: true }], method, reason: 'cold' });
  const refunds = { cash: [await refund(sales[0], 'cash', 0, 1), await refund(sales[1], 'cash', 0, 1)], qris: [await refund(sales[2], 'qris', 0, 2)] };
  const moves = [['in', 5000], ['in', 333], ['out', 701]];
  for (const [type, amount] of moves) await shop.owner.must(201, 'POST', `/shifts/${shop.shiftId}/cash-movements`, { type, amount, reason: 'kas' });
  return { sales, wrong, refunds, quote };
}

const PRODUCTS = [{ name: 'Kopi', price: 18111 }, { name: 'Kue', price: 9337 }];

onEachEngine('X and Z', (context) => {
  it('tie with the day to the last unit, and Z is X', async () => {
    const shop = await openShop(context.server, { outlet: HOUSE, products: PRODUCTS });
    const { sales, wrong, refunds, quote } = await workADay(shop);
    const x = await reportOf(shop.owner, shop.shiftId);
    assertTies(x);
    assert.deepEqual([x.kind, x.shift.zNumber, x.salesCount, x.lineDiscounts], ['X', null, 3, 1001]);
    for (const field of ['subtotal', 'discountAmount', 'serviceCharge', 'taxAmount', 'rounding', 'grandTotal']) assert.equal(x[field], sum(sales, field), field);
    assert.notEqual(x.rounding, 0);
    assert.deepEqual(x.voids, { count: 1, amount: wrong.grandTotal });
    const back = Object.fromEntries(Object.entries(refunds).map(([method, rows]) => [method, -sum(rows, 'grandTotal')]));
    assert.deepEqual(x.refunds, { count: 3, amount: -back.cash - back.qris });
    const change = sum(sales, 'change');
    assert.deepEqual(x.payments, [
      { method: 'cash', count: 2, received: 200000, change, refundCount: 2, refunded: back.cash, amount: 200000 - change - back.cash },
      { method: 'qris', count: 2, received: 20000 + quote.grandTotal, change: 0, refundCount: 1, refunded: back.qris, amount: 20000 + quote.grandTotal - back.qris },
    ]);
    assert.deepEqual([x.cashInCount, x.cashIn, x.cashOutCount, x.cashOut], [2, 5333, 1, 701]);
    assert.equal(x.expectedCash, 100000 + 200000 - change - back.cash + 5333 - 701);
    assert.deepEqual([x.lateSales, x.latePayments, x.closingCash, x.cashDifference], [{ count: 0, amount: 0 }, [], null, null]);
    const closed = await close(shop.owner, shop.shiftId, x.expectedCash - 3);
    assert.deepEqual([closed.expectedCash, closed.closingCash, closed.cashDifference, closed.zNumber], [x.expectedCash, x.expectedCash - 3, -3, 1]);
    const z = await reportOf(shop.owner, shop.shiftId);
    assertTies(z);
    assert.deepEqual(z.shift, closed);
    assert.deepEqual({ ...z, generatedAt: 0 }, { ...x, kind: 'Z', shift: closed, closingCash: x.expectedCash - 3, cashDifference: -3, generatedAt: 0 });
  });

  it('a refund counts on the shift that pays it; the Z of the sale stays', async () => {
    const shop = await openShop(context.server, { products: PRODUCTS });
    const sale = await sell(shop, [[shop.products[0], 2]], { paid: 40000 });
    await close(shop.owner, shop.shiftId, 0);
    const before = await reportOf(shop.owner, shop.shiftId);
    const next = await shop.owner.must(201, 'POST', '/shifts', { outletId: shop.outletId, openingCash: 50000 });
    await shop.owner.must(201, 'POST', `/pos/transactions/${sale.id}/refund`,
      { items: [{ transactionItemId: (await read(shop, sale)).items[0].id, quantity: 1, restock: true }], method: 'cash', reason: 'cold' });
    assert.deepEqual({ ...await reportOf(shop.owner, shop.shiftId), generatedAt: 0 }, { ...before, generatedAt: 0 });
    const x = await reportOf(shop.owner, next.id);
    assertTies(x);
    assert.deepEqual([x.salesCount, x.grandTotal, x.netTotal, x.expectedCash], [0, 0, -18111, 50000 - 18111]);
    assert.deepEqual((await close(shop.owner, next.id, 50000 - 18111)).cashDifference, 0);
  });

  it('a sale that arrives after the close stands apart: Z stays what it was', async () => {
    const shop = await openShop(context.server, { products: PRODUCTS });
    await sell(shop, [[shop.products[0], 1]], { paid: 20000 });
    const clientCreatedAt = new Date().toISOString();
    await close(shop.owner, shop.shiftId, 118111);
    const before = await reportOf(shop.owner, shop.shiftId);
    await sell(shop, [[shop.products[1], 2]], { paid: 20000, clientCreatedAt });
    const after = await reportOf(shop.owner, shop.shiftId);
    assertTies(after);
    const late = { method: 'cash', count: 1, received: 20000, change: 1326, refundCount: 0, refunded: 0, amount: 18674 };
    assert.deepEqual({ ...after, generatedAt: 0 }, { ...before, lateSales: { count: 1, amount: 18674 }, latePayments: [late], generatedAt: 0 });
  });

  it('numbers count up by outlet without gaps, also when shifts close at once', async () => {
    const shop = await openShop(context.server);
    const other = await shop.owner.must(201, 'POST', '/outlets', { name: 'Cabang' });
    const far = await shop.owner.must(201, 'POST', '/shifts', { outletId: other.id, openingCash: 0 });
    assert.equal((await close(shop.owner, shop.shiftId, 0)).zNumber, 1);
    assert.equal((await shop.owner.post(`/shifts/${shop.shiftId}/close`, { closingCash: 0 })).body.code, 'SHIFT_CLOSED');
    const staff = await Promise.all(Array.from({ length: 5 }, () => hire(shop.owner, 'cashier')));
    const shifts = await Promise.all(staff.map((one) => one.must(201, 'POST', '/shifts', { outletId: shop.outletId, openingCash: 0 })));
    assert.ok(shifts.every((shift) => shift.zNumber === null));
    const answers = await Promise.all(shifts.flatMap((shift, i) => [staff[i], shop.owner].map((who) => who.post(`/shifts/${shift.id}/close`, { closingCash: 0 }))));
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [...Array(5).fill(200), ...Array(5).fill(409)]);
    const listed = await shop.owner.must(200, 'GET', `/shifts?outletId=${shop.outletId}`);
    assert.deepEqual(listed.map((shift) => shift.zNumber).sort(), [1, 2, 3, 4, 5, 6]);
    assert.equal((await close(shop.owner, far.id, 0)).zNumber, 1);
  });
});

onEachEngine('blind close', (context) => {
  it('a cashier counts without knowing, a supervisor sees', async () => {
    const shop = await openShop(context.server, { outlet: { blindClose: true }, products: PRODUCTS });
    assert.equal((await shop.owner.must(200, 'GET', `/outlets/${shop.outletId}`)).blindClose, true);
    const cashier = await hire(shop.owner, 'cashier'), supervisor = await hire(shop.owner, 'supervisor');
    const shift = await cashier.must(201, 'POST', '/shifts', { outletId: shop.outletId, openingCash: 10000 });
    await sell({ ...shop, shiftId: shift.id }, [[shop.products[0], 1]], { paid: 20000 }, cashier);
    const hidden = ['expectedCash', 'cashDifference', 'cashReceived', 'changeGiven', 'cashRefunded', 'payments'];
    const assertHidden = (report) => {
      for (const field of hidden) assert.equal(report[field], null, field);
      assert.deepEqual([report.salesCount, report.grandTotal, report.openingCash], [1, 18111, 10000]);
    };
    const blind = (row) => assert.deepEqual([row.expectedCash, row.cashDifference], [null, null]);
    assertHidden(await reportOf(cashier, shift.id));
    const seen = await reportOf(supervisor, shift.id);
    assertTies(seen);
    assert.equal(seen.expectedCash, 28111);
    const closed = await close(cashier, shift.id, 28000);
    blind(closed);
    assert.deepEqual([closed.status, closed.closingCash, closed.zNumber], ['closed', 28000, 1]);
    blind(await cashier.must(200, 'GET', `/shifts/${shift.id}`));
    (await cashier.must(200, 'GET', '/shifts')).forEach(blind);
    const z = await reportOf(cashier, shift.id);
    assertHidden(z);
    blind(z.shift);
    for (const who of [supervisor, shop.owner]) {
      const row = await who.must(200, 'GET', `/shifts/${shift.id}`);
      assert.deepEqual([row.expectedCash, row.cashDifference], [28111, -111]);
      assert.deepEqual((await who.must(200, 'GET', `/shifts?employeeId=${cashier.user.employeeId}`))[0], row);
      const report = await reportOf(who, shift.id);
      assertTies(report);
      assert.deepEqual([report.expectedCash, report.cashDifference, report.shift], [28111, -111, row]);
    }
  });

  it('is off unless the outlet wants it; a colleague and the kitchen see nothing at all', async () => {
    const shop = await openShop(context.server, { products: PRODUCTS });
    const cashier = await hire(shop.owner, 'cashier'), colleague = await hire(shop.owner, 'cashier'), kitchen = await hire(shop.owner, 'kitchen');
    const shift = await cashier.must(201, 'POST', '/shifts', { outletId: shop.outletId, openingCash: 10000 });
    for (const who of [colleague, kitchen]) assert.equal((await who.get(`/shifts/${shift.id}/report`)).status, 403);
    assert.equal((await reportOf(cashier, shift.id)).expectedCash, 10000);
    const closed = await close(cashier, shift.id, 10001);
    assert.deepEqual([closed.expectedCash, closed.cashDifference], [10000, 1]);
  });
});
