// Stock on its way between outlets: states, differences, goes, races, reach; the ledger of both sides.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { it } from 'node:test';
import { onEachEngine } from '../lib/engines.mjs';
import { eventually } from '../lib/eventually.mjs';
import { hire, openShop, register, saleOf } from '../lib/client.mjs';

const paths = (answer) => answer.body.errors.map((error) => error.path);
const refused = (answer, status, code, ...wrong) => assert.deepEqual([answer.status, answer.body.code, paths(answer)], [status, code, wrong], answer.text);

/** A business with two outlets, `from` and `to`, and 10 of each product in the first. */
async function openChain(server, products = [{ name: 'Susu', price: 1, stock: 10 }]) {
  const shop = await openShop(server, { products });
  const branch = await shop.owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
  return { ...shop, from: shop.outletId, to: branch.id };
}

const transferOf = (chain, quantities, more = {}) => ({
  sourceOutletId: chain.from, destinationOutletId: chain.to,
  items: quantities.map((quantity, i) => ({ productId: chain.products[i].id, quantity })), ...more,
});
const ask = (chain, quantities, more) => chain.owner.must(201, 'POST', '/inventory/transfers', transferOf(chain, quantities, more));
const act = (client, transfer, action, body) => client.post(`/inventory/transfers/${transfer.id}/${action}`, body);
const done = (client, transfer, action, body) => client.must(200, 'POST', `/inventory/transfers/${transfer.id}/${action}`, body);

async function shipped(chain, quantities, more) {
  const transfer = await ask(chain, quantities, more);
  await done(chain.owner, transfer, 'approve');
  return done(chain.owner, transfer, 'ship');
}

const told = (chain, quantities, more = {}) => ({ items: quantities.map((receivedQuantity, i) => ({ productId: chain.products[i].id, receivedQuantity })), ...more });

async function stock(chain, outletId) {
  const rows = await chain.owner.must(200, 'GET', `/inventory/stock?outletId=${outletId}`);
  return chain.products.map((product) => rows.find((row) => row.productId === product.id)?.quantity ?? 0);
}

const ledger = async (chain, transfer) => (await chain.owner.must(200, 'GET', '/inventory/movements?limit=200'))
  .filter((m) => m.referenceId === transfer.id).reverse()
  .map((m) => [m.type, m.outletId === chain.from ? 'from' : 'to', m.quantity, m.balanceAfter]);

