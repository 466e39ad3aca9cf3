// The server that is measured: its log goes to a file, as it would in a shop, so that nobody has to read a pipe meanwhile.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atExit } from './cleanup.mjs';

const BINARY = process.env.TILOPOS_BIN;
const SETTINGS = {
  TILOPOS_HOST: '127.0.0.1', TILOPOS_PORT: '0', TILOPOS_LOG_FORMAT: 'json', TILOPOS_RATE_LIMIT: 'off',
  TILOPOS_ACCESS_TOKEN_S: '86400',
};

const tail = (log) => readFileSync(log, 'utf8').slice(-3000);

/** Resolves with the port once the log names it. */
function listening(log, ended) {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = /"event":"http\.listening".*?"port":(\d+)/.exec(readFileSync(log, 'utf8'));
      if (!found) return;
      watcher.close();
      resolve(Number(found[1]));
    };
    const watcher = watch(log, look);
    look();
    ended.then(() => {
      watcher.close();
      reject(new Error(`the server ended:\n${tail(log)}`));
    }, reject);
  });
}

/** Answers { port, origin, pid, stop() }; stop() waits until the listeners have handled what was sold. */
export async function startServer(database, settings = {}) {
  const log = join(database.folder, 'log');
  writeFileSync(log, '');
  const file = openSync(log, 'a');
  const child = spawn(BINARY, ['serve'], {
    env: { ...process.env, ...SETTINGS, ...settings, TILOPOS_DATABASE_URL: database.url, TILOPOS_DATA_DIR: database.folder },
    cwd: database.folder, stdio: ['ignore', 'ignore', file],
  });
  closeSync(file);
  const keep = atExit(() => child.kill('SIGKILL'));
  const ended = new Promise((resolve, reject) =>
    child.once('error', reject).once('close', (code, signal) => resolve(code ?? signal)));
  const port = await listening(log, ended);
  const stop = async () => {
    child.kill('SIGTERM');
    const status = await ended;
    keep();
    if (status !== 0) throw new Error(`the server ended with ${status}:\n${tail(log)}`);
  };
  return { port, origin: `http://127.0.0.1:${port}`, pid: child.pid, stop };
}
