import type { Operation, OperationType } from "../../src/core/operation.ts";
import type { OperationCapability } from "../../src/core/terminal.ts";
import type { Transaction } from "../../src/core/transaction.ts";
import { oneOf, type Random } from "../support/random.ts";
import type { World } from "../support/world.ts";

/** What a POS can ask of one terminal, by what the terminal says that it can. */
export class Orders {
  readonly #world: World;
  readonly #terminal: string;
  readonly #random: Random;

  constructor(world: World, terminal: string, random: Random) {
    this.#world = world;
    this.#terminal = terminal;
    this.#random = random;
  }

  capabilityOf(type: OperationType): OperationCapability | undefined {
    return this.#world.till.terminals.get(this.#terminal)?.capabilities.operations[type];
  }

  /** Something new for a customer. */
  payment(): Operation | undefined {
    const random = this.#random;
    const type = oneOf(random, ["sale", "sale", "sale", "preauthorization"]);
    const capability = this.capabilityOf(type);
    if (capability === undefined) return undefined;
    const amount = 1 + random(3) * 500;
    return this.#world.sale(
      amount,
      {
        type,
        ...(random(3) === 0 ? { reference: `ticket-${random(5)}` } : {}),
        ...(capability.tip && random(3) === 0 ? { tip: this.#money(1 + random(100)) } : {}),
        ...(capability.cashback && random(6) === 0 ? { cashback: this.#money(1 + random(100)) } : {}),
        ...(random(4) === 0 ? { options: { partial: true, tenders: true } } : {}),
      },
      this.#terminal,
    );
  }

  /** Something about a payment that was approved. */
  followUp(original: Transaction): Operation | undefined {
    const about = { original: { transaction: original.id } };
    const whole = original.outcome?.kind === "approved" ? (original.outcome.amounts?.approved.value ?? 0) : 0;
    // Sometimes more than there is.
    const part = () => ({ ...about, amount: this.#money(1 + this.#random(whole + 50)) });
    const tip = () => ({ tip: this.#money(1 + this.#random(100)) });
    const operations: Partial<Record<OperationType, readonly (() => Operation)[]>> = {
      sale: [
        () => ({ type: "void", ...about }),
        () => ({ type: "refund", ...about }),
        () => ({ type: "refund", ...part() }),
        () => ({ type: "refund", ...part() }),
        () => ({ type: "adjustment", ...part(), ...tip() }),
        () => ({ type: "capture", ...part() }),
      ],
      preauthorization: [
        () => ({ type: "capture", ...part() }),
        () => ({ type: "capture", ...part(), ...tip() }),
        () => ({ type: "adjustment", ...part(), ...tip() }),
        () => ({ type: "void", ...about }),
        () => ({ type: "releaseAuthorization", ...about }),
      ],
      capture: [() => ({ type: "refund", ...about }), () => ({ type: "refund", ...part() })],
      // Of nothing that is known here.
      refund: [() => ({ type: "refund", amount: this.#money(1 + this.#random(2) * 250) })],
    };
    const operation = oneOf(this.#random, operations[original.operation.type] ?? [])?.();
    return operation === undefined || this.capabilityOf(operation.type) === undefined ? undefined : operation;
  }

  #money(value: number) {
    return this.#world.money(value, this.#terminal);
  }
}
