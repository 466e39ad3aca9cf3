// The business that is measured: outlets that sell 200 products, all in stock, and a cashier with an open shift in each.
import { writeFileSync } from 'node:fs';
import { hire, login, PASSWORD, register } from '../../tests/lib/client.mjs';

export const PRODUCTS = 200;
const LINES = 3;
const STOCK = 1_000_000;
const BATCH = 100; /* lines an adjustment */

async function stockUp(owner, outletId, products) {
  for (let from = 0; from < products.length; from += BATCH)
    await owner.must(201, 'POST', '/inventory/adjustments', {
      outletId, type: 'purchase', reason: 'opening stock',
      items: products.slice(from, from + BATCH).map((id) => ({ productId: id, quantityDelta: STOCK })),
    });
}

async function openTill(owner, outletId) {
  const cashier = await hire(owner, 'cashier', { outletId });
  const shift = await cashier.must(201, 'POST', '/shifts', { outletId, openingCash: 100000 });
  return { outletId, shiftId: shift.id, email: cashier.user.email };
}

export async function makeShop(server, outlets = 1) {
  const owner = await register(server, { businessName: 'Warung Bangku' });
  const products = [];
  for (let i = 0; i < PRODUCTS; i++) {
    const product = await owner.must(201, 'POST', '/products',
      { name: `Kopi Susu Gula Aren ${i}`, price: 18000 + 500 * (i % 20), sku: `KOPI-${1000 + i}`, trackStock: true });
    products.push(product.id);
  }
  const tills = [];
  for (let i = 0; i < outlets; i++) {
    const rules = { taxRate: 0.1, serviceChargeRate: 0.05, taxServiceCharge: true };
    const outletId = i === 0 ? owner.user.outletId
      : (await owner.must(201, 'POST', '/outlets', { name: `Cabang ${i}`, code: `OUT${i + 1}` })).id;
    await owner.must(200, 'PATCH', `/outlets/${outletId}`, rules);
    await stockUp(owner, outletId, products);
    tills.push(await openTill(owner, outletId));
  }
  return { products, tills, ownerEmail: owner.user.email };
}

export const tokenOf = async (server, email) => (await login(server, email, PASSWORD)).token;

function saleRequest(server, token, till, products, orderType) {
  const body = JSON.stringify({
    outletId: till.outletId, shiftId: till.shiftId, orderType,
    items: products.map((productId) => ({ productId, quantity: 1 })), payments: [{ method: 'cash', amount: 100000 }],
  });
  return `POST /api/v1/pos/transactions HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nAuthorization: Bearer ${token}\r\n` +
    `Idempotency-Key: bench-@@@@@@@@@@@@@@@@\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

/** The form that bench/load reads. */
export function writeRequests(file, requests) {
  writeFileSync(file, requests.map((text) => `${Buffer.byteLength(text)}\n${text}`).join(''), { mode: 0o600 });
}

/** Sales of three different products, each first in turn, over the first `outlets` outlets. */
export async function writeSales(server, shop, outlets, file, orderType = 'retail') {
  const requests = [];
  const tokens = await Promise.all(shop.tills.slice(0, outlets).map((till) => tokenOf(server, till.email)));
  for (let i = 0; i < PRODUCTS; i++) {
    const products = Array.from({ length: LINES }, (_, line) => shop.products[(i * 7 + line * 67) % PRODUCTS]);
    requests.push(saleRequest(server, tokens[i % outlets], shop.tills[i % outlets], products, orderType));
  }
  writeRequests(file, requests);
}
