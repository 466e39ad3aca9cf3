// Starts the real server on one engine, in a folder or database of its own, and stops it again.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';

export const BINARY = process.env.TILOPOS_BIN ?? 'build/tilopos';
const POSTGRES = process.env.TILOPOS_TEST_POSTGRES;
export const ENGINES = POSTGRES ? ['sqlite', 'postgres'] : ['sqlite'];

function psql(sql, url = POSTGRES) {
  const done = spawnSync('psql', ['-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-c', sql, url], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`psql: ${done.stderr}`);
  return done.stdout.trim();
}

/** A database of its own: `url` for the server, `drop()` when done. */
export function makeDatabase(engine, folder = mkdtempSync(join(tmpdir(), 'tilopos-test-'))) {
  if (engine === 'sqlite')
    return { engine, folder, url: `sqlite:${join(folder, 'shop.db')}`, drop: () => rmSync(folder, { recursive: true, force: true }) };
  const name = `t_${randomBytes(6).toString('hex')}`;
  psql(`CREATE DATABASE ${name}`);
  const url = new URL(POSTGRES);
  url.pathname = `/${name}`;
  return {
    engine, folder, url: url.href,
    drop: () => { psql(`DROP DATABASE ${name} WITH (FORCE)`); rmSync(folder, { recursive: true, force: true }); },
  };
}

const SETTINGS = { TILOPOS_RATE_LIMIT: 'off', TILOPOS_LOG_FORMAT: 'json', TILOPOS_HOST: '127.0.0.1' };

function environment(database, extra) {
  const env = { ...process.env, ...SETTINGS, TILOPOS_DATABASE_URL: database.url, TILOPOS_DATA_DIR: database.folder, ...extra };
  for (const key of Object.keys(env)) if (env[key] === undefined) delete env[key];
  return env;
}

/** Runs `tilopos COMMAND …` to its end: { status, stdout, stderr }. */
export function command(database, args, extra = {}) {
  return spawnSync(BINARY, args, { env: environment(database, extra), cwd: database.folder, encoding: 'utf8' });
}

export class Server {
  #exit;

  static async start(database, { env = {}, args = [], prefix = [], port = 0 } = {}) {
    const server = new Server();
    server.database = database;
    server.log = '';
    const [program, ...first] = [...prefix, BINARY];
    server.process = spawn(program, [...first, 'serve', '--port', String(port), ...args],
      { env: environment(database, env), cwd: database.folder, stdio: ['ignore', 'ignore', 'pipe'] });
    server.#exit = new Promise((resolve) => server.process.once('close', (code, signal) => resolve({ code, signal })));
    server.port = await new Promise((resolve, reject) => {
      server.process.once('error', reject).stderr?.setEncoding('utf8').on('data', (text) => {
        server.log += text;
        const listening = /"event":"http\.listening".*?"port":(\d+)/.exec(server.log);
        if (listening) resolve(Number(listening[1]));
      });
      server.#exit.then(({ code, signal }) => reject(new Error(`the server ended (${code ?? signal}):\n${server.log}`)));
    });
    server.origin = `http://127.0.0.1:${server.port}`;
    return server;
  }

  /** Asks it to finish; throws when it does not end cleanly (a sanitizer's report is not clean). */
  async stop() {
    this.process.kill('SIGTERM');
    const { code, signal } = await this.#exit;
    if (code !== 0) throw new Error(`the server ended with ${code ?? signal}:\n${this.log.slice(-6000)}`);
  }

  /** Waits for an end that the test did not ask for: { code, signal }. */
  ended() { return this.#exit; }

  /** kill -9: what a power switch does to the process. Nothing when it has ended. */
  async kill() {
    this.process.kill('SIGKILL');
    await this.#exit;
  }
}

/** `tilopos check` on a database: throws with its output when an invariant is broken. */
export function checkInvariants(database) {
  const done = command(database, ['check']);
  if (done.status !== 0) throw new Error(`tilopos check: ${done.status}\n${done.stdout}\n${done.stderr}`);
}
