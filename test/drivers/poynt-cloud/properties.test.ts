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
  property,
  record,
  type Arbitrary,
} from "../../support/properties.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import { approvalFault } from "../../../src/core/plausible.ts";
import type { Conversation, Input } from "../../../src/drivers/driver.ts";
import { accountMachine } from "../../../src/drivers/poynt-cloud/account.ts";
import { deviceMachine } from "../../../src/drivers/poynt-cloud/device.ts";
import type { CloudAnswer, CloudMessage } from "../../../src/drivers/poynt-cloud/messages.ts";
import { operationMachine } from "../../../src/drivers/poynt-cloud/operation.ts";
import { recoverMachine } from "../../../src/drivers/poynt-cloud/recovery.ts";
import {
  ACCEPTED,
  Bench,
  CALLABLE,
  callback,
  declined,
  doubtOf,
  errorAnswer,
  found,
  NOTHING,
  one,
  ORDERS,
  OTHER_ID,
  SALE_ID,
  settingsWith,
  transaction,
  TRANSACTION,
} from "./support.ts";

/** What the cloud could tell of a transaction, and now and then what it never would. */
const told: Arbitrary<JsonObject> = oneof(
  record({
    id: constantFrom(SALE_ID, OTHER_ID),
    action: constantFrom("SALE", "AUTHORIZE", "CAPTURE", "REFUND", "VOID", "VERIFY"),
    status: constantFrom("CREATED", "AUTHORIZED", "CAPTURED", "DECLINED", "REFUNDED", "VOIDED", "NEW"),
    parentId: constantFrom(SALE_ID, null),
    partiallyApproved: boolean(),
    voided: boolean(),
    adjusted: boolean(),
    references: constantFrom([{ id: TRANSACTION }], [{ id: TRANSACTION }], [{ id: "OTHER" }], []),
    amount: constantFrom(0, 400, 600, 1_000, 1_001, -1),
    currency: constantFrom("USD", "USD", "CLP"),
    processor: constantFrom("Successful", "Failure"),
  }).map(({ amount, currency, processor, ...changes }) =>
    transaction(changes, { transactionAmount: amount, currency }, { status: processor }),
  ),
  constantFrom(transaction(), declined(), transaction({ status: "VOIDED", voided: true })),
  jsonValue().map((value) => ({ id: SALE_ID, amounts: value, references: value }) as JsonObject),
);

const answer: Arbitrary<CloudAnswer> = oneof(
  { weight: 3, arbitrary: array(told, { maxLength: 3 }).map((transactions) => found(...transactions)) },
  { weight: 2, arbitrary: told.map(one) },
  constantFrom<CloudAnswer>(
    ACCEPTED,
    ACCEPTED,
    NOTHING,
    { kind: "transactions", found: [], isWhole: false },
    { kind: "token", access: "newAccess", expiresInS: 60 },
  ),
  record({ status: constantFrom(400, 401, 404, 429, 500), code: constantFrom("", "INVALID_ACCESS_TOKEN") }).map(
    ({ status, code }) => errorAnswer(status, code),
  ),
);

type Happening = Input<CloudMessage> | { readonly kind: "elapse"; readonly ms: number };

const exchange = constantFrom("request", "look", "look", "repeat", "token", "probe", "question", "late", "elsewhere");
const status = constantFrom("PROCESSED", "CANCELED", "COMPLETED", "DECLINED", "FAILED", "VOIDED", "HOLD", "NEW", "");

const happening: Arbitrary<Happening> = oneof(
  { weight: 6, arbitrary: record({ kind: constant("answered" as const), exchange, message: answer }) },
  { weight: 4, arbitrary: integer({ min: 0, max: 100_000 }).map((ms) => ({ kind: "elapse" as const, ms })) },
  {
    weight: 2,
    arbitrary: record({ status, ids: constantFrom([], [SALE_ID], [SALE_ID, OTHER_ID]) }).map(({ status, ids }) => ({
      kind: "told" as const,
      message: callback(status, ids),
    })),
  },
  record({ kind: constantFrom("exchangeLost" as const, "notSent" as const), exchange, why: constant("reset") }),
  record({ kind: constant("garbled" as const), exchange, why: constant("x"), length: constant(1) }),
  record({
    kind: constant("notRepeated" as const),
    exchange: constant("repeat"),
    why: constantFrom("deadline", "cancelAsked", "decided", "window", "otherDevice", "tooOften", "journal"),
  }),
  constantFrom<Happening>(
    { kind: "told", message: callback("CANCELED", [], "OTHER") },
    { kind: "told", message: { kind: "reached" } },
    { kind: "told", message: { kind: "notReached", why: "x" } },
    { kind: "called", call: "1", message: callback("PROCESSED") },
    { kind: "consulted", by: "a", message: { kind: "probe" } },
    { kind: "consulted", by: "a", message: { kind: "accessRefused", version: "a1" } },
    { kind: "listAsked" },
    { kind: "deadline" },
    { kind: "cancelAsked" },
    { kind: "linkLost", loss: "ended" },
    { kind: "opened", link: "x" },
    { kind: "resumed", link: "x", pending: [] },
    { kind: "stored", names: ["access"] },
    { kind: "timer", timer: "unknown" },
    { kind: "asked", request: { kind: "probe" } },
    { kind: "asked", request: { kind: "function", name: "pushProfile", params: {} } },
  ),
);

function live(conversation: Conversation<CloudMessage>, first: Happening, life: readonly Happening[]): Bench {
  const bench = new Bench(conversation);
  bench.secrets = CALLABLE;
  for (const next of [first, ...life]) {
    if (next.kind === "elapse") bench.elapse(next.ms);
    // The engine tells nothing of an exchange that is not under way.
    else if (!("exchange" in next) || bench.isOpen(next.exchange)) bench.give(next);
  }
  return bench;
}

