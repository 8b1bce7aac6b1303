import type { Money } from "../../src/core/money.ts";
import type { Operation } from "../../src/core/operation.ts";
import { isInDoubt, type Transaction } from "../../src/core/transaction.ts";
import type { Caller } from "../../src/daemon/api.ts";
import { JournalFailure } from "../../src/journal/journal.ts";
import type { Random } from "../support/random.ts";
import type { World } from "../support/world.ts";
import { movedBy } from "./ledger.ts";
import { deviceAt, LATEST_MS, type Counter } from "./ways.ts";

const ADMIN: Caller = { pos: "cli", seesAll: true };
export const ANA = { operator: "ana", reason: "she looked at the slips" };

/** Who decides what only a person can, from what stands in the terminals' slips. */
export type PersonInCharge = {
  /** Looks what has left. */
  look(): void;
  decide(transaction: Transaction): Promise<void>;
  /** Guesses, before the terminal can have come to its end. */
  decideHastily(transaction: Transaction): Promise<void>;
  /** About these nobody but the terminal knows better, if it ever tells. */
  readonly guessed: ReadonlySet<string>;
  decideAll(): Promise<void>;
};

export function openPersonInCharge(world: World, counters: readonly Counter[], random: Random): PersonInCharge {
  const guessed = new Set<string>();
  /** When each was first seen to have left, for the last time so far, on the clock that does not jump. */
  const sent = new Map<string, { readonly attempts: number; readonly atMs: number }>();

  function look(): void {
    const atMs = world.clock.monotonicMs();
    for (const { id, attempts } of world.journal.durable()) {
      const known = sent.get(id);
      // A restored journal may not know that it was sent.
      const mayHaveLeft = known === undefined && world.rolledBack.has(id);
      if (mayHaveLeft || attempts !== (known?.attempts ?? 0)) sent.set(id, { attempts, atMs });
    }
  }

  /** So long until what is in the slips is the truth about it; undefined where nothing has left or nothing is to be decided. */
  function truthInMs(transaction: Transaction): number | undefined {
    if (!isInDoubt(transaction) && transaction.contradicted === undefined) return undefined;
    if (transaction.dispatched === undefined && !world.rolledBack.has(transaction.id)) return 0;
    const atMs = sent.get(transaction.id)?.atMs;
    const counter = counters.find(({ id }) => id === transaction.terminal);
    if (counter === undefined || atMs === undefined) return undefined;
    return Math.max(0, atMs + longestAt(counter) - world.clock.monotonicMs());
  }

  async function decide(transaction: Transaction): Promise<void> {
    look();
    if (truthInMs(transaction) !== 0) return;
    const { id, terminal, operation } = transaction;
    const moved = movedBy(transaction, world.journal.durable(), counters, world);
    const verdict = moved === undefined ? NEVER : approvalOf(operation, world.money(moved, terminal));
    await world.till.transactions.resolve(ADMIN, { transaction: id }, undefined, verdict, ANA);
  }

  async function decideHastily({ id, operation }: Transaction): Promise<void> {
    const verdict = random(2) === 0 ? NEVER : approvalOf(operation, operation.amount);
    if (guessed.has(id)) return;
    guessed.add(id);
    const resolved = await world.till.transactions.resolve(ADMIN, { transaction: id }, undefined, verdict, ANA);
    if (resolved.kind === "refused") guessed.delete(id);
  }

  return {
    look,
    decide,
    decideHastily,
    guessed,
    decideAll: async () => {
      look();
      const waits = world.journal.durable().map((transaction) => truthInMs(transaction) ?? 0);
      await world.clock.advance(Math.max(0, ...waits));
      for (const transaction of world.journal.durable()) await decide(transaction);
    },
  };
}

const longestAt = ({ devices }: Counter): number => LATEST_MS + Math.max(...devices.map(({ longestMs }) => longestMs));

const NEVER = { kind: "notPerformed", reason: "noRecord" } as const;

function approvalOf({ type }: Operation, approved: Money | undefined) {
  const amounts = type === "reconciliation" || approved === undefined ? {} : { amounts: { approved } };
  return { kind: "approved", partial: true, captured: true, final: true, ...amounts } as const;
}

/** A terminal for which a technician has to come. */
export function isToBeSeenTo(world: World, terminal: string): boolean {
  const isLost = !world.isWhereConfigured(terminal);
  return isLost || hasNoAccess(world, terminal) || ["unpaired", "offline", "gone"].includes(world.stateOf(terminal));
}

/** Its account does not let us in any more. */
function hasNoAccess(world: World, terminal: string): boolean {
  return (world.till.terminals.get(terminal)?.detail ?? "").includes("tillbridge secret set");
}

/** A technician at one counter: pairs the terminal that has to be paired. Not waited for, since that takes the terminal's time. */
export function pairAgain(world: World, counter: Counter, code: string | undefined): void {
  const { id } = counter;
  const link = world.linkOf(id);
  const state = world.stateOf(id);
  if (hasNoAccess(world, id)) giveAccess(world, counter);
  if (state !== "gone" && !world.isWhereConfigured(id)) {
    // Nobody comes for what the service can find by itself.
    if (world.announced.has(id) && world.till.terminals.get(id)?.serialNumber !== undefined) return;
    sayWhereItIs(world, id);
    return;
  }
  switch (state) {
    case "unpaired":
      void world.till.terminals.pair(id, code).catch(onlyJournal);
      return;
    case "gone":
      // The daemon died between taking it out and putting it in again.
      void world.till.terminals.add(world.configOf(id)).catch(onlyJournal);
      return;
    case "offline":
      if (isRefusedAsStranger(world, id)) {
        void world.till.terminals.update({ id, serialNumber: null }).catch(onlyJournal);
        return;
      }
      // It may be one that answers nobody but its client: only what the house keeps of that client is in the way.
      if (code !== undefined && !link.unreachable && !link.refuses) void addAnew(world, id).catch(onlyJournal);
      return;
    default:
      return;
  }
}

export function sayWhereItIs(world: World, id: string): void {
  void world.till.terminals.update(world.configOf(id)).catch(onlyJournal);
}

/** Whoever keeps the access to an account writes down what is good at the cloud that is there now. */
export function giveAccess(world: World, counter: Counter): void {
  for (const [secret, value] of Object.entries(deviceAt(counter).given ?? {})) world.secrets.set(secret, value);
}

/** Another device was put there, and somebody has to say that this is right. */
function isRefusedAsStranger(world: World, id: string): boolean {
  const { serialNumber, detail = "" } = world.till.terminals.get(id) ?? {};
  return serialNumber !== undefined && /another device answers|does not tell its serial number/.test(detail);
}

export const codeAt = (counter: Counter): string | undefined => deviceAt(counter).code;

async function addAnew(world: World, id: string): Promise<void> {
  const { terminals } = world.till;
  const removed = await terminals.remove(id);
  if (removed.kind === "done") await terminals.add(world.configOf(id));
}

export function onlyJournal(failure: unknown): void {
  if (!(failure instanceof JournalFailure)) throw failure;
}
