// Voids and refunds: stock and money come back to the last unit, once, whoever asks at the same moment.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { randomUUID } from 'node:crypto';
import { onEachEngine } from '../lib/engines.mjs';
import { eventually } from '../lib/eventually.mjs';
import { hire, openShop, register, saleOf } from '../lib/client.mjs';

const RESTAURANT = { serviceChargeRate: 0.05, taxRate: 0.1, taxServiceCharge: true };
const COLUMNS = ['subtotal', 'discountAmount', 'serviceCharge', 'taxAmount', 'rounding', 'grandTotal'];

const read = (shop, id, who = shop.owner) => who.must(200, 'GET', `/pos/transactions/${id}`);
async function sell(shop, items, fields) {
  const { id } = await shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, items, fields));
  return read(shop, id);
}
const voidIt = (who, id, body = { reason: 'wrong table' }, headers) => who.post(`/pos/transactions/${id}/void`, body, headers);
const refund = (who, id, items, more = {}, headers) => who.post(`/pos/transactions/${id}/refund`,
  { items: items.map(([item, quantity, fields]) => ({ transactionItemId: item.id, quantity, ...fields })), method: 'cash', reason: 'cold', ...more }, headers);
async function mustRefund(...args) {
  const answer = await refund(...args);
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
}
const refused = (answer, status, code) => assert.deepEqual([answer.status, answer.body.code], [status, code], answer.text);
async function levels(shop) {
  const rows = await shop.owner.must(200, 'GET', `/inventory/stock?outletId=${shop.outletId}`);
  return Object.fromEntries(rows.map((row) => [row.productName, row.quantity]));
}
const report = (shop) => shop.owner.must(200, 'GET', `/shifts/${shop.shiftId}/report`);
function sum(rows, column) { return rows.reduce((total, row) => total + row[column], 0); }
function assertWhole(sale, refunds) {
  for (const column of COLUMNS) assert.equal(sum(refunds, column) + sale[column], 0, column);
}
function assertAddsUp(row) {
  assert.equal(row.grandTotal, row.subtotal - row.discountAmount + row.serviceCharge + row.taxAmount + row.rounding);
  assert.equal(sum(row.payments, 'amount') - row.change, row.grandTotal);
  assert.equal(sum(row.items, 'subtotal'), row.subtotal);
}
const audit = (shop, action) => eventually(() => shop.owner.must(200, 'GET', `/audit?action=${action}`), (rows) => rows.length > 0);

