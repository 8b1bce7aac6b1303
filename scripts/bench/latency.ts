import { setTimeout as pause } from "node:timers/promises";
import { openForReading } from "../../src/journal/database.ts";
import { addTills, openTills, prepareHome, startDaemon, whenReady } from "./daemon.ts";
import { atMost, type Figure, type Size } from "./figures.ts";
import { startFloor, type Floor, type FloorAppend } from "./floor.ts";
import { percentile } from "./statistics.ts";
import { startTerminals, type Moments } from "./terminals.ts";
import type { Payment, Pos } from "./web-sockets.ts";

/** The vendor wants a rest between two commands: with so many terminals, each has had it when its turn comes again. */
const TERMINALS = 16;
const CUSTOMER_MS = 10;
/** So that nothing of one measurement is still going on in the next. */
const PAUSE_MS = 3;

/** A sale on its way to the terminal, and its result on the way back. */
export type Path = "/request" | "/result";
type Samples = { readonly payments: readonly Payment[]; readonly floor: Readonly<Record<Path, readonly number[]>> };

/**
 * What the daemon adds on the way of a sale to the terminal and on the way of its result back, beside the floor: a bare echo with
 * the durable appends that the rules require there. Both are measured in turns.
 */
export async function measureLatency({ sales, warmUp }: Size): Promise<readonly Figure[]> {
  const terminals = await startTerminals(TERMINALS, CUSTOMER_MS);
  const daemon = await startDaemon(prepareHome(terminals.configs));
  const [till] = await openTills(daemon, await addTills(daemon, 1));
  if (till === undefined) throw new Error("There is no till.");
  await whenReady(till);
  const shop: Shop = { till, terminals: terminals.configs.map(({ id }) => id) };
  await pay(shop, 0);

  const floor = await startFloor(appendsOfASale(daemon.home.dataDirectory));
  await takeSamples(shop, floor, warmUp);
  const samples = await takeSamples(shop, floor, sales);
  const moments = await terminals.moments();

  till.close();
  await Promise.all([floor.end(), daemon.end(), terminals.end()]);
  return figuresOf(samples, moments);
}

type Shop = { readonly till: Pos; readonly terminals: readonly string[] };

async function takeSamples(shop: Shop, floor: Floor<Path>, count: number): Promise<Samples> {
  const payments: Payment[] = [];
  const floorMs: Record<Path, number[]> = { "/request": [], "/result": [] };
  for (let index = 0; index < count; index += 1) {
    const payment = await pay(shop, index);
    payments.push(payment);
    await pause(PAUSE_MS);
    floorMs["/request"].push(await floor.measure("/request", payment.request));
    await pause(PAUSE_MS);
    floorMs["/result"].push(await floor.measure("/result", payment.event));
    await pause(PAUSE_MS);
  }
  return { payments, floor: floorMs };
}

async function pay({ till, terminals }: Shop, index: number): Promise<Payment> {
  const payment = await till.pay(terminals[index % terminals.length] ?? "");
  if (payment.outcome !== "approved") throw new Error(`A sale was ${payment.outcome}.`);
  await till.ask("transactions.acknowledge", { transaction: payment.transaction });
  return payment;
}

/** What has to be durable before a sale's first byte leaves, and before its result is told; sizes as the daemon wrote them. */
export function appendsOfASale(dataDirectory: string): Readonly<Record<Path, readonly FloorAppend[]>> {
  const database = openForReading(dataDirectory);
  const rows = database.prepare("SELECT kind, max(length(body)) AS bytes FROM facts GROUP BY kind").all();
  database.close();
  const bytesOf = (kind: string) => Number(rows.find((row) => row["kind"] === kind)?.["bytes"] ?? 0);
  return {
    "/request": [
      { facts: [bytesOf("accepted")], isUnique: true },
      { facts: [bytesOf("dispatched")], isUnique: false },
    ],
    "/result": [{ facts: [bytesOf("proposed"), bytesOf("settled")], isUnique: true }],
  };
}

function figuresOf({ payments, floor }: Samples, moments: ReadonlyMap<string, Moments>): readonly Figure[] {
  const { request, result } = addedMs(payments, moments);
  return [
    ...compared("POS's request to first byte at the terminal", request, floor["/request"]),
    ...compared("terminal's last byte to POS's event", result, floor["/result"]),
  ];
}

/** What is added to each payment on the way to its terminal and on the way back, in their order. */
export function addedMs(
  payments: readonly Payment[],
  moments: ReadonlyMap<string, Moments>,
): { readonly request: readonly number[]; readonly result: readonly number[] } {
  const request: number[] = [];
  const result: number[] = [];
  for (const { terminal, sentMs, toldMs } of payments) {
    const { heardMs = [], saidMs = [] } = moments.get(terminal) ?? {};
    const firstByteMs = heardMs.find((heard) => heard >= sentMs);
    const lastByteMs = saidMs.findLast((said) => said <= toldMs);
    if (firstByteMs === undefined || lastByteMs === undefined) throw new Error("A sale left no trace at its terminal.");
    request.push(firstByteMs - sentMs);
    result.push(toldMs - lastByteMs);
  }
  return { request, result };
}

function compared(what: string, ours: readonly number[], floor: readonly number[]): readonly Figure[] {
  return [["p50", 0.5, 1.5] as const, ["p99", 0.99, 2] as const].map(([name, share, limit]) => {
    const [value, least] = [percentile(ours, share), percentile(floor, share)];
    const figure = atMost(`${what}, ${name}`, value / least, limit, "x floor", 2);
    return { ...figure, measured: `${value.toFixed(2)} ms, ${figure.measured} (${least.toFixed(2)} ms)` };
  });
}
