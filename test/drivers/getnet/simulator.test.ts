import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "../../support/properties.ts";
import type { Json, JsonObject } from "../../../src/core/json.ts";
import { schemaFaults, withDefaults } from "../../../src/core/schema.ts";
import { getnetSimulator } from "../../../src/drivers/getnet/simulator.ts";
import { createTerminalBench, type Done, type TerminalBench } from "../../support/terminal-bench.ts";

/** Nothing takes time. */
const AT_ONCE = { gapMs: 0, customerMs: 0, stageMs: 0 };
const TICKET = "0A1B2C3D4E";

/** A request as a program of the vendor's sends it: made here, not with our encoder. */
function signed(inner: string): string {
  const sign = createHash("sha256").update(inner, "utf8").digest("hex").toUpperCase();
  return JSON.stringify({ JsonSerialized: inner, Sign: sign });
}

function command(number: number, fields: JsonObject = {}): string {
  return signed(JSON.stringify({ Command: number, ...fields, DateTime: "2026-01-02T03:04:05.000Z" }));
}

const sale = (fields: JsonObject = {}): string =>
  command(100, {
    Amount: 1250,
    TicketNumber: TICKET,
    PrintOnPos: false,
    SaleType: 0,
    SendMessage: false,
    EmployeeId: 1,
    ...fields,
  });

/** The inner message of what was written, with its Sign checked. */
function inner(text: string): JsonObject {
  const outer = JSON.parse(text) as { readonly JsonSerialized: string; readonly Sign: string };
  assert.equal(outer.Sign, createHash("sha256").update(outer.JsonSerialized, "utf8").digest("hex").toUpperCase());
  return JSON.parse(outer.JsonSerialized) as JsonObject;
}

const writes = (bench: TerminalBench): readonly string[] =>
  bench.done.flatMap((entry) => (entry.kind === "wrote" ? [entry.text] : []));
const movements = (bench: TerminalBench): readonly JsonObject[] =>
  bench.done.flatMap((entry) => (entry.kind === "moved" ? [entry.movement] : []));

/** What the dialogue looks like, in one line. */
function shape(done: readonly Done[]): string {
  return done
    .map((entry) => {
      if (entry.kind === "wrote") return shapeOfText(entry.text);
      if (entry.kind === "closed") return entry.how;
      return entry.kind === "moved" ? "money" : entry.kind;
    })
    .join(" ");
}

function shapeOfText(text: string): string {
  if (text === '{"Received":true}') return "ack";
  if (text === '{"Received":false}') return "nak";
  try {
    const { FunctionCode: code, MessageCode: stage, ResponseCode: response } = inner(text) as Record<string, number>;
    return stage === undefined ? `${code ?? "?"}:${response ?? "?"}` : `stage${stage}`;
  } catch {
    return "other";
  }
}

function given(scenario: JsonObject = {}, remembered?: Json): TerminalBench {
  const full = { ...AT_ONCE, ...scenario };
  assert.deepEqual(
    schemaFaults(getnetSimulator.scenarioSchema, withDefaults(getnetSimulator.scenarioSchema, full)),
    [],
  );
  return createTerminalBench(getnetSimulator, full, remembered);
}

/** A sale under one rule for all requests. */
function saleWith(...then: readonly JsonObject[]): TerminalBench {
  const bench = given({ rules: [{ when: { command: "sale" }, then }] });
  bench.send(sale());
  bench.elapse(600_000);
  return bench;
}

/** Asks and answers the last reply. */
function ask(bench: TerminalBench, text: string): JsonObject {
  bench.send(text);
  bench.elapse(60_000);
  return inner(writes(bench).at(-1) ?? "");
}

