import assert from "node:assert/strict";
import type { Result } from "../../src/core/errors.ts";
import type { Operation, OperationType } from "../../src/core/operation.ts";
import { isInDoubt, type Transaction } from "../../src/core/transaction.ts";
import type { Caller, Started } from "../../src/daemon/api.ts";
import { oneOf, type Random } from "../support/random.ts";
import type { World } from "../support/world.ts";
import { Orders } from "./orders.ts";
import { ADMIN, ANA, codeAt, onlyJournal, pairAgain, type PersonInCharge } from "./people.ts";
import type { Counter } from "./ways.ts";

export const POS_PROGRAMS = ["till-1", "till-2", "till-3"] as const;

/** What a POS program has written down before it asked: with it, it asks again until it has an answer. */
type Request = {
  readonly caller: Caller;
  readonly terminal: string;
  readonly requestId: string;
  readonly operation: Operation;
  transaction?: string;
  refusedFor?: string;
};

/** POS programs, customers, a person in charge and a technician, all at random. */
export type Business = {
  /** Somebody does something. */
  act(): void;
  /** Operations that were asked for so far. */
  readonly operations: number;
  /** Every POS asks again for what it has no answer to. True when all are answered. */
  askAgain(): Promise<boolean>;
};

type Party = {
  readonly world: World;
  readonly counters: readonly [Counter, ...Counter[]];
  readonly person: PersonInCharge;
  readonly random: Random;
};

export function openBusiness({ world, counters, person, random }: Party): Business {
  const requests: Request[] = [];

  function ask(request: Request): Promise<void> {
    const { caller, terminal, requestId, operation } = request;
    return world.till.transactions
      .start(caller, { terminal, requestId, operation })
      .then((started) => note(request, started))
      .catch(onlyJournal);
  }

  function note(request: Request, started: Result<Started>): void {
    if (started.kind === "refused") {
      assert.notEqual(started.refusal.reason, "requestIdReused", "the same request was sent again");
      if (started.refusal.reason !== "timeout") request.refusedFor = started.refusal.reason;
      return;
    }
    const { id } = started.value.transaction;
    assert.equal(request.transaction ?? id, id, "a request id stands for one transaction");
    request.transaction = id;
  }

  /** Not waited for: others act meanwhile, and it may never be answered. */
  function begin(operation: Operation, terminal: string): void {
    const request: Request = {
      caller: { pos: oneOf(random, POS_PROGRAMS), seesAll: false },
      terminal,
      requestId: `request-${requests.length}`,
      operation,
    };
    requests.push(request);
    void ask(request);
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
    const { capabilities } = world.till.terminals.get(terminal) ?? {};
    const name = oneOf(random, capabilities?.device ?? []);
    if (name !== undefined) void world.till.terminals.deviceFunction(terminal, name, { lines: ["Hello"] });
    const report = oneOf(random, capabilities?.reports ?? []);
    if (report !== undefined) void world.till.terminals.report(terminal, report, {});
  }

  function visit(): void {
    const counter = oneOf(
      random,
      counters.filter(({ id }) => ["unpaired", "offline"].includes(world.stateOf(id))),
    );
    if (counter === undefined) return;
    pairAgain(world, counter, random(6) === 0 ? "WRONG1" : codeAt(counter));
  }

  const transactions = () => world.till.transactions;
  const terminals = () => world.till.terminals;
  const deeds: readonly (() => unknown)[] = [
    ...Array<() => void>(8).fill(pay),
    ...Array<() => void>(5).fill(followUp),
    () => (random(6) === 0 ? other("reconciliation") : undefined),
    () => (random(3) === 0 ? other("duplicateReceipt") : undefined),
    () => {
      const request = oneOf(random, requests);
      if (request !== undefined) void ask(request);
    },
    () => onOne(({ id, pos }) => transactions().cancel({ pos, seesAll: false }, { transaction: id })),
    () => onOne(({ id, outcome }) => transactions().acknowledge(ADMIN, { transaction: id }, outcome?.revision ?? 1)),
    () => {
      const doubt = oneOf(random, world.journal.durable().filter(isInDoubt));
      if (doubt !== undefined) void person.decide(doubt).catch(onlyJournal);
    },
    () => onOne(({ id, terminal }) => (random(3) === 0 ? terminals().liftFence(terminal, id, ANA) : Promise.resolve())),
    () => transactions().posLeft(oneOf(random, POS_PROGRAMS)),
    () => transactions().posArrived(oneOf(random, POS_PROGRAMS)),
    askDevice,
    () => void terminals().poll(anyCounter()),
    visit,
    visit,
  ];

  return {
    act: () => {
      person.look();
      oneOf(random, deeds)?.();
    },
    get operations() {
      return requests.length;
    },
    askAgain: async () => {
      const unanswered = requests.filter(({ transaction }) => transaction === undefined);
      await Promise.all(unanswered.map(ask));
      return unanswered.every(({ transaction, refusedFor }) => transaction !== undefined || refusedFor !== undefined);
    },
  };
}
