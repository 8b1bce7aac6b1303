import type { Clock, Timer } from "../core/ports.ts";
import type { Transaction } from "../core/transaction.ts";
import type { TransactionRecord } from "./record.ts";

/** Resolves with the final outcome. An `unknown` is held back until it is resolved or the operation's limits have passed. */
export function whenSettled(record: TransactionRecord, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    let limit: Timer | undefined;
    const look = () => {
      limit?.cancel();
      const waitMs = stillToWaitMs(record.transaction, clock);
      if (waitMs === 0) {
        unwatch();
        resolve();
      } else if (waitMs !== undefined) {
        limit = clock.after(waitMs, look);
      }
    };
    const unwatch = record.watch(look);
    look();
  });
}

/** 0 when it can be told; undefined while nothing but a new fact can change that. */
function stillToWaitMs({ outcome, dispatched }: Transaction, clock: Clock): number | undefined {
  if (outcome === undefined) return undefined;
  if (outcome.kind !== "unknown" || outcome.since === "timeout" || dispatched === undefined) return 0;
  const now = clock.now();
  if (now < Date.parse(dispatched.at)) return 0;
  return Math.max(0, Date.parse(dispatched.deadline) - now);
}
