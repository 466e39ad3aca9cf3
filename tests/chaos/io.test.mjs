// The disk fails at every point of a sale: the Nth write, fsync, truncation, read or growth of the shared memory. The sale is
// refused with 503 or made, what was acknowledged stays, and with the disk well again the next sale is made. After each kind
// the power goes, so that a failed fsync can't hide: what it lost is lost, and later ones don't tell (SQLite).
import { describe, it } from 'node:test';
import { randomUUID } from 'node:crypto';
import { EIO, ENOSPC, Faults, KIND, random } from '../lib/faults.mjs';
import { checkBooks, Ledger, mustFind } from '../lib/ledger.mjs';
import { makeDatabase, Server } from '../lib/server.mjs';
import { covered, cycles, isLong, SEED } from '../lib/torture.mjs';

const FAULTS = [
  ['sync', EIO, 1], ['write', EIO, 1], ['write', ENOSPC, 1], ['write', EIO, 40], ['truncate', EIO, 1], ['read', EIO, 1],
  ['open', EIO, 1], ['sharedMemory', EIO, 1], ['delete', EIO, 1],
];
const POINTS_MOST = 400;

class IoRig {
  constructor(plant) {
    this.database = makeDatabase('sqlite');
    this.faults = new Faults(this.database.folder);
    this.env = this.faults.env('held', { TILOPOS_PLANT: plant });
    this.points = 0;
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

  // Refused or made, and either way settled by its key afterwards.
  async #sellOverFault(kind, error, times, nth) {
    const key = randomUUID();
    this.faults.fail(KIND[kind], nth, error, times);
    const answer = await this.ledger.sell(key);
    const seen = answer?.status === 201 ? await this.ledger.shop.owner.get(`/pos/transactions/${answer.body.id}`) : null;
    const happened = this.faults.happened;
    this.faults.disarm();
    const where = `${kind} ${nth} failed (errno ${error}, ${times} in a row)`;
    if (!answer) throw new Error(`${where}: the server died: ${this.server.log.slice(-2000)}`);
    if (![201, 503].includes(answer.status)) throw new Error(`${where}: a sale was answered ${answer.status}: ${answer.text}`);
    if (seen && ![200, 503].includes(seen.status)) throw new Error(`LOST: ${where}: ${seen.status} ${seen.text}`);
    const next = await this.ledger.sell();
    if (next?.status !== 201) throw new Error(`${where}: with the disk well again a sale was answered ${next?.status}: ${next?.text}`);
    await this.ledger.settle().catch((fault) => { throw new Error(`${where}: ${fault.message}`, { cause: fault }); });
    return happened > 0;
  }

  /** Every point of a sale, until one is made without reaching it; then the power goes. */
  async run(kind, error, times, step = 1) {
    await this.start();
    for (let nth = 1; nth <= POINTS_MOST && await this.#sellOverFault(kind, error, times, nth); nth += step) this.points++;
    await this.server.kill();
    checkBooks(this.database, { drained: false });
    await this.start();
    await this.ledger.mustHaveAll();
    await this.server.kill();
  }

  /** The `nth` operation fails while four tills sell: also those of a checkpoint, which no single sale is sure to meet. */
  async runUnderLoad(kind, error, nth) {
    await this.start();
    this.faults.fail(KIND[kind], nth, error);
    await this.ledger.sellOn(4, () => this.faults.happened > 0 || this.ledger.unsettled.size > 400);
    this.points += this.faults.happened > 0;
    this.faults.disarm();
    await this.ledger.settle();
    await this.server.kill();
    checkBooks(this.database, { drained: false });
  }

  /** Every point of the start: it comes up or says that it can't, and comes up when the disk is well again. */
  async runStarts(kind, error, step) {
    for (let nth = 1, happened = true; nth <= POINTS_MOST && happened; nth += step) {
      this.faults.fail(KIND[kind], nth, error);
      const server = await Server.start(this.database, { env: this.env }).catch((failure) => {
        if (!failure.message.includes('the server ended (1)') || /Sanitizer|runtime error/.test(failure.message)) throw failure;
      });
      happened = this.faults.happened > 0;
      await server?.kill();
      await this.start();
      await this.server.kill();
      this.points += happened;
    }
  }

  /** Every point of the end, which moves the log into the file: it ends, and nothing is missing afterwards. */
  async runEnds(kind, error, step) {
    for (let nth = 1, happened = true; nth <= POINTS_MOST && happened; nth += step) {
      await this.start();
      await this.ledger.sell();
      this.faults.fail(KIND[kind], nth, error);
      await this.server.stop();
      happened = this.faults.happened > 0;
      this.points += happened;
    }
    await this.start();
    await this.ledger.mustHaveAll();
    await this.server.kill();
  }

  async finish() {
    await this.start();
    await this.server.stop();
    checkBooks(this.database);
  }

  async close() {
    await this.server?.kill();
    this.faults.close();
    this.database.drop();
  }
}

describe('a disk that fails (sqlite)', () => {
  for (const [kind, error, times] of FAULTS)
    it(`${kind} (errno ${error}, ${times} in a row): loses nothing and sells again`, async (t) => {
      const rig = new IoRig();
      t.after(() => rig.close());
      await rig.run(kind, error, times, isLong ? 1 : 2);
      if (isLong || (['sync', 'write'].includes(kind) && error === EIO)) await rig.runUnderLoad(kind, error, kind === 'sync' ? 150 : 2400);
      await rig.runStarts(kind, error, isLong ? 1 : 40);
      await rig.runEnds(kind, error, isLong ? 1 : 40);
      await rig.finish();
      covered(t, `${kind} fails (sqlite)`, { points: rig.points });
    });

  it(`all of them, again and again (seed ${SEED})`, { skip: !isLong }, async (t) => {
    const rig = new IoRig();
    t.after(() => rig.close());
    const chance = random(SEED);
    let rounds = 0;
    for (const cycle of cycles(1)) {
      const [kind, error, times] = FAULTS[cycle % FAULTS.length];
      await rig.runUnderLoad(kind, error, 1 + chance(kind === 'sync' ? 200 : 3000));
      await rig.run(kind, error, times);
      rounds++;
    }
    await rig.finish();
    covered(t, 'a disk that fails (sqlite)', { cycles: rounds, points: rig.points });
  });

  for (const [plant, kind] of [['answer_before_commit', 'sync'], ['synchronous_off', 'write'], ['no_idempotency_key', 'sync']])
    it(`finds the planted bug ${plant}`, async (t) => {
      const rig = new IoRig(plant);
      t.after(() => rig.close());
      await mustFind(plant, () => rig.run(kind, EIO, 1, 10));
    });
});
