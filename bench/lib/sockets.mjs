// Live screens: how soon the kitchen sees an order, what a delivery and an idle socket cost, how fast the listeners are.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { login, PASSWORD, saleOf } from '../../tests/lib/client.mjs';
import { atExit } from './cleanup.mjs';
import { BUILD, load, ROOT, run } from './programs.mjs';
import { startServer } from './server.mjs';
import { makeShop, tokenOf, writeSales } from './shop.mjs';

const ROOMS = [1000, 5000];
const DELIVERIES = 200_000;
const ORDERS = 300;
const SELLERS = 16;

/* ---- Deliveries, beside Node's socket.io ---- */

/** Starts a server that prints its port first. */
async function startPrinting(program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const keep = atExit(() => child.kill('SIGKILL'));
  const [first] = await once(child.stdout, 'data');
  return { port: Number(first), pid: child.pid, async stop() { child.kill('SIGTERM'); await once(child, 'close'); keep(); } };
}

async function socketLoad(server, sockets, namespace, auth, broadcasts) {
  const out = await run(join(BUILD, 'bench/socket_load'), [server.port, sockets, namespace, auth, broadcasts, 1, server.pid].map(String));
  const [, before, idle, deliveries, seconds, cpu, p50, p99] = out.split(' ').map(Number);
  return { perSecond: deliveries / seconds, cpu, p50, p99, bytesASocket: (idle - before) * 1024 / sockets };
}

async function deliver(program, args, auth, sockets) {
  const server = await startPrinting(program, args);
  const result = await socketLoad(server, sockets, '/', auth, DELIVERIES / sockets);
  await server.stop();
  return result;
}

async function measureDeliveries({ rounds, say }) {
  const results = ROOMS.map((sockets) => ({ sockets, ours: [], ceiling: [] }));
  for (let round = 1; round <= rounds; round++) {
    for (const point of results) {
      say(`sockets: ${point.sockets} in one room, round ${round}`);
      point.ours.push(await deliver(join(BUILD, 'bench/socket_server'), [], '{}', point.sockets));
      point.ceiling.push(await deliver(process.execPath, [join(ROOT, 'bench/lib/socket_server.mjs')], '', point.sockets));
    }
  }
  return results;
}

/* ---- The product ---- */

const percentile = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];

/** One order after the other, from the answer of its sale (it is committed then) to the kitchen's screen. */
async function measureKitchen(server, shop, say) {
  say(`kitchen: ${ORDERS} orders, one by one`);
  const { io } = createRequire(join(ROOT, 'tests/'))('socket.io-client');
  const till = shop.tills[0];
  const cashier = await login(server, till.email, PASSWORD);
  const screen = io(`${server.origin}/kds`, { auth: { token: cashier.token }, transports: ['websocket'] });
  await once(screen, 'connect');
  const arrived = new Map(), waiting = new Map();
  screen.on('order:created', (order) => {
    arrived.set(order.transactionId, performance.now());
    waiting.get(order.transactionId)?.();
  });
  const body = saleOf({ ...till, products: [] }, shop.products.slice(0, 3).map((id) => [{ id }, 1]));
  const late = [];
  for (let i = 0; i < ORDERS; i++) {
    const { id } = await cashier.must(201, 'POST', '/pos/transactions', body);
    const answered = performance.now();
    if (!arrived.has(id)) await new Promise((resolve) => waiting.set(id, resolve));
    late.push(Math.max(0, arrived.get(id) - answered));
  }
  screen.close();
  late.sort((a, b) => a - b);
  return { p50: percentile(late, 0.5), p99: percentile(late, 0.99) };
}

async function eventsBehind(owner) {
  const { listeners } = await owner.must(200, 'GET', '/ops/events');
  return listeners.reduce((sum, listener) => sum + listener.pending, 0);
}

/** Takeaway sales as fast as they go, and what the listeners still had to do when the last was answered. */
async function measureListeners(database, server, shop, seconds, say) {
  say(`listeners: takeaway sales from ${SELLERS} clients`);
  const owner = await login(server, shop.ownerEmail, PASSWORD);
  const file = join(database.folder, 'sales');
  await writeSales(server, shop, 1, file, 'takeaway');
  const sold = await load(server.port, SELLERS, seconds, file, [server.pid]);
  const ended = performance.now();
  const left = await eventsBehind(owner);
  while (await eventsBehind(owner) > 0);
  return { perSecond: sold.perSecond, left, drained: performance.now() - ended };
}

async function measureIdle(server, shop, say) {
  say('sockets: idle in the kitchen');
  const token = await tokenOf(server, shop.ownerEmail);
  return (await socketLoad(server, ROOMS[0], '/kds', JSON.stringify({ token }), 0)).bytesASocket;
}

export async function measureSockets({ folder, rounds, seconds, say }) {
  const deliveries = await measureDeliveries({ rounds, say });
  const database = { engine: 'sqlite', folder: join(folder, 'shop'), url: `sqlite:${join(folder, 'shop', 'shop.db')}` };
  mkdirSync(database.folder);
  const server = await startServer(database, { TILOPOS_MAX_SOCKETS_PER_USER: '100000' });
  const shop = await makeShop(server);
  const idle = await measureIdle(server, shop, say);
  const kitchen = await measureKitchen(server, shop, say);
  const listeners = await measureListeners(database, server, shop, seconds, say);
  await server.stop();
  return { deliveries, idle, kitchen, listeners };
}
