import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../../src/core/json.ts";
import type { Operation } from "../../src/core/operation.ts";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { JournalFailure } from "../../src/journal/journal.ts";
import { TILL_1, World } from "../support/world.ts";

const SETTINGS: JsonObject = { currency: "CLP", quietMs: 3_000, askEveryMs: 500, answerMs: 4_000, cancelGraceMs: 500 };
const FAST = { gapMs: 1, customerMs: 100, stageMs: 1 };
/** More than an operation writes: the last ones fail in the time after it. */
const COMMITS = 7;
/** Longer than every limit, retry and recovery together. */
const LATER_MS = 60_000;

type Story = {
  readonly name: string;
  readonly operation: (sold: string, world: World) => Operation;
  readonly reaction?: JsonObject;
  /** While it is running. */
  readonly meanwhile?: (world: World) => unknown;
};

const voided = (sold: string): Operation => ({ type: "void", original: { transaction: sold } });
const sale = (_: string, world: World): Operation => world.sale(1_250);

const STORIES: readonly Story[] = [
  { name: "a sale", operation: sale },
  { name: "a declined sale", operation: sale, reaction: { kind: "declines" } },
  { name: "a void", operation: voided },
  { name: "a refund", operation: (sold) => ({ ...voided(sold), type: "refund" }) },
  { name: "a sale whose reply is lost", operation: sale, reaction: { kind: "linkCut", at: "afterMoney" } },
  { name: "a sale that never reaches the host", operation: sale, reaction: { kind: "silent", from: "request" } },
  { name: "a sale with another amount", operation: sale, reaction: { kind: "otherAmount", amount: 1, where: "reply" } },
  {
    name: "a sale that is canceled",
    operation: sale,
    meanwhile: (world) => world.till.transactions.cancel(TILL_1, { requestId: "r1" }).catch(onlyJournal),
  },
];

/** The `nth` commit of the story and those behind it fail; then the journal works again. The POS asks until it is answered. */
async function play({ operation, reaction, meanwhile }: Story, nth: number, failures: number) {
  const rules = reaction === undefined ? [] : [{ when: { amount: 1_250 }, then: [reaction] }];
  const world = new World({ vendor: getnet, settings: SETTINGS, scenario: { ...FAST, rules } });
  await world.startReady();
  const sold = await world.accepted(world.sale(700));
  assert.equal(await world.settled(sold), "approved");
  world.link.ledger.splice(0);
  world.journal.failNext(failures, undefined, nth - 1);
  const asked = operation(sold, world);
  const ask = () => world.startOperation(asked, "r1").catch(onlyJournal);
  let started = await ask();
  await world.clock.advance(50);
  meanwhile?.(world);
  for (let passedMs = 0; started?.kind !== "done"; passedMs += 500) {
    assert(passedMs < LATER_MS, "it is taken when the journal works");
    await world.clock.advance(500);
    started = await ask();
  }
  await world.clock.advance(LATER_MS);
  const { outcome } = (await world.see(started.value.transaction.id)).transaction;
  return { world, outcome, moved: world.link.ledger.map(({ amount }) => Math.abs(Number(amount))) };
}

function onlyJournal(failure: unknown): undefined {
  if (!(failure instanceof JournalFailure)) throw failure;
}

describe("rule 12, whichever commit of an operation fails, the POS is told what moved", () => {
  for (const story of STORIES) {
    for (const failures of [1, 2, 6]) {
      it(`${story.name}, ${failures} commits fail`, async () => {
        for (let nth = 1; nth <= COMMITS; nth += 1) {
          const { world, outcome, moved } = await play(story, nth, failures);
          const told = outcome?.kind === "approved" ? [outcome.amounts?.approved.value] : [];
          assert.deepEqual(told, moved, `from commit ${nth} on: ${outcome?.kind ?? "nothing"} was told`);
          assert.notEqual(outcome, undefined, `from commit ${nth} on it never settled`);
          assert.notEqual(outcome?.kind, "unknown", `from commit ${nth} on: in doubt`);
          assert.equal(world.state, "ready", `from commit ${nth} on the terminal works again`);
          assert.deepEqual(
            world.alarms().filter((code) => code === "contradiction"),
            [],
          );
        }
      });
    }
  }
});
