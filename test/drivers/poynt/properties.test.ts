import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  array,
  assert as hold,
  boolean,
  constant,
  constantFrom,
  integer,
  jsonValue,
  oneof,
  option,
  property,
  record,
  string,
  type Arbitrary,
} from "../../support/properties.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { approvalFault } from "../../../src/core/plausible.ts";
import type { Conversation, Input } from "../../../src/drivers/driver.ts";
import { deviceMachine } from "../../../src/drivers/poynt/device.ts";
import type { PoyntAnswer, PoyntMessage } from "../../../src/drivers/poynt/messages.ts";
import { operationMachine } from "../../../src/drivers/poynt/operation.ts";
import { readPayment } from "../../../src/drivers/poynt/payment.ts";
import { recoverMachine } from "../../../src/drivers/poynt/recovery.ts";
import {
  Bench,
  declinedTransaction,
  doubtOf,
  ORDERS,
  OTHER_ID,
  PAIRED,
  REQUEST_ID,
  SALE_ID,
  settingsWith,
  transaction,
  TRANSACTION,
} from "./support.ts";

/** What a terminal could tell of a transaction, and now and then what none would. */
const told: Arbitrary<JsonObject> = oneof(
  record({
    id: constantFrom(SALE_ID, OTHER_ID, "7"),
    action: constantFrom("SALE", "AUTHORIZE", "CAPTURE", "REFUND", "VOID", "OFFLINE_AUTHORIZE", "VERIFY"),
    status: constantFrom("CREATED", "SAVED", "AUTHORIZED", "CAPTURED", "DECLINED", "REFUNDED", "VOIDED", "NEW"),
    parentId: constantFrom(SALE_ID, null),
    partiallyApproved: boolean(),
    voided: boolean(),
    adjusted: boolean(),
    amount: constantFrom(0, 400, 600, 1_000, 1_001, -1, 0.5),
    tip: constantFrom(0, 0, 0, 100),
    currency: constantFrom("USD", "USD", "USD", "CLP"),
    processor: constantFrom("Successful", "Failure"),
  }).map(({ amount, tip, currency, processor, ...changes }) =>
    transaction(changes, { transactionAmount: amount, tipAmount: tip, currency }, { status: processor }),
  ),
  constantFrom(transaction(), declinedTransaction(), transaction({ status: "VOIDED", voided: true })),
  jsonValue().map((value) => ({ amounts: value, id: value }) as JsonObject),
);

const payment: Arbitrary<PoyntAnswer> = record({
  status: constantFrom(
    "COMPLETED",
    "AUTHORIZED",
    "VOIDED",
    "REFUNDED",
    "CANCELED",
    "FAILED",
    "HOLD",
    "DECLINED",
    "NEW",
  ),
  transactions: array(told, { maxLength: 3 }),
  referenceId: option(constantFrom(TRANSACTION, TRANSACTION, "OTHER"), { nil: null }),
}).map((value) => ({
  kind: "payment",
  requestId: REQUEST_ID,
  payment: readPayment({ ...value, currency: "USD" }) ?? { tenders: [] },
}));

const answer: Arbitrary<PoyntAnswer> = oneof(
  { weight: 4, arbitrary: payment },
  record({
    kind: constant("error" as const),
    code: constantFrom(0, 112, 113),
    name: string(),
    text: string(),
    isAboutOurs: boolean(),
  }),
  constantFrom<PoyntAnswer>(
    { kind: "pong" },
    { kind: "pong" },
    { kind: "otherPairing", text: "" },
    { kind: "paired", serialNumber: "P61" },
    { kind: "secret", label: "newPairing" },
    { kind: "paymentState", text: "IDLE" },
    { kind: "settled", requestId: REQUEST_ID },
    { kind: "finished" },
    { kind: "scanned", isSuccess: true, text: "" },
  ),
);

type Happening =
  | Input<PoyntMessage>
  | { readonly kind: "elapse"; readonly ms: number }
  | { readonly kind: "pairing"; readonly version: string | undefined };

const exchange = constantFrom("payment", "repeat", "ping", "question", "pair", "elsewhere");
const request = { kind: "request", command: "ping", client: "x", body: {} } as const;

