import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../src/core/json.ts";
import { COMMANDS } from "../../src/drivers/getnet/messages.ts";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { poynt } from "../../src/drivers/poynt/vendor.ts";
import { World, type WorldTerminal } from "../support/world.ts";

const SETTINGS: JsonObject = { currency: "CLP", quietMs: 1_000, askEveryMs: 500, answerMs: 5_000, cancelGraceMs: 500 };
const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };
const OWN = "SIM0000001";

const telling = (scenario: JsonObject = {}): WorldTerminal => ({
  vendor: getnet,
  settings: SETTINGS,
  scenario: { ...FAST, ...scenario },
});
const stranger = (number: number) => telling({ identity: { terminalId: `${number}`, serialNumber: `SIM${number}` } });

const POYNT = { customerMs: 1, stageMs: 1, confirmMs: 1, currency: "USD", pairingCode: "CODE11" };
/** One that has to be paired first. */
const paired = (serialNumber: string, scenario: JsonObject = POYNT): WorldTerminal => ({
  vendor: poynt,
  settings: { currency: "USD" },
  scenario: { ...scenario, identity: { serialNumber } },
});

type Sent = { readonly terminal: string; readonly command: number; readonly atMs: number };

/** A world that writes down which command went to which device. */
function watched(terminals: Readonly<Record<string, WorldTerminal>>) {
  const sent: Sent[] = [];
  const world: World = new World({
    terminals,
    leaving: (terminal, { bytes }) => {
      const [, command] = /Command\W+(\d+)/.exec(new TextDecoder().decode(bytes)) ?? [];
      if (command !== undefined) sent.push({ terminal, command: Number(command), atMs: world.clock.monotonicMs() });
    },
  });
  return { world, sent, commandsTo: (name: string) => sent.filter(({ terminal }) => terminal === name) };
}

/** `counter-1` alone is configured and known; whoever else there is can be found. */
async function met(others: Readonly<Record<string, WorldTerminal>> = {}, scenario: JsonObject = {}) {
  const watching = watched({ "counter-1": telling(scenario), ...others });
  await watching.world.start(["counter-1"]);
  await watching.world.until(() => watching.world.state === "ready", 30_000);
  return watching;
}

