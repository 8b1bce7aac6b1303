import type { Accepted, Dispatched, Fact } from "../../src/core/facts.ts";
import type { Outcome, Verdict } from "../../src/core/outcome.ts";
import type { Alarm } from "../../src/journal/journal.ts";

const AT = "2026-03-01T10:00:00.000Z";

export const APPROVED: Verdict = {
  kind: "approved",
  amounts: { approved: { value: 1250, currency: "EUR" } },
  partial: false,
  captured: true,
  final: true,
};
export const UNKNOWN: Verdict = { kind: "unknown", since: "linkLost", advice: "lookAtTerminal" };
export const NOT_PERFORMED: Verdict = { kind: "notPerformed", reason: "queueLimit" };

export const ALARM: Alarm = {
  severity: "critical",
  // Of none of our versions: what a journal holds is told as it was written.
  code: "contradicted" as "contradiction",
  terminal: "T1",
  text: "The terminal says two things about one payment.",
  remedy: "Compare the receipts.",
};

export function accepted(requestId: string, given: Partial<Accepted> & { readonly at?: string } = {}): Fact {
  return {
    kind: "accepted",
    at: AT,
    pos: "till-1",
    requestId,
    terminal: "T1",
    operation: { type: "sale", amount: { value: 1250, currency: "EUR" } },
    content: '{"terminal":"T1"}',
    ...given,
  };
}

export function dispatched(ticket: string, given: Partial<Dispatched> = {}): Fact {
  return {
    kind: "dispatched",
    at: AT,
    attempt: 1,
    request: "AkZGAw==",
    ticket,
    driver: { id: "some-driver", version: "1" },
    link: "serial:1",
    deadline: "2026-03-01T10:03:00.000Z",
    lastSeen: AT,
    ...given,
  };
}

export function proposed(verdict: Verdict, movement?: string): Fact {
  return { kind: "proposed", at: AT, verdict, ...(movement === undefined ? {} : { movement }) };
}

export function settled(verdict: Verdict): Fact {
  return { kind: "settled", at: AT, outcome: decided(verdict, 1) };
}

export function resolved(verdict: Verdict, revision: number): Fact {
  return { kind: "resolved", at: AT, outcome: decided(verdict, revision) };
}

export function acknowledged(revision: number): Fact {
  return { kind: "acknowledged", at: AT, revision };
}

export function note(text: string): Fact {
  return { kind: "note", at: AT, text };
}

function decided(verdict: Verdict, revision: number): Outcome {
  return { ...verdict, revision, decidedBy: { kind: "terminal" } };
}
