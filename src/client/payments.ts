import type { Operation } from "../core/operation.ts";
import type { Clock } from "../core/ports.ts";
import type { RequestSignature } from "../core/signed-request.ts";
import type { TransactionOnWire } from "../protocol/transaction.ts";
import type { Connection } from "./connection.ts";
import { PaymentNotStarted, RequestRefused } from "./errors.ts";
import { idInUse, isSameOrder, startPayment, type Attempt, type Order, type Payment } from "./payment.ts";
import { newRequestId } from "./request-id.ts";
import type { Session } from "./session.ts";
import type { PosStore } from "./store.ts";

export type PayRequest = {
  readonly terminal: string;
  readonly operation: Operation;
  /** A new UUID where none is given. The one of an earlier attempt asks again for that one. */
  readonly requestId?: string;
  /** Where the back office signs what may be charged. It is made with a request id, so one of `newRequestId` goes with it. */
  readonly signature?: RequestSignature;
  /** Stops the waiting, not the payment. */
  readonly signal?: AbortSignal;
};

export type StartedPayment = {
  readonly requestId: string;
  /**
   * The transaction with its outcome, after `onOutcome` has returned. Every outcome is one, also `declined` and `unknown`, whose
   * later revision comes to `onOutcome`. Rejects with `PaymentNotStarted`: nothing was stored, nobody is charged; or with
   * `PaymentUnclear`: it may have been.
   */
  readonly ended: Promise<TransactionOnWire>;
  /** Resolves when the wish is recorded. How it ended is what `ended` says: the result may have been faster. */
  cancel(): Promise<void>;
};

/** The payments of one program: those that run, and the attempts that an earlier run of it left. */
export type Payments = {
  pay(request: PayRequest): StartedPayment;
  forget(requestId: string): Promise<void>;
  hear(transaction: TransactionOnWire): void;
  /** Asks what became of the attempts that nothing was heard of. */
  findLeftAttempts(session: Session): Promise<void>;
};

export type PaymentsOptions = {
  readonly store: PosStore;
  readonly clock: Clock;
  readonly random: () => number;
  readonly connectLimitMs: number;
  /** As an earlier run of the program stored them. */
  readonly attempts: readonly Attempt[];
  readonly deliver: (transaction: TransactionOnWire) => Promise<void>;
  readonly onLeftAttempt: (attempt: Attempt, why: "neverStored" | "otherJournal") => void;
  readonly session: Connection["session"];
};

const REQUEST_LIMIT_MS = 10_000;

export function createPayments(options: PaymentsOptions): Payments {
  const { store, deliver } = options;
  const running = new Map<string, StartedPayment & Pick<Payment, "hear"> & { readonly order: Order }>();
  const attempts = new Map(options.attempts.map((attempt) => [attempt.requestId, attempt]));
  const left = new Set(attempts.keys());

  const hear = (transaction: TransactionOnWire) => {
    left.delete(transaction.requestId);
    running.get(transaction.requestId)?.hear(transaction);
    if (transaction.outcome !== undefined) void deliver(transaction);
  };

  const forget = async (requestId: string) => {
    left.delete(requestId);
    attempts.delete(requestId);
    await store.removeAttempt(requestId);
  };

  const start = (request: PayRequest) => {
    const { terminal, operation, requestId = newRequestId(), signal } = request;
    left.delete(requestId);
    const before = attempts.get(requestId);
    const journal = before?.journal;
    const signature = request.signature ?? before?.signature;
    const payment = startPayment({
      session: options.session,
      attempt: {
        requestId,
        terminal,
        operation,
        ...(signature === undefined ? {} : { signature }),
        ...(journal === undefined ? {} : { journal }),
      },
      save: async (attempt) => {
        await store.saveAttempt(attempt);
        attempts.set(requestId, attempt);
      },
      clock: options.clock,
      random: options.random,
      connectLimitMs: options.connectLimitMs,
      ...(signal === undefined ? {} : { signal }),
    });
    const ended = finish(payment).finally(() => running.delete(requestId));
    return { requestId, ended, cancel: payment.cancel, hear: payment.hear, order: { terminal, operation } };
  };

  const finish = async ({ requestId, ended }: Payment): Promise<TransactionOnWire> => {
    try {
      const transaction = await ended;
      await deliver(transaction);
      attempts.delete(requestId);
      return transaction;
    } catch (error) {
      if (error instanceof PaymentNotStarted) await forget(requestId);
      throw error;
    }
  };

  return {
    hear,
    forget,
    pay: (request) => {
      const same = request.requestId === undefined ? undefined : running.get(request.requestId);
      if (same !== undefined) return isSameOrder(same.order, request) ? same : refusedPayment(same.requestId);
      const started = start(request);
      running.set(started.requestId, started);
      return started;
    },
    findLeftAttempts: async (session) => {
      for (const requestId of left) {
        const attempt = attempts.get(requestId);
        if (attempt === undefined) continue;
        const found = await findAttempt(session, attempt);
        // Meanwhile an event may have told, or the program may have asked for it again.
        if (!left.delete(requestId)) continue;
        if (typeof found === "string") options.onLeftAttempt(attempt, found);
        else hear(found);
      }
    },
  };
}

function refusedPayment(requestId: string): StartedPayment {
  const refused = () => Promise.reject(idInUse(requestId));
  return { requestId, ended: refused(), cancel: refused };
}

/** What became of an attempt of an earlier run. It is looked for and never started: the customer may have gone. */
async function findAttempt(
  session: Session,
  { requestId, journal }: Attempt,
): Promise<TransactionOnWire | "neverStored" | "otherJournal"> {
  if (journal !== session.hello.journal) return "otherJournal";
  try {
    return (await session.channel.request("transactions.get", { requestId }, REQUEST_LIMIT_MS)).transaction;
  } catch (error) {
    if (error instanceof RequestRefused && error.reason === "transactionNotFound") return "neverStored";
    throw error;
  }
}
