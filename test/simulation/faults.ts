import type { Json, JsonObject } from "../../src/core/json.ts";
import type { World } from "../support/world.ts";

export type Random = (below: number) => number;

export function oneOf<Value>(random: Random, values: readonly Value[]): Value | undefined {
  return values[random(values.length)];
}

/** No request of a terminal lives longer than this, as no real one's outlives the quiet time (`quietMs`). */
const LONGEST_MS = 8_000;

/** Short patience, in the proportions of the defaults. */
export function settingsFrom(random: Random): JsonObject {
  return {
    currency: "CLP",
    answerMs: 6_000,
    cancelGraceMs: 1_000,
    receivedMs: 1_000,
    replyMs: 2_000,
    reportMs: 4_000,
    probeMs: 10_000,
    quietMs: LONGEST_MS + 2_000,
    askEveryMs: 700,
    ackOnTcp: random(2) === 0,
    baseline: random(8) > 0,
    identity: random(8) > 0,
  };
}

export function scenarioFrom(random: Random, number: number): JsonObject {
  return {
    identity: { terminalId: `7001234${number}`, serialNumber: `SIM000000${number}` },
    gapMs: 1 + random(20),
    customerMs: random(1_000),
    stageMs: random(300),
    stages: oneOf(random, ["with112", "without112", "none"]) ?? "none",
    whileBusy: oneOf(random, ["receivedFalse", "error", "silent"]) ?? "silent",
    cancelReply: random(2) === 0,
    repliesAfterReconnect: random(2) === 0,
    detailsTellFunction: random(3) > 0,
    rules: Array.from({ length: random(12) }, () => ruleFrom(random)),
  };
}

const PAYING = ["sale", "sale", "void", "refund", "close"];
const ASKING = ["lastVoucher", "details", "poll", "parameters", "cancelSale", "totals"];
const MOMENTS = ["request", "card", "beforeMoney", "afterMoney", "midReply", "afterReply"];

function ruleFrom(random: Random): Json {
  const command = oneOf(random, random(3) > 0 ? PAYING : ASKING) ?? "sale";
  return { when: { command, nth: 1 + random(4) }, then: [reactionFrom(random)] };
}

function reactionFrom(random: Random): Json {
  const at = oneOf(random, MOMENTS) ?? "card";
  const reactions: readonly (() => Json)[] = [
    () => ({
      kind: "slow",
      ms: random(LONGEST_MS),
      phase: oneOf(random, ["customer", "acknowledgement", "reply"]) ?? "reply",
    }),
    () => ({ kind: "silent", from: oneOf(random, ["request", "acknowledgement", "money"]) ?? "money" }),
    () => ({ kind: "declines" }),
    () => ({ kind: "operatorCancels", at: oneOf(random, ["card", "pin"]) ?? "pin" }),
    () => ({ kind: "functionCode0", moved: random(2) === 0 }),
    () => ({ kind: "functionCode0", text: "Mensaje mal formado" }),
    () => ({
      kind:
        oneOf(random, ["receivedFalse", "noReceived", "wrongSign", "doublyEncoded", "glued", "replyTwice"]) ?? "glued",
    }),
    () => ({ kind: "split", bytes: 1 + random(60), gapMs: random(30) }),
    () => ({ kind: "garbage", text: "}}{ AT+CGMI", at: "between" }),
    () => ({
      kind: "otherReply",
      command: oneOf(random, ["sale", "poll", "lastVoucher"]) ?? "poll",
      instead: random(2) === 0,
    }),
    () => ({ kind: "otherTicket", ticket: "OTHER", where: "reply" }),
    () => ({ kind: "otherAmount", amount: 1 + random(2_000), where: oneOf(random, ["reply", "voucher"]) ?? "reply" }),
    () => ({ kind: "tip", amount: 1 + random(100) }),
    () => ({
      kind: "linkCut",
      at,
      how: oneOf(random, ["cut", "end"]) ?? "cut",
      command: oneOf(random, ["goesOn", "stops"]) ?? "stops",
    }),
    () => ({ kind: "restart", at, memory: random(4) > 0 ? "remembers" : "forgets", offMs: random(3_000) }),
  ];
  return oneOf(random, reactions)?.() ?? { kind: "declines" };
}

/** Something goes wrong with a link, a terminal, the journal, the clock or the daemon. */
export async function strike(world: World, random: Random): Promise<void> {
  const link = world.linkOf(oneOf(random, [...world.links.keys()]));
  const blows: readonly (() => unknown)[] = [
    () => link.cutNow(oneOf(random, ["failed", "ended"]) ?? "failed"),
    () =>
      link.cutAfter({
        direction: oneOf(random, ["toTerminal", "fromTerminal"]) ?? "toTerminal",
        afterBytes: random(900),
      }),
    () => (link.unreachable = !link.unreachable),
    // Another device is put in its place.
    () => (random(3) === 0 ? link.replace(scenarioFrom(random, 3 + random(2)), "forgets") : undefined),
    () => (link.chunkBytes = random(2) === 0 ? undefined : 1 + random(80)),
    () => world.journal.failNext(1 + random(3)),
    () => world.journal.hold(),
    () => world.journal.release(),
    () => world.clock.setWallClock(world.clock.now() + (random(3) - 1) * 3_600_000),
    () => restart(world, random),
  ];
  await oneOf(random, blows)?.();
}

async function restart(world: World, random: Random): Promise<void> {
  await world.crash(random(2) === 0 ? "lost" : "written");
  await world.clock.advance(random(5_000));
  await world.start();
}

/** From now on nothing goes wrong any more. */
export async function calm(world: World): Promise<void> {
  world.journal.failNext(0);
  world.journal.release();
  for (const link of world.links.values()) {
    link.unreachable = false;
    link.chunkBytes = undefined;
    link.calm();
  }
  await world.clock.settle();
}
