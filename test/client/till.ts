import type { Attempt } from "../../src/client/payment.ts";
import { connectPos, type PosClientOptions } from "../../src/client/pos-client.ts";
import type { Position } from "../../src/client/session.ts";
import type { PosStore } from "../../src/client/store.ts";
import type { Operation } from "../../src/core/operation.ts";
import type { EventOnWire } from "../../src/protocol/events.ts";
import type { TransactionOnWire } from "../../src/protocol/transaction.ts";
import { createFakeDaemon, FAKE_POS, FAKE_TOKEN, socketsTo, type FakeDaemon } from "../support/fake-daemon.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

export const SALE: Operation = { type: "sale", amount: { value: 1250, currency: "EUR" } };

/** What a program has on its disk: it outlives the program. */
export type Disk = { readonly attempts: Map<string, Attempt>; position: Position | undefined };

export const emptyDisk = (): Disk => ({ attempts: new Map(), position: undefined });

export function storeOn(disk: Disk): PosStore {
  return {
    saveAttempt: (attempt) => void disk.attempts.set(attempt.requestId, attempt),
    removeAttempt: (requestId) => void disk.attempts.delete(requestId),
    attempts: () => [...disk.attempts.values()],
    savePosition: (position) => void (disk.position = position),
    position: () => disk.position,
  };
}

/** A POS program with the client in it, a fake daemon in memory, and a clock that the test moves. */
export async function openTill(
  options: Partial<PosClientOptions> & { readonly daemon?: FakeDaemon; readonly disk?: Disk } = {},
) {
  const { daemon = createFakeDaemon(), disk = emptyDisk(), ...rest } = options;
  const clock = createVirtualClock();
  const outcomes: TransactionOnWire[] = [];
  const events: EventOnWire[] = [];
  const states: string[] = [];
  const faults: unknown[] = [];
  const left: string[] = [];
  const client = await connectPos({
    pos: FAKE_POS,
    token: FAKE_TOKEN,
    store: storeOn(disk),
    onOutcome: (transaction) => void outcomes.push(transaction),
    onEvent: (event) => void events.push(event),
    onState: (state) => void states.push(state.kind),
    onLeftAttempt: (attempt, why) => void left.push(`${attempt.requestId} ${why}`),
    onFault: (error) => void faults.push(error),
    connect: socketsTo(daemon),
    clock,
    random: () => 0.5,
    ...rest,
  });
  await clock.settle();
  return { client, daemon, disk, clock, outcomes, events, states, faults, left };
}

/** How often a method was asked for. */
export function count(daemon: FakeDaemon, method: string): number {
  return daemon.requests.filter((request) => request.method === method).length;
}

/** What became of a promise by now, without waiting for it. */
export function watch<Value>(promise: Promise<Value>) {
  const seen: { value?: Value; error?: unknown } = {};
  promise.then(
    (value) => (seen.value = value),
    (error: unknown) => (seen.error = error),
  );
  return seen;
}
