// What the process itself takes: memory, start, size.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { BINARY, command } from '../../tests/lib/server.mjs';
import { median } from './figures.mjs';
import { run } from './programs.mjs';
import { startServer } from './server.mjs';

const STARTS = 7;
const SETTLED_MS = 1000;

async function residentMegabytes(database) {
  const server = await startServer(database);
  await pause(SETTLED_MS);
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  await server.stop();
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]) / 1024;
}

/** From the start of the process to the first healthy answer. */
async function startMilliseconds(database) {
  const begin = performance.now();
  const server = await startServer(database);
  const answer = await fetch(`${server.origin}/healthz`);
  const took = performance.now() - begin;
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`GET /healthz: ${answer.status}`);
  await server.stop();
  return took;
}

async function strippedMegabytes(folder) {
  const file = join(folder, 'stripped');
  await run('strip', ['-o', file, BINARY]);
  return statSync(file).size / 1024 / 1024;
}

export async function measureProcess({ folder, say }) {
  const database = { engine: 'sqlite', folder, url: `sqlite:${join(folder, 'shop.db')}` };
  say('process: memory, start, size');
  const demo = command(database, ['demo']);
  if (demo.status !== 0) throw new Error(`tilopos demo: ${demo.stderr}`);
  const idle = await residentMegabytes(database);
  const starts = [];
  for (let i = 0; i < STARTS; i++) starts.push(await startMilliseconds(database));
  return { idle, start: median(starts), binary: await strippedMegabytes(folder) };
}
