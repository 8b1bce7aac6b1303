import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import type { Operation } from "../../../src/core/operation.ts";
import { poynt } from "../../../src/drivers/poynt/vendor.ts";
import { World } from "../../support/world.ts";

const SECRET = "ZHED2L";
const usd = (value: number) => ({ value, currency: "USD" });
const original = (transaction: string) => ({ original: { transaction } });

async function worldWith(scenario: JsonObject = {}, pairing: Readonly<Record<string, string>> = { pairing: SECRET }) {
  const world = new World({
    vendor: poynt,
    settings: { currency: "USD" },
    scenario: { customerMs: 20, stageMs: 5, pairingCode: SECRET, ...scenario },
    pairing,
  });
  await world.start();
  return world;
}

const paired = (scenario: JsonObject = {}) => worldWith({ pairedWith: SECRET, ...scenario });

async function run(world: World, operation: Operation) {
  const id = await world.accepted(operation);
  await world.ended(id);
  const { outcome } = (await world.see(id)).transaction;
  assert(outcome !== undefined, "it ended");
  return { id, outcome };
}

/** Runs it and expects it approved; answers its id, and what it moved and reserved. */
async function approved(world: World, operation: Operation) {
  world.link.ledger.splice(0);
  const { id, outcome } = await run(world, operation);
  assert(outcome.kind === "approved", JSON.stringify(outcome));
  const [movement, ...more] = world.link.ledger;
  assert.deepEqual(more, []);
  return { id, outcome, amount: movement?.["amount"], reserved: movement?.["reserved"] };
}

const onSale = (...then: readonly Json[]): JsonObject => ({ rules: [{ when: { command: "sale", nth: 1 }, then }] });

describe("a reservation", () => {
  it("is captured in parts, and a part is refunded", async () => {
    const world = await paired();
    const reservation = await approved(world, { type: "preauthorization", amount: usd(1_000) });
    assert.deepEqual([reservation.outcome.captured, reservation.reserved], [false, 1_000]);
    const first = await approved(world, { type: "capture", amount: usd(600), ...original(reservation.id) });
    assert.deepEqual([first.outcome.captured, first.amount, first.outcome.amounts?.approved], [true, 600, usd(600)]);
    const second = await approved(world, { type: "capture", amount: usd(400), ...original(reservation.id) });
    assert.deepEqual([second.amount, second.reserved], [400, -400]);
    const refund = await approved(world, { type: "refund", amount: usd(100), ...original(first.id) });
    assert.equal(refund.amount, -100);
  });

  for (const type of ["releaseAuthorization", "void"] as const) {
    it(`is given back by a ${type}`, async () => {
      const world = await paired();
      const { id } = await approved(world, { type: "preauthorization", amount: usd(1_000) });
      const release = await approved(world, { type, ...original(id) });
      assert.deepEqual([release.reserved, world.link.ledger.at(-1)?.["kind"]], [-1_000, "void"]);
    });
  }
});

describe("a sale", () => {
  it("gets a tip later where the terminal is set up for that, is not refunded before, and is captured", async () => {
    const world = await paired({ purchaseAction: "AUTHORIZE" });
    const sale = await approved(world, world.sale(1_000));
    assert.equal(sale.outcome.captured, false);
    const refund = await run(world, { type: "refund", ...original(sale.id) });
    assert(refund.outcome.kind === "notPerformed");
    assert.match(refund.outcome.vendor?.text ?? "", /only authorized/);
    const adjusted = await approved(world, {
      type: "adjustment",
      amount: usd(1_000),
      tip: usd(200),
      ...original(sale.id),
    });
    assert.deepEqual(adjusted.outcome.amounts, { asked: usd(1_200), approved: usd(1_200), tip: usd(200) });
    const capture = await approved(world, { type: "capture", amount: usd(1_000), tip: usd(200), ...original(sale.id) });
    assert.equal(capture.amount, 1_200);
  });

  it("with tip and cashback, paid by two, is told as it was, and is given back tender by tender", async () => {
    const world = await paired(onSale({ kind: "tenders", tenders: [{ amount: 400 }, { amount: 600 }] }));
    world.link.ledger.splice(0);
    const { id, outcome } = await run(world, world.sale(1_000, { options: { tenders: true } }));
    assert(outcome.kind === "approved");
    assert.deepEqual([outcome.partial, outcome.payments?.map(({ amount }) => amount.value)], [false, [400, 600]]);
    const whole = await run(world, { type: "refund", ...original(id) });
    assert.equal(whole.outcome.kind, "notPerformed");
    const transactionId = outcome.terminalReferences?.["transactionId2"] ?? "";
    const part = await approved(world, { type: "refund", original: { terminalReferences: { transactionId } } });
    assert.equal(part.amount, -600);
  });

  it("by the issuer's word on the telephone is a sale", async () => {
    const world = await paired();
    const { outcome } = await approved(world, world.sale(1_000, { vendor: { voiceApprovalCode: "VOICE1" } }));
    assert.deepEqual([outcome.approvalCode, outcome.card?.entry], ["VOICE1", "keyed"]);
  });

  it("is voided, and the batch is settled", async () => {
    const world = await paired();
    const { id } = await approved(world, world.sale(1_000, { tip: usd(150), reference: "order 7" }));
    assert.equal((await approved(world, { type: "void", ...original(id) })).amount, -1_150);
    await run(world, world.sale(500));
    const { outcome } = await run(world, { type: "reconciliation" });
    assert(outcome.kind === "approved");
    assert.equal(outcome.terminalReferences?.["acceptedAuthorizations"], "1");
  });
});

