import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { practiceRequestId } from "../../src/core/practice.ts";
import { homeWithDaemon, requestsOf, run, start } from "./command.ts";

const MONEY = ["--amount", "15.00", "--currency", "EUR"];
const PRACTICE = ["practice", "acme", ...MONEY];
const STARTING = "starting a simulated terminal";

function practised(outcome: object) {
  const operation = { type: "sale", amount: { value: 1500, currency: "EUR" } };
  return {
    ...{ id: "T1", pos: "page", requestId: practiceRequestId("1"), terminal: "practice", operation, outcome },
    ...{ state: "settled", acknowledged: true, createdAt: "2026-01-02T03:04:05.000Z" },
  };
}

const OUTCOME = { kind: "approved", revision: 1, decidedBy: { kind: "terminal" }, partial: false };
const APPROVED = practised({ ...OUTCOME, captured: true, final: true });

async function shop(t: TestContext) {
  const { home, daemon } = await homeWithDaemon(t);
  daemon.answers.set("events.subscribe", () => ({}));
  const vendors = [
    { id: "acme", links: ["tcp"] },
    { id: "acme-cloud", links: ["cloud"] },
  ];
  daemon.answers.set("vendors.list", () => ({ vendors }));
  return { home, daemon };
}

for (const [kind, code] of [
  ["approved", 0],
  ["notPerformed", 1],
] as const) {
  test(`a practice payment that is ${kind} is told as one without money, and ends with ${code}`, async (t) => {
    const { home, daemon } = await shop(t);
    const transaction = practised({ kind, revision: 1, reason: "noRecord", decidedBy: { kind: "terminal" } });
    daemon.answers.set("practice.run", () => ({ vendor: "acme", transaction }));

    const ended = await run(t, [...PRACTICE, "--home", home]);

    assert.equal(ended.code, code, ended.stderr);
    assert.match(ended.stderr, /starting a simulated terminal/);
    assert.match(ended.stderr, /Practice: no money has moved/);
    assert.match(ended.stdout, /^terminal +practice$/m);
    assert.deepEqual(requestsOf(daemon, "practice.run"), [
      { amount: { value: 1500, currency: "EUR" }, vendor: "acme" },
    ]);
  });
}

test("Ctrl-C leaves it: 4, that it goes on without money, and where its end is told", async (t) => {
  const { home, daemon } = await shop(t);
  daemon.fate = ({ method }) => (method === "practice.run" ? "unheard" : undefined);
  const practice = start(t, [...PRACTICE, "--home", home]);
  await practice.said(STARTING);

  practice.interrupt();
  const ended = await practice.ended;

  assert.equal(ended.code, 4, ended.stderr);
  assert.match(ended.stderr, /goes on in the service and ends by itself\. No money moves\./);
  assert.match(ended.stderr, /`tillbridge transactions list --terminal practice --home \S+`/);
  assert.equal(ended.stdout, "");
});

for (const vendor of ["acne", "acme-cloud"]) {
  test(`the vendor ${vendor} is refused by the daemon before anything is told as started, with the nearest name`, async (t) => {
    const { home, daemon } = await shop(t);
    const message = `Nobody can practise with ${vendor}: there is acme, other.`;
    daemon.fate = ({ method }) => (method === "practice.run" ? { refuse: "invalidParams", message } : undefined);

    const ended = await run(t, ["practice", vendor, ...MONEY, "--home", home]);

    assert.equal(ended.code, 2, ended.stderr);
    assert.match(ended.stderr, /there is acme, other\./);
    if (vendor === "acne") assert.match(ended.stderr, /Did you mean acme\?/);
    assert.doesNotMatch(ended.stderr, /starting/);
  });
}

test("an amount of zero is wrong usage, and nothing is asked", async (t) => {
  const { home, daemon } = await shop(t);

  const ended = await run(t, ["practice", "--amount", "0", "--currency", "EUR", "--home", home]);

  assert.equal(ended.code, 2, ended.stderr);
  assert.match(ended.stderr, /amount of zero/);
  assert.doesNotMatch(ended.stderr, /starting/);
  assert.deepEqual(daemon.requests, []);
});

test("a practice payment is marked wherever transactions are told in words, and a real one is not", async (t) => {
  const { home, daemon } = await shop(t);
  const entries = [{ at: "2026-01-02T03:04:05.000Z", what: "accepted", detail: "sale of 15.00 EUR" }];
  daemon.answers.set("transactions.timeline", () => ({ entries }));
  const told = async (transaction: object) => {
    daemon.answers.set("transactions.get", () => ({ transaction }));
    daemon.answers.set("transactions.list", () => ({ transactions: [transaction] }));
    const commands = [["show", "T1"], ["timeline", "T1"], ["timeline", "T1", "--language", "de"], ["list"]];
    const all = commands.map((words) => run(t, ["transactions", ...words, "--home", home]));
    return (await Promise.all(all)).map(({ stdout }) => stdout);
  };

  const [show, timeline, german, list] = await told(APPROVED);
  const real = await told({ ...APPROVED, pos: "till-1" });

  assert.match(show ?? "", /^state +approved \(practice\)$/m);
  assert.match(show ?? "", /^practice +at a simulated terminal: no money moves$/m);
  assert.match(timeline ?? "", /^Practice at a simulated terminal: no money moved\n2026/);
  assert.match(german ?? "", /^Übung an einem simulierten Terminal: Es ist kein Geld geflossen\n2026/);
  assert.match(list ?? "", /approved \(practice\)$/m);
  assert.equal(real.length, 4);
  for (const words of real) assert.doesNotMatch(words, /\(practice\)|simulated|Übung/);
});
