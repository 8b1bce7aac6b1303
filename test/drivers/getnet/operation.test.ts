import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Order } from "../../../src/drivers/driver.ts";
import type { GetnetMessage } from "../../../src/drivers/getnet/messages.ts";
import { operationMachine } from "../../../src/drivers/getnet/operation.ts";
import {
  Bench,
  CLOSE,
  NOT_RECEIVED,
  ORIGINAL,
  orderOf,
  RECEIVED,
  record,
  REFUND,
  REFUND_ORDER,
  reply,
  REPRINT,
  SALE,
  SALE_ORDER,
  SERIAL,
  settingsWith,
  TCP,
  TRANSACTION,
  VOID,
  VOID_ORDER,
} from "./support.ts";

const CLOSE_ORDER = orderOf(CLOSE);

/** An operation whose request has left and was received. */
function started(order: Order, settings: JsonObject = {}, link = SERIAL): Bench {
  const bench = new Bench(operationMachine(order, settingsWith(settings)));
  bench.give({ kind: "opened", link });
  return bench;
}

function received(order: Order, settings: JsonObject = {}, link = SERIAL): Bench {
  const bench = started(order, settings, link);
  bench.hear(RECEIVED);
  return bench;
}

const intermediate = (code: number, text = ""): GetnetMessage => ({ kind: "intermediate", code, text });

const VOID_REPLY = {
  CommerceCode: 597029,
  TerminalId: "70012345",
  AuthorizationCode: "250349",
  OperationId: 17,
  Success: true,
};
const REFUND_REPLY = { ...VOID_REPLY, OperationId: 31, DateTime: "2026-01-02 03:04:05" };

function assertDoubt(bench: Bench, since: string, alarm?: string): void {
  const [doubt, ...more] = bench.all("doubt");
  assert.deepEqual([doubt?.since, doubt?.alarm], [since, alarm]);
  assert.deepEqual([more, bench.settled, bench.ended], [[], undefined, true]);
}

function assertGoesOn(bench: Bench): void {
  assert.deepEqual([bench.ended, bench.settled, bench.all("doubt")], [false, undefined, []]);
}

describe("the request of", () => {
  const requestOf = (order: Order, settings: JsonObject = {}) => {
    const [sent] = started(order, settings).all("send");
    assert(sent?.message.kind === "request");
    const { DateTime, ...fields } = sent.message.fields;
    assert.equal(DateTime, "2026-01-02T03:04:05.000Z");
    return { command: sent.message.command, fields, commits: sent.commits };
  };

  it("a sale is 100 with our ticket", () => {
    assert.deepEqual(requestOf(SALE_ORDER), {
      command: 100,
      fields: {
        Amount: 12_500,
        TicketNumber: TRANSACTION,
        PrintOnPos: true,
        SaleType: 0,
        SendMessage: true,
        EmployeeId: 1,
      },
      commits: { what: "request", ticket: TRANSACTION, references: { ticket: TRANSACTION } },
    });
  });

  it("a sale takes what the POS and the technician chose", () => {
    const options = { print: false, employee: "12", saleType: "saleExempted" };
    const { fields, commits } = requestOf(orderOf({ ...SALE, options }), { ticketLength: 10, progress: false });
    assert.deepEqual(fields, {
      Amount: 12_500,
      TicketNumber: TRANSACTION.slice(10),
      PrintOnPos: false,
      SaleType: 3,
      SendMessage: false,
      EmployeeId: 12,
    });
    assert.deepEqual(commits, {
      what: "request",
      ticket: TRANSACTION.slice(10),
      references: { ticket: TRANSACTION.slice(10) },
    });
  });

  it("a void is 102 by the original's OperationId", () => {
    assert.deepEqual(requestOf(VOID_ORDER), {
      command: 102,
      fields: { OperationId: 17, PrintOnPos: true },
      commits: { what: "request", ticket: "void 17" },
    });
  });

  it("a refund is 108 by the original's AuthorizationCode, for what was approved", () => {
    assert.deepEqual(requestOf(REFUND_ORDER), {
      command: 108,
      fields: { AuthorizationCode: "250349", Amount: 12_500, PrintOnPos: true },
      commits: { what: "request", ticket: "refund 250349" },
    });
  });

  it("a refund of a part is for that part", () => {
    const part = orderOf({ ...REFUND, amount: { value: 300, currency: "CLP" } }, { original: ORIGINAL });
    assert.equal(requestOf(part).fields["Amount"], 300);
  });

  it("a reconciliation is 103", () => {
    assert.deepEqual(requestOf(CLOSE_ORDER), {
      command: 103,
      fields: { PrintOnPos: true },
      commits: { what: "request", ticket: TRANSACTION },
    });
  });

  it("a reprint commits nothing, and is of the last voucher where no original is named", () => {
    assert.deepEqual(requestOf(orderOf(REPRINT)), { command: 101, fields: { PrintOnPos: true }, commits: undefined });
    assert.deepEqual(requestOf(orderOf(REPRINT, { original: ORIGINAL })), {
      command: 109,
      fields: { OperationId: 17, PrintOnPos: true },
      commits: undefined,
    });
  });

  for (const [what, order] of [
    ["a void whose original has no OperationId", orderOf(VOID, { original: { terminalReferences: {} } })],
    ["a void of a part", orderOf({ ...VOID, amount: { value: 12_499, currency: "CLP" } }, { original: ORIGINAL })],
    ["a refund without AuthorizationCode", orderOf(REFUND, { original: { ...ORIGINAL, terminalReferences: {} } })],
    ["a void of a refund", orderOf(VOID, { original: { ...ORIGINAL, type: "refund" } })],
    ["a void without its original", orderOf(VOID)],
  ] as const) {
    it(`${what} never leaves`, () => {
      const bench = started(order);
      assert.deepEqual(bench.all("send"), []);
      assert.deepEqual([bench.settled, bench.ended], [{ kind: "notPerformed", reason: "unsupported" }, true]);
    });
  }

  it("an operation that has not left ends notPerformed when the link goes", () => {
    const bench = new Bench(operationMachine(SALE_ORDER, settingsWith()));
    bench.give({ kind: "linkLost", loss: "failed" });
    assert.deepEqual(bench.settled, { kind: "notPerformed", reason: "notSent" });
  });
});

