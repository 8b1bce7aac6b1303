import type { EventOnWire } from "../protocol/events.ts";
import type { TransactionOnWire } from "../protocol/transaction.ts";
import { isOfTheWorld, RequestRefused } from "./errors.ts";
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
};

const REQUEST_LIMIT_MS = 10_000;
/** Outcomes that were handed over lately, so that a repeated delivery is acknowledged and not handed over again. */
const REMEMBERED_OUTCOMES = 1000;

type HandedOver = { readonly revision: number; acknowledged: "no" | "underWay" | "yes" };

export function createDelivery({ store, onOutcome, onEvent, onFault, session }: DeliveryOptions): Delivery {
  const handedOver = new Map<string, HandedOver>();
  const acknowledging = new Set<Promise<void>>();
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

  /** One that gets lost does no harm: the daemon delivers the outcome again with the next session. */
  const acknowledge = async (transaction: string, outcome: HandedOver) => {
    outcome.acknowledged = "underWay";
    const params = { transaction, revision: outcome.revision };
    try {
      const answer = session()?.channel.request("transactions.acknowledge", params, REQUEST_LIMIT_MS);
      await answer;
      outcome.acknowledged = answer === undefined ? "no" : "yes";
    } catch (error) {
      // A later revision is there already, and it is delivered too.
      const superseded = error instanceof RequestRefused && error.reason === "revisionMismatch";
      outcome.acknowledged = superseded ? "yes" : "no";
      if (!superseded && (error instanceof RequestRefused || !isOfTheWorld(error))) onFault(error);
    }
  };

  return {
    deliver: (transaction) =>
      inTurn(async () => {
        const revision = transaction.outcome?.revision ?? 0;
        const before = handedOver.get(transaction.id);
        if (before !== undefined && before.revision > revision) return;
        const outcome = before?.revision === revision ? before : await handOver(transaction, revision);
        if (outcome.acknowledged !== "no") return;
        const acknowledged = acknowledge(transaction.id, outcome).finally(() => acknowledging.delete(acknowledged));
        acknowledging.add(acknowledged);
      }),
    tell: (event, position) =>
      void inTurn(async () => {
        await onEvent?.(event);
        if (position !== undefined) await store.savePosition(position);
      }),
    rest: async () => {
      await last;
      await Promise.all(acknowledging);
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
