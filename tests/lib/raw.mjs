// Raw bytes over a socket: what no HTTP client would send.
import net from 'node:net';

/** Sends `chunks` (strings or buffers, each in its own write) and answers everything until the server closes, or until
 * `enough(text)` is true. Rejects after `patience` ms: the server was expected to act. */
export function exchange(server, chunks, { enough = () => false, end = false, patience = 20_000 } = {}) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(server.port, '127.0.0.1');
    let text = '';
    const timer = setTimeout(() => { socket.destroy(); reject(new Error(`no end after ${patience} ms; so far: ${text}`)); }, patience);
    const done = () => { clearTimeout(timer); socket.destroy(); resolve(text); };
    socket.setNoDelay(true).on('data', (data) => { text += data.toString('latin1'); if (enough(text)) done(); });
    socket.on('close', done).on('error', () => {});
    socket.on('connect', async () => {
      for (const chunk of [].concat(chunks))
        await new Promise((written) => (socket.destroyed ? written() : socket.write(chunk, written)));
      if (end) socket.end();
    });
  });
}

export const statuses = (text) => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]));

/** A connection that got an answer and stays open. */
export function hold(server, bytes) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(server.port, '127.0.0.1', () => socket.write(bytes));
    socket.once('data', () => resolve(socket)).once('error', reject);
  });
}