const happening: Arbitrary<Happening> = oneof(
  { weight: 6, arbitrary: record({ kind: constant("answered" as const), exchange, message: answer }) },
  { weight: 3, arbitrary: integer({ min: 0, max: 50_000 }).map((ms) => ({ kind: "elapse" as const, ms })) },
  record({ kind: constantFrom("exchangeLost" as const, "notSent" as const), exchange, why: constant("reset") }),
  record({ kind: constant("garbled" as const), exchange, why: constant("x"), length: constant(1) }),
  record({
    kind: constant("notRepeated" as const),
    exchange: constant("repeat"),
    why: constantFrom(
      "deadline",
      "cancelAsked",
      "decided",
      "window",
      "otherDevice",
      "restartSuspected",
      "tooOften",
      "journal",
    ),
  }),
  constantFrom<Happening>(
    { kind: "answered", exchange: "payment", message: request },
    { kind: "pairing", version: "v1" },
    { kind: "pairing", version: "v2" },
    { kind: "pairing", version: undefined },
    { kind: "deadline" },
    { kind: "cancelAsked" },
    { kind: "linkLost", loss: "ended" },
    { kind: "opened", link: "http #1" },
    { kind: "resumed", link: "http #1", pending: [] },
    { kind: "stored", names: ["pairing"] },
    { kind: "keyPairCreated", name: "pairing", publicKey: "MIIB" },
    { kind: "claims", claimed: [] },
    { kind: "timer", timer: "unknown" },
    { kind: "answerGiven", prompt: "p", value: "v" },
    { kind: "asked", request: { kind: "probe" } },
    { kind: "asked", request: { kind: "pair" } },
    { kind: "asked", request: { kind: "pair", code: "typed code" } },
    { kind: "asked", request: { kind: "function", name: "scan", params: {} } },
    { kind: "asked", request: { kind: "report", report: "paymentState", params: {} } },
  ),
);

function live(conversation: Conversation<PoyntMessage>, first: Happening, happenings: readonly Happening[]): Bench {
  const bench = new Bench(conversation);
  for (const next of [first, ...happenings]) {
    if (next.kind === "elapse") bench.elapse(next.ms);
    else if (next.kind === "pairing")
      bench.secrets = next.version === undefined ? {} : { pairing: { version: next.version, about: {} } };
    // The engine tells nothing of an exchange that is not under way.
    else if (!("exchange" in next) || next.exchange === "elsewhere" || bench.isOpen(next.exchange ?? ""))
      bench.give(next);
  }
  return bench;
}

const LIFE = array(happening, { maxLength: 40 });
const RUNS = { numRuns: 700 };
const order = constantFrom(...Object.values(ORDERS));
const settings = constantFrom(
  settingsWith(),
  settingsWith({ refusalCodes: [113, 112], failedMovedNothing: true }),
  settingsWith({ lateReplyMs: 0, aliveEveryMs: 10, paymentState: false }),
);
const OPENED: Happening = { kind: "opened", link: "http #1" };

