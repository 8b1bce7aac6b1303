import type { SimulatorContext, SimulatorEffect } from "../simulator.ts";
import type { Memory } from "./simulator-memory.ts";
import type { Done } from "./simulator-money.ts";
import type { Scenario } from "./simulator-scenario.ts";

/** What the parts of the simulated cloud do with each other and with the world. */
export interface Stage {
  readonly scenario: Scenario;
  readonly memory: Memory;
  effect(effect: SimulatorEffect): void;
  log(text: string): void;
  remember(memory: Memory): void;
  /** Writes the ledger and remembers, before anybody is told. */
  book(done: Done): void;
  /** At once where it is after no time. */
  later(afterMs: number, context: SimulatorContext, run: (context: SimulatorContext) => void): void;
}
