import { Replay, type Replayed, type Tally } from "../../src/cli/trace/replay.ts";
import { hash } from "node:crypto";
import { recorded } from "../../src/daemon/recorder/recorded.ts";
import type { Recorder } from "../../src/daemon/recorder/recorder.ts";
import { RECORDED_ENTRIES, type RecordedEntry } from "../../src/core/recording.ts";
import { schemaFaults } from "../../src/core/schema.ts";
import type { Vendor } from "../../src/drivers/driver.ts";
import { vendors } from "../../src/drivers/registry.ts";

const REGISTERED: ReadonlyMap<string, Vendor> = new Map(vendors.map((vendor) => [vendor.id, vendor]));

const sha256 = (bytes: Uint8Array): Uint8Array => hash("sha256", bytes, "buffer");

/** All that a recorder keeps, as it leaves: through JSON, as a file has it. */
export function recordedBy(recorder: Recorder, terminal?: string): readonly RecordedEntry[] {
  return recorder
    .snapshot(terminal)
    .entries.map((entry) => JSON.parse(JSON.stringify(recorded(entry))) as RecordedEntry);
}

export type WholeReplay = {
  readonly tally: Tally;
  /** What differs, and what could not be replayed, in words. */
  readonly faults: readonly string[];
  /** Those of them that are because something was masked: it is not what the driver heard. */
  readonly masked: readonly string[];
};

export function replayAll(entries: readonly RecordedEntry[], known = REGISTERED): WholeReplay {
  const replay = new Replay(known, sha256);
  const faults: string[] = [];
  const masked: string[] = [];
  for (const entry of entries) {
    const [fault] = schemaFaults(RECORDED_ENTRIES[entry.kind], entry);
    if (fault !== undefined) faults.push(`${entry.kind}: ${fault.field} ${fault.why}`);
    const replayed = replay.take(entry);
    const words = inWords(replayed, entry);
    faults.push(...words);
    if (replayed.kind === "notReplayed" && replayed.reason === "masked") masked.push(...words);
  }
  return { tally: replay.tally, faults, masked };
}

function inWords(replayed: Replayed, entry: RecordedEntry): readonly string[] {
  const where = "conversation" in entry ? `${entry.terminal}, conversation ${entry.conversation ?? 0}` : entry.terminal;
  if (replayed.kind === "notReplayed") return [`${where}: ${replayed.why}`];
  if (replayed.kind !== "differs") return [];
  const { path, recorded: before, now } = replayed.difference;
  return [`${where}: ${path}: recorded ${before}, now ${now}`];
}