/** Pairs, and lets the people at the terminal have their time. */
async function pair(world: World, code: string | undefined) {
  const pairing = world.till.terminals.pair("counter-1", code);
  await world.clock.advance(90_000);
  return pairing;
}

async function pairByKey(world: World) {
  // The key is made in real time: until it is there the virtual clock stands.
  const shown = new Promise<void>((resolve) => {
    world.till.events.listen(({ kind }) => {
      if (kind === "pairing") resolve();
    });
  });
  const pairing = world.till.terminals.pair("counter-1", undefined);
  await shown;
  await world.clock.advance(90_000);
  return pairing;
}

describe("a pairing", () => {
  it("by the terminal's code makes an unpaired terminal ready", async () => {
    const world = await worldWith({}, {});
    await world.until(() => world.state === "unpaired", 5_000);
    const refused = await pair(world, "WRONG1");
    assert(refused.kind === "refused");
    assert.match(refused.refusal.message, /the code is not the one that the terminal shows/);
    assert.equal((await pair(world, SECRET)).kind, "done");
    assert.equal(world.state, "ready");
    assert.equal((await approved(world, world.sale(1_000))).amount, 1_000);
  });

  for (const secretLines of ["one", "escaped", "raw"]) {
    it(`by our key brings a secret of its own, told in ${secretLines}`, async () => {
      const world = await worldWith({ secretLines }, {});
      assert.equal((await pairByKey(world)).kind, "done");
      assert.equal((await approved(world, world.sale(1_000))).amount, 1_000);
      const [, secret] = /"value":"([^"]+)"/.exec(world.secrets.get("terminal.counter-1") ?? "") ?? [];
      assert(secret !== undefined, "it is stored");
      assert.ok(!world.log.lines.join("\n").includes(secret));
    });
  }

  it("that nobody confirms, or that is refused at the terminal, leaves it unpaired", async () => {
    const rules = [{ when: { command: "pairWithKey" }, then: [{ kind: "cancels" }] }];
    for (const scenario of [{ confirmMs: 60_000 }, { rules }]) {
      const world = await worldWith(scenario, {});
      assert.equal((await pairByKey(world)).kind, "refused");
      assert.equal(world.state, "unpaired");
    }
  });

  it("that another program took over is said while the terminal is idle", async () => {
    const world = await paired({ otherClientPairsMs: 20_000 });
    await world.until(() => world.state === "ready", 5_000);
    await world.until(() => world.state === "unpaired", 60_000);
    const started = await world.startOperation(world.sale(1_000));
    assert(started.kind === "refused");
    assert.equal(started.refusal.reason, "terminalUnpaired");
    assert.equal((await pair(world, SECRET)).kind, "done");
    assert.equal((await approved(world, world.sale(1_000))).amount, 1_000);
  });

  it("that was taken over during a payment calls a person, and nothing is repeated under a new one", async () => {
    const world = await paired(onSale({ kind: "otherClientPairs", at: "afterMoney" }));
    const { id, outcome } = await run(world, world.sale(1_000));
    assert.equal(outcome.kind, "unknown");
    assert.match(outcome.decidedBy.reason ?? "", /another program has it now/);
    assert.deepEqual([world.state, world.link.ledger.length], ["fenced", 1]);
    await world.clock.advance(120_000);
    assert.equal((await world.see(id)).transaction.attempts, 1);
  });
});
