import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import type { OutcomeOnWire } from "../../src/protocol/transaction.ts";
import { createFakeDaemon } from "../support/fake-daemon.ts";
import { serve } from "../support/fake-daemon-server.ts";
import { homeAt, homeWithDaemon, requestsOf, run, start, tellPort } from "./command.ts";

const SALE = ["sale", "--terminal", "counter-1", "--amount", "12.50", "--currency", "EUR"];
const ADVICE = { code: "lookAtTerminal", text: "Look at the terminal." } as const;
const EUR = (value: number) => ({ value, currency: "EUR" });

const ENDINGS: readonly (readonly [what: string, outcome: Partial<OutcomeOnWire>, code: number])[] = [
  ["approved as asked", { kind: "approved", amounts: { asked: EUR(1250), approved: EUR(1250) } }, 0],
  ["approved, and the terminal told no amount", { kind: "approved" }, 0],
  ["declined", { kind: "declined", reason: "insufficientFunds" }, 1],
  ["canceled", { kind: "canceled", by: "cardholder" }, 1],
  ["not performed", { kind: "notPerformed", reason: "queueLimit" }, 1],
  ["unknown", { kind: "unknown", since: "timeout", advice: ADVICE }, 4],
  ["approved in part", { kind: "approved", partial: true, amounts: { approved: EUR(1000) } }, 5],
  ["approved in part, and the terminal told no amount", { kind: "approved", partial: true }, 5],
  ["approved with a tip from the terminal", { kind: "approved", amounts: { approved: EUR(1400), tip: EUR(150) } }, 5],
];

for (const [what, outcome, code] of ENDINGS) {
  test(`a sale that is ${what} ends with ${code}`, async (t) => {
    const { home, daemon } = await homeWithDaemon(t);
    daemon.onAccepted = ({ requestId }) => daemon.settle(requestId, outcome);

    const ended = await run(t, [...SALE, "--yes", "--json", "--home", home]);

    assert.equal(ended.code, code, ended.stderr);
    const { transaction } = JSON.parse(ended.stdout) as { transaction: { outcome: { kind: string } } };
    assert.equal(transaction.outcome.kind, outcome.kind);
    assert.equal(ended.stdout.trimEnd().includes("\n"), false, "one JSON document");
    assert.equal(daemon.stored[0]?.acknowledged, true);
  });
}

const FULL = "/dev/full";
test(
  "a sale that is approved, and whose result the full disk does not take, ends with 4: 1 says that no money moved",
  { skip: !existsSync(FULL) },
  async (t) => {
    const { home, daemon } = await homeWithDaemon(t);
    daemon.onAccepted = ({ requestId }) => daemon.settle(requestId, { kind: "approved" });

    const ended = await run(t, [...SALE, "--yes", "--json", "--home", home], { output: FULL });

    assert.equal(ended.code, 4, ended.stderr);
    assert.equal(requestsOf(daemon, "transactions.start").length, 1);
  },
);

test("for people: the request id first, the stages on standard error, the outcome in words without colours", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.onAccepted = ({ requestId }) => {
    daemon.progress(requestId, "presentCard");
    daemon.settle(requestId, { kind: "approved", amounts: { approved: EUR(1250) } });
  };

  const { code, stdout, stderr } = await run(t, [...SALE, "--yes", "--home", home]);

  assert.equal(code, 0);
  assert.match(stderr, /^request id [0-9a-f-]{36}\n {2}accepted\n {2}present card\n/);
  assert.match(stdout, /^state +approved 12\.50 EUR$/m);
  assert.equal((stdout + stderr).includes("\u001b"), false);
});

