// A process remembers what its own sales left. What others did meanwhile, a second process on the same database above all,
// is noticed: no cup, number or key is used twice.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { randomUUID } from 'node:crypto';
import { checkInvariants, ENGINES, makeDatabase, Server } from '../lib/server.mjs';
import { onEachEngine } from '../lib/engines.mjs';
import { Client, openShop, request, saleOf } from '../lib/client.mjs';

const COFFEE = { name: 'Kopi Susu', price: 18000, stock: 1000 };
const SERVICE = { name: 'Antar', price: 5000 }; // not counted: only the receipt's number stands in the way
const RICE = { name: 'Nasi Goreng', price: 30000, stock: 1000 };

const numberOf = (sale) => Number(sale.receiptNumber.split('-').at(-1));
const numbers = (sales) => sales.map(numberOf).sort((a, b) => a - b);
const upTo = (n) => Array.from({ length: n }, (_, i) => i + 1);
const cup = (shop, quantity = 1, more) => saleOf(shop, [[shop.products[0], quantity]], more);
const sell = (who, shop, quantity, more) => who.must(201, 'POST', '/pos/transactions', cup(shop, quantity, more));
const trySell = (who, shop, quantity, key = randomUUID()) => who.post('/pos/transactions', cup(shop, quantity), { 'idempotency-key': key });
const stockOf = async (shop) => (await shop.owner.must(200, 'GET', `/inventory/stock?outletId=${shop.outletId}`)).map((level) => level.quantity);
const adjust = (who, shop, quantityDelta, type = 'adjustment') => who.must(201, 'POST', '/inventory/adjustments',
  { outletId: shop.outletId, type, reason: 'count', items: [{ productId: shop.products[0].id, quantityDelta }] });
const refused = (answer, status, code) => assert.deepEqual([answer.status, answer.body.code], [status, code], answer.text);

async function rememberedBy(server) {
  const { text } = await request(server, 'GET', '//metrics');
  return Number(/^tilopos_sales_remembered_total (\d+)$/m.exec(text)[1]);
}

/** Sells until the server decides this shop's sales from memory; answers the last number. */
async function makeKnown(who, shop) {
  for (let i = 0; i < 10; i++) {
    const before = await rememberedBy(who.server);
    const sale = await sell(who, shop);
    if (await rememberedBy(who.server) > before) return numberOf(sale);
  }
  return assert.fail('nothing is remembered');
}

const voidIt = (who, sale) => who.must(200, 'POST', `/pos/transactions/${sale.id}/void`, { reason: 'wrong table' });
async function refund(who, sale, quantity) {
  const { items } = await who.must(200, 'GET', `/pos/transactions/${sale.id}`);
  return who.must(201, 'POST', `/pos/transactions/${sale.id}/refund`,
    { method: 'cash', reason: 'cold', items: [{ transactionItemId: items[0].id, quantity, restock: true }] });
}

/** `who` sells; `other`, perhaps at another process, changes the stock in between. */
async function sellsFromWhatIsThere(shop, who, other) {
  await makeKnown(who, shop);
  await adjust(other, shop, 3 - (await stockOf(shop))[0]);
  refused(await trySell(who, shop, 4), 422, 'INSUFFICIENT_STOCK');
  const first = await sell(who, shop, 3);
  refused(await trySell(who, shop), 422, 'INSUFFICIENT_STOCK');
  await voidIt(other, first);
  const second = await sell(who, shop, 3);
  const back = await refund(other, second, 2);
  const third = await sell(who, shop, 2);
  assert.deepEqual([second, back, third].map(numberOf), upTo(3).map((i) => numberOf(first) + i));
  refused(await trySell(who, shop), 422, 'INSUFFICIENT_STOCK');
  await adjust(other, shop, 13);
  await makeKnown(who, shop);
  const [left] = await stockOf(shop);
  await adjust(other, shop, 2);
  await sell(who, shop, left + 1); // one more than was there when it last looked
  assert.deepEqual(await stockOf(shop), [1]);
}

onEachEngine('a process that sells', (context) => {
  it('sells from what is there after a void, a refund and an adjustment of its own', async () => {
    const shop = await openShop(context.server, { products: [COFFEE] });
    await sellsFromWhatIsThere(shop, shop.owner, shop.owner);
  });

  it('has a price, a tax and a shift of its own at once', async () => {
    const shop = await openShop(context.server, { products: [COFFEE] });
    await makeKnown(shop.owner, shop);
    await shop.owner.must(200, 'PATCH', `/products/${shop.products[0].id}`, { price: 20000 });
    await shop.owner.must(200, 'PATCH', `/outlets/${shop.outletId}`, { taxRate: 0.1 });
    const last = await makeKnown(shop.owner, shop);
    const sale = await sell(shop.owner, shop);
    assert.deepEqual([sale.grandTotal, numberOf(sale)], [22000, last + 1]);
    await shop.owner.must(200, 'POST', `/shifts/${shop.shiftId}/close`, { closingCash: 0 });
    refused(await trySell(shop.owner, shop), 422, 'SHIFT_NOT_OPEN');
    shop.shiftId = (await shop.owner.must(201, 'POST', '/shifts', { outletId: shop.outletId, openingCash: 0 })).id;
    assert.equal(numberOf(await sell(shop.owner, shop)), last + 2);
  });
});

