import assert from "node:assert/strict";
import type { Dispatched } from "../../src/core/facts.ts";
import { isInDoubt, type Transaction } from "../../src/core/transaction.ts";
import type { Leaving } from "../support/process-life.ts";
import type { World } from "../support/world.ts";
import type { Counter } from "./ways.ts";

type Left = { readonly times: number; readonly firstAtMs: number };

/**
 * Invariant 4, and all that has to hold at the moment when a message leaves that may move money: it is durable as dispatched, each
 * time that it leaves again was durable before, nobody has asked to cancel it, its time is not over, and nothing else at its
 * terminal is in doubt.
 */
export class Departures {
  readonly #counters: readonly Counter[];
  readonly #left = new Map<string, Left>();
  readonly #violations: string[] = [];
  #world: World | undefined;

  constructor(counters: readonly Counter[]) {
    this.#counters = counters;
  }

  watch(world: World): void {
    this.#world = world;
  }

  readonly leaving = (terminal: string, message: Leaving): void => {
    const isRequestOf = this.#counters.find(({ id }) => id === terminal)?.ways.requestIn(message);
    if (isRequestOf === undefined || this.#world === undefined) return;
    const here = this.#world.journal.durable().filter((one) => one.terminal === terminal);
    // Where a request has no name of its own, it is the one that was dispatched last.
    const transaction = here.findLast((one) => one.dispatched !== undefined && isRequestOf(one.dispatched));
    if (transaction === undefined) this.#violations.push(`${terminal} was sent what no transaction had dispatched`);
    // How often it had left before is forgotten.
    else if (!this.#world.rolledBack.has(transaction.id))
      this.#check(transaction, here, this.#world.clock.monotonicMs());
  };

  #check(transaction: Transaction, here: readonly Transaction[], nowMs: number): void {
    const { id, attempts, outcome, cancelRequested, dispatched } = transaction;
    const { times: before, firstAtMs } = this.#left.get(id) ?? { times: 0, firstAtMs: nowMs };
    this.#left.set(id, { times: before + 1, firstAtMs });
    const faults: readonly (readonly [boolean, string])[] = [
      [before + 1 > attempts, `left ${before + 1} times, of which ${attempts} were durable`],
      [outcome !== undefined, "left after it was settled"],
      [cancelRequested, "left after a cancel was asked"],
      [dispatched !== undefined && nowMs - firstAtMs > timeOf(dispatched), "left after its time was over"],
      [here.some((other) => other.id !== id && keepsOthersAway(other)), "left while another one was in doubt there"],
    ];
    for (const [isBroken, fault] of faults) if (isBroken) this.#violations.push(`${id} ${fault}`);
  }

  assertInOrder(): void {
    assert.deepEqual(this.#violations, []);
  }
}

function timeOf({ at, deadline }: Dispatched & { readonly at?: string }): number {
  return at === undefined ? Infinity : Date.parse(deadline) - Date.parse(at);
}

/** A close of the batch leaves the vouchers as they are, and a person decides it whenever there is time. */
function keepsOthersAway(other: Transaction): boolean {
  return isInDoubt(other) && !other.fenceLifted && other.operation.type !== "reconciliation";
}
