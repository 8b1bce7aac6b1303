import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import { deviceMachine } from "../../../src/drivers/poynt-cloud/device.ts";
import {
  ACCEPTED,
  Bench,
  BUSINESS,
  callback,
  DEVICE,
  errorAnswer,
  found,
  IDENTITY,
  NOTHING,
  OTHER_ID,
  SALE_ID,
  settingsWith,
  STORE,
  transaction,
  TRANSACTION,
} from "./support.ts";

function opened(): Bench {
  const bench = new Bench(deviceMachine(settingsWith()));
  bench.give({ kind: "opened", link: "cloud #1" });
  return bench;
}

function idle(): Bench {
  const bench = opened();
  bench.tell({ kind: "reached" });
  return bench;
}

const replies = (bench: Bench) => bench.all("reply").map(({ reply }) => reply);
const call = (bench: Bench, name: string, params: JsonObject) =>
  bench.give({ kind: "asked", request: { kind: "function", name, params } });

describe("a terminal", () => {
  it("is there when its account is, under its ids, and asks nothing of the cloud by itself", () => {
    const bench = opened();
    assert.deepEqual(bench.all("askAccount"), [{ kind: "askAccount", message: { kind: "probe" } }]);
    assert.deepEqual(bench.all("ready"), []);
    bench.tell({ kind: "reached" });
    assert.deepEqual([bench.all("identified")[0]?.identity, bench.all("ready").length], [IDENTITY, 1]);
    assert.deepEqual(bench.requests, []);
  });

  it("is not there when its account is not, or does not answer", () => {
    const bench = opened();
    bench.tell({ kind: "notReached", why: "HTTP 503" });
    assert.deepEqual(bench.all("dropLink"), [{ kind: "dropLink", why: "HTTP 503" }]);
    const silent = opened();
    silent.elapse(20_000);
    assert.equal(silent.all("dropLink").length, 1);
  });

  it("is probed by its account", () => {
    const bench = idle();
    bench.give({ kind: "asked", request: { kind: "probe" } });
    bench.tell({ kind: "reached" });
    bench.give({ kind: "asked", request: { kind: "probe" } });
    bench.tell({ kind: "notReached", why: "gone" });
    assert.deepEqual(replies(bench), [
      { kind: "answered", data: { account: "reached" } },
      { kind: "noAnswer", why: "gone" },
    ]);
  });

  it("is neither paired nor asked for reports", () => {
    const bench = idle();
    bench.give({ kind: "asked", request: { kind: "pair" } });
    bench.give({ kind: "asked", request: { kind: "report", report: "x", params: {} } });
    assert.deepEqual(
      replies(bench).map(({ kind }) => kind),
      ["refused", "refused"],
    );
  });
});

