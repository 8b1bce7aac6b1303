// needs: libfaketime
// The machine sleeps: its wall clock goes on, its monotonic one stands still. Every link is opened anew before money goes over it.
import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { freshFolder } from "../support/home-folder.ts";
import { openShop, TERMINAL } from "../support/shop.ts";

const PLACES = ["x86_64-linux-gnu", "aarch64-linux-gnu"].map((name) => `/usr/lib/${name}/faketime/libfaketimeMT.so.1`);

test("after a night asleep a terminal has a fresh link, and takes a sale", async (context) => {
  const file = join(freshFolder(context), "clock");
  const set = (offsetSeconds: number) => writeFileSync(file, `+${offsetSeconds}\n`);
  set(0);
  const environment = {
    LD_PRELOAD: PLACES.find((place) => existsSync(place)) ?? "",
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
  const shop = await openShop(context, { environment });
  await shop.till.terminalIs("ready");
  const before = await shop.till.saleAt("accepted", 1_250);
  assert.equal((await before.ended).outcome?.kind, "approved");

  set(8 * 3_600);
  const wokeMs = performance.now();
  await shop.till.terminalIs("connecting");
  await shop.till.terminalIs("ready");

  context.diagnostic(`ready ${Math.round(performance.now() - wokeMs)} ms after waking up`);
  const sale = await shop.till.saleAt("accepted", 2_000);
  assert.equal((await sale.ended).outcome?.kind, "approved");
  assert.equal(shop.terminal().ledger().length, 2);
});
