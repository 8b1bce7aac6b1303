import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../../support/properties.ts";
import type { JsonObject } from "../../../src/core/json.ts";
import type { TerminalBench } from "../../support/terminal-bench.ts";
import {
  answersOf,
  ask,
  assertSealed,
  CODE,
  given,
  jsonOf,
  movementsOf,
  posted,
  sale,
  SALES,
  shape,
  signatureOf,
  textOf,
} from "./simulated-client.ts";

const PING = "/devices/cat/ping";
const ID = "5b0d6a0e-0d1c-4c7e-8f6a-1b2c3d4e5f60";
const withId = (id: string): JsonObject => ({ poyntRequestId: id });
const ping = posted(PING, `{"poyntRequestId":"${ID}"}`);

/** A sale under one rule for all sales that come for the first time. */
function saleWith(...then: readonly JsonObject[]): TerminalBench {
  const bench = given({ rules: [{ when: { command: "sale" }, then }] });
  bench.request(posted(SALES, sale()));
  bench.elapse(600_000);
  return bench;
}

const times = ({ done }: TerminalBench): readonly string[] => done.map((entry) => `${entry.atMs} ${shape([entry])}`);

test("a sale takes its time, and a ping beside it takes none", () => {
  const bench = given({ customerMs: 500, stageMs: 275 });
  bench.request(posted(SALES, sale()));
  bench.request(ping);
  bench.elapse(5_000);
  assert.deepEqual(times(bench), ["0 200:", "1050 money", "1050 200:COMPLETED"]);
});

test("the state of the payment screen is told", () => {
  const bench = given({ customerMs: 1_000 });
  const state = () => {
    bench.request(posted("/devices/cat/paymentState", `{"poyntRequestId":"${ID}"}`));
    return answersOf(bench).map(jsonOf).at(-1)?.["currentState"];
  };
  assert.equal(state(), "IDLE");
  bench.request(posted(SALES, sale()));
  assert.equal(state(), "PROCESSING");
  bench.elapse(5_000);
  assert.equal(state(), "IDLE");
});

test("requests without sense get an answer and move nothing", () => {
  const path = (name: string) => `/devices/cat/${name}`;
  const cases: readonly (readonly [path: string, body: string, answer: string])[] = [
    ["/", "{}", "404:NOT_SUPPORTED"],
    ["/devices/cat/authorizeSales/", sale(), "404:NOT_SUPPORTED"],
    ["/devices/cat/authorizeSales?x=1", sale(), "404:NOT_SUPPORTED"],
    [PING, "", "500:"],
    [SALES, "", "400:INVALID_REQUEST"],
    [SALES, "[]", "400:INVALID_REQUEST"],
    [SALES, "nonsense", "400:INVALID_REQUEST"],
    [SALES, sale({}, withId("7")), "400:INVALID_REQUEST"],
    [SALES, sale({}, { poyntRequestId: 7 }), "400:INVALID_REQUEST"],
    [SALES, sale({}, { timeout: "60000" }), "400:INVALID_REQUEST"],
    [SALES, sale({}, { payment: [] }), "400:INVALID_REQUEST"],
    [SALES, sale({ amount: 0 }), "400:INVALID_REQUEST"],
    [SALES, sale({ amount: -1 }), "400:INVALID_REQUEST"],
    [SALES, sale({ amount: 12.5 }), "400:INVALID_REQUEST"],
    [SALES, sale({ amount: "1250" }), "400:INVALID_REQUEST"],
    [SALES, sale({ tipAmount: -1 }), "400:INVALID_REQUEST"],
    [SALES, sale({ currency: "dollars" }), "400:INVALID_REQUEST"],
    [SALES, sale({ referenceId: 7 }), "400:INVALID_REQUEST"],
    [SALES, sale({ verifyOnly: true }), "400:NOT_SUPPORTED"],
    [path("authorizeVoid"), sale(), "400:INVALID_REQUEST"],
    [path("authorizeRefund"), sale({}, { transactionId: "1" }), "400:INVALID_REQUEST"],
    ["/devices/posprinter/printNormal", sale(), "400:INVALID_REQUEST"],
    ["/devices/secondscreen/showItems", sale(), "400:INVALID_REQUEST"],
    [SALES, "[".repeat(1_000), "400:INVALID_REQUEST"],
  ];
  for (const [where, body, answer] of cases) {
    const bench = given();
    assertSealed(ask(bench, where, body));
    assert.equal(shape(bench.done), answer, `${where} ${body}`);
  }
  const bench = given();
  bench.request({ ...posted(SALES, sale()), method: "GET" });
  bench.request({ ...posted(SALES, ""), body: Uint8Array.of(0x7b, 0xff, 0x7d), headers: ping.headers });
  assert.equal(shape(bench.done), "405:NOT_SUPPORTED 400:REQUEST_SIGNATURE_MISMATCH");
});

