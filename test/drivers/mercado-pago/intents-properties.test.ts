import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  array,
  assert as hold,
  boolean,
  constant,
  constantFrom,
  integer,
  oneof,
  property,
  record,
  type Arbitrary,
} from "../../support/properties.ts";
import { approvalFault } from "../../../src/core/plausible.ts";
import type { Conversation, Input } from "../../../src/drivers/driver.ts";
import type { IntentAnswer } from "../../../src/drivers/mercado-pago/intents-messages.ts";
import { intentOperation } from "../../../src/drivers/mercado-pago/intents-operation.ts";
import { intentRecovery } from "../../../src/drivers/mercado-pago/intents-recovery.ts";
import type { MercadoPagoMessage } from "../../../src/drivers/mercado-pago/messages.ts";
import {
  Bench,
  contextAt,
  doubtOf,
  INTENT,
  money,
  orderOf,
  OTHER_INTENT,
  PAYMENT,
  REFUND,
  SALE,
  settingsWith,
  START,
  TRANSACTION,
  WHO,
} from "./intents-support.ts";

const STATES = [
  "OPEN",
  "ON_TERMINAL",
  "PROCESSING",
  "PROCESSED",
  "FINISHED",
  "CONFIRMATION_REQUIRED",
  "CANCELED",
  "ERROR",
  "ABANDONED",
  "NEW",
];

/** What the vendor could say, and now and then what it would not. */
const answer: Arbitrary<IntentAnswer> = oneof(
  record(
    {
      id: constantFrom(INTENT, INTENT, INTENT, OTHER_INTENT),
      state: constantFrom(...STATES),
      amount: constantFrom(1_500, 1_500, 1_500, 1),
      reference: constantFrom(TRANSACTION, TRANSACTION, TRANSACTION, "THEIRS"),
      payment: constant(PAYMENT),
    },
    { requiredKeys: ["id"] },
  ).map((intent): IntentAnswer => ({ kind: "intentTold", intent })),
  record(
    {
      id: constant(PAYMENT),
      status: constantFrom("approved", "approved", "rejected", "cancelled", "refunded", "pending", "in_process", "x"),
      detail: constantFrom("", "cc_rejected_insufficient_amount"),
      currency: constantFrom("ARS", "ARS", "ARS", "BRL"),
      amount: constantFrom("15", "15.00", "15.0", "14", "16", "-1", "x"),
      refunded: constantFrom("0", "0", "0", "15", "1"),
      paid: constantFrom("15", "16", "x"),
    },
    { requiredKeys: ["id", "status", "detail"] },
  ).map((payment): IntentAnswer => ({ kind: "intentPaymentTold", payment })),
  constantFrom<IntentAnswer>(
    { kind: "intentCancelTold", intent: INTENT },
    { kind: "intentEventsTold", events: [] },
    { kind: "intentEventsTold", events: [{ intent: INTENT }, { intent: OTHER_INTENT, atMs: START }] },
  ),
  constantFrom(400, 401, 404, 409, 429, 500).map((status): IntentAnswer => ({
    kind: "intentError",
    status,
    code: "x",
    text: "y",
  })),
);

type Happening = Input<MercadoPagoMessage> | { readonly kind: "elapse"; readonly ms: number };

const exchange = constantFrom("create", "look", "look", "list", "candidate", "cancel", "check");

const happening: Arbitrary<Happening> = oneof(
  { weight: 6, arbitrary: record({ kind: constant("answered" as const), exchange, message: answer }) },
  { weight: 4, arbitrary: integer({ min: 0, max: 40_000 }).map((ms) => ({ kind: "elapse" as const, ms })) },
  record({ kind: constantFrom("exchangeLost" as const, "notSent" as const), exchange, why: constant("reset") }),
  record({ kind: constant("garbled" as const), exchange, why: constant("x"), length: constant(1) }),
  constantFrom<Happening>(
    { kind: "answered", exchange: "look", message: { kind: "intentGet", intent: INTENT } },
    { kind: "notRepeated", exchange: "create", why: "deadline" },
    { kind: "deadline" },
    { kind: "cancelAsked" },
    { kind: "linkLost", loss: "ended" },
    { kind: "opened", link: "cloud #1" },
    { kind: "resumed", link: "cloud #1", pending: [] },
    { kind: "told", message: WHO },
    { kind: "told", message: { kind: "orderHint", order: INTENT } },
    { kind: "timer", timer: "unknown" },
    { kind: "claims", claimed: [] },
  ),
);

function lived(conversation: Conversation<MercadoPagoMessage>, first: Happening, life: readonly Happening[]): Bench {
  const bench = new Bench(conversation);
  for (const next of [first, ...life]) {
    if (next.kind === "elapse") bench.elapse(next.ms);
    // The engine tells nothing of an exchange that is not under way.
    else if (!("exchange" in next) || next.kind === "notRepeated" || bench.isOpen(next.exchange ?? ""))
      bench.give(next);
  }
  return bench;
}

const LIFE = array(happening, { maxLength: 60 });
const RUNS = { numRuns: 700 };
const order = constantFrom(SALE, SALE, REFUND, orderOf({ type: "void", original: { transaction: "x" } }));
const settings = settingsWith({ intentAbsentMs: 20_000 });
const OPENED: Happening = { kind: "opened", link: "cloud #1" };
const remembered = constantFrom(
  undefined,
  { version: 1, intent: INTENT },
  { version: 1, conflict: true },
  { version: 9, intent: 7 },
);

