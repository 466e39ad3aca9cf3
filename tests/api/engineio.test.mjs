// Engine.IO 4 as clients see it, good ones and bad ones. Two loop threads: requests of one session come by both.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Echo, SEPARATOR } from '../lib/engineio.mjs';
import { BINARY, CLOSE, frame, PING, PONG, TEXT, WebSocketClient } from '../lib/websocket.mjs';

const HOST = 'Host: shop.test\r\n';
/** A poll that waits for the end, if it has not come yet. */
async function gone(echo, sid) {
  const { status, text } = await echo.get(sid);
  assert.ok(status === 400 || text === '1', text);
  assert.equal((await echo.get(sid)).status, 400);
}
/** Posts until the session has ended; the server may need a moment to see why. */
async function refused(echo, sid, packet = '4x') {
  for (let i = 0; i < 200; i++) {
    if ((await echo.post(sid, packet)).status === 400) return;
    await sleep(10);
  }
  assert.fail('the session lives on');
}
const code = (answer) => JSON.parse(answer.text).code;

describe('engine.io', { concurrency: 4, timeout: 60_000 }, () => {
  let echo;
  before(async () => { echo = await Echo.start(); });
  after(async () => {
    const output = await echo.stop();
    assert.match(output, /^left 0$/m);
  });

  describe('handshake', () => {
    it('by polling', async () => {
      const { status, headers, text } = await echo.request('GET', {});
      assert.equal(status, 200);
      assert.equal(headers.get('content-type'), 'text/plain; charset=UTF-8');
      assert.equal(headers.get('cache-control'), 'no-store');
      const open = JSON.parse(text.slice(1));
      assert.equal(text[0], '0');
      assert.deepEqual(Object.keys(open), ['sid', 'upgrades', 'pingInterval', 'pingTimeout', 'maxPayload']);
      assert.deepEqual({ ...open, sid: '' }, { sid: '', upgrades: ['websocket'], pingInterval: 20000, pingTimeout: 20000, maxPayload: 1000000 });
      assert.match(open.sid, /^[\w-]{25}$/);
    });

    it('by WebSocket', async () => {
      const client = await echo.websocket();
      assert.ok(client.accepted);
      assert.deepEqual(client.handshake.upgrades, []);
      assert.doesNotMatch(client.head, /extensions/i);
      await client.close();
    });

    it('by WebSocket, in the first of the subprotocols', async () => {
      const client = await echo.websocket(undefined, { headers: { 'Sec-WebSocket-Protocol': 'pos.v1, pos.v2' } });
      assert.match(client.head, /^Sec-WebSocket-Protocol: pos\.v1\r?$/m);
      await client.close();
    });

    it('is refused for what is not Engine.IO 4', async () => {
      for (const [query, expected] of [
        [{ transport: 'abc' }, 0], [{ transport: '' }, 0], [{ sid: 'abc' }, 1], [{ sid: `A${'x'.repeat(24)}` }, 1],
        [{ sid: `_${'x'.repeat(24)}` }, 1], [{ EIO: '3' }, 5], [{ EIO: '' }, 5], [{ EIO: 'abc' }, 5], [{ transport: 'websocket' }, 3],
      ]) {
        const answer = await echo.request('GET', query);
        assert.equal(answer.status, 400, JSON.stringify(query));
        assert.equal(code(answer), expected, JSON.stringify(query));
      }
      for (const method of ['POST', 'PUT', 'DELETE']) {
        const answer = await echo.request(method, {});
        assert.deepEqual([answer.status, code(answer)], [400, 2]);
      }
      const refused = await echo.request('GET', { please: 'refuse' });
      assert.deepEqual([refused.status, code(refused)], [403, 4]);
    });

    it('is refused to a WebSocket before it is one', async () => {
      for (const query of [{ EIO: '3' }, { EIO: 'abc' }, { transport: 'abc' }, { transport: 'polling' }, { sid: 'abc' }])
        await assert.rejects(WebSocketClient.open(echo.port, echo.path({ transport: 'websocket', ...query })), { status: 400 });
      for (const headers of [{ 'Sec-WebSocket-Version': '8' }, { 'Sec-WebSocket-Key': 'short' }, { 'Sec-WebSocket-Key': undefined }])
        await assert.rejects(WebSocketClient.open(echo.port, echo.path({ transport: 'websocket' }), { headers }), { status: 400 });
      await assert.rejects(WebSocketClient.open(echo.port, echo.path({ transport: 'websocket', please: 'refuse' })), { status: 403 });
    });

    it('lets other origins in', async () => {
      const headers = { Origin: 'http://else.test' };
      for (const sent of [headers, {}])
        assert.equal((await echo.request('GET', {}, undefined, { headers: sent })).headers.get('access-control-allow-origin'), '*');
      const preflight = await echo.request('OPTIONS', {}, undefined, { headers: { ...headers, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type, x-mine' } });
      assert.equal(preflight.status, 204);
      assert.equal(preflight.headers.get('access-control-allow-origin'), '*');
      assert.match(preflight.headers.get('access-control-allow-methods'), /POST/);
      assert.equal(preflight.headers.get('access-control-allow-headers'), 'content-type, x-mine');
    });
  });

  describe('polling', () => {
    it('echoes text and binaries, in order', async () => {
      const sid = await echo.open();
      const posted = await echo.post(sid, '4hello');
      assert.deepEqual([posted.status, posted.text, posted.headers.get('content-type')], [200, 'ok', 'text/html']);
      assert.equal((await echo.get(sid)).text, '4hello');
      for (const payload of [['4a', '4b', '4c'], ['4hello', 'bAQIDBA=='], ['b', '4', 'bAA==', 'bAAA=', 'b////'], ['4€ 𝄞']]) {
        assert.equal((await echo.post(sid, payload.join(SEPARATOR))).status, 200);
        assert.equal((await echo.get(sid)).text, payload.join(SEPARATOR));
      }
    });

    it('holds a GET until there is something', async () => {
      const sid = await echo.open();
      const poll = echo.get(sid);
      await sleep(20);
      await echo.post(sid, '4late');
      assert.equal((await poll).text, '4late');
    });

    it('takes exactly maxPayload, and not a byte more', async () => {
      const sid = await echo.open();
      assert.equal((await echo.post(sid, `4${'x'.repeat(999_999)}`)).status, 200);
      assert.equal((await echo.get(sid)).text.length, 1_000_000);
      assert.equal((await echo.post(sid, `4${'x'.repeat(1_000_000)}`)).status, 413);
      await echo.post(sid, '4still here');
      assert.equal((await echo.get(sid)).text, '4still here');
    });

    for (const [name, body] of Object.entries({ 'an unknown type': 'abc', 'an empty packet': `4a${SEPARATOR}`, 'bad base64': 'bA*', 'half a group of base64': 'bAAAAA', 'no UTF-8': Buffer.from([0x34, 0xff]) }))
      it(`ends at ${name}`, async () => {
        const sid = await echo.open();
        assert.equal((await echo.post(sid, body)).status, 400);
        assert.equal((await echo.get(sid)).status, 400);
      });

    it('ends at a ping of the client', async () => {
      const sid = await echo.open();
      await echo.post(sid, '2');
      assert.equal((await echo.get(sid)).status, 400);
    });

    it('ends at two GETs at once', async () => {
      const sid = await echo.open();
      const both = await Promise.all([echo.get(sid), echo.get(sid)]); // by two connections: either may be first
      const [first, second] = both.sort((a, b) => a.status - b.status);
      assert.deepEqual([first.status, first.text, second.status, code(second)], [200, '1', 400, 3]);
      assert.equal((await echo.get(sid)).status, 400);
    });

    it('ends at overlapping POSTs', async () => {
      const sid = await echo.open();
      const slow = await echo.connect(`POST ${echo.path({ sid })} HTTP/1.1\r\n${HOST}Content-Length: 10\r\n\r\n4he`);
      await refused(echo, sid);
      assert.equal((await echo.get(sid)).status, 400);
      slow.destroy();
    });

    it('ends at a POST that is cut off', async () => {
      const sid = await echo.open();
      const slow = await echo.connect(`POST ${echo.path({ sid })} HTTP/1.1\r\n${HOST}Content-Length: 10\r\n\r\n4he`);
      slow.destroy();
      await gone(echo, sid);
    });

    it('ends at application/octet-stream', async () => {
      const sid = await echo.open();
      assert.equal((await echo.post(sid, '4x', { headers: { 'Content-Type': 'application/octet-stream' } })).status, 400);
      assert.equal((await echo.get(sid)).status, 400);
    });

    it('ends when a GET is given up', async () => {
      const sid = await echo.open();
      const poll = await echo.connect(`GET ${echo.path({ sid })} HTTP/1.1\r\n${HOST}\r\n`);
      poll.destroy();
      await refused(echo, sid, '3');
    });

    it('is left alone by what is no poll of its own', async () => {
      const sid = await echo.open();
      await echo.post(sid, '4kept');
      for (const [method, query] of [['GET', { transport: 'websocket' }], ['PUT', {}], ['HEAD', {}], ['GET', { EIO: '3' }]])
        assert.equal((await echo.request(method, { sid, ...query })).status, 400, method);
      assert.equal((await echo.get(sid)).text, '4kept');
    });

    it('is closed by the client: the open GET comes home', async () => {
      let met = 0;
      for (let i = 0; i < 20; i++) {
        const sid = await echo.open();
        const [poll, posted] = await Promise.all([echo.get(sid), echo.post(sid, '1')]);
        assert.equal(posted.status, 200);
        assert.equal((await echo.get(sid)).status, 400);
        if (poll.status === 400) continue; // the POST overtook it
        assert.deepEqual([poll.status, poll.text], [200, '6']);
        met++;
      }
      assert.ok(met > 0);
    });

    it('is closed by the client without a GET', async () => {
      const sid = await echo.open();
      assert.equal((await echo.post(sid, `4a${SEPARATOR}1${SEPARATOR}4b`)).status, 200);
      assert.equal((await echo.get(sid)).status, 400);
    });

    it('is closed by the server: what was sent before arrives', async () => {
      const sid = await echo.open();
      await echo.post(sid, `4a${SEPARATOR}4!close${SEPARATOR}4b`);
      assert.equal((await echo.post(sid, '4c')).status, 400);
      assert.equal((await echo.get(sid)).text, `4a${SEPARATOR}1`);
      assert.equal((await echo.get(sid)).status, 400);
    });

    it('serves pipelined requests', async () => {
      const sid = await echo.open();
      const post = `POST ${echo.path({ sid })} HTTP/1.1\r\n${HOST}Content-Length: 2\r\n\r\n4x`;
      const text = await new Promise((resolve) => {
        let all = '';
        const take = (data) => { all += data; if (/4x\x1e4x$/.test(all)) resolve(all); };
        echo.connect(`${post}${post}GET ${echo.path({ sid })} HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`, take);
      });
      assert.equal(text.match(/200 OK/g).length, 3);
    });
  });

  describe('websocket', () => {
    it('echoes text and binaries of any size', async () => {
      const client = await echo.websocket();
      for (const size of [0, 1, 124, 125, 126, 65534, 65535, 65536, 999_999]) {
        client.send(`4${'x'.repeat(size)}`);
        assert.equal((await client.message()).length, size + 1);
        client.send(Buffer.alloc(size, 7));
        assert.deepEqual(await client.message(), Buffer.alloc(size, 7));
      }
      await client.close();
      assert.equal(client.closeCode, 1000);
    });

    it('takes frames byte by byte, and many at once', async () => {
      const client = await echo.websocket();
      for (const byte of Buffer.concat([frame(TEXT, '4one'), frame(BINARY, 'two')])) {
        client.raw(Buffer.from([byte]));
        await sleep(1);
      }
      assert.equal(await client.message(), '4one');
      assert.equal((await client.message()).toString(), 'two');
      client.raw(Buffer.concat(Array.from({ length: 500 }, (_, i) => frame(TEXT, `4${i}`))));
      for (let i = 0; i < 500; i++) assert.equal(await client.message(), `4${i}`);
      await client.close();
    });

    it('takes frames that come with the request', async () => {
      const client = await echo.websocket(undefined, { behind: frame(TEXT, '4early') });
      assert.equal(await client.message(), '4early');
      await client.close();
    });

    for (const together of [true, false]) it(`takes fragments with a ping in between, ${together ? 'in one piece' : 'one by one'}`, async () => {
      const client = await echo.websocket();
      const parts = [frame(TEXT, '4he', { fin: false }), frame(PING, 'are you there'), frame(0, 'll', { fin: false }), frame(0, 'o')];
      for (const part of together ? [Buffer.concat(parts)] : parts) {
        client.raw(part);
        await sleep(1);
      }
      const pong = await client.next();
      assert.deepEqual([pong.opcode, pong.data.toString()], [PONG, 'are you there']);
      assert.equal(await client.message(), '4hello');
      await client.close();
    });

    for (const [name, bytes, expected] of [
      ['an unmasked frame', frame(TEXT, '4x', { masked: false }), 1002],
      ['reserved bits', frame(TEXT, '4x', { rsv: 4 }), 1002],
      ['an unknown opcode', frame(3, '4x'), 1002],
      ['a fragmented ping', frame(PING, '', { fin: false }), 1002],
      ['a continuation of nothing', frame(0, 'x'), 1002],
      ['bad UTF-8', frame(TEXT, Buffer.from([0x34, 0xc0, 0x80])), 1007],
      ['cut UTF-8', frame(TEXT, Buffer.from([0x34, 0xe2, 0x82])), 1007],
      ['too much', frame(TEXT, `4${'x'.repeat(1_000_000)}`), 1009],
    ])
      it(`is closed with ${expected} at ${name}`, async () => {
        const client = await echo.websocket();
        client.raw(bytes);
        await client.closed;
        assert.equal(client.closeCode, expected);
      });

    it('is closed at an empty text, an unknown type, a ping of the client', async () => {
      for (const text of ['', 'abc', '7', '2']) {
        const client = await echo.websocket();
        client.send(text);
        await client.closed;
        assert.equal(client.closeCode, 1000, text);
      }
    });

    it('ignores what means nothing here', async () => {
      const client = await echo.websocket();
      for (const text of ['0', '3', '5', '6', '0{}', '3probe']) client.send(text);
      client.send('4x');
      assert.equal(await client.message(), '4x');
      await client.close();
    });

    it('is closed by the client, by packet, frame or line', async () => {
      const client = await echo.websocket();
      client.send('1');
      await client.closed;
      assert.equal(client.closeCode, 1000);
      await (await echo.websocket()).close();
      await (await echo.websocket()).destroy();
    });

    it('is closed by the server: what was sent before arrives', async () => {
      const client = await echo.websocket();
      client.raw(Buffer.concat([frame(TEXT, '4a'), frame(TEXT, '4!close'), frame(TEXT, '4b')]));
      assert.equal(await client.message(), '4a');
      assert.equal(await client.message(), undefined);
      assert.equal(client.closeCode, 1000);
    });

    it('has no polls', async () => {
      const client = await echo.websocket();
      for (const method of ['GET', 'POST'])
        assert.equal((await echo.request(method, { sid: client.handshake.sid })).status, 400);
      client.send('4x');
      assert.equal(await client.message(), '4x');
      await client.close();
    });

    it('gets mail of other threads', async () => {
      const client = await echo.websocket();
      client.send('4!worker');
      assert.equal(await client.message(), '4from a worker');
      client.send('4!many 3000');
      for (let i = 0; i < 3000; i++) assert.equal(await client.message(), '4xxxxxxxxxx');
      client.send('4!worker');
      await client.destroy(); // the answer finds nobody
    });
  });

  describe('upgrade', () => {
    it('by a probe; polls come home; nothing is lost', async () => {
      for (let i = 0; i < 8; i++) {
        const sid = await echo.open();
        const poll = echo.get(sid);
        const client = await echo.websocket(sid);
        client.send('2probe');
        assert.equal(await client.message(), '3probe');
        assert.deepEqual([(await poll).status, (await poll).text], [200, '6']);
        assert.equal((await echo.get(sid)).text, '6', 'a poll that was begun meanwhile');
        await echo.post(sid, `4a${SEPARATOR}bAQI=`);
        client.send('5');
        client.send('4b');
        assert.equal(await client.message(), '4a');
        assert.deepEqual(await client.message(), Buffer.from([1, 2]));
        assert.equal(await client.message(), '4b');
        for (const method of ['GET', 'POST']) assert.equal((await echo.request(method, { sid }, method === 'POST' ? '4x' : undefined)).status, 400);
        const second = await echo.websocket(sid);
        await second.closed;
        client.send('4c');
        assert.equal(await client.message(), '4c');
        await client.close();
      }
    });

    it('ends with any other first packet, and polling lives on', async () => {
      for (const text of ['4x', '5', '2', '', '2probe!', 'abc', '1']) {
        const sid = await echo.open();
        const client = await echo.websocket(sid);
        client.send(text);
        await client.closed;
        assert.equal((await echo.post(sid, '4alive')).status, 200);
        assert.equal((await echo.get(sid)).text, '4alive', text);
        const again = await echo.upgraded(sid);
        await again.close();
      }
    });

    it('ends when the WebSocket is lost, before and after the probe', async () => {
      const sid = await echo.open();
      await (await echo.websocket(sid)).destroy();
      const client = await echo.websocket(sid);
      client.send('2probe');
      await client.message();
      await client.destroy();
      const poll = echo.get(sid);
      await sleep(150);
      assert.equal((await echo.post(sid, '4alive')).status, 200);
      assert.ok((await poll).text.startsWith('4alive') || (await poll).text === '6');
      const broken = await echo.websocket(sid);
      broken.raw(frame(TEXT, '2probe', { masked: false }));
      await broken.closed;
      assert.equal(broken.closeCode, 1002);
      await (await echo.upgraded(sid)).close();
    });

    it('is one at a time', async () => {
      const sid = await echo.open();
      const first = await echo.websocket(sid);
      const second = await echo.websocket(sid);
      await second.closed;
      first.send('2probe');
      assert.equal(await first.message(), '3probe');
      await first.close();
    });

    it('is seen by a poll that was sent behind it, whichever the server comes to first', async () => {
      const one = await Echo.start({}, 1);
      try {
        const sid = await one.open();
        let answer = '';
        const poll = await one.connect(`GET ${one.path({ sid })} HTTP/1.1\r\n`, (data) => { answer += data; });
        const client = await one.websocket(sid);
        const write = (socket, bytes) => new Promise((done) => socket.write(bytes, done));
        one.process.kill('SIGSTOP');
        await write(poll, HOST);
        await write(client.socket, Buffer.concat([frame(TEXT, '2probe'), frame(TEXT, '5')]));
        await write(poll, '\r\n');
        one.process.kill('SIGCONT');
        client.send('4on');
        assert.deepEqual([await client.message(), await client.message()], ['3probe', '4on']);
        while (!answer) await sleep(5);
        assert.match(answer, /^HTTP\/1\.1 400 /);
        poll.destroy();
        await client.close();
      } finally {
        await one.stop();
      }
    });

    it('is over with the session', async () => {
      const sid = await echo.open();
      const client = await echo.websocket(sid);
      client.send('2probe');
      await client.message();
      await echo.post(sid, '1');
      await client.closed;
      assert.equal((await echo.get(sid)).status, 400);
    });
  });
});

describe('engine.io heartbeat', { concurrency: 8, timeout: 20_000 }, () => {
  let echo;
  before(async () => { echo = await Echo.start({ PING_INTERVAL_MS: '300', PING_TIMEOUT_MS: '200', UPGRADE_TIMEOUT_MS: '300' }); });
  after(() => echo.stop());

  it('by polling', async () => {
    const sid = await echo.open();
    for (let i = 0; i < 3; i++) {
      assert.equal((await echo.get(sid)).text, '2');
      assert.equal((await echo.post(sid, '3')).status, 200);
    }
  });

  it('by WebSocket', async () => {
    const client = await echo.websocket();
    for (let i = 0; i < 3; i++) {
      assert.equal(await client.message(), '2');
      client.send('3');
    }
    await client.close();
  });

  it('ends who does not answer; messages are no answer', async () => {
    const sid = await echo.open();
    const client = await echo.websocket();
    assert.equal(await client.message(), '2');
    client.send('4x');
    assert.equal(await client.message(), '4x');
    await client.closed;
    await refused(echo, sid);
  });

  it('ends who only polls', async () => {
    const sid = await echo.open();
    const seen = [];
    for (let answer; (answer = await echo.get(sid)).status === 200;) seen.push(...answer.text.split(SEPARATOR));
    assert.deepEqual(seen, ['2', '1']);
    assert.equal((await echo.get(sid)).status, 400);
  });

  it('ends an upgrade that takes too long', async () => {
    const sid = await echo.open();
    const client = await echo.websocket(sid);
    client.send('2probe');
    await client.message();
    const beat = async () => { for (;;) { const { status, text } = await echo.get(sid); if (status !== 200) return; if (text === '2') await echo.post(sid, '3'); } };
    const beats = beat();
    await client.closed;
    await echo.post(sid, '1');
    await beats;
  });
});

describe('engine.io limits', { timeout: 60_000 }, () => {
  it('drops a slow reader, and nobody else', async () => {
    const echo = await Echo.start({ MAX_QUEUE: '100000' });
    const slow = await echo.websocket(), fine = await echo.websocket();
    slow.socket.pause();
    slow.send('4!flood 5000');
    await echo.reason('slow reader');
    fine.send('4!flood 2000'); // reads as fast as it can; the queue is a bound for what is left unread
    fine.send('4x');
    assert.equal((await fine.message())?.length ?? 0, 10001);
    const sid = await echo.open();
    await echo.post(sid, '4!flood 20');
    assert.equal((await echo.get(sid)).status, 400);
    slow.destroy();
    fine.destroy();
    assert.match(await echo.stop(), /^left 0$/m);
  });

  it('bounds a client that only pings', async () => {
    const echo = await Echo.start({ MAX_QUEUE: '100000' });
    const client = await echo.websocket();
    client.socket.pause();
    const pings = Buffer.concat(Array.from({ length: 1000 }, () => frame(PING, 'x'.repeat(100))));
    for (let i = 0; i < 1000 && !client.socket.destroyed && echo.reasons.length === 0; i++) {
      client.raw(pings);
      await sleep(1);
    }
    await echo.reason('slow reader');
    client.destroy();
    await echo.stop();
  });

  it('has so many sessions and no more', async () => {
    const echo = await Echo.start({ MAX_SESSIONS: '2' });
    const sid = await echo.open();
    const client = await echo.websocket();
    const full = await echo.request('GET', {});
    assert.equal(full.status, 503);
    assert.ok(full.headers.get('retry-after'));
    await assert.rejects(echo.websocket(), { status: 503 });
    await echo.post(sid, '1');
    await echo.open();
    await client.close();
    await echo.stop();
  });

  it('lets an address in so often and no more', async () => {
    const echo = await Echo.start({ NEW_A_SECOND: '5' });
    const statuses = await Promise.all(Array.from({ length: 30 }, () => echo.request('GET', {}).then(({ status }) => status)));
    const refused = statuses.filter((status) => status === 429).length;
    assert.ok(refused >= 15 && refused <= 25, statuses.join());
    await echo.stop();
  });

  it('sends everybody home at the end', async () => {
    const echo = await Echo.start();
    const sid = await echo.open();
    const poll = echo.get(sid), client = await echo.websocket(), trial = await echo.websocket(await echo.open());
    client.send('4!many 10');
    await client.message();
    const stopped = echo.stop();
    assert.equal((await poll).text, '1');
    await client.closed;
    assert.equal(client.closeCode, 1001);
    await trial.closed;
    const output = await stopped;
    assert.match(output, /closed server shutting down/);
    assert.match(output, /^left 0$/m);
  });

  it('ends in time, whatever its clients do', async () => {
    const echo = await Echo.start({ TILOPOS_DRAIN_TIMEOUT_MS: '300' });
    const client = await echo.websocket();
    client.socket.pause();
    client.send('4!flood 50');
    await sleep(50);
    await echo.stop();
    client.destroy();
  });
});
