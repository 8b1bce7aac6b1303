import assert from "node:assert/strict";
import { headOf } from "../../../src/journal/stored-fact.ts";
import { test } from "node:test";
import { refused } from "../../../src/core/errors.ts";
import { JournalFailure } from "../../../src/journal/journal.ts";
import { APPROVED, COUNTER, SALE, UNKNOWN } from "../../support/fake-till.ts";
import type { Message } from "../../support/protocol-client.ts";
import { serveProtocol, tillRecord } from "../../support/protocol-server.ts";

const reasonOf = (message: Message) => message.error?.data["reason"];
const transactionOf = (message: Message) => message.result?.["transaction"] as Record<string, unknown> | undefined;
const start = (requestId: string, more: Record<string, unknown> = {}) => ({
  terminal: "counter-1",
  requestId,
  operation: SALE,
  ...more,
});

test("a sale is accepted, and told as the journal has it", async (t) => {
  const { open } = await serveProtocol(t);
  const pos = await open();
  const { result } = await pos.request("transactions.start", start("r1"));
  assert.deepEqual(result, {
    transaction: {
      id: "T1",
      pos: "till-1",
      requestId: "r1",
      terminal: "counter-1",
      operation: SALE,
      state: "accepted",
      acknowledged: false,
      createdAt: "2026-01-02T03:04:05.000Z",
    },
  });
});

test("the same request id is answered with what is known, another content with the stored transaction", async (t) => {
  const { open, till } = await serveProtocol(t);
  const pos = await open();
  await pos.request("transactions.start", start("r1"));
  await till.settle("T1", APPROVED);

  const again = await pos.request("transactions.start", start("r1"));
  assert.equal(again.result?.["replayed"], true);
  assert.equal(transactionOf(again)?.["state"], "settled");

  const other = await pos.request("transactions.start", start("r1", { operation: { ...SALE, reference: "42" } }));
  assert.deepEqual([reasonOf(other), other.error?.code], ["requestIdReused", -32000]);
  assert.deepEqual(other.error?.data["transaction"], transactionOf(again));
  assert.deepEqual(till.started, ["T1"]);
});

test("until settled, the reply is the outcome; a repeated start joins the wait", async (t) => {
  const { open, till } = await serveProtocol(t);
  const pos = await open();
  const first = pos.post("transactions.start", start("r1", { until: "settled" }));
  await pos.event("transaction.accepted");
  const second = pos.post("transactions.start", start("r1", { until: "settled" }));
  assert.ok((await pos.request("ping")).result);

  await till.settle("T1", APPROVED);

  for (const [id, replayed] of [
    [first, undefined],
    [second, true],
  ] as const) {
    const reply = await pos.next((message) => message.id === id);
    assert.equal((transactionOf(reply)?.["outcome"] as { kind: string }).kind, "approved");
    assert.equal(reply.result?.["replayed"], replayed);
  }
});

test("what is live, doubtful or contradicted shows, and advice is in the session's language", async (t) => {
  const { open, till } = await serveProtocol(t);
  const pos = await open({ language: "de-AT" });
  const spanish = await open({ language: "es" });
  const stranger = await open({ language: "fi" });
  await pos.request("transactions.start", start("r1"));
  till.setLive("T1", { recovering: false, progress: { stage: "presentCard", text: "Karte" }, queuePosition: 2 });
  const waiting = transactionOf(await pos.request("transactions.get", { requestId: "r1" }));
  assert.deepEqual(waiting?.["progress"], { stage: "presentCard", text: "Karte" });
  assert.equal(waiting["queuePosition"], 2);

  till.setLive("T1", { recovering: true });
  await till.settle("T1", UNKNOWN);
  const inDoubt = transactionOf(await pos.request("transactions.get", { transaction: "T1" }));
  assert.equal(inDoubt?.["recovering"], true);
  assert.equal(inDoubt["deadline"], "2026-01-02T03:06:05.000Z");
  const adviceFor = async (client: typeof pos) => {
    const transaction = transactionOf(await client.request("transactions.get", { transaction: "T1" }));
    return (transaction?.["outcome"] as { advice: { code: string; text: string } }).advice;
  };
  const german = await adviceFor(pos);
  assert.equal(german.code, "lookAtTerminal");
  assert.match(german.text, /Beleg/);
  assert.match((await adviceFor(spanish)).text, /comprobante/);
  assert.match((await adviceFor(stranger)).text, /receipt/);

  await till.write("T1", { kind: "contradicted", evidence: "voucher 7", verdict: APPROVED });
  const contradicted = transactionOf(await pos.request("transactions.get", { transaction: "T1" }));
  assert.deepEqual(contradicted?.["contradicted"], { evidence: "voucher 7" });
});