test("a signature over other bytes is a mismatch, and moves nothing", () => {
  const bench = given();
  bench.request(posted(SALES, sale(), { headers: { signature: signatureOf(sale()) } }));
  assert.equal(shape(bench.done), "400:REQUEST_SIGNATURE_MISMATCH");
});

test("each fault of a scenario shows on the wire, and in the ledger only where money moves", () => {
  const cases: readonly (readonly [reaction: JsonObject, dialogue: string])[] = [
    [{ kind: "silent" }, ""],
    [{ kind: "silent", from: "money" }, "money"],
    [{ kind: "declines" }, "200:DECLINED"],
    [{ kind: "cancels" }, "200:CANCELED"],
    [{ kind: "cancels", at: "pin" }, "200:CANCELED"],
    [{ kind: "error" }, "400:REQUEST_FAILED"],
    [{ kind: "error", moved: true }, "money 400:REQUEST_FAILED"],
    [{ kind: "error", code: 112, name: "TIMEOUT", status: 200 }, "200:TIMEOUT"],
    [{ kind: "mismatch" }, "400:REQUEST_SIGNATURE_MISMATCH"],
    [{ kind: "linkCut", at: "request" }, "cut money"],
    [{ kind: "linkCut", at: "request", command: "stops" }, "cut"],
    [{ kind: "linkCut", at: "card" }, "cut money"],
    [{ kind: "linkCut", at: "beforeMoney" }, "cut money"],
    [{ kind: "linkCut", at: "beforeMoney", command: "stops" }, "cut"],
    [{ kind: "linkCut", at: "afterMoney" }, "money cut"],
    [{ kind: "linkCut", at: "afterMoney", how: "end" }, "money end"],
    [{ kind: "linkCut", at: "midReply" }, "money 200:other cut"],
    [{ kind: "linkCut", at: "afterReply" }, "money 200:COMPLETED cut"],
    [{ kind: "closeAfterReply" }, "money 200:COMPLETED end"],
    [{ kind: "restart", at: "request" }, "off on"],
    [{ kind: "restart", at: "beforeMoney" }, "off on"],
    [{ kind: "restart", at: "afterMoney" }, "money off on"],
    [{ kind: "restart", at: "midReply" }, "money 200:other off on"],
    [{ kind: "restart", at: "afterReply" }, "money 200:COMPLETED off on"],
    [{ kind: "otherClientPairs", at: "request" }, "400:REQUEST_SIGNATURE_MISMATCH"],
    [{ kind: "otherClientPairs", at: "card" }, "money 200:COMPLETED"],
    [{ kind: "unpairs", at: "request" }, "400:REQUEST_SIGNATURE_MISMATCH"],
    [{ kind: "otherStatus", status: "HOLD" }, "money 200:HOLD"],
    [{ kind: "raw", status: 302, headers: [{ name: "Location", value: "http://127.0.0.1/" }] }, "money 302:"],
  ];
  for (const [reaction, dialogue] of cases) {
    assert.equal(shape(saleWith(reaction).done), dialogue, JSON.stringify(reaction));
  }
  const closing = given({ closeAfterReply: true });
  closing.request(ping);
  assert.equal(shape(closing.done), "200: end");
});

