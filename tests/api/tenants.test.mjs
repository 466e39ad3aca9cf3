// Every call of the API with the ids of another business: a matrix of (operation, id). The caller is an owner, the body is
// valid, all ids are the caller's own but one. What belongs to others is not there: 404, and nothing of theirs changes.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { it } from 'node:test';
import { hire, openShop, saleOf } from '../lib/client.mjs';
import { eventually } from '../lib/eventually.mjs';
import { onEachEngine } from '../lib/engines.mjs';

/** A business with one of everything. `mark` stands in every name, so that it is found wherever it leaks. */
async function furnish(server, mark) {
  const shop = await openShop(server, { products: [], register: { businessName: `${mark} Warung` } });
  const { owner, outletId, shiftId } = shop;
  const make = (path, body) => owner.must(201, 'POST', path, body);
  const branch = await make('/outlets', { name: `${mark} Cabang`, code: 'CAB' });
  const category = await make('/categories', { name: `${mark} Minuman` });
  const group = await make('/modifier-groups', { name: `${mark} Gula`, minSelection: 0, maxSelection: 1,
    modifiers: [{ name: `${mark} Sedikit`, price: 500 }] });
  const product = await make('/products', { name: `${mark} Kopi`, price: 18000, trackStock: true, categoryId: category.id,
    barcode: `${mark}-899`, modifierGroupIds: [group.id] });
  const sized = await make('/products', { name: `${mark} Teh`, price: 9000, variants: [{ name: `${mark} Besar`, price: 12000 }] });
  const ingredient = await make('/ingredients', { name: `${mark} Susu`, unit: 'ml', cost: 20 });
  const customer = await make('/customers', { name: `${mark} Budi` });
  const table = await make('/tables', { outletId, name: `${mark} 1`, capacity: 4 });
  const clerk = await hire(owner, 'cashier', { name: `${mark} Siti` });
  await make('/inventory/adjustments', { outletId, type: 'purchase', reason: mark, items: [{ productId: product.id, quantityDelta: 50 }] });
  shop.products = [product, sized];
  const sale = await make('/pos/transactions', saleOf(shop, [[product, 2]], { orderType: 'retail', customerId: customer.id, notes: mark }));
  const whole = await owner.must(200, 'GET', `/pos/transactions/${sale.id}`);
  const order = await make('/orders', { outletId, orderType: 'dine_in', tableId: table.id, notes: mark,
    items: [{ productId: product.id, quantity: 1 }] });
  const held = await make('/pos/held-bills', { outletId, orderType: 'takeaway', name: mark, items: [{ productId: product.id, quantity: 1 }] });
  const transfer = await make('/inventory/transfers', { sourceOutletId: outletId, destinationOutletId: branch.id,
    items: [{ productId: product.id, quantity: 1 }] });
  // What the sale brings about is there before anybody looks.
  await eventually(() => owner.must(200, 'GET', `/customers/${customer.id}`), (found) => found.visitCount > 0);
  return {
    owner, mark,
    ids: {
      outlet: outletId, branch: branch.id, category: category.id, group: group.id, modifier: group.modifiers[0].id,
      product: product.id, barcode: product.barcode, sized: sized.id, variant: sized.variants[0].id, ingredient: ingredient.id,
      customer: customer.id, table: table.id, employee: clerk.user.employeeId, shift: shiftId, sale: sale.id, line: whole.items[0].id,
      order: order.id, orderItem: order.items[0].id, held: held.id, transfer: transfer.id,
      notice: randomUUID(), deadLetter: randomUUID(),
    },
  };
}

const item = (x) => ({ productId: x.product, quantity: 1, modifierIds: [x.modifier] });
const sizedItem = (x) => ({ productId: x.sized, variantId: x.variant, quantity: 1 });
const cart = (x) => ({ outletId: x.outlet, orderType: 'dine_in', tableId: x.table, customerId: x.customer, items: [item(x), sizedItem(x)] });
const paid = (x) => ({ ...cart(x), shiftId: x.shift, orderIds: [x.order], payments: [{ method: 'cash', amount: 1_000_000 }] });
const stockItem = (x) => [{ productId: x.product, quantity: 1 }, { ingredientId: x.ingredient, quantity: 5 }];
const byId = (path, key, body) => ({ path: (x) => path(x[key]), body: body && (() => body) });

