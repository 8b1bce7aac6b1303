import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import { operationMachine } from "../../../src/drivers/poynt-cloud/operation.ts";
import type { Order } from "../../../src/drivers/driver.ts";
import type { CloudAnswer } from "../../../src/drivers/poynt-cloud/messages.ts";
import {
  ACCEPTED,
  Bench,
  CALLABLE,
  callback,
  declined,
  DEVICE,
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

function opened(order: Order = ORDERS.sale, settings: JsonObject = {}): Bench {
  const bench = new Bench(operationMachine(order, settingsWith(settings)));
  bench.secrets = CALLABLE;
  bench.give({ kind: "opened", link: "cloud #1" });
  return bench;
}

function accepted(settings: JsonObject = {}): Bench {
  const bench = opened(ORDERS.sale, settings);
  bench.answer("request", ACCEPTED);
  return bench;
}

const paid = found(transaction());
const doubts = (bench: Bench) => bench.all("doubt").map(({ since, alarm }) => [since, alarm]);

describe("a sale", () => {
  it("is one message, with our id as ticket and reference, and nothing else commits", () => {
    const bench = opened();
    const { commits } = bench.committed ?? {};
    assert(commits?.what === "request");
    assert.equal(commits.ticket, TRANSACTION);
    assert.equal(commits.references?.["sentAt"], "2026-01-02T03:04:05.000Z");
    assert.deepEqual([commits.references["referenceId"], commits.references["deviceId"]], [TRANSACTION, DEVICE]);
    bench.answer("request", ACCEPTED);
    bench.live(60_000);
    assert.equal(bench.all("exchange").filter(({ commits: any }) => any !== undefined).length, 1);
  });

  it("is not sent without a token", () => {
    const bench = new Bench(operationMachine(ORDERS.sale, settingsWith()));
    bench.secrets = {};
    bench.give({ kind: "opened", link: "x" });
    assert.deepEqual([bench.requests, bench.settled], [[], { kind: "notPerformed", reason: "notSent" }]);
  });

  it("that was taken for delivery is looked for at once, then every second, and at last every five", () => {
    const bench = accepted();
    assert.deepEqual(bench.all("progress"), [{ kind: "progress", stage: "waitingForTerminal" }]);
    assert.match(
      bench.lastRequest.path,
      new RegExp(`\\?searchKey=${TRANSACTION}&startAt=2026-01-02T02%3A54%3A05Z&limit=100$`),
    );
    const asked = () => bench.all("exchange").length - 1;
    bench.live(10_000);
    assert.ok(asked() >= 10 && asked() <= 11, String(asked()));
    bench.live(171_000);
    const before = asked();
    bench.live(20_000);
    assert.ok(asked() - before <= 5, String(asked() - before));
  });

  it("is approved by what the cloud knows of it, within a second of its knowing it", () => {
    const bench = accepted();
    bench.live(20_000);
    bench.live(1_000, () => paid);
    assert(bench.settled?.kind === "approved");
    assert.equal(bench.settled.terminalReferences?.["transactionId"], SALE_ID);
    assert.equal(bench.all("settle")[0]?.movement, `poynt/sale/${SALE_ID}`);
    assert.equal(bench.effects.at(-1)?.kind, "done");
  });

  it("is not another's: what names another reference is left alone", () => {
    const bench = accepted();
    bench.live(5_000, () => found(transaction({ references: [{ id: "OTHER" }] })));
    assert.equal(bench.isSettled, false);
  });

  for (const [what, told] of [
    ["in another currency", transaction({}, { currency: "CLP" })],
    ["of more", transaction({}, { transactionAmount: 1_100, orderAmount: 1_100 })],
    ["at another terminal", transaction({ context: { storeDeviceId: "urn:tid:other" } })],
    ["of a new kind", transaction({ action: "BREW" })],
    ["of a new status", transaction({ status: "STEWED" })],
    ["without an amount", transaction({}, { transactionAmount: "1000" })],
  ] as const) {
    it(`that the cloud tells ${what} is doubted, with an alarm`, () => {
      const bench = accepted();
      bench.live(1_000, () => found(told));
      assert.deepEqual([bench.settled, doubts(bench)], [undefined, [["contradiction", "resultNotBelieved"]]]);
    });
  }

  it("told twice is not believed", () => {
    const bench = accepted();
    bench.live(1_000, () => found(transaction(), transaction()));
    assert.deepEqual(doubts(bench), [["contradiction", "resultNotBelieved"]]);
  });
});

describe("a call of the terminal", () => {
  it("makes it ask at once, but not twice in a second", () => {
    const bench = accepted({ quickMs: 5_000 });
    bench.answer("look", NOTHING);
    bench.elapse(300);
    bench.tell(callback("PROCESSED", [SALE_ID]));
    assert.equal(bench.isOpen("look"), false);
    bench.elapse(700);
    assert.equal(bench.isOpen("look"), true);
    bench.answer("look", paid);
    assert.equal(bench.settled?.kind, "approved");
  });

  it("alone approves nothing, declines nothing and cancels nothing", () => {
    for (const status of ["PROCESSED", "COMPLETED", "DECLINED", "CANCELED", "AUTHORIZED", "NEW"]) {
      const bench = accepted();
      bench.tell(callback(status, [SALE_ID]));
      assert.equal(bench.isSettled, false);
      bench.live(60_000, () => NOTHING);
      assert.equal(bench.isSettled, false, status);
    }
  });

  it("that says canceled is not confirmed by an answer that was asked for before", () => {
    const bench = accepted();
    bench.elapse(500);
    bench.tell(callback("CANCELED"));
    bench.elapse(16_000);
    bench.answer("look", NOTHING);
    bench.elapse(16_000);
    bench.answer("look", NOTHING);
    bench.answer("look", NOTHING);
    assert.equal(bench.isSettled, false);
    bench.live(2_000, () => paid);
    assert.equal(bench.settled?.kind, "approved");
  });

  it("is kept before the next question is answered", () => {
    const bench = accepted();
    bench.tell(callback("CANCELED"));
    const { status, transactionIds } = callback("CANCELED");
    const data = { version: 1, callback: { referenceId: TRANSACTION, status, transactionIds } };
    assert.deepEqual(bench.all("remember"), [{ kind: "remember", data }]);
  });

  it("that it was canceled counts once the cloud, too, had its time to know of a payment and knows none", () => {
    const bench = accepted();
    bench.tell(callback("CANCELED"));
    bench.live(15_000);
    assert.equal(bench.isSettled, false);
    bench.live(3_000);
    assert(bench.settled?.kind === "canceled");
    assert.equal(bench.settled.by, "operator");
  });

  it("that it was canceled counts only where the cloud knows nothing twice, long enough apart, and nothing else between", () => {
    const half: CloudAnswer = { kind: "transactions", found: [], isWhole: false };
    for (const answer of [half, errorAnswer(503)]) {
      const late = accepted();
      late.tell(callback("CANCELED"));
      late.live(40_000, () => answer);
      late.live(14_000);
      assert.equal(late.isSettled, false);
      late.live(5_000);
      assert.equal(late.settled?.kind, "canceled");
    }
    const between = accepted();
    between.tell(callback("CANCELED"));
    between.live(10_000);
    between.live(1_500, () => found(declined()));
    between.live(14_000);
    assert.equal(between.isSettled, false);
    between.live(5_000);
    assert.equal(between.settled?.kind, "canceled");
  });

  it("that it was canceled does not outweigh a payment in the cloud", () => {
    const bench = accepted();
    bench.tell(callback("CANCELED"));
    bench.live(3_000);
    bench.live(1_000, () => paid);
    assert.equal(bench.settled?.kind, "approved");
  });

  it("about a refusal ends it; without one another card may be tried for as long as the payment may be on a screen", () => {
    const called = accepted();
    called.tell(callback("PROCESSED", [OTHER_ID]));
    called.live(2_000, () => found(declined()));
    assert(called.settled?.kind === "declined");
    assert.equal(called.settled.vendor?.code, "51");
    const silent = accepted();
    silent.live(194_000, () => found(declined()));
    assert.equal(silent.isSettled, false);
    silent.live(3_000, () => found(declined()));
    assert.equal(silent.settled?.kind, "declined");
    const second = accepted();
    second.live(170_000, () => found(declined()));
    second.live(2_000, () => found(declined(), transaction()));
    assert.equal(second.settled?.kind, "approved");
  });

  it("is not needed long after the last refused card; a card that was refused late is waited for on its own", () => {
    const late = accepted();
    late.live(170_000);
    late.live(88_000, () => found(declined()));
    assert.equal(late.isSettled, false);
    late.live(5_000, () => found(declined()));
    assert.equal(late.settled?.kind, "declined");
    const longer = opened({
      ...ORDERS.sale,
      operation: { ...ORDERS.sale.operation, options: { timeoutSeconds: 300 } },
    });
    longer.answer("request", ACCEPTED);
    longer.live(374_000, () => found(declined()));
    assert.equal(longer.isSettled, false);
    longer.live(6_000, () => found(declined()));
    assert.equal(longer.settled?.kind, "declined");
  });

  it("is not needed, but a refusal is not the end as long as the cloud may not know of the last card", () => {
    const bench = accepted();
    bench.live(184_000, () => found(declined()));
    assert.equal(bench.isSettled, false);
    bench.live(6_000, () => found(declined(), transaction()));
    assert.equal(bench.settled?.kind, "approved");
  });

  it("is not needed for a part, either, once nothing can be on the screen any more", () => {
    const part = transaction({ partiallyApproved: true }, { transactionAmount: 400, orderAmount: 400 });
    const bench = accepted();
    bench.live(194_000, () => found(part));
    assert.equal(bench.isSettled, false);
    bench.live(3_000, () => found(part));
    assert(bench.settled?.kind === "approved");
    assert.equal(bench.settled.partial, true);
  });

  it("names transactions: as long as one of them is missing, a refusal is not the end", () => {
    const bench = accepted();
    bench.tell(callback("PROCESSED", [OTHER_ID, SALE_ID]));
    bench.live(60_000, () => found(declined()));
    assert.equal(bench.isSettled, false);
    bench.live(2_000, () => found(declined(), transaction()));
    assert(bench.settled?.kind === "approved");
  });

  it("about another payment, or replayed, changes nothing", () => {
    const bench = accepted();
    bench.tell(callback("CANCELED", [], "OTHER"));
    bench.live(20_000);
    assert.deepEqual([bench.settled, bench.all("remember")], [undefined, []]);
    bench.tell(callback("PROCESSED", [SALE_ID]));
    bench.tell(callback("PROCESSED", [SALE_ID]));
    assert.equal(bench.all("remember").length, 1);
  });

  it("may be quicker than the answer to the message", () => {
    const bench = opened();
    bench.tell(callback("CANCELED"));
    bench.elapse(6_000);
    bench.answer("request", ACCEPTED);
    bench.live(15_000);
    assert.equal(bench.isSettled, false);
    bench.live(3_000);
    assert.equal(bench.settled?.kind, "canceled");
  });

  it("that ended in part is told as a part, where the cloud says that it is one", () => {
    const part = transaction({ partiallyApproved: true }, { transactionAmount: 400, orderAmount: 400 });
    const bench = accepted();
    bench.live(3_000, () => found(part));
    assert.equal(bench.isSettled, false);
    bench.tell(callback("PROCESSED", [SALE_ID]));
    bench.live(2_000, () => found(part));
    assert(bench.settled?.kind === "approved");
    assert.deepEqual([bench.settled.partial, bench.settled.amounts?.approved.value], [true, 400]);
  });
});

describe("the answer to a message", () => {
  for (const [status, code] of [
    [401, "UNAUTHORIZED_ACCESS"],
    [400, "INVALID_PARAMETER"],
    [404, "STORE_DEVICE_NOT_FOUND"],
    [403, "STORE_DEVICE_NOT_ACTIVATED"],
    [429, ""],
    [404, ""],
  ] as const) {
    it(`HTTP ${status} ${code} was not begun`, () => {
      const bench = opened();
      bench.answer("request", errorAnswer(status, code));
      assert(bench.settled?.kind === "notPerformed");
      assert.deepEqual([bench.settled.reason, bench.settled.vendor?.code], ["refused", code || String(status)]);
      assert.equal(bench.all("askAccount").length, status === 401 ? 1 : 0);
    });
  }

  for (const [status, code] of [
    [500, "INTERNAL_ERROR"],
    [503, ""],
    [504, "EXTERNAL_SERVER_READ_TIMEOUT"],
    [408, ""],
    [409, "RESOURCE_MODIFIED"],
    [499, "BROKEN_PIPE"],
    [400, "REQUEST_IN_PROGRESS"],
    [400, "REQUEST_ID_DUPLICATE"],
    [400, "PROCESSOR_TIMEOUT"],
  ] as const) {
    it(`HTTP ${status} ${code} says nothing of the money, and it is never sent again`, () => {
      const bench = opened();
      bench.answer("request", errorAnswer(status, code));
      assert.deepEqual([bench.settled, doubts(bench)], [undefined, [["terminal", undefined]]]);
      assert.equal(bench.requests.length, 1);
    });
  }

  it("that is lost or cannot be believed is a doubt", () => {
    const lost = opened();
    lost.lose("request");
    assert.deepEqual(doubts(lost), [["linkLost", undefined]]);
    const garbled = opened();
    garbled.give({ kind: "garbled", exchange: "request", why: "a page", length: 9 });
    assert.deepEqual(doubts(garbled), [["contradiction", undefined]]);
  });
});

describe("while it is looked for", () => {
  it("a refused token is told with its version, and it is looked for on", () => {
    const bench = accepted();
    bench.answer("look", errorAnswer(401, "INVALID_ACCESS_TOKEN"));
    assert.deepEqual(bench.all("askAccount"), [
      { kind: "askAccount", message: { kind: "accessRefused", version: "a1" } },
    ]);
    bench.live(1_500, () => paid);
    assert.equal(bench.settled?.kind, "approved");
  });

  it("errors, pages and silence are no answers", () => {
    const bench = accepted();
    bench.answer("look", errorAnswer(503));
    bench.elapse(1_000);
    bench.lose("look");
    bench.elapse(1_000);
    bench.give({ kind: "garbled", exchange: "look", why: "a page", length: 9 });
    bench.live(1_500, () => paid);
    assert.equal(bench.settled?.kind, "approved");
  });

  it("the deadline is a doubt; a cancel is none of its business", () => {
    const bench = accepted();
    assert.deepEqual(bench.give({ kind: "cancelAsked" }), []);
    bench.give({ kind: "deadline" });
    assert.deepEqual(doubts(bench), [["timeout", undefined]]);
  });
});

describe("what the cloud does by itself", () => {
  it("is settled by its answer", () => {
    const voided = opened(ORDERS.void);
    voided.answer("request", one(transaction({ status: "VOIDED", voided: true })));
    assert.equal(voided.settled?.kind, "approved");
    assert.equal(voided.all("settle")[0]?.movement, `poynt/void/${SALE_ID}`);
    const refunded = opened(ORDERS.refund);
    refunded.answer(
      "request",
      one(transaction({ id: OTHER_ID, parentId: SALE_ID, action: "REFUND", status: "REFUNDED" })),
    );
    assert.equal(refunded.settled?.kind, "approved");
    const refused = opened(ORDERS.refund);
    refused.answer("request", one(declined({ parentId: SALE_ID, action: "REFUND" })));
    assert.equal(refused.settled?.kind, "declined");
  });

  it("is declined where the processor says no, and refused where the cloud does", () => {
    const no = opened(ORDERS.refund);
    no.answer("request", errorAnswer(400, "PROCESSOR_DECLINED"));
    assert.equal(no.settled?.kind, "declined");
    const twice = opened(ORDERS.void);
    twice.answer("request", errorAnswer(400, "TXN_ALREADY_VOIDED"));
    assert.equal(twice.settled?.kind, "notPerformed");
  });

  it("is doubted where the answer shows it as it was before, or is lost", () => {
    const same = opened(ORDERS.void);
    same.answer("request", one(transaction()));
    assert.deepEqual(doubts(same), [["terminal", undefined]]);
    const lost = opened(ORDERS.refund);
    lost.lose("request");
    assert.deepEqual(doubts(lost), [["linkLost", undefined]]);
  });
});
