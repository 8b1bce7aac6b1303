import { setTimeout as pause } from "node:timers/promises";
import { resolveHome } from "../../src/home/paths.ts";
import { addTills, openTills, prepareHome, startDaemon, whenReady, type Daemon } from "./daemon.ts";
import { atMost, type Figure, type Size } from "./figures.ts";
import { addedMs } from "./latency.ts";
import { putOldJournal } from "./old-journal.ts";
import { percentile } from "./statistics.ts";
import { startTerminals, type Terminals } from "./terminals.ts";
import type { Payment, Pos } from "./web-sockets.ts";

const HISTORIES = [1_000, 100_000, 1_000_000] as const;
const LIMIT = 1.1;
const TERMINALS = 8;
const CUSTOMER_MS = 10;
const PAUSE_MS = 3;

type Prepared = { readonly history: number; readonly terminals: Terminals; readonly home: string };
type Shop = { readonly history: number; readonly terminals: Terminals; readonly daemon: Daemon; readonly till: Pos };

/** What the daemon adds to a sale with a short and with a long history: three daemons on one machine, in turns. */
export async function measureGrowth({ sales, warmUp }: Size): Promise<readonly Figure[]> {
  // All files first: who copies gigabytes answers nobody meanwhile, and its sockets are cut.
  const prepared: Prepared[] = [];
  for (const history of HISTORIES) prepared.push(await prepareShop(history));
  const shops: Shop[] = [];
  for (const one of prepared) shops.push(await openShop(one));
  const payments = new Map<Shop, Payment[]>(shops.map((shop) => [shop, []]));
  for (let index = 0; index < warmUp + sales; index += 1) {
    // Another one begins each time: who comes after whom makes no difference.
    for (let turn = 0; turn < shops.length; turn += 1) {
      const shop = shops[(index + turn) % shops.length];
      if (shop === undefined) continue;
      const payment = await pay(shop, index);
      if (index >= warmUp) payments.get(shop)?.push(payment);
      await pause(PAUSE_MS);
    }
  }
  const added: number[][] = [];
  for (const shop of shops) {
    const { request, result } = addedMs(payments.get(shop) ?? [], await shop.terminals.moments());
    added.push(request.map((ms, index) => ms + (result[index] ?? Number.NaN)));
    shop.till.close();
    await Promise.all([shop.daemon.end(), shop.terminals.end()]);
  }
  return figuresOf(added);
}

async function prepareShop(history: number): Promise<Prepared> {
  const terminals = await startTerminals(TERMINALS, CUSTOMER_MS);
  const home = prepareHome(terminals.configs);
  putOldJournal(history, resolveHome(home, {}, process.platform).dataDirectory);
  return { history, terminals, home };
}

async function openShop({ history, terminals, home }: Prepared): Promise<Shop> {
  const daemon = await startDaemon(home);
  const [till] = await openTills(daemon, await addTills(daemon, 1));
  if (till === undefined) throw new Error("There is no till.");
  await whenReady(till);
  return { history, terminals, daemon, till };
}

async function pay({ till, terminals }: Shop, index: number): Promise<Payment> {
  const payment = await till.pay(terminals.configs[index % TERMINALS]?.id ?? "");
  if (payment.outcome !== "approved") throw new Error(`A sale was ${payment.outcome}.`);
  await till.ask("transactions.acknowledge", { transaction: payment.transaction });
  return payment;
}

function figuresOf([least = [], ...others]: readonly (readonly number[])[]): readonly Figure[] {
  return [["p50", 0.5] as const, ["p90", 0.9] as const].flatMap(([name, share]) => {
    const leastMs = percentile(least, share);
    const first: Figure = {
      what: `added to a sale with ${HISTORIES[0]} old transactions, ${name}`,
      measured: `${leastMs.toFixed(2)} ms`,
    };
    const grown = others.map((samples, index) => {
      const ms = percentile(samples, share);
      const what = `added to a sale with ${HISTORIES[index + 1] ?? 0} old transactions, ${name}`;
      const figure = atMost(what, ms / leastMs, LIMIT, "x that", 2);
      return { ...figure, measured: `${ms.toFixed(2)} ms, ${figure.measured}` };
    });
    return [first, ...grown];
  });
}