onEachEngine('transfers', (context) => {
  it('arrive or come back, though the variant left the catalogue on the way', async () => {
    const chain = await openChain(context.server, [{ name: 'Baju', price: 1, trackStock: true, variants: [{ name: 'M', price: 1 }, { name: 'L', price: 1 }] }]);
    const { owner, products: [shirt] } = chain, [{ id: variantId }, kept] = shirt.variants;
    const items = [{ productId: shirt.id, variantId, quantity: 2 }];
    await owner.must(201, 'POST', '/inventory/adjustments', { outletId: chain.from, type: 'purchase', items: [{ productId: shirt.id, variantId, quantityDelta: 5 }] });
    const [arrives, returns] = [await shipped(chain, [], { items }), await shipped(chain, [], { items })];
    const asked = await ask(chain, [], { items });
    await owner.must(200, 'PATCH', `/products/${shirt.id}`, { variants: [kept] });
    refused(await owner.post('/inventory/transfers', transferOf(chain, [], { items })), 404, 'NOT_FOUND', 'items[0].variantId');
    await done(owner, arrives, 'receive');
    await done(owner, returns, 'cancel');
    await done(owner, asked, 'cancel');
    assert.deepEqual([await ledger(chain, arrives), await ledger(chain, returns)], [
      [['transfer_out', 'from', -2, 3], ['transfer_in', 'to', 2, 2]], [['transfer_out', 'from', -2, 1], ['transfer_in', 'from', 2, 3]]]);
  });

  it('take stock from one outlet to the other', async () => {
    const chain = await openChain(context.server, [{ name: 'Susu', price: 1, stock: 10 }, { name: 'Gula', price: 1, stock: 10 }]);
    const { owner } = chain;
    const made = await ask(chain, [4, 2.5], { notes: 'hari Senin' });
    assert.deepEqual([made.status, made.notes, made.createdBy, made.sourceOutletId, made.destinationOutletId], ['pending', 'hari Senin', owner.user.employeeId, chain.from, chain.to]);
    assert.deepEqual(made.items.map((i) => [i.productName, i.quantity, i.receivedQuantity, i.difference]), [['Susu', 4, null, null], ['Gula', 2.5, null, null]]);
    const approved = await done(owner, made, 'approve');
    assert.deepEqual([approved.status, approved.approvedBy], ['approved', owner.user.employeeId]);
    assert.deepEqual([await stock(chain, chain.from), await stock(chain, chain.to)], [[10, 10], [0, 0]]);
    const sent = await done(owner, made, 'ship', {});
    assert.equal(sent.status, 'in_transit');
    assert.deepEqual([await stock(chain, chain.from), await stock(chain, chain.to)], [[6, 7.5], [0, 0]]);
    const received = await done(owner, made, 'receive');
    assert.deepEqual([received.status, received.items.map((i) => [i.receivedQuantity, i.difference])], ['received', [[4, 0], [2.5, 0]]]);
    assert.ok(received.approvedAt && received.shippedAt && received.receivedAt && !received.cancelledAt);
    assert.deepEqual([await stock(chain, chain.from), await stock(chain, chain.to)], [[6, 7.5], [4, 2.5]]);
    assert.deepEqual(await ledger(chain, made), [['transfer_out', 'from', -4, 6], ['transfer_out', 'from', -2.5, 7.5], ['transfer_in', 'to', 4, 4], ['transfer_in', 'to', 2.5, 2.5]]);
    assert.deepEqual(await owner.must(200, 'GET', `/inventory/transfers/${made.id}`), received);
  });

  it('write down what did not arrive, or arrived beyond', async () => {
    const chain = await openChain(context.server, [{ name: 'Susu', price: 1, stock: 10 }, { name: 'Gula', price: 1, stock: 10 }, { name: 'Teh', price: 1, stock: 10 }]);
    const transfer = await shipped(chain, [4, 4, 4]);
    const received = await done(chain.owner, transfer, 'receive', told(chain, [3, 0, 4.5], { notes: 'satu pecah' }));
    assert.deepEqual([received.status, received.receiptNotes], ['received', 'satu pecah']);
    assert.deepEqual(received.items.map((i) => [i.quantity, i.receivedQuantity, i.difference]), [[4, 3, -1], [4, 0, -4], [4, 4.5, 0.5]]);
    assert.deepEqual([await stock(chain, chain.from), await stock(chain, chain.to)], [[6, 6, 6], [3, 0, 4.5]]);
    const nothing = await shipped(chain, [1]);
    assert.equal((await done(chain.owner, nothing, 'receive', { items: told(chain, [0]).items, final: true })).items[0].difference, -1);
  });

  it('are received in several goes', async () => {
    const chain = await openChain(context.server, [{ name: 'Susu', price: 1, stock: 10 }, { name: 'Gula', price: 1, stock: 10 }]);
    const { owner } = chain;
    const line = (i, receivedQuantity) => ({ productId: chain.products[i].id, receivedQuantity });
    const byLine = await shipped(chain, [4, 4]);
    assert.equal((await done(owner, byLine, 'receive', { items: [line(1, 4)] })).status, 'in_transit');
    refused(await act(owner, byLine, 'cancel'), 409, 'INVALID_STATUS', 'status');
    assert.equal((await done(owner, byLine, 'receive', { items: [line(0, 3)] })).status, 'received');
    const byPart = await shipped(chain, [5]);
    assert.equal((await done(owner, byPart, 'receive', { items: [line(0, 2)], partial: true })).status, 'in_transit');
    const more = await done(owner, byPart, 'receive', { items: [line(0, 1)], partial: true });
    assert.deepEqual([more.status, more.items[0].receivedQuantity, more.items[0].difference, more.receivedAt], ['in_transit', 3, null, null]);
    const rest = await done(owner, byPart, 'receive');
    assert.deepEqual([rest.status, rest.items[0].receivedQuantity, rest.items[0].difference], ['received', 5, 0]);
    const lost = await shipped(chain, [1, 2]);
    await done(owner, lost, 'receive', { items: [line(0, 1)] });
    const closed = await done(owner, lost, 'receive', { items: [line(0, 0)], final: true });
    assert.deepEqual([closed.status, closed.items.map((i) => i.difference)], ['received', [0, -2]]);
    assert.deepEqual([await stock(chain, chain.from), await stock(chain, chain.to)], [[0, 4], [9, 4]]);
    assert.deepEqual(await ledger(chain, byPart), [['transfer_out', 'from', -5, 1], ['transfer_in', 'to', 2, 5], ['transfer_in', 'to', 1, 6], ['transfer_in', 'to', 2, 8]]);
  });

  it('go their way and no other', async () => {
    const chain = await openChain(context.server);
    const { owner } = chain;
    const transfer = await ask(chain, [1]);
    const tryAll = async (...may) => {
      for (const action of ['approve', 'ship', 'receive', 'cancel'].filter((name) => !may.includes(name)))
        refused(await act(owner, transfer, action), 409, 'INVALID_STATUS', 'status');
    };
    await tryAll('approve', 'cancel');
    await done(owner, transfer, 'approve');
    await tryAll('ship', 'cancel');
    await done(owner, transfer, 'ship');
    await tryAll('receive', 'cancel');
    await done(owner, transfer, 'receive');
    await tryAll();
    assert.deepEqual([await stock(chain, chain.from), await stock(chain, chain.to)], [[9], [1]]);
  });

  it('give back what is on its way when they are cancelled', async () => {
    const chain = await openChain(context.server);
    const { owner } = chain;
    for (const steps of [[], ['approve'], ['approve', 'ship']]) {
      const transfer = await ask(chain, [4]);
      for (const step of steps) await done(owner, transfer, step);
      const cancelled = await done(owner, transfer, 'cancel', steps.length ? { reason: 'salah cabang' } : undefined);
      assert.deepEqual([cancelled.status, cancelled.cancelReason, cancelled.cancelledBy], ['cancelled', steps.length ? 'salah cabang' : null, owner.user.employeeId]);
      assert.deepEqual(await stock(chain, chain.from), [10]);
      const moved = steps.length === 2 ? [['transfer_out', 'from', -4, 6], ['transfer_in', 'from', 4, 10]] : [];
      assert.deepEqual(await ledger(chain, transfer), moved);
      refused(await act(owner, transfer, 'cancel'), 409, 'INVALID_STATUS', 'status');
      refused(await act(owner, transfer, 'ship'), 409, 'INVALID_STATUS', 'status');
    }
  });

  it('ship no more than there is, unless the outlet lets them', async () => {
    const chain = await openChain(context.server, [{ name: 'Susu', price: 1, stock: 10 }, { name: 'Gula', price: 1, stock: 1 }, { name: 'Teh', price: 1, stock: 2 }]);
    const transfer = await ask(chain, [4, 2, 2.001]);
    await done(chain.owner, transfer, 'approve');
    const short = await act(chain.owner, transfer, 'ship');
    refused(short, 422, 'INSUFFICIENT_STOCK', 'items[1].quantity', 'items[2].quantity');
    assert.deepEqual(short.body.errors.map((e) => [e.productId, e.available, e.required]), [[chain.products[1].id, 1, 2], [chain.products[2].id, 2, 2.001]]);
    assert.deepEqual(await stock(chain, chain.from), [10, 1, 2]);
    assert.equal((await chain.owner.must(200, 'GET', `/inventory/transfers/${transfer.id}`)).status, 'approved');
    await chain.owner.must(200, 'PATCH', `/outlets/${chain.from}`, { allowNegativeStock: true });
    await done(chain.owner, transfer, 'ship');
    assert.deepEqual(await stock(chain, chain.from), [6, -1, -0.001]);
  });

  it('name every faulty field', async () => {
    const chain = await openChain(context.server);
    const { owner, products: [milk] } = chain;
    const good = transferOf(chain, [1]);
    for (const [body, ...wrong] of [
      [{}, 'destinationOutletId', 'items', 'sourceOutletId'],
      [{ ...good, items: [] }, 'items'],
      [{ ...good, destinationOutletId: chain.from }, 'destinationOutletId'],
      [{ ...good, items: [{ quantity: 1 }, { productId: milk.id, ingredientId: milk.id, quantity: 0 }] }, 'items[0].productId', 'items[1].quantity'],
      [{ ...good, items: [{ productId: milk.id, quantity: 1.0001 }, { productId: milk.id, quantity: 1000001 }] }, 'items[0].quantity', 'items[1].quantity'],
      [{ ...good, items: [{ ingredientId: milk.id, variantId: milk.id, quantity: 1 }] }, 'items[0].variantId'],
      [{ ...good, items: [good.items[0], good.items[0]] }, 'items[1]'],
      [{ ...good, status: 'received' }, 'status'],
    ]) {
      const answer = await owner.post('/inventory/transfers', body);
      assert.deepEqual([answer.status, paths(answer).sort()], [400, wrong], answer.text);
    }
    refused(await owner.post('/inventory/transfers', { ...good, items: [{ productId: chain.shiftId, quantity: 1 }, { productId: milk.id, variantId: milk.id, quantity: 1 }, { ingredientId: milk.id, quantity: 1 }] }),
      404, 'NOT_FOUND', 'items[0].productId', 'items[1].variantId', 'items[2].ingredientId');
    refused(await owner.post('/inventory/transfers', { ...good, sourceOutletId: milk.id }), 404, 'NOT_FOUND', 'sourceOutletId');
    const local = await owner.must(201, 'POST', '/products', { name: 'Lokal', price: 1, trackStock: true, outletId: chain.from });
    refused(await owner.post('/inventory/transfers', { ...good, items: [{ productId: local.id, quantity: 1 }] }), 404, 'NOT_FOUND', 'items[0].productId');
    const transfer = await shipped(chain, [1]);
    for (const [body, ...wrong] of [
      [{ items: [] }, 'items'], [{ partial: true }, 'items'], [{ final: true, ...told(chain, [1]), partial: true }, 'partial'],
      [{ items: [{ productId: milk.id }] }, 'items[0].receivedQuantity'], [told(chain, [-1]), 'items[0].receivedQuantity'],
      [{ items: [...told(chain, [1]).items, ...told(chain, [1]).items] }, 'items[1]'],
    ]) {
      const answer = await act(owner, transfer, 'receive', body);
      assert.deepEqual([answer.status, paths(answer)], [400, wrong], answer.text);
    }
    refused(await act(owner, transfer, 'receive', { items: [{ productId: local.id, receivedQuantity: 1 }] }), 404, 'NOT_FOUND', 'items[0].productId');
    for (const path of ['?status=lost', '?from=monday', '?cursor=x', '?productId=x']) assert.equal((await owner.get(`/inventory/transfers${path}`)).status, 400, path);
    await done(owner, transfer, 'receive');
  });

  it('are approved and shipped by the source, received by the destination, seen by both', async () => {
    const chain = await openChain(context.server);
    const { owner, to } = chain;
    const third = await owner.must(201, 'POST', '/outlets', { name: 'Ketiga', code: 'C3' });
    const sender = await hire(owner, 'inventory'), receiver = await hire(owner, 'manager', { outletId: to });
    const bystander = await hire(owner, 'manager', { outletId: third.id }), stranger = await register(context.server);
    for (const client of [bystander, stranger]) assert.equal((await client.post('/inventory/transfers', transferOf(chain, [1]))).status, 404);
    const wanted = await receiver.must(201, 'POST', '/inventory/transfers', transferOf(chain, [2]));
    for (const [action, right, wrong] of [['approve', sender, receiver], ['ship', sender, receiver], ['receive', receiver, sender]]) {
      for (const client of [bystander, stranger]) {
        assert.equal((await act(client, wanted, action)).status, 404, action);
        assert.equal((await client.get(`/inventory/transfers/${wanted.id}`)).status, 404);
        assert.deepEqual(await client.must(200, 'GET', '/inventory/transfers'), []);
      }
      assert.equal((await act(wrong, wanted, action)).status, 403, action);
      assert.equal((await act(receiver, wanted, 'cancel')).status, 403, `cancel before ${action}`);
      if (action === 'receive') break;
      await done(right, wanted, action);
    }
    for (const client of [sender, receiver]) assert.deepEqual((await client.must(200, 'GET', '/inventory/transfers')).map((t) => t.id), [wanted.id]);
    for (const role of ['cashier', 'kitchen', 'supervisor']) {
      const client = await hire(owner, role);
      assert.equal((await client.get('/inventory/transfers')).status, 403, role);
      assert.equal((await client.post('/inventory/transfers', transferOf(chain, [1]))).status, 403, role);
      assert.equal((await act(client, wanted, 'cancel')).status, 403, role);
    }
    for (const id of ['none', randomUUID()]) for (const action of ['approve', 'ship', 'receive', 'cancel'])
      assert.equal((await owner.post(`/inventory/transfers/${id}/${action}`)).status, 404);
  });

  it('are listed by outlet, status and time, in pages', async () => {
    const chain = await openChain(context.server);
    const { owner, from, to } = chain;
    const third = await owner.must(201, 'POST', '/outlets', { name: 'Ketiga', code: 'C3' });
    const first = await ask(chain, [1]), second = await ask(chain, [2], { destinationOutletId: third.id });
    const last = await ask(chain, [3], { sourceOutletId: to, destinationOutletId: third.id });
    await done(owner, second, 'approve');
    const ids = async (query) => (await owner.must(200, 'GET', `/inventory/transfers?${query}`)).map((t) => t.id);
    assert.deepEqual(await ids(''), [last.id, second.id, first.id]);
    assert.deepEqual(await ids(`outletId=${from}`), [second.id, first.id]);
    assert.deepEqual(await ids(`outletId=${to}`), [last.id, first.id]);
    assert.deepEqual(await ids(`outletId=${third.id}&status=approved`), [second.id]);
    assert.deepEqual(await ids('status=received'), []);
    assert.deepEqual(await ids('to=2020-01-01'), []);
    assert.deepEqual(await ids(`from=${last.createdAt}`), [last, second, first].filter((t) => t.createdAt >= last.createdAt).map((t) => t.id));
    const page = await owner.get('/inventory/transfers?limit=2');
    assert.deepEqual(page.body.map((t) => t.id), [last.id, second.id]);
    const next = /<([^>]+)>; rel="next"/.exec(page.headers.get('link'))[1];
    assert.deepEqual((await owner.must(200, 'GET', next)).map((t) => [t.id, t.items.length]), [[first.id, 1]]);
    assert.equal((await owner.get(`/inventory/transfers?outletId=${randomUUID()}`)).status, 404);
  });

  it('happen once, whoever asks how often at once', async () => {
    const chain = await openChain(context.server);
    const { owner } = chain;
    const body = transferOf(chain, [4]), key = () => ({ 'idempotency-key': randomUUID() });
    const same = key(), answers = await Promise.all([1, 2, 3].map(() => owner.post('/inventory/transfers', body, same)));
    assert.deepEqual(new Set(answers.map((a) => a.body.id)).size, 1);
    const [{ body: transfer }] = answers;
    await done(owner, transfer, 'approve');
    const one = async (action, what) => {
      const all = await Promise.all(Array.from({ length: 6 }, () => act(owner, transfer, action, what)));
      assert.deepEqual(all.map((a) => a.status).sort(), [200, 409, 409, 409, 409, 409], action);
    };
    await one('ship');
    await one('receive', told(chain, [3]));
    assert.deepEqual([await stock(chain, chain.from), await stock(chain, chain.to)], [[6], [3]]);
    const again = await shipped(chain, [2]), go = key();
    const goes = await Promise.all([1, 2, 3].map(() => owner.call('POST', `/inventory/transfers/${again.id}/receive`, told(chain, [1], { partial: true }), go)));
    assert.deepEqual(goes.map((a) => [a.status, a.body.items[0].receivedQuantity]), [[200, 1], [200, 1], [200, 1]]);
    const ends = await Promise.all([act(owner, again, 'receive'), act(owner, again, 'cancel'), act(owner, again, 'receive')]);
    assert.deepEqual(ends.map((a) => a.status).sort(), [200, 409, 409]);
    assert.deepEqual([await stock(chain, chain.from), await stock(chain, chain.to)], [[4], [5]]);
  });

  it('cross on the road and meet sales without a deadlock', async () => {
    const chain = await openChain(context.server, [{ name: 'Susu', price: 1, stock: 500 }, { name: 'Gula', price: 1, stock: 500 }]);
    const { owner, from, to } = chain;
    const there = await shipped(chain, [200, 200]);
    await done(owner, there, 'receive');
    const back = { ...chain, from: to, to: from, products: [...chain.products].reverse() };
    const road = async (way) => {
      for (let i = 0; i < 5; i++) await done(owner, await shipped(way, [3, 2]), 'receive');
    };
    const sales = async () => {
      for (let i = 0; i < 15; i++) await owner.must(201, 'POST', '/pos/transactions', saleOf(chain, [[chain.products[i % 2], 1], [chain.products[(i + 1) % 2], 2]]));
    };
    await Promise.all([road(chain), road(back), road(chain), road(back), sales(), sales()]);
    const [here, branch] = [await stock(chain, from), await stock(chain, to)];
    assert.deepEqual(here.map((q, i) => q + branch[i]), [500 - 44, 500 - 46]);
  });

  it('tell both outlets, and each of its own stock', async () => {
    const chain = await openChain(context.server, [{ name: 'Susu', price: 1, stock: 10, lowStockThreshold: 7 }]);
    const { owner } = chain;
    const transfer = await shipped(chain, [4]);
    await done(owner, transfer, 'receive', told(chain, [3]));
    const audit = async () => (await owner.must(200, 'GET', '/audit?limit=200')).filter((row) => /^stock\./.test(row.action));
    const rows = await eventually(audit, (seen) => seen.length >= 12);
    for (const outletId of [chain.from, chain.to]) {
      const steps = rows.filter((row) => row.outletId === outletId && row.action === 'stock.transfer_status_changed').reverse();
      assert.deepEqual(steps.map((row) => [row.data.previousStatus, row.data.newStatus, row.data.hasDifference]),
        [[null, 'pending', false], ['pending', 'approved', false], ['approved', 'in_transit', false], ['in_transit', 'received', true]]);
      assert.ok(steps.every((row) => row.data.transferId === transfer.id && row.data.sourceOutletId === chain.from && row.data.destinationOutletId === chain.to && row.employeeId === owner.user.employeeId));
    }
    const moves = (outletId) => rows.filter((row) => row.outletId === outletId && row.action === 'stock.level_changed').length;
    assert.deepEqual([moves(chain.from), moves(chain.to)], [2, 1], 'the opening and the shipping here, the receipt there');
    assert.deepEqual(rows.filter((row) => row.action === 'stock.low').map((row) => [row.outletId, row.data.quantity]), [[chain.from, 6]]);
  });

  it('keep a product in the catalogue that is on their list', async () => {
    const chain = await openChain(context.server);
    const fresh = await chain.owner.must(201, 'POST', '/products', { name: 'Baru', price: 1, trackStock: true });
    await chain.owner.must(201, 'POST', '/inventory/transfers', { ...transferOf(chain, []), items: [{ productId: fresh.id, quantity: 1 }] });
    assert.equal((await chain.owner.delete(`/products/${fresh.id}`)).status, 204);
    assert.equal((await chain.owner.must(200, 'GET', `/products/${fresh.id}`)).isActive, false);
  });

  it('carry ingredients, which may go below zero, and variants beside their product', async () => {
    const chain = await openChain(context.server, [{ name: 'Kopi', price: 1, trackStock: true, variants: [{ name: 'S', price: 1 }, { name: 'L', price: 2 }] }]);
    const { owner, from, to, products: [coffee] } = chain;
    const beans = await owner.must(201, 'POST', '/ingredients', { name: 'Biji', unit: 'g', cost: 1, lowStockThreshold: 50 });
    const large = coffee.variants[1].id;
    await owner.must(201, 'POST', '/inventory/adjustments', { outletId: from, type: 'purchase', items: [
      { productId: coffee.id, variantId: large, quantityDelta: 3 }, { productId: coffee.id, quantityDelta: 1 }, { ingredientId: beans.id, quantityDelta: 100.5 }] });
    const transfer = await owner.must(201, 'POST', '/inventory/transfers', { sourceOutletId: from, destinationOutletId: to,
      items: [{ ingredientId: beans.id, quantity: 120.25 }, { productId: coffee.id, variantId: large, quantity: 2 }, { productId: coffee.id, quantity: 1 }] });
    assert.deepEqual(transfer.items.map((i) => [i.productId, i.variantId, i.ingredientId, i.productName, i.variantName, i.ingredientName]), [
      [null, null, beans.id, null, null, 'Biji'], [coffee.id, large, null, 'Kopi', 'L', null], [coffee.id, null, null, 'Kopi', null, null]]);
    await done(owner, transfer, 'approve');
    await done(owner, transfer, 'ship');
    const received = await done(owner, transfer, 'receive', { items: [
      { productId: coffee.id, receivedQuantity: 1 }, { productId: coffee.id, variantId: large, receivedQuantity: 1 }, { ingredientId: beans.id, receivedQuantity: 120 }] });
    assert.deepEqual([received.status, received.items.map((i) => i.difference)], ['received', [-0.25, -1, 0]]);
    const level = async (outletId) => (await owner.must(200, 'GET', `/inventory/ingredients?outletId=${outletId}`)).map((row) => row.quantity);
    assert.deepEqual([await level(from), await level(to)], [[-19.75], [120]]);
    assert.deepEqual((await owner.must(200, 'GET', `/inventory/stock?outletId=${to}`)).map((row) => [row.variantName, row.quantity]), [[null, 1], ['S', 0], ['L', 1]]);
    assert.deepEqual((await owner.must(200, 'GET', `/inventory/movements?ingredientId=${beans.id}`)).map((m) => [m.type, m.outletId === to, m.quantity, m.productId]),
      [['transfer_in', true, 120, null], ['transfer_out', false, -120.25, null], ['purchase', false, 100.5, null]]);
  });
});
