import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json } from "../../src/core/json.ts";
import type { Operation } from "../../src/core/operation.ts";
import { vendors } from "../../src/drivers/registry.ts";
import { AMOUNT, SAMPLES } from "../conformance/samples.ts";
import { TILL_1, World } from "../support/world.ts";

const [vendor] = vendors;
const sample = vendor === undefined ? undefined : SAMPLES[vendor.id];
assert(vendor !== undefined && sample !== undefined, "the registry has a vendor with a sample");
const { stories, settings, approves, slowCustomer } = sample;
const TILL_2 = { pos: "till-2", seesAll: false };
const ADMIN = { pos: "cli", seesAll: true };

async function readyWorld(scenario: Json = approves): Promise<World> {
  const world = new World({ vendor: vendor as NonNullable<typeof vendor>, settings, scenario });
  await world.startReady();
  assert.equal(await world.settled(await world.accepted(world.sale(700))), "approved");
  world.link.ledger.splice(0);
  return world;
}

async function reasonOf(starting: ReturnType<World["startOperation"]>): Promise<string> {
  const started = await starting;
  return started.kind === "refused" ? started.refusal.reason : `started ${started.value.transaction.id}`;
}

describe("rule 1, a request id stands for one request", () => {
  it("repeated with the same content it answers the stored transaction, and money moves once", async () => {
    const world = await readyWorld();
    const id = await world.accepted(world.sale(AMOUNT), "r1");
    assert.equal(await world.settled(id), "approved");
    const again = await world.startOperation(world.sale(AMOUNT), "r1");
    assert.deepEqual(
      again.kind === "done"
        ? [again.value.transaction.id, again.value.replayed, again.value.transaction.outcome?.kind]
        : again,
      [id, true, "approved"],
    );
    await world.clock.advance(5_000);
    assert.equal(world.link.ledger.length, 1);
  });

  it("sent twice at the same time it is stored once", async () => {
    const world = await readyWorld();
    const both = await Promise.all(
      [1, 2].map(() => world.startOperation(world.sale(AMOUNT, { reference: "T7" }), "r1")),
    );
    const ids = both.map((started) =>
      started.kind === "done" ? started.value.transaction.id : started.refusal.reason,
    );
    assert.equal(new Set(ids).size, 1);
    assert.equal(await world.settled(ids[0] ?? ""), "approved");
    assert.equal(world.link.ledger.length, 1);
  });

  it("with other content is refused, and names the transaction that has it", async () => {
    const world = await readyWorld();
    const id = await world.accepted(world.sale(AMOUNT), "r1");
    const started = await world.startOperation(world.sale(AMOUNT + 1), "r1");
    assert.deepEqual(started.kind === "refused" ? [started.refusal.reason, started.refusal.transaction] : started, [
      "requestIdReused",
      id,
    ]);
  });

  it("later than the repeat window is refused, so that nothing old passes as new", async () => {
    const world = await readyWorld();
    await world.settled(await world.accepted(world.sale(AMOUNT), "r1"));
    world.clock.setWallClock(world.clock.now() + 86_400_001);
    assert.equal(await reasonOf(world.startOperation(world.sale(AMOUNT), "r1")), "requestIdReused");
  });

  it("is looked up before the terminal's state, the currency and the journal", async () => {
    const world = await readyWorld();
    const id = await world.accepted(world.sale(AMOUNT), "r1");
    await world.settled(id);
    world.link.unreachable = true;
    world.link.cutNow();
    await world.until(() => world.state === "offline", 10_000);
    assert.equal(await reasonOf(world.startOperation(world.sale(AMOUNT), "r1")), `started ${id}`);
    assert.equal(await reasonOf(world.startOperation(world.sale(AMOUNT), "r2")), "terminalOffline");
  });

  it("belongs to a POS: another one may use the same", async () => {
    const world = await readyWorld();
    const first = await world.accepted(world.sale(AMOUNT), "r1");
    const second = await world.startOperation(world.sale(AMOUNT), "r1", TILL_2);
    assert.notEqual(second.kind === "done" ? second.value.transaction.id : first, first);
  });

  it("whose mark alone is left after pruning is refused", async () => {
    const world = await readyWorld();
    world.journal.bury("till-1", "old", "OLD1");
    assert.equal(await reasonOf(world.startOperation(world.sale(AMOUNT), "old")), "requestIdReused");
  });

  it("sent with the id of another journal is refused", async () => {
    const world = await readyWorld();
    const request = { terminal: "counter-1", requestId: "r1", operation: world.sale(AMOUNT), journal: "another" };
    const started = await world.till.transactions.start(TILL_1, request);
    assert.equal(started.kind === "refused" ? started.refusal.reason : started.kind, "journalChanged");
  });
});

