import { setTimeout as pause } from "node:timers/promises";
import { verifyJournal } from "../../src/journal/verify.ts";
import { randomFrom } from "../../test/support/random.ts";
import { readAll, readUnended } from "./dead-journal.ts";
import { isInDoubt, momentOf, type Moment } from "./moments.ts";
import { planKill, type Fault, type Trigger } from "./plan.ts";
import { reckon, type Violation } from "./reckoning.ts";
import type { Life, ProvingShop } from "./shop.ts";
import { createStricken, NeverKnown, type Stricken, type StrickenSale } from "./stricken.ts";
import { strike } from "./strike.ts";

/** One kill, and what the dead daemon's journal said of the counter that it aimed at. */
type Kill = { readonly moment: Moment; readonly fault: Fault };

/** A shop's day: what was done to it, and what came of it. */
export type Day = {
  readonly kills: readonly Kill[];
  /** What the kills hit. */
  readonly stricken: readonly StrickenSale[];
  /** Requests of all tills. */
  readonly asked: number;
  readonly moved: number;
  readonly violations: readonly Violation[];
};

const REST_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** Opens the tills, kills the daemon so many times and starts it again each time, closes, and compares the books. */
export async function spendDay(shop: ProvingShop, first: Life, seed: number, times: number): Promise<Day> {
  const stricken = createStricken(shop);
  const kills: Kill[] = [];
  const late: Violation[] = [];
  try {
    stricken.started(first);
    await openTills(shop);
    const life = await killAgainAndAgain(shop, first, { seed, times, stricken, done: (kill) => kills.push(kill) });
    await life.readyAtMs;
    await stricken.allKnown();
    await Promise.all(shop.tills.map((till) => till.close()));
    await toRest(shop);
    life.program.kill("SIGTERM");
    await life.program.ended;
  } catch (error) {
    if (!(error instanceof NeverKnown)) throw error;
    late.push({ kind: "neverSettled", text: error.message });
  }
  const tills = shop.tills.map((till) => till.record());
  const ledger = shop.counters.flatMap(({ terminal }) => terminal.ledger());
  const journal = readAll(shop.home.dataDirectory);
  const { faults } = verifyJournal(shop.home.dataDirectory);
  return {
    kills,
    stricken: stricken.sales(),
    asked: tills.reduce((sum, { asked }) => sum + asked.length, 0),
    moved: ledger.length,
    violations: [...late, ...reckon({ ledger, tills, journal, faults })],
  };
}

/** An empty memory proves nothing: were the first sale of a terminal lost, a person would have to decide it. */
async function openTills({ tills }: ProvingShop): Promise<void> {
  await Promise.all(tills.map((till) => till.start()));
  await until(() => tills.every((till) => till.record().told.some(({ kind }) => kind === "approved")), "no first sale");
}

type Killing = {
  readonly seed: number;
  readonly times: number;
  readonly stricken: Stricken;
  readonly done: (kill: Kill) => void;
};

/** Answers the life after the last kill. */
async function killAgainAndAgain(shop: ProvingShop, first: Life, killing: Killing): Promise<Life> {
  const { seed, times, stricken, done } = killing;
  const random = randomFrom(seed);
  let life = first;
  let inDoubtAtStart: ReadonlySet<string> = new Set();
  let counterInDoubt: number | undefined;
  let back = Promise.resolve();
  let isAllBack = true;
  for (let time = 1; time <= times; time += 1) {
    const planned = planKill(random, shop.counters.length);
    const target = waitsForPeace(planned.trigger) ? planned.target : (counterInDoubt ?? planned.target);
    const plan = { ...planned, target };
    if (waitsForPeace(plan.trigger)) {
      await life.readyAtMs;
      await back;
      await stricken.allKnown();
    }
    // One fault at a time: while that of the last kill lasts, this one comes alone.
    const fault = isAllBack ? plan.fault : "none";
    const { wasReady, backAtMs } = await strike(shop, life, { ...plan, fault });
    const terminal = shop.counters[plan.target]?.id ?? "";
    if (fault !== "none") {
      isAllBack = false;
      back = backAtMs.then((atMs) => {
        isAllBack = true;
        stricken.cameBack(terminal, atMs);
      });
      back.catch(() => undefined);
    }
    const unended = readUnended(shop.home.dataDirectory);
    stricken.killed(unended, inDoubtAtStart);
    const moment = momentOf({ wasReady, inDoubtAtStart, unended }, terminal);
    const inDoubt = unended.filter(isInDoubt);
    inDoubtAtStart = new Set(inDoubt.map(({ id }) => id));
    counterInDoubt = indexOf(shop, inDoubt[0]?.terminal);
    await pause(plan.downMs);
    life = shop.startDaemon();
    stricken.started(life);
    done({ moment, fault });
  }
  await back;
  return life;
}

/** What comes early in the life of a daemon does not wait for what the last one left. */
function waitsForPeace({ kind }: Trigger): boolean {
  return kind !== "start" && kind !== "recovery";
}

function indexOf({ counters }: ProvingShop, terminal: string | undefined): number | undefined {
  const index = counters.findIndex(({ id }) => id === terminal);
  return index === -1 ? undefined : index;
}

/** Nothing runs and nothing is to be told any more, or the books will say what. */
async function toRest(shop: ProvingShop): Promise<void> {
  const questions = [
    { unacknowledged: true },
    { state: "accepted" },
    { state: "dispatched" },
    { outcome: ["unknown"] },
  ];
  const isAtRest = async () => {
    for (const question of questions) {
      const answer = await shop.ask("transactions.list", { ...question, limit: 1 });
      const found = answer?.["transactions"];
      if (!Array.isArray(found) || found.length > 0) return false;
    }
    return true;
  };
  const limitMs = performance.now() + REST_LIMIT_MS;
  while (performance.now() < limitMs && !(await isAtRest())) await pause(LOOK_EVERY_MS);
}

async function until(isSo: () => boolean, otherwise: string): Promise<void> {
  const limitMs = performance.now() + REST_LIMIT_MS;
  while (!isSo()) {
    if (performance.now() > limitMs) throw new Error(`The shop did not open: ${otherwise}.`);
    await pause(LOOK_EVERY_MS);
  }
}
