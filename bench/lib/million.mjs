// A shop after a million sales beside the same shop on its first day: sales a second, a day's questions, bytes a sale.
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { login, PASSWORD } from '../../tests/lib/client.mjs';
import { atExit } from './cleanup.mjs';
import { growSql } from './grow.mjs';
import { BUILD, figure, load, ROOT, run } from './programs.mjs';
import { startServer } from './server.mjs';
import { makeShop, tokenOf, writeRequests, writeSales } from './shop.mjs';
import { SALES_STORED } from './tables.mjs';

const CLIENTS = 64;
const DAY_SECONDS = 1; /* of selling: a busy day */
const CLUSTER = join(ROOT, 'scripts/postgres-cluster.sh');

/** Like run, with a text on standard input. */
async function feed(program, args, text) {
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (part) => { complaint += part; });
  const ended = new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  await pipeline(Readable.from([text]), child.stdin);
  const status = await ended;
  if (status !== 0) throw new Error(`${program}: ${complaint}`);
}

/* What the two engines differ in: how a database is asked, copied and grown. */

function sqliteEngine(folder) {
  const path = (name) => join(folder, `${name}.db`);
  const ask = (name, sql) => run('sqlite3', ['-readonly', path(name), sql]);
  return {
    engine: 'sqlite',
    database(name) {
      mkdirSync(join(folder, name), { recursive: true });
      return { engine: 'sqlite', folder: join(folder, name), url: `sqlite:${path(name)}` };
    },
    ask,
    async copy(from, to) { copyFileSync(path(from), path(to)); },
    columns: (name) => async (table) =>
      (await ask(name, `SELECT name FROM pragma_table_info('${table}')`)).trim().split('\n'),
    async grow(name, sql) {
      await feed(join(BUILD, 'bench/sqlite_grow'), [path(name)],
        `PRAGMA synchronous=OFF; PRAGMA cache_size=-262144; BEGIN;\n${sql}\nCOMMIT; PRAGMA wal_checkpoint(TRUNCATE);`);
    },
    async bytes(name) { return statSync(path(name)).size; },
    stop() {},
  };
}

const UUID_EARLIER = `CREATE FUNCTION uuid_earlier(id uuid, ms bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex(('x' || lpad(substr(replace(id::text, '-', ''), 1, 12), 16, '0'))::bit(64)::bigint - ms), 12, '0')
    || substr(replace(id::text, '-', ''), 13))::uuid $$;`;

async function postgresEngine(folder) {
  const data = join(folder, 'cluster');
  const stop = () => spawnSync(CLUSTER, ['stop', data, 'immediate']);
  const keep = atExit(stop);
  const cluster = new URL((await run(CLUSTER, ['start', data])).trim());
  const url = (name) => Object.assign(new URL(cluster), { pathname: `/${name}` }).href;
  const psql = (to, sql) => run('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-c', sql, to]);
  await psql(cluster.href, 'CREATE DATABASE shop');
  return {
    engine: 'postgres',
    database(name) {
      mkdirSync(join(folder, name), { recursive: true });
      return { engine: 'postgres', folder: join(folder, name), url: url(name) };
    },
    ask: (name, sql) => psql(url(name), sql),
    async copy(from, to) { await psql(cluster.href, `CREATE DATABASE ${to} TEMPLATE ${from}`); },
    columns: (name) => async (table) => (await psql(url(name), `SELECT column_name FROM information_schema.columns
      WHERE table_name = '${table}' ORDER BY ordinal_position`)).trim().split('\n'),
    async grow(name, sql) {
      await feed('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', url(name)],
        `${UUID_EARLIER}\nSET synchronous_commit = off; BEGIN;\n${sql}\nCOMMIT;\nVACUUM ANALYZE; CHECKPOINT;`);
    },
    bytes: async (name) => figure(await psql(url(name), `SELECT pg_database_size('${name}')`)),
    stop() { keep(); stop(); },
  };
}

/* ---- One day of selling ---- */

