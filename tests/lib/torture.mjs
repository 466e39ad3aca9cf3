// How long a rig runs: a few cycles in `make test`, its share of the time in `make torture`.
import { appendFileSync } from 'node:fs';

const SECONDS = Number(process.env.TILOPOS_TORTURE_SECONDS ?? 0);

/** `count` things when short; in torture, as many as fit into the time (`count` at least). */
export function* cycles(count) {
  const end = Date.now() + SECONDS * 1000;
  for (let done = 0; done < count || Date.now() < end; done++) yield done;
}

export const isLong = SECONDS > 0;

/** A seed for each run; TILOPOS_SEED replays one. */
export const SEED = Number(process.env.TILOPOS_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** What a rig covered: for the log, and for the sum that `make torture` prints. */
export function covered(t, rig, figures) {
  t.diagnostic(`${rig}: ${Object.entries(figures).map(([name, value]) => `${value} ${name}`).join(', ')}`);
  if (process.env.TILOPOS_TORTURE_LOG) appendFileSync(process.env.TILOPOS_TORTURE_LOG, `${JSON.stringify({ rig, ...figures })}\n`);
}
