// The power goes: what was not synced is lost, half-written or out of order. After the restart every acknowledged sale is
// there, once, and the books add up. SQLite over a file system that forgets; for PostgreSQL see postgres.test.mjs.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Faults, KIND, random } from '../lib/faults.mjs';
import { checkBooks, Ledger, mustFind, PLANTS } from '../lib/ledger.mjs';
import { makeDatabase, Server } from '../lib/server.mjs';
import { covered, cycles, SEED } from '../lib/torture.mjs';

const POINTS = KIND.write | KIND.sync | KIND.truncate | KIND.delete;
const CYCLES_A_SHOP = 12;
const CUT_STATUS = 77;
const SALES_MOST = 600;

/** A shop that is hurt again and again. `cut()` is one cycle; answers how it went. */
class PowerRig {
  constructor(seed, plant) {
    this.seed = seed;
    this.chance = random(seed);
    this.database = makeDatabase('sqlite');
    this.faults = new Faults(this.database.folder);
    this.env = this.faults.env('held', { TILOPOS_PLANT: plant });
  }

  // From the first operation to some thousands, small numbers as often as large ones; a third of the cuts before a sync.
  #point() {
    const atSync = this.chance(3) === 0;
    return [atSync ? KIND.sync : POINTS, Math.floor(2 ** (this.chance(atSync ? 700 : 1200) / 100)), this.chance(2 ** 31)];
  }

  async #start() {
    this.server = await Server.start(this.database, { env: this.env });
    if (!this.ledger) {
      this.ledger = await Ledger.open(this.server);
      return;
    }
    this.ledger.shop.owner.server = this.server;
    await this.ledger.settle();
  }

  /** The power goes while the server starts, which it may do many times before it comes up. */
  async #cutStart() {
    this.faults.cut(...this.#point());
    const started = await Server.start(this.database, { env: this.env }).catch((error) => {
      if (!error.message.includes(`(${CUT_STATUS})`)) throw error;
    });
    await started?.kill();
    if (this.ledger) checkBooks(this.database, { drained: false });
  }

  async cut() {
    const atStart = this.chance(4) === 0;
    if (atStart) await this.#cutStart();
    this.faults.disarm();
    await this.#start();
    const before = this.ledger.acknowledged.size;
    this.faults.cut(...this.#point());
    // Killing it is a cut too, from which nothing unsynced survives: where the point is never reached.
    await this.ledger.sellOn(8, () => this.ledger.acknowledged.size - before >= SALES_MOST);
    if (this.faults.happened === 0) await this.server.kill();
    else assert.equal((await this.server.ended()).code, CUT_STATUS, this.server.log);
    checkBooks(this.database, { drained: false });
    return { sales: this.ledger.acknowledged.size - before, kind: this.faults.happened ? this.faults.kind : 'kill', atStart };
  }

  async finish() {
    this.faults.disarm();
    await this.#start();
    await this.ledger.mustHaveAll();
    await this.server.stop();
    checkBooks(this.database);
  }

  async close() {
    await this.server?.kill();
    this.faults.close();
    this.database.drop();
  }
}

async function torture(t, short) {
  const figures = { cycles: 0, sales: 0, 'cuts at the start': 0, 'cuts at a write': 0, 'cuts at a sync': 0, 'other cuts': 0 };
  let rig, seed = SEED;
  for (const cycle of cycles(short)) {
    if (cycle % CYCLES_A_SHOP === 0) {
      if (rig) { await rig.finish(); await rig.close(); }
      rig = new PowerRig(seed = (SEED + cycle) % 2 ** 31);
      t.after(((last) => () => last.close().catch(() => {}))(rig));
    }
    const went = await rig.cut().catch((error) => { throw new Error(`TILOPOS_SEED=${seed}, cycle ${cycle % CYCLES_A_SHOP}: ${error.message}`, { cause: error }); });
    figures.cycles++;
    figures.sales += went.sales;
    if (went.atStart) figures['cuts at the start']++;
    figures[{ write: 'cuts at a write', sync: 'cuts at a sync' }[went.kind] ?? 'other cuts']++;
  }
  await rig.finish();
  covered(t, 'power loss (sqlite)', figures);
}

describe('a power cut (sqlite)', () => {
  it(`loses no acknowledged sale (seed ${SEED})`, (t) => torture(t, 8));

  for (const plant of PLANTS)
    it(`finds the planted bug ${plant}`, async (t) => {
      const rig = new PowerRig(SEED, plant);
      t.after(() => rig.close());
      const hunt = async () => { for (let cycle = 0; cycle < 20; cycle++) await rig.cut(); };
      await mustFind(plant, hunt);
    });
});
