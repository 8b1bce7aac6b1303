import type { UnknownCause } from "../../core/outcome.ts";

/** What performing an effect came to. */
export type Turn =
  | { readonly kind: "goesOn" }
  | { readonly kind: "done" }
  | { readonly kind: "doubt"; readonly since: UnknownCause; readonly why: string; readonly alarm?: string }
  | { readonly kind: "gaveUp"; readonly why: string }
  | { readonly kind: "dropLink"; readonly why: string };