test("a POS sees its own transactions, the administrator all", async (t) => {
  const { open, administrator, till } = await serveProtocol(t, { records: [tillRecord({ pos: "till-2" })] });
  const one = await open();
  const two = await open({ pos: "till-2" });
  const operator = await administrator();
  await one.request("transactions.start", start("r1"));
  assert.equal(reasonOf(await two.request("transactions.get", { transaction: "T1" })), "transactionNotFound");
  assert.equal(reasonOf(await two.request("transactions.get", { requestId: "r1" })), "transactionNotFound");
  assert.ok(transactionOf(await operator.request("transactions.get", { transaction: "T1" })));

  assert.deepEqual((await two.request("transactions.list")).result, { transactions: [] });
  assert.equal(reasonOf(await two.request("transactions.list", { pos: "till-1" })), "forbidden");
  const all = (await operator.request("transactions.list", { pos: "till-1" })).result?.["transactions"];
  assert.equal((all as unknown[]).length, 1);
  assert.deepEqual(till.asked[0], { pos: "till-2", limit: 50 });
});

test("a cursor that no list ended with is refused, and is not an empty page", async (t) => {
  const { open, till } = await serveProtocol(t);
  const pos = await open();
  assert.equal(reasonOf(await pos.request("transactions.list", { cursor: "yesterday" })), "invalidParams");
  assert.deepEqual(till.asked, []);
});

test("where the customer was is not told of a transaction that has an outcome", async (t) => {
  const { open, till } = await serveProtocol(t);
  const pos = await open();
  await pos.request("transactions.start", start("r1"));
  till.setLive("T1", { recovering: false, progress: { stage: "contactingHost" } });
  await till.settle("T1", APPROVED);
  const settled = transactionOf(await pos.request("transactions.get", { transaction: "T1" }));
  assert.equal(settled?.["progress"], undefined);
});

test("times of a list are compared in UTC", async (t) => {
  const { open, till } = await serveProtocol(t);
  const pos = await open();
  await pos.request("transactions.list", { from: "2026-01-02T04:04:05+01:00", to: "2026-01-02T04:00:00Z", limit: 1 });
  assert.deepEqual(till.asked[0], {
    pos: "till-1",
    from: "2026-01-02T03:04:05.000Z",
    to: "2026-01-02T04:00:00.000Z",
    limit: 1,
  });
});

test("acknowledging means the first revision unless another is named", async (t) => {
  const { open, till } = await serveProtocol(t);
  const pos = await open();
  await pos.request("transactions.start", start("r1"));
  await till.settle("T1", UNKNOWN);
  await till.write("T1", {
    kind: "resolved",
    outcome: { ...APPROVED, revision: 2, decidedBy: { kind: "recovery" } },
  });
  assert.equal(reasonOf(await pos.request("transactions.acknowledge", { requestId: "r1" })), "revisionMismatch");
  const acknowledged = await pos.request("transactions.acknowledge", { requestId: "r1", revision: 2 });
  assert.equal(transactionOf(acknowledged)?.["acknowledged"], true);
});

test("a cancel is recorded, an answer is passed on, and the timeline tells what happened", async (t) => {
  const { open, till } = await serveProtocol(t);
  const pos = await open();
  await pos.request("transactions.start", start("r1", { operation: { ...SALE, reference: "42" } }));
  assert.equal(transactionOf(await pos.request("transactions.cancel", { requestId: "r1" }))?.["cancelRequested"], true);
  assert.deepEqual(
    (await pos.request("transactions.answer", { transaction: "T1", prompt: "P1", value: "yes" })).result,
    {},
  );
  assert.deepEqual(till.asked, [{ name: { transaction: "T1" }, prompt: "P1", value: "yes" }]);
  const at = "2026-01-02T03:04:05.000Z";
  const told = (await pos.request("transactions.timeline", { requestId: "r1" })).result as Record<string, unknown>;
  assert.deepEqual(told["chain"], {
    journal: till.journal.id,
    facts: 2,
    hash: headOf("T1", await till.journal.facts("T1")),
  });
  assert.deepEqual(told["entries"], [
    {
      at,
      what: "accepted",
      text: "till-1 asked for a payment of 12.50 EUR at terminal counter-1. It is written down.",
      detail: "sale of 12.50 EUR by till-1 at counter-1, request r1, reference 42",
    },
    { at, what: "cancelRequested", text: "till-1 asked for it to be canceled.", detail: "by till-1" },
  ]);
});

