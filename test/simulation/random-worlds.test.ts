import { randomInt } from "node:crypto";
import { describe, it } from "node:test";
import { playWorld } from "./random-world.ts";

/** The same in every run, so that what breaks them is the change at hand. */
const FIXED_SEEDS = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89];
const NEW_WORLDS = 50;

// SEED=... plays one world again; WORLDS=... plays so many new ones.
const asked = process.env["SEED"];
const worlds = Number(process.env["WORLDS"] ?? NEW_WORLDS);
const newSeeds = Array.from({ length: worlds }, () => randomInt(2 ** 31));

describe("in a random world the POS programs are told what moved", () => {
  for (const seed of asked === undefined ? [...FIXED_SEEDS, ...newSeeds] : [Number(asked)]) {
    it(`SEED=${seed}`, async () => {
      await playWorld(seed);
    });
  }
});