async function sell(database, shop, seconds) {
  const server = await startServer(database);
  const file = join(database.folder, 'sales');
  await writeSales(server, shop, 1, file);
  const result = await load(server.port, CLIENTS, seconds, file, [server.pid]);
  await server.stop();
  return result;
}

/** What a till and its manager ask of the present day, as paths. */
async function questions(server, shop) {
  const { outletId, shiftId, email } = shop.tills[0];
  const today = new Date().toISOString().slice(0, 10);
  const cashier = await login(server, email, PASSWORD);
  const [sale] = await cashier.must(200, 'GET', '/pos/transactions?limit=1');
  return {
    'sales of the day, 200': `/pos/transactions?outletId=${outletId}&from=${today}&limit=200`,
    'a receipt by its number': `/pos/transactions?from=${today}&search=${sale.receiptNumber}`,
    'one sale, whole': `/pos/transactions/${sale.id}`,
    'X report of the shift': `/shifts/${shiftId}/report`,
    'ledger of a product, the day': `/inventory/movements?outletId=${outletId}&productId=${shop.products[0]}&from=${today}`,
  };
}

/** Median milliseconds of each question, asked by one client. */
async function askAll(database, shop, seconds) {
  const server = await startServer(database);
  const token = await tokenOf(server, shop.ownerEmail);
  const answers = {};
  for (const [what, path] of Object.entries(await questions(server, shop))) {
    const file = join(database.folder, 'question');
    writeRequests(file, [`GET /api/v1${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n\r\n`]);
    answers[what] = (await load(server.port, 1, seconds, file)).p50;
  }
  await server.stop();
  return answers;
}

async function measureEngine(engine, { rounds, seconds, sales, say }) {
  say(`${engine.engine}: a shop's first day`);
  const shopServer = await startServer(engine.database('shop'));
  const shop = await makeShop(shopServer);
  await shopServer.stop();
  const before = await engine.bytes('shop');
  await sell(engine.database('shop'), shop, DAY_SECONDS);
  const aDay = figure(await engine.ask('shop', SALES_STORED));
  const bytesASale = (await engine.bytes('shop') - before) / aDay;
  const days = Math.max(1, Math.ceil(sales / aDay) - 1);

  say(`${engine.engine}: ${days} days of ${aDay} sales before it`);
  await engine.copy('shop', 'grown');
  const grownFrom = Date.now();
  await engine.grow('grown', await growSql(days, engine.columns('grown')));
  const stored = figure(await engine.ask('grown', SALES_STORED));
  say(`${engine.engine}: ${stored} sales after ${Math.round((Date.now() - grownFrom) / 1000)} s`);
  const bytesStored = await engine.bytes('grown') / stored;

  const asked = { young: await askAll(engine.database('shop'), shop, 1), old: await askAll(engine.database('grown'), shop, 1) };
  const young = [], old = [];
  for (let round = 1; round <= rounds; round++) {
    say(`${engine.engine}: ${CLIENTS} clients, round ${round}`);
    young.push(await sell(engine.database('shop'), shop, seconds));
    old.push(await sell(engine.database('grown'), shop, seconds));
  }
  const sold = [...young, ...old].reduce((sum, { requests }) => sum + requests, 0);
  const kept = figure(await engine.ask('shop', SALES_STORED)) + figure(await engine.ask('grown', SALES_STORED));
  if (kept < sold + stored + aDay) throw new Error(`${engine.engine}: ${sold} sales were answered, ${kept - stored - aDay} stored`);
  return { stored, bytesASale, bytesStored, asked, young, old };
}

async function measureOne(make, folder, options) {
  const engine = await make(folder);
  try {
    return await measureEngine(engine, options);
  } finally {
    engine.stop();
  }
}

export async function measureMillion({ folder, ...options }) {
  const folders = ['sqlite', 'postgres'].map((name) => join(folder, name));
  for (const one of folders) mkdirSync(one, { mode: 0o711 });
  return {
    sqlite: await measureOne(sqliteEngine, folders[0], options),
    postgres: await measureOne(postgresEngine, folders[1], options),
  };
}
