import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  array,
  assert as hold,
  constant,
  constantFrom,
  integer,
  oneof,
  property,
  record,
  type Arbitrary,
} from "../../support/properties.ts";
import { approvalFault } from "../../../src/core/plausible.ts";
import type { Conversation, Input, Order } from "../../../src/drivers/driver.ts";
import { mercadoPagoAccount } from "../../../src/drivers/mercado-pago/account-driver.ts";
import { deviceMachine } from "../../../src/drivers/mercado-pago/device.ts";
import type { MercadoPagoMessage } from "../../../src/drivers/mercado-pago/messages.ts";
import { operationMachine } from "../../../src/drivers/mercado-pago/operation.ts";
import { recoverMachine } from "../../../src/drivers/mercado-pago/recovery.ts";
import {
  Bench,
  doubtOf,
  KNOWN,
  LISTED,
  mxn,
  ORDER,
  orders,
  OTHER_ORDER,
  OTHER_REFUND,
  PAYMENT,
  REFUND,
  refundItem,
  refundOrder,
  refunded,
  refusal,
  SALE_ORDER,
  SALE_REFERENCES,
  settingsWith,
  START,
  told,
  TRANSACTION,
} from "./support.ts";

const STATES = [
  "created",
  "at_terminal",
  "processed",
  "failed",
  "canceled",
  "expired",
  "refunded",
  "action_required",
  "new",
];

/** What the cloud could tell of an order, and now and then what none would. */
const order: Arbitrary<Extract<MercadoPagoMessage, { kind: "order" }>> = oneof(
  record({
    status: constantFrom(...STATES),
    paymentStatus: constantFrom(...STATES),
    detail: constantFrom("accredited", "in_review", "insufficient_amount", "canceled_by_api", "partially_refunded"),
    amount: constantFrom("24.90", "24.90", "24.90", "24.91", "x"),
    paid: constantFrom("24.90", "24.90", "27.40", "20.00", "x", null),
    tip: constantFrom(null, "2.50", "0.00"),
    refunded: constantFrom(null, "0.00", "5.00", "24.90"),
    reference: constantFrom(TRANSACTION, TRANSACTION, TRANSACTION, "OTHER"),
    refunds: array(
      record({
        id: constantFrom(REFUND, OTHER_REFUND),
        amount: constantFrom("24.90", "5.00"),
        status: constantFrom("processing", "processed", "failed", "new"),
      }),
      { maxLength: 3 },
    ),
  }).map(({ status, paymentStatus, detail, amount, paid, tip, refunded: back, reference, refunds }) =>
    refunded(
      refunds.map((item) => refundItem(item)),
      { status, status_detail: detail, external_reference: reference },
      {
        status: paymentStatus,
        status_detail: detail,
        amount,
        paid_amount: paid,
        tip_amount: tip,
        refunded_amount: back,
      },
    ),
  ),
  constantFrom(told(), told({ status: "at_terminal" }, { status: "at_terminal" }), told({ id: OTHER_ORDER })),
);

const answer: Arbitrary<MercadoPagoMessage> = oneof(
  { weight: 5, arbitrary: order },
  array(order, { maxLength: 2 }).map((list) => orders(...list.map((message) => message.order))),
  constantFrom<MercadoPagoMessage>(
    orders(),
    { kind: "orders", orders: [], total: 9 },
    { kind: "cancelTaken" },
    refusal(400, "property_value"),
    refusal(401, "unauthorized"),
    refusal(404, "order_not_found"),
    refusal(409, "already_queued_order_for_terminal"),
    refusal(409, "idempotency_key_already_used"),
    refusal(409, "cannot_cancel_order"),
    refusal(429, "too_many_requests"),
    refusal(500, "internal_error"),
    { kind: "terminals", terminals: [LISTED], told: 1, total: 60 },
    { kind: "setUp", mode: "PDV" },
    { kind: "action", id: "A", status: "created" },
    { kind: "tokens", access: "newAccess", refresh: "newRefresh", expiresInSeconds: 60 },
    { kind: "intentError", status: 500, code: "", text: "" },
  ),
);

type Happening = Input<MercadoPagoMessage> | { readonly kind: "elapse"; readonly ms: number };

const exchange = constantFrom(
  ...["create", "look", "cancel", "search", "before", "refund", "repeat", "question"],
  ...["list", "setUp", "print", "ended", "token", "order"],
);