test("the answer to a sale after which another client has paired is signed with a key that the first one does not know", () => {
  const bench = saleWith({ kind: "otherClientPairs", at: "afterMoney" });
  const [answer] = answersOf(bench);
  assert(answer !== undefined);
  assert.notEqual(answer.headers[1]?.[1], signatureOf(answer.body, CODE));
});

test("each distortion of an answer is what it says, and leaves the rest as it was", () => {
  const distorted = (reaction: JsonObject) => {
    const [answer] = answersOf(saleWith(reaction));
    assert(answer !== undefined);
    return {
      answer,
      text: textOf(answer),
      header: (name: string) => answer.headers.find(([known]) => known === name)?.[1],
    };
  };
  const honest = distorted({ kind: "slow", ms: 0 });
  assertSealed(honest.answer);
  assert.equal(typeof jsonOf(honest.answer)["poyntRequestId"], "string");

  const otherId = distorted({ kind: "otherId", poyntRequestId: ID }).answer;
  assert.equal(jsonOf(otherId)["poyntRequestId"], ID);
  assertSealed(otherId);
  assert.notEqual(jsonOf(distorted({ kind: "otherId" }).answer)["poyntRequestId"], undefined);
  assert.equal(jsonOf(distorted({ kind: "noId" }).answer)["poyntRequestId"], undefined);

  assert.equal(distorted({ kind: "wrongSignature" }).header("Signature"), "0".repeat(64));
  assert.equal(distorted({ kind: "noSignature" }).header("Signature"), undefined);
  const lowerCase = distorted({ kind: "lowerCaseSignature" });
  assert.equal(lowerCase.header("Signature"), signatureOf(lowerCase.text).toLowerCase());
  assert.equal(
    distorted({ kind: "contentType", value: "application/json; charset=utf-8" }).header("Content-Type"),
    "application/json; charset=utf-8",
  );

  for (const by of [7, -7]) {
    const { answer, header } = distorted({ kind: "contentLength", by });
    assert.equal(Number(header("Content-Length")), answer.body.length + by);
  }
  const padded = distorted({ kind: "padded", bytes: 50_000_000 }).answer;
  assert.equal(padded.body.length, 50_000_000);
  assertSealed(padded);

  const deep = distorted({ kind: "deepJson", levels: 5_000 });
  assert(deep.text.startsWith(`{"deep":${"[".repeat(5_000)}]`));
  assertSealed(deep.answer);
  const twice = distorted({ kind: "duplicateNames" });
  assert(twice.text.startsWith('{"payment":{"status":"CANCELED"},"catResponse"'));
  assert.equal((jsonOf(twice.answer) as { payment: JsonObject }).payment["status"], "COMPLETED");
  const bad = distorted({ kind: "invalidUtf8" }).answer;
  assert.throws(() => new TextDecoder("utf-8", { fatal: true }).decode(bad.body));
  assertSealed(bad);

  const raw = distorted({ kind: "raw", body: "no JSON" }).answer;
  assert.equal(textOf(raw), "no JSON");
  assertSealed(raw);
  const headers = [
    { name: "X-Same", value: "1" },
    { name: "X-Same", value: "2" },
  ];
  const bytes = distorted({ kind: "raw", hex: "00ff", status: 503, reason: "No", headers }).answer;
  assert.deepEqual(
    [bytes.status, bytes.reason, bytes.headers, [...bytes.body]],
    [
      503,
      "No",
      [
        ["X-Same", "1"],
        ["X-Same", "2"],
      ],
      [0x00, 0xff],
    ],
  );
});

test("half an answer says how long the whole one would be", () => {
  const [answer] = answersOf(saleWith({ kind: "linkCut", at: "midReply" }));
  assert(answer !== undefined);
  const length = Number(answer.headers[2]?.[1]);
  assert(answer.body.length > 100 && answer.body.length < length);
});

test("a slow terminal is slow where it should be", () => {
  const slow = (phase: string) => times(saleWith({ kind: "slow", ms: 9_000, phase }));
  assert.deepEqual(slow("customer"), ["9000 money", "9000 200:COMPLETED"]);
  assert.deepEqual(slow("reply"), ["0 money", "9000 200:COMPLETED"]);
});

