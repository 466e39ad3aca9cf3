// Rooms, broadcasts, limits and connection state recovery of the Socket.IO layer, against a server that does as its
// clients say (tests/unit/platform/socketio/room_server.c).
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { io } from 'socket.io-client';
import { Polling, Raw, soon, startRooms } from '../lib/socketio.mjs';

let server;
before(async () => { server = await startRooms(); });
after(() => server.stop());

const NSP = '/rooms';
const join = (auth = {}, options = {}) => Raw.join(server.origin, NSP, auth, options);
let names = 0;
/** Rooms are each test's own. */
const room = (name = 'r') => `${name}${++names}`;
const call = (raw, ...event) => raw.send(`42${NSP},${JSON.stringify(event)}`);
const event = (message) => JSON.parse(message.slice(`42${NSP},`.length));

async function ask(raw, ...event) {
  raw.send(`42${NSP},77${JSON.stringify(event)}`);
  const answer = await raw.next();
  assert.ok(answer.startsWith(`43${NSP},77`), answer);
  return JSON.parse(answer.slice(`43${NSP},77`.length))[0];
}

/** The server has done what was sent before. */
const settled = (raw) => ask(raw, 'stats');

test('a broadcast reaches the sockets of its rooms, each once, and no other', async () => {
  const [a, b] = [room(), room()];
  const [inA, inBoth, inNone] = await Promise.all([join({ rooms: [a] }), join({ rooms: [a, b] }), join({ rooms: [room()] })]);
  call(inNone, 'cast', [a, b], ['w', { n: 1 }]);
  call(inNone, 'cast', [b], ['w', { n: 2 }]);
  call(inNone, 'cast', [a], ['w', { n: 3 }]);
  assert.deepEqual((await inA.take(2)).map((m) => event(m)[1].n), [1, 3]);
  assert.deepEqual((await inBoth.take(3)).map((m) => event(m)[1].n), [1, 2, 3]);
  await settled(inNone);
  assert.deepEqual([inA.pending, inBoth.pending, inNone.pending], [[], [], []]);
  for (const raw of [inA, inBoth, inNone]) await raw.close();
});

test('joining and leaving later, and by disconnecting', async () => {
  const name = room();
  const [one, other] = [await join(), await join()];
  call(one, 'join', name), call(one, 'join', name);
  assert.equal(await ask(one, 'size', name), 1);
  call(other, 'join', name);
  assert.equal(await ask(other, 'size', name), 2);
  call(one, 'leave', name);
  assert.equal(await ask(one, 'size', name), 1);
  other.send(`41${NSP},`);
  await soon((async () => { while (await ask(one, 'size', name)) await new Promise(setImmediate); })(), 'the room to be empty');
  await one.close(), await other.close();
});

test('the offset is the last argument, also of events that had none', async () => {
  const name = room();
  const raw = await join({ rooms: [name] });
  call(raw, 'cast', [name], ['w']);
  call(raw, 'cast', [name], ['w', 'x']);
  const [first, second] = (await raw.take(2)).map(event);
  assert.deepEqual(first.slice(0, -1), ['w']);
  assert.deepEqual(second.slice(0, -1), ['w', 'x']);
  assert.ok(Number(second.at(-1)) > Number(first.at(-1)));
  await raw.close();
});

test('a broadcast reaches polling and WebSocket alike', async () => {
  const name = room();
  const polling = await Polling.open(server.origin);
  await polling.post(`40${NSP},${JSON.stringify({ rooms: [name] })}`);
  await polling.take(1);
  const raw = await join({ rooms: [name] });
  call(raw, 'cast', [name], ['w', 'é']);
  const message = await raw.next();
  assert.deepEqual(await polling.take(1), [message]);
  await raw.close();
  await polling.post('1');
});

test('the server emits binaries', async () => {
  const raw = await join();
  const place = '{"_placeholder":true,"num":0}';
  raw.send(`451-${NSP},["echo",["back",${place}]]`, Buffer.from([9, 8]));
  assert.deepEqual(await raw.take(2), [`451-${NSP},["back",${place}]`, Buffer.from([9, 8])]);
  await raw.close();
});