describe("a sale is approved", () => {
  it("with everything that the terminal tells, and its movement", () => {
    const bench = received(SALE_ORDER);
    bench.hear(reply(100, 0, record()));
    assert.deepEqual(bench.all("settle"), [
      {
        kind: "settle",
        verdict: {
          kind: "approved",
          partial: false,
          captured: true,
          final: true,
          vendor: { code: "0", text: "Aprobado" },
          terminalReferences: {
            ticket: TRANSACTION,
            operationId: "18",
            authorizationCode: "250360",
            commerceCode: "597029",
            terminalId: "70012345",
          },
          amounts: {
            asked: { value: 12_500, currency: "CLP" },
            approved: { value: 12_500, currency: "CLP" },
          },
          card: { brand: "visa", last4: "0042" },
          approvalCode: "250360",
        },
        movement: `getnet/100/597029/70012345/18/250360/${TRANSACTION}`,
      },
    ]);
  });

  it("durably before it is acknowledged, and then the terminal is free", () => {
    const bench = received(SALE_ORDER);
    const effects = bench.hear(reply(100, 0, record()));
    assert.deepEqual(
      effects.map(({ kind }) => kind),
      ["settle", "send", "done"],
    );
  });

  it("although the acknowledgement of the request got lost", () => {
    const bench = started(SALE_ORDER);
    bench.hear(reply(100, 0, record()));
    assert.equal(bench.settled?.kind, "approved");
  });

  for (const [what, includes, fields, approved] of [
    ["on top of the Amount", false, { Amount: 12_500, Tip: 1_000, Cashback: 500 }, 14_000],
    ["within the Amount", true, { Amount: 14_000, Tip: 1_000, Cashback: 500 }, 14_000],
  ] as const) {
    it(`with the tip and cashback that the customer added, ${what}`, () => {
      const bench = received(SALE_ORDER, { amountIncludesTip: includes });
      bench.hear(reply(100, 0, record(fields)));
      assert(bench.settled?.kind === "approved");
      assert.deepEqual(bench.settled.amounts, {
        asked: { value: 12_500, currency: "CLP" },
        approved: { value: approved, currency: "CLP" },
        tip: { value: 1_000, currency: "CLP" },
        cashback: { value: 500, currency: "CLP" },
      });
    });
  }
});

