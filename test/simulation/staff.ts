import assert from "node:assert/strict";
import { oneOf, type Random } from "../support/random.ts";
import type { World } from "../support/world.ts";
import { POS_PROGRAMS, type CounterSide } from "./counter-side.ts";
import { PosProgram } from "./pos-program.ts";

/** A program that crashed is started again within this time. */
const LONGEST_AWAY_MS = 40_000;
const MOST_CLONES = 2;

/** The POS programs of the shop, and whoever starts them. */
export class Staff {
  readonly #world: World;
  readonly #random: Random;
  readonly #programs: PosProgram[];

  constructor(world: World, counters: CounterSide, random: Random) {
    this.#world = world;
    this.#random = random;
    this.#programs = POS_PROGRAMS.map((pos) => new PosProgram(pos, { world, counters, random }));
  }

  get programs(): readonly PosProgram[] {
    return this.#programs;
  }

  async start(): Promise<void> {
    for (const program of this.#programs) await program.start();
  }

  any(): PosProgram {
    const program = oneOf(this.#random, this.#programs);
    assert(program !== undefined, "the shop has programs");
    return program;
  }

  anyOf(pos: string): PosProgram {
    const program = oneOf(
      this.#random,
      this.#programs.filter((one) => one.pos === pos),
    );
    assert(program !== undefined, `${pos} has a program`);
    return program;
  }

  /** It comes back, perhaps after the daemon has taken it for gone. */
  crash(): void {
    const program = this.any();
    program.crash();
    this.#world.clock.after(this.#random(LONGEST_AWAY_MS), () => void program.start());
  }

  /** The disk of a till is copied into another one. */
  clone(): void {
    if (this.#programs.length >= POS_PROGRAMS.length + MOST_CLONES) return;
    const clone = this.any().cloned();
    this.#programs.push(clone);
    void clone.start();
  }
}
