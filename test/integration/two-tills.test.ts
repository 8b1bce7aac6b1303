import assert from "node:assert/strict";
import { test } from "node:test";
import { assertSquare } from "../support/reckoning.ts";
import { openShop, TERMINAL } from "../support/shop.ts";

const LIMIT = { timeout: 110_000 };

test("two tills at one terminal wait their turn, and each hears its own", LIMIT, async (context) => {
  // The first customer takes so long that both others are in the queue by then.
  const scenario = { rules: [{ when: { command: "sale", amount: 1_000 }, then: [{ kind: "slow", ms: 6_000 }] }] };
  const shop = await openShop(context, { terminals: { [TERMINAL]: { scenario } } });
  const [ana, ben] = await Promise.all([shop.addTill("ana"), shop.addTill("ben")]);
  const first = await ana.saleAt("presentCard", 1_000);
  const second = ben.sale(2_000);
  await ben.heard((event) => event.type === "transaction.progress" && event.queuePosition === 1);
  const third = ana.sale(3_000);
  await ana.heard((event) => event.type === "transaction.progress" && event.queuePosition === 2);

  const ended = await Promise.all([first.ended, second.ended, third.ended]);

  assertSquare(shop.terminal().ledger(), ended);
  assert.deepEqual(
    shop
      .terminal()
      .ledger()
      .map(({ amount }) => amount),
    [1_000, 2_000, 3_000],
    "in the order in which they were asked for",
  );
  const told = (till: typeof ana) => till.outcomes.map(({ pos, operation }) => [pos, operation.amount?.value]);
  assert.deepEqual(told(ana), [
    ["ana", 1_000],
    ["ana", 3_000],
  ]);
  assert.deepEqual(told(ben), [["ben", 2_000]]);
  for (const till of [ana, ben]) {
    const foreign = till.events.filter(
      (event) =>
        "transaction" in event &&
        typeof event.transaction === "object" &&
        event.transaction.pos !== till.outcomes[0]?.pos,
    );
    assert.deepEqual(foreign, []);
  }
});

test(
  "one till goes away while it waits: its sale is dropped, nobody is shown the last customer's amount",
  LIMIT,
  async (context) => {
    const shop = await openShop(context, {
      terminals: { [TERMINAL]: { scenario: { customerMs: 6_000 } } },
      config: { transactions: { posGoneMs: 1_000 } },
    });
    const running = await shop.till.saleAt("presentCard", 1_000);
    const gone = await shop.openSocket("gone");
    gone.post("transactions.start", {
      terminal: TERMINAL,
      requestId: "G",
      operation: { type: "sale", amount: { value: 2_000, currency: "CLP" } },
    });
    await gone.event("transaction.accepted");

    gone.socket.terminate();

    const ended = await running.ended;
    assertSquare(shop.terminal().ledger(), [ended]);
    const back = await shop.openSocket("gone", { resumeAfter: 0 });
    const settled = await back.event("transaction.settled");
    const { outcome } = settled["transaction"] as {
      readonly outcome: { readonly kind: string; readonly reason: string };
    };
    assert.deepEqual([outcome.kind, outcome.reason], ["notPerformed", "posGone"]);
  },
);

test("the same reference at the next terminal is refused while the first is open", LIMIT, async (context) => {
  const shop = await openShop(context, {
    terminals: { [TERMINAL]: { scenario: { customerMs: 5_000 } }, "counter-2": {} },
  });
  const started = shop.till.sale(1_000, { reference: "order-7" });
  await shop.till.heard((event) => event.type === "transaction.dispatched");
  const next = await shop.openSocket("till-2");
  const operation = { type: "sale", amount: { value: 1_000, currency: "CLP" }, reference: "order-7" };

  const refused = await next.request("transactions.start", { terminal: "counter-2", requestId: "N", operation });

  assert.equal(refused.error?.data["reason"], "referenceInDoubt");
  const ended = await started.ended;
  assert.deepEqual(refused.error.data["transaction"], { id: ended.id }, "another POS's: no more than its id");
  assertSquare(shop.terminal("counter-2").ledger(), []);
  assertSquare(shop.terminal().ledger(), [ended]);
});