test('refusals have a message, and data when there is a code', async () => {
  const raw = await join({ refuse: 'unauthorized', code: 'TOKEN_INVALID' });
  assert.deepEqual(raw.before, [`44${NSP},{"message":"unauthorized","data":{"code":"TOKEN_INVALID"}}`]);
  raw.send(`40${NSP},{"refuse":"forbidden"}`);
  assert.equal(await raw.next(), `44${NSP},{"message":"forbidden"}`);
  raw.send(`40${NSP},{}`); // the connection lives, and may try again
  assert.match(await raw.next(), /^40\/rooms,\{"sid"/);
  await raw.close();
});

test('a user has so many sockets and no more', async () => {
  const user = `user${++names}`;
  const three = await Promise.all([join({ user }), join({ user }), join({ user })]);
  assert.ok(three.every((raw) => raw.connected));
  const fourth = await join({ user });
  assert.deepEqual(fourth.before, [`44${NSP},{"message":"too many connections","data":{"code":"TOO_MANY_CONNECTIONS"}}`]);
  assert.ok((await join({ user: `${user}x` })).connected);
  three[0].send(`41${NSP},`);
  await settled(three[1]);
  await soon((async () => {
    for (;;) {
      fourth.send(`40${NSP},${JSON.stringify({ user })}`);
      if ((await fourth.next()).startsWith('40')) return;
    }
  })(), 'the place that was given back');
  for (const raw of [...three, fourth]) await raw.close();
});

test('a recovered socket counts, unless it takes over one that is open still', async () => {
  const user = `user${++names}`;
  const gone = await join({ user });
  await gone.close();
  let three;
  await soon((async () => { // the server has to see that it is gone
    for (;;) {
      three = await Promise.all([join({ user }), join({ user }), join({ user })]);
      if (three.every((raw) => raw.connected)) return;
      await Promise.all(three.map((raw) => raw.close()));
    }
  })(), 'three places');
  const late = await join({ user, pid: gone.connected.pid });
  assert.match(late.before[0], /^44.*TOO_MANY_CONNECTIONS/);
  const again = await join({ user, pid: three[0].connected.pid });
  assert.deepEqual(again.connected, three[0].connected);
  await three[0].whenClosed();
  for (const raw of [...three, late, again]) await raw.close();
});

test('the server disconnects: from the namespace, or the connection', async () => {
  const gentle = await join();
  call(gentle, 'bye', false), call(gentle, 'on its way already');
  assert.equal(await gentle.next(), `41${NSP},`);
  gentle.send(`40${NSP},{}`);
  assert.match(await gentle.next(), /^40\/rooms,/);
  call(gentle, 'bye', true);
  assert.equal(await gentle.next(), `41${NSP},`);
  await gentle.whenClosed();
});

test('everybody in a room is disconnected, nobody else', async () => {
  const name = room();
  const inside = await Promise.all(Array.from({ length: 20 }, () => join({ rooms: [name, room()] })));
  const outside = await join({ rooms: [room()] });
  call(outside, 'kick', name);
  for (const raw of inside) {
    assert.equal(await raw.next(), `41${NSP},`);
    await raw.whenClosed();
  }
  assert.equal(await ask(outside, 'size', name), 0);
  await outside.close();
});

test('who kicks their own room is gone too', async () => {
  const name = room();
  const raw = await join({ rooms: [name] });
  call(raw, 'kick', name);
  assert.equal(await raw.next(), `41${NSP},`);
  await raw.whenClosed();
});

test('what is broadcast while a connect runs comes behind its reply, once', async () => {
  const [name, other] = [room(), room()];
  const raw = await join({ rooms: [name, other], during: [name, other], delayMs: 20 });
  assert.deepEqual(raw.before, []);
  assert.equal(event(await raw.next())[0], 'during');
  const stranger = await join({ rooms: [room()], during: [name] });
  await settled(stranger);
  assert.deepEqual(stranger.pending, []);
  assert.equal(event(await raw.next())[0], 'during');
  await settled(raw);
  assert.deepEqual(raw.pending, []);
  await raw.close(), await stranger.close();
});

test('a client that leaves while its connect runs is forgotten', async () => {
  await Promise.all(Array.from({ length: 20 }, async () => {
    const raw = await Raw.open(server.origin);
    raw.send(`40${NSP},{"rooms":["gone"],"delayMs":50,"user":"leaver"}`);
    await raw.close();
  }));
  const raw = await join({ user: 'leaver' });
  assert.ok(raw.connected);
  await soon((async () => { while (await ask(raw, 'size', 'gone')) await new Promise(setImmediate); })(), 'nobody to be there');
  await raw.close();
});

test('a second CONNECT while the first runs closes; so does an event', async () => {
  for (const second of [`40${NSP},`, `42${NSP},["join","x"]`, `41${NSP},`]) {
    const raw = await Raw.open(server.origin);
    raw.send(`40${NSP},{"delayMs":50}`, second);
    await raw.whenClosed();
  }
});

test('broadcasts of one thread keep their order for 1,000 sockets', async () => {
  const name = room();
  const sockets = [];
  for (let i = 0; i < 1000; i += 50)
    sockets.push(...await Promise.all(Array.from({ length: 50 }, () => join({ rooms: [name, `${name}b`] }))));
  const caster = await join();
  assert.equal(await ask(caster, 'size', name), 1000);
  const all = sockets.map(async (raw) => {
    const heard = (await raw.take(100)).map((message) => event(message)[1]);
    assert.deepEqual(heard, Array.from({ length: 100 }, (_, n) => n));
  });
  call(caster, 'burst', [name, `${name}b`], 100);
  await Promise.all(all);
  await settled(caster);
  assert.equal(sockets.reduce((sum, raw) => sum + raw.pending.length, 0), 0);
  await Promise.all([...sockets, caster].map((raw) => raw.close()));
});

test('the server ends cleanly while clients connect, and in the middle of broadcasts', async () => {
  const other = await startRooms();
  const there = await Raw.join(other.origin, NSP, { rooms: ['all'] });
  const coming = await Promise.all(Array.from({ length: 12 }, () => Raw.open(other.origin)));
  for (const raw of coming) raw.send(`40${NSP},{"rooms":["all"],"delayMs":300}`); // four at once, the others wait
  call(there, 'burst', ['all'], 5000);
  await there.next();
  await other.stop(); // throws when anything is left behind
  for (const raw of [there, ...coming]) await raw.whenClosed();
});

/* ---- Connection state recovery ---- */

test('a client that comes back gets what it missed, before the reply, once and in order', async () => {
  const [name, other] = [room(), room()];
  const caster = await join();
  const first = await join({ rooms: [name] });
  const { sid, pid } = first.connected;
  assert.match(pid, /^[\w-]{40,}$/);
  call(caster, 'cast', [name], ['w', 1]);
  const offset = event(await first.next()).at(-1);
  await first.close();
  for (let n = 2; n <= 5; n++) call(caster, 'cast', [n === 3 ? other : name], ['w', n]);
  await settled(caster);
  const again = await join({ rooms: [name], pid, offset });
  assert.deepEqual(again.connected, { sid, pid });
  assert.deepEqual(again.before.map((m) => event(m).slice(0, 2)), [['w', 2], ['w', 4], ['w', 5]]);
  call(caster, 'cast', [name], ['w', 6]);
  assert.deepEqual(event(await again.next()).slice(0, 2), ['w', 6]);
  await settled(caster);
  assert.deepEqual(again.pending, []);
  await caster.close(), await again.close();
});

test('also one that has seen no event yet', async () => {
  const name = room();
  const [caster, first] = [await join(), await join({ rooms: [name] })];
  await first.close();
  call(caster, 'cast', [name], ['w', 1]);
  await settled(caster);
  const again = await join({ rooms: [name], pid: first.connected.pid });
  assert.deepEqual(again.connected, first.connected);
  assert.deepEqual(again.before.map((m) => event(m)[1]), [1]);
  await caster.close(), await again.close();
});

test('an older socket of the same client is taken over', async () => {
  const name = room();
  const old = await join({ rooms: [name] });
  const caster = await join();
  for (let turn = 0; turn < 5; turn++) { // on one loop thread or another
    const again = await join({ rooms: [name], pid: old.connected.pid });
    assert.deepEqual(again.connected, old.connected);
    await (turn === 0 ? old : caster.previous).whenClosed();
    caster.previous = again;
    assert.equal(await ask(caster, 'size', name), 1);
  }
  await caster.previous.close(), await caster.close();
});

test('an unknown, bent or forgotten pid makes a fresh socket', async () => {
  const first = await join({ rooms: [room()] });
  await first.close();
  const { pid, sid } = first.connected;
  const bent = pid.slice(0, -3) + (pid.endsWith('A') ? 'BBB' : 'AAA');
  for (const auth of [{ pid: 'x', offset: '1' }, { pid: bent }, { pid: 7 }, { pid: null, offset: 3 }, { pid: '' }, { pid, forget: true }]) {
    const raw = await join(auth);
    assert.ok(raw.connected, JSON.stringify(raw.before));
    assert.notEqual(raw.connected.sid, sid);
    assert.notEqual(raw.connected.pid, pid);
    assert.deepEqual(raw.before, []);
    await raw.close();
  }
});

test('a token is asked for again: a refused client is not recovered', async () => {
  const first = await join({ rooms: [room()] });
  await first.close();
  const again = await join({ pid: first.connected.pid, refuse: 'unauthorized' });
  assert.deepEqual(again.before, [`44${NSP},{"message":"unauthorized"}`]);
  await again.close();
});

test('nothing is lost or doubled while broadcasts and reconnects race', async () => {
  const name = room();
  const caster = await join();
  const heard = [];
  call(caster, 'burst', [name], 20_000);
  let auth = { rooms: [name] }, first;
  while (heard.at(-1) !== 19_999) {
    const raw = await join(auth);
    first ??= raw.connected.sid;
    assert.equal(raw.connected.sid, first);
    let took = 0;
    for (const message of raw.before) take(message);
    const until = heard.length + 200;
    while (heard.length < until && heard.at(-1) !== 19_999) take(await raw.next());
    auth = { ...auth, pid: raw.connected.pid };
    raw.close();
    function take(message) {
      const [, n, offset] = event(message);
      heard.push(n), took++;
      auth.offset = offset;
    }
    assert.ok(took >= 0);
  }
  assert.deepEqual(heard, Array.from({ length: heard.length }, (_, i) => i + heard[0]));
  await caster.close();
});

test('socket.io-client is recovered: recovered is true, its id stays', async () => {
  const name = room();
  const caster = await join();
  const socket = io(server.origin + NSP, { forceNew: true, transports: ['websocket'], reconnectionDelay: 50, auth: { rooms: [name] } });
  const heard = [];
  socket.on('w', (n) => heard.push(n));
  const connected = () => soon(new Promise((done) => socket.once('connect', done)), 'connect');
  await connected();
  const { id } = socket;
  call(caster, 'cast', [name], ['w', 1]);
  await soon(new Promise((done) => socket.once('w', done)), 'w');
  const back = connected();
  socket.io.engine.close();
  call(caster, 'cast', [name], ['w', 2]), call(caster, 'cast', [name], ['w', 3]);
  await back;
  assert.equal(socket.recovered, true);
  assert.equal(socket.id, id);
  if (heard.length < 3) await soon(new Promise((done) => socket.on('w', () => heard.length === 3 && done())), 'all');
  assert.deepEqual(heard, [1, 2, 3]);
  socket.disconnect();
  await caster.close();
});
