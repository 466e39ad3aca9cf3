// Durable sales over HTTP beside a ceiling that writes the same rows: ours, ceiling, ours, ceiling … in one run.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../../tests/lib/server.mjs';
import { noteDisturbance } from './machine.mjs';
import { load } from './programs.mjs';
import { startServer } from './server.mjs';
import { makeShop, writeSales } from './shop.mjs';

function peakMegabytes(pid) {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;
}

/** The ceiling never runs beside a server that still has listeners to serve: stop() waits for them. */
async function measureOurs(database, shop, point, seconds, behind) {
  const server = await startServer(database);
  const file = join(database.folder, 'sales');
  await writeSales(server, shop, point.outlets, file);
  const result = await load(server.port, point.clients, seconds, file, [server.pid]);
  const left = await behind();
  const peak = peakMegabytes(server.pid);
  await server.stop();
  return { ...result, behind: left, peak };
}

/** What `tilopos check` finds wrong with what was sold, or null. It does not stop the run, but it is reported, and the run
 * ends with 1. */
function checkBooks(database) {
  const done = command(database, ['check']);
  if (done.status === 0) return null;
  const found = `${done.stdout}${done.stderr}`.split('\n').filter((line) => line && !line.startsWith('ok'));
  return `${found[0] ?? `status ${done.status}`}`;
}

/** `points`: [{ clients, outlets }]; `ceiling(point)` and `behind()` (events that listeners have not handled yet) and
 * `stored()` (sales in the database) are the engine's. Answers points with `ours` and `ceiling`, one result
 * a round, and the fault that was found, or null. */
export async function measureSales({ database, points, rounds, seconds, ceiling, behind, stored, say }) {
  const server = await startServer(database);
  const shop = await makeShop(server, Math.max(...points.map((point) => point.outlets)));
  await server.stop();
  const results = points.map((point) => ({ ...point, ours: [], ceiling: [] }));
  for (let round = 1; round <= rounds; round++) {
    for (const point of results) {
      say(`${database.engine}, ${point.clients} clients, ${point.outlets} outlets, round ${round}`);
      await noteDisturbance();
      point.ours.push(await measureOurs(database, shop, point, seconds, behind));
      point.ceiling.push(await ceiling(point));
    }
  }
  const answered = results.flatMap((point) => point.ours).reduce((sum, run) => sum + run.requests, 0);
  const kept = await stored();
  if (!(kept >= answered)) throw new Error(`${answered} sales were answered, ${kept} are stored`);
  say(`${database.engine}: tilopos check`);
  return { results, fault: checkBooks(database) };
}
