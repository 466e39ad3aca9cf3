// The front of the house: bytes that no honest client sends get a clear answer and never reach a handler.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { onEachEngine } from '../lib/engines.mjs';
import { exchange, hold, statuses } from '../lib/raw.mjs';
import { Server } from '../lib/server.mjs';
import { openShop, register, request, saleOf } from '../lib/client.mjs';

const HOST = 'Host: shop.test\r\n';
const get = (path, more = '') => `GET ${path} HTTP/1.1\r\n${HOST}${more}\r\n`;

// Header blocks that hide a second request from one of two parsers, or are no HTTP at all.
const REFUSED = {
  'both lengths': `POST /api/v1/auth/login HTTP/1.1\r\n${HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  'two content-lengths': `POST /api/v1/auth/login HTTP/1.1\r\n${HOST}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`,
  'the same length twice': `POST /api/v1/auth/login HTTP/1.1\r\n${HOST}Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}`,
  'a list of lengths': `POST /api/v1/auth/login HTTP/1.1\r\n${HOST}Content-Length: 2, 2\r\n\r\n{}`,
  'a signed length': `POST /api/v1/auth/login HTTP/1.1\r\n${HOST}Content-Length: +2\r\n\r\n{}`,
  'a hexadecimal length': `POST /api/v1/auth/login HTTP/1.1\r\n${HOST}Content-Length: 0x2\r\n\r\n{}`,
  'a huge length': `POST /api/v1/auth/login HTTP/1.1\r\n${HOST}Content-Length: 99999999999999999999999\r\n\r\n{}`,
  'an encoding but chunked': `POST /api/v1/auth/login HTTP/1.1\r\n${HOST}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  'an odd spelling of chunked': `POST /api/v1/auth/login HTTP/1.1\r\n${HOST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
  'two encodings': `POST /api/v1/auth/login HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`,
  'space before the colon': `GET /healthz HTTP/1.1\r\nHost : shop.test\r\n\r\n`,
  'a folded line': `GET /healthz HTTP/1.1\r\n${HOST}X-A: 1\r\n folded: yes\r\n\r\n`,
  'a bare LF': `GET /healthz HTTP/1.1\nHost: shop.test\n\n`,
  'a bare LF inside': `GET /healthz HTTP/1.1\r\n${HOST}X-A: 1\nX-B: 2\r\n\r\n`,
  'a bare CR': `GET /healthz HTTP/1.1\r\n${HOST}X-A: 1\rX-B: 2\r\n\r\n`,
  'a NUL': `GET /healthz HTTP/1.1\r\n${HOST}X-A: a\0b\r\n\r\n`,
  'an empty name': `GET /healthz HTTP/1.1\r\n${HOST}: value\r\n\r\n`,
  'no host': `GET /healthz HTTP/1.1\r\n\r\n`,
  'two hosts': `GET /healthz HTTP/1.1\r\n${HOST}${HOST}\r\n`,
  'no version': `GET /healthz\r\n\r\n`,
  'a bad chunk size': `POST /api/v1/auth/login HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
  'garbage': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
};

