// The fault points of a test build (src/platform/db/fault.h): a control file that the running server has mapped.
import { closeSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export const KIND = { write: 1, sync: 2, truncate: 4, read: 8, open: 16, delete: 32, sharedMemory: 64, allocation: 128 };
export const EIO = 5, ENOMEM = 12, ENOSPC = 28;
const FIELDS = ['kinds', 'left', 'times', 'action', 'error', 'seed', 'happened', 'kind'];
const FAIL = 0, CUT = 1;

export class Faults {
  constructor(folder, name = 'faults') {
    this.path = join(folder, name);
    writeFileSync(this.path, Buffer.alloc(8 * FIELDS.length));
    this.file = openSync(this.path, 'r+');
  }

  /** For Server.start: `vfs` is '1' (writes go through) or 'held' (what is not synced is kept in memory). */
  env(vfs, more = {}) { return { TILOPOS_FAULT_CONTROL: this.path, TILOPOS_FAULT_VFS: vfs, ...more }; }

  #set(values) {
    for (const [name, value] of Object.entries(values)) {
      const bytes = Buffer.alloc(8);
      bytes.writeBigInt64LE(BigInt(value));
      writeSync(this.file, bytes, 0, 8, FIELDS.indexOf(name) * 8);
    }
  }
  #get(name) {
    const bytes = Buffer.alloc(8);
    readSync(this.file, bytes, 0, 8, FIELDS.indexOf(name) * 8);
    return Number(bytes.readBigInt64LE());
  }

  /** The `nth` operation of these kinds from now on fails, and `times` in a row. */
  fail(kinds, nth, error = EIO, times = 1) {
    this.disarm();
    this.#set({ left: nth, times, action: FAIL, error, happened: 0, kinds });
  }
  /** The power is cut at the `nth` one; the seed says what survives. */
  cut(kinds, nth, seed) {
    this.disarm();
    this.#set({ left: nth, times: 1, action: CUT, error: EIO, seed, happened: 0, kinds });
  }
  disarm() { this.#set({ kinds: 0 }); }
  get happened() { return this.#get('happened'); }
  get kind() { return Object.keys(KIND).find((name) => KIND[name] === this.#get('kind')); }
  close() { closeSync(this.file); }
}

/** Whole numbers below `most` from a seed: the same ones every time. */
export function random(seed) {
  let state = seed >>> 0;
  return (most) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) % most;
  };
}
