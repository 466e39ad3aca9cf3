// A small API client, and the businesses that tests work on: each test makes its own, so tests run side by side.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

/** One request. Answers { status, headers, body } with the body parsed when it is JSON. */
export async function request(server, method, path, { token, body, headers = {}, raw } = {}) {
  const all = { ...headers };
  if (token) all.authorization = `Bearer ${token}`;
  if (body !== undefined) all['content-type'] ??= 'application/json';
  const url = path.startsWith('/api/') || path.startsWith('//') ? path.replace(/^\/\//, '/') : `/api/v1${path}`;
  const response = await fetch(server.origin + url,
    { method, headers: all, body: raw ?? (body === undefined ? undefined : JSON.stringify(body)) });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, text, body: isJson && text ? JSON.parse(text) : text };
}

/** The same for one employee. */
export class Client {
  constructor(server, session) {
    this.server = server;
    Object.assign(this, { token: session.accessToken, refreshToken: session.refreshToken, user: session.user });
  }
  call(method, path, body, headers) { return request(this.server, method, path, { token: this.token, body, headers }); }
  get(path, headers) { return this.call('GET', path, undefined, headers); }
  post(path, body, headers) { return this.call('POST', path, body, headers); }
  put(path, body, headers) { return this.call('PUT', path, body, headers); }
  patch(path, body, headers) { return this.call('PATCH', path, body, headers); }
  delete(path, headers) { return this.call('DELETE', path, undefined, headers); }

  /** Like call, but anything but the wanted status fails the test with the whole answer. */
  async must(status, method, path, body, headers) {
    const answer = await this.call(method, path, body, headers);
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    return answer.body;
  }
}

export const PASSWORD = 'correct horse battery';

/** Registers a business; answers its owner as a Client. */
export async function register(server, fields = {}) {
  const answer = await request(server, 'POST', '/auth/register', { body: {
    businessName: 'Warung Uji', ownerName: 'Ibu Uji', email: `owner-${randomUUID()}@example.test`, password: PASSWORD, ...fields,
  } });
  assert.equal(answer.status, 201, answer.text);
  return new Client(server, answer.body);
}

export async function login(server, email, password = PASSWORD) {
  const answer = await request(server, 'POST', '/auth/login', { body: { email, password } });
  assert.equal(answer.status, 200, answer.text);
  return new Client(server, answer.body);
}

/** Adds an employee of the owner's outlet (or `fields.outletId`) and logs them in. */
export async function hire(owner, role, fields = {}) {
  const email = `${role}-${randomUUID()}@example.test`;
  await owner.must(201, 'POST', '/employees',
    { name: `Si ${role}`, email, password: PASSWORD, role, outletId: owner.user.outletId, ...fields });
  return login(owner.server, email);
}

/** A shop that can sell: an owner, an outlet with the given settings, an open shift and one product per price. */
export async function openShop(server, { outlet = {}, products = [{ name: 'Kopi Susu', price: 18000 }], register: fields = {} } = {}) {
  const owner = await register(server, fields);
  const outletId = owner.user.outletId;
  if (Object.keys(outlet).length) await owner.must(200, 'PATCH', `/outlets/${outletId}`, outlet);
  const shift = await owner.must(201, 'POST', '/shifts', { outletId, openingCash: 100000 });
  const made = [];
  for (const { stock, ...product } of products) {
    const row = await owner.must(201, 'POST', '/products', { trackStock: stock !== undefined, ...product });
    if (stock !== undefined)
      await owner.must(201, 'POST', '/inventory/adjustments',
        { outletId, type: 'purchase', reason: 'opening stock', items: [{ productId: row.id, quantityDelta: stock }] });
    made.push(row);
  }
  return { owner, outletId, shiftId: shift.id, products: made };
}

/** The body of a sale in a shop: `items` as [product, quantity, more fields]. Pays in cash unless told. */
export function saleOf(shop, items, { paid = 10_000_000, ...more } = {}) {
  return {
    outletId: shop.outletId, shiftId: shop.shiftId, orderType: 'takeaway',
    items: items.map(([product, quantity, fields = {}]) => ({ productId: product.id, quantity, ...fields })),
    payments: [{ method: 'cash', amount: paid }], ...more,
  };
}