onEachEngine('refund', (context) => {
  it('a void takes everything back', async () => {
    const shop = await openShop(context.server, { outlet: { ...RESTAURANT, cashRounding: 100 },
      products: [{ name: 'Pizza', price: 100000, stock: 10 }, { name: 'Teh', price: 5003, stock: 20 }, { name: 'Jasa', price: 7000 }] });
    const [pizza, tea, work] = shop.products;
    const sale = await sell(shop, [[pizza, 1.5], [tea, 3], [pizza, 2], [work, 1]]);
    const other = await sell(shop, [[tea, 1]]);
    assert.deepEqual(await levels(shop), { Pizza: 6.5, Teh: 16 });
    const answer = await voidIt(shop.owner, sale.id);
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.body, await read(shop, sale.id));
    assert.deepEqual([answer.body.status, answer.body.voidReason, answer.body.voidedBy, answer.body.approvedBy],
      ['voided', 'wrong table', shop.owner.user.employeeId, shop.owner.user.employeeId]);
    assert.ok(Math.abs(Date.parse(answer.body.voidedAt) - Date.now()) < 60_000);
    assert.deepEqual(await levels(shop), { Pizza: 10, Teh: 19 });
    const moved = (await shop.owner.must(200, 'GET', '/inventory/movements')).filter((m) => m.referenceId === sale.id);
    assert.deepEqual(moved.map((m) => [m.type, m.quantity]).sort(), [['sale', -3.5], ['sale', -3], ['void', 3], ['void', 3.5]].sort());
    assert.equal(sum(moved, 'quantity'), 0);
    const x = await report(shop);
    assert.deepEqual([x.salesCount, x.grandTotal, x.voids], [1, other.grandTotal, { count: 1, amount: sale.grandTotal }]);
    assert.equal(x.expectedCash, 100000 + other.grandTotal);
    assert.deepEqual((await shop.owner.must(200, 'GET', '/pos/transactions?status=voided')).map((row) => row.id), [sale.id]);
    refused(await voidIt(shop.owner, sale.id), 409, 'CONFLICT');
    refused(await refund(shop.owner, sale.id, [[sale.items[0], 1]]), 409, 'CONFLICT');
    const [event] = await audit(shop, 'transaction.voided');
    assert.equal(event.entityId, sale.id);
    const { orderStatus, ...told } = event.data;
    assert.ok([null, 'pending'].includes(orderStatus)); // whether the kitchen had its order yet
    assert.deepEqual(told, { transactionId: sale.id, receiptNumber: sale.receiptNumber, grandTotal: sale.grandTotal, reason: 'wrong table',
      employeeId: shop.owner.user.employeeId, approvedBy: shop.owner.user.employeeId });
  });

  it('a void puts stock back for what was counted when it was sold', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Roti', price: 9000, stock: 5 }, { name: 'Air', price: 4000 }] });
    const [bread, water] = shop.products;
    const sale = await sell(shop, [[bread, 2], [water, 2]]);
    await shop.owner.must(200, 'PATCH', `/products/${bread.id}`, { trackStock: false });
    await shop.owner.must(200, 'PATCH', `/products/${water.id}`, { trackStock: true });
    await shop.owner.must(200, 'POST', `/pos/transactions/${sale.id}/void`, { reason: 'x' });
    await shop.owner.must(200, 'PATCH', `/products/${bread.id}`, { trackStock: true });
    const now = await levels(shop);
    assert.equal(now.Roti, 5);
    assert.equal(now.Air ?? 0, 0);
  });

  it('no void once the shift is closed, none of a refund or of what was refunded', async () => {
    const shop = await openShop(context.server);
    const [first, second] = [await sell(shop, [[shop.products[0], 2]]), await sell(shop, [[shop.products[0], 1]])];
    const back = await mustRefund(shop.owner, first.id, [[first.items[0], 1]]);
    refused(await voidIt(shop.owner, first.id), 409, 'CONFLICT');
    refused(await voidIt(shop.owner, back.id), 409, 'CONFLICT');
    refused(await refund(shop.owner, back.id, [[back.items[0], 1]]), 409, 'CONFLICT');
    await shop.owner.must(200, 'POST', `/shifts/${shop.shiftId}/close`, { closingCash: 0 });
    refused(await voidIt(shop.owner, second.id), 409, 'SHIFT_CLOSED');
    refused(await refund(shop.owner, second.id, [[second.items[0], 1]]), 422, 'SHIFT_NOT_OPEN');
  });

  it('thirds of a pizza make the whole', async () => {
    const shop = await openShop(context.server, { outlet: { ...RESTAURANT, pricesIncludeTax: true }, products: [{ name: 'Pizza', price: 100000, stock: 3 }] });
    const sale = await sell(shop, [[shop.products[0], 1]]);
    assert.deepEqual(COLUMNS.map((column) => sale[column]), [86580, 0, 4329, 9091, 0, 100000]);
    const refunds = [];
    for (const [quantity, status] of [[0.333, 'partially_refunded'], [0.333, 'partially_refunded'], [0.334, 'refunded']]) {
      const back = await mustRefund(shop.owner, sale.id, [[sale.items[0], quantity]]);
      assertAddsUp(back);
      assert.deepEqual([back.type, back.status, back.refundOf, back.refundReason, back.items[0].quantity], ['refund', 'completed', sale.id, 'cold', -quantity]);
      assert.equal((await read(shop, sale.id)).status, status);
      refunds.push(back);
    }
    assertWhole(sale, refunds);
    assert.deepEqual(refunds.map((row) => row.grandTotal), [-33300, -33300, -33400]);
    assert.deepEqual(await levels(shop), { Pizza: 3 });
    const whole = await read(shop, sale.id);
    assert.equal(whole.items[0].refundedQuantity, 1);
    assert.deepEqual(whole.refunds.map((row) => [row.id, row.receiptNumber, row.grandTotal, row.createdAt, row.items[0].transactionItemId]),
      refunds.map((row) => [row.id, row.receiptNumber, row.grandTotal, row.createdAt, sale.items[0].id]));
    const number = (row) => Number(row.receiptNumber.split('-').at(-1));
    assert.deepEqual(refunds.map(number), [2, 3, 4]);
    refused(await refund(shop.owner, sale.id, [[sale.items[0], 0.001]]), 422, 'REFUND_EXCEEDS_SOLD');
    assert.equal((await shop.owner.must(200, 'GET', '/pos/transactions?type=refund')).length, 3);
    assert.equal((await shop.owner.must(200, 'GET', '/pos/transactions?status=refunded')).length, 1);
  });

  it('service charge, tax, discounts and rounding come back in parts that make the whole', async () => {
    for (const outlet of [{ ...RESTAURANT, cashRounding: 100 }, { ...RESTAURANT, pricesIncludeTax: true, cashRounding: 100 }, { taxRate: 0.11, cashRounding: 500 }]) {
      const shop = await openShop(context.server, { outlet, products: [{ name: 'A', price: 33333, stock: 50 }, { name: 'B', price: 7777, stock: 50 }, { name: 'C', price: 1 }] });
      const [a, b, c] = shop.products;
      const sale = await sell(shop, [[a, 3, { discount: { type: 'percentage', value: 7.5 } }], [b, 1.25], [c, 1]],
        { discounts: [{ type: 'percentage', value: 10 }], payments: [{ method: 'qris', amount: 20000, referenceNumber: 'R' }, { method: 'cash', amount: 200000 }] });
      assertAddsUp(sale);
      const [x, y, z] = sale.items;
      const refunds = [];
      for (const items of [[[x, 1]], [[x, 1], [y, 0.417]], [[y, 0.417, { restock: false }], [z, 1]], [[x, 1], [y, 0.416]]]) {
        refunds.push(await mustRefund(shop.owner, sale.id, items));
        assertAddsUp(refunds.at(-1));
      }
      assertWhole(sale, refunds);
      assert.deepEqual(await levels(shop), { A: 50, B: 49.583 });
      const x1 = await report(shop);
      assert.equal(x1.refunds.count, 4);
      assert.equal(x1.netTotal, 0);
      assert.equal(x1.expectedCash, 100000 - 20000);
    }
  });

  it('equal parts get the same, the last one the remainder; none costs the customer anything', async () => {
    const shop = await openShop(context.server, { outlet: { taxRate: 0.11 }, products: [{ name: 'Roti', price: 3333 }, { name: 'Gratis', price: 500 }] });
    const [bread, gift] = shop.products;
    const thirds = await sell(shop, [[bread, 3]]), backs = [];
    for (let i = 0; i < 3; i++) backs.push(await mustRefund(shop.owner, thirds.id, [[thirds.items[0], 1]]));
    assert.deepEqual(backs.map((back) => [back.subtotal, back.taxAmount, back.grandTotal]), [[-3333, -367, -3700], [-3333, -367, -3700], [-3333, -366, -3699]]);

    const nearlyFree = await sell(shop, [[gift, 0.01]], { discounts: [{ type: 'fixed', value: 4 }] }), crumbs = [];
    assert.equal(nearlyFree.grandTotal, 1);
    for (let i = 0; i < 10; i++) crumbs.push(await mustRefund(shop.owner, nearlyFree.id, [[nearlyFree.items[0], 0.001]]));
    for (const crumb of crumbs) assertAddsUp(crumb);
    assert.ok(crumbs.every((crumb) => crumb.grandTotal <= 0), crumbs.map((crumb) => crumb.grandTotal).join());
    assertWhole(nearlyFree, crumbs);
  });

  it('money goes out of the drawer that paid it, by the method that was used', async () => {
    const shop = await openShop(context.server);
    const supervisor = await hire(shop.owner, 'supervisor');
    const sale = await sell(shop, [[shop.products[0], 3]]);
    await shop.owner.must(200, 'POST', `/shifts/${shop.shiftId}/close`, { closingCash: 154000 });
    const oldest = await shop.owner.must(201, 'POST', '/shifts', { outletId: shop.outletId, openingCash: 50000 });
    const byOldest = await mustRefund(supervisor, sale.id, [[sale.items[0], 1]]);
    assert.deepEqual([byOldest.shiftId, byOldest.employeeId], [oldest.id, supervisor.user.employeeId]);
    const own = await supervisor.must(201, 'POST', '/shifts', { outletId: shop.outletId, openingCash: 60000 });
    const byOwn = await mustRefund(supervisor, sale.id, [[sale.items[0], 1]], { method: 'qris' });
    assert.deepEqual([byOwn.shiftId, byOwn.payments.map((p) => [p.method, p.amount])], [own.id, [['qris', -18000]]]);
    const closed = await shop.owner.must(200, 'POST', `/shifts/${oldest.id}/close`, { closingCash: 32000 });
    assert.deepEqual([closed.expectedCash, closed.cashDifference], [32000, 0]);
    const other = await supervisor.must(200, 'POST', `/shifts/${own.id}/close`, { closingCash: 60000 });
    assert.equal(other.cashDifference, 0);
    const z = await shop.owner.must(200, 'GET', `/shifts/${shop.shiftId}/report`);
    assert.deepEqual([z.salesCount, z.grandTotal, z.refunds.count, z.expectedCash], [1, 54000, 0, 154000]);
    const events = await audit(shop, 'transaction.refunded');
    assert.deepEqual(events.at(-1).data, { transactionId: byOldest.id, originalTransactionId: sale.id, receiptNumber: byOldest.receiptNumber,
      amount: 18000, method: 'cash', reason: 'cold', employeeId: supervisor.user.employeeId, approvedBy: supervisor.user.employeeId });
  });

  it('names what is wrong, and changes nothing', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Kopi', price: 20000, stock: 9 }, { name: 'Kue', price: 8000, stock: 9 }] });
    const cashier = await hire(shop.owner, 'cashier'), supervisor = await hire(shop.owner, 'supervisor'), kitchen = await hire(shop.owner, 'kitchen');
    const stranger = await openShop(context.server);
    const sale = await sell(shop, [[shop.products[0], 2], [shop.products[1], 1]]);
    const elsewhere = await sell(stranger, [[stranger.products[0], 1]]);
    const [coffee, cake] = sale.items;
    await mustRefund(supervisor, sale.id, [[coffee, 0.5]]);
    const before = [await read(shop, sale.id), await levels(shop)];
    const path = `/pos/transactions/${sale.id}/refund`, good = { items: [{ transactionItemId: coffee.id, quantity: 1 }], method: 'cash', reason: 'x' };
    const tooMuch = await refund(shop.owner, sale.id, [[cake, 1], [coffee, 1.501]]);
    refused(tooMuch, 422, 'REFUND_EXCEEDS_SOLD');
    assert.deepEqual(tooMuch.body.errors.map(({ message, ...rest }) => rest), [{ path: 'items[1].quantity', transactionItemId: coffee.id, sold: 2, refunded: 0.5, requested: 1.501 }]);
    const unknown = await refund(shop.owner, sale.id, [[coffee, 1], [elsewhere.items[0], 1]]);
    refused(unknown, 404, 'NOT_FOUND');
    assert.deepEqual(unknown.body.errors.map((e) => e.path), ['items[1].transactionItemId']);
    const twice = await refund(shop.owner, sale.id, [[coffee, 1], [cake, 1], [coffee, 0.1]]);
    refused(twice, 400, 'VALIDATION_FAILED');
    assert.deepEqual(twice.body.errors.map((e) => e.path), ['items[2].transactionItemId']);
    for (const [fields, at] of [[{ reason: '' }, 'reason'], [{ reason: 'r'.repeat(501) }, 'reason'], [{ reason: undefined }, 'reason'], [{ method: 'shells' }, 'method'],
      [{ items: [] }, 'items'], [{ items: [{ transactionItemId: coffee.id, quantity: 0 }] }, 'items[0].quantity'],
      [{ items: [{ transactionItemId: coffee.id, quantity: 1, restock: 'no' }] }, 'items[0].restock'], [{ amount: 5 }, 'amount']]) {
      const answer = await shop.owner.post(path, { ...good, ...fields });
      refused(answer, 400, 'VALIDATION_FAILED');
      assert.deepEqual(answer.body.errors.map((e) => e.path), [at]);
    }
    for (const [body, at] of [[{}, 'reason'], [{ reason: ' ' }, 'reason'], [{ reason: 'r'.repeat(501) }, 'reason']]) {
      const answer = await voidIt(shop.owner, sale.id, body);
      refused(answer, 400, 'VALIDATION_FAILED');
      assert.deepEqual(answer.body.errors.map((e) => e.path), [at]);
    }
    refused(await cashier.post(path, good), 403, 'OVERRIDE_REQUIRED');
    refused(await voidIt(cashier, sale.id), 403, 'OVERRIDE_REQUIRED');
    refused(await kitchen.post(path, good), 403, 'FORBIDDEN');
    refused(await voidIt(kitchen, sale.id), 403, 'FORBIDDEN');
    for (const id of [elsewhere.id, randomUUID(), 'x']) {
      refused(await voidIt(shop.owner, id), 404, 'NOT_FOUND');
      refused(await shop.owner.post(`/pos/transactions/${id}/refund`, good), 404, 'NOT_FOUND');
    }
    const far = await shop.owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'OUT2' });
    const abroad = await hire(shop.owner, 'manager', { outletId: far.id });
    refused(await voidIt(abroad, sale.id), 404, 'NOT_FOUND');
    refused(await abroad.post(path, good), 404, 'NOT_FOUND');
    assert.deepEqual([await read(shop, sale.id), await levels(shop)], before);
  });

  it('a cashier voids and refunds with an override, once each', async () => {
    const shop = await openShop(context.server);
    const cashier = await hire(shop.owner, 'cashier'), supervisor = await hire(shop.owner, 'supervisor', { pin: '4711' });
    const [first, second] = [await sell(shop, [[shop.products[0], 2]]), await sell(shop, [[shop.products[0], 1]])];
    const approve = async (action) => ({ 'x-override-token': (await cashier.must(200, 'POST', '/auth/override', { pin: '4711', action })).overrideToken });
    const forRefund = await approve('refund'), forVoid = await approve('void');
    refused(await voidIt(cashier, second.id, undefined, forRefund), 403, 'OVERRIDE_REQUIRED');
    refused(await refund(cashier, first.id, [[first.items[0], 3]], {}, forRefund), 422, 'REFUND_EXCEEDS_SOLD');
    const back = await mustRefund(cashier, first.id, [[first.items[0], 1]], {}, forRefund);
    assert.deepEqual([back.employeeId, back.approvedBy], [cashier.user.employeeId, supervisor.user.employeeId]);
    refused(await refund(cashier, first.id, [[first.items[0], 1]], {}, forRefund), 403, 'OVERRIDE_REQUIRED');
    const gone = await voidIt(cashier, second.id, undefined, forVoid);
    assert.deepEqual([gone.status, gone.body.voidedBy, gone.body.approvedBy], [200, cashier.user.employeeId, supervisor.user.employeeId], gone.text);
  });

  it('a key makes one refund, and one void', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Kopi', price: 20000, stock: 9 }] });
    const sale = await sell(shop, [[shop.products[0], 4]]), headers = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all([1, 2, 3, 4].map(() => refund(shop.owner, sale.id, [[sale.items[0], 1]], {}, headers)));
    assert.deepEqual(answers.map((a) => a.status), [201, 201, 201, 201]);
    assert.equal(new Set(answers.map((a) => a.body.id)).size, 1);
    assert.equal(answers.filter((a) => a.headers.get('idempotent-replayed') === 'true').length, 3);
    refused(await refund(shop.owner, sale.id, [[sale.items[0], 2]], {}, headers), 422, 'IDEMPOTENCY_KEY_REUSED');
    assert.equal((await read(shop, sale.id)).items[0].refundedQuantity, 1);
    const second = await sell(shop, [[shop.products[0], 1]]), key = { 'idempotency-key': randomUUID() };
    const voids = await Promise.all([1, 2, 3].map(() => voidIt(shop.owner, second.id, undefined, key)));
    assert.deepEqual(voids.map((a) => a.status), [200, 200, 200]);
    assert.deepEqual(await levels(shop), { Kopi: 6 });
  });

  it('many refunds at once give back no more than was sold', async () => {
    const shop = await openShop(context.server, { outlet: { ...RESTAURANT, cashRounding: 100 }, products: [{ name: 'A', price: 12345, stock: 20 }, { name: 'B', price: 777, stock: 20 }] });
    const sale = await sell(shop, [[shop.products[0], 7], [shop.products[1], 7]]);
    const [a, b] = sale.items;
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => refund(shop.owner, sale.id, i % 2 ? [[a, 1], [b, 1]] : [[b, 1], [a, 1]])));
    const made = answers.filter((answer) => answer.status === 201).map((answer) => answer.body);
    assert.equal(made.length, 7);
    assert.ok(answers.every((answer) => answer.status === 201 || answer.body.code === 'REFUND_EXCEEDS_SOLD'), JSON.stringify(answers.map((x) => x.body.code)));
    assertWhole(sale, made);
    assert.deepEqual(await levels(shop), { A: 20, B: 20 });
    assert.equal((await report(shop)).expectedCash, 100000);
  });

  it('a void, another void, refunds and the close of the shift at once: the books hold', async () => {
    for (let round = 0; round < 6; round++) {
      const shop = await openShop(context.server, { products: [{ name: 'A', price: 10000, stock: 10 }] });
      const second = await hire(shop.owner, 'supervisor');
      const sale = await sell(shop, [[shop.products[0], 2]]);
      await second.must(201, 'POST', '/shifts', { outletId: shop.outletId, openingCash: 0 });
      const work = [() => voidIt(shop.owner, sale.id), () => voidIt(second, sale.id), () => refund(shop.owner, sale.id, [[sale.items[0], 1]]),
        () => refund(second, sale.id, [[sale.items[0], 2]]), () => shop.owner.post(`/shifts/${shop.shiftId}/close`, { closingCash: 0 }),
        () => shop.owner.post('/pos/transactions', saleOf(shop, [[shop.products[0], 1]]))];
      const turned = [...work.slice(round), ...work.slice(0, round)];
      const answers = await Promise.all(turned.map((call) => call()));
      assert.ok(answers.every((answer) => answer.status < 500), JSON.stringify(answers.map((answer) => answer.body)));
      const now = await read(shop, sale.id);
      const voids = answers.filter((answer) => answer.status === 200 && answer.body.status === 'voided').length;
      assert.equal(voids, now.status === 'voided' ? 1 : 0);
      if (voids) assert.equal(now.refunds.length, 0);
      const back = voids ? 2 : now.items[0].refundedQuantity;
      const sold = answers.filter((answer) => answer.status === 201 && answer.body.orderType === undefined && answer.body.receiptNumber).length;
      assert.deepEqual(await levels(shop), { A: 8 + back - sold });
      const z = await shop.owner.must(200, 'GET', `/shifts/${shop.shiftId}`);
      const x = await report(shop);
      assert.equal(z.expectedCash, x.openingCash + x.cashReceived - x.changeGiven - x.cashRefunded);
    }
  });
});
