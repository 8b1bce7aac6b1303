import type { Random } from "../../test/support/random.ts";

/** What happens beside the kill, at the counter that it aims at. */
export const FAULTS = ["none", "linkCut", "terminalRestarts", "posKilled", "posAsksAgain", "commitInFlight"] as const;
export type Fault = (typeof FAULTS)[number];

/** What the kill waits for. */
export type Trigger =
  /** So long after the till asked for a sale. */
  | { readonly kind: "sale"; readonly delayMs: number }
  /** When so many more bytes have gone to or come from the terminal. */
  | { readonly kind: "bytes"; readonly bytes: number }
  /** The first byte of a commit, so long after the till asked for a sale: it is not synced yet. */
  | { readonly kind: "commit"; readonly delayMs: number }
  /** So long after the process was started, whether it is ready or not. */
  | { readonly kind: "start"; readonly delayMs: number }
  /** So long after it said that it is ready, or after so many bytes: what was in doubt is being asked about. */
  | { readonly kind: "recovery"; readonly delayMs: number; readonly bytes?: number };

export type PlannedKill = {
  /** Index of the counter; a recovery is hit at a counter that has one. */
  readonly target: number;
  readonly trigger: Trigger;
  readonly fault: Fault;
  /** Until the link is mended, the terminal is switched on, or the POS program is started. */
  readonly awayMs: number;
  /** Until the daemon is started again. */
  readonly downMs: number;
};

/** More than a sale takes with its stages. */
const SALE_MS = 350;
/** More than the bytes of a sale with its stages. */
const SALE_BYTES = 2_500;
const START_MS = 600;
/** More than the bytes and the time of a recovery. */
const RECOVERY_BYTES = 900;
const RECOVERY_MS = 350;
const AWAY_MS = 500;
const DOWN_MS = 150;

/** The next kill of a shop; the same ones in the same order for a seed. */
export function planKill(random: Random, counters: number): PlannedKill {
  const fault = FAULTS[random(FAULTS.length)] ?? "none";
  return {
    target: random(counters),
    trigger: planTrigger(random, fault),
    fault,
    awayMs: random(AWAY_MS),
    downMs: random(DOWN_MS),
  };
}

function planTrigger(random: Random, fault: Fault): Trigger {
  if (fault === "commitInFlight") return { kind: "commit", delayMs: random(SALE_MS) };
  switch (random(8)) {
    case 0:
      return { kind: "start", delayMs: random(START_MS) };
    case 1:
      return { kind: "recovery", delayMs: random(RECOVERY_MS) };
    case 2:
      return { kind: "recovery", delayMs: RECOVERY_MS, bytes: 1 + random(RECOVERY_BYTES) };
    case 3:
    case 4:
      return { kind: "bytes", bytes: 1 + random(SALE_BYTES) };
    default:
      return { kind: "sale", delayMs: random(SALE_MS) };
  }
}

/** Sales of a day for which something goes otherwise than well. */
const RULES = 400;
/** One of so many sales does. */
const OF_SALES = 4;
const SLOW_CUSTOMER_MS = 600;

/** What customers and hosts do at a terminal, by the number of the sale: rules of a scenario of `simulate`. */
export function planRules(random: Random, refusals: readonly object[]): readonly object[] {
  const rules: object[] = [];
  // The first sale of a terminal goes well: an empty memory proves nothing, and its loss would be a person's to decide.
  let nth = 1;
  while (rules.length < RULES) {
    nth += 1 + random(2 * OF_SALES - 1);
    const slow = { kind: "slow", ms: random(SLOW_CUSTOMER_MS), phase: "customer" };
    const then = [refusals[random(refusals.length + 1)] ?? slow];
    rules.push({ when: { command: "sale", nth }, then });
  }
  return rules;
}