test("a poll is answered as in the golden vectors of the protocol's description", () => {
  const bench = given();

  bench.send(
    String.raw`{"JsonSerialized":"{\"Command\":106,\"DateTime\":\"2026-01-02T03:04:05.000Z\"}","Sign":"026F9282B5C4F42BD42F69260904484894F96AFE82A7F9FE7913F60D517F2397"}`,
  );

  assert.deepEqual(writes(bench), [
    '{"Received":true}',
    String.raw`{"JsonSerialized":"{\"FunctionCode\":106,\"ResponseCode\":0,\"ResponseMessage\":\"Aprobado\",\"Connected\":true}","Sign":"A0FAA8DF704B7B2E3D4EC6489642B4A435484C1861164A9F187F401FA472B9C0"}`,
  ]);
});

test("a sale takes its time, tells its stages with a gap before each, and has its money in the ledger before its reply", () => {
  const bench = createTerminalBench(getnetSimulator, {});

  bench.send(sale({ SendMessage: true }));
  bench.elapse(5_000);

  assert.deepEqual(
    bench.done.map((entry) => `${entry.atMs} ${shape([entry])}`),
    ["0 ack", "150 stage78", "650 stage81", "925 stage82", "1200 money", "1200 100:0"],
  );
  assert.deepEqual(inner(writes(bench)[1] ?? ""), {
    FunctionCode: 112,
    MessageCode: 78,
    MessageText: "Lectura de tarjetas",
  });
});

test("the reply of a sale is a whole record, and the ledger has the same", () => {
  const bench = given();

  const reply = ask(bench, sale({ EmployeeId: 7 }));

  assert.deepEqual(reply, {
    FunctionCode: 100,
    ResponseCode: 0,
    ResponseMessage: "Aprobado",
    CommerceCode: 597029,
    TerminalId: "70012345",
    Ticket: TICKET,
    AuthorizationCode: "250349",
    Amount: 1250,
    SharesNumber: 0,
    SharesAmount: 0,
    Last4Digits: "1881",
    OperationId: 1,
    CardType: "DB",
    AccountingDate: "2026-01-02 03:04:05",
    AccountNumber: "",
    CardBrand: "MC",
    RealDate: "2026-01-02 03:04:05",
    EmployeeId: 7,
    Tip: 0,
    SaleType: 0,
    PosMode: 0,
    Cashback: 0,
  });
  assert.deepEqual(movements(bench), [
    {
      at: "2026-01-02T03:04:05.000Z",
      kind: "sale",
      function: 100,
      ticket: TICKET,
      amount: 1250,
      tip: 0,
      cashback: 0,
      operationId: 1,
      authorizationCode: "250349",
      commerceCode: 597029,
      terminalId: "70012345",
    },
  ]);
});

test("stages come only where the request asks for them, with or without 112", () => {
  const dialogue = (stages: string, SendMessage: boolean): readonly string[] => {
    const bench = given({ stages });
    bench.send(sale({ SendMessage }));
    return writes(bench);
  };
  assert.equal(dialogue("with112", false).length, 2);
  assert.equal(dialogue("none", true).length, 2);
  const without = dialogue("without112", true);
  assert.equal(without.length, 5);
  assert.deepEqual(inner(without[1] ?? ""), { MessageCode: 78, MessageText: "Lectura de tarjetas" });
});