test("a person's decision becomes a verdict with what that person knows, and no more", async (t) => {
  const { open, administrator, till } = await serveProtocol(t);
  const pos = await open();
  const operator = await administrator();
  await pos.request("transactions.start", start("r1"));
  const decide = async (outcome: unknown, more: Record<string, unknown> = {}) => {
    const before = till.asked.length;
    const person = { operator: "Ana", reason: "receipt seen" };
    const reply = await operator.request("transactions.resolve", { transaction: "T1", outcome, ...person, ...more });
    const asked = till.asked[before] as { verdict: unknown; revision: unknown; person: unknown } | undefined;
    if (asked !== undefined) assert.deepEqual(asked.person, person);
    return reasonOf(reply) ?? asked?.verdict;
  };
  const eur = (value: number) => ({ value, currency: "EUR" });
  assert.deepEqual(await decide({ kind: "approved" }), { ...APPROVED });
  assert.deepEqual(await decide({ kind: "approved", approvalCode: "A1", amounts: { approved: eur(1000) } }), {
    ...APPROVED,
    partial: true,
    approvalCode: "A1",
    amounts: { asked: eur(1250), approved: eur(1000) },
  });
  assert.deepEqual(await decide({ kind: "declined" }), { kind: "declined", reason: "other" });
  assert.deepEqual(await decide({ kind: "canceled" }), { kind: "canceled", by: "operator" });
  assert.deepEqual(await decide({ kind: "notPerformed", terminalReferences: { ticket: "7" } }), {
    kind: "notPerformed",
    reason: "noRecord",
    terminalReferences: { ticket: "7" },
  });
  assert.equal(await decide({ kind: "unknown" }), "invalidParams");
  assert.equal(await decide({ kind: "declined", amounts: { approved: eur(1) } }), "invalidParams");
  assert.equal(
    await decide({ kind: "approved", amounts: { approved: { value: 1, currency: "USD" } } }),
    "invalidParams",
  );
  assert.equal(await decide({ kind: "approved" }, { operator: "" }), "invalidParams");
  assert.equal(await decide({ kind: "approved", terminalReferences: { "a b": "1" } }), "invalidParams");
});

test("of a transaction of another POS that stands in the way only the id is told", async (t) => {
  const { open, till } = await serveProtocol(t, { records: [tillRecord({ pos: "till-2" })] });
  const one = await open();
  const two = await open({ pos: "till-2" });
  await one.request("transactions.start", start("r1"));
  till.failNext(refused("referenceInDoubt", "In doubt.", { transaction: "T1", terminal: "counter-1" }).refusal);
  const refusal = await two.request("transactions.start", start("r2"));
  assert.deepEqual(refusal.error, {
    code: -32000,
    message: "In doubt.",
    data: { reason: "referenceInDoubt", retry: "never", terminal: "counter-1", transaction: { id: "T1" } },
  });
});

test("a journal that fails is named; what else fails tells no stack and no path, and is in the log", async (t) => {
  const { open, till, log } = await serveProtocol(t);
  const pos = await open();
  till.failNext(new JournalFailure("disk full: /var/lib/tillbridge/data/journal.db"));
  const full = await pos.request("transactions.start", start("r1"));
  till.failNext(new TypeError("cannot read /home/x of undefined"));
  const broken = await pos.request("transactions.start", start("r1"));

  assert.deepEqual([reasonOf(full), full.error?.data["retry"]], ["journalUnavailable", "same"]);
  assert.deepEqual([reasonOf(broken), broken.error?.data["retry"]], ["internal", "same"]);
  assert.ok(!JSON.stringify([full, broken]).includes("/"), "no path leaves");
  assert.equal(log.lines.filter((line) => line.startsWith("error")).length, 2);
  assert.equal(transactionOf(await pos.request("transactions.start", start("r1")))?.["state"], "accepted");
});

