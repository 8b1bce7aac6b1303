import { setTimeout as pause } from "node:timers/promises";
import { addTills, openTills, prepareHome, startDaemon, whenReady } from "./daemon.ts";
import { atMost, type Figure, type Size } from "./figures.ts";
import { startFloor } from "./floor.ts";
import { appendsOfASale, type Path } from "./latency.ts";
import { percentile } from "./statistics.ts";
import { EXCHANGES, startTerminals, type Moments } from "./terminals.ts";
import type { Payment } from "./web-sockets.ts";

const TERMINALS = 8;
const WAITING_TERMINALS = 50;
const ADDED_LIMIT_MS = 5;
const WAITING_LIMIT_MB = 10;
/** So that nothing of one measurement is still going on in the next. */
const PAUSE_MS = 3;
/** The second customer of each of the waiting terminals stays away for longer than is measured. */
const AWAY = { rules: [{ when: { command: "sale", nth: 2 }, then: [{ kind: "slow", ms: 600_000 }] }] };
const REST_MS = 3_000;

/** Terminals that are asked by HTTP: what the daemon adds to their own time, and what it costs that many of them take long. */
export async function measureExchanges({ sales, warmUp }: Size): Promise<readonly Figure[]> {
  return [...(await measureAdded(sales, warmUp)), ...(await measureWaiting())];
}

async function measureAdded(sales: number, warmUp: number): Promise<readonly Figure[]> {
  const terminals = await startTerminals(TERMINALS, 0, EXCHANGES);
  const daemon = await startDaemon(prepareHome(terminals.configs, terminals.secrets));
  const [till] = await openTills(daemon, await addTills(daemon, 1));
  if (till === undefined) throw new Error("There is no till.");
  await whenReady(till);
  const pay = async (index: number) => {
    const payment = await till.pay(terminals.configs[index % TERMINALS]?.id ?? "");
    if (payment.outcome !== "approved") throw new Error(`A sale was ${payment.outcome}.`);
    await till.ask("transactions.acknowledge", { transaction: payment.transaction });
    return payment;
  };
  for (let index = 0; index < warmUp; index += 1) await pay(index);

  const floor = await startFloor<Path>(appendsOfASale(daemon.home.dataDirectory));
  const payments: Payment[] = [];
  const floorMs: number[] = [];
  for (let index = 0; index < sales; index += 1) {
    const payment = await pay(index);
    payments.push(payment);
    await pause(PAUSE_MS);
    const request = await floor.measure("/request", payment.request);
    await pause(PAUSE_MS);
    floorMs.push(request + (await floor.measure("/result", payment.event)));
    await pause(PAUSE_MS);
  }
  const moments = await terminals.moments();
  till.close();
  await Promise.all([floor.end(), daemon.end(), terminals.end()]);

  const oursMs = payments.map((payment) => withoutTerminal(payment, moments));
  return [["p50", 0.5] as const, ["p99", 0.99] as const].map(([name, share]) => {
    const [value, least] = [percentile(oursMs, share), percentile(floorMs, share)];
    const what = `HTTP sale without the terminal's own time, beyond the durable appends, ${name}`;
    const figure = atMost(what, value - least, ADDED_LIMIT_MS, "ms", 2);
    const measured = `${figure.measured} (${value.toFixed(2)} ms, floor ${least.toFixed(2)} ms)`;
    return share === 0.99 ? { ...figure, measured } : { what, measured };
  });
}

/** From the POS's request to its event, less the time from the terminal's first byte to its answer. */
function withoutTerminal({ terminal, sentMs, toldMs }: Payment, moments: ReadonlyMap<string, Moments>): number {
  const { heardMs = [], saidMs = [] } = moments.get(terminal) ?? {};
  const heard = heardMs.findLast((at) => at >= sentMs && at <= toldMs);
  const said = saidMs.findLast((at) => at >= sentMs && at <= toldMs);
  if (heard === undefined || said === undefined) throw new Error("A sale left no trace at its terminal.");
  return toldMs - sentMs - Math.max(0, said - heard);
}

async function measureWaiting(): Promise<readonly Figure[]> {
  const terminals = await startTerminals(WAITING_TERMINALS, 0, {
    ...EXCHANGES,
    scenario: { ...EXCHANGES.scenario, ...AWAY },
  });
  const daemon = await startDaemon(prepareHome(terminals.configs, terminals.secrets));
  const tills = await openTills(daemon, await addTills(daemon, WAITING_TERMINALS));
  const [first] = tills;
  if (first !== undefined) await whenReady(first);
  // A shop's bridge has sold before: what the first sales bring into memory is no cost of waiting.
  await Promise.all(terminals.configs.map(async ({ id }, index) => tills[index]?.pay(id)));
  await pause(REST_MS);
  const [beforeMb, beforeThreads] = [daemon.memoryMb(), daemon.threads()];
  const payments = terminals.configs.map(({ id }, index) => tills[index]?.pay(id));
  for (const payment of payments) payment?.catch(() => undefined);
  await pause(REST_MS);
  const [afterMb, afterThreads] = [daemon.memoryMb(), daemon.threads()];
  for (const till of tills) till.close();
  await Promise.all([daemon.end(), terminals.end()]);
  if (beforeMb === undefined || afterMb === undefined) return [];
  return [
    atMost(`memory for ${WAITING_TERMINALS} terminals that wait`, afterMb - beforeMb, WAITING_LIMIT_MB, "MB", 1),
    { what: "threads before and then", measured: `${beforeThreads ?? 0} and ${afterThreads ?? 0}` },
  ];
}
