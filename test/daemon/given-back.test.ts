import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../src/core/json.ts";
import type { Operation } from "../../src/core/operation.ts";
import type { Caller } from "../../src/daemon/api.ts";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { poynt } from "../../src/drivers/poynt/vendor.ts";
import { TILL_1, World } from "../support/world.ts";

const SETTINGS: JsonObject = { currency: "CLP", quietMs: 1_000, askEveryMs: 500, answerMs: 5_000, cancelGraceMs: 500 };
const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };
const TILL_2: Caller = { pos: "till-2", seesAll: false };
const ADMIN: Caller = { pos: "cli", seesAll: true };
const ANA = { operator: "ana", reason: "she looked at the slips" };
const SOLD = 1_000;

/** A sale of 1000 at the first of two terminals. Refunds of 600 are declined there, and those of 700 get no answer. */
async function sold() {
  const rules = [
    { when: { command: "refund", amount: 600 }, then: [{ kind: "declines" }] },
    { when: { command: "refund", amount: 700 }, then: [{ kind: "silent", from: "request" }] },
  ];
  const ours = { vendor: getnet, settings: SETTINGS };
  const other = { ...FAST, identity: { terminalId: "2", serialNumber: "SIM2" } };
  const world = new World({
    terminals: { "counter-1": { ...ours, scenario: { ...FAST, rules } }, "counter-2": { ...ours, scenario: other } },
  });
  await world.startReady();
  const sale = await world.accepted(world.sale(SOLD));
  assert.equal(await world.settled(sale), "approved");
  const refund = (value: number): Operation => ({
    ...world.sale(value),
    type: "refund",
    original: { transaction: sale },
  });
  const asked = async (value: number, caller = TILL_1, terminal = "counter-1") => {
    const started = await world.startOperation(refund(value), undefined, caller, terminal);
    return started.kind === "refused" ? started.refusal.reason : "started";
  };
  const given = async (value: number) => world.ended(await world.accepted(refund(value)));
  return { world, sale, refund, asked, given };
}

async function namesOf(world: World, id: string): Promise<Readonly<Record<string, string>>> {
  const { outcome } = (await world.see(id)).transaction;
  return outcome?.kind === "approved" ? (outcome.terminalReferences ?? {}) : {};
}

async function askedByName(
  world: World,
  terminalReferences: Readonly<Record<string, string>>,
  value: number,
  type: "refund" | "void" = "refund",
): Promise<string> {
  const started = await world.startOperation({ ...world.sale(value), type, original: { terminalReferences } });
  return started.kind === "refused" ? started.refusal.reason : "started";
}

/** A sale that was refunded whole; then the terminal's memory began anew, and another sale has the number of the first. */
async function soldTwiceUnderOneNumber() {
  const { world, sale, given } = await sold();
  const before = await namesOf(world, sale);
  assert.equal(await given(SOLD), "approved");
  world.link.replace(FAST, "forgets");
  world.link.cutNow();
  await world.until(() => world.state !== "ready", 30_000);
  await world.until(() => world.state === "ready", 30_000);
  const later = await world.accepted(world.sale(5_000));
  assert.equal(await world.settled(later), "approved");
  return { world, before, now: await namesOf(world, later) };
}

