import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Json } from "../../src/core/json.ts";
import type { OutcomeKind } from "../../src/core/outcome.ts";
import type { Vendor } from "../../src/drivers/driver.ts";
import { vendors } from "../../src/drivers/registry.ts";
import { World } from "../support/world.ts";
import { AMOUNT, SAMPLES, type Sample } from "./samples.ts";

const MOST_KILLS = 300;

/** Every vendor of the registry behaves the same towards money; a new one is tested as soon as it is listed. */
for (const vendor of vendors) {
  const sample = SAMPLES[vendor.id];
  assert(sample !== undefined, `test/conformance/samples.ts has nothing for ${vendor.id}`);
  conformance(vendor, sample);
}

function conformance(vendor: Vendor, sample: Sample): void {
  const { approves, slowCustomer, stories, ...terminal } = sample;
  const cancel = vendor.capabilities(sample.settings).operations.sale?.cancel;

  const canCancel = cancel === "anytime" || cancel === "beforeCard";

  async function readyWorld(scenario: Json): Promise<World> {
    const world = new World({ ...terminal, vendor, scenario });
    await world.startReady();
    // Not the first sale of the batch: an empty memory cannot prove that nothing was lost from it.
    assert.equal(await world.settled(await world.accepted(world.sale(700))), "approved");
    world.link.ledger.splice(0);
    return world;
  }

  /** Rule by rule against the acquirer's ledger: at most one movement, and what was told is what happened. */
  function assertTruth(world: World, told: OutcomeKind, note: string): void {
    assert(world.link.ledger.length <= 1, `${note}: ${world.link.ledger.length} movements`);
    if (told === "unknown") return assert(world.alarms().includes("personNeeded"), `${note}: a person is called`);
    const moved = world.link.ledger.length === 1;
    assert.equal(told === "approved", moved, `${note}: told ${told}, and money ${moved ? "moved" : "did not move"}`);
  }

  async function saleIn(scenario: Json): Promise<{ readonly world: World; readonly told: OutcomeKind }> {
    const world = await readyWorld(scenario);
    const id = await world.accepted(world.sale(AMOUNT));
    const told = await world.ended(id);
    return { world, told };
  }

  describe(`${vendor.name}: a sale`, () => {
    for (const [story, { scenario, ends }] of Object.entries(stories)) {
      it(`ends ${ends} when the terminal ${story}`, async () => {
        const { world, told } = await saleIn(scenario);
        assert.equal(told, ends);
        assertTruth(world, told, story);
        const state = ends === "unknown" ? "fenced" : "ready";
        await world.until(() => world.state === state, 60_000);
      });
    }

    it("that nobody can find out about is told as unknown, with an alarm, and never charged a second time", async () => {
      const doubtful = Object.values(stories).find(({ ends }) => ends === "unknown");
      assert(doubtful !== undefined, "some story ends with a person");
      const { world } = await saleIn(doubtful.scenario);
      const movements = world.link.ledger.length;
      await world.clock.advance(600_000);
      assert.equal(world.link.ledger.length, movements);
      assert.equal(world.state, "fenced");
    });

    it("tells in its timeline why it was in doubt", async () => {
      const { world } = await saleIn(stories.signsWrongly.scenario);
      const { transaction } = await lastTransaction(world);
      const facts = await world.journal.facts(transaction.id);
      const notes = facts.flatMap((fact) => (fact.kind === "note" ? [fact.text] : []));
      assert.match(notes.join("\n"), /cannot be believed/);
    });

    it("shows no card number in anything that leaves", async () => {
      const { world } = await saleIn(approves);
      assert.doesNotMatch(JSON.stringify(world.events), /\d{13,19}/);
      assert.doesNotMatch(world.log.lines.join("\n"), /\d{13,19}/);
    });
  });

  describe(`${vendor.name}: a cancel`, () => {
    it("ends a queued sale at once, and it never leaves", async () => {
      const world = await readyWorld(slowCustomer);
      await world.accepted(world.sale(AMOUNT));
      const waiting = await world.accepted(world.sale(AMOUNT + 1));
      await world.till.transactions.cancel({ pos: "till-1", seesAll: false }, { transaction: waiting });
      assert.equal(await world.outcomeOf(waiting), "canceled");
      assert.equal((await world.see(waiting)).transaction.dispatched, undefined);
    });

    it("while the customer waits is answered by the terminal, or refused where it has no way", async () => {
      const world = await readyWorld(slowCustomer);
      const id = await world.accepted(world.sale(AMOUNT));
      await world.until(async () => (await world.see(id)).transaction.dispatched !== undefined, 5_000);
      await world.clock.advance(1_000);
      const asked = await world.till.transactions.cancel({ pos: "till-1", seesAll: false }, { transaction: id });
      assert.equal(asked.kind === "refused" ? asked.refusal.reason : asked.kind, canCancel ? "done" : "notCancelable");
      const told = await world.ended(id);
      if (canCancel) assert.equal(told, "canceled");
      assertTruth(world, told, "cancel");
    });

    it("that comes too late is beaten by the result", async () => {
      const { world, told } = await saleIn(approves);
      const { transaction } = await lastTransaction(world);
      const after = await world.till.transactions.cancel(
        { pos: "till-1", seesAll: false },
        { transaction: transaction.id },
      );
      assert.equal(after.kind === "done" ? after.value.transaction.outcome?.kind : undefined, "approved");
      assertTruth(world, told, "late cancel");
    });
  });

  describe(`${vendor.name}: the link`, () => {
    it("may chunk the bytes in any way", async () => {
      for (const chunkBytes of [1, 2, 3, 7, 16, 61, 997]) {
        const world = await readyWorld(approves);
        world.link.chunkBytes = chunkBytes;
        const told = await world.settled(await world.accepted(world.sale(AMOUNT)));
        assert.equal(told, "approved", `chunks of ${chunkBytes}`);
        assertTruth(world, told, `chunks of ${chunkBytes}`);
      }
    });

    // An answer by HTTP is there whole or not at all: every byte of one is cut in the tests of the transport.
    const strideBytes = vendor.wire.kind === "http" ? 41 : 1;

    for (const direction of ["toTerminal", "fromTerminal"] as const) {
      it(`may be cut at every byte ${direction}`, async () => {
        const whole = await dialogueLength(direction);
        const ends = new Map<OutcomeKind, number>();
        for (let afterBytes = 0; afterBytes <= whole; afterBytes += strideBytes) {
          const world = await readyWorld(approves);
          world.link.cutAfter({ direction, afterBytes });
          const told = await world.ended(await world.accepted(world.sale(AMOUNT)));
          assertTruth(world, told, `cut after ${afterBytes} of ${whole} bytes ${direction}`);
          ends.set(told, (ends.get(told) ?? 0) + 1);
        }
        assert(ends.has("approved"), "some cuts come after the money");
      });
    }

    async function dialogueLength(direction: "toTerminal" | "fromTerminal"): Promise<number> {
      const world = await readyWorld(approves);
      const before = world.link.bytes[direction];
      await world.settled(await world.accepted(world.sale(AMOUNT)));
      return world.link.bytes[direction] - before;
    }
  });

  describe(`${vendor.name}: kill -9 of the daemon`, () => {
    for (const waiting of ["lost", "written"] as const) {
      it(`at every moment of a sale, with the write of that moment ${waiting}`, async () => {
        const lengthMs = await saleLengthMs();
        // Where an answer is asked for again and again nothing happens in most of its milliseconds.
        const stepMs = Math.ceil(lengthMs / MOST_KILLS);
        for (let atMs = 0; atMs <= lengthMs; atMs += stepMs) {
          const world = await readyWorld(approves);
          const started = world.startOperation(world.sale(AMOUNT), "r1");
          started.catch(() => undefined);
          await world.clock.advance(atMs);
          await world.crash(waiting);
          await world.start();
          const told = await outcomeAfterRetry(world);
          assertTruth(world, told, `killed after ${atMs} of ${lengthMs} ms`);
        }
      });
    }

    async function saleLengthMs(): Promise<number> {
      const world = await readyWorld(approves);
      const startedMs = world.clock.monotonicMs();
      const id = await world.accepted(world.sale(AMOUNT));
      await world.until(async () => (await world.outcomeOf(id)) !== undefined, 60_000, 1);
      return world.clock.monotonicMs() - startedMs + 5;
    }

    /** The golden rule: the POS asks again with the same request id, whatever it heard. */
    async function outcomeAfterRetry(world: World): Promise<OutcomeKind> {
      let id: string | undefined;
      await world.until(async () => {
        const started = await world.startOperation(world.sale(AMOUNT), "r1");
        if (started.kind === "done") id = started.value.transaction.id;
        return id !== undefined;
      }, 60_000);
      assert(id !== undefined);
      return world.ended(id);
    }
  });
}

async function lastTransaction(world: World) {
  const listed = await world.till.transactions.list({ pos: "cli", seesAll: true }, { limit: 1 });
  const [last] = listed.kind === "done" ? listed.value.seen : [];
  assert(last !== undefined);
  return last;
}
