import assert from "node:assert/strict";
import type { Leaving } from "../support/process-life.ts";
import type { World } from "../support/world.ts";
import type { Counter } from "./ways.ts";

/**
 * Invariant 4, at the moment when it counts: what may move money is durable as dispatched before it leaves, and each time that it
 * leaves again was durable before as well.
 */
export class Departures {
  readonly #counters: readonly Counter[];
  readonly #left = new Map<string, number>();
  readonly #violations: string[] = [];
  #world: World | undefined;

  constructor(counters: readonly Counter[]) {
    this.#counters = counters;
  }

  watch(world: World): void {
    this.#world = world;
  }

  readonly leaving = (terminal: string, message: Leaving): void => {
    const counter = this.#counters.find(({ id }) => id === terminal);
    const isRequestOf = counter?.ways.requestIn(message);
    if (isRequestOf === undefined) return;
    const transaction = this.#world?.journal
      .durable()
      .find((one) => one.terminal === terminal && one.dispatched !== undefined && isRequestOf(one.dispatched));
    if (transaction === undefined) {
      this.#violations.push(`${terminal} was sent what no transaction had dispatched`);
      return;
    }
    // How often it had left before is forgotten.
    if (this.#world?.rolledBack.has(transaction.id)) return;
    const times = (this.#left.get(transaction.id) ?? 0) + 1;
    this.#left.set(transaction.id, times);
    if (times > transaction.attempts)
      this.#violations.push(`${transaction.id} left ${times} times, of which ${transaction.attempts} were durable`);
    if (transaction.outcome !== undefined) this.#violations.push(`${transaction.id} left after it was settled`);
  };

  assertDurable(): void {
    assert.deepEqual(this.#violations, []);
  }
}