test("void, refund, close and the reports agree with each other", () => {
  const bench = given();
  ask(bench, sale({ TicketNumber: "A1", Amount: 1000 }));
  ask(bench, sale({ TicketNumber: "A2", Amount: 500 }));

  assert.equal(ask(bench, command(102, { OperationId: 1 }))["Success"], true);
  const last = ask(bench, command(101));
  assert.deepEqual(
    [last["FunctionCode"], last["OperationId"], last["Ticket"], last["Last4Digits"]],
    [102, 1, "A1", 1881],
  );
  assert.equal(ask(bench, command(102, { OperationId: 1 }))["ResponseCode"], 3);
  assert.equal(ask(bench, command(102, { OperationId: 99 }))["ResponseCode"], 2);

  const refund = ask(bench, command(108, { AuthorizationCode: "250350", Amount: 200 }));
  assert.deepEqual([refund["FunctionCode"], refund["OperationId"], refund["AuthorizationCode"]], [108, 3, "250350"]);
  assert.equal(ask(bench, command(108, { AuthorizationCode: "250350", Amount: 301 }))["ResponseCode"], 3);
  assert.equal(ask(bench, command(108, { AuthorizationCode: "250349", Amount: 1 }))["ResponseCode"], 2);

  const details = ask(bench, command(105))["SaleDetails"] as readonly JsonObject[];
  assert.deepEqual(
    details.map((record) => [record["FunctionCode"], record["Ticket"], record["Amount"]]),
    [
      [100, "A1", 1000],
      [100, "A2", 500],
      [102, "A1", 1000],
      [108, "A2", 200],
    ],
  );
  const totals = ask(bench, command(104));
  assert.deepEqual(
    [
      totals["TxCount"],
      totals["TxTotal"],
      totals["TotalDebitSales"],
      totals["TotalCreditSales"],
      totals["CountCancelDebit"],
      totals["TotalReturns"],
    ],
    [4, 300, 1000, 500, 1, 200],
  );
  assert.equal(ask(bench, command(109, { OperationId: 2 }))["Ticket"], "A2");
  const sales = ask(bench, command(110, { EmployeeId: 1 }))["SaleDetails"] as readonly JsonObject[];
  assert.deepEqual(
    sales.map((line) => line["Ticket"]),
    ["A1", "A2"],
  );
  assert.deepEqual(ask(bench, command(111, { EmployeeId: 1 }))["TipReport"], [
    { EmployeeId: 1, Tx: 2, Sales: 1500, Tips: 0 },
  ]);

  assert.equal(ask(bench, command(103))["Success"], true);
  assert.equal(ask(bench, command(101))["ResponseCode"], 2);
  assert.deepEqual(ask(bench, command(105))["SaleDetails"], []);
  assert.equal(ask(bench, command(108, { AuthorizationCode: "250350", Amount: 300 }))["ResponseCode"], 0);
  assert.deepEqual(
    movements(bench).map((movement) => [movement["kind"], movement["amount"]]),
    [
      ["sale", 1000],
      ["sale", 500],
      ["void", -1000],
      ["refund", -200],
      ["close", 0],
      ["refund", -300],
    ],
  );
});

test("the commands that move nothing answer with their fields", () => {
  const bench = given({ identity: { serialNumber: "A920-7" } });
  assert.equal(ask(bench, command(107))["ChangeToNormalMode"], true);
  assert.equal(ask(bench, command(113, { SaleType: 3 }))["SaleType"], 3);
  const parameters = ask(bench, command(114));
  assert.deepEqual(
    [parameters["Sn"], parameters["TerminalId"], Object.keys(parameters).length],
    ["A920-7", "70012345", 29],
  );
  assert.equal(Object.keys(ask(bench, command(115))).length, 24);
  assert.equal(ask(bench, command(116))["ResponseCode"], 3);
  assert.deepEqual(movements(bench), []);
});

test("requests without sense get an answer and move nothing", () => {
  const cases: readonly (readonly [text: string, answer: string])[] = [
    [signed('{"DateTime":"2026-01-02T03:04:05.000Z"}'), "ack 0:0"], // the vendor's Node SDK does so (getnet.md 4.3)
    [signed('{"Command":"100"}'), "ack 0:0"],
    [command(112), "ack 0:0"],
    [command(999), "ack 0:0"],
    [sale({ Amount: 12.5 }), "ack 0:0"],
    [sale({ Amount: -1 }), "ack 0:0"],
    [sale({ Amount: 0 }), "ack 0:0"],
    [sale({ TicketNumber: "a+b/c=" }), "ack 0:0"],
    [sale({ TicketNumber: "1234567890123456789012345" }), "ack 0:0"],
    [command(102, {}), "ack 0:0"],
    [sale().replace("1250", "1251"), "nak"],
    [signed("[]"), "nak"],
    [signed("nonsense"), "nak"],
    ['{"JsonSerialized":7}', "nak"],
    ["{}", "nak"],
    ['{"Received":true}', ""],
    ['{"Received":false}', ""],
    ["GET / HTTP/1.1\r\n\r\n", ""],
  ];
  for (const [text, answer] of cases) {
    const bench = given();
    bench.send(text);
    assert.equal(shape(bench.done), answer, text);
  }
});

