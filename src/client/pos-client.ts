import type { Clock } from "../core/ports.ts";
import type { EventOnWire } from "../protocol/events.ts";
import type { TransactionOnWire } from "../protocol/transaction.ts";
import { DEFAULT_PORT, PROTOCOL_PATH } from "../protocol/version.ts";
import type { AnswerOf, MethodName, ParamsOf } from "./calls.ts";
import { systemClock } from "./clock.ts";
import { openConnection, type Connection, type ConnectionState } from "./connection.ts";
import { createDelivery, fetchUnacknowledged } from "./delivery.ts";
import { isOfTheWorld } from "./errors.ts";
import { transactionOf } from "./events.ts";
import type { Attempt } from "./payment.ts";
import { createPayments, type PayRequest, type StartedPayment } from "./payments.ts";
import type { Credentials, Session, SessionOptions } from "./session.ts";
import { connectWebSocket, type ConnectSocket } from "./socket.ts";
import type { PosStore } from "./store.ts";

export const DEFAULT_URL = `ws://127.0.0.1:${DEFAULT_PORT}${PROTOCOL_PATH}`;

export type PosClientOptions = Credentials &
  Pick<SessionOptions, "client" | "language"> & {
    /** `ws://127.0.0.1:8455/v1` where nothing else is said. */
    readonly url?: string;
    readonly store: PosStore;
    /**
     * Where outcomes are stored: called with every transaction that has an outcome, once for each revision of it, one after the
     * other; after a crash perhaps once more. When it returns the outcome is acknowledged and not delivered again, so it returns
     * only when the outcome is stored. What it throws goes to `onFault`, and the outcome comes again with the next session.
     */
    readonly onOutcome: (transaction: TransactionOnWire) => Promise<void> | void;
    /** Everything that the daemon tells: progress, prompts, receipts, alarms, states of terminals. Kept events come once. */
    readonly onEvent?: (event: EventOnWire) => Promise<void> | void;
    readonly onState?: (state: ConnectionState) => void;
    /**
     * An earlier run of this program stored a payment and ended before it knew what became of it. `neverStored`: the daemon has
     * no record of it, nobody was charged; pay again with the same request id if the customer is still there, else `forget` it.
     * `otherJournal`: the daemon lost its memory of money or is another one; a person has to look at the terminal.
     */
    readonly onLeftAttempt?: (attempt: Attempt, why: "neverStored" | "otherJournal") => void;
    /** A handler threw, or the store failed. */
    readonly onFault?: (error: unknown) => void;
    /** How long a payment waits for a first session before it gives up, with nothing sent. */
    readonly connectLimitMs?: number;
    readonly connect?: ConnectSocket;
    readonly clock?: Clock;
    readonly random?: () => number;
  };

/** A POS program's connection to the daemon, for as long as the program runs. */
export type PosClient = {
  /**
   * Any operation that moves money. It is stored with its request id before it leaves, and after anything unclear asked for
   * again with the same one, never with a new one, until its outcome is known.
   */
  pay(request: PayRequest): StartedPayment;
  /** One request that moves no money. Rejects with `RequestRefused`, `NoAnswer` or `NotConnected`. */
  call<Name extends MethodName>(method: Name, params: ParamsOf<Name>, timeoutMs?: number): Promise<AnswerOf<Name>>;
  /** Gives up an attempt that was never stored by the daemon. */
  forget(requestId: string): Promise<void>;
  /** Ends the connection, not the payments, and waits for the handlers that are running. */
  close(): Promise<void>;
};

const CONNECT_LIMIT_MS = 10_000;
const CALL_LIMIT_MS = 30_000;

/** Connects a POS program, and keeps it connected until it is closed. Rejects only where the store cannot be read. */
export async function connectPos(options: PosClientOptions): Promise<PosClient> {
  const { store, clock = systemClock, random = Math.random, connectLimitMs = CONNECT_LIMIT_MS } = options;
  const onFault = options.onFault ?? (() => {});
  const attempts = await store.attempts();
  let position = await store.position();
  let session: Session | undefined;

  const delivery = createDelivery({ ...options, onFault, clock, session: () => session });
  const payments = createPayments({
    store,
    clock,
    random,
    connectLimitMs,
    attempts,
    deliver: delivery.deliver,
    onLeftAttempt: options.onLeftAttempt ?? (() => {}),
    session: (signal) => connection.session(signal),
  });

  const opened = (now: Session) => {
    session = now;
    const { resume, lastEvent, open, unacknowledged, more } = now.opened;
    if (resume !== "replay") position = { journal: now.hello.journal, seq: lastEvent };
    for (const transaction of [...open, ...unacknowledged]) payments.hear(transaction);
    const rest = more ? fetchUnacknowledged(now, payments.hear) : Promise.resolve();
    // What gets lost here is asked for again in the next session.
    rest
      .then(() => payments.findLeftAttempts(now))
      .catch((error: unknown) => {
        if (!isOfTheWorld(error)) onFault(error);
      });
  };

  const event = (told: EventOnWire) => {
    if (told.kept && position !== undefined) {
      if (told.seq <= position.seq) return;
      position = { ...position, seq: told.seq };
    }
    const transaction = transactionOf(told);
    if (transaction !== undefined) payments.hear(transaction);
    delivery.tell(told, told.kept ? position : undefined);
  };

  const connection = openConnection(
    {
      url: options.url ?? DEFAULT_URL,
      pos: options.pos,
      token: options.token,
      connect: options.connect ?? connectWebSocket,
      clock,
      random,
      position: () => position,
      ...(options.client === undefined ? {} : { client: options.client }),
      ...(options.language === undefined ? {} : { language: options.language }),
    },
    { changed: (state) => options.onState?.(state), opened, event },
  );

  return {
    pay: payments.pay,
    forget: payments.forget,
    call: async (method, params, timeoutMs = CALL_LIMIT_MS) =>
      (await connectedWithin(connection, clock, connectLimitMs)).channel.request(method, params, timeoutMs),
    close: async () => {
      await delivery.rest();
      connection.close();
    },
  };
}

function connectedWithin(connection: Connection, clock: Clock, limitMs: number): Promise<Session> {
  const limit = new AbortController();
  const timer = clock.after(limitMs, () => limit.abort());
  return connection.session(limit.signal).finally(() => timer.cancel());
}