/** operation → { path, body } from ids. An id that a call reads is one it must guard. */
const CALLS = {
  'GET /outlets/{id}': byId((id) => `/outlets/${id}`, 'branch'),
  'PATCH /outlets/{id}': byId((id) => `/outlets/${id}`, 'branch', { name: 'Hijacked' }),
  'DELETE /outlets/{id}': byId((id) => `/outlets/${id}`, 'branch'),
  'GET /employees': { path: (x) => `/employees?outletId=${x.outlet}` },
  'POST /employees': { path: () => '/employees', body: (x) => ({ name: 'Eve', email: `${randomUUID()}@example.test`,
    password: 'correct horse battery', role: 'cashier', outletId: x.outlet }) },
  'GET /employees/{id}': byId((id) => `/employees/${id}`, 'employee'),
  'PATCH /employees/{id}': { path: (x) => `/employees/${x.employee}`, body: (x) => ({ outletId: x.branch }) },
  'DELETE /employees/{id}': byId((id) => `/employees/${id}`, 'employee'),
  'GET /products': { path: (x) => `/products?categoryId=${x.category}&outletId=${x.outlet}` },
  'POST /products': { path: () => '/products', body: (x) => ({ name: 'Eve', price: 1, categoryId: x.category, outletId: x.outlet,
    modifierGroupIds: [x.group] }) },
  'GET /products/export': { path: (x) => `/products/export?outletId=${x.outlet}` },
  'GET /products/{id}': byId((id) => `/products/${id}`, 'product'),
  'PATCH /products/{id}': { path: (x) => `/products/${x.product}`, body: (x) => ({ categoryId: x.category, modifierGroupIds: [x.group] }) },
  'DELETE /products/{id}': byId((id) => `/products/${id}`, 'product'),
  'GET /products/barcode/{code}': byId((id) => `/products/barcode/${id}`, 'barcode'),
  'GET /products/{id}/recipe': byId((id) => `/products/${id}/recipe`, 'sized'),
  'PUT /products/{id}/recipe': { path: (x) => `/products/${x.sized}/recipe`,
    body: (x) => [{ ingredientId: x.ingredient, variantId: x.variant, quantity: 10 }] },
  'GET /categories/{id}': byId((id) => `/categories/${id}`, 'category'),
  'PATCH /categories/{id}': byId((id) => `/categories/${id}`, 'category', { name: 'Hijacked' }),
  'DELETE /categories/{id}': byId((id) => `/categories/${id}`, 'category'),
  'GET /modifier-groups/{id}': byId((id) => `/modifier-groups/${id}`, 'group'),
  'POST /modifier-groups': { path: () => '/modifier-groups', body: (x) => ({ name: 'Eve', minSelection: 0, maxSelection: 1,
    modifiers: [{ id: x.modifier, name: 'Eve', price: 1 }] }) },
  'PATCH /modifier-groups/{id}': { path: (x) => `/modifier-groups/${x.group}`, body: () => ({ name: 'Hijacked' }) },
  'DELETE /modifier-groups/{id}': byId((id) => `/modifier-groups/${id}`, 'group'),
  'GET /inventory/stock': { path: (x) => `/inventory/stock?outletId=${x.outlet}` },
  'GET /inventory/ingredients': { path: (x) => `/inventory/ingredients?outletId=${x.outlet}` },
  'GET /inventory/movements': { path: (x) => `/inventory/movements?outletId=${x.outlet}&productId=${x.product}` },
  'POST /inventory/adjustments': { path: () => '/inventory/adjustments', body: (x) => ({ outletId: x.outlet, type: 'purchase', reason: 'x',
    items: [{ productId: x.product, quantityDelta: 1 }, { productId: x.sized, variantId: x.variant, quantityDelta: 1 },
      { ingredientId: x.ingredient, quantityDelta: 1 }] }) },
  'POST /inventory/transfers': { path: () => '/inventory/transfers',
    body: (x) => ({ sourceOutletId: x.outlet, destinationOutletId: x.branch, items: stockItem(x) }) },
  'GET /inventory/transfers': { path: (x) => `/inventory/transfers?outletId=${x.outlet}` },
  'GET /inventory/transfers/{id}': byId((id) => `/inventory/transfers/${id}`, 'transfer'),
  'POST /inventory/transfers/{id}/approve': byId((id) => `/inventory/transfers/${id}/approve`, 'transfer', {}),
  'POST /inventory/transfers/{id}/ship': byId((id) => `/inventory/transfers/${id}/ship`, 'transfer', {}),
  'POST /inventory/transfers/{id}/receive': { path: (x) => `/inventory/transfers/${x.transfer}/receive`, body: () => ({}) },
  'POST /inventory/transfers/{id}/cancel': byId((id) => `/inventory/transfers/${id}/cancel`, 'transfer', {}),
  'GET /ingredients/{id}': byId((id) => `/ingredients/${id}`, 'ingredient'),
  'PATCH /ingredients/{id}': byId((id) => `/ingredients/${id}`, 'ingredient', { name: 'Hijacked' }),
  'DELETE /ingredients/{id}': byId((id) => `/ingredients/${id}`, 'ingredient'),
  'POST /shifts': { path: () => '/shifts', body: (x) => ({ outletId: x.branch, openingCash: 0 }) },
  'GET /shifts': { path: (x) => `/shifts?outletId=${x.outlet}&employeeId=${x.employee}` },
  'GET /shifts/current': { path: (x) => `/shifts/current?outletId=${x.outlet}` },
  'GET /shifts/{id}': byId((id) => `/shifts/${id}`, 'shift'),
  'GET /shifts/{id}/report': byId((id) => `/shifts/${id}/report`, 'shift'),
  'POST /shifts/{id}/cash-movements': byId((id) => `/shifts/${id}/cash-movements`, 'shift', { type: 'in', amount: 1000, reason: 'x' }),
  'POST /shifts/{id}/close': byId((id) => `/shifts/${id}/close`, 'shift', { closingCash: 0 }),
  'GET /customers/{id}': byId((id) => `/customers/${id}`, 'customer'),
  'PATCH /customers/{id}': byId((id) => `/customers/${id}`, 'customer', { name: 'Hijacked' }),
  'DELETE /customers/{id}': byId((id) => `/customers/${id}`, 'customer'),
  'GET /customers/{id}/transactions': byId((id) => `/customers/${id}/transactions`, 'customer'),
  'GET /customers/{id}/loyalty': byId((id) => `/customers/${id}/loyalty`, 'customer'),
  'POST /customers/{id}/loyalty/adjustments': byId((id) => `/customers/${id}/loyalty/adjustments`, 'customer', { points: 5, reason: 'x' }),
  'POST /tables': { path: () => '/tables', body: (x) => ({ outletId: x.outlet, name: `E${randomUUID().slice(0, 8)}`, capacity: 2 }) },
  'GET /tables': { path: (x) => `/tables?outletId=${x.outlet}` },
  'GET /tables/{id}': byId((id) => `/tables/${id}`, 'table'),
  'PATCH /tables/{id}': byId((id) => `/tables/${id}`, 'table', { capacity: 9 }),
  'PATCH /tables/{id}/status': byId((id) => `/tables/${id}/status`, 'table', { status: 'reserved' }),
  'DELETE /tables/{id}': byId((id) => `/tables/${id}`, 'table'),
  'POST /pos/quote': { path: () => '/pos/quote', body: cart },
  'POST /pos/transactions': { path: () => '/pos/transactions', body: paid },
  'GET /pos/transactions': { path: (x) => `/pos/transactions?outletId=${x.outlet}&employeeId=${x.employee}&customerId=${x.customer}` },
  'GET /pos/transactions/{id}': byId((id) => `/pos/transactions/${id}`, 'sale'),
  'GET /pos/transactions/{id}/receipt': byId((id) => `/pos/transactions/${id}/receipt`, 'sale'),
  'POST /pos/transactions/{id}/void': byId((id) => `/pos/transactions/${id}/void`, 'sale', { reason: 'x' }),
  'POST /pos/transactions/{id}/refund': { path: (x) => `/pos/transactions/${x.sale}/refund`,
    body: (x) => ({ items: [{ transactionItemId: x.line, quantity: 1, restock: true }], method: 'cash', reason: 'x' }) },
  'POST /pos/transactions/{id}/review': byId((id) => `/pos/transactions/${id}/review`, 'sale', { note: 'x' }),
  'POST /pos/held-bills': { path: () => '/pos/held-bills', body: (x) => ({ ...cart(x), name: 'x', orderIds: [x.order] }) },
  'GET /pos/held-bills': { path: (x) => `/pos/held-bills?outletId=${x.outlet}` },
  'GET /pos/held-bills/{id}': byId((id) => `/pos/held-bills/${id}`, 'held'),
  'POST /pos/held-bills/{id}/split': byId((id) => `/pos/held-bills/${id}/split`, 'held', { ways: 2 }),
  'DELETE /pos/held-bills/{id}': byId((id) => `/pos/held-bills/${id}`, 'held'),
  'GET /orders': { path: (x) => `/orders?tableId=${x.table}&outletId=${x.outlet}` },
  'POST /orders': { path: () => '/orders', body: (x) => ({ outletId: x.outlet, orderType: 'dine_in', tableId: x.table,
    items: [item(x), sizedItem(x)] }) },
  'GET /orders/{id}': byId((id) => `/orders/${id}`, 'order'),
  'PATCH /orders/{id}': { path: (x) => `/orders/${x.order}`, body: (x) => ({ tableId: x.table, priority: 1 }) },
  'PATCH /orders/{id}/status': byId((id) => `/orders/${id}/status`, 'order', { status: 'cooking' }),
  'POST /orders/{id}/recall': byId((id) => `/orders/${id}/recall`, 'order'),
  'PATCH /orders/{id}/items/{itemId}/status': { path: (x) => `/orders/${x.order}/items/${x.orderItem}/status`, body: () => ({ status: 'cooking' }) },
  'GET /audit': { path: (x) => `/audit?outletId=${x.outlet}&employeeId=${x.employee}&entityId=${x.sale}` },
  'POST /ops/dead-letters/{id}/retry': byId((id) => `/ops/dead-letters/${id}/retry`, 'deadLetter', {}),
  'POST /ops/dead-letters/{id}/discard': byId((id) => `/ops/dead-letters/${id}/discard`, 'deadLetter', {}),
  'POST /ops/recover/loyalty': { path: () => '/ops/recover/loyalty', body: (x) => ({ transactionId: x.sale }) },
  'POST /ops/recover/orders': { path: () => '/ops/recover/orders', body: (x) => ({ transactionId: x.sale }) },
  'PATCH /notifications/{id}/read': byId((id) => `/notifications/${id}/read`, 'notice', {}),
  'POST /notifications/{id}/read': byId((id) => `/notifications/${id}/read`, 'notice', {}),
};
/** Each sale of a list is answered for itself: see tests/api/sync.test.mjs. */
const ELSEWHERE = ['POST /sync/sales'];