test("what was typed is what is asked for", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.onAccepted = ({ requestId }) => daemon.settle(requestId, { kind: "approved" });
  const at = ["--terminal", "counter-1", "--yes", "--home", home];
  const of = ["--original", "T0"];

  await Promise.all([
    run(t, [
      ...SALE,
      "--yes",
      "--home",
      home,
      "--tip",
      "1",
      "--reference",
      "R-7",
      "--timeout",
      "90",
      "--request-id",
      "1",
    ]),
    run(t, ["refund", ...at, ...of, "--request-id", "2"]),
    run(t, ["void", ...at, ...of, "--request-id", "3"]),
    run(t, ["preauthorize", ...at, "--amount", "1500", "--currency", "CLP", "--request-id", "4"]),
    run(t, ["capture", ...at, ...of, "--amount", "0.001", "--currency", "KWD", "--request-id", "5"]),
    run(t, ["adjust", ...at, ...of, "--amount", "5.1", "--currency", "EUR", "--request-id", "6"]),
    run(t, ["reconcile", ...at, "--request-id", "7"]),
  ]);

  const operations = new Map(
    requestsOf(daemon, "transactions.start").map((start) => [start["requestId"], start["operation"]]),
  );
  const original = { transaction: "T0" };
  assert.deepEqual(operations.get("1"), {
    type: "sale",
    amount: EUR(1250),
    tip: EUR(100),
    reference: "R-7",
    options: { timeoutSeconds: 90 },
  });
  assert.deepEqual(operations.get("2"), { type: "refund", original });
  assert.deepEqual(operations.get("3"), { type: "void", original });
  assert.deepEqual(operations.get("4"), { type: "preauthorization", amount: { value: 1500, currency: "CLP" } });
  assert.deepEqual(operations.get("5"), { type: "capture", original, amount: { value: 1, currency: "KWD" } });
  assert.deepEqual(operations.get("6"), { type: "adjustment", original, amount: EUR(510) });
  assert.deepEqual(operations.get("7"), { type: "reconciliation" });
});

test("given again with its request id, a sale answers what is known and is stored once", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.onAccepted = ({ requestId }) => daemon.settle(requestId, { kind: "approved" });
  const again = [...SALE, "--yes", "--json", "--home", home, "--request-id", "R1"];

  const [first, second] = [await run(t, again), await run(t, again)];

  assert.deepEqual([first.code, second.code], [0, 0]);
  assert.equal(daemon.stored.length, 1);
  assert.equal((JSON.parse(second.stdout) as { transaction: { id: string } }).transaction.id, daemon.stored[0]?.id);
});

test("another sale with a request id that is taken is refused, and no new id is forbidden", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.onAccepted = ({ requestId }) => daemon.settle(requestId, { kind: "approved" });
  const at = ["--yes", "--json", "--home", home, "--request-id", "R1"];
  await run(t, [...SALE, ...at]);

  const other = await run(t, [...SALE, "--reference", "B-7", ...at]);

  assert.equal(other.code, 1);
  assert.match(other.stderr, /transactions show R1 --request-id/);
  assert.doesNotMatch(other.stderr, /Never with a new one/);
  const { error } = JSON.parse(other.stdout) as { error: { data: { reason: string } } };
  assert.equal(error.data.reason, "requestIdReused");
});

test("cut off between the start and its reply, it asks again with the same id", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  let starts = 0;
  daemon.fate = ({ method }) => (method === "transactions.start" && (starts += 1) === 1 ? "replyLost" : undefined);
  daemon.onAccepted = ({ requestId }) => daemon.settle(requestId, { kind: "approved" });

  const ended = await run(t, [...SALE, "--yes", "--home", home]);

  assert.equal(ended.code, 0, ended.stderr);
  assert.equal(daemon.stored.length, 1);
  assert.ok(starts >= 2);
  assert.match(ended.stderr, /connection to the daemon is lost; asking again with the same request id/);
});

test("a daemon that was killed and started again somewhere else is found there", async (t) => {
  const daemon = createFakeDaemon();
  const first = await serve(t, daemon);
  const home = homeAt(t, first.port);
  const sale = start(t, [...SALE, "--yes", "--home", home, "--request-id", "R1"]);
  await sale.said("accepted");

  await first.close();
  daemon.settle("R1", { kind: "approved" });
  tellPort(home, (await serve(t, daemon)).port);

  assert.equal((await sale.ended).code, 0);
  assert.equal(daemon.stored.length, 1);
});

test("a refusal is said, with the daemon's own word in JSON, and ends with 1", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.fate = ({ method }) => (method === "transactions.start" ? { refuse: "terminalOffline" } : undefined);

  const ended = await run(t, [...SALE, "--yes", "--json", "--home", home]);

  assert.equal(ended.code, 1);
  assert.deepEqual(JSON.parse(ended.stdout), {
    error: {
      code: -32000,
      message: "The fake refuses transactions.start.",
      data: { reason: "terminalOffline", retry: "same" },
    },
  });
  assert.match(ended.stderr, /tillbridge: The fake refuses transactions.start/);
});

