import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import type { Order } from "../../../src/drivers/driver.ts";
import { operationMachine } from "../../../src/drivers/poynt/operation.ts";
import {
  APPROVED,
  Bench,
  declinedTransaction,
  errorAnswer,
  IDENTITY,
  orderOf,
  ORDERS,
  originalOf,
  paymentAnswer,
  SALE_ID,
  SALE_ORDER,
  settingsWith,
  transaction,
  TRANSACTION,
} from "./support.ts";

function opened(order: Order = SALE_ORDER, settings: JsonObject = {}): Bench {
  const bench = new Bench(operationMachine(order, settingsWith(settings)));
  bench.give({ kind: "opened", link: "http #1" });
  return bench;
}

describe("a sale", () => {
  it("is one request that commits, named by our transaction, and waits long for its answer", () => {
    const bench = opened();
    const { committed } = bench;
    assert(committed?.message.kind === "request");
    const requestId = "01010101-0101-4101-8101-010101010101";
    assert.deepEqual(
      [committed.message.command, committed.message.key, committed.message.body["poyntRequestId"]],
      ["sale", "pairing", requestId],
    );
    assert.deepEqual(committed.commits, {
      what: "request",
      ticket: TRANSACTION,
      references: { referenceId: TRANSACTION, poyntRequestId: requestId },
    });
    assert.equal(committed.replyTimeoutMs, 90_000 + 290_000);
    assert.deepEqual(bench.commands, ["sale"]);
  });

  it("is approved by the terminal's answer, and over", () => {
    const bench = opened();
    bench.answer("payment", APPROVED);
    const [settle, done, ...more] = bench.effects.slice(-2);
    assert(settle?.kind === "settle");
    assert.deepEqual([settle.verdict.kind, settle.movement], ["approved", `poynt/sale/${SALE_ID}`]);
    assert.deepEqual([done, more], [{ kind: "done" }, []]);
  });

  for (const [what, answer, kind] of [
    ["declined", paymentAnswer("DECLINED", [declinedTransaction()]), "declined"],
    ["canceled at the terminal", paymentAnswer("CANCELED", []), "canceled"],
  ] as const) {
    it(`is ${what} by the terminal's answer`, () => {
      const bench = opened();
      bench.answer("payment", answer);
      assert.deepEqual([bench.settled?.kind, bench.ended], [kind, true]);
    });
  }

  it("knows no way to cancel: it waits", () => {
    const bench = opened();
    bench.give({ kind: "cancelAsked" });
    assert.deepEqual([bench.ended, bench.commands], [false, ["sale"]]);
    bench.answer("payment", APPROVED);
    assert.equal(bench.settled?.kind, "approved");
  });

  it("is not sent without a pairing", () => {
    const bench = new Bench(operationMachine(SALE_ORDER, settingsWith()));
    bench.secrets = {};
    bench.give({ kind: "opened", link: "http #1" });
    assert.deepEqual([bench.settled, bench.commands], [{ kind: "notPerformed", reason: "notSent" }, []]);
  });

  it("is not sent where its original cannot be named, and says why", () => {
    const bench = opened(orderOf({ type: "void", original: { transaction: "x" } }, originalOf("refund")));
    assert(bench.settled?.kind === "notPerformed");
    assert.deepEqual([bench.settled.reason, bench.commands, bench.ended], ["unsupported", [], true]);
    assert.match(bench.settled.vendor?.text ?? "", /follows sale or preauthorization/);
  });

  it("has an id of its own each time", () => {
    const bench = opened();
    bench.live(6_000);
    const ids = bench.requests.map(({ body }) => JSON.stringify(body["poyntRequestId"]));
    assert.equal(new Set(ids).size, ids.length);
    for (const id of ids) assert.match(id, /^"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"$/);
  });
});

describe("what follows a transaction", () => {
  it("is found by the transaction as well", () => {
    const { committed } = opened(ORDERS.refund);
    assert(committed?.commits?.what === "request");
    assert.equal(committed.commits.references?.["transactionId"], SALE_ID);
  });
});

