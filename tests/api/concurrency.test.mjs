// Many at once: stock is never sold twice, receipts have no gaps, a key is honoured once.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { randomUUID } from 'node:crypto';
import { onEachEngine } from '../lib/engines.mjs';
import { hire, openShop, saleOf } from '../lib/client.mjs';

const numbers = (sales) => sales.map((sale) => Number(sale.receiptNumber.split('-').at(-1))).sort((a, b) => a - b);
const upTo = (n) => Array.from({ length: n }, (_, i) => i + 1);

onEachEngine('concurrency', (context) => {
  it('500 buyers, 50 cups: 50 sales, no more, no gaps', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Es Teh', price: 5000, stock: 50 }] });
    const [cup] = shop.products;
    const answers = await Promise.all(Array.from({ length: 500 }, () =>
      shop.owner.post('/pos/transactions', saleOf(shop, [[cup, 1]]), { 'idempotency-key': randomUUID() })));
    const sold = answers.filter((a) => a.status === 201);
    const refused = answers.filter((a) => a.status === 422);
    assert.equal(sold.length, 50);
    assert.equal(refused.length, 450, JSON.stringify(answers.find((a) => ![201, 422].includes(a.status))?.body));
    assert.ok(refused.every((a) => a.body.code === 'INSUFFICIENT_STOCK'));
    assert.deepEqual(numbers(sold.map((a) => a.body)), upTo(50));
    const [level] = await shop.owner.must(200, 'GET', `/inventory/stock?outletId=${shop.outletId}`);
    assert.equal(level.quantity, 0);
  });

  it('one key sent 20 times at once is one sale', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Roti', price: 9000, stock: 100 }] });
    const key = randomUUID(), body = saleOf(shop, [[shop.products[0], 1]]);
    const answers = await Promise.all(Array.from({ length: 20 }, () => shop.owner.post('/pos/transactions', body, { 'idempotency-key': key })));
    assert.ok(answers.every((a) => a.status === 201), JSON.stringify(answers.map((a) => a.status)));
    assert.equal(new Set(answers.map((a) => a.body.id)).size, 1);
    assert.equal(answers.filter((a) => a.headers.get('idempotent-replayed') === 'true').length, 19);
    const [level] = await shop.owner.must(200, 'GET', `/inventory/stock?outletId=${shop.outletId}`);
    assert.equal(level.quantity, 99);
  });

  it('baskets in opposite order do not deadlock and add up', async () => {
    const shop = await openShop(context.server, { products: ['A', 'B', 'C'].map((name) => ({ name, price: 1000, stock: 300 })) });
    const [a, b, c] = shop.products;
    const orders = [[a, b, c], [c, b, a], [b, a, c], [c, a, b]];
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) =>
      shop.owner.post('/pos/transactions', saleOf(shop, orders[i % 4].map((product) => [product, 1])))));
    assert.equal(answers.filter((x) => x.status === 201).length, 200);
    const levels = await shop.owner.must(200, 'GET', `/inventory/stock?outletId=${shop.outletId}`);
    assert.deepEqual(levels.map((level) => level.quantity), [100, 100, 100]);
    assert.deepEqual(numbers(answers.map((x) => x.body)), upTo(200));
  });

  it('sales, price changes and stock adjustments at once keep the books', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Kue', price: 7000, stock: 1000 }] });
    const [cake] = shop.products;
    const work = [];
    for (let i = 0; i < 60; i++) {
      work.push(shop.owner.post('/pos/transactions', saleOf(shop, [[cake, 2]])));
      if (i % 6 === 0) work.push(shop.owner.patch(`/products/${cake.id}`, { price: 7000 + i }));
      if (i % 5 === 0)
        work.push(shop.owner.post('/inventory/adjustments', { outletId: shop.outletId, type: 'purchase', reason: 'more', items: [{ productId: cake.id, quantityDelta: 3 }] }));
    }
    const answers = await Promise.all(work);
    assert.ok(answers.every((a) => a.status < 300), JSON.stringify(answers.find((a) => a.status >= 300)?.body));
    const [level] = await shop.owner.must(200, 'GET', `/inventory/stock?outletId=${shop.outletId}`);
    assert.equal(level.quantity, 1000 - 120 + 36);
  });

  it('a shift that closes while sales arrive counts exactly those it took', async () => {
    const shop = await openShop(context.server);
    const cashier = await hire(shop.owner, 'cashier');
    const work = Array.from({ length: 40 }, () => cashier.post('/pos/transactions', saleOf(shop, [[shop.products[0], 1]])));
    const closing = shop.owner.post(`/shifts/${shop.shiftId}/close`, { closingCash: 0 });
    const answers = await Promise.all(work);
    const sold = answers.filter((a) => a.status === 201).length;
    assert.ok(answers.every((a) => a.status === 201 || a.body.code === 'SHIFT_NOT_OPEN'), JSON.stringify(answers.map((a) => a.body.code)));
    const closed = await closing;
    assert.equal(closed.status, 200, closed.text);
    assert.equal(closed.body.expectedCash, 100000 + sold * 18000);
  });

  it('one employee opening a shift twice at once has one', async () => {
    const shop = await openShop(context.server);
    const cashier = await hire(shop.owner, 'cashier');
    const answers = await Promise.all([1, 2, 3, 4].map(() => cashier.post('/shifts', { outletId: shop.outletId, openingCash: 0 })));
    assert.deepEqual(answers.map((a) => a.status).sort(), [201, 409, 409, 409]);
  });
});
