import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Order } from "../../../src/drivers/driver.ts";
import { operationMachine } from "../../../src/drivers/getnet-cloud/operation.ts";
import {
  ACCEPTED,
  Bench,
  finishedWith,
  ID,
  ORDERS,
  PENDING,
  REMEMBERED,
  replyOf,
  saleReply,
  settingsWith,
  TRANSACTION,
} from "./support.ts";

function opened(order: Order = ORDERS.sale, settings = settingsWith()): Bench {
  const bench = new Bench(operationMachine(order, settings));
  bench.give({ kind: "opened", link: "cloud #1" });
  return bench;
}

function taken(order: Order = ORDERS.sale, settings = settingsWith()): Bench {
  const bench = opened(order, settings);
  bench.answer("post", ACCEPTED);
  return bench;
}

function looked(bench: Bench): Bench {
  bench.elapse(1_000);
  return bench;
}

describe("one operation", () => {
  it("is posted once, with the ticket that it is found by", () => {
    const bench = opened();
    const [post] = bench.all("exchange");
    assert.deepEqual(post?.commits, {
      what: "request",
      ticket: TRANSACTION,
      references: { ticket: TRANSACTION, customId: TRANSACTION },
    });
    assert.deepEqual(bench.paths, ["sale"]);
  });

  it("its name is durable before it is looked at", () => {
    const bench = taken();
    assert.deepEqual(bench.all("remember"), [{ kind: "remember", data: REMEMBERED }]);
    assert.ok(bench.kinds.indexOf("remember") < bench.kinds.lastIndexOf("arm"));
    bench.elapse(1_000);
    assert.deepEqual(bench.all("exchange").at(-1)?.message, { kind: "look", idPosTxs: ID });
  });

  it("is looked at every second for a minute, then every two, and never while a look is open", () => {
    const bench = taken();
    for (let looks = 0; looks < 60; looks += 1) looked(bench).answer("result", PENDING);
    assert.equal(bench.all("exchange").length, 61);
    looked(bench);
    assert.equal(bench.isOpen("result"), false);
    looked(bench);
    assert.equal(bench.isOpen("result"), true);
    bench.elapse(60_000);
    assert.equal(bench.all("exchange").length, 62);
  });

  it("that is finished at once needs no look", () => {
    const bench = opened();
    bench.answer("post", finishedWith(saleReply()));
    assert.equal(bench.settled?.kind, "approved");
    assert.deepEqual(bench.all("remember").length, 1);
    assert.equal(bench.settled.terminalReferences?.["idPosTxs"], ID);
  });

  it("claims what moved, by the same name as on a cable", () => {
    const bench = looked(taken());
    bench.answer("result", finishedWith(saleReply()));
    assert.equal(bench.all("settle")[0]?.movement, `getnet/100/597029/70012345/12/250349/${TRANSACTION}`);
  });

  it("whose original names nothing is not posted", () => {
    for (const order of [ORDERS.void, ORDERS.refund]) {
      const bench = opened({ ...order, original: { type: "sale", terminalReferences: {} } });
      assert.deepEqual([bench.settled, bench.paths], [{ kind: "notPerformed", reason: "unsupported" }, []]);
    }
    const undated = { type: "sale", terminalReferences: { authorizationCode: "1" } } as const;
    assert.deepEqual(opened({ ...ORDERS.refund, original: undated }, settingsWith({ country: "AR" })).paths, []);
  });
});

