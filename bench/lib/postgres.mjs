// Sales on PostgreSQL (a private cluster with default settings: fsync on) beside pgbench.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { command } from '../../tests/lib/server.mjs';
import { atExit } from './cleanup.mjs';
import { pgbench, pgbenchSetUp } from './pgbench.mjs';
import { figure, ROOT, run } from './programs.mjs';
import { measureSales } from './sales.mjs';
import { EVENTS_BEHIND, SALE_TABLES, SALES_STORED } from './tables.mjs';

const CLUSTER = join(ROOT, 'scripts/postgres-cluster.sh');

const psql = (url, sql) => run('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-c', sql, url]);
const ask = async (url, sql) => figure(await psql(url, sql));

async function makeDatabase(cluster, folder, name) {
  await psql(cluster, `CREATE DATABASE ${name}`);
  const url = new URL(cluster);
  url.pathname = `/${name}`;
  return { engine: 'postgres', folder, url: url.href };
}

/** The rows of a sale, without indexes. */
async function bytesPerSale(url) {
  const sizes = SALE_TABLES.map((table) => `(SELECT sum(pg_column_size(t.*)) FROM ${table} t)`).join(' + ');
  return ask(url, `SELECT (${sizes}) / (SELECT count(*) FROM transactions)`);
}

async function measure(cluster, { folder, points, rounds, seconds, say }) {
  const database = await makeDatabase(cluster, folder, 'ours');
  const floor = await makeDatabase(cluster, folder, 'ceiling');
  const migrated = command(floor, ['migrate']);
  if (migrated.status !== 0) throw new Error(`tilopos migrate: ${migrated.stderr}`);
  await pgbenchSetUp(floor.url);
  const { results, fault } = await measureSales({
    database, points, rounds, seconds, say,
    ceiling: (point) => pgbench(floor.url, point, seconds, folder),
    behind: () => ask(database.url, EVENTS_BEHIND),
    stored: () => ask(database.url, SALES_STORED),
  });
  return { results, fault, bytes: { ours: await bytesPerSale(database.url), ceiling: await bytesPerSale(floor.url) } };
}

export async function measurePostgres(options) {
  const data = join(options.folder, 'cluster');
  const stop = () => spawnSync(CLUSTER, ['stop', data, 'immediate']);
  const keep = atExit(stop);
  const cluster = (await run(CLUSTER, ['start', data])).trim();
  const measured = await measure(cluster, options);
  keep();
  stop();
  return measured;
}