onEachEngine('http', (context) => {
  for (const [name, bytes] of Object.entries(REFUSED))
    it(`refuses ${name} and closes`, async () => {
      const text = await exchange(context.server, Buffer.from(bytes, 'latin1'));
      assert.equal(statuses(text).length, 1, text);
      assert.ok([400, 501, 505].includes(statuses(text)[0]), text);
      assert.match(text, /connection: close/i);
    });

  it('answers a request that comes byte by byte', async () => {
    const text = await exchange(context.server, [...get('/healthz', 'Connection: close\r\n')]);
    assert.deepEqual(statuses(text), [200]);
  });

  it('answers pipelined requests in their order', async () => {
    const many = Array.from({ length: 20 }, (_, i) => get(i % 2 ? '/healthz' : `/api/v1/none`, `X-Request-Id: r${i}\r\n`)).join('');
    const text = await exchange(context.server, many, { enough: (t) => statuses(t).length === 20 });
    assert.deepEqual(statuses(text), Array.from({ length: 20 }, (_, i) => (i % 2 ? 200 : 404)));
    assert.deepEqual([...text.matchAll(/x-request-id: (r\d+)/gi)].map((m) => m[1]), Array.from({ length: 20 }, (_, i) => `r${i}`));
  });

  it('takes a chunked body split anywhere', async () => {
    const body = JSON.stringify({ email: 'nobody@example.test', password: 'wrong password' });
    const chunked = [...body].map((c) => `1\r\n${c}\r\n`).join('') + '0\r\n\r\n';
    const text = await exchange(context.server, [
      `POST /api/v1/auth/login HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`,
      ...chunked.match(/.{1,7}/gs)]);
    assert.deepEqual(statuses(text), [401], text);
  });

  it('refuses a header block over 16 KB with 431', async () => {
    const text = await exchange(context.server, get('/healthz', `X-Long: ${'a'.repeat(17 * 1024)}\r\n`));
    assert.deepEqual(statuses(text), [431]);
  });

  it('refuses a body over the limit with 413, before reading it', async () => {
    const text = await exchange(context.server, `POST /api/v1/auth/login HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 900000000\r\n\r\n`);
    assert.deepEqual(statuses(text), [413]);
  });

  it('says 100 Continue when asked', async () => {
    const text = await exchange(context.server,
      `POST /api/v1/auth/login HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n{}`);
    assert.deepEqual(statuses(text), [100, 400]);
  });

  it('answers HEAD without a body, and 405 with Allow', async () => {
    const head = await exchange(context.server, `HEAD /healthz HTTP/1.1\r\n${HOST}Connection: close\r\n\r\n`);
    assert.deepEqual(statuses(head), [200]);
    assert.ok(head.endsWith('\r\n\r\n'), head);
    const answer = await request(context.server, 'PUT', '/auth/login', { body: {} });
    assert.equal(answer.status, 405);
    assert.match(answer.headers.get('allow'), /POST/);
  });

  const MALFORMED = {
    'not JSON': 'hello', 'cut off': '{"email": "a@example.test"', 'a trailing comma': '{"email":"a@example.test",}',
    'single quotes': "{'email':'a'}", 'a comment': '{/*x*/"email":"a"}', 'two values': '{}{}', 'NaN': '{"email":NaN}',
    'invalid UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'a lone surrogate': '{"email":"\\ud800"}',
    'an array': '[]', 'a number': '1', 'nothing': '', 'a raw newline in a string': '{"email":"a\nb"}',
    'a key twice': '{"email":"a@example.test","email":"b@example.test","password":"xxxxxxxx"}',
    'depth 100,000': '['.repeat(100_000), 'deep objects': '{"a":'.repeat(100_000),
  };
  for (const [name, raw] of Object.entries(MALFORMED))
    it(`refuses a body that is ${name}`, async () => {
      const answer = await request(context.server, 'POST', '/auth/login', { raw, headers: { 'content-type': 'application/json' } });
      assert.equal(answer.status, 400, answer.text);
      assert.match(answer.headers.get('content-type'), /^application\/problem\+json/);
      assert.ok(answer.body.requestId && answer.body.code && answer.body.title, answer.text);
    });

  it('wants JSON: 415 otherwise', async () => {
    const answer = await request(context.server, 'POST', '/auth/login', { raw: 'a=1', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    assert.equal(answer.status, 415);
  });

  it('keeps a sane X-Request-Id and makes one otherwise', async () => {
    const kept = await request(context.server, 'GET', '//healthz', { headers: { 'x-request-id': 'till-7.42' } });
    assert.equal(kept.headers.get('x-request-id'), 'till-7.42');
    const made = await request(context.server, 'GET', '//healthz', { headers: { 'x-request-id': 'no spaces please' } });
    assert.match(made.headers.get('x-request-id'), /^[0-9a-f-]{36}$/);
  });

  it('drops what is half sent and goes on', async () => {
    const owner = await register(context.server);
    for (let i = 0; i < 20; i++)
      await exchange(context.server, `POST /api/v1/products HTTP/1.1\r\n${HOST}Authorization: Bearer ${owner.token}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"name":`, { end: true });
    assert.deepEqual((await owner.must(200, 'GET', '/products')), []);
  });

  it('serves its own description, health and metrics', async () => {
    const api = await request(context.server, 'GET', '/openapi.json');
    assert.equal(api.status, 200);
    assert.match(api.body.openapi, /^3\.1/);
    assert.deepEqual(api.body.paths['/auth/login'].post.security, []);
    for (const path of ['//', '//api/docs', '//healthz', '//metrics']) {
      const page = await request(context.server, 'GET', path);
      assert.equal(page.status, 200, `${path}: ${page.text.slice(0, 200)}`);
    }
    const ready = await request(context.server, 'GET', '//readyz');
    assert.equal(ready.status, 200);
    assert.deepEqual(ready.body.degraded, []);
    await register(context.server);
    const metrics = await request(context.server, 'GET', '//metrics');
    for (const name of ['transactions_total', 'commits_total', 'connections'])
      assert.match(metrics.text, new RegExp(`^# TYPE tilopos_db_${name} \\w+\ntilopos_db_${name} [1-9]`, 'm'), name);
    for (const name of ['retries_total', 'waiting']) assert.match(metrics.text, new RegExp(`^tilopos_db_${name} \\d+$`, 'm'), name);
    const page = await request(context.server, 'GET', '//api/docs');
    assert.doesNotMatch(page.text, /(src|href)="https?:/);
  });
});

onEachEngine('http deadlines', (context) => {
  it('ends a slow header', async () => {
    const text = await exchange(context.server, 'GET /healthz HTTP/1.1\r\nHost: shop');
    assert.ok(text === '' || statuses(text)[0] === 408, text);
  });
  it('ends a slow body', async () => {
    const text = await exchange(context.server, `POST /api/v1/auth/login HTTP/1.1\r\n${HOST}Content-Type: application/json\r\nContent-Length: 50\r\n\r\n{"em`);
    assert.deepEqual(statuses(text), [408]);
  });
  it('ends an idle connection', async () => {
    const text = await exchange(context.server, get('/healthz'));
    assert.deepEqual(statuses(text), [200]);
  });
}, { env: { TILOPOS_HEADER_TIMEOUT_MS: '400', TILOPOS_REQUEST_TIMEOUT_MS: '700', TILOPOS_KEEP_ALIVE_MS: '500' } });

onEachEngine('http connections', (context) => {
  it('answers 503 past the connection limit', async () => {
    const held = [];
    for (let i = 0; i < 8; i++) held.push(await hold(context.server, get('/healthz')));
    const last = await exchange(context.server, get('/healthz', 'Connection: close\r\n'));
    assert.ok(last === '' || statuses(last)[0] === 503, last);
    for (const socket of held) socket.destroy();
  });
}, { env: { TILOPOS_MAX_CONNECTIONS: '8' } });

onEachEngine('http drain', (context) => {
  it('answers what runs when it is told to stop, and stores what it answered', async () => {
    const server = await Server.start(context.database);
    const shop = await openShop(server);
    const sales = Array.from({ length: 6 }, () => shop.owner.post('/pos/transactions', saleOf(shop, [[shop.products[0], 1]])).catch(() => null));
    await server.stop();
    const answers = (await Promise.all(sales)).filter((answer) => answer?.status === 201);
    shop.owner.server = context.server;
    for (const { body } of answers) await shop.owner.must(200, 'GET', `/pos/transactions/${body.id}`);
  });
});
