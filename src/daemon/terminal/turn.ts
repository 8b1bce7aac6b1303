import type { AlarmCode } from "../../core/alarm-code.ts";
import type { UnknownCause } from "../../core/outcome.ts";

/** What performing an effect came to. */
export type Turn =
  | { readonly kind: "goesOn" }
  | { readonly kind: "done" }
  | { readonly kind: "doubt"; readonly since: UnknownCause; readonly why: string; readonly alarm?: AlarmCode }
  | { readonly kind: "gaveUp"; readonly why: string }
  /** Nothing new yet about what stands: it is asked about again then. */
  | { readonly kind: "later"; readonly afterMs: number }
  | { readonly kind: "dropLink"; readonly why: string };
