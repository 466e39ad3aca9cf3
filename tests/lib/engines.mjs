// Runs the same cases on every engine: a server of its own for each, stopped cleanly and checked afterwards.
import { after, before, describe } from 'node:test';
import { checkInvariants, ENGINES, makeDatabase, Server } from './server.mjs';

/** `cases(context)` declares tests; `context.server` is there while they run. */
export function onEachEngine(name, cases, options = {}) {
  for (const engine of options.engines ?? ENGINES) {
    describe(`${name} (${engine})`, () => {
      const context = { engine };
      before(async () => {
        context.database = makeDatabase(engine);
        context.server = await Server.start(context.database, options);
      });
      after(async () => {
        await context.server.stop();
        checkInvariants(context.database);
        context.database.drop();
      });
      cases(context);
    });
  }
}