const recovery = record({ asked: order, memory: remembered, isOwed: boolean(), cancelRequested: boolean() }).map(
  ({ asked, memory, isOwed, cancelRequested }) => ({
    asked,
    machine: intentRecovery(
      doubtOf(asked, { cancelRequested, ...(memory === undefined ? {} : { remembered: memory }) }),
      settings,
    ),
    resumed: { kind: "resumed", link: "cloud #1", pending: isOwed ? ["create"] : [] } as const,
  }),
);

describe("whatever happens", () => {
  it("an operation commits once at most, and ends once: settled, or in doubt", () => {
    hold(
      property(order, LIFE, (asked, life) => {
        const bench = lived(intentOperation(asked, settings), OPENED, life);
        assert.ok(bench.committed.length <= 1);
        assert.deepEqual(bench.all("repeat"), []);
        const verdicts = bench.all("settle").map(({ verdict }) => verdict.kind);
        const doubts = bench.all("doubt").length;
        assert.ok(doubts + verdicts.filter((kind) => kind !== "unknown").length <= 1);
        assert.equal(bench.ended, doubts + verdicts.length > 0);
        assert.ok(bench.committed.length === 1 || doubts === 0);
      }),
      RUNS,
    );
  });

  it("a recovery sends nothing that commits, settles once at most, and calls a person once at most", () => {
    hold(
      property(recovery, LIFE, ({ machine, resumed }, life) => {
        const bench = lived(machine, resumed, life);
        assert.deepEqual([bench.committed, bench.all("repeat"), bench.all("doubt")], [[], [], []]);
        assert.ok(bench.asked.every((path) => !path.startsWith("POST")));
        const certain = bench.all("settle").filter(({ verdict }) => verdict.kind !== "unknown");
        assert.ok(certain.length <= 1 && bench.all("giveUp").length <= 1);
        assert.equal(bench.ended, certain.length === 1);
      }),
      RUNS,
    );
  });

  it("what is approved was told as approved, in full, by its payment", () => {
    hold(
      property(order, recovery, LIFE, (first, { asked, machine, resumed }, life) => {
        for (const [of, bench] of [
          [first, lived(intentOperation(first, settings), OPENED, life)],
          [asked, lived(machine, resumed, life)],
        ] as const) {
          const { settled } = bench;
          if (settled?.kind !== "approved") continue;
          assert.equal(approvalFault(of.operation, of.original?.approved, settled), undefined);
          const told = life.some((input) => {
            if (input.kind !== "answered" || input.message.kind !== "intentPaymentTold") return false;
            const { status, refunded } = input.message.payment;
            return of === REFUND ? status === "refunded" || refunded === "15" : status === "approved";
          });
          assert.ok(told);
          assert.ok(bench.all("settle").at(-1)?.movement?.startsWith("mercado-pago/"));
        }
      }),
      RUNS,
    );
  });

  it("only an intent of ours is taken back, and only where that is wanted", () => {
    hold(
      property(order, recovery, LIFE, (first, { machine, resumed }, life) => {
        for (const bench of [lived(intentOperation(first, settings), OPENED, life), lived(machine, resumed, life)]) {
          const known = new Set(bench.all("remember").map(({ data }) => data["intent"]));
          known.add(INTENT);
          for (const { message } of bench.all("exchange")) {
            if (message.kind === "intentCancel" || message.kind === "intentRefundCancel")
              assert.ok(known.has(message.intent));
          }
        }
      }),
      RUNS,
    );
  });

  it("intents are asked for once a second at most", () => {
    hold(
      property(recovery, LIFE, ({ machine, resumed }, life) => {
        let lastMs = Number.NEGATIVE_INFINITY;
        const bench = new Bench(machine);
        const sent = (): number => bench.all("exchange").filter(({ message }) => message.kind === "intentGet").length;
        for (const next of [resumed, ...life]) {
          const steps = next.kind === "elapse" ? Math.floor(next.ms / 250) : 1;
          for (let count = 0; count < steps; count += 1) {
            const before = sent();
            if (next.kind === "elapse") bench.elapse(250);
            else if (!("exchange" in next) || bench.isOpen(next.exchange ?? "")) bench.give(next);
            if (sent() === before) continue;
            assert.equal(sent() - before, 1);
            assert.ok(bench.nowMs - lastMs >= 750, `${bench.nowMs - lastMs} ms after the last`);
            lastMs = bench.nowMs;
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it("the same inputs give the same effects", () => {
    hold(
      property(recovery, LIFE, ({ machine, resumed }, life) => {
        assert.deepEqual(lived(machine, resumed, life).effects, lived(machine, resumed, life).effects);
      }),
      { numRuns: 100 },
    );
  });

  it("no input makes a machine throw, also one that the engine would not give", () => {
    hold(
      property(order, recovery, LIFE, (asked, { machine }, life) => {
        for (const first of [machine, intentOperation(asked, settings)]) {
          let next = first;
          for (const input of life) if (input.kind !== "elapse") [next] = next.step(input, contextAt(START));
        }
      }),
      RUNS,
    );
  });

  it("nothing is certain of an amount that no payment told", () => {
    const cheap = orderOf({ type: "sale", amount: money(1_500) });
    const bench = lived(intentOperation(cheap, settings), OPENED, [
      { kind: "answered", exchange: "create", message: { kind: "intentTold", intent: { id: INTENT } } },
      { kind: "elapse", ms: 1_000 },
      {
        kind: "answered",
        exchange: "look",
        message: { kind: "intentTold", intent: { id: INTENT, state: "FINISHED", payment: PAYMENT } },
      },
      {
        kind: "answered",
        exchange: "look",
        message: { kind: "intentPaymentTold", payment: { id: PAYMENT, status: "approved", detail: "" } },
      },
    ]);
    assert.deepEqual([bench.settled, bench.doubt?.since], [undefined, "contradiction"]);
  });
});
