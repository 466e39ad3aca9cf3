// The ceiling on PostgreSQL: pgbench, one pipelined transaction a sale, with the rows of the product's own schema.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, run } from './programs.mjs';

export async function pgbenchSetUp(url) {
  await run('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', join(ROOT, 'bench/pgbench_setup.sql'), url]);
}

/** Latencies of the per-transaction log: client, number, microseconds, … */
function percentiles(folder) {
  const all = readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), 'utf8').trim().split('\n').map((line) => Number(line.split(' ')[2])));
  all.sort((a, b) => a - b);
  return { p50: all[all.length >> 1], p99: all[Math.floor(all.length * 0.99)] };
}

export async function pgbench(url, { clients, outlets }, seconds, folder) {
  const logs = mkdtempSync(join(folder, 'pgbench-'));
  const out = await run('pgbench', ['-n', '-M', 'prepared', '-j', '1', '-c', clients, '-T', seconds, '-l',
    '--log-prefix', join(logs, 'log'), '-f', join(ROOT, 'bench/pgbench_sale.sql'), '-D', `base=${Date.now()}00000`,
    '-D', `outlets=${outlets}`, '-D', 'n=0', url].map(String));
  const failed = Number(/number of failed transactions: (\d+)/.exec(out)?.[1]);
  if (failed !== 0) throw new Error(`pgbench: ${out}`);
  const latency = percentiles(logs);
  rmSync(logs, { recursive: true });
  return { perSecond: Number(/tps = ([\d.]+)/.exec(out)[1]), ...latency };
}