describe("whatever happens", () => {
  it("an operation commits once at most, and ends once: settled or in doubt", () => {
    hold(
      property(order, settings, LIFE, (asked, chosen, life) => {
        const bench = live(operationMachine(asked, chosen), OPENED, life);
        assert.ok(bench.all("exchange").filter(({ commits }) => commits !== undefined).length <= 1);
        const ends = bench.all("settle").length + bench.all("doubt").length;
        assert.ok(ends <= 1);
        assert.equal(bench.ended, ends === 1);
        assert.deepEqual(bench.all("repeat"), []);
      }),
      RUNS,
    );
  });

  it("a recovery sends nothing that commits, settles once at most, and calls a person once at most", () => {
    hold(
      property(order, settings, boolean(), LIFE, (asked, chosen, isPending, life) => {
        const pending = isPending ? ["payment"] : [];
        const bench = live(recoverMachine(doubtOf(asked), chosen), { kind: "resumed", link: "http #1", pending }, life);
        assert.ok(bench.all("exchange").every(({ commits }) => commits === undefined));
        assert.deepEqual(new Set(bench.commands).size <= 1, true);
        assert.ok(bench.all("settle").length <= 1 && bench.all("giveUp").length <= 1);
        assert.deepEqual(bench.all("doubt"), []);
        if (asked === ORDERS.reconciliation) assert.deepEqual(bench.all("repeat"), []);
        const [repeated] = bench.all("repeat");
        const kinds = bench.effects.map(({ kind }) => kind);
        if (repeated !== undefined) assert.ok(kinds.indexOf("identified") < kinds.indexOf("repeat"));
      }),
      RUNS,
    );
  });

  it("a person who was called is not asked for more: nothing is repeated after that", () => {
    hold(
      property(order, LIFE, (asked, life) => {
        const bench = live(
          recoverMachine(doubtOf(asked), settingsWith()),
          { kind: "resumed", link: "x", pending: [] },
          life,
        );
        const kinds = bench.effects.map(({ kind }) => kind);
        const called = kinds.indexOf("giveUp");
        assert.ok(called < 0 || kinds.lastIndexOf("repeat") < called);
      }),
      RUNS,
    );
  });

  it("no approval is told of more, of less without the terminal's word, or of another reference", () => {
    hold(
      property(order, settings, LIFE, (asked, chosen, life) => {
        for (const bench of [
          live(operationMachine(asked, chosen), OPENED, life),
          live(recoverMachine(doubtOf(asked), chosen), { kind: "resumed", link: "x", pending: ["payment"] }, life),
        ]) {
          const verdict = bench.settled;
          if (verdict?.kind !== "approved") continue;
          assert.equal(approvalFault(asked.operation, asked.original?.approved, verdict), undefined);
          const references = Object.entries(verdict.terminalReferences ?? {});
          assert.ok(references.length <= 16 && references.every(([, value]) => value.length <= 64));
          if (asked !== ORDERS.reconciliation) assert.ok(bench.all("settle")[0]?.movement?.startsWith("poynt/"));
        }
      }),
      RUNS,
    );
  });

  it("an error never settles, but for a code that a technician knows, at the first attempt", () => {
    const errors = array(
      record({ code: integer({ min: 0, max: 120 }), isAboutOurs: boolean() }).map((told): Happening => ({
        kind: "answered",
        exchange: "payment",
        message: { kind: "error", name: "", text: "", ...told },
      })),
      { maxLength: 5 },
    );
    hold(
      property(order, errors, (asked, life) => {
        assert.deepEqual(live(operationMachine(asked, settingsWith()), OPENED, life).all("settle"), []);
        const recovery = recoverMachine(doubtOf(asked), settingsWith({ refusalCodes: [101, 113] }));
        assert.deepEqual(live(recovery, { kind: "resumed", link: "x", pending: ["payment"] }, life).all("settle"), []);
      }),
      RUNS,
    );
  });

  it("the device machine sends nothing that moves money, and answers every question once at most", () => {
    const harmless = new Set(["ping", "paymentState", "pair", "pairWithKey", "scan"]);
    hold(
      property(settings, LIFE, (chosen, life) => {
        const bench = live(deviceMachine(chosen), OPENED, life);
        assert.ok(bench.commands.every((command) => harmless.has(command)));
        assert.ok(bench.all("reply").length <= life.filter(({ kind }) => kind === "asked").length);
        assert.deepEqual([...bench.all("settle"), ...bench.all("doubt"), ...bench.all("giveUp")], []);
      }),
      RUNS,
    );
  });

  it("nothing is signed with a pairing that is not there", () => {
    hold(
      property(order, LIFE, (asked, life) => {
        for (const [machine, first] of [
          [operationMachine(asked, settingsWith()), OPENED],
          [recoverMachine(doubtOf(asked), settingsWith()), { kind: "resumed", link: "x", pending: [] }],
          [deviceMachine(settingsWith()), OPENED],
        ] as const) {
          const unpaired = life.filter(({ kind }) => kind !== "pairing");
          const bench = live(machine, { kind: "pairing", version: undefined }, [first, ...unpaired]);
          assert.ok(bench.requests.every(({ key, command }) => key !== "pairing" || command === "pair"));
        }
      }),
      RUNS,
    );
  });

  it("the same inputs give the same effects", () => {
    hold(
      property(order, LIFE, (asked, life) => {
        const machine = operationMachine(asked, settingsWith());
        assert.deepEqual(live(machine, OPENED, life).effects, live(machine, OPENED, life).effects);
      }),
      { numRuns: 100 },
    );
  });

  it("no input makes a machine throw, also one that the engine would not give", () => {
    hold(
      property(order, LIFE, (asked, life) => {
        for (const machine of [
          operationMachine(asked, settingsWith()),
          recoverMachine(doubtOf(asked), settingsWith()),
          deviceMachine(settingsWith()),
        ]) {
          let next: Conversation<PoyntMessage> = machine;
          for (const input of life) {
            if (input.kind === "elapse" || input.kind === "pairing") continue;
            const crypto = {
              sha256: (bytes: Uint8Array) => bytes,
              randomBytes: (count: number) => new Uint8Array(count),
            };
            [next] = next.step(input, { now: 0, vendorNow: 0, crypto, secrets: PAIRED });
          }
        }
      }),
      RUNS,
    );
  });
});
