// Carts that wait: parked, taken back by one till only, split without losing or doubling a line.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { onEachEngine } from '../lib/engines.mjs';
import { hire, openShop, saleOf } from '../lib/client.mjs';

const MENU = [{ name: 'Pizza', price: 90000 }, { name: 'Kopi', price: 15000 }];

function cartOf(shop, items, more = {}) {
  const { shiftId, payments, ...cart } = saleOf(shop, items, more);
  return cart;
}

/** Sells a parked bill: the cart goes out as it came in. */
async function sell(shop, { id, name, employeeId, createdAt, ...cart }) {
  return shop.owner.must(201, 'POST', '/pos/transactions', { ...cart, shiftId: shop.shiftId, payments: [{ method: 'cash', amount: 10_000_000 }] });
}

onEachEngine('held bills', (context) => {
  it('parks a cart and gives it back to one till', async () => {
    const shop = await openShop(context.server, { products: MENU });
    const [pizza, coffee] = shop.products;
    const cart = cartOf(shop, [[pizza, 1, { notes: 'no onion', discount: { type: 'percentage', value: 12.5 } }], [coffee, 2]], { discounts: [{ type: 'fixed', value: 1000 }] });
    const held = await shop.owner.must(201, 'POST', '/pos/held-bills', { ...cart, name: 'Table 4' });
    assert.equal(held.employeeId, shop.owner.user.employeeId);
    const cashier = await hire(shop.owner, 'cashier');
    assert.deepEqual(await cashier.must(200, 'GET', '/pos/held-bills'), [held]);
    assert.deepEqual(await cashier.must(200, 'GET', `/pos/held-bills/${held.id}`), held);
    const taken = await Promise.all([1, 2, 3].map(() => cashier.delete(`/pos/held-bills/${held.id}`)));
    assert.deepEqual(taken.map((answer) => answer.status).sort(), [204, 404, 404]);
    assert.deepEqual(await cashier.must(200, 'GET', '/pos/held-bills'), []);
    assert.equal((await sell(shop, held)).grandTotal, 78750 + 30000 - 1000);
  });

  it('keeps the points and the kitchen orders of the cart', async () => {
    const shop = await openShop(context.server, { products: MENU }), other = await openShop(context.server);
    const { owner, outletId, products: [pizza, coffee] } = shop;
    await owner.must(200, 'PUT', '/loyalty/program', { isActive: true, amountPerPoint: 10000, pointValue: 100, expiryDays: null, tiers: [] });
    const customer = await owner.must(201, 'POST', '/customers', { name: 'Bu Setia' });
    await owner.must(201, 'POST', `/customers/${customer.id}/loyalty/adjustments`, { points: 50, reason: 'welcome' });
    const order = await owner.must(201, 'POST', '/orders', { outletId, orderType: 'dine_in', items: [{ productId: pizza.id, quantity: 1 }] });
    const cart = cartOf(shop, [[pizza, 1]], { orderType: 'dine_in', customerId: customer.id, loyaltyPointsRedeemed: 10, orderIds: [order.id] });
    const held = await owner.must(201, 'POST', '/pos/held-bills', cart);
    assert.deepEqual([held.loyaltyPointsRedeemed, held.orderIds], [10, [order.id]]);
    const kept = await owner.post(`/pos/held-bills/${held.id}/split`, { ways: 2 });
    assert.deepEqual([kept.status, kept.body.code, kept.body.errors[0].path], [422, 'SPLIT_MISMATCH', 'orderIds']);
    const sale = await sell(shop, held);
    assert.equal(sale.discountAmount, 1000);
    assert.equal((await owner.must(200, 'GET', `/orders/${order.id}`)).transactionId, sale.id);
    assert.equal((await other.owner.post('/pos/held-bills', { ...cartOf(other, [[other.products[0], 1]]), orderIds: [order.id] })).status, 404);

    const nobody = await owner.post('/pos/held-bills', cartOf(shop, [[pizza, 1]], { loyaltyPointsRedeemed: 10 }));
    assert.deepEqual([nobody.status, nobody.body.errors.map((error) => error.path)], [400, ['customerId']]);

    const points = await owner.must(201, 'POST', '/pos/held-bills', cartOf(shop, [[pizza, 1], [coffee, 1]], { customerId: customer.id, loyaltyPointsRedeemed: 7 }));
    const { bills } = await owner.must(201, 'POST', `/pos/held-bills/${points.id}/split`, { parts: [0, 1].map((line) => ({ items: [{ line, quantity: 1 }] })) });
    assert.deepEqual(bills.map((bill) => bill.loyaltyPointsRedeemed), [6, 1]);
  });

  it('splits evenly and by items; the parts make the whole', async () => {
    const shop = await openShop(context.server, { products: MENU });
    const [pizza, coffee] = shop.products;
    const cart = cartOf(shop, [[pizza, 1], [coffee, 3, { discount: { type: 'fixed', value: 3000 } }]], { discounts: [{ type: 'fixed', value: 10000 }] });
    const park = () => shop.owner.must(201, 'POST', '/pos/held-bills', { ...cart, name: 'Meja 1' });
    const whole = 90000 + 45000 - 3000 - 10000;

    const even = await park();
    const { bills } = await shop.owner.must(201, 'POST', `/pos/held-bills/${even.id}/split`, { ways: 3 });
    assert.deepEqual(bills.map((bill) => bill.name), ['Meja 1 1/3', 'Meja 1 2/3', 'Meja 1 3/3']);
    assert.deepEqual(bills.map((bill) => bill.items[0].quantity), [0.334, 0.333, 0.333]);
    assert.equal(bills.reduce((sum, bill) => sum + bill.discounts[0].value, 0), 10000);
    let sold = 0;
    for (const bill of bills) sold += (await sell(shop, bill)).grandTotal;
    assert.equal(sold, whole);
    assert.equal((await shop.owner.get(`/pos/held-bills/${even.id}`)).status, 404);

    const chosen = await park();
    const split = await shop.owner.must(201, 'POST', `/pos/held-bills/${chosen.id}/split`, {
      parts: [{ name: 'Ani', items: [{ line: 0, quantity: 1 }] }, { items: [{ line: 1, quantity: 2 }] }, { items: [{ line: 1, quantity: 1 }] }] });
    assert.deepEqual(split.bills.map((bill) => bill.items.map((item) => [item.quantity, item.discount?.value ?? null])), [[[1, null]], [[2, 2000]], [[1, 1000]]]);
    sold = 0;
    for (const bill of split.bills) sold += (await sell(shop, bill)).grandTotal;
    assert.equal(sold, whole);
  });

  it('splits by amounts; the parts make the whole', async () => {
    const shop = await openShop(context.server, { products: MENU });
    const [pizza, coffee] = shop.products;
    const held = await shop.owner.must(201, 'POST', '/pos/held-bills', cartOf(shop, [[pizza, 1], [coffee, 4, { discount: { type: 'fixed', value: 1000 } }]], { discounts: [{ type: 'fixed', value: 9 }] }));
    const { bills } = await shop.owner.must(201, 'POST', `/pos/held-bills/${held.id}/split`, { parts: [{ name: 'Ani', amount: 60000 }, { amount: 30000 }, { amount: 10000 }] });
    assert.deepEqual(bills.map((bill) => bill.items.map((item) => [item.quantity, item.discount?.value ?? null])), [[[0.6, null], [2.4, 600]], [[0.3, null], [1.2, 300]], [[0.1, null], [0.4, 100]]]);
    assert.deepEqual(bills.map((bill) => [bill.name, bill.discounts[0].value]), [['Ani', 5], [null, 3], [null, 1]]);
    let sold = 0;
    for (const bill of bills) sold += (await sell(shop, bill)).grandTotal;
    assert.equal(sold, 90000 + 60000 - 1000 - 9);
  });

  it('refuses parts that are not the bill, and changes nothing', async () => {
    const shop = await openShop(context.server, { products: MENU });
    const held = await shop.owner.must(201, 'POST', '/pos/held-bills', cartOf(shop, [[shop.products[0], 2]]));
    const parts = (...quantities) => ({ parts: quantities.map((quantity) => ({ items: [{ line: 0, quantity }] })) });
    for (const [body, status] of [[parts(1, 0.5), 422], [parts(1, 1, 1), 422], [{ parts: [{ items: [{ line: 1, quantity: 2 }] }, { items: [{ line: 0, quantity: 2 }] }] }, 422],
      [{}, 400], [{ ways: 1 }, 400], [{ ways: 2, ...parts(1, 1) }, 400], [{ parts: [{ amount: 1 }, { items: [{ line: 0, quantity: 2 }] }] }, 400], [{ parts: [{}, { amount: 1 }] }, 400],
      [{ parts: [{ amount: 1 }, { amount: 0 }] }, 400], [{ parts: [{ amount: 1 }, { amount: 10_000 }] }, 422], [parts(2), 400], [parts(1, -1), 400]]) {
      const answer = await shop.owner.post(`/pos/held-bills/${held.id}/split`, body);
      assert.equal(answer.status, status, answer.text);
      if (status === 422) assert.equal(answer.body.code, 'SPLIT_MISMATCH');
    }
    assert.deepEqual(await shop.owner.must(200, 'GET', '/pos/held-bills'), [held]);
  });

  it('is the outlet\'s own', async () => {
    const shop = await openShop(context.server, { products: MENU }), other = await openShop(context.server, { products: MENU });
    const held = await shop.owner.must(201, 'POST', '/pos/held-bills', cartOf(shop, [[shop.products[0], 1]]));
    const second = await shop.owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const elsewhere = await hire(shop.owner, 'cashier', { outletId: second.id });
    for (const stranger of [other.owner, elsewhere]) {
      assert.equal((await stranger.get(`/pos/held-bills/${held.id}`)).status, 404);
      assert.equal((await stranger.delete(`/pos/held-bills/${held.id}`)).status, 404);
      assert.equal((await stranger.post(`/pos/held-bills/${held.id}/split`, { ways: 2 })).status, 404);
      assert.deepEqual(await stranger.must(200, 'GET', '/pos/held-bills'), []);
    }
    assert.equal((await shop.owner.get(`/pos/held-bills?outletId=${other.outletId}`)).status, 404);
    assert.equal((await shop.owner.post('/pos/held-bills', cartOf(shop, [[other.products[0], 1]]))).status, 404);
    assert.equal((await shop.owner.post('/pos/held-bills', { ...cartOf(shop, [[shop.products[0], 1]]), customerId: held.id })).status, 404);
    const faulty = await shop.owner.post('/pos/held-bills', { ...cartOf(shop, [[shop.products[0], 0]]), price: 1 });
    assert.deepEqual([faulty.status, faulty.body.errors.map((error) => error.path).sort()], [400, ['items[0].quantity', 'price']]);
    assert.equal((await (await hire(shop.owner, 'kitchen')).get('/pos/held-bills')).status, 403);
  });
});
