import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Event, Operation } from "../../src/client/index.ts";
import { run } from "../cli/command.ts";
import { openShop, TERMINAL, type Shop } from "../support/shop.ts";

const DECLINED = 6_001;
const OPERATOR_CANCELS = 6_002;
const SLOW_CUSTOMER = 6_003;

const scenario = {
  rules: [
    { when: { command: "sale", amount: DECLINED }, then: [{ kind: "declines", text: "Fondos insuficientes" }] },
    { when: { command: "sale", amount: OPERATOR_CANCELS }, then: [{ kind: "operatorCancels" }] },
    { when: { command: "sale", amount: SLOW_CUSTOMER }, then: [{ kind: "slow", ms: 60_000 }] },
  ],
};

const pay = async ({ till }: Shop, operation: Operation) =>
  (await till.client.pay({ terminal: TERMINAL, operation }).ended).outcome;

for (const medium of ["tcp", "pty"] as const) {
  test(`what a shop does in a day, over ${medium}`, { timeout: 110_000 }, async (context) => {
    const shop = await openShop(context, { terminals: { [TERMINAL]: { scenario, medium } } });
    for (const [what, story] of Object.entries(STORIES)) await context.test(what, () => story(shop, context));
  });
}

const STORIES: Readonly<Record<string, (shop: Shop, context: TestContext) => Promise<void>>> = {
  "an approved sale tells its stages in order, its card and its timeline": async ({ till, terminal }) => {
    const { id, outcome } = await till.sale(1_250, { reference: "T-1" }).ended;

    assert.equal(outcome?.kind, "approved");
    assert.deepEqual(outcome.amounts?.approved, { value: 1_250, currency: "CLP" });
    assert.equal(outcome.decidedBy.kind, "terminal");
    assert.match(outcome.card?.last4 ?? "", /^\d{4}$/);
    await till.heard((event) => event.type === "transaction.settled" && event.transaction.id === id);
    assert.deepEqual(toldOf(till.events, id), [
      "transaction.accepted",
      "transaction.dispatched",
      "presentCard",
      "enterPin",
      "contactingHost",
      "transaction.settled",
    ]);
    const { entries } = await till.client.call("transactions.timeline", { transaction: id });
    assert.deepEqual(
      entries.map(({ what }) => what).filter((what) => !["told", "acknowledged"].includes(what)),
      ["accepted", "stage", "dispatched", "stage", "stage", "stage", "proposed", "settled"],
    );
    assert.deepEqual(
      terminal()
        .ledger()
        .map(({ kind, amount }) => [kind, amount]),
      [["sale", 1_250]],
    );
  },

  "a declined sale says why, in our word and in the bank's": async (shop) => {
    const outcome = await pay(shop, sale(DECLINED));

    assert.equal(outcome?.kind, "declined");
    assert.deepEqual(outcome.vendor, { code: "5", text: "Fondos insuficientes" });
  },

  "a sale that the operator cancels at the terminal": async (shop) => {
    const outcome = await pay(shop, sale(OPERATOR_CANCELS));

    assert.equal(outcome?.kind, "canceled");
    assert.notEqual(outcome.by, "pos");
  },

  "a sale that the POS cancels while the customer looks for a card": async ({ till }) => {
    const started = await till.saleAt("presentCard", SLOW_CUSTOMER);

    await started.cancel();

    const { outcome } = await started.ended;
    assert.deepEqual([outcome?.kind, outcome?.kind === "canceled" && outcome.by], ["canceled", "pos"]);
  },

  "a refund in part, and a void of another sale; more than that is refused": async (shop) => {
    const [refunded, voided] = [await shop.till.sale(2_000).ended, await shop.till.sale(3_000).ended];

    const refund = await pay(shop, { type: "refund", original: { transaction: refunded.id }, amount: clp(500) });
    const taken = await pay(shop, { type: "void", original: { transaction: voided.id } });

    assert.deepEqual([refund?.kind, taken?.kind], ["approved", "approved"]);
    assert.deepEqual(
      shop
        .terminal()
        .ledger()
        .slice(-2)
        .map(({ kind, amount }) => [kind, amount]),
      [
        ["refund", -500],
        ["void", -3_000],
      ],
    );
    const tooMuch = shop.till.client.pay({
      terminal: TERMINAL,
      operation: { type: "refund", original: { transaction: refunded.id }, amount: clp(1_501) },
    });
    await assert.rejects(tooMuch.ended, /1500 CLP can still be given back, not 1501 CLP/);
  },

  "a copy of the last receipt moves nothing": async (shop) => {
    const before = shop.terminal().ledger().length;

    assert.equal((await pay(shop, { type: "duplicateReceipt" }))?.kind, "approved");

    assert.equal(shop.terminal().ledger().length, before);
  },

  "one call and one answer: until settled": async (shop) => {
    const socket = await shop.openSocket("till-2");

    const { result } = await socket.request("transactions.start", {
      terminal: TERMINAL,
      requestId: "one-call",
      operation: sale(4_000),
      until: "settled",
    });

    const { transaction } = result as { transaction: { state: string; outcome: { kind: string } } };
    assert.deepEqual([transaction.state, transaction.outcome.kind], ["settled", "approved"]);
    assert.equal((await socket.event("transaction.settled"))["seq"], 3);
  },

  "the command pays with its stages on standard error, and closes the batch": async (shop, context) => {
    const at = ["--terminal", TERMINAL, "--yes", "--home", shop.home];

    const paid = await run(context, ["sale", ...at, "--amount", "990", "--currency", "CLP", "--request-id", "by-hand"]);
    const closed = await run(context, ["reconcile", ...at, "--json"]);

    assert.equal(paid.code, 0, paid.stderr);
    assert.match(paid.stdout, /approved/);
    assert.match(paid.stderr, /request id by-hand\n {2}accepted\n {2}dispatched\n {2}present card.*\n {2}enter pin/);
    assert.equal(closed.code, 0, closed.stderr);
    assert.deepEqual(
      shop
        .terminal()
        .ledger()
        .slice(-2)
        .map(({ kind, amount }) => [kind, amount]),
      [
        ["sale", 990],
        ["close", 0],
      ],
    );
  },
};

const clp = (value: number) => ({ value, currency: "CLP" });
const sale = (amount: number): Operation => ({ type: "sale", amount: clp(amount) });

/** What was told about one transaction, in its order. */
function toldOf(events: readonly Event[], transaction: string): readonly string[] {
  return events.flatMap((event) => {
    if (event.type === "transaction.progress") return event.transaction === transaction ? [event.stage] : [];
    const isOurs =
      "transaction" in event && typeof event.transaction === "object" && event.transaction.id === transaction;
    return isOurs ? [event.type] : [];
  });
}
