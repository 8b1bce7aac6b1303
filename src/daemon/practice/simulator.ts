import type { JsonObject } from "../../core/json.ts";
import type { Vendor } from "../../drivers/driver.ts";

/** A simulated terminal that is there until it is disposed of, or ends by itself. */
export type PracticeSimulator = AsyncDisposable & {
  /** As in a terminal's configuration. */
  readonly link: JsonObject;
  /** Resolves when it is gone, with what it said last. Never rejects. */
  readonly gone: Promise<string>;
};

/** Rejects with `NoSimulator` where it does not come to be; gives up when the signal says so. */
export type StartSimulator = (vendor: Vendor, signal: AbortSignal) => Promise<PracticeSimulator>;

/** The machine, and not a mistake of ours, kept a simulator from being there. The message is for people. */
export class NoSimulator extends Error {
  override readonly name = "NoSimulator";
}
