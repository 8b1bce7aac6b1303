import { randomInt } from "node:crypto";
import { describe, it } from "node:test";
import { playWorld } from "./random-world.ts";

/** Worlds that showed a mistake once. */
const KNOWN_SEEDS = [92, 4022, 6987] as const;
const NEW_WORLDS = 60;

// SEED=... plays one world again; WORLDS=... plays so many new ones.
const asked = process.env["SEED"];
const worlds = Number(process.env["WORLDS"] ?? NEW_WORLDS);
const newSeeds = Array.from({ length: worlds }, () => randomInt(2 ** 31));

describe("in a random world the POS programs are told what moved", () => {
  for (const seed of asked === undefined ? [...KNOWN_SEEDS, ...newSeeds] : [Number(asked)]) {
    it(`SEED=${seed}`, async () => {
      await playWorld(seed);
    });
  }
});
