import assert from "node:assert/strict";
import { connectPos, type PosClient } from "../../src/client/pos-client.ts";
import { isSameOrder } from "../../src/client/payment.ts";
import { PaymentNotStarted, PaymentUnclear } from "../../src/client/errors.ts";
import { storeIn } from "../../src/client/store.ts";
import type { Operation } from "../../src/core/operation.ts";
import type { Transaction } from "../../src/core/transaction.ts";
import type { TransactionOnWire } from "../../src/protocol/transaction.ts";
import { ProcessLife } from "../support/process-life.ts";
import type { Random } from "../support/random.ts";
import type { World } from "../support/world.ts";
import { tokenOf, type CounterSide } from "./counter-side.ts";

/** To which run of the program: another one may hear once more what the one before has heard. */
export type Telling = { readonly run: ProcessLife; readonly transaction: TransactionOnWire };

/** What stands on a till's disk: it outlives the program, and is copied with it. */
type Disk = {
  readonly texts: Map<string, string>;
  /** Orders so far: the next request id. */
  orders: number;
  /** What was told of each transaction, the newest last. */
  readonly told: Map<string, Telling[]>;
};

/** A POS program with the client in it, over its crashes. */
export class PosProgram {
  readonly pos: string;
  readonly #world: World;
  readonly #counters: CounterSide;
  readonly #random: Random;
  readonly #disk: Disk;
  readonly faults: unknown[] = [];
  #life: ProcessLife;
  #client: PosClient | undefined;
  #waiting = 0;

  constructor(
    pos: string,
    shop: { readonly world: World; readonly counters: CounterSide; readonly random: Random },
    disk?: Disk,
  ) {
    this.pos = pos;
    this.#world = shop.world;
    this.#counters = shop.counters;
    this.#random = shop.random;
    this.#disk = disk ?? { texts: new Map(), orders: 0, told: new Map() };
    this.#life = new ProcessLife(shop.world.clock);
  }

  get told(): ReadonlyMap<string, readonly Telling[]> {
    return this.#disk.told;
  }

  /** Every payment of it has an end, as far as it knows. */
  get isQuiet(): boolean {
    return this.#waiting === 0;
  }

  async start(): Promise<void> {
    const life = new ProcessLife(this.#world.clock);
    this.#life = life;
    this.#waiting = 0;
    const { texts, told } = this.#disk;
    this.#client = await connectPos({
      pos: this.pos,
      token: tokenOf(this.pos),
      client: { name: "till", version: "1", installation: `the disk of ${this.pos}` },
      store: storeIn(
        {
          getItem: (key) => texts.get(key) ?? null,
          setItem: (key, text) => {
            if (!life.isOver) texts.set(key, text);
          },
        },
        "payments",
      ),
      onOutcome: (transaction) =>
        life.effect(() => {
          told.set(transaction.id, [...(told.get(transaction.id) ?? []), { run: life, transaction }]);
        }),
      onLeftAttempt: ({ requestId, terminal, operation }, why) => {
        // The customer may still be there. What went to another journal is a person's to look at.
        if (why === "neverStored" && this.#random(2) === 0) this.#pay(terminal, operation, requestId);
        else void this.#client?.forget(requestId);
      },
      onFault: (fault) => this.faults.push(fault),
      connect: this.#counters.connectFrom(life),
      clock: life.clock,
      random: () => this.#random(1_000) / 1_000,
    });
  }

  crash(): void {
    this.#life.end();
    this.#counters.cut(this.#life);
  }

  cutSocket(): void {
    this.#counters.cut(this.#life);
  }

  /** Another till with a copy of this one's disk. */
  cloned(): PosProgram {
    const { texts, orders, told } = this.#disk;
    const disk = { texts: new Map(texts), orders, told: new Map(told) };
    return new PosProgram(this.pos, { world: this.#world, counters: this.#counters, random: this.#random }, disk);
  }

  /** Its orders are numbered from the beginning again. */
  startCounterAgain(): void {
    this.#disk.orders = 0;
  }

  order(terminal: string, operation: Operation): void {
    this.#disk.orders += 1;
    this.#pay(terminal, operation, `${this.pos}-${this.#disk.orders}`);
  }

  /** The same order once more, as a cashier does who has heard nothing. */
  repeat({ requestId, terminal, operation }: Transaction): void {
    this.#pay(terminal, operation, requestId);
  }

  cancel(requestId: string): void {
    // The handle is lost with the program: this is what a cashier does who finds it in the list.
    this.#client?.call("transactions.cancel", { requestId }).catch(() => undefined);
  }

  #pay(terminal: string, operation: Operation, requestId: string): void {
    const life = this.#life;
    const payment = this.#client?.pay({ terminal, operation, requestId });
    if (payment === undefined) return;
    this.#waiting += 1;
    payment.ended
      .then((transaction) => {
        assert(isSameOrder(transaction, { terminal, operation }), `${requestId} was told the end of another order`);
      })
      .catch((error: unknown) => {
        if (!(error instanceof PaymentNotStarted || error instanceof PaymentUnclear)) this.faults.push(error);
      })
      .finally(() => {
        if (life === this.#life) this.#waiting -= 1;
      });
  }
}
