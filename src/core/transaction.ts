import { unreachable } from "./assert.ts";
import type { Contradicted, Dispatched, Fact, Proposed } from "./facts.ts";
import type { JsonObject } from "./json.ts";
import { movesMoney } from "./operation-type.ts";
import type { Operation } from "./operation.ts";
import type { Outcome, Verdict } from "./outcome.ts";

/** One operation of one POS at one terminal: the fold of its facts. Its key is (`pos`, `requestId`). */
export type Transaction = {
  readonly id: string;
  readonly pos: string;
  readonly requestId: string;
  readonly terminal: string;
  readonly operation: Operation;
  readonly content: string;
  readonly original?: string;
  readonly createdAt: string;
  readonly cancelRequested: boolean;
  readonly dispatched?: Dispatched & { readonly at: string };
  /** Dispatches so far, repeats included. */
  readonly attempts: number;
  readonly remembered?: JsonObject;
  readonly proposed?: Proposed;
  readonly outcome?: Outcome;
  readonly settledAt?: string;
  readonly acknowledgedRevision: number;
  /** Evidence against the outcome that stands, not yet decided by a person. */
  readonly contradicted?: Contradicted;
  /** All that ever contradicted an outcome of it, decided since or not. */
  readonly contradictions: readonly Verdict[];
  /** The fence was lifted while in doubt: from then on only a person decides. */
  readonly fenceLifted: boolean;
  /** How many facts were folded: the next one's place. */
  readonly length: number;
  /** The latest time that a fact tells: a wall clock that is behind it was set back. */
  readonly lastAt: string;
};

export type TransactionState = "accepted" | "dispatched" | "settled";

export function stateOf(transaction: Transaction): TransactionState {
  if (transaction.outcome !== undefined) return "settled";
  return transaction.dispatched === undefined ? "accepted" : "dispatched";
}

/** Money may have moved and nobody knows: dispatched without an outcome, or settled as unknown. */
export function isInDoubt(transaction: Transaction): boolean {
  if (transaction.outcome !== undefined) return transaction.outcome.kind === "unknown";
  return transaction.dispatched !== undefined;
}

/** Money moved, and the end of that is still to come: a refund in process. */
export function isStanding({ outcome }: Transaction): boolean {
  return outcome !== undefined && notFinal(outcome);
}

/** Something is still to be done or decided, so the daemon keeps it in memory. */
export function isOpen(transaction: Transaction): boolean {
  const { outcome, contradicted } = transaction;
  return outcome === undefined || isInDoubt(transaction) || contradicted !== undefined || notFinal(outcome);
}

export type Folded =
  | { readonly kind: "legal"; readonly transaction: Transaction }
  | { readonly kind: "illegal"; readonly place: number; readonly why: string };

/** Applies one fact to what was known. The order of facts is checked: an illegal one is never appended, and found at load. */
export function applyFact(id: string, known: Transaction | undefined, told: Fact): Folded {
  const fact = withoutMoments(told);
  if (known === undefined) {
    return fact.kind === "accepted"
      ? { kind: "legal", transaction: acceptedTransaction(id, fact) }
      : { kind: "illegal", place: 0, why: `${fact.kind} before accepted` };
  }
  const why = orderFault(known, fact);
  if (why !== undefined) return { kind: "illegal", place: known.length, why };
  const lastAt = fact.at > known.lastAt ? fact.at : known.lastAt;
  return { kind: "legal", transaction: { ...withFact(known, fact), length: known.length + 1, lastAt } };
}

export function foldFacts(id: string, facts: readonly Fact[], from?: Transaction): Folded {
  let folded: Folded | undefined = from === undefined ? undefined : { kind: "legal", transaction: from };
  for (const fact of facts) {
    folded = applyFact(id, folded?.transaction, fact);
    if (folded.kind === "illegal") return folded;
  }
  return folded ?? { kind: "illegal", place: 0, why: "no facts" };
}

/** What happened around a transaction decides nothing about it, so the fold never sees it. */
function withoutMoments(fact: Fact): Fact {
  if (fact.meanwhile === undefined) return fact;
  const { meanwhile: _told, ...bare } = fact;
  return bare;
}

