// Makes a database old: the sales of its one day are copied onto the days before it, oldest first, as if they had been sold
// then: ids and times are earlier by whole days, each day has its own shift and its own receipts. The event log keeps a week.
const DAY_MS = 86_400_000;
const EVENT_DAYS = 7;

/** What a day of selling leaves behind; `ids` are those that were made on the day. */
const TABLES = [
  { name: 'shifts', ids: ['id'], times: ['opened_at', 'closed_at'], set: { status: "'closed'", z_number: 'd.n' } },
  { name: 'transactions', ids: ['id', 'shift_id'], times: ['created_at'],
    set: { business_date: 'd.business_date', receipt_number: "'OUT1-' || d.business_date || substr(t.receipt_number, 14)" } },
  { name: 'transaction_items', ids: ['transaction_id', 'id'] },
  { name: 'payments', ids: ['transaction_id'] },
  { name: 'stock_movements', ids: ['id', 'reference_id'], times: ['created_at'] },
  { name: 'idempotency_keys', ids: ['resource_id'], times: ['created_at'],
    set: { key: "t.key || '-' || d.n" } },
  { name: 'audit_log', ids: ['id', 'entity_id'] },
  { name: 'outbox', ids: ['first_aggregate_id'], times: ['occurred_at'], days: EVENT_DAYS,
    set: { sequence: 't.sequence - d.n * 100000000' } },
];

function businessDate(daysAgo) {
  return new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
}

function selected({ ids, times = [], set = {} }, column) {
  if (set[column]) return set[column];
  if (ids.includes(column)) return `uuid_earlier(t.${column}, d.ms)`;
  return times.includes(column) ? `t.${column} - d.ms` : `t.${column}`;
}

/** The SQL; `columns(table)` names a table's columns. `days`: how many copies. */
export async function growSql(days, columns) {
  const rows = Array.from({ length: days }, (_, i) => `(${i + 1}, ${(i + 1) * DAY_MS}, ${businessDate(i + 1)})`);
  const parts = ['CREATE TEMPORARY TABLE days (n BIGINT, ms BIGINT, business_date BIGINT);',
    `INSERT INTO days VALUES ${rows.join(', ')};`];
  /* Set aside and put back last, so that the tables fill in the order of time. */
  for (const { name } of TABLES)
    parts.push(`CREATE TEMPORARY TABLE day_${name} AS SELECT * FROM ${name};`);
  for (const { name } of [...TABLES].reverse())
    parts.push(`DELETE FROM ${name};`);
  for (const table of TABLES) {
    const all = await columns(table.name);
    const list = all.join(', ');
    parts.push(`INSERT INTO ${table.name} (${list}) SELECT ${all.map((column) => selected(table, column)).join(', ')}
      FROM days d CROSS JOIN day_${table.name} t WHERE d.n <= ${table.days ?? days} ORDER BY d.n DESC;`);
    parts.push(`INSERT INTO ${table.name} (${list}) SELECT ${list} FROM day_${table.name};`);
  }
  return parts.join('\n');
}
