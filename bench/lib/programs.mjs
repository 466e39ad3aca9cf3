// Runs the programs that measure, to their end.
import { spawn } from 'node:child_process';

export const ROOT = new URL('../..', import.meta.url).pathname;
export const BUILD = process.env.TILOPOS_BIN.replace(/\/[^/]*$/, '');

/** Answers what the program printed; a failure throws with its complaint. */
export function run(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let out = '', complaint = '';
    child.stdout.setEncoding('utf8').on('data', (text) => { out += text; });
    child.stderr.setEncoding('utf8').on('data', (text) => { complaint += text; });
    child.once('error', reject);
    child.once('close', (code, signal) => (code === 0 ? resolve(out)
      : reject(new Error(`${program} ${args.join(' ')} ended with ${code ?? signal}:\n${complaint || out}`))));
  });
}

/** The one number that a query printed. An empty answer is not 0: it means that the question was wrong. */
export function figure(text) {
  if (!/^\d+(\.\d+)?$/.test(text.trim())) throw new Error(`a number was expected: ${JSON.stringify(text)}`);
  return Number(text);
}

/** Requests of `file` from `clients` keep-alive connections. Every answer must be a success. */
export async function load(port, clients, seconds, file, pids = []) {
  const out = await run(`${BUILD}/bench/load`, [port, clients, seconds, file, 0.5, ...pids].map(String));
  const [requests, , perSecond, p50, p99, , failures, bytes, clientCpu, serverCpu] = out.split(' ').map(Number);
  if (failures > 0 || !(requests > 0)) throw new Error(`${failures} of ${requests} requests failed (${file})`);
  return { requests, perSecond, p50, p99, bytes, clientCpu, serverCpu };
}

export async function sqliteFloor(file, clients, seconds) {
  const [sales, , perSecond, p50, p99] = (await run(`${BUILD}/bench/sqlite_floor`, [file, clients, seconds].map(String)))
    .split(' ').map(Number);
  if (sales === 0) throw new Error('sqlite_floor stored no sale');
  return { perSecond, p50, p99 };
}
