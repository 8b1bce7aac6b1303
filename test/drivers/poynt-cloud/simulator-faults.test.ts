import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../../support/properties.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import {
  answerTo,
  ask,
  CLOUD_MESSAGES,
  flat,
  given,
  granting,
  jwt,
  requestOf,
  send,
  shape,
  sold,
  told,
  TRANSACTIONS,
  under,
  type CloudBench,
} from "./simulator-client.ts";

/** One message under one rule, and everything that comes of it. */
function saleWith(...then: readonly JsonObject[]): CloudBench {
  const bench = given(under("sale", ...then));
  send(bench, CLOUD_MESSAGES, flat());
  bench.elapse(600_000);
  return bench;
}

test("each fault of an answer shows on the wire, and in the ledger only where money moves", () => {
  const cases: readonly (readonly [reaction: JsonObject, dialogue: string])[] = [
    [{ kind: "silent" }, ""],
    [{ kind: "silent", from: "request" }, ""],
    [{ kind: "silent", from: "money" }, "money"],
    [{ kind: "linkCut", at: "request" }, "cut"],
    [{ kind: "linkCut", at: "afterMoney" }, "cut money"],
    [{ kind: "linkCut", at: "afterMoney", how: "end" }, "end money"],
    [{ kind: "linkCut", at: "midReply" }, "202 cut money"],
    [{ kind: "error" }, "500:INTERNAL_ERROR"],
    [{ kind: "error", moved: true }, "500:INTERNAL_ERROR money"],
    [{ kind: "error", code: "SERVICE_UNAVAILABLE" }, "504:SERVICE_UNAVAILABLE"],
    [{ kind: "error", code: "INVALID_ACCESS_TOKEN" }, "401:INVALID_ACCESS_TOKEN"],
    [{ kind: "error", code: "UNAUTHORIZED_ACCESS" }, "401:UNAUTHORIZED_ACCESS"],
    [{ kind: "error", code: "TOO_MANY", status: 429 }, "429:TOO_MANY"],
    [{ kind: "raw" }, "200:other"],
    [{ kind: "raw", status: 302, body: "", moved: true }, "302 money"],
    [{ kind: "slow", ms: 700, phase: "reply" }, "money 202"],
  ];
  for (const [reaction, dialogue] of cases) {
    assert.equal(shape(saleWith(reaction).done), dialogue, JSON.stringify(reaction));
  }
});

test("too many requests say for how long to wait", () => {
  const bench = given(under("search", { kind: "error", code: "TOO_MANY", status: 429, retryAfterS: 7 }));
  const { headers } = answerTo(bench, send(bench, `GET ${TRANSACTIONS}`));
  assert.deepEqual(
    headers.find(([name]) => name === "Retry-After"),
    ["Retry-After", "7"],
  );
});

test("a captive portal answers with its page", () => {
  const bench = given(under("search", { kind: "raw" }));
  const answer = answerTo(bench, send(bench, `GET ${TRANSACTIONS}`));
  assert.match(new TextDecoder().decode(answer.body), /^<html>/);
  assert.deepEqual(answer.headers.slice(1), [
    ["Content-Type", "text/html"],
    ["Content-Length", String(answer.body.length)],
  ]);
  const own = given(
    under("search", { kind: "raw", status: 302, headers: [{ name: "Location", value: "http://127.0.0.1/" }] }),
  );
  assert.deepEqual(answerTo(own, send(own, `GET ${TRANSACTIONS}`)).headers, [["Location", "http://127.0.0.1/"]]);
});

test("a truncated text is a whole answer, half an answer is none", () => {
  const torn = given(under("search", { kind: "truncated" }));
  sold(torn);
  const answer = answerTo(torn, send(torn, `GET ${TRANSACTIONS}`));
  assert.equal(answer.headers.find(([name]) => name === "Content-Length")?.[1], String(answer.body.length));
  assert.throws(() => told(answer));

  const half = given(under("search", { kind: "linkCut", at: "midReply" }));
  sold(half);
  const broken = answerTo(half, send(half, `GET ${TRANSACTIONS}`));
  const length = Number(broken.headers.find(([name]) => name === "Content-Length")?.[1]);
  assert(broken.body.length > 100 && broken.body.length < length);
  assert.equal(shape(half.done.slice(-1)), "cut");
});

