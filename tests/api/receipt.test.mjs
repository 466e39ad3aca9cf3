// Receipts: the same content as JSON, text, page and printer bytes; originals and copies; nothing leaks.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { randomUUID } from 'node:crypto';
import { onEachEngine } from '../lib/engines.mjs';
import { hire, openShop, register, saleOf } from '../lib/client.mjs';

const CAFE = {
  name: 'Kemang', code: 'KMG', address: 'Jl. Kemang Raya No. 12, Jakarta Selatan', phone: '021-7654321',
  receiptHeader: 'Buka tiap hari\n07.00 - 22.00', receiptFooter: 'Sampai jumpa!',
  taxRate: 0.1, serviceChargeRate: 0.05, taxServiceCharge: true, cashRounding: 100,
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'Mei', 'Jun', 'Jul', 'Agu', 'Sep', 'Okt', 'Nov', 'Des'];

/** The time of a sale as its receipt says it. */
function jakarta(createdAt) {
  const at = new Date(Date.parse(createdAt) + 7 * 3600_000).toISOString();
  return `${at.slice(8, 10)} ${MONTHS[Number(at.slice(5, 7)) - 1]} ${at.slice(0, 4)} ${at.slice(11, 16)}`;
}

/** A café, and a sale there with a bit of everything. */
async function cafe(server, outlet = CAFE) {
  const shop = await openShop(server, { register: { businessName: 'Kopi Senja', ownerName: 'Ibu Sari' }, outlet,
    products: [{ name: 'Pisang Goreng Keju Cokelat Spesial Porsi Keluarga', price: 35000 }, { name: 'Keripik curah', price: 60000 }] });
  const extra = await shop.owner.must(201, 'POST', '/modifier-groups', { name: 'Extra', minSelection: 0, maxSelection: 4, modifiers: [{ name: 'Gula aren', price: 2000 }, { name: 'Shot', price: 5000 }, { name: 'Es sedikit', price: 0 }] });
  const coffee = await shop.owner.must(201, 'POST', '/products', { name: 'Kopi Susu', price: 28000, variants: [{ name: 'Besar', price: 32000 }], modifierGroupIds: [extra.id] });
  const [palm, shot, ice] = extra.modifiers.map((modifier) => modifier.id);
  const items = [
    [coffee, 2, { variantId: coffee.variants[0].id, modifierIds: [palm, shot, shot, ice], notes: 'Jangan terlalu manis', discount: { type: 'percentage', value: 10, reason: 'Member' } }],
    [shop.products[0], 1], [shop.products[1], 0.25]];
  shop.sell = (more = {}) => shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, items, {
    orderType: 'dine_in', discounts: [{ type: 'fixed', value: 10000, reason: 'Promo' }],
    payments: [{ method: 'qris', amount: 100000, referenceNumber: 'QR-77120' }, { method: 'cash', amount: 50000 }], ...more }));
  shop.receipt = (sale, query = '', status = 200) => shop.owner.must(status, 'GET', `/pos/transactions/${sale.id}/receipt${query}`);
  return shop;
}

/** The bytes of a receipt, which are no text. */
async function bytes(client, path) {
  const answer = await fetch(`${client.server.origin}/api/v1${path}`, { headers: { authorization: `Bearer ${client.token}` } });
  assert.equal(answer.status, 200);
  return { type: answer.headers.get('content-type'), text: Buffer.from(await answer.arrayBuffer()).toString('latin1') };
}

const centred = (columns) => (text) => ' '.repeat(Math.floor((columns - text.length) / 2)) + text;
const pair = (columns) => (left, right) => left + right.padStart(columns - left.length);

