import type { Stage } from "./terminal.ts";

/**
 * What happened around a transaction and is no fact of it: nothing is ever decided by one. They are written along with the next fact, and
 * those that no fact took along are lost with the process.
 */
export type Moment = MomentBody & { readonly at: string };

export type MomentBody =
  | { readonly kind: "stage"; readonly stage: Stage; readonly text?: string }
  | { readonly kind: "linkLost"; readonly why: string }
  | { readonly kind: "linkOpened" }
  | { readonly kind: "recoveryBegan" }
  /** The terminal, or its account, was asked about it so often, beginning at this moment. */
  | { readonly kind: "askedAgain"; readonly times: number }
  /** The outcome was sent to its POS. */
  | { readonly kind: "told"; readonly revision: number }
  /** The service ended while it was open, in order or not, and began again. */
  | { readonly kind: "serviceBegan" };

/** Between the fact before and this one. `missing`: more than are kept. */
export type Meanwhile = { readonly moments: readonly Moment[]; readonly missing?: number };
