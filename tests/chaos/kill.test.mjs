// kill -9 under load: after the restart every acknowledged sale is there, once, and the books add up.
import { describe, it } from 'node:test';
import { ENGINES, makeDatabase, Server } from '../lib/server.mjs';
import { checkBooks, Ledger, mustFind } from '../lib/ledger.mjs';
import { covered, cycles, SEED } from '../lib/torture.mjs';
import { random } from '../lib/faults.mjs';

const SELLERS = 16;

/** A server with a shop; `round(sales)` kills it after about so many and looks at what is left. */
class KillRig {
  static async open(engine, env = {}) {
    const rig = Object.assign(new KillRig(), { database: makeDatabase(engine), env });
    rig.server = await Server.start(rig.database, { env });
    rig.ledger = await Ledger.open(rig.server);
    return rig;
  }

  async round(sales) {
    const enough = this.ledger.acknowledged.size + sales;
    let killed;
    await this.ledger.sellOn(SELLERS, () => {
      if (!killed && this.ledger.acknowledged.size >= enough) killed = this.server.kill();
      return false;
    });
    await killed;
    this.server = await Server.start(this.database, { env: this.env });
    this.ledger.shop.owner.server = this.server;
    await this.ledger.settle();
  }

  async finish() {
    await this.ledger.mustHaveAll();
    await this.server.stop();
    checkBooks(this.database);
  }

  async close() {
    await this.server.kill();
    this.database.drop();
  }
}

for (const engine of ENGINES)
  describe(`kill -9 under load (${engine})`, () => {
    it(`loses and doubles nothing (seed ${SEED})`, async (t) => {
      const rig = await KillRig.open(engine), chance = random(SEED);
      t.after(() => rig.close());
      let rounds = 0;
      for (const round of cycles(3)) {
        await rig.round(1 + chance(200));
        rounds = round + 1;
      }
      await rig.finish();
      covered(t, `kill -9 (${engine})`, { cycles: rounds, sales: rig.ledger.acknowledged.size });
    });

    it('finds the planted bug no_idempotency_key', async (t) => {
      const rig = await KillRig.open(engine, { TILOPOS_PLANT: 'no_idempotency_key' });
      t.after(() => rig.close());
      await mustFind('no_idempotency_key', () => rig.round(20));
    });
  });