test("a start that is stored is never answered as if it were not, also where its end cannot be read", async (t) => {
  const { open, till } = await serveProtocol(t);
  const pos = await open();
  const whenSettled = till.transactions.whenSettled;
  till.transactions.whenSettled = () => Promise.reject(new JournalFailure("disk gone"));

  const answered = await pos.request("transactions.start", start("r1", { until: "settled" }));

  assert.deepEqual([reasonOf(answered), answered.error?.data["retry"]], ["internal", "same"]);
  till.transactions.whenSettled = whenSettled;
  await till.settle("T1", APPROVED);
  const again = await pos.request("transactions.start", start("r1", { until: "settled" }));
  assert.equal(again.result?.["replayed"], true);
  assert.deepEqual(till.started, ["T1"]);
});

test("a request that gets no answer inside is answered `timeout`, and asking again finds what was done", async (t) => {
  const { open, till, clock } = await serveProtocol(t);
  const pos = await open();
  const release = till.holdNext();
  const id = pos.post("transactions.start", start("r1"));
  await pos.request("ping");
  for (let waited = 0; waited < 30_000; waited += 5_000) {
    await clock.advance(5_000);
    await pos.request("ping");
  }
  const late = await pos.next((message) => message.id === id);
  assert.deepEqual([reasonOf(late), late.error?.data["retry"]], ["timeout", "same"]);

  release();
  await pos.event("transaction.accepted");
  assert.equal((await pos.request("transactions.start", start("r1"))).result?.["replayed"], true);
  assert.deepEqual(till.started, ["T1"]);
  assert.equal(pos.messages.filter((message) => message.id === id).length, 1, "one reply");
});

test("terminals are listed with their fence's advice, asked, changed and paired", async (t) => {
  const { administrator, till } = await serveProtocol(t);
  const operator = await administrator();
  const fence = { transaction: "T1", since: "2026-01-02T03:04:05.000Z" };
  till.setTerminal({ ...COUNTER, state: "fenced", fence });
  const shown = (await operator.request("terminals.get", { terminal: "counter-1" })).result?.["terminal"];
  assert.equal((shown as { fence: { advice: { code: string } } }).fence.advice.code, "askOperator");
  const { lastSeen: _never, ...unseen } = COUNTER;
  till.setTerminal(unseen);
  const listed = (await operator.request("terminals.list")).result?.["terminals"];
  assert.equal((listed as { lastSeen: unknown }[])[0]?.lastSeen, null);

  for (const method of ["get", "poll", "remove", "pair"]) {
    const answer = await operator.request(`terminals.${method}`, { terminal: "nowhere" });
    assert.deepEqual([reasonOf(answer), answer.error?.data["terminal"]], ["terminalNotFound", "nowhere"], method);
  }
  const polled = await operator.request("terminals.poll", { terminal: "counter-1" });
  assert.deepEqual(polled.result, { reachable: true, asked: true, latencyMs: 3 });
  const link = { type: "tcp", host: "127.0.0.1", port: 7001 };
  const added = { terminal: "counter-2", vendor: "acme", link, settings: { currency: "EUR", nested: { a: [1] } } };
  assert.ok((await operator.request("terminals.add", added)).result);
  assert.equal(reasonOf(await operator.request("terminals.add", { ...added, link: { port: 1 } })), "invalidParams");
  assert.ok((await operator.request("terminals.update", { terminal: "counter-1", name: "Front" })).result);
  assert.ok((await operator.request("terminals.pair", { terminal: "counter-1", code: "99" })).result);
  const lift = { terminal: "counter-1", transaction: "T1", operator: "Ana", reason: "seen" };
  assert.ok((await operator.request("terminals.liftFence", lift)).result);
  const { transaction: _id, ...unnamed } = lift;
  assert.equal(reasonOf(await operator.request("terminals.liftFence", unnamed)), "invalidParams");
  const ofOther = await operator.request("terminals.liftFence", { ...unnamed, requestId: "r1" });
  assert.equal(reasonOf(ofOther), "transactionNotFound");
  assert.deepEqual((await operator.request("terminals.remove", { terminal: "counter-1" })).result, {});
  assert.deepEqual(till.asked, [
    { poll: "counter-1" },
    { add: { id: "counter-2", vendor: "acme", link, settings: added.settings } },
    { update: { id: "counter-1", link: COUNTER.link, name: "Front" } },
    { pair: "counter-1", code: "99" },
    { liftFence: "counter-1", transaction: "T1", person: { operator: "Ana", reason: "seen" } },
    { remove: "counter-1" },
  ]);
});

