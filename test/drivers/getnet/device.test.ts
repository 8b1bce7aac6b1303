import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { DeviceRequest } from "../../../src/drivers/driver.ts";
import { deviceMachine } from "../../../src/drivers/getnet/device.ts";
import type { GetnetMessage } from "../../../src/drivers/getnet/messages.ts";
import {
  BASELINE_RECORD,
  Bench,
  memoryAnswers,
  NOT_RECEIVED,
  play,
  RECEIVED,
  record,
  reply,
  SERIAL,
  settingsWith,
  TCP,
  TRANSACTION,
} from "./support.ts";

const BASELINE_VOUCHER = [100, BASELINE_RECORD] as const;
const ANSWERS = memoryAnswers([BASELINE_VOUCHER]);

function opened(settings: JsonObject = {}, link = SERIAL): Bench {
  const bench = new Bench(deviceMachine(settingsWith(settings)));
  bench.give({ kind: "opened", link });
  return bench;
}

function ready(settings: JsonObject = {}): Bench {
  const bench = opened(settings);
  play(bench, ANSWERS, 2_000);
  assert.equal(bench.all("ready").length, 1);
  return bench;
}

const ask = (bench: Bench, request: DeviceRequest) => bench.give({ kind: "asked", request });

describe("the handshake", () => {
  it("polls, asks who answers and what its memory ends with, and is ready", () => {
    const bench = ready();
    assert.deepEqual(bench.commands, [106, 114, 101]);
    assert.deepEqual(bench.all("identified"), [
      {
        kind: "identified",
        identity: { serialNumber: "SN-1", terminalId: "70012345", commerceCode: "597029" },
        model: "A920Pro",
      },
    ]);
    assert.deepEqual(bench.all("baseline"), [
      {
        kind: "baseline",
        baseline: { version: 1, movement: "getnet/100/597029/70012345/9/250340/MANUAL", operationId: 9 },
      },
    ]);
    assert.equal(bench.effects.at(-1)?.kind, "ready");
  });

  it("prints nothing", () => {
    for (const { command, fields } of ready().requests) {
      assert.equal(fields["PrintOnPos"], command === 106 ? undefined : false);
    }
  });

  it("leaves the terminal a rest between two questions", () => {
    const bench = opened();
    bench.elapse(250);
    bench.hear(RECEIVED);
    bench.hear(reply(106, 0));
    bench.elapse(249);
    assert.deepEqual(bench.commands, [106]);
    bench.elapse(1);
    assert.deepEqual(bench.commands, [106, 114]);
  });

  it("asks only what the technician wants asked", () => {
    const bench = opened({ identity: false, baseline: false });
    play(bench, ANSWERS, 1_000);
    assert.deepEqual(bench.commands, [106]);
    assert.deepEqual([bench.all("identified"), bench.all("baseline"), bench.all("ready").length], [[], [], 1]);
  });

  it("asks nothing where the terminal closes the link after each reply", () => {
    const bench = opened({ closesAfterReply: true }, TCP);
    assert.deepEqual([bench.all("ready").length, bench.commands], [1, []]);
  });

  for (const [what, answer] of [
    ["refuses", [NOT_RECEIVED]],
    ["cannot read", [RECEIVED, reply(0, 0, {}, "Mensaje mal formado")]],
    ["answers with an error", [RECEIVED, reply(114, 9)]],
  ] as const) {
    it(`does without who answers, when the terminal ${what} the question`, () => {
      const bench = opened();
      play(bench, memoryAnswers([BASELINE_VOUCHER], { 114: answer }), 2_000);
      const identity = { terminalId: "70012345", commerceCode: "597029" };
      assert.deepEqual(bench.all("identified"), [{ kind: "identified", identity }]);
      assert.deepEqual(bench.commands, [106, 114, 101]);
    });
  }

  it("polls again before it goes on without an answer, which may still come", () => {
    const bench = opened();
    play(bench, memoryAnswers([BASELINE_VOUCHER], { 114: undefined }), 62_000);
    assert.deepEqual(bench.commands, [106, 114, 106, 101]);
    assert.equal(bench.all("ready").length, 1);
  });

  it("drops the link of a terminal that does not answer the poll", () => {
    for (const answer of [undefined, [NOT_RECEIVED], [reply(0, 0, {}, "Mensaje mal formado")]]) {
      const bench = opened();
      play(bench, memoryAnswers([], { 106: answer }), 12_000);
      assert.deepEqual([bench.all("ready").length, bench.all("dropLink").length], [0, 1]);
    }
    const later = opened();
    let polls = 0;
    play(later, (command) => (command === 106 && ++polls === 1 ? ANSWERS(106) : undefined), 120_000);
    assert.deepEqual([later.all("ready").length, later.all("dropLink").length], [0, 1]);
  });

  it("knows that the terminal has no voucher, and does not take silence for that", () => {
    const empty = opened();
    play(empty, memoryAnswers([]), 2_000);
    assert.deepEqual(empty.all("baseline"), [{ kind: "baseline", baseline: { version: 1, movement: null } }]);
    for (const answer of [undefined, [NOT_RECEIVED], [reply(0, 0, {}, "Error")], [reply(100, 0, {})]]) {
      const bench = opened();
      play(bench, memoryAnswers([], { 101: answer }), 65_000);
      assert.deepEqual([bench.all("baseline"), bench.all("ready").length], [[], 1]);
    }
  });

  it("survives garbage and strange messages", () => {
    const bench = opened();
    const noise: readonly GetnetMessage[] = [
      RECEIVED,
      NOT_RECEIVED,
      { kind: "other", content: {} },
      { kind: "intermediate", code: 78, text: "" },
      reply(105, 0),
    ];
    for (const message of noise) bench.hear(message);
    bench.give({ kind: "garbled", why: "wrong Sign", length: 12 });
    play(bench, ANSWERS, 2_000);
    assert.equal(bench.all("ready").length, 1);
  });
});

