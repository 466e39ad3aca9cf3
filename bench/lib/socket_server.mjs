// The npm package socket.io, doing what bench/socket_server.c does. Prints its port.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './programs.mjs';

const { Server } = createRequire(join(ROOT, 'tests/'))('socket.io');
const http = createServer();
const io = new Server(http, { transports: ['websocket'], serveClient: false, perMessageDeflate: false });
const event = { order: '0'.repeat(500) };
io.on('connection', (socket) => {
  socket.join('all');
  socket.on('go', (count) => { for (let i = 0; i < count; i++) io.to('all').emit('order:created', event); });
});
http.listen(0, '127.0.0.1', () => console.log(http.address().port));
process.once('SIGTERM', () => process.exit(0));
