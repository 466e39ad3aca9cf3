// The corners of the catalogue: lists inside products, codes, outlets of their own, what may be deleted.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { onEachEngine } from '../lib/engines.mjs';
import { hire, openShop, register, saleOf } from '../lib/client.mjs';

const names = (list) => list.map((row) => row.name);
const paths = (answer) => answer.body.errors.map((error) => error.path);

async function everyPage(client, path) {
  const seen = [];
  while (path) {
    const page = await client.get(path);
    assert.equal(page.status, 200, page.text);
    seen.push(page.body);
    path = /<([^>]+)>; rel="next"/.exec(page.headers.get('link') ?? '')?.[1];
  }
  return seen;
}

onEachEngine('menu', (context) => {
  it('keeps, makes and drops variants by their ids', async () => {
    const owner = await register(context.server);
    const price = 1000;
    const given = await owner.post('/products', { name: 'x', price, variants: [{ id: '01890000-0000-7000-8000-000000000001', name: 'v', price }] });
    assert.deepEqual([given.status, paths(given)], [400, ['variants[0].id']]);
    const made = await owner.must(201, 'POST', '/products', { name: 'Kopi', price, variants: [{ name: 'A', price, sku: 'a', barcode: '1' }, { name: 'B', price, sku: 'b', barcode: '2' }] });
    const [a, b] = made.variants;
    const patch = (variants) => owner.patch(`/products/${made.id}`, { variants });
    const unknown = await patch([{ id: made.id, name: 'A', price }]);
    assert.deepEqual([unknown.status, paths(unknown)], [404, ['variants[0].id']]);
    const twice = await patch([{ id: a.id, name: 'A', price }, { id: a.id, name: 'B', price }]);
    assert.deepEqual([twice.status, paths(twice)], [400, ['variants[1].id']]);
    const faulty = await patch([{ id: a.id, name: '', price: -1 }, { name: 'C' }]);
    assert.deepEqual([faulty.status, paths(faulty)], [400, ['variants[0].name', 'variants[0].price', 'variants[1].price']]);
    assert.deepEqual((await owner.must(200, 'GET', `/products/${made.id}`)).variants, [a, b]);
    const swapped = await owner.must(200, 'PATCH', `/products/${made.id}`, { variants: [{ ...b, sku: 'a', barcode: '1' }, { ...a, sku: 'b', barcode: '2' }] });
    assert.deepEqual(swapped.variants.map((v) => [v.id, v.sku]), [[b.id, 'a'], [a.id, 'b']]);
    const scanned = await owner.must(200, 'GET', '/products/barcode/1');
    assert.deepEqual([scanned.id, scanned.variantId], [made.id, b.id]);
    assert.equal((await owner.must(200, 'PATCH', `/products/${made.id}`, { name: 'Kopi Hitam' })).variants.length, 2);
    assert.deepEqual((await owner.must(200, 'PATCH', `/products/${made.id}`, { variants: [] })).variants, []);
    assert.equal((await owner.get('/products/barcode/1')).status, 404);
    await owner.must(201, 'POST', '/products', { name: 'y', price, sku: 'a', barcode: '1' });
    assert.equal((await owner.must(200, 'GET', '/products/barcode/1')).variantId, null);
  });

  it('says which code is taken, and by which field it came', async () => {
    const owner = await register(context.server);
    await owner.must(201, 'POST', '/products', { name: 'A', price: 1, sku: 'S', variants: [{ name: 'v', price: 1, barcode: 'B' }] });
    const other = await owner.must(201, 'POST', '/products', { name: 'C', price: 1, sku: 'T' });
    for (const [fields, path] of [[{ sku: 'S' }, 'sku'], [{ barcode: 'B' }, 'barcode'], [{ variants: [{ name: 'w', price: 1, sku: 'T' }] }, 'variants[0].sku']]) {
      const answer = await owner.post('/products', { name: 'D', price: 1, ...fields });
      assert.deepEqual([answer.status, answer.body.code, paths(answer)], [409, 'CONFLICT', [path]], answer.text);
    }
    const changed = await owner.patch(`/products/${other.id}`, { sku: 'S' });
    assert.deepEqual([changed.status, paths(changed)], [409, ['sku']]);
    assert.equal((await owner.patch(`/products/${other.id}`, { sku: 'T', name: 'same code' })).status, 200);
    assert.equal((await (await register(context.server)).post('/products', { name: 'A', price: 1, sku: 'S' })).status, 201);
  });

  it('shows an outlet its own menu only', async () => {
    const owner = await register(context.server);
    const second = await owner.must(201, 'POST', '/outlets', { name: 'Cabang', code: 'CB' });
    const here = await hire(owner, 'manager');
    const there = await hire(owner, 'manager', { outletId: second.id });
    await owner.must(201, 'POST', '/products', { name: 'Everywhere', price: 1 });
    const theirs = await there.must(201, 'POST', '/products', { name: 'There', price: 1, outletId: second.id, barcode: '77' });
    assert.deepEqual(names(await owner.must(200, 'GET', '/products')), ['Everywhere', 'There']);
    assert.deepEqual(names(await here.must(200, 'GET', '/products')), ['Everywhere']);
    assert.deepEqual(names(await owner.must(200, 'GET', '/products')), ['Everywhere', 'There']);
    assert.deepEqual(names(await there.must(200, 'GET', '/products')), ['Everywhere', 'There']);
    assert.deepEqual(names(await owner.must(200, 'GET', `/products?outletId=${owner.user.outletId}`)), ['Everywhere']);
    for (const path of [`/products/${theirs.id}`, '/products/barcode/77', `/products?outletId=${second.id}`]) {
      assert.equal((await owner.get(path)).status, 200, path);
      assert.equal((await here.get(path)).status, 404, path);
    }
    assert.equal((await here.patch(`/products/${theirs.id}`, { price: 2 })).status, 404);
    assert.equal((await here.delete(`/products/${theirs.id}`)).status, 404);
    const moved = await there.patch(`/products/${theirs.id}`, { outletId: owner.user.outletId });
    assert.deepEqual([moved.status, paths(moved)], [404, ['outletId']]);
    assert.equal((await owner.patch(`/products/${theirs.id}`, { outletId: null })).status, 200);
    assert.deepEqual(names(await here.must(200, 'GET', '/products')), ['Everywhere', 'There']);
  });

  it('pages and filters', async () => {
    const owner = await register(context.server);
    const kopi = await owner.must(201, 'POST', '/categories', { name: 'Kopi' });
    for (const [i, name] of ['b', 'A', 'c', 'C', 'é', 'd'].entries())
      await owner.must(201, 'POST', '/products', { name, price: 1, isActive: i !== 2, categoryId: i % 2 ? kopi.id : null });
    const pages = await everyPage(owner, '/products?limit=1');
    assert.deepEqual(pages.map((page) => page.length), [1, 1, 1, 1, 1, 1]);
    assert.deepEqual(pages.flat().map((row) => row.name), ['A', 'b', 'c', 'C', 'd', 'é']);
    assert.deepEqual(names((await everyPage(owner, `/products?limit=2&categoryId=${kopi.id}`)).flat()), ['A', 'C', 'd']);
    assert.equal((await owner.must(200, 'GET', '/products?limit=%32')).length, 2, 'a client may encode what it likes');
    assert.deepEqual(names(await owner.must(200, 'GET', '/products?isActive=false')), ['c']);
    assert.deepEqual(names(await owner.must(200, 'GET', '/products?isActive=true&search=c')), ['C']);
    for (const query of ['limit=0', 'limit=201', 'limit=x', 'cursor=x', 'isActive=1', 'categoryId=x', 'color=red'])
      assert.equal((await owner.get(`/products?${query}`)).status, 400, query);
    const groups = [];
    for (const name of ['1', '2', '3']) groups.push((await owner.must(201, 'POST', '/modifier-groups', { name })).id);
    assert.deepEqual((await everyPage(owner, '/modifier-groups?limit=2')).flat().map((group) => group.id), groups.reverse());
  });

  it('changes modifier groups, and forgets only what nothing uses', async () => {
    const shop = await openShop(context.server);
    const { owner } = shop;
    const category = await owner.must(201, 'POST', '/categories', { name: 'Kopi', position: 2 });
    assert.deepEqual([category.position, category.isActive], [2, true]);
    const group = await owner.must(201, 'POST', '/modifier-groups', { name: 'Gula', modifiers: [{ name: 'Normal', price: 0 }, { name: 'Aren', price: 2000 }] });
    assert.deepEqual([group.minSelection, group.maxSelection, group.isActive], [0, 1, true]);
    const product = shop.products[0];
    await owner.must(200, 'PATCH', `/products/${product.id}`, { categoryId: category.id, modifierGroupIds: [group.id] });
    const aren = group.modifiers[1];
    const changed = await owner.must(200, 'PATCH', `/modifier-groups/${group.id}`, { minSelection: 1, modifiers: [{ ...aren, price: 3000 }, { name: 'Tebu', price: 500 }] });
    assert.deepEqual([changed.modifiers[0], changed.modifiers.length], [{ ...aren, price: 3000 }, 2]);
    const bad = await owner.patch(`/modifier-groups/${group.id}`, { minSelection: 2 });
    assert.deepEqual([bad.status, paths(bad)], [400, ['minSelection']]);
    const sale = await owner.post('/pos/transactions', saleOf(shop, [[product, 1]]));
    assert.equal(sale.body.code, 'MODIFIER_RULE');
    await owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[product, 1, { modifierIds: [aren.id] }]]));
    for (const path of [`/categories/${category.id}`, `/modifier-groups/${group.id}`]) {
      assert.equal((await owner.delete(path)).status, 204, path);
      assert.equal((await owner.must(200, 'GET', path)).isActive, false, path);
    }
    await owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[product, 1]])); // nothing has to be chosen any more
    assert.equal((await owner.delete(`/products/${product.id}`)).status, 204);
    for (const path of [`/categories/${category.id}`, `/modifier-groups/${group.id}`]) {
      assert.equal((await owner.delete(path)).status, 204, path);
      assert.equal((await owner.get(path)).status, 404, path);
      assert.equal((await owner.delete(path)).status, 404, path);
      assert.equal((await owner.patch(path, { name: 'x' })).status, 404, path);
    }
    const left = await owner.must(200, 'GET', `/products/${product.id}`);
    assert.deepEqual([left.isActive, left.categoryId, left.modifierGroupIds], [false, null, []]);
  });

  it('forgets a product that was only refused, keeps one whose stock moved', async () => {
    const shop = await openShop(context.server, { products: [{ name: 'a', price: 1, trackStock: true }, { name: 'b', price: 1, stock: 1 }] });
    const [never, moved] = shop.products;
    assert.equal((await shop.owner.post('/pos/transactions', saleOf(shop, [[never, 1]]))).body.code, 'INSUFFICIENT_STOCK');
    assert.equal((await shop.owner.delete(`/products/${never.id}`)).status, 204);
    assert.equal((await shop.owner.get(`/products/${never.id}`)).status, 404);
    assert.equal((await shop.owner.delete(`/products/${moved.id}`)).status, 204);
    assert.equal((await shop.owner.must(200, 'GET', `/products/${moved.id}`)).isActive, false);
  });

  it('keeps a product that the kitchen was asked for: the guest has yet to pay', async () => {
    const { owner, outletId, products: [soup] } = await openShop(context.server, { products: [{ name: 'Soto', price: 25000 }] });
    await owner.must(201, 'POST', '/orders', { outletId, orderType: 'takeaway', items: [{ productId: soup.id, quantity: 1 }] });
    await owner.must(204, 'DELETE', `/products/${soup.id}`);
    assert.equal((await owner.must(200, 'GET', `/products/${soup.id}`)).isActive, false);
  });

  it('names unknown references and repeats a create by its key', async () => {
    const owner = await register(context.server);
    const stranger = await register(context.server);
    const category = await stranger.must(201, 'POST', '/categories', { name: 'x' });
    const group = await stranger.must(201, 'POST', '/modifier-groups', { name: 'x' });
    for (const [fields, path] of [[{ categoryId: category.id }, 'categoryId'], [{ modifierGroupIds: [group.id] }, 'modifierGroupIds[0]'], [{ outletId: stranger.user.outletId }, 'outletId']]) {
      const answer = await owner.post('/products', { name: 'A', price: 1, ...fields });
      assert.deepEqual([answer.status, paths(answer)], [404, [path]], answer.text);
    }
    const body = { name: 'A', price: 1, variants: [{ name: 'v', price: 2 }] };
    const [first, second] = await Promise.all([1, 2].map(() => owner.post('/products', body, { 'idempotency-key': 'k' })));
    assert.deepEqual([first.status, second.status, first.body], [201, 201, second.body]);
    assert.equal((await owner.must(200, 'GET', '/products')).length, 1);
  });

  it('gives one of many that want the same code at once', async () => {
    const owner = await register(context.server);
    const wish = (i) => owner.post('/products', i % 2 ? { name: 'A', price: 1, barcode: 'X' } : { name: 'B', price: 1, variants: [{ name: 'v', price: 1, barcode: 'X' }] });
    const statuses = (await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(wish))).map((answer) => answer.status).sort();
    assert.deepEqual(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
  });
});
