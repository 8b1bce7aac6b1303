import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { describe, it } from "node:test";
import { SIGHTS, type Sight } from "./chronicle.ts";
import { ALL_FAULTS, type Fault } from "./faults.ts";
import { keepSeed, readKeptSeeds, replayCommand } from "./kept-seeds.ts";
import { playWorld } from "./random-world.ts";

/** The same in every run, so that what breaks them is the change at hand: enough of them to see all that can happen. */
const FIXED_SEEDS = Array.from({ length: 40 }, (_, index) => index + 1);
/** New ones are played for so long: more where nobody waits. */
const NEW_WORLDS_MS = process.env["CI"] === undefined ? 10_000 : 60_000;
/** Progress is told so often: a test that says nothing for long is taken for dead. */
const BATCH_MS = 10_000;

// SEED=... plays one world again; WORLDS=... plays so many new ones.
const { SEED: asked, WORLDS: worlds } = process.env;

describe("in a random world the POS programs are told what moved", () => {
  const [faults, sights] = [new Set<Fault>(), new Set<Sight>()];
  const seeds = asked === undefined ? [...FIXED_SEEDS, ...readKeptSeeds().map(({ seed }) => seed)] : [Number(asked)];
  for (const seed of seeds) {
    it(`SEED=${seed}`, async () => {
      const chronicle = await playWorld(seed);
      for (const fault of chronicle.faults) faults.add(fault);
      for (const sight of chronicle.sights) sights.add(sight);
    });
  }

  it("and all that can happen did", { skip: asked !== undefined }, () => {
    assert.deepEqual([...faults].toSorted(), [...ALL_FAULTS].toSorted());
    assert.deepEqual([...sights].toSorted(), [...SIGHTS].toSorted());
  });
});

describe("in a new random world as well", { skip: asked !== undefined }, () => {
  if (worlds !== undefined) {
    it(`${worlds} of them`, async () => {
      for (let played = 0; played < Number(worlds); played += 1) await playNew();
    });
    return;
  }
  for (let batch = 1; batch <= NEW_WORLDS_MS / BATCH_MS; batch += 1) {
    it(`batch ${batch}`, async (context) => {
      const end = performance.now() + BATCH_MS;
      let played = 0;
      for (; performance.now() < end; played += 1) await playNew();
      context.diagnostic(`${played} new worlds, 0 violations`);
    });
  }
});

/** What breaks the promise is kept, and said with the command that plays it again. */
async function playNew(): Promise<void> {
  const seed = randomInt(2 ** 31);
  try {
    await playWorld(seed);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    keepSeed(seed, why);
    throw new Error(`${replayCommand(seed)}\n${why}`, { cause: error });
  }
}