test("rules choose by command, amount and count, and the first that matches counts", () => {
  const bench = given({
    rules: [
      { when: { command: "sale", nth: 2 }, then: [{ kind: "declines" }] },
      { when: { amount: 99 }, then: [{ kind: "cancels" }] },
      { when: { command: "ping" }, then: [{ kind: "silent" }] },
    ],
  });
  for (const text of [sale(), sale(), sale(), sale({ amount: 99 })]) bench.request(posted(SALES, text));
  bench.request(ping);
  assert.equal(shape(bench.done), "money 200:COMPLETED 200:DECLINED money 200:COMPLETED 200:CANCELED");
});

test("a repeated id is answered with the first result, byte for byte, and moves no money again", () => {
  const bench = given();
  const text = sale();

  const [first, again] = [ask(bench, SALES, text), ask(bench, SALES, text)];

  assert.deepEqual(again, first);
  assert.equal(movementsOf(bench).length, 1);
  assertSealed(ask(bench, SALES, sale({ amount: 7 }, withId(ID))));
  assert.equal(movementsOf(bench).length, 2);
});

test("declines and cancels are kept for a repeat as well, errors are not", () => {
  const outcome = (then: JsonObject) => {
    const bench = given({ rules: [{ when: { nth: 1 }, then: [then] }] });
    const text = sale();
    bench.request(posted(SALES, text));
    bench.request(posted(SALES, text));
    return shape(bench.done);
  };
  assert.equal(outcome({ kind: "declines" }), "200:DECLINED 200:DECLINED");
  assert.equal(outcome({ kind: "cancels" }), "200:CANCELED 200:CANCELED");
  assert.equal(outcome({ kind: "error" }), "400:REQUEST_FAILED money 200:COMPLETED");
  assert.equal(outcome({ kind: "mismatch" }), "400:REQUEST_SIGNATURE_MISMATCH money 200:COMPLETED");
  assert.equal(outcome({ kind: "error", code: 112, moved: true }), "money 400:REQUEST_FAILED 200:COMPLETED");
  assert.equal(outcome({ kind: "wrongSignature" }), "money 200:COMPLETED 200:COMPLETED");
  assert.equal(outcome({ kind: "silent" }), "money 200:COMPLETED");
});

test("whether a repeat is answered, for how long, and by rules of its own, can be chosen", () => {
  const outcome = (scenario: JsonObject, pauseMs = 0) => {
    const bench = given(scenario);
    const text = sale();
    bench.request(posted(SALES, text));
    bench.elapse(pauseMs);
    bench.request(posted(SALES, text));
    return shape(bench.done);
  };
  assert.equal(outcome({ repeat: "runsAgain" }), "money 200:COMPLETED money 200:COMPLETED");
  assert.equal(outcome({ retentionMs: 1_000 }, 1_000), "money 200:COMPLETED 200:COMPLETED");
  assert.equal(outcome({ retentionMs: 1_000 }, 1_001), "money 200:COMPLETED money 200:COMPLETED");
  const rules = [{ when: { repeat: true }, then: [{ kind: "linkCut", at: "midReply" }] }];
  assert.equal(outcome({ rules }), "money 200:COMPLETED 200:other cut");
  const never = [{ when: { repeat: false }, then: [{ kind: "silent", from: "money" }] }];
  assert.equal(outcome({ rules: never }), "money 200:COMPLETED", "the repeat is answered");
});

test("an id that is still running joins, and both clients get the one result", () => {
  const bench = given({ customerMs: 1_000 });
  const text = sale();
  const first = bench.request(posted(SALES, text));
  bench.elapse(500);
  const second = bench.request(posted(SALES, text));
  bench.elapse(5_000);

  assert.equal(shape(bench.done), "money 200:COMPLETED 200:COMPLETED");
  assert.deepEqual(
    bench.done.flatMap((entry) => (entry.kind === "answered" ? [entry.exchange] : [])),
    [first, second],
  );
  const [one, other] = answersOf(bench);
  assert.deepEqual(one, other);

  // In a queue it would run a second time.
  for (const whileBusy of ["error", "queue", "silent"]) {
    const busy = given({ customerMs: 1_000, repeatWhileRunning: "busy", whileBusy });
    busy.request(posted(SALES, text));
    busy.request(posted(SALES, text));
    busy.elapse(5_000);
    assert.equal(shape(busy.done), "400:TERMINAL_BUSY money 200:COMPLETED");
  }
});

