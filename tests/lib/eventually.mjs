// What listeners do comes soon after an answer, and no client is told when: so it is looked for until it is there.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

const PATIENCE_MS = 40_000; // far more than a busy machine needs; a test that passes does not wait for it

/** Looks until `isThere(what was seen)`; answers that. */
export async function eventually(look, isThere = Boolean) {
  for (const end = Date.now() + PATIENCE_MS; ; await pause(20)) {
    const seen = await look();
    if (isThere(seen)) return seen;
    if (Date.now() > end) assert.fail(`it never came: ${JSON.stringify(seen)}`);
  }
}