describe("what is no answer is a doubt:", () => {
  for (const [what, input, since, words] of [
    ["a lost answer", { kind: "exchangeLost", exchange: "payment", why: "reset" }, "linkLost", /lost: reset/],
    ["the link that the house drops", { kind: "linkLost", loss: "failed" }, "linkLost", /link was lost/],
    ["the answer limit", { kind: "deadline" }, "timeout", /in time/],
    [
      "a wrong signature or id",
      { kind: "garbled", exchange: "payment", why: "its signature is wrong", length: 9 },
      "contradiction",
      /cannot be believed: its signature is wrong/,
    ],
  ] as const) {
    it(what, () => {
      const bench = opened();
      bench.give(input);
      const [doubt] = bench.all("doubt");
      assert.deepEqual([doubt?.since, doubt?.alarm, bench.settled], [since, undefined, undefined]);
      assert.match(doubt?.why ?? "", words);
    });
  }

  it("an answer that does not come within the terminal's own time, so that it can be asked for before the deadline", () => {
    const bench = opened();
    bench.live(74_900);
    assert.equal(bench.ended, false);
    bench.live(200);
    assert.deepEqual([bench.all("doubt")[0]?.since, bench.settled], ["timeout", undefined]);
  });

  for (const code of [112, 113, 999]) {
    it(`error ${code}`, () => {
      const bench = opened();
      bench.answer("payment", errorAnswer(code));
      const [doubt] = bench.all("doubt");
      assert.deepEqual([doubt?.since, doubt?.alarm, bench.settled], ["terminal", undefined, undefined]);
    });
  }

  it("a payment that the terminal itself has not ended", () => {
    const bench = opened();
    bench.answer("payment", paymentAnswer("HOLD", []));
    assert.deepEqual([bench.all("doubt")[0]?.since, bench.settled], ["terminal", undefined]);
  });

  it("a payment that cannot be so, with an alarm", () => {
    const bench = opened();
    bench.answer("payment", paymentAnswer("COMPLETED", []));
    const [doubt] = bench.all("doubt");
    assert.deepEqual([doubt?.since, doubt?.alarm], ["contradiction", "resultNotBelieved"]);
  });
});

describe("an error that is known to refuse", () => {
  it("ends the first attempt", () => {
    const bench = opened(SALE_ORDER, { refusalCodes: [113] });
    bench.answer("payment", errorAnswer(113, { name: "TERMINAL_BUSY", text: "" }));
    assert.deepEqual(bench.settled, {
      kind: "notPerformed",
      reason: "refused",
      vendor: { code: "113", text: "TERMINAL_BUSY" },
    });
  });

  it("is never 112, and never one that does not name our request", () => {
    for (const answer of [errorAnswer(112), errorAnswer(113, { isAboutOurs: false })]) {
      const bench = opened(SALE_ORDER, { refusalCodes: [112, 113] });
      bench.answer("payment", answer);
      assert.deepEqual([bench.settled, bench.all("doubt").length], [undefined, 1]);
    }
  });
});

describe("beside the payment the terminal is pinged", () => {
  it("every two seconds, and each answer is a sign of life", () => {
    const bench = opened();
    bench.live(10_500);
    assert.ok(bench.commands.filter((command) => command === "ping").length >= 4);
    assert.deepEqual(bench.all("identified")[0], { kind: "identified", identity: IDENTITY });
    assert.equal(bench.all("identified").length, bench.commands.length - 1);
  });

  it("one ping at a time, and a lost one is no doubt", () => {
    const bench = opened();
    bench.elapse(2_000);
    assert.deepEqual(bench.commands, ["sale", "ping"]);
    bench.elapse(50_000);
    assert.deepEqual(bench.commands, ["sale", "ping"]);
    bench.lose("ping", "no answer came within 5000 ms");
    bench.elapse(2_000);
    assert.deepEqual([bench.commands.length, bench.all("identified"), bench.ended], [3, [], false]);
    bench.give({ kind: "notSent", exchange: "ping", why: "refused" });
    bench.give({ kind: "garbled", exchange: "ping", why: "404", length: 0 });
    assert.equal(bench.ended, false);
  });

  it("and where another client has the pairing, that is said, and the answer is waited for", () => {
    const bench = opened();
    bench.elapse(2_000);
    bench.answer("ping", { kind: "otherPairing", text: "the terminal does not know our pairing" });
    assert.deepEqual([bench.all("unpaired").length, bench.all("identified").length, bench.ended], [1, 0, false]);
    bench.answer("payment", APPROVED);
    assert.equal(bench.settled?.kind, "approved");
  });

  it("under the pairing of the moment", () => {
    const bench = opened();
    bench.secrets = { pairing: { version: "v2", about: {} } };
    bench.live(2_500);
    assert.deepEqual(bench.all("identified")[0]?.identity, { pairing: "v2" });
  });
});

it("after its end a machine does nothing", () => {
  const machine = operationMachine(SALE_ORDER, settingsWith());
  const bench = opened();
  bench.answer("payment", paymentAnswer("COMPLETED", [transaction()], { referenceId: TRANSACTION }));
  assert.equal(bench.ended, true);
  const context = {
    now: 0,
    vendorNow: 0,
    crypto: { sha256: (b: Uint8Array) => b, randomBytes: (n: number) => new Uint8Array(n) },
    secrets: {},
  };
  const [over] = machine.step({ kind: "linkLost", loss: "failed" }, context);
  for (const input of [{ kind: "opened", link: "x" }, { kind: "deadline" }] as const) {
    assert.deepEqual(over.step(input, context)[1], []);
  }
});