describe("rule 4, the fence", () => {
  async function inDoubt(): Promise<{ readonly world: World; readonly id: string }> {
    const world = await readyWorld(stories.isSilent.scenario);
    const id = await world.accepted(world.sale(AMOUNT, { reference: "T7" }));
    await world.until(async () => (await world.see(id)).transaction.dispatched !== undefined, 5_000);
    world.link.unreachable = true;
    world.link.cutNow();
    await world.until(() => world.state === "recovering", 5_000);
    return { world, id };
  }

  it("keeps the terminal from other operations, over a restart as well", async () => {
    const { world, id } = await inDoubt();
    await world.crash();
    await world.start();
    assert.equal(world.state, "recovering");
    world.link.unreachable = false;
    const next = await world.accepted(world.sale(300));
    await world.clock.advance(1_000);
    assert.equal((await world.see(next)).transaction.dispatched, undefined);
    assert.equal(await world.settled(id), "notPerformed");
    assert.equal(await world.settled(next), "approved");
  });

  it("ends without an alarm when the terminal's records tell how it ended", async () => {
    const world = await readyWorld(stories.isSilentAfterTheMoney.scenario);
    const id = await world.accepted(world.sale(AMOUNT));
    await world.until(async () => (await world.see(id)).transaction.dispatched !== undefined, 5_000);
    await world.until(() => world.link.ledger.length === 1, 30_000);
    world.link.cutNow();
    assert.equal(await world.settled(id), "approved");
    await world.until(() => world.state === "ready", 30_000);
    assert.deepEqual(world.alarms(), [], "nobody has to decide what is known");
    const told = world.events.find(
      (event) => event.kind === "told" && event.type === "transaction.settled" && event.seen.transaction.id === id,
    );
    assert.deepEqual(told?.kind === "told" && told.seen.live, { recovering: false }, "and nobody asks any more");
  });

  it("refuses a start with the same reference of any POS, unless it names the doubt", async () => {
    const { world, id } = await inDoubt();
    const again = world.sale(AMOUNT, { reference: "T7" });
    assert.equal(await reasonOf(world.startOperation(again, "r2", TILL_2)), "referenceInDoubt");
    const despite = { ...again, options: { despite: id } };
    assert.match(await reasonOf(world.startOperation(despite, "r3", TILL_2)), /^started/);
  });

  it("does not forget the reference over a restart", async () => {
    const { world } = await inDoubt();
    await world.crash();
    await world.start();
    const again = world.sale(AMOUNT, { reference: "T7" });
    assert.equal(await reasonOf(world.startOperation(again, "r2", TILL_2)), "referenceInDoubt");
  });

  it("refuses reports and polls nothing while the evidence could be wiped", async () => {
    const { world } = await inDoubt();
    const report = await world.till.terminals.report("counter-1", "totals", {});
    assert.equal(report.kind === "refused" ? report.refusal.reason : report.kind, "terminalFenced");
    const poll = await world.till.terminals.poll("counter-1");
    assert.equal(poll.kind === "done" ? poll.value.asked : undefined, false);
  });

  it("lets a person look at the terminal's records once only a person can decide", async () => {
    const { world } = await inDoubt();
    world.link.replace(approves, "forgets");
    world.link.unreachable = false;
    await world.until(() => world.state === "fenced", 120_000);
    assert.equal(world.alarms().includes("personNeeded"), true);
    const asking = world.till.terminals.report("counter-1", "details", {});
    await world.clock.advance(10_000);
    const report = await asking;
    assert.equal(report.kind, "done", JSON.stringify(report));
    assert.equal(world.state, "fenced");
    assert.equal(await reasonOf(world.startOperation(world.sale(300))), "terminalFenced");
  });

  it("is lifted by a person, after which only a person decides that transaction", async () => {
    const { world, id } = await inDoubt();
    const person = { operator: "ana", reason: "customers wait" };
    assert.equal((await world.till.terminals.liftFence("counter-1", id, person)).kind, "done");
    assert.equal(await world.outcomeOf(id), "unknown");
    world.link.unreachable = false;
    await world.until(() => world.state === "ready", 30_000);
    await world.clock.advance(120_000);
    assert.equal(await world.outcomeOf(id), "unknown", "no recovery decides it any more");
    await world.crash();
    await world.startReady();
    assert.equal(await world.outcomeOf(id), "unknown", "nor after a restart");
    const verdict = { kind: "notPerformed", reason: "noRecord" } as const;
    const resolved = await world.till.transactions.resolve(ADMIN, { transaction: id }, undefined, verdict, person);
    assert.equal(
      resolved.kind === "done" ? resolved.value.transaction.outcome?.kind : resolved.refusal.reason,
      "notPerformed",
    );
  });

  it("ends when a person resolves the transaction while the recovery still asks", async () => {
    const { world, id } = await inDoubt();
    const verdict = { kind: "notPerformed", reason: "noRecord" } as const;
    const person = { operator: "ana", reason: "no slip" };
    const resolved = await world.till.transactions.resolve(ADMIN, { transaction: id }, undefined, verdict, person);
    assert.equal(resolved.kind, "done");
    world.link.unreachable = false;
    await world.until(() => world.state === "ready", 30_000);
    const again = await world.till.transactions.resolve(ADMIN, { transaction: id }, undefined, verdict, person);
    assert.equal(again.kind === "refused" ? again.refusal.reason : again.kind, "notResolvable");
  });

  it("takes a fresh link after a person decided while the terminal was being asked", async () => {
    const world = await readyWorld(stories.isSilentAfterTheMoney.scenario);
    const id = await world.accepted(world.sale(AMOUNT));
    await world.until(async () => (await world.see(id)).transaction.dispatched !== undefined, 5_000);
    world.link.cutNow();
    await world.until(async () => (await world.see(id)).live.recovering, 5_000, 1);
    const links = () => world.log.lines.filter((line) => line.endsWith("link open")).length;
    await world.until(() => links() === 2, 10_000, 1);
    await world.clock.advance(1);
    const verdict = { kind: "notPerformed", reason: "noRecord" } as const;
    const person = { operator: "ana", reason: "no slip" };
    await world.till.transactions.resolve(ADMIN, { transaction: id }, undefined, verdict, person);
    const next = await world.accepted(world.sale(700));
    assert.equal(await world.settled(next), "approved", "asked for at once, it waits for that link");
    assert.equal(links(), 3, "an answer that was still owed cannot reach the next sale");
  });

  it("says when a person has seen an older revision", async () => {
    const { world, id } = await inDoubt();
    const verdict = { kind: "notPerformed", reason: "noRecord" } as const;
    const resolved = await world.till.transactions.resolve(ADMIN, { transaction: id }, 3, verdict, {
      operator: "a",
      reason: "b",
    });
    assert.equal(resolved.kind === "refused" ? resolved.refusal.reason : resolved.kind, "revisionMismatch");
  });
});