const LIFE = array(happening, { maxLength: 40 });
const RUNS = { numRuns: 400 };
const order = constantFrom(...Object.values(ORDERS));
const settings = constantFrom(
  settingsWith(),
  settingsWith({ dataForm: "nested", failedMovedNothing: true, confirmMs: 0 }),
);
const OPENED: Happening = { kind: "opened", link: "x" };
const RESUMED: Happening = { kind: "resumed", link: "x", pending: ["request"] };

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

  it("a recovery only asks; only what the cloud does by itself is ever sent again", () => {
    hold(
      property(order, settings, LIFE, (asked, chosen, life) => {
        const bench = live(recoverMachine(doubtOf(asked), chosen), RESUMED, life);
        assert.ok(bench.requests.every(({ method }) => method === "GET"));
        assert.ok(bench.all("settle").length <= 1 && bench.all("giveUp").length <= 1);
        assert.deepEqual(bench.all("doubt"), []);
        const isMessage = ["sale", "preauthorization"].includes(asked.operation.type) || asked === ORDERS.unreferenced;
        if (isMessage) assert.deepEqual(bench.all("repeat"), []);
      }),
      RUNS,
    );
  });

  it("no approval is told of more, of less without the vendor's word, or without what names it for ever", () => {
    hold(
      property(order, settings, LIFE, (asked, chosen, life) => {
        for (const bench of [
          live(operationMachine(asked, chosen), OPENED, life),
          live(recoverMachine(doubtOf(asked), chosen), RESUMED, life),
        ]) {
          const verdict = bench.settled;
          if (verdict?.kind !== "approved") continue;
          assert.equal(approvalFault(asked.operation, asked.original?.approved, verdict), undefined);
          assert.ok(bench.all("settle")[0]?.movement?.startsWith("poynt/"));
        }
      }),
      RUNS,
    );
  });

  it("calls alone settle nothing but a cancellation, and that only where the cloud was asked after it", () => {
    const calls = array(
      oneof(
        record({ status, ids: constantFrom([], [SALE_ID]) }).map(({ status, ids }): Happening => ({
          kind: "told",
          message: callback(status, ids),
        })),
        constantFrom<Happening>(
          { kind: "elapse", ms: 17_000 },
          { kind: "answered", exchange: "request", message: ACCEPTED },
          { kind: "answered", exchange: "look", message: NOTHING },
        ),
      ),
      { maxLength: 30 },
    );
    hold(
      property(calls, (life) => {
        for (const bench of [
          live(operationMachine(ORDERS.sale, settingsWith()), OPENED, life),
          live(recoverMachine(doubtOf(ORDERS.sale), settingsWith()), RESUMED, life),
        ]) {
          const kind = bench.settled?.kind;
          assert.ok(kind === undefined || kind === "canceled" || kind === "declined", kind);
          if (kind === undefined) continue;
          const called = life.some((next) => next.kind === "told" && next.message.kind === "callback");
          const looked = life.some((next) => next.kind === "answered" && next.exchange === "look");
          assert.ok(called && looked);
        }
      }),
      RUNS,
    );
  });

  it("one payment is asked about once a second at most", () => {
    hold(
      property(array(integer({ min: 0, max: 900 }), { maxLength: 60 }), (pauses) => {
        const bench = new Bench(operationMachine(ORDERS.sale, settingsWith()));
        bench.give({ kind: "opened", link: "x" });
        bench.answer("request", ACCEPTED);
        let passedMs = 0;
        for (const [place, ms] of pauses.entries()) {
          bench.elapse(ms);
          passedMs += ms;
          bench.tell(callback("PROCESSED", [SALE_ID, String(place)]));
          if (bench.isOpen("look")) bench.answer("look", NOTHING);
        }
        assert.ok(bench.requests.length - 1 <= 1 + passedMs / 1_000);
      }),
    );
  });

  it("the account answers every call, asks for one token at a time, and keeps a limited memory", () => {
    hold(
      property(LIFE, (happenings) => {
        // An account is opened once; anew, it is another machine.
        const life = happenings.filter(({ kind }) => kind !== "opened");
        const bench = live(accountMachine(settingsWith()), OPENED, life);
        assert.equal(bench.all("respond").length, life.filter(({ kind }) => kind === "called").length);
        assert.deepEqual([...bench.all("settle"), ...bench.all("doubt")], []);
      }),
      RUNS,
    );
  });

  it("the device machine moves nothing and answers each question once at most", () => {
    hold(
      property(LIFE, (life) => {
        const bench = live(deviceMachine(settingsWith()), OPENED, life);
        assert.ok(bench.all("exchange").every(({ commits }) => commits === undefined));
        assert.ok(bench.all("reply").length <= life.filter(({ kind }) => kind === "asked").length);
      }),
      RUNS,
    );
  });

  it("no input makes a machine throw, also one that the engine would not give", () => {
    const crypto = { sha256: () => new Uint8Array(32), randomBytes: (count: number) => new Uint8Array(count) };
    hold(
      property(order, LIFE, (asked, life) => {
        for (const machine of [
          operationMachine(asked, settingsWith()),
          recoverMachine(doubtOf(asked), settingsWith()),
          deviceMachine(settingsWith()),
          accountMachine(settingsWith()),
        ]) {
          let next = machine;
          for (const input of life) {
            if (input.kind !== "elapse") [next] = next.step(input, { now: 0, vendorNow: 0, crypto, secrets: CALLABLE });
          }
        }
      }),
      RUNS,
    );
  });
});
