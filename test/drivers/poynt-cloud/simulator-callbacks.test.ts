import assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { test } from "node:test";
import type { JsonObject } from "../../../src/core/json.ts";
import {
  answerCall,
  ask,
  CALLBACK,
  callbackOf,
  CLOUD_MESSAGES,
  flat,
  given,
  movementsOf,
  send,
  stringOf,
  under,
  type CloudBench,
} from "./simulator-client.ts";

/** A sale with a callback, under one rule. */
function calledWith(scenario: JsonObject, ...then: readonly JsonObject[]): CloudBench {
  const bench = given({ ...scenario, ...under("sale", ...then) });
  send(bench, CLOUD_MESSAGES, flat({ callbackUrl: CALLBACK }));
  bench.elapse(10);
  return bench;
}

const timesOf = ({ calls }: CloudBench) => calls.map(({ atMs }) => atMs);

test("the terminal itself posts the payment, as a client of Android does, once the ledger has it", () => {
  const bench = calledWith({});
  const [call] = bench.calls;
  assert(call !== undefined);
  assert.deepEqual(
    [call.url, call.answerTimeoutMs, call.headers],
    [
      CALLBACK,
      3_000,
      {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Encoding": "gzip",
        "User-Agent": "okhttp/2.5.0",
        "Accept-Encoding": "gzip",
        Connection: "Keep-Alive",
      },
    ],
  );
  const body = callbackOf(call);
  const [transaction] = body["transactions"] as readonly JsonObject[];
  assert.equal(transaction?.["id"], movementsOf(bench)[0]?.["transactionId"]);
  assert.deepEqual(transaction?.["references"], [{ type: "CUSTOM", customType: "referenceId", id: "ABC1234" }]);
  assert.deepEqual(
    [body["callerPackageName"], body["applicationIndex"], body["tipAmount"], body["tipAmounts"]],
    ["co.poynt.services", -1, 0, {}],
  );
});

test("a tip is told by transaction", () => {
  const bench = calledWith({}, { kind: "tip", amount: 150 });
  assert.deepEqual(callbackOf(bench.calls[0])["tipAmounts"], {
    [stringOf(movementsOf(bench)[0]?.["transactionId"])]: 150,
  });
});

test("a terminal that does not compress sends plain JSON", () => {
  const [call] = calledWith({ gzip: false }).calls;
  assert.equal(call?.headers["Content-Encoding"], undefined);
  assert.equal(callbackOf(call)["status"], "PROCESSED");
});

test("a callback that was taken is not repeated", () => {
  const bench = calledWith({});
  answerCall(bench, bench.calls[0], 200);
  bench.elapse(60_000);
  assert.equal(bench.calls.length, 1);
});

test("one that nobody took comes again 5 s and 10 s later, the same, and then no more", () => {
  for (const status of [undefined, 500, 204, 301]) {
    const bench = calledWith({});
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const call = bench.calls[attempt];
      if (call !== undefined) answerCall(bench, call, status);
      bench.elapse(60_000);
    }
    assert.deepEqual(timesOf(bench), [1, 5_010, 70_010], String(status));
    const [first, ...more] = bench.calls;
    for (const call of more) assert.deepEqual(call.body, first?.body);
  }
});

test("each fault of a callback shows in it and nowhere else", () => {
  const late = calledWith({}, { kind: "lateCallback", ms: 30_000 });
  assert.deepEqual(timesOf(late), []);
  late.elapse(30_000);
  assert.deepEqual(timesOf(late), [30_001]);

  const never = calledWith({}, { kind: "noCallback" });
  never.elapse(60_000);
  assert.deepEqual([timesOf(never), movementsOf(never).length], [[], 1]);

  const thrice = calledWith({}, { kind: "thriceCallback" });
  for (const attempt of [0, 1, 2]) {
    answerCall(thrice, thrice.calls[attempt], 200);
    thrice.elapse(20_000);
  }
  assert.equal(thrice.calls.length, 3);

  const torn = calledWith({}, { kind: "tornCallback" });
  const text = gunzipSync(torn.calls[0]?.body ?? new Uint8Array()).toString();
  assert(text.startsWith('{"transactions"'));
  assert.throws(() => JSON.parse(text) as unknown);

  const status = callbackOf(calledWith({}, { kind: "otherStatus", status: "HOLD" }).calls[0]);
  assert.equal(status["status"], "HOLD");
  const reference = calledWith({}, { kind: "otherReference", referenceId: "OTHER" });
  assert.equal(callbackOf(reference.calls[0])["referenceId"], "OTHER");
  assert.equal(movementsOf(reference)[0]?.["referenceId"], "ABC1234");
  const amount = calledWith({}, { kind: "otherAmount", amount: 1 });
  const [misread] = callbackOf(amount.calls[0])["transactions"] as readonly { readonly amounts: JsonObject }[];
  assert.equal(misread?.amounts["transactionAmount"], 1);
  assert.equal(movementsOf(amount)[0]?.["amount"], 1_250);
});

test("an address that is none is not called", () => {
  for (const callbackUrl of ["ftp://127.0.0.1/", "", 7, "http://", "%zz", `http://x/${"y".repeat(2_000)}`]) {
    const bench = given();
    ask(bench, CLOUD_MESSAGES, flat({ callbackUrl }));
    assert.deepEqual([bench.calls.length, movementsOf(bench).length], [0, 1], String(callbackUrl).slice(0, 40));
  }
});