describe('two processes that sell', { skip: !ENGINES.includes('postgres') }, () => {
  let database, nodes;
  before(async () => {
    database = makeDatabase('postgres');
    nodes = [await Server.start(database), await Server.start(database)];
  });
  after(async () => {
    for (const node of nodes) await node.stop();
    for (const { log } of nodes) assert.doesNotMatch(log, /40P01|run_one_by_one/, 'a deadlock');
    checkInvariants(database);
    database.drop();
  });

  /** A shop with the same owner at both processes. */
  async function openAtBoth(products = [COFFEE]) {
    const shop = await openShop(nodes[0], { products });
    const there = new Client(nodes[1], { accessToken: shop.owner.token, user: shop.owner.user });
    return { shop, here: shop.owner, there };
  }

  it('in turn, and in turns of several, go on with each other\'s numbers', async () => {
    const { shop, here, there } = await openAtBoth([SERVICE]);
    let number = 0;
    for (const [who, times] of [[here, 1], [there, 1], [here, 1], [there, 1], [here, 5], [there, 5], [here, 1], [there, 4], [here, 4], [there, 1]])
      for (let i = 0; i < times; i++) assert.equal(numberOf(await sell(who, shop)), ++number);
  });

  it('at once number what nobody counts without gaps', async () => {
    const { shop, here, there } = await openAtBoth([SERVICE]);
    let last;
    for (let round = 0; round < 8; round++) {
      await makeKnown(round % 2 ? here : there, shop);
      last = await makeKnown(round % 2 ? there : here, shop);
      const sold = await Promise.all(Array.from({ length: 16 }, (_, i) => sell(i % 2 ? here : there, shop)));
      assert.deepEqual(numbers(sold), upTo(last + 16).slice(last));
    }
  });

  it('at once share the last 40 cups: 40 sales, no more, no gaps', async () => {
    const { shop, here, there } = await openAtBoth();
    for (let round = 0; round < 4; round++) {
      const first = await makeKnown(round % 2 ? here : there, shop);
      const last = await makeKnown(round % 2 ? there : here, shop);
      assert.ok(last > first);
      await adjust(there, shop, 40 - (await stockOf(shop))[0]);
      const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => trySell(i % 2 ? here : there, shop)));
      const sold = answers.filter((a) => a.status === 201);
      for (const answer of answers.filter((a) => a.status !== 201)) refused(answer, 422, 'INSUFFICIENT_STOCK');
      assert.deepEqual(numbers(sold.map((a) => a.body)), upTo(last + 40).slice(last));
      assert.deepEqual(await stockOf(shop), [0]);
      await adjust(here, shop, 100);
    }
  });

  it('baskets in opposite order, of two businesses, do not deadlock and add up', async () => {
    const shops = [await openAtBoth([COFFEE, RICE]), await openAtBoth([COFFEE, RICE])];
    const sold = await Promise.all(Array.from({ length: 240 }, async (_, i) => {
      const { shop, here, there } = shops[i % 2];
      const items = i % 3 ? [[shop.products[0], 1], [shop.products[1], 2]] : [[shop.products[1], 2], [shop.products[0], 1]];
      return (i % 4 < 2 ? here : there).must(201, 'POST', '/pos/transactions', saleOf(shop, items));
    }));
    for (const [i, { shop }] of shops.entries()) {
      assert.deepEqual(numbers(sold.filter((_, k) => k % 2 === i)), upTo(120));
      assert.deepEqual(await stockOf(shop), [880, 760]);
    }
  });

  it('a shift that one closes takes no sale of the other', async () => {
    const { shop, here, there } = await openAtBoth();
    const last = await makeKnown(here, shop);
    const closed = await there.must(200, 'POST', `/shifts/${shop.shiftId}/close`, { closingCash: 0 });
    assert.equal(closed.expectedCash, 100000 + last * 18000);
    refused(await trySell(here, shop), 422, 'SHIFT_NOT_OPEN');
    refused(await trySell(there, shop), 422, 'SHIFT_NOT_OPEN');
    assert.deepEqual(await stockOf(shop), [1000 - last]);
    shop.shiftId = (await there.must(201, 'POST', '/shifts', { outletId: shop.outletId, openingCash: 0 })).id;
    assert.equal(numberOf(await sell(here, shop)), last + 1);
  });

  it('a shift that one closes while the other sells counts exactly what it took', async () => {
    const { shop, here, there } = await openAtBoth();
    for (let round = 0; round < 12; round++) {
      await makeKnown(here, shop);
      const { expectedCash: before } = await here.must(200, 'GET', `/shifts/${shop.shiftId}/report`);
      const work = Array.from({ length: 30 }, () => trySell(here, shop));
      await Promise.race(work);
      const closed = await there.must(200, 'POST', `/shifts/${shop.shiftId}/close`, { closingCash: 0 });
      const answers = await Promise.all(work);
      const sold = answers.filter((a) => a.status === 201).length;
      for (const answer of answers.filter((a) => a.status !== 201)) refused(answer, 422, 'SHIFT_NOT_OPEN');
      assert.equal(closed.expectedCash, before + sold * 18000);
      shop.shiftId = (await there.must(201, 'POST', '/shifts', { outletId: shop.outletId, openingCash: 0 })).id;
    }
  });

  it('a price or tax that one changes is in the other\'s next sale', async () => {
    const { shop, here, there } = await openAtBoth();
    const [coffee] = shop.products;
    for (let price = 18001; price < 18011; price++) {
      await makeKnown(here, shop);
      await there.must(200, 'PATCH', `/products/${coffee.id}`, { price });
      assert.equal((await sell(here, shop)).subtotal, price);
    }
    await makeKnown(here, shop);
    await there.must(200, 'PATCH', `/outlets/${shop.outletId}`, { taxRate: 0.1 });
    assert.equal((await sell(here, shop)).taxAmount, 1801);
    await makeKnown(here, shop);
    await there.must(200, 'PATCH', `/products/${coffee.id}`, { isActive: false });
    refused(await trySell(here, shop), 422, 'PRODUCT_INACTIVE');
  });

  it('stock that one adjusts or gets back is what the other sells from', async () => {
    const { shop, here, there } = await openAtBoth();
    await sellsFromWhatIsThere(shop, here, there);
    await adjust(here, shop, 100);
    await sellsFromWhatIsThere(shop, there, here);
  });

  it('one key at both at once is one sale and one answer', async () => {
    const { shop, here, there } = await openAtBoth();
    for (let round = 0; round < 12; round++) {
      await makeKnown(round % 2 ? here : there, shop);
      await makeKnown(round % 2 ? there : here, shop);
      const key = randomUUID(), [level] = await stockOf(shop);
      const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => trySell(i % 2 ? here : there, shop, 1, key)));
      for (const { status, text, body } of answers) assert.deepEqual([status, body], [201, answers[0].body], text);
      assert.equal(answers.filter((a) => a.headers.get('idempotent-replayed') === 'true').length, 7);
      assert.deepEqual(await stockOf(shop), [level - 1]);
      for (const who of [here, there]) refused(await trySell(who, shop, 2, key), 422, 'IDEMPOTENCY_KEY_REUSED');
    }
  });

  it('one key for two requests at once sells one of them', async () => {
    const { shop, here, there } = await openAtBoth();
    for (let round = 0; round < 12; round++) {
      await makeKnown(round % 2 ? here : there, shop);
      await makeKnown(round % 2 ? there : here, shop);
      const key = randomUUID(), [level] = await stockOf(shop);
      const answers = await Promise.all([trySell(here, shop, 1, key), trySell(there, shop, 2, key)]);
      const [sold, other] = answers[0].status === 201 ? answers : answers.toReversed();
      assert.equal(sold.status, 201, sold.text);
      refused(other, 422, 'IDEMPOTENCY_KEY_REUSED');
      assert.deepEqual(await stockOf(shop), [level - (sold === answers[0] ? 1 : 2)]);
    }
  });

  it('sales, voids, refunds, adjustments and prices at both at once keep the books', async () => {
    const { shop, here, there } = await openAtBoth();
    const receipts = [];
    const work = async (who, other, i) => {
      for (let k = 0; k < 12; k++) {
        const sale = await sell(who, shop, 2);
        receipts.push(sale);
        if (k % 3 === 0) await voidIt(other, sale);
        if (k % 3 === 1) receipts.push(await refund(other, sale, 1));
        if (k % 4 === i % 4) await adjust(other, shop, 2);
        if (k % 6 === i) await other.must(200, 'PATCH', `/products/${shop.products[0].id}`, { price: 18000 + 100 * i + k });
      }
    };
    await Promise.all(upTo(4).flatMap((i) => [work(here, there, i), work(there, here, i)]));
    assert.deepEqual(numbers(receipts), upTo(receipts.length));
    assert.deepEqual(await stockOf(shop), [1000 - 8 * 4 * (0 + 1 + 2) + 8 * 3 * 2]);
  });
});
