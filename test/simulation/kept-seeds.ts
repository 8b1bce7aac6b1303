import { readFileSync, writeFileSync } from "node:fs";

/** A world that once broke the promise: it is played in every run from then on. */
export type KeptSeed = { readonly seed: number; readonly why: string };

const FILE = new URL("kept-seeds.json", import.meta.url);
const LONGEST_WHY = 300;

export function readKeptSeeds(): readonly KeptSeed[] {
  return JSON.parse(readFileSync(FILE, "utf8")) as readonly KeptSeed[];
}

export function keepSeed(seed: number, why: string): void {
  const kept = readKeptSeeds();
  if (kept.some((one) => one.seed === seed)) return;
  writeFileSync(FILE, `${JSON.stringify([...kept, { seed, why: why.slice(0, LONGEST_WHY) }], undefined, 2)}\n`);
}

/** The command that plays it again. */
export function replayCommand(seed: number): string {
  return `SEED=${seed} npm test -- test/simulation/random-worlds.test.ts`;
}
