// The product beside its ceilings, in one run. Started by scripts/bench.sh, which builds what is measured.
//   node bench/bench.mjs [--quick] [sqlite|postgres|products|process|sockets|million …]
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atExit } from './lib/cleanup.mjs';
import { describeDisturbance, describeMachine, noteDisturbance } from './lib/machine.mjs';
import { measurePostgres } from './lib/postgres.mjs';
import { measureMillion } from './lib/million.mjs';
import { terminal, resultsFile } from './lib/print.mjs';
import { measureProcess } from './lib/process.mjs';
import { measureProducts } from './lib/products.mjs';
import { ROOT } from './lib/programs.mjs';
import { measureSockets } from './lib/sockets.mjs';
import { measureSqlite } from './lib/sqlite.mjs';

const one = (clients) => ({ clients, outlets: 1 });
const PARTS = {
  process: [measureProcess],
  sqlite: [measureSqlite, [one(1), one(16), one(64)]],
  postgres: [measurePostgres, [one(1), one(16), one(64), { clients: 64, outlets: 8 }]],
  products: [measureProducts],
  sockets: [measureSockets],
  million: [measureMillion],
};

const asked = process.argv.slice(2);
const quick = asked.includes('--quick');
const wanted = asked.filter((word) => word !== '--quick');
const unknown = wanted.find((word) => !Object.hasOwn(PARTS, word));
if (unknown) {
  console.error(`unknown part: ${unknown}\nusage: scripts/bench.sh [--quick] [${Object.keys(PARTS).join('|')} …]`);
  process.exit(2);
}

const amount = quick ? { rounds: 1, seconds: 2, sales: 50_000 } : { rounds: 3, seconds: 5, sales: 1_000_000 };
/* A disk, not a memory file system: durability is part of what is measured. */
const root = mkdtempSync(join(process.env.TILOPOS_BENCH_DIR ?? '/var/tmp', 'tilopos-bench-'));
chmodSync(root, 0o711); /* PostgreSQL may run as another user */
atExit(() => rmSync(root, { recursive: true, force: true }));
const say = (text) => process.stderr.write(`${text}\n`);
const measured = {};
const machine = await describeMachine(root);
await noteDisturbance();
for (const [name, [measure, points]] of Object.entries(PARTS)) {
  if (wanted.length && !wanted.includes(name)) continue;
  const folder = join(root, name);
  mkdirSync(folder, { mode: 0o711 });
  measured[name] = await measure({ folder, points, ...amount, say });
  rmSync(folder, { recursive: true });
}
if (Object.values(measured).some((part) => part.fault)) process.exitCode = 1;
const disturbance = describeDisturbance();
console.log(`\n${machine}\n${disturbance}.\n\n${terminal(measured)}`);
if (!quick && wanted.length === 0)
  writeFileSync(join(ROOT, 'bench/results.md'),
    resultsFile(measured, { machine, disturbance, date: new Date().toISOString().slice(0, 10), ...amount }));
