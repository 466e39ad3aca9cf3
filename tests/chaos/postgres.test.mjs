// PostgreSQL goes away and comes back: a request in between gets 503 with Retry-After or succeeds, never a wrong answer,
// and the process stays up.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkInvariants, ENGINES, Server } from '../lib/server.mjs';
import { openShop, request, saleOf } from '../lib/client.mjs';

function cluster(...args) {
  const done = spawnSync('scripts/postgres-cluster.sh', args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${args.join(' ')}: ${done.stderr}`);
  return done.stdout.trim();
}

describe('a PostgreSQL that stops', { skip: !ENGINES.includes('postgres') }, () => {
  for (const mode of ['fast', 'immediate'])
    it(`costs no sale (${mode})`, async (t) => {
      const folder = mkdtempSync(join(tmpdir(), 'tilopos-pg-'));
      chmodSync(folder, 0o755);
      const pg = join(folder, 'pg');
      const database = { engine: 'postgres', folder, url: cluster('start', pg) };
      try {
        const server = await Server.start(database);
        t.after(() => server.kill());
        const shop = await openShop(server, { products: [{ name: 'Kopi', price: 15000, stock: 100000 }] });
        const body = saleOf(shop, [[shop.products[0], 1]]);
        const sold = new Map(), unknown = [];
        const seller = async () => {
          for (let i = 0; i < 60; i++) {
            const key = randomUUID();
            const answer = await shop.owner.post('/pos/transactions', body, { 'idempotency-key': key });
            if (answer.status === 201) { sold.set(key, answer.body); continue; }
            assert.equal(answer.status, 503, answer.text);
            assert.ok(Number(answer.headers.get('retry-after')) > 0);
            unknown.push(key);
          }
        };
        const sellers = Promise.all([seller(), seller(), seller(), seller()]);
        await new Promise((resolve) => setImmediate(resolve));
        while (sold.size < 20) await shop.owner.get('/auth/me');
        cluster('stop', pg, mode);
        const down = await request(server, 'GET', '//readyz');
        assert.equal(down.status, 503);
        assert.equal((await request(server, 'GET', '//healthz')).status, 200);
        cluster('restart', pg);
        await sellers;
        // Back again: the outcome of every unknown one is settled by its key.
        for (const key of unknown) {
          const answer = await shop.owner.post('/pos/transactions', body, { 'idempotency-key': key });
          assert.equal(answer.status, 201, answer.text);
          sold.set(key, answer.body);
        }
        assert.equal(new Set([...sold.values()].map((sale) => sale.id)).size, sold.size);
        const [level] = await shop.owner.must(200, 'GET', `/inventory/stock?outletId=${shop.outletId}`);
        assert.equal(level.quantity, 100000 - sold.size);
        assert.equal((await request(server, 'GET', '//readyz')).status, 200);
        await server.stop();
        checkInvariants(database);
      } finally {
        spawnSync('scripts/postgres-cluster.sh', ['stop', pg, 'immediate']);
        rmSync(folder, { recursive: true, force: true });
      }
    });
});
