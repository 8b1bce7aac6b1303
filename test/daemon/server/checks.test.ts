import assert from "node:assert/strict";
import { test } from "node:test";
import { checkedParams } from "../../../src/daemon/server/checks.ts";

test("of a field that is none of ours no more is said back than a person reads", () => {
  const checked = checkedParams("ping", { ["x".repeat(60_000)]: 1 });

  assert.equal(checked.kind, "refused");
  assert.match(checked.refusal.message, /^xxx/);
  assert.ok(JSON.stringify(checked.refusal).length < 1_000);
});
