import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json, JsonObject } from "../../src/core/json.ts";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { TILL_1, World } from "../support/world.ts";

const SETTINGS: JsonObject = {
  currency: "CLP",
  quietMs: 5_000,
  askEveryMs: 500,
  answerMs: 20_000,
  cancelGraceMs: 2_000,
};
const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };
const TILL_2 = { pos: "till-2", seesAll: false };
const ADMIN = { pos: "cli", seesAll: true };
const ANA = { operator: "ana", reason: "she looked at the slips" };
const NEVER = { kind: "notPerformed", reason: "noRecord" } as const;

async function readyWorld(rules: readonly Json[] = [], more: JsonObject = {}): Promise<World> {
  const world = new World({ vendor: getnet, settings: SETTINGS, scenario: { ...FAST, ...more, rules: [...rules] } });
  await world.startReady();
  assert.equal(await world.settled(await world.accepted(world.sale(700))), "approved");
  world.link.ledger.splice(0);
  return world;
}

const isDispatched = async (world: World, id: string) => (await world.see(id)).transaction.dispatched !== undefined;
const reasonOf = (started: Awaited<ReturnType<World["startOperation"]>>): string =>
  started.kind === "refused" ? started.refusal.reason : "started";

describe("two at the same moment", () => {
  it("with one reference are not both taken, whatever POS they are of", async () => {
    const world = await readyWorld();
    const both = await Promise.all([
      world.startOperation(world.sale(1_250, { reference: "T7" }), "r1"),
      world.startOperation(world.sale(1_250, { reference: "T7" }), "r1", TILL_2),
    ]);
    assert.deepEqual(both.map(reasonOf).sort(), ["referenceInDoubt", "started"]);
  });

  it("a cancel and the queue limit: the first one stands, and nobody is alarmed", async () => {
    const world = await readyWorld([
      { when: { command: "sale", amount: 1_250 }, then: [{ kind: "slow", ms: 100_000, phase: "customer" }] },
    ]);
    await world.accepted(world.sale(1_250, { options: { timeoutSeconds: 300 } }));
    const waiting = await world.accepted(world.sale(300));
    await world.clock.advance(59_999);
    world.journal.hold();
    const canceling = world.till.transactions.cancel(TILL_1, { transaction: waiting });
    await world.clock.advance(1);
    world.journal.release();
    await canceling;
    await world.clock.settle();
    assert.equal(await world.outcomeOf(waiting), "canceled");
    assert.deepEqual(world.alarms(), []);
    assert.equal((await world.see(waiting)).transaction.contradicted, undefined);
  });

  it("a start and a question about its request id: the transaction is there once", async () => {
    for (let hops = 0; hops < 30; hops += 1) {
      const world = await readyWorld();
      const starting = world.startOperation(world.sale(1_250), "r1");
      for (let hop = 0; hop < hops; hop += 1) await Promise.resolve();
      const canceling = world.till.transactions.cancel(TILL_1, { requestId: "r1" });
      await world.clock.settle();
      const canceled = await canceling;
      const started = await starting;
      assert.equal(started.kind, "done");
      assert.equal(world.link.ledger.length, 0, `${hops}: ${canceled.kind}`);
    }
  });
});

describe("what waits in the queue", () => {
  it("is started at once when the one before it ended without a word of the terminal", async () => {
    const world = await readyWorld([
      { when: { command: "sale", amount: 1_250 }, then: [{ kind: "slow", ms: 5_000, phase: "customer" }] },
    ]);
    const running = await world.accepted(world.sale(1_250));
    await world.until(() => isDispatched(world, running), 5_000);
    const [sold] = (await world.till.transactions.unacknowledgedOf("till-1", 1)).map(
      ({ transaction }) => transaction.id,
    );
    const impossible = await world.accepted({ ...world.sale(1), type: "void", original: { transaction: sold ?? "" } });
    const next = await world.accepted(world.sale(300));
    await world.settled(running);
    await world.settled(impossible);
    await world.until(() => isDispatched(world, next), 2_000);
    assert.equal(await world.settled(next), "approved");
  });
});

describe("evidence against what was told", () => {
  /** A person said that it was never made; it was, and the terminal's reply comes after that. */
  async function contradicted(): Promise<{ readonly world: World; readonly id: string }> {
    const rule = { when: { command: "sale", amount: 1_250 }, then: [{ kind: "slow", ms: 15_000, phase: "reply" }] };
    const world = await readyWorld([rule], { repliesAfterReconnect: true });
    const id = await world.accepted(world.sale(1_250, { reference: "T7" }));
    await world.until(() => world.link.ledger.length === 1, 5_000);
    world.link.unreachable = true;
    world.link.cutNow();
    await world.until(() => world.state === "recovering", 5_000);
    const resolved = await world.till.transactions.resolve(ADMIN, { transaction: id }, undefined, NEVER, ANA);
    assert.equal(resolved.kind, "done");
    world.link.unreachable = false;
    await world.until(() => world.alarms().includes("contradiction"), 30_000);
    return { world, id };
  }

  for (const during of ["the next sale", "the recovery of the next sale"] as const) {
    it(`is kept when the late reply comes during ${during}`, async () => {
      const slow = (amount: number, ms: number, phase: string) => ({
        when: { command: "sale", amount },
        then: [{ kind: "slow", ms, phase }],
      });
      const world = await readyWorld([slow(1_250, 12_000, "reply"), slow(300, 15_000, "customer")], {
        repliesAfterReconnect: true,
      });
      const lost = await world.accepted(world.sale(1_250));
      await world.until(() => world.link.ledger.length === 1, 5_000);
      world.link.cutNow();
      await world.until(() => world.state === "recovering", 5_000);
      world.link.unreachable = true;
      world.link.cutNow();
      await world.till.terminals.liftFence("counter-1", lost, ANA);
      world.link.unreachable = false;
      const next = await world.accepted(world.sale(300));
      await world.until(() => isDispatched(world, next), 10_000);
      if (during === "the recovery of the next sale") world.link.cutNow();
      await world.until(() => world.alarms().includes("contradiction"), 30_000);
      assert.notEqual(await world.outcomeOf(next), "approved", `it was during ${during}`);
      assert.equal((await world.see(lost)).transaction.contradicted?.verdict.kind, "approved");
      assert.equal(await world.settled(next), "approved");
      assert.equal(world.link.ledger.length, 2);
    });
  }

  it("keeps a sale from being given back until a person decided", async () => {
    const world = await readyWorld();
    const id = await world.accepted(world.sale(1_250));
    await world.settled(id);
    const [fact, at] = [
      { kind: "contradicted", evidence: "its slip", verdict: NEVER } as const,
      "2026-01-02T03:04:05.000Z",
    ];
    const place = (await world.see(id)).transaction.length;
    await world.journal.append({ transaction: id, place, facts: [{ ...fact, at }] });
    const refund = await world.startOperation({ type: "refund", original: { transaction: id } });
    assert.equal(reasonOf(refund), "originalNotSettled");
  });

  it("keeps its reference from being charged again until a person decided", async () => {
    const { world, id } = await contradicted();
    const again = () => world.startOperation(world.sale(1_250, { reference: "T7" }), undefined, TILL_2);
    assert.equal(reasonOf(await again()), "referenceInDoubt");
    const verdict = { kind: "approved", partial: false, captured: true, final: true } as const;
    assert.equal((await world.till.transactions.resolve(ADMIN, { transaction: id }, 1, verdict, ANA)).kind, "done");
    assert.equal(reasonOf(await again()), "started");
  });
});
