// Notifications: who is told what, once, in which words; what marks them read.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { onEachEngine } from '../lib/engines.mjs';
import { eventually } from '../lib/eventually.mjs';
import { hire, openShop, saleOf } from '../lib/client.mjs';

/** Asks until there are `count` of them: listeners run after the answer. */
async function told(client, count, query = '', headers) {
  const { body, text, headers: told } = await eventually(async () => {
    const answer = await client.get(`/notifications${query}`, headers);
    assert.equal(answer.status, 200, answer.text);
    return answer;
  }, (answer) => answer.body.length >= count);
  assert.equal(body.length, count, text);
  return Object.assign(body, { unread: Number(told.get('x-unread-count')), link: told.get('link') });
}

/** A product that falls below its threshold with one sale. */
const LOW = { name: 'Kopi', price: 10000, stock: 5, lowStockThreshold: 4.5 };

onEachEngine('notifications', (context) => {
  it('tell everybody who answers for the outlet, and nobody else, once', async () => {
    const shop = await openShop(context.server, { products: [LOW] });
    const { owner, outletId } = shop;
    const other = await owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const manager = await hire(owner, 'manager'), stocker = await hire(owner, 'inventory'), cashier = await hire(owner, 'cashier');
    const far = await hire(owner, 'manager', { outletId: other.id });
    const stranger = await openShop(context.server);
    await owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[shop.products[0], 1]]));
    await owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[shop.products[0], 1]])); // no second crossing
    for (const client of [owner, manager, stocker]) {
      const [notice] = await told(client, 1);
      assert.equal(notice.type, 'stock.low');
      assert.deepEqual([notice.outletId, notice.readAt], [outletId, null]);
      assert.deepEqual([notice.data.productId, notice.data.name, notice.data.quantity, notice.data.lowStockThreshold],
        [shop.products[0].id, 'Kopi', 4, 4.5]);
      assert.equal(notice.title, 'Stok menipis: Kopi');
    }
    for (const client of [cashier, far, stranger.owner]) await told(client, 0);
    const [english] = await told(owner, 1, '', { 'accept-language': 'en-GB,en' });
    assert.equal(english.title, 'Low stock: Kopi');
    assert.match(english.message, /^4 of Kopi is left in .+; the threshold is 4\.5\.$/);
  });

  it('are marked read by their own user only', async () => {
    const shop = await openShop(context.server, { products: [LOW, { ...LOW, name: 'Teh' }, { ...LOW, name: 'Roti' }] });
    const { owner } = shop;
    const manager = await hire(owner, 'manager');
    for (const product of shop.products) await owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[product, 1]]));
    const all = await told(owner, 3);
    assert.equal(all.unread, 3);
    assert.deepEqual(all.map((n) => n.data.name), ['Roti', 'Teh', 'Kopi'], 'newest first');
    const read = await owner.must(200, 'PATCH', `/notifications/${all[1].id}/read`);
    assert.deepEqual({ ...read, readAt: null }, all[1]);
    assert.ok(read.readAt);
    assert.equal((await owner.must(200, 'POST', `/notifications/${all[1].id}/read`)).readAt, read.readAt, 'the first reading counts');
    assert.deepEqual((await told(owner, 2, '?unread=true')).map((n) => n.id), [all[0].id, all[2].id]);
    assert.deepEqual((await told(owner, 1, '?unread=false')).map((n) => n.id), [all[1].id]);
    const theirs = await told(manager, 3);
    assert.equal(theirs.unread, 3);
    assert.equal((await owner.call('PATCH', `/notifications/${theirs[0].id}/read`)).status, 404, "another user's");
    assert.equal((await owner.call('PATCH', '/notifications/nothing/read')).status, 404);
    assert.deepEqual(await owner.must(200, 'POST', '/notifications/read-all'), { updated: 2 });
    assert.deepEqual(await owner.must(200, 'POST', '/notifications/read-all'), { updated: 0 });
    assert.equal((await told(owner, 3)).unread, 0);
    assert.equal((await told(manager, 3)).unread, 3);
    const first = await told(manager, 2, '?limit=2');
    const next = /<([^>]+)>; rel="next"/.exec(first.link)[1];
    assert.deepEqual((await manager.get(next)).body.map((n) => n.id), [theirs[2].id]);
    assert.equal((await manager.get('/notifications?unread=maybe')).status, 400);
    assert.equal((await manager.get('/notifications?cursor=x')).status, 400);
  });

  it('tell of voids, refunds and drawers that do not tie', async () => {
    const shop = await openShop(context.server);
    const { owner, shiftId } = shop;
    const sale = await owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[shop.products[0], 1]]));
    await owner.must(200, 'POST', `/pos/transactions/${sale.id}/void`, { reason: 'salah meja' });
    const [voided] = await told(owner, 1);
    assert.equal(voided.type, 'transaction.voided');
    assert.deepEqual([voided.data.transactionId, voided.data.receiptNumber, voided.data.reason], [sale.id, sale.receiptNumber, 'salah meja']);
    assert.match(voided.message, /Ibu Uji membatalkan penjualan IDR 18000 di .+: salah meja/);
    await owner.must(200, 'POST', `/shifts/${shiftId}/close`, { closingCash: 99000 });
    const [shift] = await told(owner, 2);
    assert.deepEqual([shift.type, shift.data.cashDifference, shift.data.shiftId], ['shift.difference', -1000, shiftId]);
    const exact = await owner.must(201, 'POST', '/shifts', { outletId: shop.outletId, openingCash: 5 });
    await owner.must(200, 'POST', `/shifts/${exact.id}/close`, { closingCash: 5 });
    const again = await owner.must(201, 'POST', '/shifts', { outletId: shop.outletId, openingCash: 5 });
    await owner.must(200, 'POST', `/shifts/${again.id}/close`, { closingCash: 7 });
    assert.deepEqual((await told(owner, 3)).map((n) => n.data.cashDifference ?? null), [2, -1000, null]);
  });
});
