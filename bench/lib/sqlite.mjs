// Sales on SQLite beside a bare group-commit loop.
import { join } from 'node:path';
import { command } from '../../tests/lib/server.mjs';
import { figure, run, sqliteFloor } from './programs.mjs';
import { measureSales } from './sales.mjs';
import { EVENTS_BEHIND, SALE_TABLES, SALES_STORED } from './tables.mjs';

const ask = async (file, sql) => figure(await run('sqlite3', ['-readonly', '-cmd', '.timeout 5000', file, sql]));

/** What a sale takes in the file, indexes too. */
async function bytesPerSale(file) {
  const names = SALE_TABLES.map((table) => `'${table}'`).join(',');
  return ask(file, `SELECT (SELECT sum(payload) FROM dbstat WHERE name IN
    (SELECT name FROM sqlite_schema WHERE tbl_name IN (${names}))) / (SELECT count(*) FROM transactions)`);
}

export async function measureSqlite({ folder, points, rounds, seconds, say }) {
  const database = { engine: 'sqlite', folder, url: `sqlite:${join(folder, 'shop.db')}` };
  const floor = { engine: 'sqlite', folder, url: `sqlite:${join(folder, 'floor.db')}` };
  const migrated = command(floor, ['migrate']);
  if (migrated.status !== 0) throw new Error(`tilopos migrate: ${migrated.stderr}`);
  const [ourFile, floorFile] = [database, floor].map(({ url }) => url.slice('sqlite:'.length));
  const { results, fault } = await measureSales({
    database, points, rounds, seconds, say,
    ceiling: ({ clients }) => sqliteFloor(floorFile, clients, seconds),
    behind: () => ask(ourFile, EVENTS_BEHIND),
    stored: () => ask(ourFile, SALES_STORED),
  });
  return { results, fault, bytes: { ours: await bytesPerSale(ourFile), ceiling: await bytesPerSale(floorFile) } };
}
