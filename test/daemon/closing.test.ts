import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../src/core/json.ts";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { World } from "../support/world.ts";

const SETTINGS: JsonObject = { currency: "CLP", quietMs: 1_000, askEveryMs: 500, answerMs: 5_000, cancelGraceMs: 500 };
const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };
const ADMIN = { pos: "cli", seesAll: true };
const NEVER = { kind: "notPerformed", reason: "noRecord" } as const;
const ANA = { operator: "ana", reason: "she looked at the slips" };

async function readyWorld(rules: readonly JsonObject[] = []): Promise<World> {
  const world = new World({ vendor: getnet, settings: SETTINGS, scenario: { ...FAST, rules: [...rules] } });
  await world.startReady();
  return world;
}

describe("the end of a terminal, or of the daemon, while an operation is being stored", () => {
  it("a terminal is not taken away from under it", async () => {
    const world = await readyWorld();
    world.journal.hold();
    const starting = world.startOperation(world.sale(1_250), "r1");
    await world.clock.settle();
    for (const closing of [
      () => world.till.terminals.remove("counter-1"),
      () => world.till.terminals.update({ id: "counter-1", vendor: "getnet", link: { type: "tcp", host: "other" } }),
    ]) {
      const closed = await closing();
      assert.equal(closed.kind === "refused" ? closed.refusal.reason : closed.kind, "terminalBusy");
    }
    world.journal.release();
    const started = await starting;
    assert(started.kind === "done");
    assert.equal(await world.settled(started.value.transaction.id), "approved");
  });

  it("the operation ends at once as never sent", async () => {
    const world = await readyWorld();
    world.journal.hold();
    const starting = world.startOperation(world.sale(1_250), "r1");
    await world.clock.settle();
    await world.till.close(0);
    world.journal.release();
    await starting;
    await world.clock.settle();
    const [{ outcome } = {}] = world.journal.durable();
    assert.deepEqual(outcome?.kind === "notPerformed" ? outcome.reason : outcome, "restart");
    assert.equal(world.link.ledger.length, 0);
  });
});

describe("the end of a terminal while an operation begins there", () => {
  it("a terminal is not taken away while an operation that has left the queue reads its original", async () => {
    const world = await readyWorld();
    const sale = await world.accepted(world.sale(1_250));
    assert.equal(await world.settled(sale), "approved");
    const { journal } = world;
    const get = journal.get.bind(journal);
    const disk = Promise.withResolvers<undefined>();
    let reads = 0;
    // The first one is that of its acceptance, the second one that of the terminal.
    journal.get = async (id) => {
      reads += 1;
      if (reads === 2) await disk.promise;
      return get(id);
    };
    const started = await world.startOperation({ type: "void", original: { transaction: sale } }, "v1");
    assert(started.kind === "done");
    const { id } = started.value.transaction;
    await world.until(() => reads === 2, 10_000, 1);

    const { state, busyWith } = world.till.terminals.get("counter-1") ?? {};
    assert.deepEqual([state, busyWith], ["busy", id]);
    const reported = await world.till.terminals.report("counter-1", "totals", {});
    assert.equal(reported.kind === "refused" ? reported.refusal.reason : reported.kind, "terminalBusy");
    for (const closing of [
      () => world.till.terminals.remove("counter-1"),
      () => world.till.terminals.update({ ...world.configOf("counter-1"), settings: { ...SETTINGS, quietMs: 1 } }),
    ]) {
      const closed = await closing();
      assert(closed.kind === "refused");
      assert.deepEqual([closed.refusal.reason, closed.refusal.transaction], ["terminalBusy", id]);
    }
    disk.resolve(undefined);
    assert.equal(await world.settled(id), "approved");
  });
});

describe("a doubt whose terminal is not served any more", () => {
  it("is told as unknown, also by a journal that fails at first, and a person can decide it", async () => {
    const world = await readyWorld([{ when: { command: "sale" }, then: [{ kind: "silent", from: "money" }] }]);
    const id = await world.accepted(world.sale(1_250));
    await world.until(() => world.link.ledger.length === 1, 5_000);
    await world.crash();
    world.journal.failNext(1);
    await world.start([]);
    await world.until(async () => (await world.outcomeOf(id)) === "unknown", 2_000);
    const resolved = await world.till.transactions.resolve(ADMIN, { transaction: id }, undefined, NEVER, ANA);
    assert.equal(resolved.kind, "done");
  });

  it("is told as unknown when the terminal is removed, for a reconciliation keeps none", async () => {
    const world = await readyWorld([{ when: { command: "close" }, then: [{ kind: "silent", from: "request" }] }]);
    const id = await world.accepted({ type: "reconciliation" });
    await world.until(async () => (await world.see(id)).transaction.dispatched !== undefined, 5_000);
    world.link.unreachable = true;
    world.link.cutNow();
    await world.until(async () => (await world.see(id)).live.recovering, 5_000);
    assert.equal((await world.till.terminals.remove("counter-1")).kind, "done");
    assert.equal(await world.outcomeOf(id), "unknown");
    const resolved = await world.till.transactions.resolve(ADMIN, { transaction: id }, 1, NEVER, ANA);
    assert.equal(resolved.kind, "done");
  });
});
