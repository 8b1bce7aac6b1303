// needs: libfaketime
// The machine sleeps: its wall clock goes on, its monotonic one stands still. Every link is opened anew before money goes over it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeClock } from "./faked-clock.ts";
import { openShop } from "../support/shop.ts";

test("after a night asleep a terminal has a fresh link, and takes a sale", async (context) => {
  const { environment, set } = fakeClock(context);
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
