import assert from "node:assert/strict";
import type { OutcomeKind } from "../../src/core/outcome.ts";
import { isInDoubt, type Transaction } from "../../src/core/transaction.ts";
import { randomFrom, type Random } from "../support/random.ts";
import { recordedBy } from "../support/replayed.ts";
import type { World } from "../support/world.ts";
import { openBusiness } from "./business.ts";
import { Chronicle } from "./chronicle.ts";
import { CounterSide, POS_PROGRAMS } from "./counter-side.ts";
import { countersFrom, worldOf } from "./counters.ts";
import { Departures } from "./departures.ts";
import { calm, startAfterCrash, strike } from "./faults.ts";
import {
  assertKept,
  assertNeverRevised,
  assertNeverShownAgain,
  assertNothingLeaks,
  assertPlaysTheSame,
  assertSquare,
  assertToldTruly,
  standingIn,
  untold,
} from "./invariants.ts";
import { codeAt, openPersonInCharge, pairAgain, sayWhereItIs, type PersonInCharge } from "./people.ts";
import { assertNotOverRefunded, assertOnlyPersonsDecide, References } from "./promises.ts";
import { Staff } from "./staff.ts";
import type { Counter } from "./ways.ts";

/** A day has at least so much of each. */
const [OPERATIONS, FAULTS] = [20, 5];
/** Most days are short, so that there are many. */
const [SHORT_DAY, LONG_DAY] = [30, 120];
/** Timers of a shop that rests: of each terminal, its link and the till. */
const MOST_TIMERS = 30;
const PATIENCE_MS = 120_000;
/** No driver asks for longer before it calls a person. */
const PERSON_MS = 300_000;
/** An idle terminal is looked at within this time, and what was left there by somebody who guessed has ended. */
const CLEARED_MS = 50_000;

/** The world, and all who act in it. */
type Shop = {
  readonly world: World;
  readonly counters: readonly [Counter, ...Counter[]];
  readonly staff: Staff;
  readonly person: PersonInCharge;
  readonly departures: Departures;
  readonly chronicle: Chronicle;
  readonly random: Random;
};

/** A shop's day under virtual time, all of it from one number: business and faults, then peace, then the reckoning. */
export async function playWorld(seed: number): Promise<Chronicle> {
  const shop = await openShop(randomFrom(seed));
  // In every other shop the terminals are announced, so that the service can find one that has moved.
  if (seed % 2 === 0) for (const { id } of shop.counters) shop.world.announced.add(id);
  await liveThrough(shop);
  await comeToPeace(shop);
  await reckon(shop);
  return shop.chronicle;
}

async function openShop(random: Random): Promise<Shop> {
  const counters = countersFrom(random);
  const departures = new Departures(counters);
  const world = worldOf(counters, {
    leaving: departures.leaving,
    started: (till, journal, life) => counterSide.open(till, journal, life),
  });
  const counterSide = new CounterSide(world);
  const staff = new Staff(world, counterSide, random);
  departures.watch(world);
  await world.start();
  await staff.start();
  const person = openPersonInCharge(world, counters, random);
  return { world, counters, staff, person, departures, chronicle: new Chronicle(), random };
}

async function liveThrough(shop: Shop): Promise<void> {
  const { world, counters, departures, chronicle, random } = shop;
  const business = openBusiness(shop);
  const deedsToAFault = 1 + random(6);
  const deeds = random(6) === 0 ? LONG_DAY : SHORT_DAY;
  let faults = 0;
  const references = new References();
  let stand = "";
  for (let deed = 0; deed < deeds || business.operations < OPERATIONS || faults < FAULTS; deed += 1) {
    if (!world.isRunning) await startAfterCrash(world, random);
    if (random(deedsToAFault) === 0) {
      faults += 1;
      chronicle.faults.add(await strike(world, counters, random));
    }
    if (world.isRunning) business.act();
    await world.clock.advance(random(2) === 0 ? random(50) : random(3_000));
    departures.assertInOrder();
    const now = standOf(world);
    if (now === stand) continue;
    stand = now;
    references.assertKept(world.journal.durable());
    assertSquare(shop);
    chronicle.look(world);
  }
}