describe("rule 6, what is queued", () => {
  async function queued(): Promise<{ readonly world: World; readonly running: string; readonly waiting: string }> {
    const world = await readyWorld(slowCustomer);
    const running = await world.accepted(world.sale(AMOUNT));
    await world.until(async () => (await world.see(running)).transaction.dispatched !== undefined, 5_000);
    const waiting = await world.accepted(world.sale(300));
    return { world, running, waiting };
  }

  it("ends after the queue limit as never sent", async () => {
    const { world, running, waiting } = await queued();
    await world.till.transactions.cancel(TILL_1, { transaction: running });
    world.link.unreachable = true;
    world.link.cutNow();
    await world.clock.advance(61_000);
    const { outcome } = (await world.see(waiting)).transaction;
    assert.deepEqual(outcome?.kind === "notPerformed" ? outcome.reason : outcome, "terminalFenced");
  });

  it("ends when its POS has been away for too long, and not when it comes back in time", async () => {
    const { world, waiting } = await queued();
    world.link.unreachable = true;
    world.link.cutNow();
    world.till.transactions.posLeft("till-1");
    await world.clock.advance(20_000);
    world.till.transactions.posArrived("till-1");
    world.till.transactions.posLeft("till-1");
    await world.clock.advance(29_000);
    assert.equal(await world.outcomeOf(waiting), undefined);
    await world.clock.advance(2_000);
    const { outcome } = (await world.see(waiting)).transaction;
    assert.deepEqual(outcome?.kind === "notPerformed" ? outcome.reason : outcome, "posGone");
  });

  it("ends with a restart: the customer has gone", async () => {
    const { world, waiting } = await queued();
    await world.crash();
    await world.start();
    const { outcome } = (await world.see(waiting)).transaction;
    assert.deepEqual(outcome?.kind === "notPerformed" ? outcome.reason : outcome, "restart");
  });

  it("has a place in the queue, and the queue has an end", async () => {
    const { world, waiting } = await queued();
    assert.equal((await world.see(waiting)).live.queuePosition, 1);
    for (let more = 1; more < 16; more += 1) await world.accepted(world.sale(300));
    assert.equal(await reasonOf(world.startOperation(world.sale(300))), "queueFull");
  });
});