describe("an approval is doubted, with an alarm,", () => {
  for (const [what, order, message, settings] of [
    ["of another ticket", SALE_ORDER, reply(100, 0, record({ Ticket: "OTHER" })), {}],
    ["of no ticket", SALE_ORDER, reply(100, 0, record({ Ticket: null })), {}],
    ["for more", SALE_ORDER, reply(100, 0, record({ Amount: 12_501 })), {}],
    ["for less", SALE_ORDER, reply(100, 0, record({ Amount: 12_499 })), {}],
    ["for no amount", SALE_ORDER, reply(100, 0, record({ Amount: null })), {}],
    ["for an amount in text", SALE_ORDER, reply(100, 0, record({ Amount: "12500" })), {}],
    ["with a tip that is no amount", SALE_ORDER, reply(100, 0, record({ Tip: -1 })), {}],
    [
      "with a tip that should be in the Amount",
      SALE_ORDER,
      reply(100, 0, record({ Tip: 9 })),
      { amountIncludesTip: true },
    ],
    ["that says canceled", SALE_ORDER, reply(100, 0, record(), "Operación Cancelada"), {}],
    ["that says not successful", SALE_ORDER, reply(100, 0, record({ Success: false })), {}],
    ["of a void of another operation", VOID_ORDER, reply(102, 0, { ...VOID_REPLY, OperationId: 18 }), {}],
    ["of a void of no operation", VOID_ORDER, reply(102, 0, { Success: true }), {}],
    ["of a void that failed", VOID_ORDER, reply(102, 0, { ...VOID_REPLY, Success: false }), {}],
    ["of a void for another amount", VOID_ORDER, reply(102, 0, { ...VOID_REPLY, Amount: 1 }), {}],
    ["of a refund of another sale", REFUND_ORDER, reply(108, 0, { ...REFUND_REPLY, AuthorizationCode: "1" }), {}],
    ["of a refund for another amount", REFUND_ORDER, reply(108, 0, { ...REFUND_REPLY, Amount: 12_501 }), {}],
    ["of a close that failed", CLOSE_ORDER, reply(103, 0, { Success: false }), {}],
  ] as const) {
    it(what, () => {
      const bench = received(order, settings);
      bench.hear(message);
      assertDoubt(bench, "contradiction", "resultNotBelieved");
      assert.equal(bench.acknowledgements, 1);
    });
  }
});

describe("voids, refunds and reconciliations", () => {
  it("are approved for what was asked, since their replies carry no amount", () => {
    const whole = { value: 12_500, currency: "CLP" };
    for (const [order, message, movement] of [
      [VOID_ORDER, reply(102, 0, VOID_REPLY), "getnet/102/597029/70012345/17/250349/-"],
      [REFUND_ORDER, reply(108, 0, REFUND_REPLY), "getnet/108/597029/70012345/31/250349/-"],
    ] as const) {
      const bench = received(order);
      bench.hear(message);
      assert(bench.settled?.kind === "approved");
      assert.deepEqual(bench.settled.amounts, { asked: whole, approved: whole });
      assert.equal(bench.all("settle")[0]?.movement, movement);
    }
  });

  it("are believed without their original where the terminal is known not to tell it", () => {
    for (const [order, message] of [
      [VOID_ORDER, reply(102, 0, { ...VOID_REPLY, OperationId: 31 })],
      [REFUND_ORDER, reply(108, 0, { ...REFUND_REPLY, AuthorizationCode: "250399" })],
    ] as const) {
      const bench = received(order, { referencesEchoed: false });
      bench.hear(message);
      assert.equal(bench.settled?.kind, "approved");
    }
  });

  it("a reconciliation moves nothing of its own", () => {
    const bench = received(CLOSE_ORDER);
    bench.hear(reply(103, 0, { CommerceCode: 597029, TerminalId: "70012345", Success: true }));
    const [settle] = bench.all("settle");
    assert(settle?.verdict.kind === "approved");
    assert.deepEqual([settle.verdict.amounts, settle.movement], [undefined, undefined]);
  });

  it("are never canceled at the terminal", () => {
    for (const order of [VOID_ORDER, REFUND_ORDER, CLOSE_ORDER]) {
      const bench = received(order);
      bench.elapse(1_000);
      bench.give({ kind: "cancelAsked" });
      assertGoesOn(bench);
      bench.give({ kind: "deadline" });
      assertDoubt(bench, "timeout");
      assert.equal(bench.commands.length, 1);
    }
  });
});

