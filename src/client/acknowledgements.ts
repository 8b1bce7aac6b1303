import type { Clock } from "../core/ports.ts";
import { isOfTheWorld, RequestRefused } from "./errors.ts";
import { isPassing } from "./refusals.ts";
import type { Session } from "./session.ts";

export type HandedOver = { readonly revision: number; acknowledged: "no" | "underWay" | "yes" };

/** Tells the daemon what was handed over. One that gets lost does no harm: its outcome is delivered again with the next session. */
export type Acknowledgements = {
  add(transaction: string, outcome: HandedOver): void;
  /** Waits for what is under way; much more than that is left to the next session. */
  rest(): Promise<void>;
};

export type AcknowledgementsOptions = {
  readonly clock: Clock;
  readonly session: () => Session | undefined;
  readonly onFault: (error: unknown) => void;
};

const REQUEST_LIMIT_MS = 10_000;
/** So many at once; more of them are a day's worth, which must leave payments their share of what the daemon takes. */
const BURST = 16;
const SHARE = 1 / 2;
const REFUSED_PAUSE_MS = 1000;

export function createAcknowledgements({ clock, session, onFault }: AcknowledgementsOptions): Acknowledgements {
  const waiting: { readonly transaction: string; readonly outcome: HandedOver }[] = [];
  let work: Promise<void> | undefined;
  let isClosing = false;
  let credit = BURST;
  let countedMs = clock.monotonicMs();

  const pause = (durationMs: number) => new Promise<void>((resolve) => clock.after(durationMs, resolve));

  const acknowledge = async (transaction: string, outcome: HandedOver): Promise<void> => {
    const params = { transaction, revision: outcome.revision };
    try {
      const answer = session()?.channel.request("transactions.acknowledge", params, REQUEST_LIMIT_MS);
      await answer;
      outcome.acknowledged = answer === undefined ? "no" : "yes";
    } catch (error) {
      // Too many at once, or a journal that cannot be written just now.
      if (error instanceof RequestRefused && (isPassing(error) || error.retry === "same") && !isClosing) {
        await pause(REFUSED_PAUSE_MS);
        return acknowledge(transaction, outcome);
      }
      // A later revision is there already, and it is delivered too.
      const superseded = error instanceof RequestRefused && error.reason === "revisionMismatch";
      outcome.acknowledged = superseded ? "yes" : "no";
      if (!superseded && (error instanceof RequestRefused || !isOfTheWorld(error))) onFault(error);
    }
  };

  /** How long the next one has to wait, so that no more than our share leaves. */
  const waitMs = (): number => {
    const nowMs = clock.monotonicMs();
    const share = (session()?.opened.limits.requestsPerSecond ?? BURST) * SHARE;
    credit = Math.min(BURST, credit + ((nowMs - countedMs) / 1000) * share);
    countedMs = nowMs;
    return credit >= 1 ? 0 : ((1 - credit) / share) * 1000;
  };

  /** One after the other. */
  const workOff = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const tooSoonMs = waitMs();
      if (tooSoonMs > 0 && !isClosing) await pause(tooSoonMs);
      if (tooSoonMs > 0 && isClosing) {
        next.outcome.acknowledged = "no";
        continue;
      }
      waitMs();
      credit -= 1;
      await acknowledge(next.transaction, next.outcome);
    }
    work = undefined;
  };

  return {
    add: (transaction, outcome) => {
      outcome.acknowledged = "underWay";
      waiting.push({ transaction, outcome });
      work ??= workOff();
    },
    rest: async () => {
      isClosing = true;
      await work;
    },
  };
}
