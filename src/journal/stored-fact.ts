import type { Fact } from "../core/facts.ts";
import { chainFact, chainStart, hex, type StoredFact } from "./chain.ts";

export function packFact(fact: Fact, place: number): StoredFact {
  const { kind, at, ...rest } = fact;
  return { place, kind, at, body: JSON.stringify(rest) };
}

/** The journal is our own: what it stored is a fact, and the fold checks its order. */
export function unpackFact(stored: StoredFact): Fact {
  return { ...(JSON.parse(stored.body) as object), kind: stored.kind, at: stored.at } as Fact;
}

/** The hash of a transaction's last fact, as it lies in the journal and in its export: it stands for all of them. */
export function headOf(transaction: string, facts: readonly Fact[]): string {
  return hex(facts.reduce((head, fact, place) => chainFact(head, packFact(fact, place)), chainStart(transaction)));
}