describe("a refusal", () => {
  it("is a decline with the vendor's words", () => {
    const bench = received(SALE_ORDER);
    bench.hear(reply(100, 5, {}, "Transaccion rechazada"));
    const vendor = { code: "5", text: "Transaccion rechazada" };
    assert.deepEqual(bench.settled, { kind: "declined", reason: "other", vendor });
    assert.equal(bench.acknowledgements, 1);
  });

  for (const text of ["Operacion Cancelada", "OPERACIÓN CANCELADA"]) {
    it(`is the operator's cancel when it says ${text}`, () => {
      const bench = received(SALE_ORDER);
      bench.hear(reply(100, 1, {}, text));
      assert.deepEqual(bench.settled, { kind: "canceled", by: "operator", vendor: { code: "1", text } });
    });
  }

  it("is a cancel when the terminal showed it on the way", () => {
    const bench = received(SALE_ORDER);
    bench.hear(intermediate(99, "Operacion Cancelada"));
    assertGoesOn(bench);
    bench.hear(reply(100, 1, {}, "Rechazada"));
    assert.equal(bench.settled?.kind, "canceled");
  });

  it("1006 means that the customer did nothing", () => {
    const bench = received(SALE_ORDER);
    bench.hear(reply(100, 1006, {}, "Tiempo de espera excedido"));
    assert(bench.settled?.kind === "canceled");
    assert.equal(bench.settled.by, "terminalTimeout");
  });

  it("of another ticket is in doubt, with an alarm", () => {
    const bench = received(SALE_ORDER);
    bench.hear(reply(100, 5, { Ticket: "OTHER" }));
    assertDoubt(bench, "contradiction", "resultNotBelieved");
  });

  it("that names nothing is not believed before the terminal received the request", () => {
    const bench = started(SALE_ORDER);
    bench.hear(reply(100, 5));
    assertDoubt(bench, "contradiction");
    const named = started(SALE_ORDER);
    named.hear(reply(100, 5, { Ticket: TRANSACTION }));
    assert.equal(named.settled?.kind, "declined");
  });
});

describe("Received: false", () => {
  it("refuses the request, where the terminal says nothing else within the time of an acknowledgement", () => {
    const bench = started(SALE_ORDER);
    bench.hear(NOT_RECEIVED);
    bench.elapse(2_999);
    assertGoesOn(bench);
    bench.elapse(1);
    assert(bench.settled?.kind === "notPerformed");
    assert.equal(bench.settled.reason, "refused");
    assert.equal(bench.ended, true);
  });

  for (const [what, after] of [
    ["it received the request", RECEIVED],
    ["it works on it", intermediate(78)],
  ] as const) {
    it(`was about an acknowledgement that arrived damaged, where the terminal then says that ${what}`, () => {
      const bench = started(SALE_ORDER);
      bench.hear(NOT_RECEIVED);
      bench.hear(after);
      bench.elapse(10_000);
      assertGoesOn(bench);
      bench.hear(RECEIVED);
      bench.hear(reply(100, 0, record()));
      assert.equal(bench.settled?.kind, "approved");
    });
  }

  it("is followed by no cancel, which the terminal could take for the next customer's", () => {
    const bench = started(SALE_ORDER);
    bench.hear(NOT_RECEIVED);
    bench.elapse(1_000);
    bench.give({ kind: "cancelAsked" });
    bench.elapse(10_000);
    assert.equal(bench.requests.length, 1);
    assert.equal(bench.settled?.kind, "notPerformed");
  });

  it("and then no link: nobody knows", () => {
    const bench = started(SALE_ORDER);
    bench.hear(NOT_RECEIVED);
    bench.give({ kind: "linkLost", loss: "failed" });
    assertDoubt(bench, "linkLost");
  });

  for (const [what, before] of [
    ["the request was received", (bench: Bench) => bench.hear(RECEIVED)],
    ["the terminal works on it", (bench: Bench) => bench.hear(intermediate(78))],
    [
      "a cancel was sent",
      (bench: Bench) => {
        bench.elapse(1_000);
        bench.give({ kind: "cancelAsked" });
      },
    ],
  ] as const) {
    it(`says nothing about the request once ${what}`, () => {
      const bench = started(SALE_ORDER);
      before(bench);
      bench.hear(NOT_RECEIVED);
      assertGoesOn(bench);
    });
  }

  it("missing altogether proves nothing", () => {
    const bench = started(SALE_ORDER);
    bench.elapse(120_000);
    assertGoesOn(bench);
  });
});

