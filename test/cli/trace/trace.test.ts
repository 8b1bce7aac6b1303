import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { freshFolder } from "../../support/home-folder.ts";
import { openShop } from "../../support/shop.ts";
import { start } from "../command.ts";

test("a technician watches a sale, keeps the recording and plays it", { timeout: 110_000 }, async (context) => {
  const shop = await openShop(context);
  const home = ["--home", shop.home];
  const live = start(context, ["trace", ...home, "--terminal", "counter-1"]);
  await live.said("Ctrl-C ends it");
  const { outcome } = await shop.till.sale(1250).ended;
  assert.equal(outcome?.kind, "approved");
  await live.printed();

  const file = join(freshFolder(context), "recording.jsonl");
  const kept = await start(context, ["trace", ...home, "--out", file]).ended;
  assert.equal(kept.code, 0, kept.stderr);
  const again = await start(context, ["trace", ...home, "--out", file]).ended;
  assert.equal(again.code, 1);
  assert.match(again.stderr, /it is there already/);
  live.interrupt();
  const watched = await live.ended;
  assert.equal(watched.code, 0, watched.stderr);
  assert.match(watched.stdout, /counter-1 {2}operation \d+ {2}-> {2}send request 100/);

  const same = await start(context, ["trace", "replay", file]).ended;
  assert.equal(same.code, 0, same.stderr);
  assert.match(same.stdout, /The same: \d+ conversations/);
  const other = join(freshFolder(context), "other.jsonl");
  writeFileSync(other, readFileSync(file, "utf8").replace('"Amount":1250', '"Amount":1'));
  const different = await start(context, ["trace", "replay", other, "--json"]).ended;
  assert.equal(different.code, 1);
  const told = JSON.parse(different.stdout) as { isSame: boolean; differences: { what: string }[] };
  assert.equal(told.isSame, false);
  assert.match(told.differences[0]?.what ?? "", /recorded was 1, and now it is 1250/);
  writeFileSync(other, "no recording");
  const none = await start(context, ["trace", "replay", other]).ended;
  assert.equal(none.code, 2);
  assert.match(none.stderr, /no recording/);
  assert.doesNotMatch(none.stderr, /\n\s+at /);
});
