import type { Fact } from "../../src/core/facts.ts";
import type { Written } from "./dead-journal.ts";

/** Where a kill found the counter that it aimed at, as the dead daemon's journal tells it; the later wins where two fit. */
export const MOMENTS = [
  "idle",
  "settledNotAcknowledged",
  "accepted",
  "dispatched",
  "proposed",
  "recovering",
  "repeated",
  "starting",
] as const;
export type Moment = (typeof MOMENTS)[number];

/** How far the facts of one transaction have come. `inDoubt`: nobody knows, and the daemon had said so. */
export type Standing =
  "accepted" | "dispatched" | "repeated" | "proposed" | "inDoubt" | "settledNotAcknowledged" | "ended";

export function standingOf(facts: readonly Fact[]): Standing {
  let standing: Standing = "accepted";
  let revision = 0;
  for (const fact of facts) {
    switch (fact.kind) {
      case "dispatched":
      case "repeated":
      case "proposed":
        standing = fact.kind;
        break;
      case "settled":
      case "resolved":
        standing = fact.outcome.kind === "unknown" ? "inDoubt" : "settledNotAcknowledged";
        revision = fact.outcome.revision;
        break;
      case "acknowledged":
        if (standing === "settledNotAcknowledged" && fact.revision >= revision) standing = "ended";
        break;
      case "accepted":
      case "cancelRequested":
      case "remembered":
      case "contradicted":
      case "fenceLifted":
      case "note":
        break;
    }
  }
  return standing;
}

/** Money may have moved and the journal does not know. */
export function isInDoubt(written: Pick<Written, "facts">): boolean {
  switch (standingOf(written.facts)) {
    case "dispatched":
    case "repeated":
    case "proposed":
    case "inDoubt":
      return true;
    case "accepted":
    case "settledNotAcknowledged":
    case "ended":
      return false;
  }
}

export type DeadDaemon = {
  /** Whether it had said that it is ready. */
  readonly wasReady: boolean;
  /** Transactions that were in doubt when it was started. */
  readonly inDoubtAtStart: ReadonlySet<string>;
  readonly unended: readonly Pick<Written, "id" | "terminal" | "facts">[];
};

/** The moment of a kill at one counter. */
export function momentOf({ wasReady, inDoubtAtStart, unended }: DeadDaemon, terminal: string): Moment {
  if (!wasReady) return "starting";
  const found = unended
    .filter((written) => written.terminal === terminal)
    .map((written) => momentOfOne(written, inDoubtAtStart));
  return MOMENTS.findLast((moment) => found.includes(moment)) ?? "idle";
}

export function momentOfOne(written: Pick<Written, "id" | "facts">, inDoubtAtStart: ReadonlySet<string>): Moment {
  const standing = standingOf(written.facts);
  if (standing === "dispatched" && inDoubtAtStart.has(written.id)) return "recovering";
  switch (standing) {
    case "inDoubt":
      return "recovering";
    case "ended":
      return "idle";
    case "accepted":
    case "dispatched":
    case "repeated":
    case "proposed":
    case "settledNotAcknowledged":
      return standing;
  }
}
