import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../src/core/json.ts";
import { COMMANDS } from "../../src/drivers/getnet/messages.ts";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { poynt } from "../../src/drivers/poynt/vendor.ts";
import { World } from "../support/world.ts";

const SETTINGS: JsonObject = { currency: "CLP", quietMs: 1_000, askEveryMs: 500, answerMs: 9_000, cancelGraceMs: 500 };
const FAST = { gapMs: 1, customerMs: 1, stageMs: 1 };
const NIGHT_MS = 9 * 3_600_000;

/** A terminal that is ready, and what it was sent since, in order. */
async function awake(scenario: JsonObject = {}) {
  const sent: number[] = [];
  const world = new World({
    terminals: { "counter-1": { vendor: getnet, settings: SETTINGS, scenario: { ...FAST, ...scenario } } },
    leaving: (_terminal, { bytes }) => {
      const [, command] = /Command\W+(\d+)/.exec(new TextDecoder().decode(bytes)) ?? [];
      if (command !== undefined) sent.push(Number(command));
    },
  });
  await world.startReady();
  sent.length = 0;
  return { world, sent };
}

/** The clock that a sleeping machine stops stands still; the other one goes on. */
const sleep = ({ clock }: World) => clock.setWallClock(clock.now() + NIGHT_MS);

const linksOf = ({ log }: World) => log.lines.filter((line) => line === "info link open").length;
const SLOW = { when: { command: "sale", nth: 1 }, then: [{ kind: "slow", phase: "customer", ms: 5_000 }] };

describe("a machine that slept", () => {
  it("takes a fresh link before the next sale, also where nobody said that it slept", async () => {
    const { world, sent } = await awake();
    const before = linksOf(world);
    sleep(world);
    const id = await world.accepted(world.sale(700));
    assert.equal(await world.settled(id), "approved");
    assert.equal(linksOf(world), before + 1);
    const [first] = sent;
    assert.equal(first, COMMANDS.poll, "the handshake of the fresh link is in front of the sale");
    assert.deepEqual(
      sent.filter((command) => command === COMMANDS.sale),
      [COMMANDS.sale],
    );
  });

  it("renews an idle terminal's link as soon as it is told, and the terminal is ready within 5 s", async () => {
    const { world } = await awake();
    const before = linksOf(world);
    sleep(world);
    world.till.wake(NIGHT_MS);
    await world.until(() => linksOf(world) > before && world.state === "ready", 5_000);
  });

  it("that wakes in the middle of a handshake is connecting still: nobody has broken it off but we", async () => {
    const slow = { when: { command: "poll", nth: 1 }, then: [{ kind: "slow", phase: "acknowledgement", ms: 1_500 }] };
    const world = new World({ vendor: getnet, settings: SETTINGS, scenario: { ...FAST, rules: [slow] } });
    await world.start();
    await world.until(() => linksOf(world) > 0, 5_000);
    world.till.wake(NIGHT_MS);
    const states = new Set<string>();
    await world.until(() => states.add(world.state).has("ready"), 20_000);
    assert.deepEqual([...states], ["connecting", "ready"]);
  });

  it("is told so in vain where the link was renewed already: one is enough", async () => {
    const { world } = await awake();
    sleep(world);
    await world.settled(await world.accepted(world.sale(700)));
    const before = linksOf(world);
    await world.clock.advance(60_000);
    await world.settled(await world.accepted(world.sale(800)));
    assert.equal(linksOf(world), before);
  });

  it("leaves a running sale its link, and the next sale gets a fresh one", async () => {
    const { world } = await awake({ rules: [SLOW] });
    const running = await world.accepted(world.sale(700));
    await world.until(async () => (await world.see(running)).transaction.dispatched !== undefined, 5_000);
    const before = linksOf(world);
    sleep(world);
    world.till.wake(NIGHT_MS);
    const waiting = await world.accepted(world.sale(800));
    await world.until(async () => (await world.outcomeOf(running)) !== undefined, 30_000);
    assert.equal(await world.outcomeOf(running), "approved");
    assert.equal(linksOf(world), before, "nothing is known to be lost");
    const first = (await world.see(running)).transaction.dispatched?.link;

    assert.equal(await world.settled(waiting), "approved");
    assert.equal(linksOf(world), before + 1);
    assert.notEqual((await world.see(waiting)).transaction.dispatched?.link, first);
    assert.equal(world.link.ledger.length, 2);
  });

  it("sends nothing into a link that the terminal has forgotten", async () => {
    const { world, sent } = await awake();
    sleep(world);
    // It answers nothing that comes over a link from before; only a fresh one reaches it.
    world.link.unreachable = true;
    const id = await world.accepted(world.sale(700));
    await world.clock.advance(5_000);
    assert.deepEqual(sent, []);
    assert.equal((await world.see(id)).transaction.dispatched, undefined);
    world.link.unreachable = false;
    assert.equal(await world.settled(id), "approved");
  });

  it("is not what a clock means that is set right by a moment, or back", async () => {
    const { world } = await awake();
    const before = linksOf(world);
    for (const jumpMs of [4_900, -3_600_000]) {
      world.clock.setWallClock(world.clock.now() + jumpMs);
      await world.settled(await world.accepted(world.sale(700)));
    }
    assert.equal(linksOf(world), before);
  });

  it("asks anew about what is in doubt, over a fresh link", async () => {
    const cut = { when: { command: "sale", nth: 1 }, then: [{ kind: "silent", from: "money" }] };
    const { world } = await awake({ rules: [cut] });
    const id = await world.accepted(world.sale(700));
    await world.until(() => world.state === "recovering", 60_000);
    const before = linksOf(world);
    sleep(world);
    world.till.wake(NIGHT_MS);
    assert.equal(await world.settled(id), "approved");
    assert(linksOf(world) > before);
    assert.equal(world.link.ledger.length, 1);
  });

  it("asks a terminal that has no link to keep whether it is there, before it gets the next sale", async () => {
    const paths: string[] = [];
    const scenario = { customerMs: 1, stageMs: 1, currency: "USD", pairedWith: "a secret" };
    const world = new World({
      terminals: {
        "counter-1": { vendor: poynt, settings: { currency: "USD" }, scenario, pairing: { pairing: "a secret" } },
      },
      leaving: (_terminal, { path = "" }) => void paths.push(path),
    });
    await world.startReady();
    await world.settled(await world.accepted(world.sale(700)));
    const [ping = "", sale = ""] = paths;
    paths.length = 0;
    sleep(world);
    assert.equal(await world.settled(await world.accepted(world.sale(800))), "approved");
    assert.deepEqual(paths.slice(0, 2), [ping, sale]);
    assert.notEqual(ping, sale);
  });
});
