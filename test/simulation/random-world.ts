import assert from "node:assert/strict";
import { getnet } from "../../src/drivers/getnet/vendor.ts";
import { isInDoubt, type Transaction } from "../../src/core/transaction.ts";
import { randomFrom } from "../support/random.ts";
import { World } from "../support/world.ts";
import { openBusiness, POS_PROGRAMS } from "./business.ts";
import { calm, scenarioFrom, settingsFrom, strike } from "./faults.ts";
import { assertDelivered, assertNeverRevised, assertSquare } from "./invariants.ts";

const DEEDS = 60;
const PATIENCE_MS = 120_000;

/** A shop's day under virtual time, all of it from one number: business and faults, then peace, then the reckoning. */
export async function playWorld(seed: number): Promise<World> {
  const random = randomFrom(seed);
  const ours = { vendor: getnet, settings: settingsFrom(random) };
  const world = new World({
    terminals: {
      "counter-1": { ...ours, scenario: scenarioFrom(random, 1) },
      "counter-2": { ...ours, scenario: scenarioFrom(random, 2) },
    },
  });
  await world.start();
  const business = openBusiness(world, random);
  const deedsToAFault = 1 + random(6);
  for (let deed = 0; deed < DEEDS; deed += 1) {
    if (random(deedsToAFault) === 0) await strike(world, random);
    business.act();
    await world.clock.advance(random(2) === 0 ? random(50) : random(3_000));
    assertSquare(world.journal.durable(), world);
  }
  await calm(world);
  await world.until(() => business.askAgain(), PATIENCE_MS, 5_000);
  await world.until(() => world.journal.durable().every(hasEnded), PATIENCE_MS, 1_000);
  await world.until(() => unnamedDoubts(world).length === 0, PATIENCE_MS, 1_000);
  await business.decideAll();
  await assertOpenForBusiness(world);

  const transactions = world.journal.durable();
  assert.deepEqual(
    transactions.filter(isInDoubt).map(({ id }) => id),
    [],
    "still in doubt",
  );
  assertSquare(transactions, world);
  assertNeverRevised(transactions, world);
  for (const pos of POS_PROGRAMS) await assertDelivered(transactions, world, pos);
  return world;
}

const hasEnded = ({ outcome }: Transaction): boolean => outcome !== undefined;

/** Invariant 5: what is still in doubt waits for a person, and a person was told why. */
function unnamedDoubts(world: World): readonly Transaction[] {
  const named = new Set(
    world.events.flatMap((event) =>
      event.kind === "alarm" && event.alarm.code === "personNeeded" ? [event.alarm.transaction] : [],
    ),
  );
  return world.journal
    .durable()
    .filter((transaction) => isInDoubt(transaction) && !transaction.fenceLifted && !named.has(transaction.id));
}

async function assertOpenForBusiness(world: World): Promise<void> {
  for (const terminal of world.links.keys()) {
    await world.until(() => world.stateOf(terminal) === "ready", PATIENCE_MS);
    const started = await world.startOperation(world.sale(700), `last-${terminal}`, undefined, terminal);
    assert(started.kind === "done", JSON.stringify(started));
    assert.equal(await world.settled(started.value.transaction.id), "approved");
  }
}
