// Starts engineio_echo (Engine.IO with an echo behind it), and speaks HTTP long-polling to it.
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import net from 'node:net';
import { BINARY } from './server.mjs';
import { WebSocketClient } from './websocket.mjs';

const ECHO = process.env.ENGINEIO_ECHO ?? join(dirname(BINARY), 'tests/unit/platform/socketio/engineio_echo');
export const SEPARATOR = '\x1e';

export class Echo {
  #exit;

  /** `env`: PING_INTERVAL_MS, PING_TIMEOUT_MS, UPGRADE_TIMEOUT_MS, MAX_QUEUE, MAX_SESSIONS, NEW_A_SECOND. */
  static async start(env = {}, threads = 2) {
    const echo = new Echo();
    echo.output = '';
    echo.process = spawn(ECHO, ['--port', '0', '--host', '127.0.0.1', '--http-threads', String(threads)],
      { env: { ...process.env, PING_INTERVAL_MS: '20000', PING_TIMEOUT_MS: '20000', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    echo.errors = '';
    echo.process.stderr.setEncoding('utf8').on('data', (text) => { echo.errors += text; });
    echo.#exit = new Promise((resolve) => echo.process.once('close', (code, signal) => resolve(code ?? signal)));
    echo.port = await new Promise((resolve, reject) => {
      echo.process.stdout.setEncoding('utf8').on('data', (text) => {
        echo.output += text;
        const port = /^port (\d+)/m.exec(echo.output);
        if (port) resolve(Number(port[1]));
      });
      echo.process.once('error', reject);
      echo.#exit.then((code) => reject(new Error(`engineio_echo ended (${code}): ${echo.errors}`)));
    });
    return echo;
  }

  /** Ends it, and answers what it printed; throws when it did not end cleanly. */
  async stop() {
    this.process.kill('SIGTERM');
    const code = await this.#exit;
    if (code !== 0) throw new Error(`engineio_echo ended with ${code}:\n${this.errors.slice(-6000)}`);
    return this.output;
  }

  /** The reasons with which sessions were closed, so far. */
  get reasons() { return [...this.output.matchAll(/^closed (.*)$/gm)].map((match) => match[1]); }

  async reason(reason, patience = 5000) {
    const until = Date.now() + patience;
    while (!this.reasons.includes(reason)) {
      if (Date.now() > until) throw new Error(`no session closed with "${reason}", but: ${this.reasons}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  path(query) { return `/engine.io/?${new URLSearchParams({ EIO: '4', transport: 'polling', ...query })}`; }

  async request(method, query, body, options = {}) {
    const response = await fetch(`http://127.0.0.1:${this.port}${this.path(query)}`, { method, body, ...options });
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  get(sid, options) { return this.request('GET', { sid }, undefined, options); }
  post(sid, body, options) { return this.request('POST', { sid }, body, options); }

  async open() {
    const { status, text } = await this.request('GET', {});
    if (status !== 200) throw new Error(`handshake: ${status} ${text}`);
    return JSON.parse(text.slice(1)).sid;
  }

  /** A WebSocket; without `sid` its open packet is taken already. */
  async websocket(sid, options) {
    const client = await WebSocketClient.open(this.port, this.path({ transport: 'websocket', ...(sid && { sid }) }), options);
    if (!sid) client.handshake = JSON.parse((await client.message()).slice(1));
    return client;
  }

  async upgraded(sid) {
    const client = await this.websocket(sid);
    client.send('2probe');
    if (await client.message() !== '3probe') throw new Error('no probe');
    client.send('5');
    return client;
  }

  /** Raw bytes on a connection of their own; resolves when the system has them. */
  connect(bytes, onData = () => {}) {
    const socket = net.connect(this.port, '127.0.0.1').setNoDelay(true).on('error', () => {}).on('data', onData);
    return new Promise((resolve) => socket.write(bytes, () => resolve(socket)));
  }
}