test("an error in place of a refund that was done all the same is not what a repeat hears", () => {
  const bench = given({ rules: [{ when: { command: "restRefund", nth: 1 }, then: [{ kind: "error", moved: true }] }] });
  const parentId = sold(bench);
  const requestId = "0d8f1c2e-6f0b-4b7e-9d53-0c1d2e3f4a5b";
  const asking = { body: { action: "REFUND", parentId }, requestId };
  assert.equal(ask(bench, `POST ${TRANSACTIONS}`, asking).status, 500);
  assert.equal(ask(bench, `POST ${TRANSACTIONS}`, asking).body["status"], "REFUNDED");
  assert.equal(shape(bench.done), "202 money money 500:INTERNAL_ERROR 201");
});

test("a token endpoint that fails gives no token", () => {
  const bench = given({
    rules: [{ when: { command: "token", nth: 1 }, then: [{ kind: "error", code: "INTERNAL_ERROR" }] }],
  });
  assert.equal(ask(bench, "POST /token", granting(jwt())).status, 500);
  assert.equal(ask(bench, "POST /token", granting(jwt())).status, 200);
});

test("a rule is about a command, an amount, and a number", () => {
  const then = [{ kind: "error" }];
  const bench = given({
    rules: [
      { when: { command: "restRefund", amount: 5 }, then },
      { when: { command: "sale", amount: 1_250, nth: 2 }, then },
      { when: { command: "raw" }, then },
      { when: { command: "nonsense" }, then },
      { when: { command: "profile" }, then },
      { when: { command: "transaction" }, then },
      { when: { command: "business" }, then },
    ],
  });
  const message = (data: JsonObject, envelope?: JsonObject) => ask(bench, CLOUD_MESSAGES, flat(data, envelope)).status;
  assert.deepEqual([message({}), message({ purchaseAmount: 1 }), message({}), message({})], [202, 202, 500, 202]);
  const recipient = { packageName: "a", className: "b" };
  assert.equal(message({}, { recipient }), 500);
  assert.equal(message({ action: "no" }), 500);
  assert.equal(message({ action: "setCustomPcmProfile" }), 500);
  assert.equal(ask(bench, `GET ${TRANSACTIONS}/x`).status, 500);
  assert.equal(ask(bench, "GET /businesses/x").status, 500);
  const refund = (amount: number) =>
    ask(bench, `POST ${TRANSACTIONS}`, {
      body: { action: "REFUND", parentId: "x", amounts: { transactionAmount: amount } },
    });
  assert.deepEqual([refund(5).status, refund(6).status], [500, 404]);
  assert.equal(shape(given({}, bench.memory()).done), "");
  const { hits } = bench.memory() as { readonly hits: readonly number[] };
  assert.deepEqual(hits, [1, 3, 1, 1, 1, 1, 1]);
});

test("whoever has gone is not answered, and what was asked is done all the same", () => {
  const bench = given(under("sale", { kind: "slow", ms: 100, phase: "reply" }));
  const exchange = send(bench, CLOUD_MESSAGES, flat());
  bench.give({ kind: "left", exchange });
  bench.elapse(1_000);
  assert.equal(shape(bench.done), "money");
});

test("no more than 64 wait at a time", () => {
  const bench = given(under("search", { kind: "silent" }));
  for (let count = 0; count < 64; count += 1) send(bench, `GET ${TRANSACTIONS}`);
  assert.equal(shape(bench.done), "");
  send(bench, `GET ${TRANSACTIONS}`);
  assert.equal(shape(bench.done), "cut");
});

test("no more than a thousand messages wait for a terminal that is not there", () => {
  const bench = given({ offlineMs: 86_400_000 });
  const asking = flat({}, { ttl: 2_419_200 });
  for (let count = 0; count < 1_000; count += 1) send(bench, CLOUD_MESSAGES, asking);
  assert.equal(ask(bench, CLOUD_MESSAGES, asking).code, "SERVICE_UNAVAILABLE");
});

test("whatever is asked, there is one answer and no money without a sale", () => {
  const lines = fc.constantFrom(
    "POST /token",
    CLOUD_MESSAGES,
    `GET ${TRANSACTIONS}`,
    `POST ${TRANSACTIONS}`,
    `GET ${TRANSACTIONS}?startAt=%zz&limit=%00`,
    `PATCH ${TRANSACTIONS}/%zz`,
    "GET /businesses/%zz",
  );
  const texts = fc.oneof(fc.string(), fc.json(), fc.constant('{"data":"{\\"action\\":{}}"}'));
  fc.assert(
    fc.property(lines, texts, (line, text) => {
      const bench = given();
      bench.request(requestOf(line, { text }));
      bench.elapse(10_000);
      assert.match(shape(bench.done), /^\d{3}\S*$/);
    }),
    { numRuns: 200 },
  );
});