test("how a bad Sign and a malformed request are answered can be chosen", () => {
  const other = given({ badSign: "error", malformed: "receivedFalse" });
  other.send(sale().replace("1250", "1251"));
  other.send(signed("{}"));
  assert.equal(shape(other.done), "ack 0:0 nak");
  assert.equal(inner(writes(other)[1] ?? "")["ResponseMessage"], "Mensaje mal formado");
});

test("each fault of a scenario shows on the wire, and in the ledger only where money moves", () => {
  const cases: readonly (readonly [reaction: JsonObject, dialogue: string])[] = [
    [{ kind: "silent" }, ""],
    [{ kind: "silent", from: "acknowledgement" }, "ack"],
    [{ kind: "silent", from: "money" }, "ack money"],
    [{ kind: "declines" }, "ack 100:5"],
    [{ kind: "declines", code: 1006, text: "Tiempo de espera excedido" }, "ack 100:1006"],
    [{ kind: "operatorCancels" }, "ack 100:1"],
    [{ kind: "operatorCancels", at: "pin" }, "ack 100:1"],
    [{ kind: "functionCode0" }, "ack 0:0"],
    [{ kind: "functionCode0", moved: true }, "ack money 0:0"],
    [{ kind: "receivedFalse" }, "nak"],
    [{ kind: "noReceived" }, "money 100:0"],
    [{ kind: "wrongSign" }, "ack money other"],
    [{ kind: "garbage", text: "\u0000%%" }, "other ack money 100:0"],
    [{ kind: "garbage", text: "\u0000%%", at: "between" }, "ack other money 100:0"],
    [{ kind: "replyTwice" }, "ack money 100:0 100:0"],
    [{ kind: "otherReply", command: "poll" }, "ack money 106:0 100:0"],
    [{ kind: "otherReply", command: "poll", instead: true }, "ack money 106:0"],
    [{ kind: "linkCut", at: "request" }, "cut money"],
    [{ kind: "linkCut", at: "request", command: "stops" }, "cut"],
    [{ kind: "linkCut", at: "card" }, "ack cut money"],
    [{ kind: "linkCut", at: "beforeMoney" }, "ack cut money"],
    [{ kind: "linkCut", at: "beforeMoney", command: "stops" }, "ack cut"],
    [{ kind: "linkCut", at: "afterMoney" }, "ack money cut"],
    [{ kind: "linkCut", at: "midReply" }, "ack money other cut"],
    [{ kind: "linkCut", at: "afterReply", how: "end" }, "ack money 100:0 end"],
    [{ kind: "restart", at: "beforeMoney" }, "ack cut"],
    [{ kind: "restart", at: "afterMoney" }, "ack money cut"],
    [{ kind: "restart", at: "afterReply" }, "ack money 100:0 cut"],
    [{ kind: "closeAfterReply" }, "ack money 100:0 end"],
  ];
  for (const [reaction, dialogue] of cases) {
    assert.equal(shape(saleWith(reaction).done), dialogue, JSON.stringify(reaction));
  }
});

test("a slow terminal is slow where it should be", () => {
  const times = (phase: string): readonly string[] =>
    saleWith({ kind: "slow", ms: 9_000, phase }).done.map((entry) => `${entry.atMs} ${shape([entry])}`);
  assert.deepEqual(times("acknowledgement"), ["9000 ack", "9000 money", "9000 100:0"]);
  assert.deepEqual(times("customer"), ["0 ack", "9000 money", "9000 100:0"]);
  assert.deepEqual(times("reply"), ["0 ack", "0 money", "9000 100:0"]);
});

