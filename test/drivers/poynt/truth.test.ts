import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isJsonObject, type Json, type JsonObject } from "../../../src/core/json.ts";
import type { Operation } from "../../../src/core/operation.ts";
import { poynt } from "../../../src/drivers/poynt/vendor.ts";
import { World } from "../../support/world.ts";

/** Short patience, in the proportions of the defaults. */
const SETTINGS: JsonObject = {
  currency: "USD",
  timeoutMs: 10_000,
  answerMarginMs: 10_000,
  lateReplyMs: 10_000,
  aliveEveryMs: 400,
  askEveryMs: 400,
  restartSuspicionMs: 2_000,
};
const SECRET = "ZHED2L";

const MOMENTS = ["request", "card", "beforeMoney", "afterMoney", "midReply", "afterReply"] as const;

/** Every way in which the simulated terminal can misbehave, alone. */
const FAULTS: readonly Json[] = [
  { kind: "declines" },
  { kind: "declines", status: "FAILED" },
  { kind: "cancels", at: "card" },
  { kind: "cancels", at: "pin" },
  ...[112, 113, 999].flatMap((code) => [false, true].map((moved) => ({ kind: "error", code, moved }))),
  { kind: "mismatch" },
  { kind: "partial", amount: 500 },
  { kind: "tenders", tenders: [{ amount: 500 }, { amount: 750 }] },
  { kind: "tenders", tenders: [{ amount: 500 }, { amount: 750, declined: true }] },
  { kind: "tenders", tenders: [{ amount: 1_250, declined: true }] },
  { kind: "tip", amount: 100 },
  { kind: "cashback", amount: 500 },
  { kind: "otherAmount", amount: 999, where: "reply" },
  { kind: "otherAmount", amount: 999, where: "transaction" },
  { kind: "otherReference", referenceId: "OTHER", where: "reply" },
  { kind: "otherReference", referenceId: "OTHER", where: "transaction" },
  ...["COMPLETED", "AUTHORIZED", "VOIDED", "REFUNDED", "CANCELED", "FAILED", "HOLD", "DECLINED", "NEW"].map(
    (status) => ({
      kind: "otherStatus",
      status,
    }),
  ),
  { kind: "otherId" },
  { kind: "noId" },
  { kind: "wrongSignature" },
  { kind: "noSignature" },
  { kind: "lowerCaseSignature" },
  { kind: "contentType", value: "application/json; charset=utf-8" },
  { kind: "contentType", value: "text/html" },
  { kind: "padded", bytes: 600_000 },
  { kind: "deepJson", levels: 10_000 },
  { kind: "duplicateNames" },
  { kind: "invalidUtf8" },
  { kind: "raw", status: 404, body: "<html>" },
  { kind: "raw", status: 200, body: '{"payment":{"status":"DECLINED"}}' },
  ...["request", "money"].map((from) => ({ kind: "silent", from })),
  ...["customer", "reply"].flatMap((phase) => [4_000, 14_000, 25_000].map((ms) => ({ kind: "slow", ms, phase }))),
  ...MOMENTS.flatMap((at) =>
    ["cut", "end"].flatMap((how) => ["goesOn", "stops"].map((command) => ({ kind: "linkCut", at, how, command }))),
  ),
  ...MOMENTS.flatMap((at) => [300, 3_000].flatMap((offMs) => restarts(at, offMs))),
  ...MOMENTS.flatMap((at) => [
    { kind: "otherClientPairs", at },
    { kind: "unpairs", at },
  ]),
];

function restarts(at: string, offMs: number): readonly Json[] {
  return ["remembers", "forgets"].map((memory) => ({ kind: "restart", at, memory, offMs }));
}

const TERMINALS: readonly (readonly [string, JsonObject])[] = [
  ["", {}],
  [
    " that calls a running request busy, and gives up its screen",
    { repeatWhileRunning: "busy", afterTimeout: "dismissed" },
  ],
  [
    " that is set up for tips later, and closes each connection",
    { purchaseAction: "AUTHORIZE", closeAfterReply: true },
  ],
  [" that answers errors with 200, and nothing while busy", { errorStatus: 200, whileBusy: "silent" }],
];

const FAST = { customerMs: 20, stageMs: 5 };

