// What a sale costs on the disk of a stall: everything it leaves behind, in the SQLite file.
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { randomUUID } from 'node:crypto';
import { checkInvariants, makeDatabase, Server } from '../lib/server.mjs';
import { login, openShop, PASSWORD, saleOf } from '../lib/client.mjs';

const SALES = 800, TILLS = 8, BYTES_MOST = 2000;

it('a retail sale of 3 lines and 1 payment takes at most 2,000 bytes, all included', async () => {
  const database = makeDatabase('sqlite'), email = `owner-${randomUUID()}@example.test`;
  let server = await Server.start(database);
  const shop = await openShop(server, { register: { email }, outlet: { taxRate: 0.11 },
    products: Array.from({ length: 9 }, (_, i) => ({ name: `Kopi Susu Gula Aren ${i}`, price: 18000 + 500 * i, stock: 100_000 })) });
  const sell = async (owner, count) => {
    let left = count;
    await Promise.all(Array.from({ length: TILLS }, async () => {
      while (left-- > 0) {
        const lines = [0, 3, 6].map((first) => [shop.products[first + left % 3], 1 + left % 2]);
        await owner.must(201, 'POST', '/pos/transactions', saleOf(shop, lines, { orderType: 'retail', paid: 200_000 }), { 'Idempotency-Key': randomUUID() });
      }
    }));
  };
  /** Of a stopped server: the listeners are done, and the log is in the file. */
  const size = async () => { await server.stop(); return statSync(join(database.folder, 'shop.db')).size; };

  await sell(shop.owner, 200);
  const before = await size();
  server = await Server.start(database);
  await sell(await login(server, email, PASSWORD), SALES);
  const bytes = ((await size()) - before) / SALES;
  checkInvariants(database);
  database.drop();
  assert.ok(bytes <= BYTES_MOST, `${bytes} bytes`);
  assert.ok(bytes > 1000, `${bytes} bytes: the sales are not in the file`);
});
