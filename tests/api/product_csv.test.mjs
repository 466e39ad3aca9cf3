// The catalogue as a table: out to a spreadsheet and back, all of it or nothing.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { onEachEngine } from '../lib/engines.mjs';
import { eventually } from '../lib/eventually.mjs';
import { hire, openShop, register, request, saleOf } from '../lib/client.mjs';

const COLUMNS = 'id,name,variant,sku,barcode,category,price,costPrice,trackStock,lowStockThreshold,isActive,imageUrl,description,station,outlet,modifierGroups';

const send = (client, csv, headers = {}) => request(client.server, 'POST', '/products/import',
  { token: client.token, body: csv, raw: csv, headers: { 'content-type': 'text/csv', ...headers } });
async function load(client, ...lines) {
  const answer = await send(client, lines.join('\n'));
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
}
/** Refused, for these faults ("path message" or "path") and no others; nothing is stored. */
async function refused(client, status, faults, ...lines) {
  const before = await client.must(200, 'GET', '/products?limit=200');
  const answer = await send(client, lines.join('\n'));
  assert.equal(answer.status, status, answer.text);
  assert.deepEqual(answer.body.errors.map((error) => error.path), faults, answer.text);
  assert.deepEqual(await client.must(200, 'GET', '/products?limit=200'), before);
  return answer.body.errors;
}
async function dump(client, query = '') {
  const answer = await client.get(`/products/export${query}`);
  assert.equal(answer.status, 200, answer.text);
  assert.match(answer.headers.get('content-type'), /^text\/csv; charset=utf-8$/);
  return answer.text;
}
const products = async (client) => (await client.must(200, 'GET', '/products?limit=200')).map(({ updatedAt, ...product }) => product);
const byName = async (client, name) => (await products(client)).find((product) => product.name === name);