type Case = {
  readonly name: string;
  readonly command: string;
  /** The sale that it is about was made before. */
  readonly salesBefore: number;
  readonly operation: (world: World, sold: string | undefined) => Operation;
};

const original = (transaction: string | undefined) => ({ original: { transaction: transaction ?? "none" } });
const usd = (value: number) => ({ value, currency: "USD" });

const CASES: readonly Case[] = [
  { name: "a sale", command: "sale", salesBefore: 0, operation: (world) => world.sale(1_250) },
  {
    name: "a pre-authorization",
    command: "preSale",
    salesBefore: 0,
    operation: () => ({ type: "preauthorization", amount: usd(1_250) }),
  },
  { name: "a void", command: "void", salesBefore: 1, operation: (_, sold) => ({ type: "void", ...original(sold) }) },
  {
    name: "a refund",
    command: "refund",
    salesBefore: 1,
    operation: (_, sold) => ({ type: "refund", ...original(sold) }),
  },
  {
    name: "an unreferenced refund of a part",
    command: "nonRefRefund",
    salesBefore: 1,
    operation: () => ({ type: "refund", amount: usd(300) }),
  },
];

/** Faults of the answer alone: a repeat gets it again. */
const OF_THE_ANSWER = new Set<Json | undefined>([
  ..."wrongSignature noSignature otherId noId invalidUtf8 deepJson duplicateNames raw mismatch contentType".split(" "),
]);

/** Whether the terminal kept its answer, its identity and its memory through the fault, so that it could be asked for it. */
function leavesAnAnswer(fault: Json): boolean {
  if (!isJsonObject(fault)) return false;
  const { kind, command, at, from } = fault;
  if (kind === "linkCut") return command === "goesOn" || at === "afterMoney";
  return kind === "silent" ? from === "money" : OF_THE_ANSWER.has(kind);
}

/** The end that the POS is told, and what the acquirer's ledger says of it. */
async function endOf(testCase: Case, fault: Json, terminal: JsonObject) {
  const rule = { when: { command: testCase.command, nth: 1 }, then: [fault] };
  const scenario = { ...FAST, ...terminal, pairedWith: SECRET, rules: [rule] };
  const world = new World({ vendor: poynt, settings: SETTINGS, scenario, pairing: { pairing: SECRET } });
  await world.startReady();
  let sold: string | undefined;
  if (testCase.salesBefore > 0) {
    sold = await world.accepted(world.sale(1_250));
    assert.equal(await world.settled(sold), "approved");
  }
  world.link.ledger.splice(0);
  const id = await world.accepted(testCase.operation(world, sold));
  await world.ended(id, 120_000);
  // What comes later must not change it, but for a doubt that it ends.
  await world.clock.advance(40_000);
  const { outcome } = (await world.see(id)).transaction;
  assert(outcome !== undefined, "it ended");
  const moved = world.link.ledger.map(({ amount, reserved }) => Math.abs(Number(amount)) + Math.abs(Number(reserved)));
  return { world, outcome, moved };
}

for (const testCase of CASES) {
  for (const [which, terminal] of testCase.salesBefore === 0 ? TERMINALS : TERMINALS.slice(0, 2)) {
    describe(`${testCase.name} at a terminal${which} is told as it was when the terminal does`, () => {
      for (const fault of FAULTS) {
        it(JSON.stringify(fault), async () => {
          const { world, outcome, moved } = await endOf(testCase, fault, terminal);
          const tenders = isJsonObject(fault) && fault["kind"] === "tenders" ? 2 : 1;
          assert.ok(moved.length <= tenders, `${moved.length} movements`);
          assert.ok(!world.alarms().includes("contradiction"), "two words about one end");
          const total = moved.reduce((sum, amount) => sum + amount, 0);
          switch (outcome.kind) {
            case "approved":
              assert.equal(outcome.amounts?.approved.value, total);
              assert.equal(outcome.partial, total < (outcome.amounts.asked?.value ?? total));
              return;
            case "declined":
            case "canceled":
            case "notPerformed":
              assert.equal(total, 0);
              return;
            case "unknown":
              assert.match(world.log.lines.join("\n"), /a person has to decide/);
              assert.ok(!leavesAnAnswer(fault), "the terminal could have been asked");
          }
        });
      }
    });
  }
}
