// What the tills know: the sales that were acknowledged and the ones whose outcome they don't know. Compared with what the
// server has after it was hurt.
import { randomUUID } from 'node:crypto';
import { saleOf } from './client.mjs';
import { command } from './server.mjs';

const OPENING_STOCK = 1_000_000;
export const PRODUCTS = [{ name: 'Kopi', price: 15000, stock: OPENING_STOCK }, { name: 'Roti', price: 9000, stock: OPENING_STOCK }];

export class Ledger {
  constructor(shop) {
    this.shop = shop;
    this.acknowledged = new Map(); // key → sale
    this.unsettled = new Map(); // key → body, asked since the last settle
  }

  /** One sale. Answers the response, or null when the connection ended without one. */
  async sell(key = randomUUID(), body = saleOf(this.shop, [[this.shop.products[0], 1], [this.shop.products[1], 2]])) {
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

  /** `sellers` tills sell until the server is gone, or `enough()`; what it answers meanwhile must be 201 or 503. */
  async sellOn(sellers, enough = () => false) {
    const seller = async () => {
      while (!enough()) {
        const answer = await this.sell();
        if (!answer) return;
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
  }
}

/** `tilopos check`, as a finding of a rig. `drained: false`: the process died, events may wait for their listeners. */
export function checkBooks(database, { drained = true } = {}) {
  const done = command(database, ['check']);
  const broken = done.stdout.split('\n').filter((line) => line.startsWith('BROKEN') && (drained || !line.includes('listener.drained')));
  const failed = done.status !== 0 && (drained || !done.stdout.includes('BROKEN'));
  if (broken.length || failed) throw new Error(`BOOKS: tilopos check: ${done.status ?? done.signal}\n${done.stdout}\n${done.stderr}`);
}