const happening: Arbitrary<Happening> = oneof(
  { weight: 8, arbitrary: record({ kind: constant("answered" as const), exchange, message: answer }) },
  { weight: 4, arbitrary: integer({ min: 0, max: 120_000 }).map((ms) => ({ kind: "elapse" as const, ms })) },
  record({ kind: constantFrom("exchangeLost" as const, "notSent" as const), exchange, why: constant("reset") }),
  record({ kind: constant("garbled" as const), exchange, why: constant("HTML"), length: constant(1) }),
  record({
    kind: constant("notRepeated" as const),
    exchange: constant("repeat"),
    why: constantFrom("deadline", "cancelAsked", "decided", "window", "otherDevice", "tooOften", "journal"),
  }),
  constantFrom<Happening>(
    { kind: "told", message: KNOWN },
    { kind: "told", message: KNOWN },
    { kind: "told", message: { kind: "terminalTold", others: [] } },
    { kind: "told", message: { kind: "terminalTold", others: [], terminal: { ...LISTED, mode: "STANDALONE" } } },
    { kind: "told", message: { kind: "terminalNotTold", why: "x" } },
    { kind: "told", message: { kind: "orderHint", order: ORDER } },
    { kind: "deadline" },
    { kind: "cancelAsked" },
    { kind: "linkLost", loss: "failed" },
    { kind: "opened", link: "cloud #1" },
    { kind: "resumed", link: "cloud #1", pending: [] },
    { kind: "stored", names: ["access"] },
    { kind: "claims", claimed: [] },
    { kind: "claims", claimed: [`mercado-pago/${REFUND}`] },
    { kind: "listAsked" },
    { kind: "timer", timer: "unknown" },
    { kind: "called", call: "c", message: { kind: "webhook", order: ORDER, version: "1" } },
    { kind: "consulted", by: LISTED.id, message: { kind: "askTerminal", must: "beFresh" } },
    { kind: "consulted", by: LISTED.id, message: { kind: "accessRefused" } },
    { kind: "asked", request: { kind: "probe" } },
    { kind: "asked", request: { kind: "pair" } },
    { kind: "asked", request: { kind: "function", name: "print", params: { lines: ["x"] } } },
  ),
);

function live(
  conversation: Conversation<MercadoPagoMessage>,
  first: Happening,
  happenings: readonly Happening[],
): Bench {
  const bench = new Bench(conversation);
  for (const next of [first, ...happenings]) {
    if (next.kind === "elapse") bench.elapse(next.ms);
    // The engine tells nothing of an exchange that is not under way.
    else if (!("exchange" in next) || bench.isOpen(next.exchange ?? "")) bench.give(next);
  }
  return bench;
}

const LIFE = array(happening, { maxLength: 40 });
const RUNS = { numRuns: 700 };
const OPENED: Happening = { kind: "opened", link: "cloud #1" };
const RESUMED: Happening = { kind: "resumed", link: "cloud #1", pending: [] };
const asked = constantFrom(SALE_ORDER, refundOrder(), refundOrder({ amount: mxn(500) }));
const settings = settingsWith();

const REFERENCES = { ...SALE_REFERENCES, orderId: ORDER, paymentId: PAYMENT, refundAmount: "24.90", refund: "whole" };

const doubt = record({
  isLate: constantFrom(true, false),
  isKnown: constantFrom(true, false),
  cancelRequested: constantFrom(true, false),
});

const doubtFor = (
  about: Order,
  { isLate, isKnown, cancelRequested }: { isLate: boolean; isKnown: boolean; cancelRequested: boolean },
) =>
  doubtOf(
    about,
    { references: REFERENCES, ...(isLate ? { deadline: new Date(START - 1).toISOString() } : {}) },
    { cancelRequested, ...(isKnown ? { remembered: { version: 1, order: ORDER } } : {}) },
  );

