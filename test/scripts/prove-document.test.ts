import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { killMatrix, shareOf } from "../../scripts/prove/document.ts";
import { summarize } from "../../scripts/prove/kill-run.ts";
import { addRuns, readRecord } from "../../scripts/prove/record.ts";
import type { KillRun } from "../../scripts/prove/runs.ts";
import { freshFolder } from "../support/home-folder.ts";

const DAY = {
  kills: [
    { moment: "dispatched", fault: "linkCut" },
    { moment: "dispatched", fault: "linkCut" },
    { moment: "idle", fault: "none" },
  ],
  stricken: [
    { moment: "dispatched", ending: "approved", recoveryMs: 740 },
    { moment: "dispatched", ending: "notPerformed", recoveryMs: 1_201 },
    { moment: "accepted", ending: "canceled" },
  ],
  asked: 12,
  moved: 9,
  violations: [],
} as const;
const ABOUT = { commit: "a".repeat(40), date: "2026-01-02T03:04:05.000Z", seed: 7, shops: 2 };

const runWith = (more: Partial<KillRun> = {}): KillRun => ({
  ...summarize({ days: [DAY], seconds: 6 }, ABOUT),
  ...more,
});
const rowOf = (document: string, words: string): readonly string[] => {
  const row = document.split("\n").find((line) => line.startsWith(`| ${words}`));
  return (row ?? "").split("|").map((cell) => cell.trim());
};

describe("the document about kills", () => {
  it("counts each kill by its moment and its fault, in all runs and on the newest commit", () => {
    const older = runWith({ commit: "b".repeat(40), date: "2025-12-31T00:00:00.000Z" });

    const document = killMatrix({ version: 1, kills: [older, runWith()], worlds: [] });

    assert.deepEqual(rowOf(document, "sent, no answer").slice(2, 5), ["0 (0)", "4 (2)", "0 (0)"]);
    assert.deepEqual(rowOf(document, "newest commit, `aaaaaaaaaa`").slice(2, 7), ["3", "12", "0", "0", "0"]);
    assert.deepEqual(rowOf(document, "all").slice(2, 7), ["6", "24", "0", "0", "0"]);
  });

  it("tells how the sales ended, and how soon what was in doubt was known", () => {
    const document = killMatrix({ version: 1, kills: [runWith()], worlds: [] });

    assert.deepEqual(rowOf(document, "sent, no answer | 1 |").slice(2, 8), ["1", "0", "0", "1", "0", "2"]);
    assert.deepEqual(rowOf(document, "the terminal knew, all").slice(2, 6), ["1", "750 ms", "750 ms", "750 ms"]);
    assert.deepEqual(rowOf(document, "proved by absence, all").slice(2, 6), ["1", "1,250 ms", "1,250 ms", "1,250 ms"]);
  });

  it("hides no break of the promise, of whatever kind", () => {
    const violations = { doubled: 2, lost: 1, neverTold: 4 };

    const document = killMatrix({ version: 1, kills: [runWith({ violations })], worlds: [] });

    assert.deepEqual(rowOf(document, "all").slice(4, 8), ["1", "2", "0", "4"]);
  });

  it("counts the worlds by commit, and those that broke it", () => {
    const run = { ...ABOUT, worlds: 1_000, violations: 1, seconds: 30, processes: 2 };

    const document = killMatrix({ version: 1, kills: [], worlds: [run, { ...run, commit: "unknown" }] });

    assert.deepEqual(rowOf(document, "all").slice(8, 10), ["2,000", "2"]);
    assert.match(document, /\| 2026-01-02 03:04 \| `a{10}` \| 1,000 \| 2 \| 1,000 \| 1 \|/);
  });

  it("says which runs were of changed sources", () => {
    const document = killMatrix({ version: 1, kills: [runWith({ commit: `${"c".repeat(40)}+changes` })], worlds: [] });

    assert.match(document, /`cccccccccc` with changes/);
  });

  it("is written beside its data, to which each run is added", async (context) => {
    const file = join(freshFolder(context), "runs.json");

    await addRuns(file, { kills: [runWith()] });
    await addRuns(file, { kills: [runWith({ seed: 8 })] });

    assert.deepEqual(
      readRecord(file).kills.map(({ seed }) => seed),
      [7, 8],
    );
    assert.match(readFileSync(file.replace(".json", ".md"), "utf8"), /# Kills, and what they did to money/);
  });
});

describe("a share of what is counted in classes", () => {
  it("is the upper end of the class in which it lies", () => {
    const counts = { "100": 1, "50": 98, "2000": 1 };

    assert.deepEqual(
      [0.5, 0.99, 1].map((share) => shareOf(counts, share)),
      [50, 100, 2_000],
    );
    assert.equal(shareOf({}, 1), undefined);
  });
});