test("a second payment while one runs is busy, waits, or is never answered; other requests go on", () => {
  const during = (scenario: JsonObject) => {
    const bench = given({ customerMs: 1_000, ...scenario });
    bench.request(posted(SALES, sale()));
    bench.request(posted(SALES, sale({ referenceId: "T2" })));
    bench.request(ping);
    bench.elapse(600_000);
    return shape(bench.done);
  };
  assert.equal(during({}), "400:TERMINAL_BUSY 200: money 200:COMPLETED");
  assert.equal(during({ whileBusy: "queue" }), "200: money 200:COMPLETED money 200:COMPLETED");
  assert.equal(during({ whileBusy: "silent" }), "200: money 200:COMPLETED");
});

test("what is busy says 113, and what timed out says 112", () => {
  const bench = given({ customerMs: 90_000 });
  bench.request(posted(SALES, sale()));
  bench.request(posted(SALES, sale()));
  bench.elapse(60_000);
  const codes = answersOf(bench).map((answer) => (jsonOf(answer)["error"] as JsonObject)["errorCode"]);
  assert.deepEqual(codes, [113, 112]);
  for (const answer of answersOf(bench)) assertSealed(answer);
});

test("after its time-out a payment goes on, and the repeat of its id waits for the result", () => {
  const bench = given({ customerMs: 90_000 });
  const text = sale();
  bench.request(posted(SALES, text));
  bench.elapse(70_000);
  bench.request(posted(SALES, text));
  bench.elapse(600_000);
  assert.deepEqual(times(bench), ["60000 400:REQUEST_TIMED_OUT", "90000 money", "90000 200:COMPLETED"]);
});

test("after its time-out a payment is dismissed where the terminal does so, unless it has gone to the host", () => {
  const outcome = (customerMs: number, stageMs: number) => {
    const bench = given({ afterTimeout: "dismissed", customerMs, stageMs });
    const text = sale();
    bench.request(posted(SALES, text));
    bench.elapse(200_000);
    bench.request(posted(SALES, text));
    return shape(bench.done);
  };
  assert.equal(outcome(90_000, 0), "400:REQUEST_TIMED_OUT 200:CANCELED");
  assert.equal(outcome(0, 50_000), "400:REQUEST_TIMED_OUT money 200:COMPLETED");
});

test("one that waits for the screen times out like any other, and has its turn or has lost it", () => {
  const outcome = (afterTimeout: string) => {
    const bench = given({ customerMs: 50_000, whileBusy: "queue", afterTimeout });
    bench.request(posted(SALES, sale()));
    bench.elapse(1_000);
    bench.request(posted(SALES, sale()));
    bench.elapse(600_000);
    return times(bench);
  };
  assert.deepEqual(outcome("goesOn"), [
    "50000 money",
    "50000 200:COMPLETED",
    "61000 400:REQUEST_TIMED_OUT",
    "100000 money",
  ]);
  assert.deepEqual(outcome("dismissed"), ["50000 money", "50000 200:COMPLETED", "61000 400:REQUEST_TIMED_OUT"]);
});

test("a client that has gone stops nothing: the sale is done, nobody is told, and a repeat gets the result", () => {
  const bench = given({ customerMs: 1_000 });
  const text = sale();
  const exchange = bench.request(posted(SALES, text));
  bench.give({ kind: "left", exchange });
  bench.elapse(100_000);
  assert.equal(shape(bench.done), "money");
  ask(bench, SALES, text);
  assert.equal(shape(bench.done), "money 200:COMPLETED");
});