describe("a known terminal that is not where it was", () => {
  it("is found where it is announced, and that is written down", async () => {
    const { world } = await met();
    world.move("counter-1");
    world.announced.add("counter-1");
    await world.until(() => world.state === "ready" && world.isWhereConfigured("counter-1"), 60_000);
    assert.equal(await world.settled(await world.accepted(world.sale(700))), "approved");
    await world.crash();
    world.announced.clear();
    await world.start();
    await world.until(() => world.state === "ready", 30_000);
    assert.deepEqual(world.alarms(), []);
  });

  it("is found again and again, wherever it goes", async () => {
    const { world } = await met();
    world.announced.add("counter-1");
    for (let moves = 0; moves < 3; moves += 1) {
      world.move("counter-1");
      await world.until(() => world.state === "ready" && world.isWhereConfigured("counter-1"), 60_000);
    }
    assert.equal(await world.settled(await world.accepted(world.sale(700))), "approved");
  });

  it("gets the sale that waits for it there", async () => {
    const slow = { when: { command: "sale", nth: 1 }, then: [{ kind: "slow", phase: "customer", ms: 4_000 }] };
    const { world } = await met({}, { rules: [slow] });
    const first = await world.accepted(world.sale(700));
    await world.until(async () => (await world.see(first)).transaction.dispatched !== undefined, 5_000);
    const waiting = await world.accepted(world.sale(900));
    world.move("counter-1");
    world.announced.add("counter-1");
    assert.equal(await world.settled(waiting), "approved");
    assert.notEqual(await world.settled(first), "unknown");
    assert.equal(world.isWhereConfigured("counter-1"), true);
  });

  it("decides there what is in doubt", async () => {
    const cut = { when: { command: "sale", nth: 2 }, then: [{ kind: "linkCut", at: "afterMoney", command: "goesOn" }] };
    const { world } = await met({}, { rules: [cut] });
    await world.settled(await world.accepted(world.sale(700)));
    const id = await world.accepted(world.sale(1_250));
    world.link.unreachable = true;
    await world.until(() => world.state === "recovering", 30_000, 1);
    world.link.unreachable = false;
    world.move("counter-1");
    world.announced.add("counter-1");
    assert.equal(await world.settled(id), "approved");
    assert.equal(world.link.ledger.length, 2);
    assert.equal(world.isWhereConfigured("counter-1"), true);
  });

  it("is looked for every 15 s at most, and where it was in between", async () => {
    const { world, commandsTo } = await met({ other: stranger(2) });
    world.announced.add("other");
    world.move("counter-1");
    await world.clock.advance(180_000);
    const tries = commandsTo("other").filter(({ command }) => command === COMMANDS.parameters);
    const pauses = tries.slice(1).map(({ atMs }, index) => atMs - (tries[index]?.atMs ?? 0));
    assert(tries.length >= 5, `${tries.length} looks`);
    // The link itself takes its time, and a failed one's pause varies.
    assert(Math.min(...pauses) >= 10_000, pauses.join(" "));
    assert(tries.length <= 180 / 15 + 1, `${tries.length} looks`);
  });

  it("passes strangers by without an alarm, without money, and without believing them", async () => {
    const { world, commandsTo } = await met({ one: stranger(2), two: stranger(3) });
    for (const name of ["one", "two"]) world.announced.add(name);
    world.move("counter-1");
    await world.until(() => commandsTo("one").length > 0 && commandsTo("two").length > 0, 60_000);
    await world.clock.advance(60_000);
    assert.equal(world.state, "offline");
    assert.equal(world.till.terminals.get("counter-1")?.serialNumber, OWN);
    assert.deepEqual(world.alarms(), [], "they are in nobody's place");

    world.announced.add("counter-1");
    await world.until(() => world.state === "ready", 60_000);
    assert.equal(await world.settled(await world.accepted(world.sale(700))), "approved");
    assert.deepEqual([world.linkOf("one").ledger.length, world.linkOf("two").ledger.length], [0, 0]);
  });

  it("is not looked for at another terminal's place", async () => {
    const { world, commandsTo } = watched({ "counter-1": telling(), "counter-2": stranger(2) });
    await world.startReady();
    await world.until(() => world.stateOf("counter-2") === "ready", 30_000);
    const before = commandsTo("counter-2").filter(({ command }) => command === COMMANDS.parameters).length;
    world.announced.add("counter-2");
    world.move("counter-1");
    await world.clock.advance(60_000);
    assert.equal(world.stateOf("counter-2"), "ready");
    const after = commandsTo("counter-2").filter(({ command }) => command === COMMANDS.parameters).length;
    assert.equal(after, before, "no second handshake");
  });

  it("is not looked for while nobody knows which device it is", async () => {
    const { world, commandsTo } = watched({ "counter-1": telling(), other: stranger(2) });
    world.link.unreachable = true;
    world.announced.add("other");
    await world.start(["counter-1"]);
    await world.clock.advance(120_000);
    assert.equal(world.state, "offline");
    assert.deepEqual(commandsTo("other"), []);
  });
});

describe("of the terminals that have to be paired", () => {
  it("one that was paired where it is, is looked for no more", async () => {
    const world = new World({ terminals: { "counter-1": paired("P61A") } });
    await world.start(["counter-1"]);
    await world.until(() => world.state === "unpaired", 30_000);
    void world.till.terminals.pair("counter-1", "CODE11");
    await world.until(() => world.state === "ready", 60_000);
    await world.clock.advance(600_000);
    assert.equal(world.looks, 0);
  });
});