describe("a cloud message to a merchant's own app", () => {
  const own = { packageName: "com.example.loyalty", className: "com.example.loyalty.Receiver", data: "hello" };

  it("goes to this terminal alone, and to that app", () => {
    const bench = idle();
    call(bench, "cloudMessage", { ...own, ttlSeconds: 60, collapseKey: "points" });
    const { content } = bench.lastRequest;
    assert.deepEqual(content.kind === "json" && content.body, {
      businessId: BUSINESS,
      storeId: STORE,
      deviceId: DEVICE,
      ttl: 60,
      collapseKey: "points",
      recipient: { packageName: own.packageName, className: own.className },
      data: "hello",
    });
    assert.ok(bench.all("exchange").every(({ commits }) => commits === undefined));
    bench.answer("question", ACCEPTED);
    call(bench, "cloudMessage", own);
    bench.answer("question", errorAnswer(401, "UNAUTHORIZED_ACCESS", "no permission"));
    call(bench, "cloudMessage", own);
    bench.lose("question");
    assert.deepEqual(
      replies(bench).map(({ kind }) => kind),
      ["answered", "refused", "noAnswer"],
    );
  });

  for (const [what, params] of [
    ["to no app, which would be a payment", { data: '{"action":"sale"}' }],
    ["to the vendor's own app", { ...own, packageName: "co.poynt.services" }],
    ["to a class of the vendor's", { ...own, className: "co.poynt.services.Pay" }],
    ["to something that is no name", { ...own, packageName: "a b" }],
    ["of more than 4,096 bytes", { ...own, data: "é".repeat(2_100) }],
    ["with a card number", { ...own, data: "card 4111 1111 1111 1111" }],
    ["with an unknown field", { ...own, deviceId: "all" }],
    ["without a word", { ...own, data: "" }],
  ] as const) {
    it(`${what} is refused`, () => {
      const bench = idle();
      call(bench, "cloudMessage", params);
      assert.deepEqual([replies(bench).map(({ kind }) => kind), bench.requests], [["refused"], []]);
    });
  }

  it("of no other name is known; the push profile is", () => {
    const bench = idle();
    call(bench, "print", { lines: ["x"] });
    assert.equal(replies(bench)[0]?.kind, "refused");
    call(bench, "pushProfile", {});
    const { content } = bench.lastRequest;
    assert(content.kind === "json");
    assert.deepEqual([content.body["data"], content.body["ttl"]], ['{"action":"setCustomPcmProfile"}', 86_400]);
  });
});

describe("a call about a payment that nobody works for", () => {
  it("is evidence where the cloud knows that money moved", () => {
    const bench = idle();
    bench.tell(callback("PROCESSED", [SALE_ID]));
    assert.match(bench.lastRequest.path, new RegExp(`searchKey=${TRANSACTION}`));
    bench.answer("late", found(transaction()));
    const [late] = bench.all("late");
    assert(late?.verdict.kind === "approved");
    assert.deepEqual([late.ticket, late.movement], [TRANSACTION, `poynt/sale/${SALE_ID}`]);
    assert.deepEqual(late.verdict.amounts, { approved: { value: 1_000, currency: "USD" } });
  });

  it("says nothing of an amount that was adjusted since, and does not count what was captured of it", () => {
    const bench = idle();
    bench.tell(callback("PROCESSED", [SALE_ID]));
    bench.answer("late", found(transaction({ adjusted: true }, { transactionAmount: 1_200, tipAmount: 200 })));
    const [adjusted] = bench.all("late");
    assert(adjusted?.verdict.kind === "approved");
    assert.equal(adjusted.verdict.amounts, undefined);
    bench.tell(callback("PROCESSED", [SALE_ID, OTHER_ID]));
    const capture = transaction({ id: OTHER_ID, action: "CAPTURE", parentId: SALE_ID });
    bench.answer("late", found(transaction({ action: "AUTHORIZE", status: "AUTHORIZED" }), capture));
    const [, captured] = bench.all("late");
    assert(captured?.verdict.kind === "approved");
    assert.deepEqual(captured.verdict.amounts, { approved: { value: 1_000, currency: "USD" } });
  });

  it("is none where the cloud knows nothing, another's, a refusal, or does not answer", () => {
    for (const answer of [
      NOTHING,
      found(transaction({ references: [] })),
      found(transaction({ status: "DECLINED" })),
      found(transaction({ status: "VOIDED", voided: true })),
      errorAnswer(503),
    ]) {
      const bench = idle();
      bench.tell(callback("PROCESSED", [SALE_ID]));
      bench.answer("late", answer);
      assert.deepEqual(bench.all("late"), []);
    }
  });

  it("asks one question at a time, however often it comes", () => {
    const bench = idle();
    for (let times = 0; times < 50; times += 1) bench.tell(callback("PROCESSED", [SALE_ID], `x${times}`));
    assert.equal(bench.requests.length, 1);
    bench.lose("late");
    bench.tell(callback("CANCELED"));
    assert.equal(bench.requests.length, 2);
  });
});
