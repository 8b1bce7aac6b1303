import assert from "node:assert/strict";
import { closeSync, copyFileSync, existsSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { run } from "../cli/command.ts";
import type { RequestRefused } from "../../src/client/index.ts";
import { openShop, TERMINAL, type Shop } from "../support/shop.ts";
import { until } from "../support/until.ts";

const LIMIT = { timeout: 110_000 };

type Fault = {
  readonly what: string;
  /** Done to a journal that was closed in order, and what undoes it. */
  readonly damage: (file: string) => void;
  readonly said: RegExp;
};

const FAULTS: readonly Fault[] = [
  {
    what: "damaged: a page of it was overwritten",
    damage: (file) => overwrite(file, 4_096, "x".repeat(4_096)),
    said: /journal\.db/,
  },
  {
    what: "no journal at all: another program's file",
    damage: (file) => overwrite(file, 0, "once upon a time "),
    said: /journal\.db/,
  },
  {
    what: "empty: what a power cut leaves",
    damage: (file) => closeSync(openSync(file, "w")),
    said: /journal\.db.*empty/,
  },
  {
    what: "from a release that is further ahead",
    damage: (file) => {
      using database = new DatabaseSync(file);
      database.exec("UPDATE meta SET value = '1000' WHERE name = 'oldestReader'");
    },
    said: /written by a newer Tillbridge/,
  },
];

test(
  "a journal that cannot be used: no money is taken, it is said aloud, and the service stays",
  LIMIT,
  async (context) => {
    const shop = await openShop(context);
    const before = await shop.till.sale(1_000).ended;
    const file = join(shop.home, "data", "journal.db");
    const healthy = `${file}.healthy`;
    shop.daemon.kill("SIGTERM");
    await shop.daemon.ended;
    assert.equal(existsSync(`${file}-wal`), false, "closed in order, it is one file");
    copyFileSync(file, healthy);

    for (const { what, damage, said } of FAULTS) {
      await context.test(what, async (subtest) => {
        copyFileSync(healthy, file);
        damage(file);
        const damaged = readFileSync(file);

        const daemon = await shop.startDaemon();

        await daemon.said(/the journal cannot be opened, so no payment is taken/);
        await assertNoMoney(shop, said);
        const verified = run(subtest, ["journal", "verify", "--home", shop.home]);
        assert.notEqual((await verified).code, 0);
        assert.deepEqual(readFileSync(file), damaged, "it is left as it is, for the person who has to look");
        daemon.kill("SIGTERM");
        assert.equal((await daemon.ended).code, 0);
        for (const side of ["-wal", "-shm"]) rmSync(`${file}${side}`, { force: true });
      });
    }

    await context.test("mended, it is found again by the service that runs, and the past is there", async () => {
      rmSync(file);
      overwrite(file, 0, "once upon a time ");
      const daemon = await shop.startDaemon();
      await daemon.said(/no payment is taken/);

      renameSync(healthy, file);

      await shop.till.terminalIs("ready");
      assert.equal((await shop.health()).status, 200);
      const { transaction } = await shop.till.client.call("transactions.get", { transaction: before.id });
      assert.equal(transaction.outcome?.kind, "approved");
      assert.equal((await shop.till.sale(2_000).ended).outcome?.kind, "approved");
      assert.equal((await run(context, ["journal", "verify", "--home", shop.home])).code, 0);
    });
  },
);

test(
  "a journal that is taken away under a running service: money is refused at once, and taken again when it is back",
  LIMIT,
  async (context) => {
    const shop = await openShop(context);
    await shop.till.sale(1_000).ended;
    const file = join(shop.home, "data", "journal.db");
    renameSync(file, `${file}.away`);

    await assert.rejects(shop.till.sale(2_000).ended, ({ refusal }: { refusal?: RequestRefused }) => {
      assert.equal(refusal?.reason, "journalUnavailable");
      return true;
    });

    assert.equal((await shop.health()).status, 503);
    renameSync(`${file}.away`, file);
    await until(shop.isWell);
    assert.equal((await shop.till.sale(3_000).ended).outcome?.kind, "approved");
    assert.deepEqual(
      shop
        .terminal()
        .ledger()
        .map(({ amount }) => amount),
      [1_000, 3_000],
    );
  },
);

/** A POS gets no session, because nobody knows what it has open; the administrator sees why. */
async function assertNoMoney(shop: Shop, said: RegExp): Promise<void> {
  const { status, body } = await shop.health();
  assert.deepEqual([status, body.status], [503, "degraded"]);
  assert.deepEqual((await shop.openSocket("till-1")).opened, {});
  const administrator = await shop.openSocket("cli");
  const operation = { type: "sale", amount: { value: 1_250, currency: "CLP" } };
  const refused = await administrator.request("transactions.start", { terminal: TERMINAL, requestId: "no", operation });
  assert.equal(refused.error?.data["reason"], "journalUnavailable");
  assert.match(refused.error.message, said);
  assert.doesNotMatch(refused.error.message, new RegExp(shop.home), "no path of the machine leaves");
}

function overwrite(file: string, position: number, text: string): void {
  const handle = openSync(file, existsSync(file) ? "r+" : "w");
  writeSync(handle, text, position);
  closeSync(handle);
}
