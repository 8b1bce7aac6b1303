// needs: qemu-system-x86, busybox-static, cpio, kmod, e2fsprogs
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { openJournalOrWhy } from "../../src/daemon/opened-journal.ts";
import type { Journal } from "../../src/journal/journal.ts";
import { verifyJournal } from "../../src/journal/verify.ts";
import { freshFolder } from "../support/home-folder.ts";
import { runUntilPowerCut, type Said } from "./power-cut/machine.ts";
import { CutDisk, readLog } from "./power-cut/write-log.ts";

const PROGRAM = fileURLToPath(new URL("./power-cut/shop-day.ts", import.meta.url));
const CUTS = 16;

test(
  "a power cut at any moment loses nothing that was confirmed, and tears nothing",
  { timeout: 240_000 },
  async (context) => {
    const folder = freshFolder(context);
    const { said, image, log } = await runUntilPowerCut(context, folder, PROGRAM, isEnough);
    const writes = readLog(log);
    const ready = said.find(({ line }) => line === "ready");
    assert.ok(ready !== undefined);
    const first = writes.findIndex(({ end }) => end > ready.logBytes);
    assert.ok(first > 0 && writes.length - first > 200, `${writes.length - first} writes to cut between`);
    const disk = new CutDisk(image, log, writes);
    context.after(() => disk.close());
    let confirmedInAll = 0;
    let unsyncedLost = 0;

    const moments = Array.from({ length: CUTS - 1 }, () => first + Math.floor(Math.random() * (writes.length - first)));
    for (const after of [...moments, writes.length].toSorted((one, other) => one - other)) {
      const lastEnd = writes[after - 1]?.end ?? 0;
      const confirmed = said.filter(({ logBytes }) => logBytes <= lastEnd).map(({ line }) => line);
      await context.test(`after write ${after} of ${writes.length}: ${confirmed.length} confirmations`, async () => {
        const cut = join(folder, "cut.img");
        disk.cut(after, cut, () => Math.random() < 0.5);
        const shop = join(folder, `after-${after}`);
        rescue(cut, shop);

        await assertWhole(shop, confirmed);

        confirmedInAll += confirmed.length;
        unsyncedLost += confirmed.filter(isFact).length - sizeOf(join(shop, "unsynced"));
      });
    }

    assert.ok(confirmedInAll > CUTS * 20, `${confirmedInAll} confirmations were looked for`);
    // The control: what nobody synced was lost at some cut, so this storage does lose what it may lose.
    assert.ok(unsyncedLost > 0, "nothing that was not synced was lost");
  },
);

/** Until pruning is over, with sales and settings meanwhile. */
function isEnough(said: readonly Said[]): boolean {
  const newest = said.at(-1)?.line ?? "";
  return /^fact new-\d+ 3$/.test(newest) && said.filter(({ line }) => /^(pruned|config)/.test(line)).length >= 20;
}

function isFact(line: string): boolean {
  return line.startsWith("fact ");
}

/** Mounts nothing: the file system's own journal is replayed as a mount would, and its files are read out. */
function rescue(image: string, folder: string): void {
  mkdirSync(folder);
  spawnSync("e2fsck", ["-y", "-E", "journal_only", image]);
  execFileSync("debugfs", ["-R", `rdump / ${folder}`, image], { stdio: "ignore" });
}

async function assertWhole(shop: string, confirmed: readonly string[]): Promise<void> {
  const data = join(shop, "data");
  assert.deepEqual(verifyJournal(data).faults, []);
  const opened = await openJournalOrWhy(data);
  assert.equal(opened.kind, "open", opened.kind === "failed" ? opened.why : "");
  try {
    await assertFacts(opened.journal, confirmed.filter(isFact));
    await assertPruned(opened.journal, newest(confirmed, "pruned"));
  } finally {
    await opened.close();
  }
  const installation = JSON.parse(readFileSync(join(data, "installation.json"), "utf8")) as {
    readonly journal: string;
  };
  assert.equal(installation.journal, opened.journal.id);
  assertVersion(join(shop, "config.json"), newest(confirmed, "config"), /^\{"version":(\d+)\}$/);
  assertVersion(join(data, "secrets", "mp"), newest(confirmed, "secret"), /^secret (\d+)$/);
  assertVersion(join(data, "other.json"), newest(confirmed, "installation"), /"journal":"J(\d+)"\}\n$/);
}

async function assertFacts(journal: Journal, confirmed: readonly string[]): Promise<void> {
  const places = new Map(confirmed.map((line) => [line.split(" ")[1] ?? "", Number(line.split(" ")[2])]));
  for (const [id, place] of places) {
    const found = await journal.find("till-1", `R-${id}`);
    assert.ok(found !== undefined, `${id} is gone`);
    if (found.kind === "transaction") assert.ok(found.transaction.length > place, `${id} lost fact ${place}`);
    else assert.match(id, /^old-/, "what is new was not pruned");
  }
}

async function assertPruned(journal: Journal, confirmed: number): Promise<void> {
  let tombstones = 0;
  for (let number = 0; number < 40; number += 1) {
    if ((await journal.find("till-1", `R-old-${number}`))?.kind === "tombstone") tombstones += 1;
  }
  assert.ok(tombstones >= confirmed, `${confirmed} were pruned, and ${tombstones} are`);
}

/** The file is whole, of the version that was confirmed last or a later one. */
function assertVersion(file: string, confirmed: number, whole: RegExp): void {
  if (confirmed === 0 && !existsSync(file)) return;
  const text = readFileSync(file, "utf8");
  assert.match(text, whole, file);
  assert.ok(Number(whole.exec(text)?.[1]) >= confirmed, `${file} is at ${text}, and ${confirmed} was confirmed`);
}

function newest(confirmed: readonly string[], word: string): number {
  const last = confirmed.findLast((line) => line.startsWith(`${word} `));
  return last === undefined ? 0 : Number(last.split(" ")[1]);
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