describe("what the result means", () => {
  const judged = (reply: ReturnType<typeof saleReply> | undefined, settings = settingsWith()): Bench => {
    const bench = looked(taken(ORDERS.sale, settings));
    bench.answer("result", finishedWith(reply));
    return bench;
  };

  it("tip and cashback of the terminal come on top", () => {
    const verdict = judged(saleReply({ tip: 100 })).settled;
    assert(verdict?.kind === "approved");
    assert.equal(verdict.amounts?.approved.value, 1_350);
  });

  it("function 0 with code 0 is no approval", () => {
    const bench = judged(saleReply({ functionCode: 0, responseMessage: "Error durante el procesamiento" }));
    assert.equal(bench.all("doubt")[0]?.since, "terminal");
    const refused = judged(saleReply({ functionCode: 0, responseMessage: "Mensaje mal formado" })).settled;
    assert.deepEqual([refused?.kind, refused?.vendor?.text], ["notPerformed", "Mensaje mal formado"]);
  });

  it("1006 is the terminal's time-out, and nothing moved; where that is not believed it is a doubt", () => {
    const late = saleReply({ responseCode: 1006, responseMessage: "Tiempo de espera excedido" });
    assert.deepEqual(judged(late).settled, {
      kind: "canceled",
      by: "terminalTimeout",
      vendor: { code: "1006", text: "Tiempo de espera excedido" },
    });
    assert.equal(judged(late, settingsWith({ timeoutIsFinal: false })).all("doubt").length, 1);
  });

  for (const [what, changes, alarm] of [
    ["another ticket", { ticket: "ELSE" }, "resultNotBelieved"],
    ["another ticket with a refusal", { ticket: "ELSE", responseCode: 5 }, "resultNotBelieved"],
    ["no ticket", { ticket: "" }, "resultNotBelieved"],
    ["more than was asked", { amount: 1_251 }, "resultNotBelieved"],
    ["less than was asked", { amount: 1 }, "resultNotBelieved"],
    ["no amount", { amount: "1250" }, "resultNotBelieved"],
    ["approved and canceled at once", { responseMessage: "Operación Cancelada" }, "resultNotBelieved"],
    ["another function", { functionCode: 102 }, undefined],
    ["no function", { functionCode: "100" }, undefined],
    ["no code", { responseCode: "0" }, undefined],
  ] as const) {
    it(`${what} is a doubt`, () => {
      const [doubt] = judged(saleReply(changes)).all("doubt");
      assert.deepEqual([doubt?.since, doubt?.alarm], ["contradiction", alarm]);
    });
  }

  it("a void tells the original's operationId or nothing; another one is not believed", () => {
    for (const [changes, kind] of [
      [{ operationId: 12, success: true }, "approved"],
      [{}, "approved"],
      [{ operationId: 13 }, undefined],
      [{ operationId: 12, success: false }, undefined],
      [{ operationId: 12, responseCode: 3 }, "declined"],
    ] as const) {
      const bench = looked(taken(ORDERS.void));
      bench.answer("result", finishedWith(replyOf(102, changes)));
      assert.equal(bench.settled?.kind, kind, JSON.stringify(changes));
    }
    const bench = looked(taken(ORDERS.void, settingsWith({ referencesEchoed: false })));
    bench.answer("result", finishedWith(replyOf(102, { operationId: 13 })));
    assert.equal(bench.settled?.kind, "approved");
  });
});

describe("what the cloud makes of a request", () => {
  it("a refusal settles; a status that says nothing is in doubt", () => {
    for (const [status, kind] of [
      [400, "notPerformed"],
      [404, "notPerformed"],
      [408, undefined],
      [409, undefined],
      [418, undefined],
    ] as const) {
      const bench = opened(ORDERS.sale, settingsWith({ refusalStatuses: [400, 404, 408, 409] }));
      bench.answer("post", { kind: "refused", status, text: "no", idPosTxs: undefined });
      assert.equal(bench.settled?.kind, kind, String(status));
      assert.equal(bench.all("doubt").length, kind === undefined ? 1 : 0);
    }
  });

  it("a refused token settles, and the account hears of it", () => {
    const bench = opened();
    bench.answer("post", { kind: "accessRefused", text: "expired" });
    assert.deepEqual(bench.settled, {
      kind: "notPerformed",
      reason: "refused",
      vendor: { code: "HTTP 401", text: "expired" },
    });
    assert.deepEqual(bench.all("askAccount")[0]?.message, { kind: "accessLost", version: "a1" });
  });

  it("whatever else it answers is a doubt, and never a second post", () => {
    const doubts = [
      (bench: Bench) => bench.lose("post"),
      (bench: Bench) => bench.give({ kind: "garbled", exchange: "post", why: "HTML", length: 1 }),
      (bench: Bench) => bench.answer("post", { kind: "unavailable", status: 429 }),
      (bench: Bench) => bench.answer("post", { kind: "unavailable", status: 502 }),
      (bench: Bench) => bench.answer("post", PENDING),
      (bench: Bench) =>
        bench.answer("post", { kind: "finished", idPosTxs: undefined, customId: undefined, reply: saleReply() }),
      (bench: Bench) => bench.give({ kind: "linkLost", loss: "failed" }),
    ];
    for (const happens of doubts) {
      const bench = opened();
      happens(bench);
      bench.elapse(1_000_000);
      assert.deepEqual([bench.all("doubt").length, bench.settled, bench.paths], [1, undefined, ["sale"]]);
    }
  });

  it("looks that tell nothing are made again, with growing pauses", () => {
    const bench = taken();
    const pauses: number[] = [];
    for (let looks = 0; looks < 5; looks += 1) {
      const before = bench.nowMs;
      while (!bench.isOpen("result")) bench.elapse(500);
      pauses.push(bench.nowMs - before);
      bench.answer("result", { kind: "unavailable", status: 503 });
    }
    assert.deepEqual(pauses, [1_000, 2_000, 4_000, 4_000, 4_000]);
  });
});

