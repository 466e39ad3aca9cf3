// What a sale writes, and what is asked of both engines.

/** The tables of the sale itself; listeners' tables (the audit log) are not part of a ceiling. */
export const SALE_TABLES = ['idempotency_keys', 'transactions', 'transaction_items', 'payments', 'stock_movements', 'outbox'];

export const EVENTS_BEHIND = `SELECT coalesce(sum(c.last_sequence - coalesce(e.position, 0)), 0) FROM outlet_counters c
  LEFT JOIN event_cursors e ON e.business_id = c.business_id AND e.stream_id = c.outlet_id`;

export const SALES_STORED = 'SELECT count(*) FROM transactions';
