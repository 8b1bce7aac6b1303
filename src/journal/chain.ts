import { hash } from "node:crypto";
import type { AuditEntry } from "./journal.ts";

/** One fact as it lies in the journal. */
export type StoredFact = {
  readonly place: number;
  readonly kind: string;
  readonly at: string;
  /** The fact without `kind` and `at`, JSON. */
  readonly body: string;
};

/** What the first fact of a transaction is chained to: nobody can move facts to another transaction unseen. */
export function chainStart(transaction: string): Uint8Array {
  return sha256(transaction);
}

export function chainFact(previous: Uint8Array, fact: StoredFact): Uint8Array {
  return chain(previous, [fact.place, fact.kind, fact.at, fact.body]);
}

export function chainAudit(previous: Uint8Array, entry: AuditEntry): Uint8Array {
  return chain(previous, [entry.at, entry.what, entry.by, entry.detail]);
}

function chain(previous: Uint8Array, line: readonly (string | number)[]): Uint8Array {
  return sha256(Buffer.concat([previous, Buffer.from(JSON.stringify(line), "utf8")]));
}

function sha256(data: string | Uint8Array): Uint8Array {
  return hash("sha256", data, "buffer");
}