describe("what was given back of a sale", () => {
  it("is added up part by part, whichever till asks, and not forgotten over a restart", async () => {
    const { world, asked, given } = await sold();
    assert.equal(await given(400), "approved");
    await world.crash();
    await world.start();
    await world.until(() => world.state === "ready", 30_000);
    assert.equal(await asked(601, TILL_2), "originalExhausted");
    assert.equal(await asked(599, TILL_2), "started");
    await world.clock.advance(5_000);
    assert.equal(await asked(2), "originalExhausted");
    assert.equal(await asked(1), "started");
  });

  it("is free again where the terminal declined it", async () => {
    const { asked, given } = await sold();
    assert.equal(await given(600), "declined");
    assert.equal(await asked(SOLD), "started");
  });

  it("is kept as long as nobody knows, over a restart and after the fence was lifted, until a person says that it failed", async () => {
    const { world, refund, asked } = await sold();
    const id = await world.accepted(refund(700));
    await world.until(async () => (await world.see(id)).transaction.dispatched !== undefined, 5_000);
    assert.equal(await asked(301, TILL_2), "originalExhausted", "while it runs");
    world.link.replace({ ...FAST, identity: { terminalId: "9", serialNumber: "SIM9" } }, "forgets");
    world.link.cutNow();
    assert.equal(await world.ended(id), "unknown");
    assert.equal(await asked(301, TILL_2), "originalExhausted", "while it is unknown");
    await world.crash();
    await world.start();
    assert.equal(await asked(301, TILL_2), "originalExhausted", "in the next process");
    await world.till.terminals.liftFence("counter-1", id, ANA);
    assert.equal(await asked(301, TILL_2), "originalExhausted", "behind the fence");
    const failed = { kind: "notPerformed", reason: "noRecord" } as const;
    await world.till.transactions.resolve(ADMIN, { transaction: id }, undefined, failed, ANA);
    await world.until(() => world.state === "offline", 30_000);
    await world.till.terminals.update({ id: "counter-1", serialNumber: "SIM9" });
    await world.until(() => world.state === "ready", 30_000);
    assert.equal(await asked(SOLD), "started");
  });

  it("is kept as well where a refund was declined, and there is evidence that it moved all the same", async () => {
    const { world, asked, given } = await sold();
    assert.equal(await given(600), "declined");
    const [refund] = world.journal.durable().slice(-1);
    assert.ok(refund?.operation.type === "refund");
    const verdict = {
      kind: "approved",
      amounts: { approved: world.money(600) },
      partial: false,
      captured: true,
      final: true,
    } as const;
    const at = new Date(world.clock.now()).toISOString();
    const evidence = { kind: "contradicted", evidence: "it moved", verdict, at } as const;
    await world.journal.append({ transaction: refund.id, place: refund.length, facts: [evidence] });
    await world.crash();
    await world.start();
    await world.until(() => world.state === "ready", 30_000);
    assert.equal(await asked(401), "originalExhausted");
    assert.equal(await asked(400), "started");
  });

  it("and the terminal beside it are two things: the money goes back where it came from", async () => {
    const { asked } = await sold();
    assert.equal(await asked(400, TILL_1, "counter-2"), "originalNotHere");
  });

  it("is the same whichever way the sale is named: by its transaction, or as the terminal calls it", async () => {
    const { world, sale, asked } = await sold();
    const { operationId = "", authorizationCode = "" } = await namesOf(world, sale);
    const askedBy = (names: Readonly<Record<string, string>>, value: number, type: "refund" | "void" = "refund") =>
      askedByName(world, names, value, type);
    const settled = () => world.clock.advance(10_000);

    assert.equal(await asked(400), "started");
    await settled();
    assert.equal(await askedBy({ authorizationCode }, SOLD), "originalExhausted");
    assert.equal(await askedBy({ authorizationCode, operationId: "999" }, SOLD), "originalExhausted");
    assert.equal(await askedBy({ operationId: `00${operationId}` }, SOLD, "void"), "originalExhausted");
    assert.equal(await askedBy({ authorizationCode }, 400), "started");
    await settled();
    assert.equal(await asked(201), "originalExhausted");
    await world.crash();
    await world.start();
    await world.until(() => world.state === "ready", 30_000);
    assert.equal(await asked(201), "originalExhausted", "over a restart");
    assert.equal(await askedBy({ authorizationCode }, 201), "originalExhausted");
    const both = await Promise.all([asked(200), askedBy({ authorizationCode }, 200), asked(200, TILL_2)]);
    assert.deepEqual(both.toSorted(), ["originalExhausted", "originalExhausted", "started"]);
    await settled();
    assert.equal(
      await askedBy({ authorizationCode: "NOBODY" }, SOLD),
      "started",
      "a sale that is not known here is the vendor's matter",
    );
    await settled();
    assert.deepEqual(
      world.link.ledger.map(({ kind, amount }) => [kind, Math.abs(Number(amount))]),
      [
        ["sale", SOLD],
        ["refund", 400],
        ["refund", 400],
        ["refund", 200],
      ],
    );
  });

  it("is not counted on a reprint, which has the sale's own references", async () => {
    const { world, sale, asked } = await sold();
    const terminalReferences = await namesOf(world, sale);
    const { operationId = "" } = terminalReferences;
    const reprint = await world.accepted({
      type: "duplicateReceipt",
      original: { terminalReferences: { operationId } },
    });
    assert.equal(await world.settled(reprint), "approved");
    assert.equal(await askedByName(world, terminalReferences, 900), "started");
    await world.clock.advance(10_000);
    assert.equal(await askedByName(world, terminalReferences, 101), "originalExhausted");
    assert.equal(await asked(101), "originalExhausted");
  });

  it("is looked up by what the terminal finds it by: a number that came again is the newest one's to void", async () => {
    const { world, before, now } = await soldTwiceUnderOneNumber();
    const { operationId = "" } = now;
    assert.equal(operationId, before["operationId"]);
    assert.equal(await askedByName(world, now, 5_001), "originalExhausted");
    assert.equal(await askedByName(world, { operationId }, 5_000, "void"), "started");
    await world.clock.advance(10_000);
    assert.equal(await askedByName(world, { operationId }, 5_000, "void"), "originalExhausted");
    assert.deepEqual(world.link.ledger.map(({ kind }) => kind).slice(-2), ["sale", "void"]);
  });

  it("and has none left keeps nothing back of another sale, which all that was named of it tells apart", async () => {
    const { world, before, now } = await soldTwiceUnderOneNumber();
    assert.notEqual(now["ticket"], before["ticket"]);
    assert.equal(await askedByName(world, before, 1), "originalExhausted");
    assert.equal(await askedByName(world, now, 5_000), "started");
  });

  it("counts an adjustment: what the customer has paid in the end can be given back, once", async () => {
    const world = new World({
      vendor: poynt,
      settings: { currency: "USD" },
      scenario: { customerMs: 1, stageMs: 1, currency: "USD", pairedWith: "a secret" },
      pairing: { pairing: "a secret" },
    });
    await world.startReady();
    const usd = (value: number) => ({ value, currency: "USD" });
    const sale = await world.accepted({ type: "sale", amount: usd(1_000) });
    assert.equal(await world.settled(sale), "approved");
    const { transactionId = "" } = await namesOf(world, sale);
    const original = { terminalReferences: { transactionId } };
    const adjusted = await world.accepted({ type: "adjustment", amount: usd(1_000), tip: usd(100), original });
    assert.equal(await world.settled(adjusted), "approved");
    const asked = async (value: number, of: NonNullable<Operation["original"]>) => {
      const started = await world.startOperation({ type: "refund", amount: usd(value), original: of });
      return started.kind === "refused" ? started.refusal.reason : "started";
    };
    assert.equal(await asked(1_101, original), "originalExhausted");
    assert.equal(await asked(1_100, original), "started");
    await world.clock.advance(60_000);
    assert.equal(await asked(1, { transaction: sale }), "originalExhausted");
    assert.equal(await asked(1, original), "originalExhausted");
  });

  it("by two tills in the same moment is given back once", async () => {
    const { world, asked } = await sold();
    const both = await Promise.all([asked(800), asked(800, TILL_2), asked(800, ADMIN)]);
    assert.deepEqual(both.toSorted(), ["originalExhausted", "originalExhausted", "started"]);
    await world.clock.advance(10_000);
    assert.equal(world.link.ledger.length, 2);
  });
});
