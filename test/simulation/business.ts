import assert from "node:assert/strict";
import type { Result } from "../../src/core/errors.ts";
import type { Operation } from "../../src/core/operation.ts";
import { isInDoubt, type Transaction } from "../../src/core/transaction.ts";
import type { Caller, Started } from "../../src/daemon/api.ts";
import { JournalFailure } from "../../src/journal/journal.ts";
import type { World } from "../support/world.ts";
import { oneOf, type Random } from "./faults.ts";
import { movedBy } from "./invariants.ts";

export const POS_PROGRAMS = ["till-1", "till-2", "till-3"] as const;
const ADMIN: Caller = { pos: "cli", seesAll: true };
/** By then every request has come to its end at the terminal: what a person finds in its slips is the truth. */
const SLIPS_ARE_TRUE_AFTER_MS = 30_000;

/** What a POS program has written down before it asked: with it, it asks again until it has an answer. */
type Request = {
  readonly caller: Caller;
  readonly terminal: string;
  readonly requestId: string;
  readonly operation: Operation;
  transaction?: string;
  refusedFor?: string;
};

/** POS programs, customers and a person in charge, all at random. */
export type Business = {
  /** Somebody does something. */
  act(): void;
  /** Every POS asks again for what it has no answer to. True when all are answered. */
  askAgain(): Promise<boolean>;
  /** The person in charge looks at the slips and decides what only a person can. */
  decideAll(): Promise<void>;
};

export function openBusiness(world: World, random: Random): Business {
  const requests: Request[] = [];

  function ask(request: Request): Promise<void> {
    const { caller, terminal, requestId, operation } = request;
    return world.till.transactions
      .start(caller, { terminal, requestId, operation })
      .then((started) => note(request, started))
      .catch((failure: unknown) => {
        if (!(failure instanceof JournalFailure)) throw failure;
      });
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
      caller: { pos: oneOf(random, POS_PROGRAMS) ?? "till-1", seesAll: false },
      terminal,
      requestId: `request-${requests.length}`,
      operation,
    };
    requests.push(request);
    void ask(request);
  }

  const anyTerminal = () => oneOf(random, [...world.links.keys()]) ?? "counter-1";

  function sell(): void {
    const reference = random(3) === 0 ? { reference: `ticket-${random(5)}` } : {};
    begin(world.sale(1 + random(3) * 500, reference), anyTerminal());
  }

  function takeBack(): void {
    const sold = world.journal.durable().filter(({ outcome, operation }) => {
      return operation.type === "sale" && outcome?.kind === "approved";
    });
    const sale = oneOf(random, sold);
    if (sale === undefined) return;
    const original = { original: { transaction: sale.id } };
    const part = world.sale(1 + random(2) * 250);
    const operations: readonly Operation[] = [
      { type: "void", ...original },
      { type: "refund", ...original },
      { ...part, type: "refund", ...original },
      { ...part, type: "refund", ...original },
    ];
    begin(oneOf(random, operations) ?? { type: "void", ...original }, sale.terminal);
  }

  async function decide(transaction: Transaction): Promise<void> {
    const { dispatched, operation, id, contradicted } = transaction;
    const waitedMs = world.clock.monotonicMs() - (dispatchedMs.get(id) ?? 0);
    if (dispatched === undefined || waitedMs < SLIPS_ARE_TRUE_AFTER_MS) return;
    if (!isInDoubt(transaction) && contradicted === undefined) return;
    const moved = movedBy(transaction, world.journal.durable(), world);
    const currency = { currency: "CLP" };
    const verdict =
      moved === undefined
        ? ({ kind: "notPerformed", reason: "noRecord" } as const)
        : ({
            kind: "approved",
            partial: true,
            captured: true,
            final: true,
            ...(operation.type === "reconciliation" ? {} : { amounts: { approved: { value: moved, ...currency } } }),
          } as const);
    await world.till.transactions.resolve(ADMIN, { transaction: id }, undefined, verdict, ANA);
  }

  /** When each was first seen dispatched, on the clock that does not jump. */
  const dispatchedMs = new Map<string, number>();
  function look(): void {
    for (const { id, dispatched } of world.journal.durable()) {
      if (dispatched !== undefined && !dispatchedMs.has(id)) dispatchedMs.set(id, world.clock.monotonicMs());
    }
  }

  function onOne(work: (transaction: Transaction) => Promise<unknown>): void {
    const transaction = oneOf(random, world.journal.durable().slice(-6));
    if (transaction !== undefined) void work(transaction).catch(onlyJournal);
  }

  const deeds: readonly (() => unknown)[] = [
    sell,
    sell,
    sell,
    takeBack,
    takeBack,
    () => (random(6) === 0 ? begin({ type: "reconciliation" }, anyTerminal()) : undefined),
    () => (random(3) === 0 ? begin({ type: "duplicateReceipt" }, anyTerminal()) : undefined),
    () => {
      const request = oneOf(random, requests);
      if (request !== undefined) void ask(request);
    },
    () => onOne(({ id, pos }) => world.till.transactions.cancel({ pos, seesAll: false }, { transaction: id })),
    () =>
      onOne(({ id, outcome }) =>
        world.till.transactions.acknowledge(ADMIN, { transaction: id }, outcome?.revision ?? 1),
      ),
    () => onOne(decide),
    () =>
      onOne(({ id, terminal }) =>
        random(3) === 0 ? world.till.terminals.liftFence(terminal, id, ANA) : Promise.resolve(),
      ),
    () => world.till.transactions.posLeft(oneOf(random, POS_PROGRAMS) ?? "till-1"),
    () => world.till.transactions.posArrived(oneOf(random, POS_PROGRAMS) ?? "till-1"),
    () => void world.till.terminals.report(anyTerminal(), "details", {}),
    () => void world.till.terminals.poll(anyTerminal()),
  ];

  return {
    act: () => {
      look();
      oneOf(random, deeds)?.();
    },
    askAgain: async () => {
      const unanswered = requests.filter(({ transaction }) => transaction === undefined);
      await Promise.all(unanswered.map(ask));
      return unanswered.every(({ transaction, refusedFor }) => transaction !== undefined || refusedFor !== undefined);
    },
    decideAll: async () => {
      look();
      await world.clock.advance(SLIPS_ARE_TRUE_AFTER_MS);
      for (const transaction of world.journal.durable()) await decide(transaction);
    },
  };
}

const ANA = { operator: "ana", reason: "she looked at the slips" };

function onlyJournal(failure: unknown): void {
  if (!(failure instanceof JournalFailure)) throw failure;
}
