// Two processes on one PostgreSQL: both dispatch events; every event has one effect, also when one of them dies.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkInvariants, ENGINES, makeDatabase, Server } from '../lib/server.mjs';
import { openShop, request, saleOf } from '../lib/client.mjs';

const SALES = 120;

describe('two processes', { skip: !ENGINES.includes('postgres') }, () => {
  it('share the work of the listeners and double nothing', async (t) => {
    const database = makeDatabase('postgres');
    const nodes = [await Server.start(database), await Server.start(database)];
    t.after(() => nodes.forEach((node) => node.kill()));
    const shop = await openShop(nodes[0], { products: [{ name: 'Kopi', price: 15000, stock: 100000 }] });
    const body = saleOf(shop, [[shop.products[0], 1]]);
    const sold = new Set();
    const sell = async (node, count) => {
      for (let i = 0; i < count; i++) {
        const answer = await request(nodes[node], 'POST', '/pos/transactions', { token: shop.owner.token, body }).catch(() => null);
        if (answer?.status !== 201) return;
        sold.add(answer.body.id);
        if (node === 1 && i === count - 20) await nodes[1].kill(); // its events are left to the other
      }
    };
    await Promise.all([sell(0, SALES), sell(0, SALES), sell(1, SALES)]);
    assert.ok(sold.size >= 3 * SALES - 60, `${sold.size} sold`);

    await nodes[0].stop();
    nodes[1] = await Server.start(database);
    shop.owner.server = nodes[1];
    const rows = [];
    for (let path = '/audit?action=transaction.created&limit=200'; path;) {
      const answer = await shop.owner.get(path.replace('/api/v1', ''));
      rows.push(...answer.body.map((row) => row.entityId));
      path = /<([^>]+)>; rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
    }
    assert.equal(new Set(rows).size, rows.length, 'an event was handled twice');
    for (const id of sold) assert.ok(rows.includes(id), `${id} was not handled`);
    await nodes[1].stop();
    checkInvariants(database);
    database.drop();
  });
});