onEachEngine('products as CSV', (context) => {
  it('fills an empty shop from a table typed by hand', async () => {
    const owner = await register(context.server);
    const report = await load(owner, 'name,sku,category,price,trackStock', 'Kopi Susu,KS,Kopi,18000,TRUE', '"Teh ""Poci"", panas",TP,Teh,5000,false', 'Air,,,3000,');
    assert.deepEqual([report.created, report.updated], [3, 0]);
    assert.deepEqual(report.rows.map((row) => [row.row, row.status, row.name, row.variantId]),
      [[2, 'created', 'Kopi Susu', null], [3, 'created', 'Teh "Poci", panas', null], [4, 'created', 'Air', null]]);
    const categories = await owner.must(200, 'GET', '/categories');
    assert.deepEqual(categories.map((category) => category.name), ['Teh', 'Kopi']);
    const coffee = await byName(owner, 'Kopi Susu');
    assert.deepEqual([coffee.id, coffee.sku, coffee.price, coffee.trackStock, coffee.isActive, coffee.categoryId, coffee.costPrice, coffee.lowStockThreshold],
      [report.rows[0].productId, 'KS', 18000, true, true, categories[1].id, null, null]);
    assert.deepEqual([(await byName(owner, 'Air')).trackStock, (await byName(owner, 'Air')).categoryId], [false, null]);
  });

  it('gives out what it takes in', async () => {
    const owner = await register(context.server, { currency: 'USD' });
    const branch = await owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const category = await owner.must(201, 'POST', '/categories', { name: 'Kopi' });
    const sugar = await owner.must(201, 'POST', '/modifier-groups', { name: 'Gula' }), ice = await owner.must(201, 'POST', '/modifier-groups', { name: 'Es | Batu' });
    await owner.must(201, 'POST', '/products', { name: 'Kopi', price: 2.5, costPrice: 0.05, sku: '-1', barcode: '0899', categoryId: category.id, trackStock: true, lowStockThreshold: 2.125,
      imageUrl: 'https://x.test/a,b.png', description: 'baris satu\nbaris "dua"', station: 'bar', outletId: branch.id, modifierGroupIds: [ice.id, sugar.id],
      variants: [{ name: 'Besar', price: 3, sku: 'B' }, { name: 'Kecil; sekali', price: 2, barcode: '77' }] });
    await owner.must(201, 'POST', '/products', { name: '=SUM(A1)', price: 10000000000, isActive: false });
    for (const name of ['Sama', 'sama']) await owner.must(201, 'POST', '/products', { name, price: 1, categoryId: (await owner.must(201, 'POST', '/categories', { name })).id });
    const before = await products(owner), csv = await dump(owner);
    assert.equal(csv.split('\r\n')[0], COLUMNS);
    assert.ok(csv.includes("'=SUM(A1)"), 'a spreadsheet would run it');
    assert.ok(csv.includes(`,CB,${ice.id}|Gula\r\n`), csv);
    const report = await load(owner, csv);
    assert.deepEqual([report.created, report.updated, report.rows.length], [0, 4, 6]);
    assert.deepEqual(await products(owner), before);
    assert.equal(await dump(owner), csv);
    assert.equal((await dump(owner, '?isActive=false')).split('\r\n').length, 3);
    assert.equal((await dump(owner, `?search=kopi&categoryId=${category.id}`)).split('\r\n').length, 5);
    for (const query of ['limit=5', 'color=red']) assert.equal((await owner.get(`/products/export?${query}`)).status, 400, query);
  });

  it('changes what a line names by id, sku or barcode; what has no column stays', async () => {
    const owner = await register(context.server);
    const make = (fields) => owner.must(201, 'POST', '/products', { price: 1000, station: 'bar', description: 'lama', ...fields });
    const one = await make({ name: 'Satu' }), two = await make({ name: 'Dua', sku: 'D', barcode: '2' }), three = await make({ name: 'Tiga', barcode: '3' });
    const report = await load(owner, 'id,sku,barcode,name,price,description', `${one.id},,,,1500,`, ',D,,,,', ',,3,Tiga Baru,,baru', ',E,9,Empat,4000,');
    assert.deepEqual(report.rows.map((row) => [row.status, row.productId === [one, two, three][row.row - 2]?.id]),
      [['updated', true], ['updated', true], ['updated', true], ['created', false]]);
    const now = Object.fromEntries((await products(owner)).map((product) => [product.name, product]));
    assert.deepEqual([now.Satu.price, now.Satu.description, now.Satu.station], [1500, null, 'bar']);
    assert.deepEqual([now.Dua.price, now.Dua.barcode], [1000, null]);
    assert.deepEqual([now['Tiga Baru'].id, now['Tiga Baru'].price, now['Tiga Baru'].description], [three.id, 1000, 'baru']);
  });

  it('changes and adds variants, and takes none away', async () => {
    const owner = await register(context.server);
    await load(owner, 'name,variant,sku,price', 'Kaos,,K,50000', 'Kaos,S,K-S,50000', ',M,K-M,52000');
    const [small, middle] = (await byName(owner, 'Kaos')).variants;
    const report = await load(owner, 'id,name,sku,variant,price', ',Kaos,K,,55000', `${middle.id},,K-M,Medium,`, ',,K-L,L,60000');
    assert.deepEqual(report.rows.map((row) => [row.row, row.status, row.name]), [[2, 'updated', 'Kaos'], [3, 'updated', 'Medium'], [4, 'created', 'L']]);
    const shirt = await byName(owner, 'Kaos');
    assert.equal(shirt.price, 55000);
    assert.deepEqual(shirt.variants.map((v) => [v.id === small.id || v.id === middle.id, v.name, v.price, v.sku]),
      [[true, 'S', 50000, 'K-S'], [true, 'Medium', 52000, 'K-M'], [false, 'L', 60000, 'K-L']]);
    await refused(owner, 400, ['rows[0].variant'], 'name,variant,price', ',S,1');
    await refused(owner, 400, ['rows[1].name', 'rows[1].price', 'rows[3].variant'], 'sku,name,variant,price', 'K,,,', ',Lain,XL,', ',,S,1', ',,S,2');
    await refused(owner, 404, ['rows[1].id'], 'sku,id,variant,price', 'K,,,', `,${shirt.id},S,1`);
    await refused(owner, 400, ['rows[1].category'], 'sku,variant,category', 'K,,Baju', ',S,Baju');
  });

  it('tells all that is wrong, by row, and stores nothing', async () => {
    const owner = await register(context.server);
    await load(owner, 'name,sku,barcode,price', 'Ada,A,1,1000', 'Lain,L,2,1000');
    const errors = await refused(owner, 400, ['rows[1].price', 'rows[2].price', 'rows[2].trackStock', 'rows[3].name', 'rows[4]', 'rows[5].price', 'rows[6].name', 'rows[7].id', 'rows[7].name'],
      'name,price,trackStock,id', 'Baik,1000,true', '', 'Pecahan,10.5,true', 'Huruf,mahal,mungkin', `${'a'.repeat(201)},1,true`, 'Lebih,1,true,,apa ini', 'Tanpa harga', ',1', ',1,,x');
    assert.deepEqual(errors.map((error) => error.row), [4, 5, 5, 6, 7, 8, 9, 10, 10]);
    await refused(owner, 400, ['colour', 'Name'], 'name,colour,Name', 'a,b,c');
    await refused(owner, 400, ['rows[1]'], 'sku,price', 'A,1', 'A,2');
    await refused(owner, 409, ['rows[1].sku', 'rows[2].barcode'], 'name,sku,barcode,price', 'Baru,N,,1', 'Lain,N,,1', 'Baru,M,2,1');
    await refused(owner, 404, ['rows[0].id', 'rows[1].outlet', 'rows[2].modifierGroups', 'rows[3].category', 'rows[5].sku'], 'id,name,sku,price,outlet,modifierGroups,category',
      '01890000-0000-7000-8000-000000000001,x,,1,,,', ',y,,1,OUT9,,', ',z,,1,,Gula|,', ',q,,1,,,01890000-0000-7000-8000-000000000001', ',Baru,N,1,,,', ',Baru,N,1,,,');
    assert.deepEqual((await owner.must(200, 'GET', '/categories')), []);
    for (const body of ['', '\n\n', 'name,price\n"x,1', 'name,price\n"x"y,1']) assert.equal((await send(owner, body)).status, 400, body);
    assert.equal((await send(owner, Buffer.from([0x6e, 0xff]))).status, 400);
    const many = ['name,price', ...Array.from({ length: 2001 }, (_, i) => `P${i},1`)];
    assert.equal((await send(owner, many.join('\n'))).status, 400);
    assert.equal((await load(owner, ...many.slice(0, 2001))).created, 2000);
    assert.equal((await send(owner, 'name,price\nx,1', { 'content-type': 'application/json' })).status, 415);
    assert.equal((await send(owner, 'x'.repeat(4 * 1024 * 1024 + 1))).status, 413);
  });

  it('reads what a spreadsheet of another country writes', async () => {
    const owner = await register(context.server);
    await load(owner, '\ufeffName;Price\r', 'Soto, ayam;25000\r', '');
    assert.equal((await byName(owner, 'Soto, ayam')).price, 25000);
  });

  it('is done once for one key, and heard of once', async () => {
    const owner = await register(context.server);
    const key = { 'idempotency-key': 'import-1' };
    const [first, second] = await Promise.all([1, 2].map(() => send(owner, 'name,price\nKopi,1\nTeh,2', key)));
    assert.deepEqual([first.status, second.status, first.body], [200, 200, second.body]);
    assert.equal((await products(owner)).length, 2);
    assert.equal((await send(owner, 'name,price\nKopi,2', key)).status, 422);
    const told = await eventually(() => owner.must(200, 'GET', '/audit?action=catalog.changed'), (found) => found.length > 0);
    assert.deepEqual(told.map((row) => [row.data.entity, row.data.change, row.entityId]), [['catalog', 'imported', owner.user.businessId]]);
  });

  it('is for those who may write, and shows the own menu', async () => {
    const owner = await register(context.server), stranger = await register(context.server);
    const branch = await owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const [manager, cashier] = [await hire(owner, 'manager'), await hire(owner, 'cashier')];
    await load(owner, 'name,price,outlet,sku', 'Sini,1,OUT1,S', 'Sana,1,CB,T', 'Semua,1,,U');
    assert.equal((await send(cashier, 'name,price\nx,1')).status, 403);
    for (const who of [manager, cashier]) assert.equal((await dump(who)).split('\r\n').length, 4, 'own and common');
    assert.equal((await manager.get(`/products/export?outletId=${branch.id}`)).status, 404);
    assert.equal((await stranger.get(`/products/export?outletId=${branch.id}`)).status, 404);
    const there = await byName(owner, 'Sana');
    await refused(manager, 404, ['rows[0].id', 'rows[1].outlet', 'rows[2].sku'], 'id,name,price,outlet,sku', `${there.id},x,1,,`, ',y,1,CB,', ',z,1,,T');
    await refused(stranger, 404, ['rows[0].id'], 'id,price', `${there.id},1`);
    assert.equal((await dump(stranger)), `${COLUMNS}\r\n`);
  });

  it('sells at the imported price at once, and tills that were offline at the old one', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'Kopi', price: 18000, sku: 'K' }] });
    await load(shop.owner, 'sku,price', 'K,20000');
    assert.equal((await shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[shop.products[0], 1]]))).grandTotal, 20000);
  });
});
