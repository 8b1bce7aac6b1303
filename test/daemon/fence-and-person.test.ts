import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../src/core/json.ts";
import type { Caller } from "../../src/daemon/api.ts";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { World } from "../support/world.ts";

const SETTINGS: JsonObject = { currency: "CLP", quietMs: 1_000, askEveryMs: 500, answerMs: 5_000, cancelGraceMs: 500 };
const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };
const ADMIN: Caller = { pos: "cli", seesAll: true };
const TILL_2: Caller = { pos: "till-2", seesAll: false };
const ANA = { operator: "ana", reason: "she looked at the slips" };
const NEVER = { kind: "notPerformed", reason: "noRecord" } as const;

/** The first sale of a terminal's batch gets no answer: a person has to decide. */
async function fenced(): Promise<{ readonly world: World; readonly id: string }> {
  const silent = { when: { command: "sale", nth: 1 }, then: [{ kind: "silent", from: "request" }] };
  const world = new World({ vendor: getnet, settings: SETTINGS, scenario: { ...FAST, rules: [silent] } });
  await world.startReady();
  const id = await world.accepted(world.sale(1_250, { reference: "T7" }));
  await world.until(() => world.state === "fenced", 60_000);
  return { world, id };
}

const resolve = (world: World, id: string) =>
  world.till.transactions.resolve(ADMIN, { transaction: id }, undefined, NEVER, ANA);

async function reasonOf(world: World, reference?: string): Promise<readonly (string | undefined)[]> {
  const sale = world.sale(300, reference === undefined ? {} : { reference });
  const started = await world.startOperation(sale, undefined, TILL_2);
  return started.kind === "refused" ? [started.refusal.reason, started.refusal.transaction] : ["started"];
}

describe("rule 4, a fence", () => {
  it("that was told as unknown stands over any number of restarts, also where the terminal cannot be reached", async () => {
    const { world, id } = await fenced();
    assert.deepEqual(await reasonOf(world), ["terminalFenced", id]);
    for (let start = 0; start < 3; start += 1) {
      await world.crash();
      world.link.unreachable = start === 1;
      await world.start();
      await world.clock.advance(60_000);
      const view = world.till.terminals.get("counter-1");
      assert.equal(view?.fence?.transaction, id);
      assert.ok(["recovering", "fenced"].includes(view.state), view.state);
      const next = await world.startOperation(world.sale(300), undefined, TILL_2);
      if (next.kind === "done") {
        await world.clock.advance(61_000);
        const { outcome, dispatched } = (await world.see(next.value.transaction.id)).transaction;
        assert.equal(dispatched, undefined);
        assert.equal(outcome?.kind === "notPerformed" && outcome.reason, "terminalFenced");
      }
    }
    assert.equal(world.link.ledger.length, 0);
  });

  it("that a person lifted stays lifted over a restart: the next customer pays the same, and only a person decides the first", async () => {
    const { world, id } = await fenced();
    await world.till.terminals.liftFence("counter-1", id, ANA);
    await world.until(() => world.state === "ready", 30_000);
    const next = await world.accepted(world.sale(1_250));
    assert.equal(await world.settled(next), "approved");
    await world.crash();
    await world.start();
    await world.until(() => world.state === "ready", 30_000);
    await world.clock.advance(120_000);
    const { transaction, live } = await world.see(id);
    assert.equal(transaction.outcome?.kind, "unknown", "the movement of the next one is not its own");
    assert.deepEqual(live, { recovering: false, personNeeded: true }, "nobody asks, so nobody is told to wait");
    assert.deepEqual(await reasonOf(world, "T7"), ["referenceInDoubt", id]);
    assert.equal((await resolve(world, id)).kind, "done");
    assert.deepEqual(await reasonOf(world, "T7"), ["started"]);
  });

  it("and the one behind it are two: each is decided by itself", async () => {
    const { world, id: first } = await fenced();
    await world.till.terminals.liftFence("counter-1", first, ANA);
    await world.until(() => world.state === "ready", 30_000);
    const second = await world.accepted(world.sale(1_300, { reference: "T8" }));
    await world.until(async () => (await world.see(second)).transaction.dispatched !== undefined, 5_000, 1);
    world.link.replace({ ...FAST, identity: { terminalId: "9", serialNumber: "SIM9" } }, "forgets");
    world.link.cutNow();
    await world.until(() => world.state === "fenced", 60_000);
    assert.equal(world.till.terminals.get("counter-1")?.fence?.transaction, second);
    const again = await world.till.terminals.liftFence("counter-1", first, ANA);
    assert.equal(again.kind === "refused" && again.refusal.reason, "notResolvable", "it keeps nobody from working");
    await world.crash();
    await world.start();
    assert.equal(world.till.terminals.get("counter-1")?.fence?.transaction, second);
    assert.equal((await resolve(world, first)).kind, "done");
    await world.clock.advance(1_000);
    assert.equal(world.till.terminals.get("counter-1")?.fence?.transaction, second, "which stands");
    assert.equal((await resolve(world, second)).kind, "done");
    await world.clock.advance(1_000);
    assert.equal(world.till.terminals.get("counter-1")?.fence, undefined);
  });

  it("keeps its terminal from being removed, for nobody could find out any more; a lifted one does not, and is decided later", async () => {
    const { world, id } = await fenced();
    const removed = await world.till.terminals.remove("counter-1");
    assert.deepEqual(removed.kind === "refused" && [removed.refusal.reason, removed.refusal.transaction], [
      "terminalBusy",
      id,
    ]);
    assert.match(removed.kind === "refused" ? removed.refusal.message : "", /transactions resolve/);
    assert.equal(world.state, "fenced", "it goes on as it was");
    await world.till.terminals.liftFence("counter-1", id, ANA);
    await world.until(() => world.state === "ready", 30_000);
    assert.equal((await world.till.terminals.remove("counter-1")).kind, "done");
    assert.equal((await world.see(id)).live.personNeeded, true);
    assert.equal((await resolve(world, id)).kind, "done");
  });

  it("whose terminal was taken out of the configuration by hand is decided by a person, and comes back with the terminal", async () => {
    const { world, id } = await fenced();
    await world.crash();
    await world.start([]);
    await world.clock.advance(2_000);
    const { transaction, live } = await world.see(id);
    assert.deepEqual([transaction.outcome?.kind, live.personNeeded], ["unknown", true]);
    const added = await world.till.terminals.add(world.configOf("counter-1"));
    assert.equal(added.kind === "done" && added.value.fence?.transaction, id);
    assert.equal((await resolve(world, id)).kind, "done");
    await world.until(() => world.state === "ready", 60_000);
  });

  it("is shown at a terminal that is switched off, and its payment can be decided", async () => {
    const { world, id } = await fenced();
    await world.crash();
    await world.start([]);
    await world.till.terminals.add({ ...world.configOf("counter-1"), disabled: true });
    const view = world.till.terminals.get("counter-1");
    assert.deepEqual([view?.state, view?.fence?.transaction], ["disabled", id]);
    assert.equal((await resolve(world, id)).kind, "done");
  });
});