test("glued, split and doubly encoded messages hold what they should", () => {
  const glued = writes(saleWith({ kind: "glued" }));
  assert.equal(glued.length, 1);
  assert.match(glued[0] ?? "", /^\{"Received":true\}\{"JsonSerialized":/);

  const split = writes(saleWith({ kind: "split", bytes: 7, gapMs: 5 }));
  assert.ok(split.every((piece) => piece.length <= 7));
  assert.match(split.join(""), /^\{"Received":true\}\{"JsonSerialized":.*"\}$/);

  const doubly = JSON.parse(writes(saleWith({ kind: "doublyEncoded" }))[1] ?? "") as {
    readonly JsonSerialized: string;
  };
  const once = JSON.parse(doubly.JsonSerialized) as string;
  assert.equal((JSON.parse(once) as JsonObject)["FunctionCode"], 100);
});

test("a reply that tells another ticket or amount leaves the voucher as it was, unless the voucher has it too", () => {
  const told = (reaction: JsonObject) => {
    const bench = saleWith(reaction);
    const reply = inner(writes(bench)[1] ?? "");
    const voucher = ask(bench, command(101));
    return [reply["Ticket"], reply["Amount"], voucher["Ticket"], voucher["Amount"], movements(bench)[0]?.["amount"]];
  };
  assert.deepEqual(told({ kind: "otherTicket", ticket: "XX" }), ["XX", 1250, TICKET, 1250, 1250]);
  assert.deepEqual(told({ kind: "otherTicket", ticket: "XX", where: "voucher" }), ["XX", 1250, "XX", 1250, 1250]);
  assert.deepEqual(told({ kind: "otherAmount", amount: 9 }), [TICKET, 9, TICKET, 1250, 1250]);
  assert.deepEqual(told({ kind: "otherAmount", amount: 9, where: "voucher" }), [TICKET, 9, TICKET, 9, 9]);
  assert.deepEqual(told({ kind: "tip", amount: 100 }), [TICKET, 1250, TICKET, 1250, 1350]);
  assert.deepEqual(told({ kind: "cashback", amount: 50 }), [TICKET, 1250, TICKET, 1250, 1300]);
});

test("rules choose by command, amount and count, and the first that matches counts", () => {
  const bench = given({
    rules: [
      { when: { command: "sale", nth: 2 }, then: [{ kind: "declines" }] },
      { when: { amount: 99 }, then: [{ kind: "declines", code: 7 }] },
      { when: { command: "poll" }, then: [{ kind: "silent" }] },
    ],
  });
  for (const text of [sale(), sale(), sale(), sale({ Amount: 99 }), command(106), command(104)]) bench.send(text);
  assert.equal(shape(bench.done), "ack money 100:0 ack 100:5 ack money 100:0 ack 100:7 ack 104:0");
});

test("while a sale runs other commands are turned away, a poll is answered", () => {
  const during = (scenario: JsonObject, text: string): string => {
    const bench = given({ customerMs: 1_000, ...scenario });
    bench.send(sale());
    bench.send(text);
    bench.elapse(2_000);
    return shape(bench.done);
  };
  assert.equal(during({}, sale()), "ack nak money 100:0");
  assert.equal(during({}, command(101)), "ack nak money 100:0");
  assert.equal(during({ whileBusy: "error" }, sale()), "ack ack 0:0 money 100:0");
  assert.equal(during({ whileBusy: "silent" }, sale()), "ack money 100:0");
  assert.equal(during({}, command(106)), "ack ack 106:0 money 100:0");
});

test("a cancel ends the sale until it has gone to the host, and not from there on", () => {
  const canceledAt = (atMs: number, scenario: JsonObject = {}) => {
    const bench = given({ gapMs: 10, customerMs: 1_000, stageMs: 500, ...scenario });
    bench.send(sale());
    bench.elapse(atMs);
    bench.send(command(116));
    bench.elapse(60_000);
    return bench;
  };
  const canceled = canceledAt(500);
  assert.equal(shape(canceled.done), "ack ack 116:0 100:1");
  assert.equal(inner(writes(canceled).at(-1) ?? "")["ResponseMessage"], "Operacion Cancelada");
  assert.equal(shape(canceledAt(500, { cancelReply: false }).done), "ack ack 100:1");
  assert.equal(shape(canceledAt(1_600).done), "ack ack 116:3 money 100:0");
  const rules = [{ when: { command: "cancelSale" }, then: [{ kind: "declines" }] }];
  assert.equal(shape(canceledAt(500, { rules }).done), "ack ack 116:3 money 100:0");
});

test("a lost connection does not stop the customer: the sale is done and its reply goes nowhere", () => {
  const bench = given({ customerMs: 1_000 });
  bench.send(sale());
  bench.give({ kind: "disconnected" });
  bench.give({ kind: "connected" });
  bench.elapse(2_000);
  assert.equal(shape(bench.done), "ack money");
  assert.equal(ask(bench, command(101))["Ticket"], TICKET);

  const stubborn = given({ customerMs: 1_000, repliesAfterReconnect: true });
  stubborn.send(sale());
  stubborn.give({ kind: "disconnected" });
  stubborn.give({ kind: "connected" });
  stubborn.elapse(2_000);
  assert.equal(shape(stubborn.done), "ack money 100:0");
});

test("half a message before a lost connection does not spoil the next one", () => {
  const bench = given();
  bench.send(sale().slice(0, 40));
  bench.give({ kind: "disconnected" });
  bench.give({ kind: "connected" });
  assert.equal(ask(bench, command(106))["Connected"], true);
});

test("a restart is off for its time, and remembers or forgets", () => {
  for (const [memory, responseCode] of [
    ["remembers", 0],
    ["forgets", 2],
  ] as const) {
    const then = [{ kind: "restart", at: "afterMoney", memory, offMs: 5_000 }];
    const bench = given({ rules: [{ when: { command: "sale", nth: 1 }, then }] });
    bench.send(sale());
    bench.give({ kind: "disconnected" });
    bench.give({ kind: "connected" });
    bench.send(command(106));
    assert.equal(shape(bench.done), "ack money cut end");
    bench.elapse(5_000);
    bench.give({ kind: "disconnected" });
    bench.give({ kind: "connected" });
    assert.equal(ask(bench, command(101))["ResponseCode"], responseCode, memory);
    assert.equal(ask(bench, sale())["ResponseCode"], 0);
  }
});

test("another process with the same memory goes on where the first one stopped", () => {
  const first = given();
  first.send(sale({ TicketNumber: "A1" }));

  const second = given({}, first.memory());

  assert.equal(ask(second, command(101))["Ticket"], "A1");
  assert.equal(ask(second, sale({ TicketNumber: "A2" }))["OperationId"], 2);
  assert.equal(ask(given({}, { version: 99 }), command(101))["ResponseCode"], 2);
});

test("a full batch takes no more sales until it is closed", () => {
  const bench = given({ batchLimit: 2 });
  for (const text of [sale(), sale(), sale(), command(102, { OperationId: 1 }), command(103), sale()]) bench.send(text);
  assert.equal(
    shape(bench.done),
    "ack money 100:0 ack money 100:0 ack 100:3 ack 102:3 ack money 103:0 ack money 100:0",
  );
});

test("no bytes make it throw", () => {
  const pieces = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .constantFrom(sale(), command(106), command(116), signed("{}"), "{", "}", '"', "{}")
      .map((text) => new TextEncoder().encode(text)),
    fc.json().map((text) => new TextEncoder().encode(signed(text))),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 20 }), (chunks) => {
      const bench = given({ customerMs: 10 });
      for (const bytes of chunks) {
        bench.give({ kind: "bytes", bytes });
        bench.elapse(3);
      }
      bench.elapse(1_000);
    }),
  );
});

test("how the bytes are chunked never matters", () => {
  const dialogue = sale() + command(101) + "noise" + command(105) + signed("{}") + "\r\n" + command(103);
  const whole = given();
  whole.send(dialogue);
  fc.assert(
    fc.property(fc.array(fc.nat(dialogue.length), { maxLength: 12 }), (cuts) => {
      const bench = given();
      const ends = [...new Set([...cuts, dialogue.length])].sort((one, other) => one - other);
      ends.reduce((start, end) => (bench.send(dialogue.slice(start, end)), end), 0);
      assert.deepEqual(bench.done, whole.done);
    }),
  );
});