describe("whatever happens", () => {
  it("an operation commits once at most, and settles once at most", () => {
    hold(
      property(asked, LIFE, (about, life) => {
        const bench = live(operationMachine(about, settings), OPENED, life);
        assert.ok(bench.committed.length <= 1);
        assert.ok(bench.all("settle").length <= 1 && bench.all("doubt").length <= 1);
        assert.deepEqual(bench.all("repeat"), []);
        assert.equal(bench.askedOf("createOrder").length + bench.askedOf("refundOrder").length, bench.committed.length);
      }),
      RUNS,
    );
  });

  it("what an operation sent is never told as not done without the vendor's own word", () => {
    hold(
      property(asked, LIFE, (about, life) => {
        const wordless = life.filter(({ kind }) => kind !== "answered");
        const bench = live(operationMachine(about, settings), OPENED, wordless);
        if (bench.committed.length > 0) assert.equal(bench.settled, undefined);
      }),
      RUNS,
    );
  });

  it("a recovery sends nothing that commits, and settles once at most, but for the vendor's own doubt", () => {
    hold(
      property(asked, doubt, LIFE, (about, how, life) => {
        const bench = live(recoverMachine(doubtFor(about, how), settings), RESUMED, life);
        assert.deepEqual([...bench.committed, ...bench.askedOf("createOrder"), ...bench.askedOf("refundOrder")], []);
        const known = bench.all("settle").filter(({ verdict }) => verdict.kind !== "unknown");
        assert.ok(known.length <= 1 && bench.all("giveUp").length <= 1);
      }),
      RUNS,
    );
  });

  it("a recovery repeats nothing after the deadline, after a cancel, once a person was called, or before it knows the terminal", () => {
    hold(
      property(asked, doubt, LIFE, (about, how, life) => {
        const bench = live(recoverMachine(doubtFor(about, how), settings), RESUMED, life);
        const kinds = bench.effects.map(({ kind }) => kind);
        if (how.isLate || how.cancelRequested) assert.ok(!kinds.includes("repeat"));
        const called = kinds.indexOf("giveUp");
        assert.ok(called < 0 || kinds.lastIndexOf("repeat") < called);
        if (kinds.includes("repeat")) assert.ok(kinds.indexOf("identified") < kinds.indexOf("repeat"));
        const over = life.findIndex(({ kind }) => kind === "deadline" || kind === "cancelAsked");
        const before = live(recoverMachine(doubtFor(about, how), settings), RESUMED, life.slice(0, over + 1));
        if (over >= 0) assert.equal(before.all("repeat").length, bench.all("repeat").length);
      }),
      RUNS,
    );
  });

  it("no absence is told before the time in which the vendor would know", () => {
    hold(
      property(asked, doubt, LIFE, (about, how, life) => {
        const bench = live(recoverMachine(doubtFor(about, how), settings), RESUMED, life);
        const verdict = bench.settled;
        if (verdict?.kind !== "notPerformed" || verdict.reason !== "noRecord") return;
        assert.ok(bench.nowMs >= (about === SALE_ORDER ? 225_000 : 60_000));
        assert.ok(bench.all("identified").length > 0);
      }),
      RUNS,
    );
  });

  it("no approval is told of another amount or reference than was asked", () => {
    hold(
      property(asked, doubt, LIFE, (about, how, life) => {
        for (const bench of [
          live(operationMachine(about, settings), OPENED, life),
          live(recoverMachine(doubtFor(about, how), settings), RESUMED, life),
        ]) {
          const verdict = bench.settled;
          if (verdict?.kind !== "approved") continue;
          if (about !== SALE_ORDER) {
            assert.match(bench.all("settle").at(-1)?.movement ?? "", /^mercado-pago\/REF/);
            continue;
          }
          assert.equal(approvalFault(about.operation, about.original?.approved, verdict), undefined);
          assert.equal(verdict.terminalReferences?.["externalReference"], TRANSACTION);
          const references = Object.entries(verdict.terminalReferences ?? {});
          assert.ok(references.length <= 16 && references.every(([, value]) => value.length <= 64));
          assert.match(bench.all("settle").at(-1)?.movement ?? "", /^mercado-pago\/PAY/);
        }
      }),
      RUNS,
    );
  });

  it("the device machine sends nothing that commits, and answers every question once at most", () => {
    hold(
      property(LIFE, (life) => {
        const bench = live(deviceMachine(settings), OPENED, life);
        assert.deepEqual([...bench.committed, ...bench.all("settle"), ...bench.all("doubt")], []);
        assert.ok(bench.all("reply").length <= life.filter(({ kind }) => kind === "asked").length);
      }),
      RUNS,
    );
  });

  it("the account machine answers each call, and commits nothing", () => {
    hold(
      property(LIFE, (life) => {
        const bench = live(mercadoPagoAccount.machine(settings), OPENED, life);
        assert.deepEqual([...bench.committed, ...bench.all("settle")], []);
        assert.equal(bench.all("respond").length, life.filter(({ kind }) => kind === "called").length);
      }),
      RUNS,
    );
  });

  it("no input makes a machine throw, also one that the engine would not give", () => {
    hold(
      property(asked, doubt, LIFE, (about, how, life) => {
        for (const machine of [
          operationMachine(about, settings),
          recoverMachine(doubtFor(about, how), settings),
          deviceMachine(settings),
          mercadoPagoAccount.machine(settings),
        ]) {
          let next: Conversation<MercadoPagoMessage> = machine;
          for (const input of life) {
            if (input.kind === "elapse") continue;
            const crypto = {
              sha256: (bytes: Uint8Array) => bytes,
              randomBytes: (count: number) => new Uint8Array(count),
            };
            [next] = next.step(input, { now: 0, vendorNow: 0, crypto, secrets: {} });
          }
        }
      }),
      RUNS,
    );
  });
});