function acceptedTransaction(id: string, fact: Extract<Fact, { kind: "accepted" }>): Transaction {
  return {
    id,
    pos: fact.pos,
    requestId: fact.requestId,
    terminal: fact.terminal,
    operation: fact.operation,
    content: fact.content,
    ...(fact.original === undefined ? {} : { original: fact.original }),
    createdAt: fact.at,
    cancelRequested: false,
    attempts: 0,
    acknowledgedRevision: 0,
    contradictions: [],
    fenceLifted: false,
    length: 1,
    lastAt: fact.at,
  };
}

/** Why this fact may not follow what is known; undefined where it may. */
function orderFault(known: Transaction, fact: Fact): string | undefined {
  const settled = known.outcome !== undefined;
  const dispatched = known.dispatched !== undefined;
  switch (fact.kind) {
    case "accepted":
      return "accepted twice";
    case "dispatched":
      if (settled) return "dispatched after settled";
      if (dispatched) return "dispatched twice";
      return known.cancelRequested ? "dispatched after a cancel was asked" : undefined;
    case "repeated":
      if (settled || !dispatched) return "repeated outside a dispatch";
      if (known.cancelRequested) return "repeated after a cancel was asked";
      return fact.attempt === known.attempts + 1 ? undefined : "repeated with a wrong attempt";
    case "remembered":
      return dispatched ? undefined : "remembered before dispatched";
    case "proposed":
      // A late word, after unknown was told, is durable before it is confirmed as well.
      return settled && !isInDoubt(known) ? "proposed after settled" : undefined;
    case "settled":
      if (settled) return "settled twice";
      if (fact.outcome.revision !== 1) return "settled with a revision other than 1";
      return dispatched ? undefined : undispatchedFault(known, fact.outcome);
    case "resolved":
      return resolvedFault(known, fact.outcome);
    case "acknowledged":
      return settled && fact.revision <= known.outcome.revision
        ? undefined
        : "acknowledged a revision that is not there";
    case "contradicted":
      return settled ? undefined : "contradicted before settled";
    case "fenceLifted":
      return isInDoubt(known) ? undefined : "the fence of nothing in doubt was lifted";
    case "cancelRequested":
    case "note":
      return undefined;
    default:
      return unreachable(fact);
  }
}

/** What never left this machine ends as notPerformed or canceled; only what moves no money can be answered all the same. */
function undispatchedFault(known: Transaction, outcome: Outcome): string | undefined {
  if (outcome.kind === "notPerformed" || outcome.kind === "canceled") return undefined;
  // A journal that may be older than the truth proves nothing: what it does not know to have left may have left all the same.
  if (outcome.kind === "unknown" && outcome.since === "journal") return undefined;
  if (outcome.kind === "unknown" || movesMoney(known.operation.type))
    return `${outcome.kind} before anything was dispatched`;
  return undefined;
}

function resolvedFault(known: Transaction, outcome: Outcome): string | undefined {
  if (known.outcome === undefined) return "resolved before settled";
  if (outcome.revision !== known.outcome.revision + 1) return "resolved with a wrong revision";
  const open = known.outcome.kind === "unknown" || known.contradicted !== undefined || notFinal(known.outcome);
  return open ? undefined : "resolved although the outcome stood unchallenged";
}

function notFinal(outcome: Outcome): boolean {
  return outcome.kind === "approved" && !outcome.final;
}

function withFact(known: Transaction, fact: Fact): Transaction {
  switch (fact.kind) {
    case "cancelRequested":
      return { ...known, cancelRequested: true };
    case "dispatched":
      return { ...known, dispatched: fact, attempts: fact.attempt };
    case "repeated":
      return { ...known, attempts: fact.attempt };
    case "remembered":
      return { ...known, remembered: fact.data };
    case "proposed":
      return { ...known, proposed: fact };
    case "settled":
      return { ...known, outcome: fact.outcome, settledAt: fact.at };
    case "resolved": {
      const { contradicted: _decided, ...rest } = known;
      return { ...rest, outcome: fact.outcome };
    }
    case "acknowledged":
      return { ...known, acknowledgedRevision: Math.max(known.acknowledgedRevision, fact.revision) };
    case "contradicted":
      return { ...known, contradicted: fact, contradictions: [...known.contradictions, fact.verdict] };
    case "fenceLifted":
      return { ...known, fenceLifted: true };
    case "accepted":
    case "note":
      return known;
    default:
      return unreachable(fact);
  }
}