test("without a terminal to ask at and without --yes, nothing is sent, and it ends with 2", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);

  const ended = await run(t, [...SALE, "--home", home], { stdin: "y\n" });

  assert.equal(ended.code, 2);
  assert.match(ended.stderr, /Sale of 12\.50 EUR on counter-1\? .*--yes/);
  assert.equal(daemon.requests.length, 0);
});

test("without a daemon it ends with 3, says what to start, and that nothing was sent", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.fate = ({ method }) => (method === "session.open" ? "lost" : undefined);
  // Nothing listens on port 1, as after a daemon that was killed and left its file.
  const gone = homeAt(t, 1);

  const [cut, nobody] = await Promise.all([
    run(t, [...SALE, "--yes", "--home", home]),
    run(t, [...SALE, "--yes", "--home", gone]),
  ]);

  assert.equal(cut.code, 3);
  assert.equal(nobody.code, 3);
  assert.match(nobody.stderr, /tillbridge daemon --home .*Nothing was sent/);
});

test("the request id is on the screen before anything is sent", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.fate = ({ method }) => (method === "session.open" ? "unheard" : undefined);

  const sale = start(t, [...SALE, "--yes", "--home", home, "--request-id", "R1"]);
  await sale.said("request id R1");
  sale.kill();
  await sale.ended;

  assert.equal(daemon.stored.length, 0);
});

test("with the request id of an earlier command, and Ctrl-C before it was looked for: 4, and not that nobody is charged", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  const opening = Promise.withResolvers<undefined>();
  daemon.fate = ({ method }) => {
    if (method === "session.open") opening.resolve(undefined);
    return method === "session.open" ? "unheard" : undefined;
  };
  const sale = start(t, [...SALE, "--yes", "--home", home, "--request-id", "R1"]);
  await opening.promise;

  sale.interrupt();
  await sale.said("canceling");
  sale.interrupt();
  const ended = await sale.ended;

  assert.equal(ended.code, 4, ended.stderr);
  assert.match(ended.stderr, /transactions show R1 --request-id/);
  assert.doesNotMatch(ended.stderr, /Nobody is charged/);
});

test("the first Ctrl-C cancels and waits for what the terminal says", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  const sale = start(t, [...SALE, "--yes", "--json", "--home", home, "--request-id", "R1"]);
  await sale.said("accepted");

  daemon.fate = ({ method }) => {
    if (method === "transactions.cancel") queueMicrotask(() => daemon.settle("R1", { kind: "canceled", by: "pos" }));
    return undefined;
  };
  sale.interrupt();
  const ended = await sale.ended;

  assert.equal(ended.code, 1, ended.stderr);
  assert.deepEqual(requestsOf(daemon, "transactions.cancel"), [{ requestId: "R1" }]);
  assert.match(ended.stdout, /"canceled"/);
});

test("the result beats the cancel", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  const sale = start(t, [...SALE, "--yes", "--home", home, "--request-id", "R1"]);
  await sale.said("accepted");

  daemon.fate = ({ method }) => {
    if (method === "transactions.cancel") queueMicrotask(() => daemon.settle("R1", { kind: "approved" }));
    return undefined;
  };
  sale.interrupt();

  assert.equal((await sale.ended).code, 0);
});

test("the second Ctrl-C leaves it: 4, and how to ask again", async (t) => {
  const { home } = await homeWithDaemon(t);
  const sale = start(t, [...SALE, "--yes", "--home", home, "--request-id", "R1"]);
  await sale.said("accepted");

  sale.interrupt();
  await sale.said("canceling");
  sale.interrupt();
  const ended = await sale.ended;

  assert.equal(ended.code, 4);
  assert.match(ended.stderr, /--request-id R1\. Never with a new one/);
  assert.equal(ended.stdout, "");
});

test("a terminal that cannot cancel: it is said, and the sale goes on", async (t) => {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.fate = ({ method }) => (method === "transactions.cancel" ? { refuse: "notCancelable" } : undefined);
  const sale = start(t, [...SALE, "--yes", "--home", home, "--request-id", "R1"]);
  await sale.said("accepted");

  sale.interrupt();
  await sale.said("it cannot be canceled");
  daemon.settle("R1", { kind: "approved" });

  assert.equal((await sale.ended).code, 0);
});
