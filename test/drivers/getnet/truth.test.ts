import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isJsonObject, type Json, type JsonObject } from "../../../src/core/json.ts";
import type { Operation } from "../../../src/core/operation.ts";
import { getnet } from "../../../src/drivers/getnet/vendor.ts";
import { World } from "../../support/world.ts";

/** Short patience, in the proportions of the defaults. */
const SETTINGS: JsonObject = { currency: "CLP", quietMs: 6_000, askEveryMs: 400, answerMs: 4_000, cancelGraceMs: 500 };
/** Longer than every limit and recovery together: whatever is unknown then waits for a person. */
const PATIENCE_MS = 60_000;

const MOMENTS = ["request", "card", "beforeMoney", "afterMoney", "midReply", "afterReply"] as const;

/** Every way in which the simulated terminal can misbehave, alone. */
const FAULTS: readonly Json[] = [
  { kind: "declines" },
  { kind: "operatorCancels", at: "card" },
  { kind: "operatorCancels", at: "pin" },
  { kind: "receivedFalse" },
  { kind: "noReceived" },
  { kind: "wrongSign" },
  { kind: "doublyEncoded" },
  { kind: "glued" },
  { kind: "split", bytes: 1 },
  { kind: "garbage", text: '{"x":', at: "before" },
  { kind: "garbage", text: "}}}\u0000", at: "between" },
  { kind: "replyTwice" },
  { kind: "closeAfterReply" },
  { kind: "functionCode0" },
  { kind: "functionCode0", moved: true },
  { kind: "functionCode0", text: "Mensaje mal formado" },
  { kind: "otherReply", command: "poll" },
  { kind: "otherReply", command: "sale" },
  { kind: "otherReply", command: "lastVoucher", instead: true },
  { kind: "otherTicket", ticket: "OTHER", where: "reply" },
  { kind: "otherTicket", ticket: "OTHER", where: "voucher" },
  { kind: "otherAmount", amount: 999, where: "reply" },
  { kind: "otherAmount", amount: 999, where: "voucher" },
  { kind: "tip", amount: 100 },
  { kind: "cashback", amount: 500 },
  ...["request", "acknowledgement", "money"].map((from) => ({ kind: "silent", from })),
  ...["acknowledgement", "customer", "reply"].map((phase) => ({ kind: "slow", ms: 5_500, phase })),
  ...MOMENTS.flatMap((at) =>
    ["cut", "end"].flatMap((how) => ["goesOn", "stops"].map((command) => ({ kind: "linkCut", at, how, command }))),
  ),
  ...MOMENTS.flatMap((at) => ["remembers", "forgets"].map((memory) => ({ kind: "restart", at, memory, offMs: 300 }))),
];

/** The terminal's memory is gone, or holds something else than what was asked for. */
function leavesNoProof(fault: Json): boolean {
  return isJsonObject(fault) && (fault["memory"] === "forgets" || fault["where"] === "voucher");
}

const TERMINALS: readonly (readonly [string, JsonObject])[] = [
  ["", {}],
  [" whose Details do not tell the function", { detailsTellFunction: false }],
  [" that replies to a new connection as well", { repliesAfterReconnect: true }],
  [" that is silent while busy, and sends no progress", { whileBusy: "silent", stages: "none", cancelReply: false }],
];

const FAST = { gapMs: 1, customerMs: 20, stageMs: 5 };

type Case = {
  readonly name: string;
  readonly command: "sale" | "void" | "refund";
  /** The sale with the fault is the first or a later one. */
  readonly salesBefore: number;
  readonly operation: (world: World, sold: string | undefined) => Operation;
  readonly moves: number;
};

const original = (transaction: string | undefined) => ({ original: { transaction: transaction ?? "none" } });

const CASES: readonly Case[] = [
  { name: "the first sale", command: "sale", salesBefore: 0, operation: (world) => world.sale(1_250), moves: 1_250 },
  { name: "a later sale", command: "sale", salesBefore: 1, operation: (world) => world.sale(1_250), moves: 1_250 },
  {
    name: "a void",
    command: "void",
    salesBefore: 1,
    operation: (_, sold) => ({ type: "void", ...original(sold) }),
    moves: -700,
  },
  {
    name: "a refund",
    command: "refund",
    salesBefore: 1,
    operation: (_, sold) => ({ type: "refund", ...original(sold) }),
    moves: -700,
  },
  {
    name: "a refund of a part",
    command: "refund",
    salesBefore: 1,
    operation: (_, sold) => ({ type: "refund", amount: { value: 300, currency: "CLP" }, ...original(sold) }),
    moves: -300,
  },
];

/** The end that the POS is told, and what the acquirer's ledger says of it. */
async function endOf(testCase: Case, fault: Json, terminal: JsonObject) {
  const nth = testCase.command === "sale" ? testCase.salesBefore + 1 : 1;
  const rule = { when: { command: testCase.command, nth }, then: [fault] };
  const world = new World({ vendor: getnet, settings: SETTINGS, scenario: { ...FAST, ...terminal, rules: [rule] } });
  await world.startReady();
  let sold: string | undefined;
  for (let sale = 0; sale < testCase.salesBefore; sale += 1) {
    sold = await world.accepted(world.sale(700));
    assert.equal(await world.settled(sold), "approved");
  }
  world.link.ledger.splice(0);
  const id = await world.accepted(testCase.operation(world, sold));
  for (let passedMs = 0; passedMs < PATIENCE_MS; passedMs += 500) {
    const { outcome } = (await world.see(id)).transaction;
    if (outcome !== undefined && outcome.kind !== "unknown") break;
    await world.clock.advance(500);
  }
  // What comes later must not change it: neither a late reply nor the next looks.
  await world.clock.advance(15_000);
  const { outcome } = (await world.see(id)).transaction;
  assert(outcome !== undefined, "it ended");
  return { world, outcome, moved: world.link.ledger.map(({ amount }) => amount) };
}

for (const testCase of CASES) {
  for (const [which, terminal] of TERMINALS) {
    describe(`${testCase.name} at a terminal${which} is told as it was when the terminal does`, () => {
      for (const fault of FAULTS) {
        it(JSON.stringify(fault), async () => {
          const { world, outcome, moved } = await endOf(testCase, fault, terminal);
          assert.ok(moved.length <= 1, `${moved.length} movements`);
          assert.ok(!world.alarms().includes("contradiction"), "two words about one end");
          switch (outcome.kind) {
            case "approved": {
              const sign = Math.sign(testCase.moves);
              assert.deepEqual(moved, [sign * (outcome.amounts?.approved.value ?? 0)]);
              return;
            }
            case "declined":
            case "canceled":
            case "notPerformed":
              assert.deepEqual(moved, []);
              return;
            case "unknown":
              assert.match(world.log.lines.join("\n"), /a person has to decide/);
              assert.ok(testCase.salesBefore === 0 || leavesNoProof(fault), "the terminal could have been asked");
          }
        });
      }
    });
  }
}