describe("asked while idle", () => {
  it("the probe is a poll", () => {
    const bench = ready();
    ask(bench, { kind: "probe" });
    assert.equal(bench.commands.at(-1), 106);
    bench.hear(RECEIVED);
    bench.hear(reply(106, 0, { Connected: true }));
    assert.deepEqual(bench.all("reply"), [{ kind: "reply", reply: { kind: "answered", data: { Connected: true } } }]);
  });

  for (const [report, params, command, fields] of [
    ["totals", {}, 104, { PrintOnPos: false }],
    ["details", { print: true }, 105, { PrintOnPos: true }],
    ["salesBySeller", { employee: "7" }, 110, { EmployeeId: 7, PrintOnPos: false }],
    ["tips", {}, 111, { EmployeeId: 1, PrintOnPos: false }],
    ["parameters", {}, 114, { PrintOnPos: false }],
    ["sim", {}, 115, { PrintOnPos: false }],
    ["lastVoucher", {}, 101, { PrintOnPos: false }],
  ] as const) {
    it(`the report ${report} is ${command}`, () => {
      const bench = ready();
      ask(bench, { kind: "report", report, params });
      const { DateTime: _when, ...sent } = bench.requests.at(-1)?.fields ?? {};
      assert.deepEqual([bench.commands.at(-1), sent], [command, fields]);
      bench.hear(RECEIVED);
      bench.hear(reply(command === 101 ? 102 : command, 0, { Some: "thing" }));
      assert.deepEqual(bench.all("reply"), [{ kind: "reply", reply: { kind: "answered", data: { Some: "thing" } } }]);
    });
  }

  for (const [name, params, command, fields] of [
    ["setNormalMode", {}, 107, {}],
    ["defaultSaleType", { saleType: "invoiceAffects" }, 113, { SaleType: 2 }],
  ] as const) {
    it(`the function ${name} is ${command}`, () => {
      const bench = ready();
      ask(bench, { kind: "function", name, params });
      const { DateTime: _when, ...sent } = bench.requests.at(-1)?.fields ?? {};
      assert.deepEqual([bench.commands.at(-1), sent], [command, fields]);
    });
  }

  for (const request of [
    { kind: "pair" },
    { kind: "report", report: "weather", params: {} },
    { kind: "report", report: "tips", params: { employee: "x" } },
    { kind: "function", name: "dance", params: {} },
    { kind: "function", name: "defaultSaleType", params: { saleType: "7" } },
  ] as const) {
    it(`${JSON.stringify(request)} is refused with a reason`, () => {
      const bench = ready();
      const before = bench.commands.length;
      ask(bench, request);
      assert.equal(bench.all("reply")[0]?.reply.kind, "refused");
      assert.equal(bench.commands.length, before);
    });
  }

  it("answers one question at a time", () => {
    const bench = ready();
    ask(bench, { kind: "probe" });
    ask(bench, { kind: "probe" });
    assert.deepEqual(
      bench.all("reply").map(({ reply: told }) => told.kind),
      ["refused"],
    );
  });

  for (const [what, message] of [
    ["an error", reply(104, 9, {}, "Ocupado")],
    ["FunctionCode 0", reply(0, 0, {}, "Mensaje mal formado")],
    ["Received: false", NOT_RECEIVED],
  ] as const) {
    it(`${what} is a refusal`, () => {
      const bench = ready();
      ask(bench, { kind: "report", report: "totals", params: {} });
      bench.hear(message);
      assert.equal(bench.all("reply")[0]?.reply.kind, "refused");
    });
  }

  it("says when nothing comes", () => {
    const bench = ready();
    ask(bench, { kind: "report", report: "totals", params: {} });
    bench.elapse(59_999);
    assert.deepEqual(bench.all("reply"), []);
    bench.elapse(1);
    assert.equal(bench.all("reply")[0]?.reply.kind, "noAnswer");
  });
});