describe("FunctionCode 0", () => {
  it("is a refusal when the terminal could not read the request", () => {
    for (const text of ["Mensaje mal formado", "MENSAJE MAL FORMADO."]) {
      const bench = received(SALE_ORDER);
      bench.hear(reply(0, 0, {}, text));
      bench.elapse(3_000);
      assert(bench.settled?.kind === "notPerformed");
      assert.equal(bench.settled.reason, "refused");
    }
  });

  it("with any other text is in doubt", () => {
    for (const text of ["Error durante el procesamiento", "", "Aprobado"]) {
      const bench = received(SALE_ORDER);
      bench.hear(reply(0, 0, record(), text));
      assertDoubt(bench, "terminal");
    }
  });

  it("is in doubt once the terminal works on the request", () => {
    const bench = received(SALE_ORDER);
    bench.hear(intermediate(78));
    bench.hear(reply(0, 0, {}, "Mensaje mal formado"));
    assertDoubt(bench, "terminal");
  });

  it("may be about the cancel, once there was one", () => {
    const bench = received(SALE_ORDER);
    bench.elapse(1_000);
    bench.give({ kind: "cancelAsked" });
    bench.hear(reply(0, 0, {}, "Mensaje mal formado"));
    assertGoesOn(bench);
  });
});

describe("what cannot be believed starts the recovery:", () => {
  for (const [what, message] of [
    ["another command's reply", reply(101, 0, record())],
    ["a poll's reply", reply(106, 0, { Connected: true })],
    ["a void's reply to a sale", reply(102, 0, VOID_REPLY)],
    ["a reply without ResponseCode", { kind: "reply", functionCode: 100, text: "", fields: record() }],
    ["a request", { kind: "request", command: 100, fields: {} }],
    ["something else that is signed", { kind: "other", content: {} }],
  ] as const) {
    it(what, () => {
      const bench = received(SALE_ORDER);
      bench.hear(message);
      assertDoubt(bench, "contradiction");
    });
  }

  it("a wrong Sign", () => {
    const bench = received(SALE_ORDER);
    bench.give({ kind: "garbled", why: "wrong Sign", length: 300 });
    assertDoubt(bench, "contradiction");
  });

  it("the end of the stream before the reply", () => {
    for (const loss of ["ended", "failed"] as const) {
      const bench = received(SALE_ORDER, {}, TCP);
      bench.give({ kind: "linkLost", loss });
      assertDoubt(bench, "linkLost");
    }
  });
});

describe("progress", () => {
  it("is told with and without FunctionCode 112, and acknowledged", () => {
    const bench = received(SALE_ORDER);
    for (const [code, stage] of [
      [78, "presentCard"],
      [79, "confirmAmount"],
      [80, "selectInstallments"],
      [81, "enterPin"],
      [82, "contactingHost"],
      [83, "enterTip"],
      [84, "other"],
      [85, "other"],
    ] as const) {
      bench.hear({
        kind: "intermediate",
        code,
        text: `text ${code}`,
        ...(code % 2 === 0 ? { functionCode: 112 } : {}),
      });
      assert.deepEqual(bench.all("progress").at(-1), { kind: "progress", stage, text: `text ${code}` });
    }
    assert.equal(bench.acknowledgements, 8);
    assertGoesOn(bench);
  });
});

describe("acknowledgements", () => {
  for (const [link, settings, expected] of [
    [SERIAL, {}, 2],
    ["usb 1-1 #1", {}, 2],
    [TCP, {}, 0],
    [TCP, { ackOnTcp: true }, 2],
  ] as const) {
    it(`over ${link} ${JSON.stringify(settings)}: ${expected} for two messages`, () => {
      const bench = received(SALE_ORDER, settings, link);
      bench.hear(intermediate(78));
      bench.hear(reply(100, 0, record()));
      assert.equal(bench.acknowledgements, expected);
    });
  }
});

