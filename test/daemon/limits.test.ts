import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../src/core/json.ts";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { TILL_1, World } from "../support/world.ts";

const SETTINGS: JsonObject = { currency: "CLP", quietMs: 5_000, answerMs: 20_000, cancelGraceMs: 2_000 };
const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };
const TILL_2 = { pos: "till-2", seesAll: false };

/** The second operation of these kinds takes 40 s at the terminal. */
async function slowWorld(...commands: readonly string[]): Promise<World> {
  const rules = commands.map((command) => ({
    when: { command, nth: 2 },
    then: [{ kind: "slow", ms: 40_000, phase: "customer" }],
  }));
  const world = new World({ vendor: getnet, settings: SETTINGS, scenario: { ...FAST, rules } });
  await world.startReady();
  return world;
}

const isDispatched = async (world: World, id: string) => (await world.see(id)).transaction.dispatched !== undefined;

describe("rule 6, what a POS that has gone takes with it", () => {
  it("is what it has queued, and nothing of another POS", async () => {
    const world = await slowWorld("sale");
    await world.settled(await world.accepted(world.sale(700)));
    const running = await world.accepted(world.sale(1_250, { options: { timeoutSeconds: 120 } }));
    await world.until(() => isDispatched(world, running), 5_000);
    const mine = await world.accepted(world.sale(300));
    const another = await world.startOperation(world.sale(300), "r1", TILL_2);
    assert(another.kind === "done");
    world.till.transactions.posLeft("till-1");
    await world.clock.advance(31_000);
    const { outcome } = (await world.see(mine)).transaction;
    assert.equal(outcome?.kind === "notPerformed" ? outcome.reason : outcome?.kind, "posGone");
    assert.equal(await world.settled(another.value.transaction.id), "approved");
    assert.equal(await world.settled(running), "approved", "what was dispatched runs to its end");
  });
});

describe("rule 6, a cancel of what runs at a terminal that has no way to end it", () => {
  it("is refused, and changes nothing", async () => {
    const world = await slowWorld();
    const original = { transaction: await world.accepted(world.sale(700)) };
    await world.settled(original.transaction);
    const id = await world.accepted({ type: "refund", original });
    await world.until(() => isDispatched(world, id), 5_000, 1);
    const canceled = await world.till.transactions.cancel(TILL_1, { transaction: id });
    assert.equal(canceled.kind === "refused" ? canceled.refusal.reason : canceled.kind, "notCancelable");
    assert.equal(await world.settled(id), "approved");
    assert.equal((await world.see(id)).transaction.cancelRequested, false);
  });
});

describe("rule 6, a cancel that comes when the customer has paid", () => {
  it("loses: the POS hears that money moved", async () => {
    const slow = { when: { command: "sale", amount: 1_250 }, then: [{ kind: "slow", ms: 3_000, phase: "reply" }] };
    const world = new World({ vendor: getnet, settings: SETTINGS, scenario: { ...FAST, rules: [slow] } });
    await world.startReady();
    const id = await world.accepted(world.sale(1_250));
    await world.until(() => world.link.ledger.length === 1, 5_000);
    assert.equal((await world.till.transactions.cancel(TILL_1, { transaction: id })).kind, "done");
    assert.equal(await world.settled(id), "approved");
    assert.equal((await world.see(id)).transaction.cancelRequested, true);
  });
});

describe("rule 7, at the answer limit", () => {
  it("the terminal is asked to cancel, and its answer is the end", async () => {
    const world = await slowWorld("sale");
    await world.settled(await world.accepted(world.sale(700)));
    const id = await world.accepted(world.sale(1_250));
    assert.equal(await world.settled(id, 30_000), "canceled");
    const { outcome } = (await world.see(id)).transaction;
    assert.deepEqual(outcome?.kind === "canceled" ? [outcome.by, outcome.revision] : outcome, ["terminalTimeout", 1]);
    assert.equal(world.link.ledger.length, 1);
  });
});

describe("rule 8, an acknowledgement", () => {
  it("names a revision that is there", async () => {
    const world = await slowWorld();
    const id = await world.accepted(world.sale(700));
    await world.settled(id);
    const acknowledge = async (revision: number) => {
      const said = await world.till.transactions.acknowledge(TILL_1, { transaction: id }, revision);
      return said.kind === "refused" ? said.refusal.reason : said.kind;
    };
    assert.equal(await acknowledge(2), "revisionMismatch");
    assert.equal((await world.till.transactions.unacknowledgedOf("till-1", 10)).length, 1);
    assert.equal(await acknowledge(1), "done");
    assert.equal((await world.till.transactions.unacknowledgedOf("till-1", 10)).length, 0);
  });

  it("of an older revision leaves the newer one to be told again", async () => {
    const late = { when: { command: "sale", amount: 1_250 }, then: [{ kind: "slow", ms: 30_000, phase: "reply" }] };
    const world = new World({ vendor: getnet, settings: SETTINGS, scenario: { ...FAST, rules: [late] } });
    await world.startReady();
    const id = await world.accepted(world.sale(1_250));
    await world.until(async () => (await world.outcomeOf(id)) === "unknown", 60_000);
    assert.equal(await world.settled(id), "approved");
    const left = async (revision: number) => {
      await world.till.transactions.acknowledge(TILL_1, { transaction: id }, revision);
      return (await world.till.transactions.unacknowledgedOf("till-1", 10)).length;
    };
    assert.deepEqual([await left(1), await left(2)], [1, 0]);
  });
});

describe("rule 10, between two operations", () => {
  it("the terminal has its rest", async () => {
    const world = await slowWorld();
    const both = [await world.accepted(world.sale(700)), await world.accepted(world.sale(300))];
    for (const id of both) assert.equal(await world.settled(id), "approved");
    const [first, second] = world.journal.durable();
    const restedMs = Date.parse(second?.dispatched?.at ?? "") - Date.parse(first?.settledAt ?? "");
    assert(restedMs >= 250, `${restedMs} ms`);
  });
});

describe("rule 10, a link", () => {
  it("over which a probe is not answered is given up, with the answer that may still come", async () => {
    const slow = { when: { command: "poll", nth: 2 }, then: [{ kind: "slow", ms: 20_000, phase: "reply" }] };
    const world = new World({ vendor: getnet, settings: SETTINGS, scenario: { ...FAST, rules: [slow] } });
    await world.startReady();
    const links = () => world.log.lines.filter((line) => line === "info link open").length;
    await world.until(() => links() === 2, 60_000);
    assert.equal(await world.settled(await world.accepted(world.sale(300))), "approved");
  });

  it("that was lost while the disk was slow takes no operation: that waits for the next link", async () => {
    const world = await slowWorld();
    const first = await world.accepted(world.sale(700));
    const second = await world.accepted(world.sale(300));
    await world.until(() => world.link.ledger.length === 1, 5_000, 1);
    world.journal.hold();
    await world.clock.advance(1_000);
    world.link.cutNow();
    world.journal.release();
    assert.equal(await world.settled(first), "approved");
    assert.equal(await world.settled(second), "approved");
  });
});

describe("an amount in a currency that the terminal does not take", () => {
  it("is refused before anything is stored, and the field is named", async () => {
    const world = await slowWorld();
    const amount = { value: 1_250, currency: "EUR" };
    const started = await world.startOperation({ type: "sale", amount });
    assert(started.kind === "refused");
    assert.deepEqual(
      [started.refusal.reason, started.refusal.field],
      ["unsupportedCurrency", "operation.amount.currency"],
    );
    assert.deepEqual(world.journal.durable(), []);
  });
});
