import type { Json, JsonObject } from "../../src/core/json.ts";
import type { Medium } from "../../src/daemon/terminal/medium.ts";

import type { Direction, Disturbance } from "./disturbances.ts";

/** Where a link is cut: after so many bytes in one direction, counted from when the rule was made. */
export type Cut = { readonly direction: Direction; readonly afterBytes: number };

/** Something that happened at the terminal. */
export type Happening =
  /** It arrived whole, where there are requests. */
  | { readonly kind: "request"; readonly path: string; readonly body: string }
  /** In the terminal's own words. */
  | { readonly kind: "log"; readonly text: string }
  /** Another device is there. */
  | { readonly kind: "replaced" };

/** A simulated terminal and all that lies between it and the daemon, in memory and under virtual time. */
export interface SimulatedEnd {
  /** What the daemon is bound to. */
  readonly medium: Medium;
  /** The acquirer's. */
  readonly ledger: JsonObject[];
  /** What happened, the oldest first. */
  readonly story: readonly Happening[];
  /** Bytes so far, by direction: how long a dialogue is. */
  readonly bytes: { readonly toTerminal: number; readonly fromTerminal: number };
  /** It restarts just now. */
  readonly isOff: boolean;
  /** The terminal cannot be reached. */
  unreachable: boolean;
  /** The machine is there, and lets nobody in. */
  refuses: boolean;
  /** Cuts what the terminal writes into pieces of this many bytes, where it is a stream. */
  chunkBytes: number | undefined;
  /** So much longer whatever the terminal says is under way. */
  lagMs: number;
  /** Another device, or the same one with another scenario: `forgets` leaves it without memory. */
  replace(scenario: Json, memory: "remembers" | "forgets"): void;
  cutAfter(cut: Cut): void;
  /** Happens to one message that is still to come. */
  disturb(disturbance: Disturbance): void;
  cutNow(how?: "failed" | "ended"): void;
}