function textOf(sale, columns, address, banana) {
  const middle = centred(columns), row = pair(columns), rule = '-'.repeat(columns);
  return [...['Kopi Senja', 'Kemang', ...address, 'Telp. 021-7654321', 'Buka tiap hari', '07.00 - 22.00'].map(middle),
    rule, `No.        ${sale.receiptNumber}`, `Tanggal    ${jakarta(sale.createdAt)}`, 'Kasir      Ibu Sari', 'Pesanan    Makan di tempat', rule,
    'Kopi Susu (Besar)', '  + Gula aren @2.000', '  + 2 x Shot @5.000', '  + Es sedikit', '  * Jangan terlalu manis',
    row('  2 x 44.000', '88.000'), row('  Diskon (Member)', '-8.800'), ...banana, row('  1 x 35.000', '35.000'),
    'Keripik curah', row('  0,25 x 60.000', '15.000'), rule,
    row('Subtotal', '129.200'), row('Diskon (Promo)', '-10.000'), row('Layanan 5%', '5.960'), row('Pajak 10%', '12.516'), row('Pembulatan', '24'),
    row('TOTAL', 'Rp137.700'), rule, row('QRIS', '100.000'), '  Ref. QR-77120', row('Tunai', '50.000'), row('Kembali', '12.300'), rule,
    middle('Sampai jumpa!'), ''].join('\n');
}

