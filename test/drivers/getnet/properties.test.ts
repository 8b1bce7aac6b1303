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
  record as recordOf,
  string,
  type Arbitrary,
} from "../../support/properties.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Conversation, Input } from "../../../src/drivers/driver.ts";
import { deviceMachine } from "../../../src/drivers/getnet/device.ts";
import type { GetnetMessage } from "../../../src/drivers/getnet/messages.ts";
import { operationMachine } from "../../../src/drivers/getnet/operation.ts";
import { recoverMachine } from "../../../src/drivers/getnet/recovery.ts";
import {
  Bench,
  CLOSE,
  doubtOf,
  orderOf,
  record,
  REFUND_ORDER,
  REPRINT,
  SALE_ORDER,
  SERIAL,
  settingsWith,
  TRANSACTION,
  VOID_ORDER,
} from "./support.ts";

/** Fields that fit now and then, and anything else the rest of the time. */
const fields: Arbitrary<JsonObject> = oneof(
  constantFrom(
    record(),
    record({ Ticket: "OTHER" }),
    record({ Amount: 1 }),
    record({ OperationId: 17, AuthorizationCode: "250349" }),
    { SaleDetails: [record()] },
    { SaleDetails: [] },
    {},
  ),
  recordOf({ Ticket: jsonValue(), Amount: jsonValue(), OperationId: jsonValue(), SaleDetails: jsonValue() }).map(
    (value) => value as JsonObject,
  ),
);

const message: Arbitrary<GetnetMessage> = oneof(
  recordOf({ kind: constant("acknowledgement" as const), received: boolean() }),
  recordOf({ kind: constant("intermediate" as const), code: integer(), text: string() }),
  recordOf(
    {
      kind: constant("reply" as const),
      functionCode: constantFrom(0, 100, 101, 102, 103, 104, 105, 106, 108, 109, 112, 114, 116, -1),
      responseCode: constantFrom(0, 1, 1006),
      text: constantFrom("", "Aprobado", "Mensaje mal formado", "Operacion Cancelada"),
      fields,
    },
    { requiredKeys: ["kind", "functionCode", "text", "fields"] },
  ),
  recordOf({ kind: constant("request" as const), command: integer(), fields }),
  recordOf({ kind: constant("other" as const), content: fields }),
);

type Happening = Input<GetnetMessage> | { readonly kind: "elapse"; readonly ms: number };

const happening: Arbitrary<Happening> = oneof(
  { weight: 4, arbitrary: message.map((heard) => ({ kind: "received" as const, message: heard })) },
  { weight: 2, arbitrary: integer({ min: 0, max: 200_000 }).map((ms) => ({ kind: "elapse" as const, ms })) },
  constantFrom<Happening>(
    { kind: "garbled", why: "wrong Sign", length: 3 },
    { kind: "deadline" },
    { kind: "cancelAsked" },
    { kind: "linkLost", loss: "ended" },
    { kind: "opened", link: SERIAL },
    { kind: "resumed", link: SERIAL, pending: [] },
    { kind: "claims", claimed: [] },
    { kind: "answerGiven", prompt: "p", value: "v" },
    { kind: "timer", timer: "unknown" },
    { kind: "asked", request: { kind: "probe" } },
    { kind: "asked", request: { kind: "report", report: "details", params: {} } },
  ),
);

function live(conversation: Conversation<GetnetMessage>, first: Happening, happenings: readonly Happening[]): Bench {
  const bench = new Bench(conversation);
  for (const next of [first, ...happenings]) {
    if (next.kind === "elapse") bench.elapse(next.ms);
    else bench.give(next);
  }
  return bench;
}

const LIFE = array(happening, { maxLength: 30 });
const RUNS = { numRuns: 500 };
const ORDERS = [SALE_ORDER, VOID_ORDER, REFUND_ORDER, orderOf(CLOSE), orderOf(REPRINT)];
const settings = constantFrom(settingsWith(), settingsWith({ quietMs: 0 }), settingsWith({ closesAfterReply: true }));

describe("whatever happens", () => {
  it("an operation commits once at most, and ends once: settled or in doubt", () => {
    hold(
      property(constantFrom(...ORDERS), settings, LIFE, (order, chosen, life) => {
        const bench = live(operationMachine(order, chosen), { kind: "opened", link: SERIAL }, life);
        const commits = bench.all("send").filter((effect) => effect.commits !== undefined).length;
        const ends = bench.all("settle").length + bench.all("doubt").length;
        assert.ok(commits <= 1 && ends <= 1);
        assert.equal(bench.ended, ends === 1);
      }),
      RUNS,
    );
  });

  it("no approval of a sale tells another ticket or amount than what was asked", () => {
    hold(
      property(settings, LIFE, (chosen, life) => {
        for (const bench of [
          live(operationMachine(SALE_ORDER, chosen), { kind: "opened", link: SERIAL }, life),
          live(
            recoverMachine(doubtOf(SALE_ORDER, TRANSACTION), chosen),
            { kind: "resumed", link: SERIAL, pending: [] },
            life,
          ),
        ]) {
          const verdict = bench.settled;
          if (verdict?.kind !== "approved") continue;
          assert.equal(verdict.terminalReferences?.["ticket"], TRANSACTION);
          assert.equal(verdict.amounts?.approved.value, 12_500);
        }
      }),
      RUNS,
    );
  });

  it("a recovery sends nothing that commits, and settles once at most", () => {
    const doubts = ORDERS.slice(0, 4).map((order) => doubtOf(order, TRANSACTION));
    hold(
      property(constantFrom(...doubts), settings, LIFE, (doubt, chosen, life) => {
        const bench = live(recoverMachine(doubt, chosen), { kind: "resumed", link: SERIAL, pending: [] }, life);
        assert.ok(bench.all("send").every((effect) => effect.commits === undefined));
        const asked = new Set(bench.commands);
        for (const command of [100, 102, 103, 108, 116]) assert.ok(!asked.has(command));
        assert.ok(bench.all("settle").length <= 1);
      }),
      RUNS,
    );
  });

  it("the device machine sends nothing that moves money, and answers every question once at most", () => {
    hold(
      property(settings, LIFE, (chosen, life) => {
        const bench = live(deviceMachine(chosen), { kind: "opened", link: SERIAL }, life);
        const asked = new Set(bench.commands);
        for (const command of [100, 102, 103, 108, 116]) assert.ok(!asked.has(command));
        assert.ok(bench.all("reply").length <= life.filter(({ kind }) => kind === "asked").length);
        assert.deepEqual(bench.all("settle"), []);
      }),
      RUNS,
    );
  });

  it("the same inputs give the same effects", () => {
    hold(
      property(LIFE, (life) => {
        const [one, other] = [1, 2].map(() =>
          live(operationMachine(SALE_ORDER, settingsWith()), { kind: "opened", link: SERIAL }, life),
        );
        assert.deepEqual(one?.effects, other?.effects);
      }),
    );
  });
});
