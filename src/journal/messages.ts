import type { Append, Appended, AuditEntry, VerifyReport } from "./journal.ts";
import type { ReadMethod, Reads } from "./reads.ts";

/** What passes between the journal's threads. */
export type Write =
  | { readonly kind: "append"; readonly append: Append }
  | { readonly kind: "audit"; readonly entry: AuditEntry }
  | { readonly kind: "seen"; readonly transaction: string; readonly at: string };

export type Read = {
  readonly [Method in ReadMethod]: {
    readonly kind: "read";
    readonly method: Method;
    readonly args: Parameters<Reads[Method]>;
  };
}[ReadMethod];

export type Prune = {
  readonly kind: "prune";
  readonly before: string;
  readonly limit: number;
  readonly cursor?: string;
};

/** A `close` is answered by the end of the thread. */
export type Ask = Write | Read | Prune | { readonly kind: "close" };

export type Request = { readonly id: number; readonly ask: Ask };

export type Answer =
  | { readonly kind: "appended"; readonly appended: Appended }
  | { readonly kind: "done"; readonly value: unknown }
  /** The environment failed. */
  | { readonly kind: "failed"; readonly why: string }
  /** Our own mistake. */
  | { readonly kind: "mistaken"; readonly mistake: string };

export type Reply = { readonly id: number; readonly answer: Answer };

export type FromWorker =
  | { readonly kind: "opened"; readonly journal: string; readonly inode: number }
  /** `commitMs`: how long the disk took for the commit that they share, where they share one. */
  | { readonly kind: "replies"; readonly replies: readonly Reply[]; readonly commitMs?: number }
  | { readonly kind: "verified"; readonly report: VerifyReport }
  | { readonly kind: "failed"; readonly why: string };
