// PostgreSQL goes away and comes back: a request in between gets 503 with Retry-After or succeeds, never a wrong answer,
// and the process stays up. An immediate stop is what a power cut is to it: it comes back from its log.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ENGINES, Server } from '../lib/server.mjs';
import { checkBooks, Ledger, mustFind, PLANTS } from '../lib/ledger.mjs';
import { request } from '../lib/client.mjs';
import { covered, cycles } from '../lib/torture.mjs';

const SELLERS = 8;

/* Never blocks: the tills must go on selling until the very moment of the stop. */
async function cluster(...args) {
  const done = await promisify(execFile)('scripts/postgres-cluster.sh', args);
  return done.stdout.trim();
}

/** The cluster that is stopped: its own, shared by the rigs one after another. */
const pg = {
  async start() {
    this.folder = mkdtempSync(join(tmpdir(), 'tilopos-pg-'));
    chmodSync(this.folder, 0o755);
    this.data = join(this.folder, 'pg');
    this.url = await cluster('start', this.data);
  },
  database(name, settings) {
    const sql = [`CREATE DATABASE ${name}`, ...settings.map((setting) => `ALTER DATABASE ${name} SET ${setting}`)];
    const done = spawnSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', ...sql.flatMap((text) => ['-c', text]), this.url], { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(done.stderr);
    return { engine: 'postgres', folder: this.folder, url: Object.assign(new URL(this.url), { pathname: `/${name}` }).href };
  },
  end() {
    spawnSync('scripts/postgres-cluster.sh', ['stop', this.data, 'immediate']); // may be down already
    rmSync(this.folder, { recursive: true, force: true });
  },
};

class PostgresRig {
  static async open(name, env = {}, settings = []) {
    const rig = new PostgresRig();
    rig.database = pg.database(name, settings);
    rig.server = await Server.start(rig.database);
    rig.ledger = await Ledger.open(rig.server);
    await rig.#restart(env);
    return rig;
  }

  /* With the planted bug, which the shop was not opened with. */
  async #restart(env) {
    await this.server.stop();
    this.server = this.ledger.shop.owner.server = await Server.start(this.database, { env });
  }

  async round(mode, sales = 20) {
    const enough = this.ledger.acknowledged.size + sales;
    let back = false;
    const sellers = this.ledger.sellOn(SELLERS, () => back);
    while (this.ledger.acknowledged.size < enough) await this.ledger.shop.owner.get('/auth/me');
    await cluster('stop', pg.data, mode);
    const refused = await this.ledger.sell();
    assert.equal(refused.status, 503, refused.text);
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
    assert.equal((await request(this.server, 'GET', '//readyz')).status, 503);
    assert.equal((await request(this.server, 'GET', '//healthz')).status, 200);
    await cluster('restart', pg.data);
    back = true;
    await sellers;
    // Back again: the outcome of every unknown one is settled by its key.
    await this.ledger.settle();
    assert.equal((await request(this.server, 'GET', '//readyz')).status, 200);
  }

  async finish() {
    await this.ledger.mustHaveAll();
    await this.server.stop();
    checkBooks(this.database);
  }

  async close() { await this.server.kill(); }
}

describe('a PostgreSQL that stops', { skip: !ENGINES.includes('postgres') }, () => {
  before(() => pg.start());
  after(() => pg.end());

  for (const mode of ['fast', 'immediate'])
    it(`costs no sale (${mode})`, async (t) => {
      const rig = await PostgresRig.open(`stop_${mode}`);
      t.after(() => rig.close());
      let rounds = 0;
      for (const round of cycles(1)) {
        await rig.round(mode, 20 + (round % 7) * 30);
        rounds = round + 1;
      }
      await rig.finish();
      covered(t, `${mode} stop (postgres)`, { cycles: rounds, sales: rig.ledger.acknowledged.size });
    });

  // A commit that takes long to reach the disk, so that the stop meets one.
  const SLOW_COMMITS = ['commit_delay = 100000', 'commit_siblings = 0'];
  for (const plant of PLANTS)
    it(`finds the planted bug ${plant}`, async (t) => {
      const rig = await PostgresRig.open(`plant_${plant}`, { TILOPOS_PLANT: plant }, SLOW_COMMITS);
      t.after(() => rig.close());
      const hunt = async () => { for (let round = 0; round < 25; round++) await rig.round('immediate', 5 + 20 * (round % 4)); };
      await mustFind(plant, hunt);
    });
});
