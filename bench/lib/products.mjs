// GET /products (200 products, cached) beside nginx serving the same bytes.
import { cpus } from 'node:os';
import { join } from 'node:path';
import { startNginx } from './nginx.mjs';
import { load } from './programs.mjs';
import { startServer } from './server.mjs';
import { makeShop, PRODUCTS, tokenOf, writeRequests } from './shop.mjs';

const PATH = `/api/v1/products?limit=${PRODUCTS}`;
const CONNECTIONS = 64;

async function readAnswer(server, token) {
  const answer = await fetch(server.origin + PATH, { headers: { authorization: `Bearer ${token}` } });
  const body = Buffer.from(await answer.arrayBuffer());
  const count = JSON.parse(body).length;
  if (answer.status !== 200 || count !== PRODUCTS) throw new Error(`GET ${PATH}: ${answer.status}, ${count} products`);
  return { body, type: answer.headers.get('content-type') };
}

export async function measureProducts({ folder, rounds, seconds, say }) {
  const database = { engine: 'sqlite', folder, url: `sqlite:${join(folder, 'shop.db')}` };
  const server = await startServer(database);
  const shop = await makeShop(server);
  const token = await tokenOf(server, shop.ownerEmail);
  const { body, type } = await readAnswer(server, token);
  const nginx = await startNginx({ folder, path: '/api/v1/products', body, type, workers: Math.min(cpus().length, 4) });
  const file = join(folder, 'products');
  writeRequests(file, [`GET ${PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n\r\n`]);

  const result = { clients: CONNECTIONS, bytes: body.length, ours: [], ceiling: [] };
  try {
    for (let round = 1; round <= rounds; round++) {
      say(`products, ${CONNECTIONS} clients, round ${round}`);
      result.ours.push(await load(server.port, CONNECTIONS, seconds, file, [server.pid]));
      result.ceiling.push(await load(nginx.port, CONNECTIONS, seconds, file, nginx.pids));
    }
  } finally {
    await nginx.stop();
  }
  await server.stop();
  return result;
}
