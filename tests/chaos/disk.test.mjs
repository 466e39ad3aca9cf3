// A full disk refuses sales with a clear error and loses none; with room again it sells again.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkInvariants, makeDatabase, Server } from '../lib/server.mjs';
import { openShop, saleOf } from '../lib/client.mjs';

describe('a full disk (sqlite)', () => {
  it('refuses clearly and loses nothing', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'tilopos-disk-'));
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder]).status !== 0) {
      rmSync(folder, { recursive: true });
      return t.skip('mounting a tmpfs is not allowed here');
    }
    try {
      const database = { ...makeDatabase('sqlite', folder), folder };
      const server = await Server.start(database);
      t.after(() => server.kill());
      const shop = await openShop(server, { products: [{ name: 'Kopi', price: 15000, stock: 100000 }] });
      const ballast = join(folder, 'ballast');
      const free = statfsSync(folder);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, Number(free.bavail * free.bsize) - 400_000)));

      const sold = [];
      let refusal;
      for (let i = 0; i < 5000 && !refusal; i++) {
        const answer = await shop.owner.post('/pos/transactions', saleOf(shop, [[shop.products[0], 1]]));
        if (answer.status === 201) sold.push(answer.body);
        else refusal = answer;
      }
      assert.ok(refusal, 'the disk never filled');
      assert.equal(refusal.status, 503, refusal.text);
      assert.equal(refusal.body.code, 'STORAGE_FULL', refusal.text);
      assert.ok(Number(refusal.headers.get('retry-after')) > 0);

      rmSync(ballast);
      const again = await shop.owner.post('/pos/transactions', saleOf(shop, [[shop.products[0], 1]]));
      assert.equal(again.status, 201, again.text);
      sold.push(again.body);
      for (const sale of sold) await shop.owner.must(200, 'GET', `/pos/transactions/${sale.id}`);
      const [level] = await shop.owner.must(200, 'GET', `/inventory/stock?outletId=${shop.outletId}`);
      assert.equal(level.quantity, 100000 - sold.length);
      await server.stop();
      checkInvariants(database);
    } finally {
      spawnSync('umount', ['-l', folder]);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
