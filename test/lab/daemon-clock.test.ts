// needs: libfaketime
// The service under a clock that is set back an hour: limits run on the monotonic clock, which goes on.
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { fakeClock } from "./faked-clock.ts";
import { assertSquare } from "../support/reckoning.ts";
import { openShop, TERMINAL, type Shop } from "../support/shop.ts";

const settings = { quietMs: 300, askEveryMs: 100 };
/** A shop whose daemon has a wall clock of its own. */
async function shopWithClock(context: TestContext, scenario: object) {
  const { environment, set } = fakeClock(context);
  const terminals = { [TERMINAL]: { scenario, memory: "survives", settings } as const };
  const shop = await openShop(context, { terminals, environment });
  return { shop, set, environment };
}

/** What the daemon thinks the time is, in seconds from ours. */
async function offsetOf(shop: Shop): Promise<number> {
  const { time } = await shop.till.client.call("ping", {});
  return Math.round((Date.parse(time) - Date.now()) / 60_000) * 60;
}

const slowReply = {
  rules: [{ when: { command: "sale", nth: 2 }, then: [{ kind: "slow", ms: 60_000, phase: "reply" }] }],
};

test("set back an hour while a sale is in doubt: it is found, and the next one goes well", async (context) => {
  const { shop, set } = await shopWithClock(context, slowReply);
  const before = await shop.till.sale(1_000).ended;
  const terminal = shop.terminal();
  await terminal.decided();
  const sale = shop.till.sale(1_250);
  await terminal.decided();
  terminal.program.kill("SIGKILL");
  await terminal.program.ended;

  set(-3_600);
  assert.equal(await offsetOf(shop), -3_600);
  await terminal.startAgain();

  const found = await sale.ended;
  assert.equal(found.outcome?.kind, "approved");
  await shop.till.terminalIs("ready");
  const after = await shop.till.sale(700).ended;
  assertSquare(terminal.ledger(), [before, found, after]);
});

test("set back an hour over a restart, with a sale that was never made: that is proved all the same", async (context) => {
  const silent = { rules: [{ when: { command: "sale", nth: 2 }, then: [{ kind: "silent" }] }] };
  const { shop, set, environment } = await shopWithClock(context, silent);
  const before = await shop.till.sale(1_000).ended;
  const sale = await shop.till.saleAt("dispatched", 1_250);
  await shop.killDaemon();

  set(-3_600);
  await shop.startDaemon(environment);

  const found = await sale.ended;
  assert.equal(found.outcome?.kind, "notPerformed");
  const again = await shop.till.client.call("transactions.get", { requestId: before.requestId });
  assert.equal(again.transaction.outcome?.kind, "approved");
  assertSquare(shop.terminal().ledger(), [before, found]);
});

test("set forward an hour while the customer looks for a card: no limit has passed", async (context) => {
  const { shop, set } = await shopWithClock(context, { customerMs: 1_000 });
  const sale = await shop.till.saleAt("presentCard", 1_250);

  set(3_600);

  const ended = await sale.ended;
  assert.deepEqual([ended.outcome?.kind, ended.outcome?.decidedBy.kind], ["approved", "terminal"]);
  assert.equal(await offsetOf(shop), 3_600);
});
