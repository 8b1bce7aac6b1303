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

/** The first sale of a terminal's batch gets no answer: a person has to decide. The link never went. */
async function fenced(): Promise<{ readonly world: World; readonly id: string; readonly queued: string }> {
  const silent = { when: { amount: 1_250 }, then: [{ kind: "silent", from: "request" }] };
  const scenario = { ...FAST, rules: [silent] };
  const other = { ...FAST, identity: { terminalId: "2", serialNumber: "SIM2" } };
  const ours = { vendor: getnet, settings: SETTINGS };
  const world = new World({
    terminals: { "counter-1": { ...ours, scenario }, "counter-2": { ...ours, scenario: other } },
  });
  await world.startReady();
  const id = await world.accepted(world.sale(1_250, { reference: "T7" }));
  await world.until(() => world.state === "recovering", 30_000);
  const queued = await world.accepted(world.sale(300));
  await world.until(() => world.state === "fenced", 30_000);
  return { world, id, queued };
}

const linksOf = (world: World): number => world.log.lines.filter((line) => line === "info link open").length;

describe("rule 4, a fenced terminal whose link never went", () => {
  it("shows a person its records, takes nothing meanwhile, and the next sale over another link", async () => {
    const { world, id, queued } = await fenced();
    const links = linksOf(world);
    const asking = world.till.terminals.report("counter-1", "details", {});
    await world.clock.advance(5_000);
    assert.equal((await asking).kind, "done");
    assert.equal(world.state, "fenced");
    assert.equal((await world.see(queued)).transaction.dispatched, undefined, "what waits still waits");
    await world.till.transactions.resolve(ADMIN, { transaction: id }, undefined, NEVER, ANA);
    assert.equal(await world.settled(queued), "approved");
    assert.equal(linksOf(world), links + 1);
  });

  it("is free again when a person's word reaches the disk late, after the person was told that it failed", async () => {
    const { world, id, queued } = await fenced();
    // Nothing wakes the terminal by itself any more: whoever asked it last was a person.
    const asking = world.till.terminals.report("counter-1", "details", {});
    await world.clock.advance(5_000);
    await asking;
    world.journal.hold();
    const deciding = world.till.transactions.resolve(ADMIN, { transaction: id }, undefined, NEVER, ANA);
    const failed = assert.rejects(deciding, /took longer/);
    await world.clock.advance(3_000);
    await failed;
    world.journal.release();
    assert.equal(await world.settled(queued), "approved");
  });

  it("does nothing that could wipe the evidence", async () => {
    const { world } = await fenced();
    // Who it is is asked once more: that reads, and wipes nothing.
    await world.clock.advance(5_000);
    const sent = world.link.bytes.toTerminal;
    const asking = world.till.terminals.deviceFunction("counter-1", "setNormalMode", {});
    await world.clock.advance(30_000);
    assert.equal(world.link.bytes.toTerminal, sent);
    const done = await asking;
    assert.equal(done.kind === "refused" ? done.refusal.reason : done.kind, "terminalFenced");
  });

  it("keeps its reference from being charged at the next terminal, unless that very transaction is named", async () => {
    const { world, id, queued } = await fenced();
    const at2 = async (despite?: string) => {
      const options = despite === undefined ? {} : { options: { despite } };
      const sale = world.sale(1_250, { reference: "T7", ...options });
      const started = await world.startOperation(sale, undefined, undefined, "counter-2");
      return started.kind === "refused" ? [started.refusal.reason, started.refusal.transaction] : ["started"];
    };
    assert.deepEqual(await at2(), ["referenceInDoubt", id]);
    assert.deepEqual(await at2(queued), ["referenceInDoubt", id]);
    assert.deepEqual(await at2(id), ["started"]);
  });
});

describe("rule 5, a terminal that was swapped while a sale is in doubt", () => {
  for (const memory of ["forgets", "remembers"] as const) {
    it(`proves nothing, whether it ${memory} vouchers: a person is asked, over a restart as well`, async () => {
      const cut = { when: { command: "sale", nth: 2 }, then: [{ kind: "linkCut", at: "card", command: "stops" }] };
      const world = new World({ vendor: getnet, settings: SETTINGS, scenario: { ...FAST, rules: [cut] } });
      await world.startReady();
      await world.settled(await world.accepted(world.sale(700)));
      const id = await world.accepted(world.sale(1_250));
      await world.until(() => world.state === "recovering", 5_000, 1);
      await world.crash();
      world.link.replace({ ...FAST, identity: { terminalId: "70099999", serialNumber: "SIM9" } }, memory);
      await world.start();
      await world.until(() => world.state === "fenced", 60_000);
      assert.equal(await world.outcomeOf(id), "unknown");
      const facts = await world.journal.facts(id);
      const notes = facts.flatMap((fact) => (fact.kind === "note" ? [fact.text] : []));
      assert.match(notes.join(), /a person has to decide: another terminal answers/);
    });
  }
});