test("reports and vendors are answered; what this version cannot do says so", async (t) => {
  const { administrator } = await serveProtocol(t);
  const operator = await administrator();
  const report = await operator.request("reports.run", { terminal: "counter-1", report: "totals" });
  assert.deepEqual(report.result, { report: { total: 1250 } });
  assert.equal(((await operator.request("vendors.list")).result?.["vendors"] as unknown[]).length, 1);
  for (const [method, params] of [
    ["device.display", { terminal: "counter-1", lines: ["hello"] }],
    ["device.print", { terminal: "counter-1", lines: ["hello"] }],
    ["device.scan", { terminal: "counter-1" }],
    ["device.function", { terminal: "counter-1", name: "cloudMessage", params: { data: "x" } }],
    ["diagnostics.trace", { enable: true }],
  ] as const) {
    const answer = await operator.request(method, params);
    assert.equal(reasonOf(answer), "unsupportedOperation", method);
    assert.ok((answer.error?.message.length ?? 0) > 20, method);
  }
});

test("a function of the vendor's own goes to the terminal by its name; what has a method of its own is asked for with that", async (t) => {
  const { administrator } = await serveProtocol(t);
  const operator = await administrator();
  const ask = (name: string) => operator.request("device.function", { terminal: "counter-1", name });
  assert.match((await ask("cloudMessage")).error?.message ?? "", /counter-1 has no function cloudMessage/);
  for (const name of ["print", "display", "scan", "function"]) {
    const answer = await ask(name);
    assert.match(answer.error?.message ?? "", new RegExp(`device\\.${name}`));
    assert.equal(reasonOf(answer), "invalidParams");
  }
  assert.equal(
    reasonOf(await operator.request("device.function", { terminal: "counter-9", name: "pushProfile" })),
    "terminalNotFound",
  );
});

test("secrets go in and never come back", async (t) => {
  const { administrator, secrets, till } = await serveProtocol(t);
  const operator = await administrator();
  assert.deepEqual((await operator.request("secrets.set", { name: "mp", value: "s3cret" })).result, {});
  assert.deepEqual((await operator.request("secrets.list")).result, { secrets: ["mp"] });
  assert.equal(secrets.get("mp"), "s3cret");
  assert.deepEqual((await operator.request("secrets.remove", { name: "mp" })).result, {});
  assert.equal(reasonOf(await operator.request("secrets.remove", { name: "mp" })), "invalidParams");
  assert.equal(reasonOf(await operator.request("secrets.set", { name: "../x", value: "1" })), "invalidParams");
  const written = JSON.stringify([operator.messages, (await till.journal.verify()).faults]);
  assert.ok(!written.includes("s3cret"));
});

test("standing alarms are told to the administrator alone", async (t) => {
  const alarm = {
    at: "2026-01-02T03:04:05.000Z",
    severity: "warning",
    code: "journalOlder",
    text: "What.",
    remedy: "Look.",
  } as const;
  const standingAlarms = () => ({ alarms: [alarm], missing: 1 });
  const { open, administrator } = await serveProtocol(t, { ports: { standingAlarms } });
  const told = await (await administrator()).request("diagnostics.alarms", {});
  assert.deepEqual(told.result, { alarms: [alarm], missing: 1 });
  const refusal = (await (await open()).request("diagnostics.alarms", {})).error?.data;
  assert.equal(refusal?.["reason"], "forbidden");
});

test("health counts terminals and sessions, for whoever may see the status", async (t) => {
  const { open, till, server } = await serveProtocol(t);
  const pos = await open();
  till.setTerminal({ ...COUNTER, id: "counter-2", state: "offline" });
  assert.deepEqual((await pos.request("diagnostics.health")).result, {
    status: "ok",
    intake: "open",
    version: "0.1.0",
    uptimeSeconds: 0,
    journal: { id: "J1", state: "ok" },
    terminals: { ready: 1, offline: 1 },
    sessions: 1,
    disorderlyEnds: 0,
    doors: [{ from: "thisMachine", url: server.url }],
  });
});
