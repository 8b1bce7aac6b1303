// needs: strace, root
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { JournalFailure, type Journal } from "../../src/journal/journal.ts";
import { openJournal } from "../../src/journal/sqlite.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { live } from "../journal/conformance.ts";
import { accepted, APPROVED, dispatched, proposed, settled } from "../journal/facts.ts";
import { journalFolder, openIn } from "../journal/journal-folder.ts";

/** Runs on a disk of twelve mebibytes, in memory, and closes what was opened there. */
async function onSmallDisk(work: (directory: string, open: () => Promise<Journal>) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "tillbridge-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=12m", "tmpfs", directory]);
  const opened: Journal[] = [];
  try {
    await work(directory, async () => {
      const journal = await openJournal({ directory });
      opened.push(journal);
      return journal;
    });
  } finally {
    for (const journal of opened) await journal.close();
    execFileSync("umount", [directory]);
    rmdirSync(directory);
  }
}

/** Takes every byte that is left. */
function fill(directory: string): void {
  const handle = openSync(join(directory, "filler"), "a");
  for (const size of [65536, 4096, 1]) {
    try {
      for (;;) writeSync(handle, Buffer.alloc(size, 1));
    } catch {
      // Full for this size.
    }
  }
  closeSync(handle);
}

test("on a disk that is really full: the result is written, new money refused, and all goes on when there is room", () =>
  onSmallDisk(async (directory, open) => {
    const journal = await open();
    const accept = (id: string, content = "{}") =>
      journal.append({ transaction: id, place: 0, facts: [accepted(id, { content })] });
    await live(journal, "A", [accepted("R1"), dispatched("K1")]);
    fill(directory);

    await assert.rejects(accept("B", "x".repeat(200_000)), JournalFailure);
    assert.equal((await journal.get("A"))?.attempts, 1, "what is stored can still be read");
    const verdict = { ...APPROVED, vendor: { code: "00", text: "y".repeat(200_000) } };
    const result = await journal.append({ transaction: "A", place: 2, facts: [proposed(APPROVED), settled(verdict)] });
    assert.equal(result.kind, "appended");
    await assert.rejects(accept("C"), /journal\.db: the disk is full/);

    rmSync(join(directory, "filler"));
    assert.equal((await accept("C")).kind, "appended");
    assert.deepEqual(await journal.verify(), { transactions: 2, facts: 5, faults: [] });
  }));

test("a journal that was closed whole is opened on a full disk, and takes the end of what ran", () =>
  onSmallDisk(async (directory, open) => {
    const before = await open();
    await live(before, "A", [accepted("R1"), dispatched("K1")]);
    await before.close();
    fill(directory);

    const journal = await open();

    assert.equal((await journal.open())[0]?.id, "A");
    await assert.rejects(live(journal, "B", [accepted("R2")]), JournalFailure);
    const end = await journal.append({ transaction: "A", place: 2, facts: [settled(APPROVED)] });
    assert.equal(end.kind, "appended");
  }));

const LIVES = fileURLToPath(new URL("../journal/append-lives.ts", import.meta.url));

/** The kernel's answer to a sync, as strace replaces it: `when` names which syncs fail. */
function livesWithFailingSyncs(directory: string, when: string): readonly string[] {
  const inject = ["-e", "trace=fdatasync,fsync", "-e", `inject=fdatasync,fsync:error=EIO:when=${when}`];
  const output = execFileSync(
    "strace",
    ["-f", "-o", "/dev/null", ...inject, process.execPath, LIVES, directory, "12"],
    {
      encoding: "utf8",
    },
  );
  return output.trim().split("\n");
}

for (const when of ["14", "14..15", "17..19", "18..24", "14+3"]) {
  test(`syncs that fail (${when}): what was confirmed is there, what was not is not`, async (context) => {
    const directory = journalFolder(context);

    const lines = livesWithFailingSyncs(directory, when);

    assert.ok(lines.some((line) => line.startsWith("failed")));
    assert.deepEqual(verifyJournal(directory).faults, []);
    const journal = await openIn(context, directory);
    const confirmed = lines.filter((line) => line.startsWith("confirmed")).map((line) => line.split(" ")[1]);
    for (const id of new Set(confirmed)) {
      const facts = await journal.facts(id ?? "");
      assert.equal(facts.length, confirmed.filter((other) => other === id).length, id);
    }
    assert.equal((await journal.verify()).transactions, new Set(confirmed).size);
  });
}