describe("a cancel", () => {
  it("waits until the cloud has taken the sale, and leaves once", () => {
    const bench = opened();
    bench.give({ kind: "cancelAsked" });
    bench.give({ kind: "cancelAsked" });
    assert.deepEqual(bench.paths, ["sale"]);
    bench.answer("post", ACCEPTED);
    bench.give({ kind: "cancelAsked" });
    assert.deepEqual(bench.paths, ["sale", "cancelsale"]);
  });

  it("says nothing about the sale, whatever is answered to it", () => {
    const bench = taken();
    bench.give({ kind: "cancelAsked" });
    bench.answer("cancel pos", { kind: "accepted", idPosTxs: "9", customId: undefined });
    looked(bench).answer("result", finishedWith(saleReply()));
    assert.equal(bench.settled?.kind, "approved");
  });

  it("who canceled is told", () => {
    for (const [asks, by] of [
      [["cancelAsked"], "pos"],
      [["deadline"], "terminalTimeout"],
      [["cancelAsked", "deadline"], "pos"],
      [[], "operator"],
    ] as const) {
      const bench = taken();
      for (const kind of asks) bench.give({ kind });
      looked(bench).answer(
        "result",
        finishedWith(saleReply({ responseCode: 1, responseMessage: "Operacion Cancelada" })),
      );
      const verdict = bench.settled;
      assert(verdict?.kind === "canceled");
      assert.equal(verdict.by, by);
    }
  });

  it("at the deadline has its time, and then it is in doubt", () => {
    const bench = taken();
    bench.give({ kind: "deadline" });
    assert.deepEqual(bench.paths, ["sale", "cancelsale"]);
    bench.elapse(15_000);
    assert.equal(bench.all("doubt")[0]?.since, "timeout");
  });

  it("of a void or refund does not exist: at the deadline it is in doubt at once", () => {
    const bench = taken(ORDERS.void);
    bench.give({ kind: "cancelAsked" });
    bench.give({ kind: "deadline" });
    assert.deepEqual([bench.paths, bench.all("doubt").length], [["refund"], 1]);
  });
});

describe("a receipt that is printed again", () => {
  it("is never in doubt", () => {
    const ends = [
      (bench: Bench) => bench.lose("question"),
      (bench: Bench) => bench.give({ kind: "deadline" }),
      (bench: Bench) => bench.give({ kind: "linkLost", loss: "failed" }),
      (bench: Bench) => bench.elapse(60_000),
      (bench: Bench) => bench.answer("question", { kind: "refused", status: 404, text: "", idPosTxs: undefined }),
      (bench: Bench) => {
        bench.tell(replyOf(0));
      },
    ];
    for (const end of ends) {
      const bench = opened(ORDERS.duplicate);
      end(bench);
      assert.equal(bench.settled?.kind, "notPerformed");
    }
    const printed = opened(ORDERS.duplicate);
    printed.tell(replyOf(109, saleReply().fields));
    assert.equal(printed.settled?.kind, "approved");
  });
});