/* ---- What the API's own description says ---- */

function resolver(document) {
  return function resolve(node) {
    while (node?.$ref) node = node.$ref.split('/').slice(1).reduce((at, key) => at[key], document);
    return node;
  };
}

/** Does the schema hold an id that a client gives? */
function holdsId(resolve, schema, seen = new Set()) {
  const node = resolve(schema);
  if (!node || seen.has(node)) return false;
  seen.add(node);
  return node.format === 'uuid' || holdsId(resolve, node.items, seen) ||
    Object.values(node.properties ?? {}).some((member) => holdsId(resolve, member, seen)) ||
    [...(node.anyOf ?? []), ...(node.oneOf ?? [])].some((branch) => holdsId(resolve, branch, seen));
}

function operations(document) {
  const resolve = resolver(document);
  return Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).filter(([method]) => method !== 'parameters')
    .map(([method, operation]) => {
      const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])].map(resolve);
      const bodies = Object.values(operation.requestBody?.content ?? {}).map((content) => content.schema);
      return {
        name: `${method.toUpperCase()} ${path}`,
        isPublic: operation.security?.length === 0,
        namesIds: parameters.some((one) => one.in === 'path' || resolve(one.schema)?.format === 'uuid') ||
          bodies.some((schema) => holdsId(resolve, schema)),
      };
    }));
}

