import { setTimeout as pause } from "node:timers/promises";
import { addTills, openTills, prepareHome, startDaemon, whenReady, type Daemon, type Paired } from "./daemon.ts";
import type { Figure, Size } from "./figures.ts";
import { FLOODS } from "./flood-kinds.ts";
import { momentMs } from "./moments.ts";
import { end, nextMessage, startPart } from "./processes.ts";
import { percentile } from "./statistics.ts";
import { startTerminals } from "./terminals.ts";
import type { Pos } from "./web-sockets.ts";

/** Each has had its rest when its turn comes again, as in the measurement of the latency. */
const TERMINALS = 16;
/** So that a POS stays below the requests that it may send in a second. */
const PAUSE_MS = 45;
/** Until a flood is at its full height. */
const RISE_MS = 500;
const MOST = 2;
const FLOODED_SHARE = 0.3;

/** A sale from its request to its end, at terminals that take no time, beside each flood and beside none, in turns. */
export async function measureFloods({ sales, warmUp }: Size): Promise<readonly Figure[]> {
  const terminals = await startTerminals(TERMINALS, 0);
  // With the limits of a shop: they are what is measured.
  const daemon = await startDaemon(prepareHome(terminals.configs, {}, {}));
  const paired = await addTills(daemon, 2);
  const [till] = await openTills(daemon, paired.slice(0, 1));
  const [, flooder] = paired;
  if (till === undefined || flooder === undefined) throw new Error("There is no till.");
  await whenReady(till);
  await sell(till, warmUp);

  const calm: number[] = [];
  const beside = new Map<string, Flooded>();
  for (const kind of Object.keys(FLOODS)) {
    console.error(`  ${kind}`);
    calm.push(...(await sell(till, Math.ceil(sales * FLOODED_SHARE))));
    const samples = await flooded(kind, daemon, flooder, () => sell(till, Math.ceil(sales * FLOODED_SHARE)));
    beside.set(kind, samples);
    for (const { measured } of figuresOf(kind, samples, calm)) console.error(`    ${measured}`);
  }
  till.close();
  await Promise.all([daemon.end(), terminals.end()]);
  const figures = [...beside].flatMap(([kind, samples]) => figuresOf(kind, samples, calm));
  return [{ what: "a sale beside no flood", measured: both(calm) }, ...figures];
}

type Flooded = { readonly salesMs: readonly number[]; readonly perSecond: number };

async function flooded(
  kind: string,
  { url }: Daemon,
  { pos, token }: Paired,
  measure: () => Promise<readonly number[]>,
): Promise<Flooded> {
  const part = startPart("flood-process.ts", [kind, url, pos, token]);
  const askDone = async () => {
    part.send("done");
    return nextMessage<number>(part);
  };
  await nextMessage<number>(part);
  await pause(RISE_MS);
  const [before, fromMs] = [await askDone(), momentMs()];
  const salesMs = await measure();
  const perSecond = ((await askDone()) - before) / ((momentMs() - fromMs) / 1_000);
  await end(part);
  await pause(RISE_MS);
  return { salesMs, perSecond };
}

/** Answers how long each sale took. */
async function sell(till: Pos, count: number): Promise<readonly number[]> {
  const salesMs: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const payment = await till.pay(`terminal-${(index % TERMINALS) + 1}`);
    // A sale that came to nothing took for ever.
    salesMs.push(payment.outcome === "approved" ? payment.toldMs - payment.sentMs : Number.POSITIVE_INFINITY);
    await till.ask("transactions.acknowledge", { transaction: payment.transaction });
    await pause(PAUSE_MS);
  }
  return salesMs;
}

function figuresOf(kind: string, { salesMs, perSecond }: Flooded, calm: readonly number[]): readonly Figure[] {
  return [["p50", 0.5] as const, ["p99", 0.99] as const].map(([name, share]) => {
    const [value, usual] = [percentile(salesMs, share), percentile(calm, share)];
    return {
      what: `a sale beside ${kind}, ${name}`,
      measured: `${value.toFixed(2)} ms, ${(value / usual).toFixed(2)} x (${perSecond.toFixed(0)} per second)`,
      target: { words: `at most ${MOST} x`, isReached: value / usual <= MOST },
    };
  });
}

function both(samplesMs: readonly number[]): string {
  return `p50 ${percentile(samplesMs, 0.5).toFixed(2)} ms, p99 ${percentile(samplesMs, 0.99).toFixed(2)} ms`;
}
