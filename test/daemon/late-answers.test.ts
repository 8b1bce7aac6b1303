import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { vendors } from "../../src/drivers/registry.ts";
import { SAMPLES } from "../conformance/samples.ts";
import { TILL_1, World } from "../support/world.ts";

const ANA = { operator: "ana", reason: "she looked at the slips" };

/** A terminal that is asked by HTTP, whose customers take so long. */
async function slowWorld(customerMs: number, rules: readonly object[] = []) {
  const vendor = vendors.find(({ wire }) => wire.kind === "http");
  assert(vendor !== undefined);
  const { settings, pairing, approves } = SAMPLES[vendor.id] ?? assert.fail("it has a sample");
  const scenario = JSON.parse(JSON.stringify({ ...(approves as object), customerMs, rules })) as object;
  const world = new World({
    vendor,
    settings,
    ...(pairing === undefined ? {} : { pairing }),
    scenario: scenario as never,
  });
  await world.startReady();
  const timesSent = async (id: string) => (await world.see(id)).transaction.attempts;
  return { world, timesSent };
}

async function dispatched(world: World, id: string): Promise<void> {
  await world.until(async () => (await world.see(id)).transaction.dispatched !== undefined, 5_000, 1);
}

describe("an answer that comes after somebody has decided", () => {
  it("and says otherwise is evidence with an alarm, whoever decided", async () => {
    const { world } = await slowWorld(1, [
      { when: { command: "sale" }, then: [{ kind: "slow", ms: 60_000, phase: "reply" }] },
    ]);
    const id = await world.accepted(world.sale(1_250));
    await dispatched(world, id);
    // So that it is not asked for once more, which would tell.
    await world.till.transactions.cancel(TILL_1, { transaction: id });
    await world.until(async () => (await world.see(id)).live.personNeeded === true, 120_000);
    const notPerformed = { kind: "notPerformed", reason: "noRecord" } as const;
    await world.till.transactions.resolve(
      { ...TILL_1, seesAll: true },
      { transaction: id },
      undefined,
      notPerformed,
      ANA,
    );
    assert.equal(world.link.ledger.length, 1);
    await world.until(() => world.alarms().includes("contradiction"), 120_000);
    const { transaction } = await world.see(id);
    assert.equal(transaction.outcome?.kind, "notPerformed", "a person's word is never changed in silence");
    assert.equal(transaction.contradicted?.verdict.kind, "approved");
  });
});

describe("an answer that comes while nobody asks about its payment", () => {
  it("because a person looked at the terminal is heard, and nobody has to decide", async () => {
    const { world, timesSent } = await slowWorld(1, [
      { when: { command: "sale" }, then: [{ kind: "slow", ms: 60_000, phase: "reply" }] },
    ]);
    const id = await world.accepted(world.sale(1_250));
    await dispatched(world, id);
    await world.till.transactions.cancel(TILL_1, { transaction: id });
    await world.until(() => world.state === "fenced", 120_000);
    const [report = ""] = world.till.terminals.get("counter-1")?.capabilities.reports ?? [];
    const asking = world.till.terminals.report("counter-1", report, {});
    await world.clock.advance(5_000);
    await asking;
    assert.equal(world.state, "fenced");
    assert.equal(await world.settled(id, 120_000), "approved");
    assert.equal(await timesSent(id), 1);
  });
});

describe("a person who decides while the terminal is still asked, and the disk is slow", () => {
  it("is heard, and so is the answer that still comes", async () => {
    const { world } = await slowWorld(15_000);
    const id = await world.accepted(world.sale(1_250));
    await world.until(() => world.state === "recovering", 30_000, 1);
    world.journal.hold();
    // The terminal has answered a ping by then, and the next attempt waits for the disk.
    await world.clock.advance(10);
    const approved = { kind: "approved", partial: false, captured: true, final: true } as const;
    const admin = { ...TILL_1, seesAll: true };
    const deciding = world.till.transactions.resolve(admin, { transaction: id }, undefined, approved, ANA);
    await world.clock.advance(100);
    world.journal.release();
    assert.equal((await deciding).kind, "done");
    await world.clock.advance(30_000);
    assert.equal(world.link.ledger.length, 1);
    assert.deepEqual(world.alarms(), []);
    assert.equal(world.state, "ready");
  });
});

describe("a cancel at a terminal that has no way to end a payment", () => {
  it("is refused, and what was asked is never sent there again", async () => {
    const { world, timesSent } = await slowWorld(5_000);
    const id = await world.accepted(world.sale(1_250));
    await dispatched(world, id);
    await world.clock.advance(100);
    const canceled = await world.till.transactions.cancel(TILL_1, { transaction: id });
    assert.equal(canceled.kind === "refused" ? canceled.refusal.reason : canceled.kind, "notCancelable");
    world.link.cutNow();
    await world.until(async () => (await world.see(id)).live.personNeeded === true, 120_000);
    assert.equal(await timesSent(id), 1);
  });

  it("where none was asked, the same request is sent once more and the customer pays once", async () => {
    const { world, timesSent } = await slowWorld(5_000);
    const id = await world.accepted(world.sale(1_250));
    await dispatched(world, id);
    await world.clock.advance(100);
    world.link.cutNow();
    assert.equal(await world.settled(id), "approved");
    assert.equal(await timesSent(id), 2);
    assert.equal(world.link.ledger.length, 1);
  });
});
