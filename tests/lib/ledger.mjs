// What the tills know: the sales that were acknowledged and the ones whose outcome they don't know. Compared with what the
// server has after it was hurt.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { openShop, saleOf } from './client.mjs';
import { command } from './server.mjs';

const OPENING_STOCK = 1_000_000;
const PRODUCTS = [{ name: 'Kopi', price: 15000, stock: OPENING_STOCK }, { name: 'Roti', price: 9000, stock: OPENING_STOCK }];

const MILK_A_SALE = 10;
const PROGRAM = { isActive: true, amountPerPoint: 10000, pointValue: 100, expiryDays: null, tiers: [] };
const LISTENERS_DONE_MS = 120_000;

export class Ledger {
  /** A shop with everything that follows a sale: an order for the kitchen, milk that is used up, points. */
  static async open(server) {
    const shop = await openShop(server, { products: PRODUCTS });
    const { owner } = shop;
    const milk = await owner.must(201, 'POST', '/ingredients', { name: 'Susu', unit: 'ml', cost: 20 });
    await owner.must(200, 'PUT', `/products/${shop.products[0].id}/recipe`, [{ ingredientId: milk.id, quantity: MILK_A_SALE }]);
    await owner.must(200, 'PUT', '/loyalty/program', PROGRAM);
    const customer = await owner.must(201, 'POST', '/customers', { name: 'Bu Setia' });
    return new Ledger(shop, customer.id);
  }

  constructor(shop, customerId) {
    this.shop = shop;
    this.customerId = customerId;
    this.acknowledged = new Map(); // key → sale
    this.unsettled = new Map(); // key → body, asked since the last settle
  }

  /** One sale. Answers the response, or null when the connection ended without one. */
  async sell(key = randomUUID(), body = saleOf(this.shop, [[this.shop.products[0], 1], [this.shop.products[1], 2]],
    { customerId: this.customerId })) {
    this.unsettled.set(key, body);
    const answer = await this.shop.owner.post('/pos/transactions', body, { 'idempotency-key': key }).catch(() => null);
    if (answer?.status === 201) this.#acknowledge(key, answer.body);
    return answer;
  }

  #acknowledge(key, sale) {
    const known = this.acknowledged.get(key);
    if (known && known.id !== sale.id) throw new Error(`DOUBLED: ${key} is sale ${known.id} and sale ${sale.id}`);
    this.acknowledged.set(key, sale);
  }

  /** `sellers` tills sell until the server is gone, or `enough()`; what it answers meanwhile must be 201 or 503, after
   * which a till asks for the same sale again. */
  async sellOn(sellers, enough = () => false) {
    const seller = async () => {
      for (let key = randomUUID(); !enough();) {
        const answer = await this.sell(key);
        if (!answer) return;
        if (answer.status === 201) key = randomUUID();
        if (answer.status !== 201 && answer.status !== 503) throw new Error(`a sale was answered ${answer.status}: ${answer.text}`);
      }
    };
    await Promise.all(Array.from({ length: sellers }, seller));
  }

  async #mustHave(sale) {
    const answer = await this.shop.owner.get(`/pos/transactions/${sale.id}`);
    if (answer.status !== 200) throw new Error(`LOST: sale ${sale.id}, receipt ${sale.receiptNumber}: ${answer.status}`);
    if (answer.body.grandTotal !== sale.grandTotal || answer.body.receiptNumber !== sale.receiptNumber)
      throw new Error(`CHANGED: sale ${sale.id}: ${answer.text}`);
  }

  /** What was acknowledged since the last time is there; every till asks again with its key: what was stored is answered
   * again, what was not is sold now. Then the stock must tie. */
  async settle() {
    for (const [key, body] of [...this.unsettled]) {
      const sale = this.acknowledged.get(key);
      if (sale) await this.#mustHave(sale);
      const again = await this.sell(key, body);
      if (again?.status !== 201) throw new Error(`${key} can't be settled: ${again?.text}`);
    }
    this.unsettled.clear();
    const levels = await this.shop.owner.must(200, 'GET', `/inventory/stock?outletId=${this.shop.outletId}`);
    const sold = this.acknowledged.size, left = levels.map((level) => level.quantity);
    if (left[0] !== OPENING_STOCK - sold || left[1] !== OPENING_STOCK - 2 * sold)
      throw new Error(`STOCK: ${left} is left after ${sold} sales`);
  }

  /** All that was ever acknowledged. */
  async mustHaveAll() {
    const sales = [...this.acknowledged.values()];
    for (let i = 0; i < sales.length; i += 16) await Promise.all(sales.slice(i, i + 16).map((sale) => this.#mustHave(sale)));
    await this.#mustHaveFollowed(sales);
  }

  /** Whatever happened to the listeners: each sale was counted once, used its milk once (its order: `tilopos check`). */
  async #mustHaveFollowed(sales) {
    const { owner, outletId } = this.shop;
    const busy = async () => (await owner.must(200, 'GET', '/ops/events')).listeners.some((one) => one.pending + one.retrying + one.waiting > 0);
    for (const end = Date.now() + LISTENERS_DONE_MS; await busy(); await pause(50))
      if (Date.now() > end) throw new Error('FOLLOWED: the listeners are not done');
    const customer = await owner.must(200, 'GET', `/customers/${this.customerId}`);
    const [milk] = await owner.must(200, 'GET', `/inventory/ingredients?outletId=${outletId}`);
    const found = { visits: customer.visitCount, spent: customer.totalSpent, points: customer.loyaltyPoints, milk: milk?.quantity ?? 0 };
    const expected = {
      visits: sales.length, spent: sales.reduce((sum, sale) => sum + sale.grandTotal, 0),
      points: sales.reduce((sum, sale) => sum + Math.floor(sale.grandTotal / PROGRAM.amountPerPoint), 0), milk: -MILK_A_SALE * sales.length,
    };
    if (JSON.stringify(found) !== JSON.stringify(expected))
      throw new Error(`FOLLOWED: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
  }
}

/** `tilopos check`, as a finding of a rig. `drained: false`: the process died, events may wait for their listeners. */
export function checkBooks(database, { drained = true } = {}) {
  const done = command(database, ['check']);
  const broken = done.stdout.split('\n').filter((line) => line.startsWith('BROKEN') && (drained || !line.includes('listener.drained')));
  const failed = done.status !== 0 && (drained || !done.stdout.includes('BROKEN'));
  if (broken.length || failed) throw new Error(`BOOKS: tilopos check: ${done.status ?? done.signal}\n${done.stdout}\n${done.stderr}`);
}

/** What a rig may find a planted bug by: the same wound shows differently, depending on where it hits. */
const FINDINGS = {
  answer_before_commit: /LOST|DOUBLED|STOCK|FOLLOWED/,
  synchronous_off: /LOST|DOUBLED|BOOKS|STOCK|FOLLOWED/,
  no_idempotency_key: /DOUBLED|STOCK|FOLLOWED/,
};
export const PLANTS = Object.keys(FINDINGS);

/** `hunt` must fail, by what the planted bug does. */
export async function mustFind(plant, hunt) {
  await assert.rejects(hunt, (error) => FINDINGS[plant].test(error.message) || assert.fail(`found something else: ${error.stack}`));
}
