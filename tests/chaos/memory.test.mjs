// Memory runs out at the Nth allocation of a sale. The program's arenas stop the process, SQLite refuses the statement; either
// way what was acknowledged is there, once, after the restart.
import { describe, it } from 'node:test';
import { randomUUID } from 'node:crypto';
import { ENOMEM, Faults, KIND, random } from '../lib/faults.mjs';
import { checkBooks, Ledger, mustFind } from '../lib/ledger.mjs';
import { ENGINES, makeDatabase, Server } from '../lib/server.mjs';
import { covered, cycles, isLong, SEED } from '../lib/torture.mjs';

const SAMPLES = 12, MOST = 5000;

class MemoryRig {
  constructor(engine, plant) {
    this.database = makeDatabase(engine);
    this.faults = new Faults(this.database.folder);
    this.env = this.faults.env('1', { TILOPOS_PLANT: plant });
    this.figures = { cycles: 0, stops: 0, refusals: 0, 'sales made': 0 };
  }

  async start() {
    this.faults.disarm();
    this.server = await Server.start(this.database, { env: this.env });
    if (!this.ledger) this.ledger = await Ledger.open(this.server);
    else {
      this.ledger.shop.owner.server = this.server;
      await this.ledger.settle();
    }
  }

  async restart() {
    await this.server.kill();
    await this.start();
  }

  /** False: a sale was made without getting as far as the `nth` allocation. */
  async sell(nth) {
    this.faults.fail(KIND.allocation, nth, ENOMEM);
    const answer = await this.ledger.sell(randomUUID());
    const happened = this.faults.happened > 0;
    this.faults.disarm();
    this.figures.cycles++;
    if (answer?.status === 201) this.figures['sales made']++;
    else if (answer) {
      if (answer.status !== 503) throw new Error(`allocation ${nth} failed: a sale was answered ${answer.status}: ${answer.text}`);
      this.figures.refusals++;
    }
    if (answer && await this.#isAlive()) {
      await this.ledger.settle();
      return happened;
    }
    this.figures.stops++;
    await this.#mustHaveStopped(nth);
    checkBooks(this.database, { drained: false });
    await this.start();
    return happened;
  }

  // It may stop a moment after its answer: a listener had no memory.
  async #isAlive() { return (await this.ledger.shop.owner.get('/auth/me').catch(() => null))?.status === 200; }

  // By the program's own decision, with a message; never a crash.
  async #mustHaveStopped(nth) {
    const { code, signal } = await this.server.ended();
    const told = /has no memory|this must hold and does not/.test(this.server.log);
    if (!told || /AddressSanitizer: (?!ABRT)|runtime error/.test(this.server.log))
      throw new Error(`allocation ${nth} failed: the server ended with ${code ?? signal}:\n${this.server.log.slice(-5000)}`);
  }

  async finish() {
    this.faults.disarm();
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

for (const engine of ENGINES)
  describe(`memory that runs out (${engine})`, () => {
    it(`loses nothing (seed ${SEED})`, async (t) => {
      const rig = new MemoryRig(engine), chance = random(SEED);
      t.after(() => rig.close());
      await rig.start();
      let most = MOST, nth = 0;
      for (const cycle of cycles(SAMPLES)) {
        // A server that has just started needs more memory for a sale: its connections and statements are new.
        const isCold = cycle % 12 === 11;
        if (isCold) await rig.restart();
        // In order first when there is the time for it; the samples are random.
        const at = isCold || !isLong || nth >= most ? 1 + chance(isCold ? 1500 : Math.min(most, 600)) : ++nth;
        if (!await rig.sell(at) && !isCold) most = Math.min(most, at);
      }
      await rig.finish();
      covered(t, `out of memory (${engine})`, { ...rig.figures, points: most });
    });

    it('finds the planted bug no_idempotency_key', async (t) => {
      const rig = new MemoryRig(engine, 'no_idempotency_key');
      t.after(() => rig.close());
      await rig.start();
      await mustFind('no_idempotency_key', async () => { for (const nth of [10, 40, MOST]) await rig.sell(nth); });
    });
  });
