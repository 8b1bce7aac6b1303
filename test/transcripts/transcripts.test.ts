import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { readRecording } from "../../src/cli/trace/recording-file.ts";
import type { RecordedEntry } from "../../src/core/recording.ts";
import { vendors } from "../../src/drivers/registry.ts";
import { sweepFolder } from "../../scripts/sweep/folder.ts";
import { replayAll } from "../support/replayed.ts";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));

const recordings = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
  .filter((found) => found.isFile() && found.name.endsWith(".jsonl"))
  .map(({ parentPath, name }) => relative(FOLDER, join(parentPath, name)))
  .toSorted();

async function entriesOf(recording: string): Promise<readonly RecordedEntry[]> {
  const entries: RecordedEntry[] = [];
  for await (const line of readRecording(join(FOLDER, recording))) {
    assert(line.kind === "head" || line.kind === "entry", line.kind === "wrong" ? line.why : `it is ${line.kind}`);
    if (line.kind === "entry") entries.push(line.entry);
  }
  return entries;
}

/** Every recording below this folder is a test: what a driver wanted done at a terminal once, it wants done for ever. */
describe("the drivers want the same done as in the recording", () => {
  for (const recording of recordings) {
    it(recording, async () => {
      const { tally, faults } = replayAll(await entriesOf(recording));
      assert.deepEqual(faults, []);
      assert(tally.same > 0 && tally.steps > 0, "there is something to compare");
    });
  }
});

describe("the recordings", () => {
  it("tell of every vendor, and of a payment in doubt and its recovery", async () => {
    for (const { id } of vendors) {
      const own = recordings.filter((recording) => recording.startsWith(join(id, "/")));
      const entries = (await Promise.all(own.map(entriesOf))).flat();
      const roles = new Set(entries.flatMap((entry) => (entry.kind === "begun" ? [entry.role] : [])));
      assert(roles.has("operation") && roles.has("recovery"), `${id}: ${[...roles].join(", ")}`);
    }
  });

  it("hold no card number", () => {
    assert.deepEqual(sweepFolder(FOLDER, { numbers: [], secrets: [] }), []);
  });
});
