import type { Clock } from "../core/ports.ts";
import type { EventOnWire } from "../protocol/events.ts";
import type { TransactionOnWire } from "../protocol/transaction.ts";
import { createAcknowledgements, type HandedOver } from "./acknowledgements.ts";
import type { Position, Session } from "./session.ts";
import type { PosStore } from "./store.ts";

/** Hands over what the daemon tells: one thing at a time, each outcome until it is acknowledged. */
export type Delivery = {
  /** Resolves when the program's handler has returned, or failed. */
  deliver(transaction: TransactionOnWire): Promise<void>;
  tell(event: EventOnWire, position: Position | undefined): void;
  /** Waits for the handlers and acknowledgements that are running. */
  rest(): Promise<void>;
};

export type DeliveryOptions = {
  readonly store: PosStore;
  readonly onOutcome: (transaction: TransactionOnWire) => Promise<void> | void;
  readonly onEvent?: (event: EventOnWire) => Promise<void> | void;
  readonly onFault: (error: unknown) => void;
  readonly session: () => Session | undefined;
  readonly clock: Clock;
};

const REQUEST_LIMIT_MS = 10_000;
/**
 * Outcomes that were handed over lately, so that a repeated delivery is acknowledged and not handed over again: more than a day's,
 * since a program that was away is told all of them twice, as what is unacknowledged and as events.
 */
const REMEMBERED_OUTCOMES = 20_000;

export function createDelivery({ store, onOutcome, onEvent, onFault, session, clock }: DeliveryOptions): Delivery {
  const handedOver = new Map<string, HandedOver>();
  const acknowledgements = createAcknowledgements({ clock, onFault, session });
  let last: Promise<void> = Promise.resolve();

  const inTurn = (task: () => Promise<void>): Promise<void> => (last = last.then(task).catch(onFault));

  const handOver = async (transaction: TransactionOnWire, revision: number): Promise<HandedOver> => {
    await onOutcome(transaction);
    if (transaction.outcome?.kind !== "unknown") await store.removeAttempt(transaction.requestId);
    const now: HandedOver = { revision, acknowledged: transaction.acknowledged ? "yes" : "no" };
    handedOver.delete(transaction.id);
    handedOver.set(transaction.id, now);
    const [oldest] = handedOver.keys();
    if (oldest !== undefined && handedOver.size > REMEMBERED_OUTCOMES) handedOver.delete(oldest);
    return now;
  };

  return {
    deliver: (transaction) =>
      inTurn(async () => {
        const revision = transaction.outcome?.revision ?? 0;
        const before = handedOver.get(transaction.id);
        if (before !== undefined && before.revision > revision) return;
        const outcome = before?.revision === revision ? before : await handOver(transaction, revision);
        if (outcome.acknowledged !== "no") return;
        acknowledgements.add(transaction.id, outcome);
      }),
    tell: (event, position) =>
      void inTurn(async () => {
        await onEvent?.(event);
        if (position !== undefined) await store.savePosition(position);
      }),
    rest: async () => {
      await last;
      await acknowledgements.rest();
    },
  };
}

/** Every transaction whose latest outcome is not acknowledged, where the opening of the session did not tell them all. */
export async function fetchUnacknowledged(
  session: Session,
  hear: (transaction: TransactionOnWire) => void,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await session.channel.request(
      "transactions.list",
      { unacknowledged: true, limit: 200, ...(cursor === undefined ? {} : { cursor }) },
      REQUEST_LIMIT_MS,
    );
    for (const transaction of page.transactions) hear(transaction);
    cursor = page.cursor;
  } while (cursor !== undefined);
}
