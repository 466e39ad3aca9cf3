// Screens: real socket.io clients that remember what they were told.
import assert from 'node:assert/strict';
import { after } from 'node:test';
import { io } from 'socket.io-client';

const PATIENCE_MS = 15_000;

const open = new Set(); // a test that failed has not closed its own
after(() => closeAll([...open]));

export class Screen {
  #waiting = new Set();

  constructor(server, namespace, auth, options = {}) {
    this.seen = []; // [name, data] in their order
    this.ends = []; // reasons of disconnects
    this.connects = 0;
    this.connectedAt = []; // how many messages it had seen at each connect
    open.add(this);
    this.socket = io(server.origin + namespace,
      { auth, forceNew: true, transports: ['websocket'], reconnectionDelay: 20, reconnectionDelayMax: 50, ...options });
    this.socket.onAny((name, data) => { this.seen.push([name, data]); this.#look(); });
    this.socket.on('connect', () => { this.connects++; this.seenAtConnect = this.seen.length; this.connectedAt.push(this.seenAtConnect); this.#look(); });
    this.socket.on('connect_error', (error) => { this.error = error; this.#look(); });
    this.socket.on('disconnect', (reason) => { this.ends.push(reason); this.#look(); });
  }

  /** A connected one. */
  static async open(server, namespace, auth, options) {
    const screen = new Screen(server, namespace, typeof auth === 'string' ? { token: auth } : auth, options);
    await screen.until(() => screen.connects > 0 || screen.error, 'connect');
    assert.ok(!screen.error, `${namespace}: ${screen.error?.message} ${JSON.stringify(screen.error?.data)}`);
    return screen;
  }

  /** One that is refused: answers the error. */
  static async refused(server, namespace, auth, options) {
    const screen = new Screen(server, namespace, auth, { reconnection: false, ...options });
    await screen.until(() => screen.connects > 0 || screen.error, 'connect_error');
    screen.close();
    assert.ok(screen.error, `${namespace} let ${JSON.stringify(auth)} in`);
    return screen.error;
  }

  #look() { for (const check of this.#waiting) check(); }

  /** Waits until `condition()`; what it is told is what wakes it. */
  until(condition, what) {
    return new Promise((resolve, reject) => {
      const check = () => {
        const value = condition();
        if (!value) return;
        clearTimeout(timer);
        this.#waiting.delete(check);
        resolve(value);
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(check);
        reject(new Error(`waited for ${what}; told so far: ${this.names().join(' ')}; ended: ${this.ends}; connected ${this.socket.connected}; ${this.error ?? ''}`));
      }, PATIENCE_MS);
      this.#waiting.add(check);
      check();
    });
  }

  names() { return this.seen.map(([name]) => name); }
  all(name) { return this.seen.filter(([seen]) => seen === name).map(([, data]) => data); }

  /** The first message of this name that `fits`, waited for. */
  told(name, fits = () => true) {
    return this.until(() => this.seen.find(([seen, data]) => seen === name && fits(data))?.[1], name);
  }
  ended() { return this.until(() => this.ends.length > 0, 'disconnect'); }

  /** The line breaks: nothing is said to the server, and it is tried again at once. Not while it connects: the client
   * would wait for ever, or keep what it was sent before its connect and show it twice. */
  cut() {
    if (!this.socket.connected) return;
    const { transport } = this.socket.io.engine;
    if (transport.ws?.terminate) transport.ws.terminate();
    else this.socket.io.engine.close();
  }
  /** Cut, and not tried again until `online`. */
  async offline() {
    this.socket.io.reconnection(false);
    const before = this.ends.length;
    if (this.socket.connected) {
      this.cut();
      await this.until(() => this.ends.length > before, 'the end of the line');
    }
  }
  async online() {
    const before = this.connects;
    this.error = undefined;
    this.socket.io.reconnection(true);
    this.socket.connect();
    await this.until(() => this.connects > before || this.error, 'the reconnect');
  }

  close() {
    open.delete(this);
    this.socket.close();
  }
}

export function closeAll(...screens) { for (const screen of screens.flat()) screen.close(); }