describe("what was given back is added up", () => {
  async function sold(): Promise<{ readonly world: World; readonly original: { readonly transaction: string } }> {
    const world = await readyWorld();
    const transaction = await world.accepted(world.sale(AMOUNT));
    assert.equal(await world.settled(transaction), "approved");
    return { world, original: { transaction } };
  }

  it("more than was approved is refused, whatever the parts", async () => {
    const { world, original } = await sold();
    const part = (value: number): Operation => ({ ...world.sale(value), type: "refund", original });
    assert.equal(await world.settled(await world.accepted(part(1000))), "approved");
    assert.equal(await reasonOf(world.startOperation(part(251))), "originalExhausted");
    assert.equal(await world.settled(await world.accepted(part(250))), "approved");
    assert.equal(await reasonOf(world.startOperation({ type: "void", original })), "originalExhausted");
  });

  it("two refunds at the same time cannot both see the same rest", async () => {
    const { world, original } = await sold();
    const part: Operation = { ...world.sale(800), type: "refund", original };
    const both = await Promise.all([
      reasonOf(world.startOperation(part)),
      reasonOf(world.startOperation(part, "r9", TILL_2)),
    ]);
    assert.equal(both.filter((reason) => reason === "originalExhausted").length, 1);
  });

  it("an original that is unknown, not approved, or of another terminal is refused", async () => {
    const { world } = await sold();
    const refund = (transaction: string): Operation => ({ type: "refund", original: { transaction } });
    assert.equal(await reasonOf(world.startOperation(refund("NONE"))), "originalNotFound");
    const canceled = await world.accepted(world.sale(300));
    await world.till.transactions.cancel(TILL_1, { transaction: canceled });
    await world.settled(canceled);
    assert.equal(await reasonOf(world.startOperation(refund(canceled))), "originalNotSettled");
  });
});

