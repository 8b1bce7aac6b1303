// needs: root
// The service on a disk that fills up, and with a journal that it may not write. Root ignores the rights of files, so the
// service gives up being root.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, closeSync, openSync, readdirSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { RequestRefused } from "../../src/client/index.ts";
import { lastFirst } from "../support/ending.ts";
import { freshFolder } from "../support/home-folder.ts";
import { assertSquare } from "../support/reckoning.ts";
import { openShop, TERMINAL, type Shop } from "../support/shop.ts";
import { until } from "../support/until.ts";

const NOBODY = 65_534;
/** Threads have no rights of their own: the first one gives them up for all. */
const AS_NOBODY = {
  NODE_OPTIONS: `--import=data:text/javascript,if(process.getuid()===0){process.setgid(${NOBODY});process.setuid(${NOBODY})}`,
};

const scenario = { rules: [{ when: { command: "sale", amount: 2_000 }, then: [{ kind: "slow", ms: 1_500 }] }] };

/** Its home is on a disk of its own, of sixteen mebibytes. */
async function shopOnSmallDisk(context: TestContext): Promise<{ readonly shop: Shop; readonly filler: string }> {
  const ending = lastFirst(context);
  const home = freshFolder(ending);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", home]);
  ending.after(() => void execFileSync("umount", [home]));
  const shop = await openShop(ending, { home, terminals: { [TERMINAL]: { scenario } } });
  return { shop, filler: join(home, "filler") };
}

/** Takes every byte that is left. */
function fill(file: string): void {
  const handle = openSync(file, "a");
  for (const size of [65_536, 4_096, 1]) {
    try {
      for (;;) writeSync(handle, Buffer.alloc(size, 1));
    } catch {
      // Full for this size.
    }
  }
  closeSync(handle);
}

async function assertRefused({ till }: Shop, amount: number): Promise<void> {
  await assert.rejects(till.sale(amount).ended, ({ refusal }: { refusal?: RequestRefused }) => {
    assert.equal(refusal?.reason, "journalUnavailable");
    return true;
  });
}

test("a disk that fills up in mid-sale: the result is kept, new money is refused, and taken again when there is room", async (context) => {
  const { shop, filler } = await shopOnSmallDisk(context);
  const before = await shop.till.sale(1_000).ended;
  const running = await shop.till.saleAt("presentCard", 2_000);
  fill(filler);

  const ended = await running.ended;

  assert.equal(ended.outcome?.kind, "approved");
  const refusals = Array.from({ length: 200 }, (_, index) => shop.till.sale(10_000 + index).ended);
  const results = await Promise.allSettled(refusals);
  assert.ok(
    results.some(({ status }) => status === "rejected"),
    "there was no room for 200 more",
  );
  await assertRefused(shop, 3_000);
  assert.deepEqual((await shop.health()).body.status, "degraded");
  rmSync(filler);
  await until(shop.isWell);
  const after = await shop.till.sale(4_000).ended;
  const stored = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  assertSquare(shop.terminal().ledger(), [before, ended, ...stored, after]);
});

test("started on a full disk: it says so, takes no money, and goes on when there is room", async (context) => {
  const { shop, filler } = await shopOnSmallDisk(context);
  const before = await shop.till.sale(1_000).ended;
  // In order, so that every file that a running service keeps has to be made again.
  shop.daemon.kill("SIGTERM");
  await shop.daemon.ended;
  fill(filler);

  await shop.startDaemon();

  await assertRefused(shop, 3_000);
  assert.deepEqual((await shop.health()).body.status, "degraded");
  rmSync(filler);
  await until(shop.isWell);
  const after = await shop.till.sale(4_000).ended;
  assertSquare(shop.terminal().ledger(), [before, after]);
});

test("a journal that may not be written: no money is taken, it is said aloud, and the service stays", async (context) => {
  const shop = await openShop(context);
  const before = await shop.till.sale(1_000).ended;
  shop.daemon.kill("SIGTERM");
  await shop.daemon.ended;
  giveToNobody(shop.home);
  const journal = join(shop.home, "data", "journal.db");
  chownSync(journal, 0, 0);
  chmodSync(journal, 0o444);

  const daemon = await shop.startDaemon(AS_NOBODY);

  await daemon.said(/the journal cannot be opened, so no payment is taken: .*journal\.db/);
  assert.deepEqual((await shop.health()).status, 503);
  assert.deepEqual((await shop.openSocket("till-1")).opened, {});
  chownSync(journal, NOBODY, NOBODY);
  chmodSync(journal, 0o600);
  await until(shop.isWell);
  const after = await shop.till.sale(2_000).ended;
  assertSquare(shop.terminal().ledger(), [before, after]);
});

test("a home that may not be written: the service says where, and does not start", async (context) => {
  const shop = await openShop(context);
  shop.daemon.kill("SIGTERM");
  await shop.daemon.ended;

  await assert.rejects(shop.startDaemon(AS_NOBODY), /data/);
});

function giveToNobody(folder: string): void {
  for (const name of [".", ...readdirSync(folder, { recursive: true, encoding: "utf8" })]) {
    chownSync(join(folder, name), NOBODY, NOBODY);
  }
}