describe("a word that comes when nobody waits any more", () => {
  const lateIn = (message: GetnetMessage, settings: JsonObject = {}) => {
    const bench = ready(settings);
    bench.hear(message);
    return bench.all("late");
  };

  it("is evidence for the sale with its ticket", () => {
    const [late, ...more] = lateIn(reply(100, 0, record({ Tip: 100 })));
    assert(late?.verdict.kind === "approved");
    assert.deepEqual(
      [late.ticket, late.movement, more],
      [TRANSACTION, `getnet/100/597029/70012345/18/250360/${TRANSACTION}`, []],
    );
    assert.deepEqual(late.verdict.amounts, {
      approved: { value: 12_600, currency: "CLP" },
      tip: { value: 100, currency: "CLP" },
    });
  });

  it("may be a refusal", () => {
    const [late] = lateIn(reply(100, 5, { Ticket: TRANSACTION }));
    assert.deepEqual([late?.ticket, late?.verdict.kind], [TRANSACTION, "declined"]);
  });

  it("is found by what was dispatched for voids and refunds", () => {
    assert.equal(lateIn(reply(102, 0, { OperationId: 17, Success: true }))[0]?.ticket, "void 17");
    assert.equal(lateIn(reply(108, 0, { AuthorizationCode: "250349", Success: true }))[0]?.ticket, "refund 250349");
  });

  for (const [what, message] of [
    ["it names nothing", reply(100, 5)],
    ["it has no ResponseCode", { kind: "reply", functionCode: 100, text: "", fields: record() }],
    ["it is about no payment", reply(104, 0, { TxCount: 1 })],
    ["it says that it failed", reply(102, 0, { OperationId: 17, Success: false })],
    ["it refuses a void, which may have been refused before", reply(102, 5, { OperationId: 17 })],
  ] as const) {
    it(`is none when ${what}`, () => assert.deepEqual(lateIn(message), []));
  }

  it("is heard while a report is asked, and does not answer it", () => {
    const bench = ready();
    ask(bench, { kind: "report", report: "totals", params: {} });
    bench.hear(reply(100, 0, record()));
    assert.deepEqual([bench.all("late").length, bench.all("reply")], [1, []]);
  });

  it("is acknowledged", () => {
    const bench = ready();
    const before = bench.acknowledgements;
    bench.hear(reply(100, 0, record()));
    assert.equal(bench.acknowledgements, before + 1);
  });
});