/** Nothing goes wrong any more: whatever is open comes to its end, by itself or by a person who was told why. */
async function comeToPeace({ world, counters, staff, person, random }: Shop): Promise<void> {
  await calm(world, counters, random);
  // What moved and was exchanged as well, or has to be paired where it is now, no search can recognise.
  const searchedUntilMs = world.clock.monotonicMs() + PATIENCE_MS / 2;
  const areWhereConfigured = () => {
    const moved = counters.filter(({ id }) => !world.isWhereConfigured(id));
    for (const counter of moved) {
      if (world.clock.monotonicMs() < searchedUntilMs) pairAgain(world, counter, codeAt(counter));
      else sayWhereItIs(world, counter.id);
    }
    return moved.length === 0;
  };
  await world.until(areWhereConfigured, PATIENCE_MS, 5_000);
  await world.until(() => staff.programs.every(({ isQuiet }) => isQuiet), PATIENCE_MS, 1_000);
  await world.until(() => world.journal.durable().every(hasEnded), PATIENCE_MS, 1_000);
  await world.until(async () => (await unnamedDoubts(world)).length === 0, PERSON_MS, 1_000);
  await person.decideAll();
  await assertOpenForBusiness(world, counters, person);
  await world.until(() => standingIn(world).length === 0, PATIENCE_MS, 1_000);
}

async function reckon(shop: Shop): Promise<void> {
  const { world, counters, staff, departures, chronicle } = shop;
  const transactions = world.journal.durable();
  chronicle.look(world);
  assert.deepEqual(
    transactions.filter(isInDoubt).map(({ id }) => id),
    [],
    "still in doubt",
  );
  assertSquare(shop);
  departures.assertInOrder();
  assert(world.clock.pendingTimers() <= MOST_TIMERS, `${world.clock.pendingTimers()} timers are left of the day`);
  assertNeverRevised(shop);
  assertNotOverRefunded(shop);
  await assertOnlyPersonsDecide(shop);
  assertNeverShownAgain(counters, world);
  const recording = recordedBy(world.recorder);
  await assertNothingLeaks(transactions, counters, world, recording);
  assertPlaysTheSame(recording);
  for (const pos of POS_PROGRAMS) await assertKept(transactions, world, pos);
  await world.until(() => untold(world, staff.programs).length === 0, PATIENCE_MS, 1_000);
  assertToldTruly(staff.programs, world);
}

/** Changes with everything that moves or is told. */
function standOf(world: World): string {
  const facts = world.journal.durable().reduce((sum, { length }) => sum + length, 0);
  return [facts, ...Array.from(world.links.values(), ({ ledger }) => ledger.length)].join(" ");
}

const hasEnded = ({ outcome }: Transaction): boolean => outcome !== undefined;

/** Invariant 5: what is still in doubt waits for a person, and its POS is told why, now or when it comes back. */
async function unnamedDoubts(world: World): Promise<readonly Transaction[]> {
  const kept = await Promise.all(POS_PROGRAMS.map((pos) => world.journal.keptAfter(pos, 0, 10_000)));
  const named = new Set(
    kept
      .flat()
      .flatMap((event) =>
        event.kind === "alarm" && event.alarm.code === "personNeeded" ? [event.alarm.transaction] : [],
      ),
  );
  return world.journal
    .durable()
    .filter((transaction) => isInDoubt(transaction) && !transaction.fenceLifted && !named.has(transaction.id));
}

/** Whoever has to pair a terminal can, and then every terminal takes a sale: the first one may find that it was unpaired meanwhile, or that nobody sees it there. */
async function assertOpenForBusiness(
  world: World,
  counters: readonly Counter[],
  person: PersonInCharge,
): Promise<void> {
  for (const counter of counters) {
    if ((await lastSale(world, counter, "last")) === "approved") continue;
    await person.decideAll();
    await world.clock.advance(CLEARED_MS);
    assert.equal(await lastSale(world, counter, "the very last"), "approved");
  }
}

async function lastSale(world: World, counter: Counter, name: string): Promise<OutcomeKind> {
  const { id } = counter;
  const isReady = () => {
    pairAgain(world, counter, codeAt(counter));
    return world.stateOf(id) === "ready";
  };
  await world.until(isReady, PATIENCE_MS, 6_000);
  const started = await world.startOperation(world.sale(700, {}, id), `${name} at ${id}`, undefined, id);
  assert(started.kind === "done", JSON.stringify(started));
  return world.ended(started.value.transaction.id);
}
