import type { Operation, OperationType } from "../../src/core/operation.ts";
import { isInDoubt, type Transaction } from "../../src/core/transaction.ts";
import { oneOf, type Random } from "../support/random.ts";
import type { World } from "../support/world.ts";
import { Orders } from "./orders.ts";
import { ANA, codeAt, isToBeSeenTo, onlyJournal, pairAgain, type PersonInCharge } from "./people.ts";
import type { Staff } from "./staff.ts";
import type { Counter } from "./ways.ts";

/** POS programs, customers, a person in charge and a technician, all at random. */
export type Business = {
  /** Somebody does something. */
  act(): void;
  /** Operations that were asked for so far. */
  readonly operations: number;
};

type Party = {
  readonly world: World;
  readonly counters: readonly [Counter, ...Counter[]];
  readonly staff: Staff;
  readonly person: PersonInCharge;
  readonly random: Random;
};

export function openBusiness({ world, counters, staff, person, random }: Party): Business {
  let operations = 0;
  function begin(operation: Operation, terminal: string): void {
    operations += 1;
    staff.any().order(terminal, operation);
  }

  /** The same order once more: whoever asked has heard nothing, or has forgotten it. */
  function repeat(): void {
    const transaction = oneOf(random, world.journal.durable());
    if (transaction !== undefined) staff.anyOf(transaction.pos).repeat(transaction);
  }

  const anyCounter = () => oneOf(random, counters).id;
  const ordersAt = (terminal: string) => new Orders(world, terminal, random);

  function pay(): void {
    const terminal = anyCounter();
    const operation = ordersAt(terminal).payment();
    if (operation !== undefined) begin(operation, terminal);
  }

  function followUp(): void {
    const approved = world.journal.durable().filter(({ outcome }) => outcome?.kind === "approved");
    const original = oneOf(random, approved);
    if (original === undefined) return;
    const { terminal } = original;
    const operation = ordersAt(terminal).followUp(original);
    if (operation !== undefined) begin(operation, terminal);
  }

  function other(type: OperationType): void {
    const terminal = anyCounter();
    if (ordersAt(terminal).capabilityOf(type) !== undefined) begin({ type }, terminal);
  }

  function onOne(work: (transaction: Transaction) => Promise<unknown>): void {
    const transaction = oneOf(random, world.journal.durable().slice(-6));
    if (transaction !== undefined) void work(transaction).catch(onlyJournal);
  }

  function askDevice(): void {
    const terminal = anyCounter();
    const { terminals } = world.till;
    const { capabilities } = terminals.get(terminal) ?? {};
    const name = oneOf(random, capabilities?.device ?? []);
    if (name !== undefined) void terminals.deviceFunction(terminal, name, { lines: ["Hello"] });
    const report = oneOf(random, capabilities?.reports ?? []);
    if (report !== undefined) void terminals.report(terminal, report, {});
  }

  function visit(): void {
    const counter = oneOf(
      random,
      counters.filter(({ id }) => isToBeSeenTo(world, id)),
    );
    if (counter === undefined) return;
    pairAgain(world, counter, random(6) === 0 ? "WRONG1" : codeAt(counter));
  }

  /** Somebody pairs a terminal that works, perhaps with a payment in doubt. */
  function pairNeedlessly(): void {
    const counter = oneOf(random, counters);
    if (random(4) === 0) void terminals().pair(counter.id, codeAt(counter)).catch(onlyJournal);
  }

  const terminals = () => world.till.terminals;
  const deeds: readonly (() => unknown)[] = [
    ...Array<() => void>(12).fill(pay),
    ...Array<() => void>(8).fill(followUp),
    () => (random(6) === 0 ? other("reconciliation") : undefined),
    () => (random(3) === 0 ? other("duplicateReceipt") : undefined),
    repeat,
    repeat,
    () => onOne(async ({ pos, requestId }) => staff.anyOf(pos).cancel(requestId)),
    () => {
      const doubt = oneOf(random, world.journal.durable().filter(isInDoubt));
      if (doubt === undefined) return;
      void (random(2) === 0 ? person.decideHastily(doubt) : person.decide(doubt)).catch(onlyJournal);
    },
    () => onOne(({ id, terminal }) => (random(3) === 0 ? terminals().liftFence(terminal, id, ANA) : Promise.resolve())),
    () => staff.any().cutSocket(),
    () => (random(2) === 0 ? staff.crash() : undefined),
    () => (random(4) === 0 ? staff.clone() : undefined),
    () => (random(4) === 0 ? staff.any().startCounterAgain() : undefined),
    askDevice,
    () => void terminals().poll(anyCounter()),
    visit,
    visit,
    pairNeedlessly,
  ];

  return {
    act: () => {
      person.look();
      oneOf(random, deeds)?.();
    },
    get operations() {
      return operations;
    },
  };
}