onEachEngine('receipt', (context) => {
  it('is a golden text on 58 and 80 mm', async () => {
    const shop = await cafe(context.server), sale = await shop.sell();
    const narrow = await bytes(shop.owner, `/pos/transactions/${sale.id}/receipt?format=text&width=58`);
    assert.equal(narrow.type, 'text/plain; charset=utf-8');
    assert.equal(narrow.text, textOf(sale, 32, ['Jl. Kemang Raya No. 12, Jakarta', 'Selatan'], ['Pisang Goreng Keju Cokelat', '  Spesial Porsi Keluarga']));
    const wide = await bytes(shop.owner, `/pos/transactions/${sale.id}/receipt?format=text`);
    assert.equal(wide.text, textOf(sale, 48, ['Jl. Kemang Raya No. 12, Jakarta Selatan'], ['Pisang Goreng Keju Cokelat Spesial Porsi', '  Keluarga']));
  });

  it('tells the same as JSON, and it adds up', async () => {
    const shop = await cafe(context.server), sale = await shop.sell();
    const receipt = await shop.receipt(sale);
    const local = new Date(Date.parse(sale.createdAt) + 7 * 3600_000).toISOString().slice(0, 19) + '+07:00';
    assert.deepEqual(receipt, {
      transactionId: sale.id, type: 'sale', status: 'completed', copy: 0, printedCount: 0, firstPrintedAt: null, lastPrintedAt: null,
      businessName: 'Kopi Senja', outletName: 'Kemang', address: CAFE.address, phone: CAFE.phone, taxNumber: null,
      header: CAFE.receiptHeader, footer: CAFE.receiptFooter, receiptNumber: sale.receiptNumber, originalReceiptNumber: null, reason: null,
      createdAt: sale.createdAt, localTime: local, cashierName: 'Ibu Sari', orderType: 'dine_in', tableName: null, customerName: null, notes: null, currency: 'IDR',
      lines: [
        { name: 'Kopi Susu', variantName: 'Besar', quantity: 2, unitPrice: 44000, total: 88000,
          modifiers: [{ name: 'Gula aren', price: 2000, quantity: 1 }, { name: 'Shot', price: 5000, quantity: 2 }, { name: 'Es sedikit', price: 0, quantity: 1 }],
          discounts: [{ reason: 'Member', percentage: null, amount: 8800 }], notes: 'Jangan terlalu manis' },
        { name: 'Pisang Goreng Keju Cokelat Spesial Porsi Keluarga', variantName: null, quantity: 1, unitPrice: 35000, total: 35000, modifiers: [], discounts: [], notes: null },
        { name: 'Keripik curah', variantName: null, quantity: 0.25, unitPrice: 60000, total: 15000, modifiers: [], discounts: [], notes: null }],
      subtotal: 129200, discounts: [{ reason: 'Promo', percentage: null, amount: 10000 }], pricesIncludeTax: false,
      serviceCharge: 5960, serviceChargeRate: 0.05, taxName: null, taxAmount: 12516, taxRate: 0.1, rounding: 24, grandTotal: 137700,
      payments: [{ method: 'qris', amount: 100000, referenceNumber: 'QR-77120' }, { method: 'cash', amount: 50000, referenceNumber: null }],
      paid: 150000, change: 12300,
    });
  });

  it('says under which number and by which name the tax is paid', async () => {
    const shop = await cafe(context.server, { ...CAFE, taxNumber: '01.234.567.8-901.000', taxName: 'PBJT' }), sale = await shop.sell();
    const { taxNumber, taxName } = await shop.receipt(sale);
    assert.deepEqual([taxNumber, taxName], ['01.234.567.8-901.000', 'PBJT']);
    for (const [width, columns] of [[58, 32], [80, 48]]) {
      const text = await shop.receipt(sale, `?format=text&width=${width}`);
      assert.ok(text.includes(`\n${centred(columns)('NPWP 01.234.567.8-901.000')}\n`), text);
      assert.ok(text.includes(`\n${pair(columns)('PBJT 10%', sale.taxAmount.toLocaleString('de-DE'))}\n`), text);
    }
    assert.match(await shop.receipt(sale, '?format=html'), /NPWP 01\.234\.567\.8-901\.000[^]*PBJT 10%/);
    await shop.owner.must(200, 'PATCH', `/outlets/${shop.outletId}`, { taxNumber: null, taxName: null });
    assert.match(await shop.receipt(sale, '?format=text'), /\nPajak 10%/);
    assert.equal((await shop.owner.patch(`/outlets/${shop.outletId}`, { taxName: '' })).status, 400);
  });

  it('shows shelf prices where they include tax, and what is inside', async () => {
    const shop = await cafe(context.server, { ...CAFE, pricesIncludeTax: true, cashRounding: 0 });
    const sale = await shop.sell({ discounts: [{ type: 'percentage', value: 12.5, reason: null }], payments: [{ method: 'qris', amount: 113050, referenceNumber: 'Q' }] });
    const receipt = await shop.receipt(sale);
    assert.deepEqual([receipt.subtotal, receipt.discounts, receipt.grandTotal], [129200, [{ reason: null, percentage: 12.5, amount: 16150 }], 113050]);
    assert.deepEqual([receipt.serviceCharge, receipt.taxAmount], [sale.serviceCharge, sale.taxAmount]);
    const text = await shop.receipt(sale, '?format=text&lang=en&width=58');
    const rows = text.split('\n').slice(text.split('\n').findIndex((row) => row.startsWith('Subtotal')));
    const row = pair(32), money = (value) => value.toLocaleString('en-US');
    assert.deepEqual(rows.slice(0, 10), [row('Subtotal', '129,200'), row('Discount 12.5%', '-16,150'), row('TOTAL', 'Rp113,050'), '-'.repeat(32),
      row('QRIS', '113,050'), '  Ref. Q', '', 'Prices include:', row('  Service 5%', money(sale.serviceCharge)), row('  Tax 10%', money(sale.taxAmount))]);
  });

  it('counts prints only when told, and marks the later ones', async () => {
    const shop = await cafe(context.server), sale = await shop.sell();
    const text = (query) => shop.receipt(sale, `?format=text${query}`);
    const before = await text('');
    assert.equal(await text(''), before);
    assert.doesNotMatch(before, /SALINAN/);
    assert.equal(await text('&print=true'), before);
    assert.match(await text(''), /\*\*\* SALINAN 1 \*\*\*/);
    assert.match(await text('&print=true'), /\*\*\* SALINAN 1 \*\*\*/);
    assert.match(await text('&print=true&lang=en'), /\*\*\* COPY 2 \*\*\*/);
    const receipt = await shop.receipt(sale);
    assert.deepEqual([receipt.copy, receipt.printedCount], [3, 3]);
    assert.ok(receipt.firstPrintedAt < receipt.lastPrintedAt);
    assert.equal((await shop.receipt(await shop.sell())).printedCount, 0);
    const printed = await Promise.all(Array.from({ length: 12 }, () => shop.receipt(sale, '?print=true')));
    assert.deepEqual(printed.map((each) => each.copy).sort((a, b) => a - b), [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]);
  });

  it('speaks ESC/POS to the byte', async () => {
    const shop = await openShop(context.server, { register: { businessName: 'Kopi', ownerName: 'Sari' }, outlet: { name: 'Kopi' }, products: [{ name: 'Café “Crème”…', price: 18000 }] });
    const sale = await shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[shop.products[0], 1]], { paid: 20000 }));
    const path = `/pos/transactions/${sale.id}/receipt?format=escpos`;
    const body = (columns, name, marks = '') => {
      const rule = '-'.repeat(columns) + '\n', row = (left, right) => pair(columns)(left, right) + '\n', tall = (text) => `\x1bE\x01\x1d!\x01${text}\n\x1bE\x00\x1d!\x00`;
      const mark = marks && tall(centred(columns)(marks)) + rule;
      return tall(centred(columns)('Kopi')) + rule + mark +
        `No.        ${sale.receiptNumber}\nTanggal    ${jakarta(sale.createdAt)}\nKasir      Sari\nPesanan    Bawa pulang\n${rule}${name}\n` +
        row('  1 x 18.000', '18.000') + rule + tall(pair(columns)('TOTAL', 'Rp18.000')) + rule + row('Tunai', '20.000') +
        `\x1bE\x01${row('Kembali', '2.000')}\x1bE\x00${rule}${mark}${centred(columns)('Terima kasih')}\n`;
    };
    const end = '\x1bd\x04\x1dV\x00', cp437 = 'Caf\x82 "Cr\x8ame"...', cp1252 = 'Caf\xe9 \x93Cr\xe8me\x94\x85';
    const qr = (dots) => `\n\x1ba\x01\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C${dots}\x1d(k\x03\x001E1\x1d(k${String.fromCharCode(sale.receiptNumber.length + 3)}\x001P0${sale.receiptNumber}\x1d(k\x03\x001Q0\n\x1ba\x00`;

    const preview = await bytes(shop.owner, path);
    assert.equal(preview.type, 'application/octet-stream');
    assert.equal(preview.text, '\x1b@\x1bp\x00\x19\xfa\x1c.\x1bt\x00' + body(48, cp437) + qr('\x06') + end);
    const bare = await bytes(shop.owner, `${path}&drawer=false&qr=false`);
    assert.equal(bare.text, '\x1b@\x1c.\x1bt\x00' + body(48, cp437) + end);
    const first = await bytes(shop.owner, `${path}&width=58&print=true&qr=false`);
    assert.equal(first.text, '\x1b@\x1bp\x00\x19\xfa\x1c.\x1bt\x00' + body(32, cp437) + end);
    const second = await bytes(shop.owner, `${path}&width=58&print=true&drawer=true&codePage=cp1252`);
    assert.equal(second.text, '\x1b@\x1c.\x1bt\x10' + body(32, cp1252, '*** SALINAN 1 ***') + qr('\x05') + end);
    const third = await bytes(shop.owner, `${path}&print=true`);
    assert.equal(third.text, '\x1b@\x1c.\x1bt\x00' + body(48, cp437, '*** SALINAN 2 ***') + qr('\x06') + end);
  });

  it('opens the drawer for cash only', async () => {
    const shop = await cafe(context.server);
    const exact = await shop.sell({ payments: [{ method: 'qris', amount: 137676, referenceNumber: 'Q' }] });
    const path = (sale) => `/pos/transactions/${sale.id}/receipt?format=escpos&print=true`;
    assert.doesNotMatch((await bytes(shop.owner, path(exact))).text, /\x1bp/);
    assert.match((await bytes(shop.owner, path(await shop.sell()))).text, /^\x1b@\x1bp\x00\x19\xfa/);
  });

  it('is a page of its own', async () => {
    const shop = await cafe(context.server, { ...CAFE, receiptFooter: '<script>alert("1")</script> & \'co\'' });
    const sale = await shop.sell();
    const answer = await shop.owner.get(`/pos/transactions/${sale.id}/receipt?format=html&width=58&print=true`);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'text/html; charset=utf-8');
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.match(answer.text, /^<!doctype html>\n<html lang="id">/);
    assert.ok(answer.text.includes('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; \'co\''));
    assert.ok(answer.text.includes(`<title>Struk ${sale.receiptNumber}</title>`));
    assert.doesNotMatch(answer.text, /<script|https?:|url\(|class="mark"/);
    assert.match(await shop.receipt(sale, '?format=html&print=true&lang=en'), /<html lang="en">[^]*<p class="mark">COPY 1<\/p>/);
  });

  it('is dated by when it was sold, not by when the till had a line again', async () => {
    const shop = await cafe(context.server), clientCreatedAt = new Date(Date.now() + 60_000).toISOString(); // as a clock that is ahead says it
    const sale = await shop.sell({ clientCreatedAt });
    const text = await shop.receipt(sale, '?format=text');
    assert.ok(text.includes(`\nTanggal    ${jakarta(clientCreatedAt)}\n`), text);
    const receipt = await shop.receipt(sale);
    assert.deepEqual([Date.parse(receipt.localTime), receipt.createdAt], [Math.floor(Date.parse(clientCreatedAt) / 1000) * 1000, sale.createdAt]);
  });

  it('speaks English where the money is not rupiah', async () => {
    const shop = await openShop(context.server, { register: { businessName: 'Joe', ownerName: 'Joe', currency: 'USD', timezone: 'America/New_York' }, outlet: { taxRate: 0.0825 }, products: [{ name: 'Coffee', price: 1003.75 }] });
    const sale = await shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[shop.products[0], 3]], { paid: 5000 }));
    const text = await shop.owner.must(200, 'GET', `/pos/transactions/${sale.id}/receipt?format=text&width=58`);
    const row = pair(32);
    for (const line of [row('  3 x 1,003.75', '3,011.25'), row('Tax 8.25%', '248.43'), row('TOTAL', 'USD 3,259.68'), row('Change', '1,740.32')])
      assert.ok(text.includes(`${line}\n`), `${line}\n${text}`);
    const hour = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/New_York', hour: '2-digit', minute: '2-digit' }).format(new Date(sale.createdAt));
    assert.match(text, new RegExp(`Date .* ${hour}\n`));
  });

  it('says what was voided, and why', async () => {
    const shop = await cafe(context.server), sale = await shop.sell();
    await shop.receipt(sale, '?print=true');
    await shop.owner.must(200, 'POST', `/pos/transactions/${sale.id}/void`, { reason: 'Salah meja' });
    const text = await shop.receipt(sale, '?format=text&print=true&width=58');
    assert.match(text, /\*\*\* BATAL \*\*\*\n *\*\*\* SALINAN 1 \*\*\*\n/);
    assert.match(text, /\nAlasan     Salah meja\n/);
    const { status, reason } = await shop.receipt(sale);
    assert.deepEqual([status, reason], ['voided', 'Salah meja']);
    assert.doesNotMatch((await bytes(shop.owner, `/pos/transactions/${sale.id}/receipt?format=escpos&print=true`)).text, /\x1bp/);
  });

  for (const [name, outlet] of [['added tax', CAFE], ['tax inside', { ...CAFE, pricesIncludeTax: true }]])
    it(`adds up on refunds: ${name}`, async () => {
      const shop = await cafe(context.server, outlet), sale = await shop.sell();
      const { items } = await shop.owner.must(200, 'GET', `/pos/transactions/${sale.id}`);
      const restock = false, give = (lines) => shop.owner.must(201, 'POST', `/pos/transactions/${sale.id}/refund`,
        { method: 'cash', reason: 'Dingin', items: lines.map(([item, quantity]) => ({ transactionItemId: item.id, quantity, restock })) });
      const refunds = [await give([[items[0], 1], [items[2], 0.1]]), await give([[items[0], 1], [items[1], 1], [items[2], 0.15]])];
      for (const refund of refunds) {
        const receipt = await shop.receipt(refund), sum = (list) => list.reduce((total, { amount }) => total + amount, 0);
        assert.deepEqual([receipt.type, receipt.copy, receipt.originalReceiptNumber, receipt.reason, receipt.change], ['refund', 0, sale.receiptNumber, 'Dingin', 0]);
        for (const line of receipt.lines) assert.ok(line.quantity > 0 && line.total < 0 && Math.abs(line.total + line.unitPrice * line.quantity) <= 1, JSON.stringify(line));
        assert.equal(receipt.subtotal, receipt.lines.reduce((total, line) => total + line.total - sum(line.discounts), 0));
        assert.equal(receipt.subtotal - sum(receipt.discounts) + (receipt.pricesIncludeTax ? 0 : receipt.serviceCharge + receipt.taxAmount) + receipt.rounding, receipt.grandTotal);
        assert.deepEqual(receipt.discounts, []);
        assert.deepEqual(receipt.payments, [{ method: 'cash', amount: receipt.grandTotal, referenceNumber: null }]);
        assert.equal(receipt.grandTotal, refund.grandTotal);
      }
      assert.equal(refunds[0].grandTotal + refunds[1].grandTotal, -sale.grandTotal);
      const text = await shop.receipt(refunds[0], '?format=text&width=58');
      assert.match(text, /\*\*\* PENGEMBALIAN \*\*\*/);
      assert.ok(text.includes(`\nAsal       ${sale.receiptNumber}\n`));
      assert.ok(text.includes(`\n${pair(32)('TOTAL', `-Rp${(-refunds[0].grandTotal).toLocaleString('de-DE')}`)}\n`), text);
      assert.match(await shop.receipt(sale, '?format=text'), /\*\*\* SUDAH DIKEMBALIKAN \*\*\*/);
      assert.match((await bytes(shop.owner, `/pos/transactions/${refunds[0].id}/receipt?format=escpos&print=true`)).text, /^\x1b@\x1bp/);
    });

  it('tells no surcharge where a crumb that came back is rounded up', async () => {
    const shop = await openShop(context.server, { outlet: { serviceChargeRate: 0.2, taxRate: 0.2, pricesIncludeTax: true }, products: [{ name: 'Keju', price: 840 }] });
    const sale = await shop.owner.must(201, 'POST', '/pos/transactions', saleOf(shop, [[shop.products[0], 1]], { discounts: [{ type: 'fixed', value: 140 }] }));
    const { items: [item] } = await shop.owner.must(200, 'GET', `/pos/transactions/${sale.id}`);
    const refund = await shop.owner.must(201, 'POST', `/pos/transactions/${sale.id}/refund`, { method: 'cash', reason: 'x', items: [{ transactionItemId: item.id, quantity: 0.005, restock: false }] });
    const { lines, subtotal, grandTotal } = await shop.owner.must(200, 'GET', `/pos/transactions/${refund.id}/receipt`);
    assert.deepEqual([lines[0].total, lines[0].discounts, subtotal, grandTotal], [-5, [], -5, -5]);
  });

  it('names what is asked wrongly', async () => {
    const shop = await cafe(context.server), sale = await shop.sell();
    for (const [query, ...paths] of [
      ['?format=pdf&width=72&lang=fr&print=maybe', 'format', 'width', 'lang', 'print'],
      ['?drawer=false', 'drawer'], ['?qr=false&format=html', 'qr'],
      ['?codePage=cp1252&format=text', 'codePage'], ['?codePage=utf8', 'codePage'], ['?copies=2', 'copies'], ['?limit=5', 'limit'],
    ]) {
      const refused = await shop.receipt(sale, query, 400);
      assert.deepEqual(refused.errors.map((error) => error.path), paths, query);
    }
    assert.equal((await shop.receipt(sale)).printedCount, 0);
  });

  it('is for sellers of the outlet alone', async () => {
    const shop = await cafe(context.server), sale = await shop.sell(), path = `/pos/transactions/${sale.id}/receipt`;
    const cashier = await hire(shop.owner, 'cashier'), kitchen = await hire(shop.owner, 'kitchen');
    const branch = await shop.owner.must(201, 'POST', '/outlets', { name: 'Cabang' });
    const away = await hire(shop.owner, 'manager', { outletId: branch.id }), stranger = await register(context.server);
    for (const [who, status] of [[cashier, 200], [kitchen, 403], [away, 404], [stranger, 404]])
      assert.equal((await who.get(`${path}?print=true`)).status, status);
    for (const id of [randomUUID(), shop.outletId, 'x'])
      assert.equal((await shop.owner.get(`/pos/transactions/${id}/receipt?print=true`)).status, 404);
    assert.equal((await shop.receipt(sale)).printedCount, 1);
  });
});
