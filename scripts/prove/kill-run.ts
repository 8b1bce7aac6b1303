import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomFrom } from "../../test/support/random.ts";
import type { Ending } from "../../test/support/ending.ts";
import { spendDay, type Day } from "./day.ts";
import type { Moment } from "./moments.ts";
import type { Fault } from "./plan.ts";
import { countInto, type Counts, type KillRun } from "./runs.ts";
import { openProvingShop } from "./shop.ts";
import type { Ending as SaleEnding } from "./stricken.ts";

export type KillOrder = {
  readonly seed: number;
  readonly shops: number;
  /** Undefined: as many as the time allows. */
  readonly kills: number | undefined;
  readonly minutes: number | undefined;
  /** Only this shop of the run. */
  readonly only: number | undefined;
  /** Aborted when a person ends the run. */
  readonly stopped: AbortSignal;
};

export type FinishedRun = {
  readonly days: readonly Day[];
  readonly seconds: number;
  /** Shops whose day could not be spent at all. */
  readonly failures: readonly string[];
};

/** A shop closes after so many kills, and the books are compared; the next one opens with its own seed. */
const KILLS_A_DAY = 25;

/** Shops side by side until there are enough kills, or the time is over. */
export async function runKills(order: KillOrder, whole: Ending, say: (text: string) => void): Promise<FinishedRun> {
  const startedMs = performance.now();
  const secondsSince = () => (performance.now() - startedMs) / 1_000;
  const days: Day[] = [];
  const failures: string[] = [];
  const perDay = Math.min(KILLS_A_DAY, order.kills === undefined ? KILLS_A_DAY : Math.ceil(order.kills / order.shops));
  let left = order.kills ?? Number.POSITIVE_INFINITY;
  let shops = 0;

  const work = async () => {
    for (;;) {
      const isLate = order.minutes !== undefined && secondsSince() > order.minutes * 60;
      if (left <= 0 || isLate || failures.length > 0) return;
      const kills = Math.min(perDay, left);
      left -= kills;
      shops += 1;
      const day = await openAndSpend(order, shops, kills, whole, say).catch((error: unknown) => {
        failures.push(`shop ${shops}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      });
      if (day !== undefined) days.push(day);
    }
  };
  if (order.only === undefined) {
    await Promise.all(Array.from({ length: order.shops }, work));
  } else {
    days.push(await openAndSpend(order, order.only, perDay, whole, say));
  }
  return { days, seconds: secondsSince(), failures };
}

async function openAndSpend(
  order: KillOrder,
  number: number,
  kills: number,
  whole: Ending,
  say: (text: string) => void,
): Promise<Day> {
  const folder = mkdtempSync(join(tmpdir(), "tillbridge-prove-"));
  let isKept = false;
  const leave = () => {
    if (!isKept) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  whole.after(leave);
  const ending = new AsyncDisposableStack();
  whole.after(() => ending.disposeAsync());
  const seed = seedOf(order.seed, number);
  try {
    // What is started while the run is being ended, by Ctrl-C, ends at once.
    const end: Ending = {
      after: (last) => {
        if (ending.disposed) void last();
        else ending.defer(last);
      },
    };
    const { shop, life } = await openProvingShop(end, folder, randomFrom(seed ^ 0x5eed));
    const day = await spendDay(shop, life, seed, kills);
    const { violations } = day;
    if (violations.length > 0) {
      isKept = true;
      for (const { id, terminal } of shop.counters) keepLedger(folder, id, terminal.ledger());
      say(`VIOLATION in shop ${number}, whose folder is kept: ${folder}`);
      for (const { kind, text } of violations) say(`  ${kind}: ${text}`);
      say(`  again: npm run prove -- --seed ${order.seed} --shop ${number} --kills ${kills}`);
    } else {
      say(`shop ${number}: ${kills} kills, ${day.asked} requests, ${day.moved} moved, all as told`);
    }
    return day;
  } catch (error) {
    isKept = !order.stopped.aborted;
    if (isKept) say(`shop ${number} could not go on; its folder is kept: ${folder}`);
    throw error;
  } finally {
    await ending.disposeAsync();
    leave();
  }
}

function keepLedger(folder: string, id: string, ledger: readonly object[]): void {
  writeFileSync(join(folder, `ledger-of-${id}.jsonl`), ledger.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

function seedOf(seed: number, number: number): number {
  return (seed + Math.imul(number, 0x9e3779b1)) >>> 0;
}

/** Recoveries are counted in classes of so many milliseconds. */
const CLASS_MS = 50;

/** The days of a run as they are kept. */
export function summarize(
  { days, seconds }: Pick<FinishedRun, "days" | "seconds">,
  about: Pick<KillRun, "commit" | "date" | "seed" | "shops">,
): KillRun {
  const kills: Partial<Record<Moment, Counts<Fault>>> = {};
  const stricken: Partial<Record<Moment, Counts<SaleEnding>>> = {};
  let [knownMs, absentMs, violations]: Counts<string>[] = [{}, {}, {}];
  for (const day of days) {
    for (const { moment, fault } of day.kills) kills[moment] = countInto(kills[moment] ?? {}, fault);
    for (const { kind } of day.violations) violations = countInto(violations ?? {}, kind);
    for (const { moment, ending, recoveryMs } of day.stricken) {
      stricken[moment] = countInto(stricken[moment] ?? {}, ending);
      if (recoveryMs === undefined) continue;
      const upTo = String(Math.ceil(Math.max(1, recoveryMs) / CLASS_MS) * CLASS_MS);
      if (ending === "notPerformed") absentMs = countInto(absentMs ?? {}, upTo);
      else knownMs = countInto(knownMs ?? {}, upTo);
    }
  }
  const total = (count: (day: Day) => number) => days.reduce((sum, day) => sum + count(day), 0);
  return {
    ...about,
    seconds: Math.round(seconds),
    kills,
    asked: total(({ asked }) => asked),
    moved: total(({ moved }) => moved),
    stricken,
    knownMs: knownMs ?? {},
    absentMs: absentMs ?? {},
    violations: violations ?? {},
  };
}
