// kill -9 under load: after the restart every acknowledged sale is there, once, and the books add up.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { randomUUID } from 'node:crypto';
import { checkInvariants, ENGINES, makeDatabase, Server } from '../lib/server.mjs';
import { openShop, saleOf } from '../lib/client.mjs';

const ROUNDS = Number(process.env.TILOPOS_CHAOS_ROUNDS ?? 3);

async function sellUntilKilled(server, shop, acknowledged, attempted, sales) {
  const seller = async () => {
    for (;;) {
      const key = randomUUID(), body = saleOf(shop, [[shop.products[0], 1], [shop.products[1], 2]]);
      attempted.set(key, body);
      const answer = await shop.owner.post('/pos/transactions', body, { 'idempotency-key': key }).catch(() => null);
      if (!answer) return;
      assert.equal(answer.status, 201, answer.text);
      acknowledged.set(key, answer.body);
      if (acknowledged.size >= sales) { await server.kill(); return; }
    }
  };
  await Promise.all(Array.from({ length: 16 }, seller));
}

describe('kill -9 under load', () => {
  for (const engine of ENGINES)
    it(`loses and doubles nothing (${engine})`, async (t) => {
      const database = makeDatabase(engine);
      let server = await Server.start(database);
      t.after(() => server.kill());
      const shop = await openShop(server, { products: [{ name: 'Kopi', price: 15000, stock: 100000 }, { name: 'Roti', price: 9000, stock: 100000 }] });
      const acknowledged = new Map(), attempted = new Map();
      for (let round = 1; round <= ROUNDS; round++) {
        await sellUntilKilled(server, shop, acknowledged, attempted, round * 60 + round * 7);
        server = await Server.start(database);
        shop.owner.server = server;
        for (const [key, sale] of acknowledged) {
          const stored = await shop.owner.must(200, 'GET', `/pos/transactions/${sale.id}`);
          assert.equal(stored.grandTotal, sale.grandTotal);
          assert.equal(stored.receiptNumber, sale.receiptNumber);
        }
        // The till asks again with the same key: what was stored is answered again, what was not is sold now.
        for (const [key, body] of attempted) {
          const again = await shop.owner.post('/pos/transactions', body, { 'idempotency-key': key });
          assert.equal(again.status, 201, again.text);
          if (acknowledged.has(key)) assert.equal(again.body.id, acknowledged.get(key).id);
          acknowledged.set(key, again.body);
        }
      }
      const levels = await shop.owner.must(200, 'GET', `/inventory/stock?outletId=${shop.outletId}`);
      const sold = acknowledged.size;
      assert.deepEqual(levels.map((level) => level.quantity), [100000 - sold, 100000 - 2 * sold]);
      await server.stop();
      checkInvariants(database);
      database.drop();
    });
});