describe("a stranger where a known terminal may be", () => {
  it("is asked nothing about a doubt: first it has to say who it is", async () => {
    const cut = { when: { command: "sale", nth: 1 }, then: [{ kind: "linkCut", at: "afterMoney", command: "goesOn" }] };
    const { world, commandsTo } = await met(
      { other: telling({ identity: { serialNumber: "SIM2" } }) },
      { rules: [cut] },
    );
    const id = await world.accepted(world.sale(1_250));
    await world.until(() => world.state === "recovering", 30_000, 1);
    world.move("counter-1");
    world.announced.add("other");
    await world.until(() => commandsTo("other").length > 0, 60_000);
    await world.clock.advance(60_000);
    const asked = new Set(commandsTo("other").map(({ command }) => command));
    // The records of Details are what only a recovery asks for; a handshake tells who it is.
    assert.equal(asked.has(COMMANDS.details), false);
    const { outcome } = (await world.see(id)).transaction;
    assert(outcome === undefined || outcome.kind === "unknown", JSON.stringify(outcome));
    const [first] = commandsTo("other");
    assert.equal(first?.command, COMMANDS.poll);
    world.announced.add("counter-1");
    assert.equal(await world.settled(id), "approved");
    assert.deepEqual(world.linkOf("other").ledger, []);
  });

  it("to whom our pairing is nothing is left, and our terminal is still found", async () => {
    const world = new World({ terminals: { "counter-1": paired("P61A"), other: paired("P61B") } });
    await world.start(["counter-1"]);
    await world.until(() => world.state === "unpaired", 30_000);
    void world.till.terminals.pair("counter-1", "CODE11");
    await world.until(() => world.state === "ready", 60_000);

    world.announced.add("other");
    world.move("counter-1");
    await world.until(() => world.linkOf("other").story.some(({ kind }) => kind === "request"), 180_000);
    await world.clock.advance(60_000);
    assert.notEqual(world.state, "ready");
    assert.notEqual(world.state, "unpaired", "the one that is ours is paired");
    world.announced.add("counter-1");
    await world.until(() => world.state === "ready", 60_000);
    assert.equal(world.till.terminals.get("counter-1")?.serialNumber, "P61A");
    assert.equal(world.isWhereConfigured("counter-1"), true);
  });

  it("with a doubt is asked about it where it is found, and not where nobody knows our pairing: there the service never stands still", async () => {
    const scenario = { ...POYNT, rules: [{ when: { command: "sale" }, then: [{ kind: "silent", from: "money" }] }] };
    const world = new World({ terminals: { "counter-1": paired("P61A", scenario), other: paired("P61B") } });
    await world.start(["counter-1"]);
    await world.until(() => world.state === "unpaired", 30_000);
    void world.till.terminals.pair("counter-1", "CODE11");
    await world.until(() => world.state === "ready", 60_000);
    const id = await world.accepted({ type: "sale", amount: { value: 700, currency: "USD" } });
    await world.until(() => world.link.ledger.length === 1, 10_000);

    world.announced.add("other");
    world.move("counter-1");
    await world.until(() => world.linkOf("other").story.some(({ kind }) => kind === "request"), 180_000);
    await world.clock.advance(120_000);
    assert.equal(world.state, "recovering");
    assert.deepEqual(world.linkOf("other").ledger, []);

    world.announced.add("counter-1");
    await world.until(() => world.state !== "recovering" && world.isWhereConfigured("counter-1"), 180_000);
    assert.equal(world.link.ledger.length, 1);
    const { outcome } = (await world.see(id)).transaction;
    assert(outcome?.kind === "approved" || outcome?.kind === "unknown", "the money moved");
  });
});

describe("a place that somebody is looked for at", () => {
  it("is not the terminal's because an older link of it was good, however slow the disk is", async () => {
    const { world } = await met({ other: stranger(2) });
    world.announced.add("other");
    await world.accepted(world.sale(700));
    world.journal.hold();
    await world.clock.advance(300);
    world.link.unreachable = true;
    world.link.cutNow();
    for (let plugs = 0; plugs < 8; plugs += 1) {
      await world.clock.advance(200);
      world.till.tryLinksNow();
    }
    world.journal.release();
    await world.clock.advance(3_000);

    assert.equal(world.till.terminals.get("counter-1")?.link["host"], "counter-1");
    assert.deepEqual(world.alarms(), []);
  });

  it("is asked for once more before it is tried: who came home there takes payments", async () => {
    for (let offsetMs = 0; offsetMs <= 2_000; offsetMs += 200) {
      const { world, commandsTo } = await metBoth();
      for (const name of ["counter-1", "counter-2"]) world.move(name);
      await world.clock.advance(2_000);
      world.announced.add("counter-1");
      await world.clock.advance(offsetMs);
      await world.until(() => world.state === "ready", 60_000);
      const asked = commandsTo("counter-1").length;
      const sale = await world.accepted(world.sale(700));
      assert.equal(await world.settled(sale), "approved", `${offsetMs} ms, ${asked}`);
      const { transaction } = await world.see(sale);
      assert.equal(transaction.outcome?.decidedBy.kind, "terminal", "its link was not cut in the middle");
    }
  });
});

/** Two counters that are both known, and lost at the same time. */
async function metBoth() {
  const watching = watched({ "counter-1": telling(), "counter-2": stranger(2) });
  await watching.world.start();
  await watching.world.until(
    () => watching.world.stateOf("counter-2") === "ready" && watching.world.state === "ready",
    30_000,
  );
  return watching;
}
