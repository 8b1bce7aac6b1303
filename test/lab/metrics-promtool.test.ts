// needs: prometheus
// Prometheus' own tool reads what `GET /metrics` says, and finds nothing wrong with it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openShop } from "../support/shop.ts";

test("promtool finds no fault in the metrics of a shop that has sold something", async (context) => {
  const shop = await openShop(context);
  assert.equal((await shop.till.sale(1_250).ended).outcome?.kind, "approved");
  const token = readFileSync(join(shop.home, "data", "admin.token"), "utf8").trim();
  const url = `${shop.url.replace(/^ws/, "http").replace(/\/v1$/, "")}/metrics`;
  const text = await (await fetch(url, { headers: { Authorization: `Bearer ${token}` } })).text();
  assert.match(text, /^tillbridge_transaction_duration_seconds_count/m);
  const checked = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
  assert.deepEqual({ status: checked.status, said: checked.stderr + checked.stdout }, { status: 0, said: "" });
});
