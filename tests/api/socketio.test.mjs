// Socket.IO 5 as clients see it: the protocol's own cases and more, by hand, against the conformance program; then
// socket.io-client itself.
import { after, before, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { io } from 'socket.io-client';
import { Polling, Raw, soon, startConformance } from '../lib/socketio.mjs';

let server;
before(async () => { server = await startConformance(); });
after(() => server.stop());

const P0 = '{"_placeholder":true,"num":0}';
const P1 = '{"_placeholder":true,"num":1}';

/** In `/`, greeted. */
async function joined() {
  const raw = await Raw.join(server.origin);
  assert.equal(await raw.next(), '42["auth",{}]');
  return raw;
}

/** It still serves. */
async function isAlive(raw) {
  raw.send('42["message","alive"]');
  assert.equal(await raw.next(), '42["message-back","alive"]');
}

describe('connect', () => {
  for (const [sent, head, greeting] of [
    ['40', '40', '42["auth",{}]'],
    ['40/', '40', '42["auth",{}]'],
    ['40{"token":"123"}', '40', '42["auth",{"token":"123"}]'],
    ['40/custom', '40/custom,', '42/custom,["auth",{}]'],
    ['40/custom,', '40/custom,', '42/custom,["auth",{}]'],
    ['40/custom,{"token":"abc"}', '40/custom,', '42/custom,["auth",{"token":"abc"}]'],
  ])
    test(`${sent} is welcomed`, async () => {
      const raw = await Raw.open(server.origin);
      raw.send(sent);
      const reply = await raw.next();
      assert.ok(reply.startsWith(head), reply);
      const { sid, ...rest } = JSON.parse(reply.slice(head.length));
      assert.deepEqual(rest, {});
      assert.match(sid, /^[\w-]{20}$/);
      assert.notEqual(sid, raw.handshake.sid);
      assert.equal(await raw.next(), greeting);
      await raw.close();
    });

  test('the greeting comes in a read of its own: a client may wait for one packet after the other', async () => {
    const raw = await Raw.open(server.origin);
    const nextOnly = () => new Promise((done) => raw.socket.once('message', (data) => done(data.toString())));
    raw.send('40');
    assert.match(await nextOnly(), /^40\{/);
    assert.equal(await soon(nextOnly(), 'the greeting'), '42["auth",{}]');
    await raw.close();
  });

  test('both namespaces on one connection', async () => {
    const raw = await Raw.open(server.origin);
    raw.send('40', '40/custom,{"a":1}');
    const packets = (await raw.take(4)).map((packet) => packet.replace(/"sid":"[\w-]+"/, '"sid":"…"')).sort();
    assert.deepEqual(packets, ['40/custom,{"sid":"…"}', '40{"sid":"…"}', '42/custom,["auth",{"a":1}]', '42["auth",{}]']);
    await isAlive(raw);
    await raw.close();
  });

  test('an unknown namespace is refused, the connection stays', async () => {
    const raw = await joined();
    raw.send('40/random');
    assert.equal(await raw.next(), '44/random,{"message":"Invalid namespace"}');
    raw.send('40/random,{"again":true}');
    assert.equal(await raw.next(), '44/random,{"message":"Invalid namespace"}');
    await isAlive(raw);
    await raw.close();
  });

  test('no CONNECT in time closes', async () => {
    const raw = await Raw.open(server.origin);
    await raw.whenClosed();
  });

  test('a refused CONNECT is none', async () => {
    const raw = await Raw.open(server.origin);
    raw.send('40/random');
    await raw.next();
    await raw.whenClosed();
  });

  test('who is joined stays beyond the connect timeout, also after leaving', async () => {
    const raw = await joined();
    raw.send('41');
    await new Promise((done) => setTimeout(done, 1050));
    raw.send('40');
    assert.match(await raw.next(), /^40\{"sid":"/);
    await raw.close();
  });

  for (const sent of ['4abc', '4', '4"', '47', '42["message"]', '42/custom,["message"]', '41', '430[]', '44', '44{"message":"x"}',
    '40[]', '40null', '40"token"', '40true', '40{', '40/custom,[]', '4012', `451-["message",${P0}]`, Buffer.from([1])])
    test(`${typeof sent === 'string' ? sent : 'binary'} before CONNECT closes`, async () => {
      const raw = await Raw.open(server.origin);
      raw.send(sent);
      await raw.whenClosed();
    });

  test('an event before the CONNECT was answered closes', async () => {
    const polling = await Polling.open(server.origin);
    await polling.post('40', '42["message",1]');
    await polling.whenClosed();
  });

  test('a second CONNECT closes, also before the first is answered', async () => {
    const raw = await joined();
    raw.send('40');
    await raw.whenClosed();
    const polling = await Polling.open(server.origin);
    await polling.post('40/custom,', '40/custom,');
    await polling.whenClosed();
  });
});

describe('disconnect', () => {
  test('41 leaves the namespace, the connection stays', async () => {
    const raw = await joined();
    raw.send('40/custom');
    await raw.take(2);
    raw.send('41/custom', '42["message","message to main namespace"]');
    assert.equal(await raw.next(), '42["message-back","message to main namespace"]');
    raw.send('40/custom');
    assert.match(await raw.next(), /^40\/custom,/);
    await raw.close();
  });

  test('an event for a namespace that was left closes', async () => {
    const raw = await joined();
    raw.send('41', '42["message",1]');
    await raw.whenClosed();
  });
});

describe('messages', () => {
  test('a text event comes back', async () => {
    const raw = await joined();
    for (const args of ['', ',1,"2",{"3":[true]}', ',"\\u00e9 é 🍜",null,-1.5e-7', `,"${'x'.repeat(100_000)}"`]) {
      raw.send(`42["message"${args}]`);
      assert.equal(await raw.next(), `42["message-back"${args}]`);
    }
    await raw.close();
  });

  test('an acknowledgement has the same arguments', async () => {
    const raw = await joined();
    for (const id of ['456', '0', '9007199254740991']) {
      raw.send(`42${id}["message-with-ack",1,"2",{"3":[false]}]`);
      assert.equal(await raw.next(), `43${id}[1,"2",{"3":[false]}]`);
    }
    raw.send('421["message-with-ack"]');
    assert.equal(await raw.next(), '431[]');
    await raw.close();
  });

  test('binary events and acknowledgements, attachments in order', async () => {
    const raw = await joined();
    const [one, two] = [Buffer.from([1, 2, 3]), Buffer.from([4, 5, 6])];
    raw.send(`452-["message",${P0},${P1}]`, one, two);
    assert.deepEqual(await raw.take(3), [`452-["message-back",${P0},${P1}]`, one, two]);
    raw.send(`452-789["message-with-ack",${P0},${P1}]`, one, two);
    assert.deepEqual(await raw.take(3), [`462-789[${P0},${P1}]`, one, two]);
    await raw.close();
  });

  test('ten attachments, empty ones and long ones', async () => {
    const raw = await joined();
    const ten = Array.from({ length: 10 }, (_, i) => Buffer.alloc(i * 50_000, i));
    const places = ten.map((_, i) => `{"_placeholder":true,"num":${i}}`).join();
    raw.send(`4510-["message",[${places}]]`, ...ten);
    const [text, ...parts] = await raw.take(11);
    assert.equal(text, `4510-["message-back",[${places}]]`);
    assert.ok(parts.every((part, i) => part.equals(ten[i])));
    await raw.close();
  });

  test('pings between attachments are no text that is out of place', async () => {
    const raw = await joined();
    raw.send(`452-["message",${P0},${P1}]`, Buffer.from([1]));
    await soon(new Promise((done) => raw.socket.on('message', (data) => data.toString() === '2' && done())), 'a ping');
    raw.send(Buffer.from([2]));
    assert.deepEqual(await raw.take(3), [`452-["message-back",${P0},${P1}]`, Buffer.from([1]), Buffer.from([2])]);
    await raw.close();
  });

  for (const sent of ['42["unknown",1]', '42[7,1]', '427["unknown"]', '437[]', '43[1]', '439007199254740991["x"]', ['461-7[' + P0 + ']', Buffer.from([1])],
    ['451-["unknown",' + P0 + ']', Buffer.from([1])], '42["constructor"]', '42["toString",1]', '42["__proto__"]'])
    test(`${[].concat(sent)[0]} is ignored`, async () => {
      const raw = await joined();
      raw.send(...[].concat(sent));
      await isAlive(raw);
      await raw.close();
    });

  for (const sent of ['4abc', '4', '48', '42', '42{}', '42[]', '42[null]', '42[true]', '42[{}]', '42[["message"]]', '42"message"', '42["message"', '42["message",]',
    '42abc["message-with-ack",1]', '42-1["message"]', '421.5["message"]', '429007199254740992["message"]', '42["message"]x', '42["\x01"]',
    '42["connect"]', '42["connect_error"]', '42["disconnect"]', '42["disconnecting"]', '42["newListener"]', '42["removeListener"]',
    '42/custom,["message"]', '42/random,["message"]', '41/custom', '41{}', '43{}', '431"x"', '44', '44{"message":"x"}', '40', '40{}', '45["message"]',
    '450-["message"]', '4511-["message"]', '45-["message"]', `451-["message",${P1}]`, `451-["message",{"_placeholder":true,"num":-1}]`,
    `451-["message",{"_placeholder":true,"num":"0"}]`, `451-["message",{"_placeholder":true}]`, `451-["connect",${P0}]`, '451-{}', '4611-1[]',
    Buffer.from([1, 2, 3]), [`451-["message",${P0}]`, '42["message"]'], [`451-["message",${P0}]`, Buffer.from([1]), Buffer.from([2])]])
    test(`${[].concat(sent).map((part) => (typeof part === 'string' ? part : 'binary')).join(' then ')} closes`, async () => {
      const raw = await joined();
      raw.send(...[].concat(sent));
      await raw.whenClosed();
    });

  test('JSON 100,000 deep hurts nobody', async () => {
    const witness = await joined();
    for (const [open, close] of [['[', ']'], ['{"a":', '}']]) {
      const raw = await joined();
      const deep = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
      raw.send(`42["message",${deep}]`);
      assert.equal(await raw.next(), `42["message-back",${deep}]`);
      raw.send(`421["message-with-ack",${deep}]`);
      assert.equal(await raw.next(), `431[${deep}]`);
      raw.send(`42["message",${open.repeat(100_000)}`);
      await raw.whenClosed();
      const connecting = await Raw.open(server.origin);
      connecting.send(`40{"a":${deep}}`);
      assert.match(await connecting.next(), /^40/);
      assert.equal(await connecting.next(), `42["auth",{"a":${deep}}]`);
      await connecting.close();
    }
    await isAlive(witness);
    await witness.close();
  });
});

describe('long-polling', () => {
  test('connect, events, binary and the end in one session', async () => {
    const polling = await Polling.open(server.origin);
    assert.deepEqual(await polling.post('40'), { status: 200, text: 'ok' });
    const [welcome, greeting] = await polling.take(2);
    assert.match(welcome, /^40\{"sid":"[\w-]{20}"\}$/);
    assert.equal(greeting, '42["auth",{}]');
    await polling.post('42["message",1]', '427["message-with-ack","é"]');
    assert.deepEqual(await polling.take(2), ['42["message-back",1]', '437["é"]']);
    await polling.post(`451-["message",${P0}]`, 'bAQIDBA==');
    assert.deepEqual(await polling.take(2), [`451-["message-back",${P0}]`, 'bAQIDBA==']);
    await polling.post('42{}');
    await polling.whenClosed();
  });

  test('a poll that waits gets the CONNECT reply at once', async () => {
    const polling = await Polling.open(server.origin);
    const waiting = polling.get();
    await polling.post('40');
    const packets = (await waiting).text.split('\x1e');
    assert.match(packets[0], /^40\{/);
    if (packets.length < 2) packets.push(...(await polling.take(1)));
    assert.equal(packets[1], '42["auth",{}]');
  });
});

test('clients that go away while they connect leave nothing behind', async () => {
  await Promise.all(Array.from({ length: 100 }, async (_, i) => {
    const raw = await Raw.open(server.origin);
    raw.send(i % 2 ? '40' : '40/custom,{"a":1}');
    await raw.close();
  }));
  const raw = await joined();
  await isAlive(raw);
  await raw.close();
});

describe('socket.io-client', () => {
  const once = (socket, name) => soon(new Promise((done) => socket.once(name, (...args) => done(args))), name);
  const TRANSPORTS = { polling: ['polling'], websocket: ['websocket'], upgrade: ['polling', 'websocket'] };

  for (const [name, transports] of Object.entries(TRANSPORTS)) {
    const connect = (nsp = '/', options = {}) => io(`${server.origin}${nsp}`, { transports, forceNew: true, ...options });

    test(`${name}: connect, events, acknowledgements, binary`, async () => {
      const socket = connect('/', { auth: { token: 'abc' } });
      assert.deepEqual(await once(socket, 'auth'), [{ token: 'abc' }]);
      if (name === 'upgrade' && socket.io.engine.transport.name !== 'websocket')
        await soon(new Promise((done) => socket.io.engine.once('upgrade', done)), 'the upgrade');
      assert.equal(socket.io.engine.transport.name, transports.at(-1));
      socket.emit('message', 1, '2', { 3: [true, '🍜'] });
      assert.deepEqual(await once(socket, 'message-back'), [1, '2', { 3: [true, '🍜'] }]);
      const args = [Buffer.from([1, 2, 3]), { deep: [Buffer.alloc(70_000, 7)] }, 'text'];
      const acked = await new Promise((done, fail) => socket.timeout(10_000).emit('message-with-ack', ...args, (error, ...back) => (error ? fail(error) : done(back))));
      assert.deepEqual(acked, args);
      assert.deepEqual(await socket.timeout(10_000).emitWithAck('message-with-ack', 'one'), 'one');
      socket.disconnect();
    });

    test(`${name}: events made while it upgrades come back in order`, async () => {
      const socket = connect();
      await once(socket, 'connect');
      const back = [];
      const all = new Promise((done) => socket.on('message-back', (n) => { back.push(n); if (back.length === 200) done(); }));
      for (let n = 0; n < 200; n++) {
        socket.emit('message', n);
        if (n % 10 === 0) await new Promise((done) => setImmediate(done));
      }
      await soon(all, '200 events');
      assert.deepEqual(back, Array.from({ length: 200 }, (_, n) => n));
      socket.disconnect();
    });

    test(`${name}: namespaces share a connection and end one by one`, async () => {
      const manager = connect().io;
      const [main, custom, unknown] = [manager.socket('/'), manager.socket('/custom', { auth: { a: 1 } }), manager.socket('/random')];
      const refused = once(unknown, 'connect_error');
      const greeted = once(custom, 'auth');
      custom.connect(), unknown.connect();
      assert.deepEqual(await greeted, [{ a: 1 }]);
      assert.equal((await refused)[0].message, 'Invalid namespace');
      custom.disconnect();
      assert.deepEqual(await main.timeout(10_000).emitWithAck('message-with-ack', 1), 1);
      custom.connect();
      assert.deepEqual(await once(custom, 'auth'), [{ a: 1 }]);
      main.disconnect(), custom.disconnect();
    });
  }

  test('a reconnect is a fresh socket', async () => {
    const socket = io(server.origin, { forceNew: true, transports: ['websocket'], reconnectionDelay: 10 });
    await once(socket, 'connect');
    const first = socket.id;
    socket.io.engine.close();
    await once(socket, 'connect');
    assert.notEqual(socket.id, first);
    assert.ok(!socket.recovered);
    socket.disconnect();
  });
});
