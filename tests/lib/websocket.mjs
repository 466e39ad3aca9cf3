// A WebSocket client that can also misbehave: frames are sent as they are given, and all that comes is kept.
import net from 'node:net';
import { createHash, randomBytes } from 'node:crypto';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
export const TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;

/** The bytes of one frame of a client. */
export function frame(opcode, payload = '', { fin = true, masked = true, rsv = 0 } = {}) {
  const data = Buffer.from(payload);
  const length = data.length < 126 ? Buffer.from([data.length])
    : data.length < 65536 ? Buffer.from([126, data.length >> 8, data.length & 255])
      : Buffer.concat([Buffer.from([127]), (() => { const b = Buffer.alloc(8); b.writeBigUInt64BE(BigInt(data.length)); return b; })()]);
  length[0] |= masked ? 0x80 : 0;
  const head = Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | rsv << 4 | opcode]), length]);
  if (!masked) return Buffer.concat([head, data]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, data.map((byte, i) => byte ^ mask[i & 3])]);
}

export class WebSocketClient {
  #bytes = Buffer.alloc(0);
  #waiting = [];
  #seen = []; // frames that nobody has taken: { opcode, data }

  /** Resolves when the server has switched; rejects with the HTTP status (`error.status`, `error.body`) when it refuses. */
  static open(port, path, { headers = {}, behind = Buffer.alloc(0), key = randomBytes(16).toString('base64') } = {}) {
    const client = new WebSocketClient();
    const lines = { Host: 'shop.test', Upgrade: 'websocket', Connection: 'Upgrade', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': key, ...headers };
    const text = Object.entries(lines).filter(([, value]) => value !== undefined).map(([name, value]) => `${name}: ${value}\r\n`).join('');
    client.socket = net.connect(port, '127.0.0.1').setNoDelay(true);
    client.closed = new Promise((resolve) => client.socket.once('close', resolve));
    client.socket.on('error', () => {});
    client.socket.write(Buffer.concat([Buffer.from(`GET ${path} HTTP/1.1\r\n${text}\r\n`), behind]));
    return new Promise((resolve, reject) => {
      let answer = Buffer.alloc(0), switched = false;
      client.socket.on('data', (data) => {
        if (switched) return client.#take(data);
        answer = Buffer.concat([answer, data]);
        const end = answer.indexOf('\r\n\r\n');
        if (end < 0 || !answer.toString('latin1', 0, 12).endsWith('101')) return;
        switched = true;
        client.head = answer.toString('latin1', 0, end);
        client.accepted = client.head.includes(createHash('sha1').update(key + GUID).digest('base64'));
        client.#take(answer.subarray(end + 4));
        resolve(client);
      });
      client.socket.once('close', () => {
        client.#wake();
        const status = Number(answer.toString('latin1', 9, 12));
        reject(Object.assign(new Error(`refused: ${answer.toString('latin1', 0, 300)}`), { status, body: answer.toString('latin1') }));
      });
    });
  }

  #take(data) {
    this.#bytes = Buffer.concat([this.#bytes, data]);
    for (;;) {
      if (this.#bytes.length < 2) return;
      const short = this.#bytes[1] & 127, at = short < 126 ? 2 : short === 126 ? 4 : 10;
      if (this.#bytes.length < at) return;
      const length = short < 126 ? short : short === 126 ? this.#bytes.readUInt16BE(2) : Number(this.#bytes.readBigUInt64BE(2));
      if (this.#bytes.length < at + length) return;
      const opcode = this.#bytes[0] & 15, data = Buffer.from(this.#bytes.subarray(at, at + length));
      this.#bytes = this.#bytes.subarray(at + length);
      this.#seen.push(opcode === TEXT ? { opcode, data: data.toString() } : { opcode, data, code: opcode === CLOSE && length >= 2 ? data.readUInt16BE(0) : undefined });
      if (opcode === CLOSE) this.closeCode = length >= 2 ? data.readUInt16BE(0) : 1005;
      this.#wake();
    }
  }

  #wake() { for (const look of this.#waiting.splice(0)) look(); }

  /** The next frame; undefined when the connection ends first. */
  async next() {
    while (this.#seen.length === 0 && !this.socket.destroyed)
      await new Promise((resolve) => this.#waiting.push(resolve));
    return this.#seen.shift();
  }

  /** The next message's data; undefined when there is none any more. */
  async message() {
    for (;;) {
      const one = await this.next();
      if (!one || one.opcode === TEXT || one.opcode === BINARY) return one?.data;
    }
  }

  send(text) { this.socket.write(frame(typeof text === 'string' ? TEXT : BINARY, text)); }
  raw(bytes) { this.socket.write(bytes); }
  /** Closes as browsers do. */
  close() { this.socket.write(frame(CLOSE, Buffer.from([3, 232]))); return this.closed; }
  destroy() { this.socket.destroy(); return this.closed; }
}