describe("a cancel", () => {
  const cancelable = (): Bench => {
    const bench = received(SALE_ORDER);
    bench.elapse(1_000);
    return bench;
  };

  it("is asked of the terminal once, however often the POS asks", () => {
    const bench = cancelable();
    bench.give({ kind: "cancelAsked" });
    bench.give({ kind: "cancelAsked" });
    bench.elapse(5_000);
    assert.deepEqual(bench.commands, [100, 116]);
  });

  it("leaves the terminal its rest after the request", () => {
    const bench = received(SALE_ORDER);
    bench.elapse(100);
    bench.give({ kind: "cancelAsked" });
    bench.elapse(149);
    assert.deepEqual(bench.commands, [100]);
    bench.elapse(1);
    assert.deepEqual(bench.commands, [100, 116]);
  });

  it("has answers of its own, which are not the sale's", () => {
    const bench = cancelable();
    bench.give({ kind: "cancelAsked" });
    for (const message of [RECEIVED, reply(116, 0), reply(116, 3, {}, "No hay venta")]) bench.hear(message);
    assertGoesOn(bench);
  });

  it("that worked is the POS's", () => {
    const bench = cancelable();
    bench.give({ kind: "cancelAsked" });
    bench.hear(RECEIVED);
    bench.hear(reply(100, 1, {}, "Operacion Cancelada"));
    assert(bench.settled?.kind === "canceled");
    assert.equal(bench.settled.by, "pos");
    assert.deepEqual(bench.all("done").length, 1);
  });

  it("loses against the result", () => {
    const bench = cancelable();
    bench.give({ kind: "cancelAsked" });
    bench.hear(RECEIVED);
    bench.hear(reply(100, 0, record()));
    assert.equal(bench.settled?.kind, "approved");
  });

  it("that is still to be answered takes the link with it: its answer must not reach the next sale", () => {
    const bench = cancelable();
    bench.give({ kind: "cancelAsked" });
    bench.hear(reply(100, 0, record()));
    assert.equal(bench.settled?.kind, "approved");
    assert.deepEqual([bench.all("done").length, bench.all("dropLink").length], [0, 1]);
  });

  it("at the deadline is ours; what does not answer in time is in doubt", () => {
    const bench = cancelable();
    bench.give({ kind: "deadline" });
    assert.deepEqual(bench.commands, [100, 116]);
    bench.elapse(9_999);
    assertGoesOn(bench);
    bench.elapse(1);
    assertDoubt(bench, "timeout");
  });

  it("at the deadline comes on top of the POS's, and its effect is nobody's wish", () => {
    const bench = cancelable();
    bench.give({ kind: "deadline" });
    bench.hear(RECEIVED);
    bench.hear(reply(100, 1, {}, "Operacion Cancelada"));
    assert(bench.settled?.kind === "canceled");
    assert.equal(bench.settled.by, "terminalTimeout");
    const both = cancelable();
    both.give({ kind: "cancelAsked" });
    both.give({ kind: "deadline" });
    both.elapse(1_000);
    assert.deepEqual(both.commands, [100, 116, 116]);
  });
});

describe("a reprint", () => {
  const reprinting = (order = orderOf(REPRINT)): Bench => started(order);

  it("ends with what was printed", () => {
    const last = reprinting();
    last.hear(reply(102, 0, record()));
    assert.equal(last.settled?.kind, "approved");
    const named = reprinting(orderOf(REPRINT, { original: ORIGINAL }));
    named.hear(reply(100, 0, record()));
    assertGoesOn(named);
    named.hear(reply(109, 0, record()));
    assert.equal(named.settled?.kind, "approved");
  });

  it("is refused by the terminal in each of its ways", () => {
    for (const message of [NOT_RECEIVED, reply(0, 0, {}, "Mensaje mal formado"), reply(101, 2, {}, "No existe")]) {
      const bench = reprinting();
      bench.hear(message);
      assert.match(bench.settled?.kind ?? "", /^(notPerformed|declined)$/);
    }
  });

  it("without an answer is over, and so is the link: the answer must not reach the next sale", () => {
    const bench = reprinting();
    bench.elapse(60_000);
    assert.deepEqual(bench.settled, { kind: "notPerformed", reason: "terminalBusy" });
    assert.equal(bench.all("dropLink").length, 1);
  });

  it("is never in doubt", () => {
    const bench = reprinting();
    bench.give({ kind: "garbled", why: "wrong Sign", length: 9 });
    bench.give({ kind: "linkLost", loss: "failed" });
    assert.deepEqual([bench.settled?.kind, bench.all("doubt")], ["notPerformed", []]);
  });
});

describe("an approval of another terminal than the one that was asked", () => {
  const order = { ...SALE_ORDER, identity: { serialNumber: "SN-1", terminalId: "0070012345" } };

  it("is not believed: the plug was put into it while the link stayed open", () => {
    const bench = received(order);
    bench.hear(reply(100, 0, record({ TerminalId: "70099999" })));
    assertDoubt(bench, "contradiction", "resultNotBelieved");
  });

  it("is one only by what both tell, and not by how many zeros stand in front", () => {
    for (const TerminalId of ["70012345", "0070012345"]) {
      const bench = received(order);
      bench.hear(reply(100, 0, record({ TerminalId })));
      assert.equal(bench.settled?.kind, "approved", TerminalId);
    }
  });
});
