import { isInDoubt } from "../../src/core/transaction.ts";
import type { World } from "../support/world.ts";
import type { Fault } from "./faults.ts";

/** What a day had, beside its faults. */
export const SIGHTS = [
  "approved",
  "declined",
  "canceled",
  "notPerformed",
  "toldUnknown",
  "personDecided",
  "recoveryDecided",
  "repeated",
  "twoDoubtsAtOneTerminal",
  "fenceLifted",
  "forgotten",
  "strangerRefused",
  "foundElsewhere",
] as const;

export type Sight = (typeof SIGHTS)[number];

/** Says whether enough happened in a world: an invariant that is never put to the test holds in vain. */
export class Chronicle {
  readonly faults = new Set<Fault>();
  readonly sights = new Set<Sight>();

  look(world: World): void {
    const doubtful = new Map<string, number>();
    for (const transaction of world.journal.durable()) {
      const { terminal, outcome, attempts, fenceLifted } = transaction;
      if (attempts > 1) this.sights.add("repeated");
      if (fenceLifted) this.sights.add("fenceLifted");
      if (outcome?.kind === "unknown") this.sights.add("toldUnknown");
      else if (outcome !== undefined) this.sights.add(outcome.kind);
      if (outcome?.decidedBy.kind === "person") this.sights.add("personDecided");
      if (outcome?.decidedBy.kind === "recovery") this.sights.add("recoveryDecided");
      if (isInDoubt(transaction)) doubtful.set(terminal, (doubtful.get(terminal) ?? 0) + 1);
    }
    if ([...doubtful.values()].some((doubts) => doubts > 1)) this.sights.add("twoDoubtsAtOneTerminal");
    if (world.alarms().includes("otherDevice")) this.sights.add("strangerRefused");
    if (world.log.lines.includes("info found at another place")) this.sights.add("foundElsewhere");
    if (world.rolledBack.size > 0) this.sights.add("forgotten");
  }
}
