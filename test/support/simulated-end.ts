import type { Json, JsonObject } from "../../src/core/json.ts";
import type { Medium } from "../../src/daemon/terminal/open-outlet.ts";

/** Where a link is cut: after so many bytes in one direction, counted from when the rule was made. */
export type Cut = { readonly direction: "toTerminal" | "fromTerminal"; readonly afterBytes: number };

/** A simulated terminal and all that lies between it and the daemon, in memory and under virtual time. */
export interface SimulatedEnd {
  /** What the daemon is bound to. */
  readonly medium: Medium;
  /** The acquirer's. */
  readonly ledger: JsonObject[];
  /** Bytes so far, by direction: how long a dialogue is. */
  readonly bytes: { readonly toTerminal: number; readonly fromTerminal: number };
  /** The terminal cannot be reached. */
  unreachable: boolean;
  /** Cuts what the terminal writes into pieces of this many bytes, where it is a stream. */
  chunkBytes: number | undefined;
  /** Another device, or the same one with another scenario: `forgets` leaves it without memory. */
  replace(scenario: Json, memory: "remembers" | "forgets"): void;
  /** The same device with its memory, and from now on without faults. */
  calm(): void;
  cutAfter(cut: Cut): void;
  cutNow(how?: "failed" | "ended"): void;
}
