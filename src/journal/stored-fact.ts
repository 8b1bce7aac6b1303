import type { Fact } from "../core/facts.ts";
import type { StoredFact } from "./chain.ts";

export function packFact(fact: Fact, place: number): StoredFact {
  const { kind, at, ...rest } = fact;
  return { place, kind, at, body: JSON.stringify(rest) };
}

/** The journal is our own: what it stored is a fact, and the fold checks its order. */
export function unpackFact(stored: StoredFact): Fact {
  return { ...(JSON.parse(stored.body) as object), kind: stored.kind, at: stored.at } as Fact;
}