test("a restart is off for its time, ends what was on the screen, and remembers its results or forgets them", () => {
  for (const [memory, repeat] of [
    ["remembers", "200:COMPLETED"],
    ["forgets", "money 200:COMPLETED"],
  ] as const) {
    const then = [{ kind: "restart", at: "afterMoney", memory, offMs: 5_000 }];
    const bench = given({ rules: [{ when: { command: "sale", nth: 1 }, then }] });
    const text = sale();
    bench.request(posted(SALES, text));
    bench.elapse(4_999);
    bench.request(ping);
    assert.equal(shape(bench.done), "money off cut");
    bench.elapse(1);
    ask(bench, SALES, text);
    assert.equal(shape(bench.done), `money off cut on ${repeat}`, memory);
  }
});

test("a restart ends everybody's wait, and the time-outs with it", () => {
  const bench = given({
    customerMs: 10_000,
    whileBusy: "queue",
    rules: [{ when: { command: "ping" }, then: [{ kind: "restart", at: "request" }] }],
  });
  bench.request(posted(SALES, sale()));
  bench.request(posted(SALES, sale()));
  bench.request(ping);
  bench.elapse(600_000);
  assert.equal(shape(bench.done), "off on");
  ask(bench, SALES, sale());
  assert.equal(shape(bench.done), "off on money 200:COMPLETED");
});

test("another process with the same memory knows the transactions and the results of the first one", () => {
  const first = given();
  const text = sale();
  const told = ask(first, SALES, text);
  const { payment } = jsonOf(told) as { payment: { transactions: readonly { id: string }[] } };

  const second = given({}, first.memory());

  assert.deepEqual(ask(second, SALES, text), told);
  const refund = { ...withId(ID), transactionId: payment.transactions[0]?.id ?? "", payment: { amount: 50 } };
  ask(second, "/devices/cat/authorizeRefund", JSON.stringify(refund));
  assert.equal(shape(second.done), "200:COMPLETED money 200:REFUNDED");
});

test("what a terminal keeps has limits", () => {
  const bench = given();
  for (let count = 0; count < 1_050; count += 1) bench.request(posted(SALES, sale()));
  const memory = bench.memory() as { transactions: readonly unknown[]; results: readonly unknown[] };
  assert.deepEqual([memory.transactions.length, memory.results.length], [1_000, 200]);
  assert.equal(
    movementsOf(bench).every(({ amount }) => amount === 1250),
    true,
  );

  const crowded = given({ customerMs: 60_000, whileBusy: "queue" });
  for (let count = 0; count < 66; count += 1) crowded.request(posted(SALES, sale()));
  assert.equal(shape(crowded.done), "cut cut");
});

test("no request makes it throw, and every answer is sealed", () => {
  const bodies = fc.oneof(
    fc.json(),
    fc.constantFrom(sale(), sale({}, withId(ID)), "{}", "", "{", '{"payment":null}'),
    fc
      .record({
        poyntRequestId: fc.constant(ID),
        timeout: fc.nat(100),
        transactionId: fc.uuid(),
        payment: fc.jsonValue(),
      })
      .map((body) => JSON.stringify(body)),
  );
  const names =
    "authorizeSales authorizePreSales authorizeCompletion authorizeAdjustment authorizeVoid authorizeRefund settle ping pair pairWithKey";
  const requests = fc.record({ name: fc.constantFrom(...names.split(" ")), body: bodies, waitMs: fc.nat(50) });
  fc.assert(
    fc.property(fc.array(requests, { maxLength: 15 }), (asks) => {
      const bench = given({ customerMs: 20, whileBusy: "queue", afterTimeout: "dismissed" });
      for (const { name, body, waitMs } of asks) {
        bench.request(posted(`/devices/cat/${name}`, body));
        bench.elapse(waitMs);
      }
      bench.elapse(200_000);
      for (const answer of answersOf(bench)) assertSealed(answer);
    }),
  );
});

test("bytes that are no request are noticed, and nothing else", () => {
  const bench = given();
  bench.send("hello");
  bench.give({ kind: "disconnected" });
  bench.give({ kind: "left", exchange: "nobody" });
  bench.give({ kind: "timer", timer: "nobody's" });
  assert.equal(shape(bench.done), "");
});
