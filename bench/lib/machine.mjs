// On what it was measured.
import { closeSync, fdatasyncSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { median, number } from './figures.mjs';
import { run } from './programs.mjs';

/** Microseconds until 4 KB are on the disk of `folder`. */
function syncMicroseconds(folder) {
  const file = join(folder, 'sync'), block = Buffer.alloc(4096, 1), took = [];
  const descriptor = openSync(file, 'w');
  for (let i = 0; i < 200; i++) {
    const begin = performance.now();
    writeSync(descriptor, block, 0, block.length, i * block.length);
    fdatasyncSync(descriptor);
    took.push((performance.now() - begin) * 1000);
  }
  closeSync(descriptor);
  unlinkSync(file);
  return median(took);
}

const SAMPLE_MS = 300;
const disturbances = [];

function cpuTicks() {
  const [, user, nice, system, idle, wait, ...rest] =
    /^cpu .*/.exec(readFileSync('/proc/stat', 'utf8'))[0].split(/\s+/).map(Number);
  const all = user + nice + system + idle + wait + rest.slice(0, 3).reduce((sum, ticks) => sum + ticks, 0);
  return { busy: all - idle - wait, all };
}

/** Notes what others use of the machine: to be called when nothing of ours runs. */
export async function noteDisturbance() {
  const before = cpuTicks();
  await pause(SAMPLE_MS);
  const after = cpuTicks();
  disturbances.push((100 * (after.busy - before.busy)) / Math.max(1, after.all - before.all));
}

const QUIET = 10;

export function describeDisturbance() {
  const middle = median(disturbances), most = Math.max(...disturbances);
  return `Between the runs other processes used ${number(middle, 0)} % of the machine (median; at most ${number(most, 0)} %)` +
    (middle > QUIET ? ': it was not quiet, so the ratios are rough; a ratio above 1 on SQLite says so by itself' : '');
}

const version = (text) => /\d+(\.\d+)+/.exec(text)[0];

export async function describeMachine(folder) {
  const system = /^PRETTY_NAME="(.*)"/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Linux';
  const disk = (await run('stat', ['-f', '-c', '%T', folder])).trim();
  const sqlite = version(await run('sqlite3', ['--version'])), postgres = version(await run('pgbench', ['--version']));
  return `${cpus().length} × ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, ${system}, disk ${disk} ` +
    `(fdatasync ${number(syncMicroseconds(folder), 0)} µs), SQLite ${sqlite}, PostgreSQL ${postgres}, Node ${process.version}`;
}