/** What `build` reads of the ids. */
function idsRead(call, ids) {
  const read = new Set();
  const watched = new Proxy(ids, { get: (target, key) => { read.add(key); return target[key]; } });
  call.path(watched);
  call.body?.(watched);
  return [...read];
}

const send = (client, name, call, ids) => client.call(name.split(' ')[0], call.path(ids), call.body?.(ids));

/** Everything that an owner sees of the business. */
async function everything({ owner, ids }) {
  const paths = ['/outlets', '/employees', '/products', '/categories', '/modifier-groups', '/ingredients', '/customers', '/tables',
    `/inventory/stock?outletId=${ids.outlet}`, `/inventory/ingredients?outletId=${ids.outlet}`, '/inventory/transfers', '/orders', '/shifts',
    '/pos/transactions', '/pos/held-bills', `/products/${ids.sized}/recipe`, `/customers/${ids.customer}/loyalty`, `/pos/transactions/${ids.sale}`];
  return Promise.all(paths.map((path) => owner.must(200, 'GET', path)));
}

onEachEngine('another business', (context) => {
  it('is named by no call that the matrix does not have', async () => {
    const document = await (await fetch(`${context.server.origin}/api/v1/openapi.json`)).json();
    const missing = operations(document).filter(({ name, isPublic, namesIds }) => !isPublic && namesIds &&
      !CALLS[name] && !ELSEWHERE.includes(name)).map(({ name }) => name);
    assert.deepEqual(missing, []);
  });

  it('answers 404 to each of its ids, and stays as it is', async () => {
    const [mine, theirs] = await Promise.all([furnish(context.server, 'Punyaku'), furnish(context.server, 'Rahasia')]);
    const before = await everything(theirs);
    const wrong = [];
    for (const [name, call] of Object.entries(CALLS)) {
      for (const key of idsRead(call, mine.ids)) {
        const answer = await send(mine.owner, name, call, { ...mine.ids, [key]: theirs.ids[key] });
        /* A filter that nothing fits is an empty list; a modifier is looked for among the product's own. */
        const isGood = answer.status === 404 || (key === 'modifier' && ['MODIFIER_RULE', 'VALIDATION_FAILED'].includes(answer.body.code)) || (name.startsWith('GET ') && answer.status === 200 && answer.text === '[]');
        if (!isGood || answer.text.includes(theirs.mark)) wrong.push(`${name} with their ${key}: ${answer.status} ${answer.text.slice(0, 200)}`);
      }
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(await everything(theirs), before);
  });

  it('is in no list', async () => {
    const [mine, theirs] = await Promise.all([furnish(context.server, 'Punyaku'), furnish(context.server, 'Rahasia')]);
    const document = await (await fetch(`${context.server.origin}/api/v1/openapi.json`)).json();
    const lists = operations(document).filter(({ name, isPublic }) => !isPublic && /^GET [^{]*$/.test(name));
    assert.ok(lists.length > 10);
    for (const { name } of lists) {
      const answer = await mine.owner.get(name.slice(4));
      assert.ok(!answer.text.includes(theirs.mark), `${name}: ${answer.text.slice(0, 300)}`);
      for (const id of Object.values(theirs.ids)) assert.ok(!answer.text.includes(id), `${name} names ${id}`);
    }
  });
});
