import { momentMs } from "./moments.ts";
import type { Figure, Size } from "./figures.ts";
import { addTills, openTills, prepareHome, startDaemon, whenReady } from "./daemon.ts";
import { startTerminals } from "./terminals.ts";
import type { Pos } from "./web-sockets.ts";

export const TERMINALS = 32;

/** Sales one after the other at each of 32 terminals at once, each with a till of its own; the terminals take no time to think. */
export async function measureThroughput({ countedMs }: Size): Promise<readonly Figure[]> {
  const terminals = await startTerminals(TERMINALS, 0);
  const daemon = await startDaemon(prepareHome(terminals.configs));
  const tills = await openTills(daemon, await addTills(daemon, TERMINALS));
  const [first] = tills;
  if (first !== undefined) await whenReady(first);

  await sellFor(tills, countedMs / 4);
  const before = daemon.processorMs();
  const startedMs = momentMs();
  const sales = await sellFor(tills, countedMs);
  const seconds = (momentMs() - startedMs) / 1_000;
  const used = (daemon.processorMs() ?? Number.NaN) - (before ?? Number.NaN);

  for (const till of tills) till.close();
  await Promise.all([daemon.end(), terminals.end()]);
  const perSale = Number.isNaN(used) ? "" : `, ${(used / sales).toFixed(1)} ms of processor time each`;
  return [{ what: "sales over 32 terminals", measured: `${(sales / seconds).toFixed(0)} per second${perSale}` }];
}

/** Answers how many sales came to their end. */
async function sellFor(tills: readonly Pos[], durationMs: number): Promise<number> {
  const untilMs = momentMs() + durationMs;
  let sales = 0;
  await Promise.all(
    tills.map(async (till, index) => {
      while (momentMs() < untilMs) {
        const { transaction, outcome } = await till.pay(`terminal-${index + 1}`);
        if (outcome !== "approved") throw new Error(`A sale was ${outcome}.`);
        await till.ask("transactions.acknowledge", { transaction });
        sales += 1;
      }
    }),
  );
  return sales;
}
