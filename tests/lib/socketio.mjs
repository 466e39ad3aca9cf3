// Programs that speak Socket.IO, and clients that speak the protocol by hand.
import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import WebSocket from 'ws';
import { BINARY } from './server.mjs';

const BUILD = dirname(resolve(BINARY));

/** A running program of the build folder; stops cleanly or throws (a sanitizer's report is not clean). */
export class Program {
  #exit;

  static async start(path, ...args) {
    const program = new Program();
    program.log = '';
    program.process = spawn(join(BUILD, path), args, { stdio: ['ignore', 'ignore', 'pipe'] });
    program.#exit = new Promise((done) => program.process.once('close', (code, signal) => done({ code, signal })));
    program.port = await new Promise((done, fail) => {
      program.process.once('error', fail).stderr?.setEncoding('utf8').on('data', (text) => {
        program.log += text;
        const listening = /"event":"http\.listening".*?"port":(\d+)|^listening on port (\d+)/m.exec(program.log);
        if (listening) done(Number(listening[1] ?? listening[2]));
      });
      program.#exit.then(({ code, signal }) => fail(new Error(`${path} ended (${code ?? signal}):\n${program.log}`)));
    });
    program.origin = `http://127.0.0.1:${program.port}`;
    return program;
  }

  async stop() {
    this.process.kill('SIGTERM');
    const { code, signal } = await this.#exit;
    if (code !== 0) throw new Error(`it ended with ${code ?? signal}:\n${this.log.slice(-6000)}`);
  }
}

export const startConformance = () => Program.start('socketio_conformance', '--port', '0');
export const startRooms = () => Program.start('tests/unit/platform/socketio/socketio_room_server', '0');

const PATIENCE_MS = 20_000;

/** Rejects when nothing came for long: the server was expected to act. */
export function soon(promise, what) {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error(`waited for ${what} in vain`)), PATIENCE_MS); });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** A WebSocket session: messages in order, pings answered (unless `silent`) and left out. */
export class Raw {
  #messages = [];
  #waiting = [];

  static async open(origin, { path = '/socket.io/', query = '', silent = false, headers } = {}) {
    const raw = new Raw();
    raw.socket = new WebSocket(`${origin.replace('http', 'ws')}${path}?EIO=4&transport=websocket${query}`, { headers });
    raw.closed = new Promise((done) => raw.socket.once('close', (code) => { raw.isClosed = true; done(code); }));
    raw.socket.on('error', () => {});
    raw.socket.on('message', (data, isBinary) => {
      if (!isBinary && data.toString() === '2' && !silent) return raw.socket.send('3');
      const message = isBinary ? data : data.toString();
      if (raw.#waiting.length > 0) raw.#waiting.shift()(message);
      else raw.#messages.push(message);
    });
    raw.handshake = JSON.parse((await raw.next()).slice(1));
    return raw;
  }

  /** Opens and joins a namespace. `connected` is what its CONNECT reply says; what came before it is in `before`. */
  static async join(origin, nsp = '/', auth = undefined, options = {}) {
    const raw = await Raw.open(origin, options);
    const head = nsp === '/' ? '' : `${nsp},`;
    raw.send(`40${head}${auth === undefined ? '' : JSON.stringify(auth)}`);
    raw.before = [];
    for (;;) {
      const message = await raw.next();
      if (message.startsWith(`40${head}`)) {
        raw.connected = JSON.parse(message.slice(2 + head.length));
        return raw;
      }
      raw.before.push(message);
      if (message.startsWith('44')) return raw;
    }
  }

  send(...messages) { for (const message of messages) this.socket.send(message); }

  next() {
    if (this.#messages.length > 0) return Promise.resolve(this.#messages.shift());
    return soon(Promise.race([
      new Promise((done) => this.#waiting.push(done)),
      this.closed.then((code) => { throw new Error(`closed (${code}) instead of a message`); }),
    ]), 'a message');
  }

  async take(count) {
    const messages = [];
    while (messages.length < count) messages.push(await this.next());
    return messages;
  }

  /** What is there by now, unasked. */
  get pending() { return this.#messages; }
  whenClosed() { return soon(this.closed, 'the end of the connection'); }
  close() { this.socket.terminate(); return this.closed; }
}

/** A long-polling session. */
export class Polling {
  static async open(origin, { path = '/socket.io/' } = {}) {
    const polling = new Polling();
    polling.base = `${origin}${path}?EIO=4&transport=polling`;
    polling.handshake = JSON.parse((await (await fetch(polling.base)).text()).slice(1));
    polling.url = `${polling.base}&sid=${polling.handshake.sid}`;
    return polling;
  }

  async post(...packets) {
    const response = await fetch(this.url, { method: 'POST', body: packets.join('\x1e') });
    return { status: response.status, text: await response.text() };
  }

  async get() {
    const response = await fetch(this.url);
    return { status: response.status, text: await response.text() };
  }

  /** Nothing comes any more but the end. */
  async whenClosed() {
    for (;;) {
      const { status, text } = await soon(this.get(), 'the end of the session');
      if (status === 400) return;
      if (!text.split('\x1e').every((packet) => ['1', '2', '6'].includes(packet))) throw new Error(`the session lives on: ${text}`);
    }
  }

  /** Packets until there are `count`; pings are answered and left out. */
  async take(count) {
    const packets = [];
    while (packets.length < count) {
      const { status, text } = await soon(this.get(), 'a poll');
      if (status !== 200) throw new Error(`a poll was answered ${status}: ${text}`);
      for (const packet of text.split('\x1e')) {
        if (packet === '2') await this.post('3');
        else packets.push(packet);
      }
    }
    return packets;
  }
}