describe("rule 12, a journal that fails", () => {
  it("refuses new money at once, and takes it again when it works", async () => {
    const world = await readyWorld();
    world.journal.failNext(1);
    await assert.rejects(world.startOperation(world.sale(AMOUNT), "r1"), { name: "JournalFailure" });
    const id = await world.accepted(world.sale(AMOUNT), "r1");
    assert.equal(await world.settled(id), "approved");
    assert.equal(world.link.ledger.length, 1);
  });

  it("while the result comes: an alarm, no settled outcome, a fence, and the truth when it works again", async () => {
    const world = await readyWorld();
    const id = await world.accepted(world.sale(AMOUNT));
    await world.until(async () => (await world.see(id)).transaction.dispatched !== undefined, 5_000, 1);
    world.journal.failNext(5);
    await world.until(() => world.alarms().includes("journalFailed"), 30_000);
    assert.notEqual(await world.outcomeOf(id), "approved");
    assert.equal(world.state, "recovering");
    assert.equal(await world.settled(id), "approved");
    assert.equal(world.link.ledger.length, 1);
  });
});

describe("rule 7, the daemon owns the clock", () => {
  it("an answer limit that passes settles unknown, and the late result resolves it", async () => {
    const world = await readyWorld(stories.repliesLate.scenario);
    const id = await world.accepted(world.sale(AMOUNT));
    await world.until(async () => (await world.outcomeOf(id)) === "unknown", 60_000);
    assert.equal(await world.settled(id), "approved");
    assert.equal((await world.see(id)).transaction.outcome?.revision, 2);
  });

  it("a clock that is set back an hour changes no limit", async () => {
    const world = await readyWorld(stories.isSilent.scenario);
    const id = await world.accepted(world.sale(AMOUNT));
    await world.clock.advance(1_000);
    world.clock.setWallClock(world.clock.now() - 3_600_000);
    await world.until(async () => (await world.outcomeOf(id)) !== undefined, 60_000);
    assert.equal(await world.settled(id), "notPerformed");
  });

  it("with a clock that was set back over a restart, the deadline counts as passed", async () => {
    const world = await readyWorld(stories.isSilent.scenario);
    const id = await world.accepted(world.sale(AMOUNT));
    await world.clock.advance(1_000);
    world.link.unreachable = true;
    await world.crash();
    world.clock.setWallClock(world.clock.now() - 3_600_000);
    await world.start();
    await world.until(async () => (await world.outcomeOf(id)) === "unknown", 15_000);
  });
});

describe("rule 8, what was told is told again until it is acknowledged", () => {
  it("an acknowledged unknown is unacknowledged again when it is resolved", async () => {
    const world = await readyWorld(stories.repliesLate.scenario);
    const id = await world.accepted(world.sale(AMOUNT));
    await world.until(async () => (await world.outcomeOf(id)) === "unknown", 60_000);
    await world.till.transactions.acknowledge(TILL_1, { transaction: id }, 1);
    const ids = async () =>
      (await world.till.transactions.unacknowledgedOf("till-1", 50)).map(({ transaction }) => transaction.id);
    assert.equal((await ids()).includes(id), false);
    await world.settled(id);
    assert.equal((await ids()).includes(id), true);
  });

  it("events of a POS are numbered without a gap", async () => {
    const world = await readyWorld();
    for (const amount of [100, 200, 300]) await world.settled(await world.accepted(world.sale(amount)));
    const numbers = world.events.flatMap((event) => (event.kind === "told" ? [event.seq] : []));
    assert.deepEqual(
      numbers,
      numbers.map((_, index) => index + 1),
    );
  });
});
