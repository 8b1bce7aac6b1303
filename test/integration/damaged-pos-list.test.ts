import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openShop } from "../support/shop.ts";

test("one damaged record of pos.json stops its own POS program alone, is told, and is still there for whoever mends it", async (t) => {
  const shop = await openShop(t);
  await shop.addTill("till-2");
  const file = join(shop.home, "data", "pos.json");
  await shop.killDaemon();
  const whole = readFileSync(file, "utf8");
  // As a person's hand leaves it who wanted to give till-2 a limit.
  const document = JSON.parse(whole) as { readonly pos: readonly { readonly pos: string }[] };
  const limits = [{ operation: "sale", currency: "CLP", perDay: "100.000" }];
  const pos = document.pos.map((record) => (record.pos === "till-2" ? { ...record, limits } : record));
  writeFileSync(file, JSON.stringify({ pos }));

  const daemon = await shop.startDaemon();

  await daemon.said(/records that cannot be read.* till-2 \(limits\.0\.perDay must be integer\)/);
  assert.equal((await shop.openSocket("till-1")).opened["pos"], "till-1");
  assert.equal((await shop.openSocket("till-2")).opened["pos"], undefined);
  const administrator = await shop.openSocket("cli");
  await administrator.request("pos.add", { pos: "till-3" });
  const kept = JSON.parse(readFileSync(file, "utf8")) as { readonly pos: readonly { readonly pos: string }[] };
  assert.deepEqual(
    kept.pos.find((record) => record.pos === "till-2"),
    pos.find((record) => record.pos === "till-2"),
  );
});
