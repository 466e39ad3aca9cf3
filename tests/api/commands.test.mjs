// The commands of an operator: backup, restore, user, and what they refuse.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { BINARY, checkInvariants, command, ENGINES, makeDatabase, Server } from '../lib/server.mjs';
import { hire, login, openShop, PASSWORD, request, saleOf } from '../lib/client.mjs';
import { onEachEngine } from '../lib/engines.mjs';

const run = (database, ...args) => command(database, args);
const ok = (done) => { assert.equal(done.status, 0, `${done.stdout}\n${done.stderr}`); return done; };
const refused = (done, status = 1) => { assert.equal(done.status, status, `${done.stdout}\n${done.stderr}`); return done; };

async function sell(shop) {
  return shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[shop.products[0], 1]]));
}

async function openDatabase(context) {
  context.database = makeDatabase('sqlite');
  context.server = await Server.start(context.database);
  context.shop = await openShop(context.server, { products: [{ name: 'Kopi', price: 15000, stock: 100000 }] });
}

describe('tilopos backup and restore (sqlite)', () => {
  const context = {};
  before(() => openDatabase(context));
  after(async () => { await context.server.kill(); context.database.drop(); });

  it('copies a database that is being sold into', async () => {
    const { database, shop } = context, file = join(database.folder, 'while.backup');
    const before = [];
    for (let i = 0; i < 10; i++) before.push(await sell(shop));
    const backup = spawn(BINARY, ['backup', file], { env: { ...process.env, TILOPOS_DATABASE_URL: database.url }, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(backup, 'close'), told = text(backup.stdout);
    let sold = 0;
    while (backup.exitCode === null) { await sell(shop); sold++; }
    assert.equal((await ended)[0], 0, await told);
    assert.match(await told, /1 businesses are in/);
    assert.ok(sold > 1, 'nothing was sold meanwhile');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    for (const rest of ['.part', '.part-wal', '-wal', '-shm']) assert.ok(!existsSync(file + rest), rest);
    const copy = makeDatabase('sqlite');
    ok(run(copy, 'restore', file));
    const server = await Server.start(copy);
    for (const sale of before) {
      const answer = await request(server, 'GET', `/pos/transactions/${sale.id}`, { token: shop.owner.token });
      assert.equal(answer.body.receiptNumber, sale.receiptNumber);
    }
    await server.stop();
    checkInvariants(copy);
    copy.drop();
  });

  it('refuses a damaged, foreign or absent file, and changes nothing', () => {
    const { database } = context, good = join(database.folder, 'good.backup'), bad = join(database.folder, 'bad.backup');
    const target = makeDatabase('sqlite');
    ok(run(database, 'backup', good));
    const bytes = readFileSync(good);
    bytes.fill(0x5a, 4096 * 3, 4096 * 9);
    writeFileSync(bad, bytes);
    refused(run(target, 'restore', bad));
    writeFileSync(bad, 'not a database at all, only text that somebody called one');
    refused(run(target, 'restore', bad));
    writeFileSync(bad, '');
    refused(run(target, 'restore', bad));
    refused(run(target, 'restore', join(database.folder, 'absent.backup')));
    assert.ok(!existsSync(join(target.folder, 'shop.db')));
    assert.ok(!existsSync(join(target.folder, 'shop.db.restoring')));
    target.drop();
  });

  it('refuses a copy whose books do not add up', () => {
    const { database } = context, file = join(database.folder, 'books.backup'), target = makeDatabase('sqlite');
    ok(run(database, 'backup', file));
    const done = spawnSync('python3', ['-c',
      `import sqlite3; c = sqlite3.connect(${JSON.stringify(file)}); c.execute("UPDATE stock_levels SET quantity_milli = quantity_milli + 1"); c.commit()`]);
    assert.equal(done.status, 0, `${done.stderr}`);
    assert.match(refused(run(target, 'restore', file)).stdout, /BROKEN\s+stock\.levels/);
    assert.match(refused(run(target, 'backup', '--verify', `sqlite:${file}`)).stdout, /BROKEN/);
    assert.ok(!existsSync(join(target.folder, 'shop.db')));
    target.drop();
  });

  it('replaces businesses only when forced, never under a running server, and keeps what was there', async () => {
    const { database, server, shop } = context, file = join(database.folder, 'old.backup');
    ok(run(database, 'backup', file));
    const later = await sell(shop);
    assert.match(refused(run(database, 'restore', file)).stderr, /1 businesses/);
    assert.match(refused(run(database, 'restore', file, '--force')).stderr, /in_use|stop the server/);
    await shop.owner.must(200, 'GET', `/pos/transactions/${later.id}`);
    await server.stop();
    refused(run(database, 'restore', file));
    ok(run(database, 'restore', file, '--force'));
    const restored = shop.owner.server = context.server = await Server.start(database);
    await shop.owner.must(404, 'GET', `/pos/transactions/${later.id}`);
    await sell(shop);
    const kept = makeDatabase('sqlite');
    copyFileSync(join(database.folder, 'shop.db.before-restore'), join(kept.folder, 'shop.db'));
    const old = await Server.start(kept);
    assert.equal((await request(old, 'GET', `/pos/transactions/${later.id}`, { token: shop.owner.token })).status, 200);
    await old.stop();
    kept.drop();
    assert.equal(restored.process.exitCode, null);
  });

  it('leaves an earlier backup alone when it fails', () => {
    const nowhere = makeDatabase('sqlite'), file = join(nowhere.folder, 'earlier.backup');
    writeFileSync(file, 'earlier');
    refused(run(nowhere, 'backup', file));
    assert.equal(readFileSync(file, 'utf8'), 'earlier');
    assert.ok(!existsSync(join(nowhere.folder, 'shop.db')), 'looking for a database made one');
    refused(run(context.database, 'backup', join(nowhere.folder, 'no', 'such', 'folder')));
    nowhere.drop();
  });

  it('never puts the copy in the place of the database', async () => {
    const { database, server, shop } = context, live = join(database.folder, 'shop.db'), { ino } = statSync(live);
    for (const name of [live, join(database.folder, '.', 'shop.db'), 'shop.db'])
      assert.match(refused(run(database, 'backup', name)).stderr, /is the database itself/, name);
    assert.equal(statSync(live).ino, ino, 'the database that is being sold into was replaced');
    assert.ok(!existsSync(`${live}.part`));
    const { id } = await sell(shop);
    await server.kill();
    shop.owner.server = context.server = await Server.start(database);
    await shop.owner.must(200, 'GET', `/pos/transactions/${id}`);
  });

  it('tells how it is used', () => {
    const { database } = context;
    for (const args of [['backup'], ['backup', 'a', 'b'], ['backup', '--verify'], ['restore'], ['restore', 'a', 'b'], ['user'],
      ['user', 'list', 'x'], ['user', 'reset-password'], ['user', 'deactivate', 'a@b.test', '--stdin'], ['user', 'dance', 'x']])
      assert.match(refused(run(database, ...args), 2).stderr, /^tilopos (backup|restore|user)/m, args.join(' '));
    assert.match(refused(run(database, 'backup', '--quickly', 'x'), 2).stderr, /--quickly/);
    for (const name of ['backup', 'restore', 'user']) assert.match(ok(run(database, name, '--help')).stdout, /Exit status/);
    assert.match(ok(spawnSync(BINARY, ['help'], { encoding: 'utf8' })).stdout, /backup.*\n.*restore.*\n.*user/);
  });
});

describe('tilopos backup and restore (postgres)', { skip: !ENGINES.includes('postgres') }, () => {
  it('names the tool, and proves a restored copy', async () => {
    const database = makeDatabase('postgres'), copy = makeDatabase('postgres');
    const server = await Server.start(database);
    const shop = await openShop(server, { products: [{ name: 'Kopi', price: 15000, stock: 10 }] });
    await sell(shop);
    const file = join(database.folder, 'shop.dump');
    const advice = refused(run(database, 'backup', file)).stderr;
    assert.match(advice, /pg_dump --format=custom/);
    assert.ok(!advice.includes(database.url), 'the password of the URL is printed');
    assert.match(refused(run(database, 'restore', file)).stderr, /pg_restore/);
    ok(spawnSync('pg_dump', ['--format=custom', `--file=${file}`, database.url], { encoding: 'utf8' }));
    ok(spawnSync('pg_restore', ['--no-owner', `--dbname=${copy.url}`, file], { encoding: 'utf8' }));
    assert.match(ok(run(database, 'backup', '--verify', copy.url)).stdout, /books add up/);
    ok(spawnSync('psql', ['-X', '-c', 'UPDATE stock_levels SET quantity_milli = quantity_milli + 1', copy.url], { encoding: 'utf8' }));
    assert.match(refused(run(database, 'backup', '--verify', copy.url)).stdout, /BROKEN\s+stock\.levels/);
    await server.stop();
    database.drop();
    copy.drop();
  });
});

onEachEngine('tilopos user', (context) => {
  const tryLogin = (email, password) => request(context.server, 'POST', '/auth/login', { body: { email, password } });

  it('lists who can log in', async () => {
    const { owner } = await openShop(context.server);
    const cashier = await hire(owner, 'cashier');
    const { stdout } = ok(run(context.database, 'user', 'list'));
    assert.match(stdout, new RegExp(`^${owner.user.email} +owner +active +Ibu Uji, Warung Uji$`, 'm'));
    assert.match(stdout, new RegExp(`^${cashier.user.email} +cashier +active`, 'm'));
  });

  it('sets a new password while the server runs, and ends the logins', async () => {
    const { owner } = await openShop(context.server);
    const password = ok(run(context.database, 'user', 'reset-password', owner.user.email.toUpperCase())).stdout.trim();
    assert.match(password, /^[a-zA-Z2-9]{20}$/);
    assert.equal((await tryLogin(owner.user.email, PASSWORD)).status, 401);
    await login(context.server, owner.user.email, password);
    const refresh = await request(context.server, 'POST', '/auth/refresh', { body: { refreshToken: owner.refreshToken } });
    assert.equal(refresh.status, 401, refresh.text);
  });

  it('reads a password from standard input, and refuses a short one', async () => {
    const { owner } = await openShop(context.server);
    const env = { ...process.env, TILOPOS_DATABASE_URL: context.database.url, TILOPOS_DATA_DIR: context.database.folder };
    const reset = (input) => spawnSync(BINARY, ['user', 'reset-password', owner.user.email, '--stdin'],
      { env, cwd: context.database.folder, encoding: 'utf8', input });
    refused(reset('short\n'));
    refused(reset(''));
    await login(context.server, owner.user.email);
    assert.ok(!ok(reset('kunci baru ibu\n')).stdout.includes('kunci'));
    await login(context.server, owner.user.email, 'kunci baru ibu');
  });

  it('deactivates, but not the last owner', async () => {
    const { owner } = await openShop(context.server);
    const manager = await hire(owner, 'manager');
    ok(run(context.database, 'user', 'deactivate', manager.user.email));
    assert.equal((await manager.get('/auth/me')).status, 401);
    assert.equal((await tryLogin(manager.user.email, PASSWORD)).status, 401);
    assert.match(ok(run(context.database, 'user', 'list')).stdout, new RegExp(`^${manager.user.email} +manager +inactive`, 'm'));
    assert.match(refused(run(context.database, 'user', 'reset-password', manager.user.email)).stderr, /not active/);
    assert.match(refused(run(context.database, 'user', 'deactivate', owner.user.email)).stderr, /last active owner/);
    assert.match(refused(run(context.database, 'user', 'deactivate', 'nobody@example.test')).stderr, /nobody has/);
    await owner.must(200, 'GET', '/auth/me');
  });
});
