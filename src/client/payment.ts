import { unreachable } from "../core/assert.ts";
import { canonicalJson } from "../core/canonical.ts";
import type { Json } from "../core/json.ts";
import type { Operation } from "../core/operation.ts";
import type { Clock } from "../core/ports.ts";
import type { RequestSignature } from "../core/signed-request.ts";
import type { TransactionOnWire } from "../protocol/transaction.ts";
import type { Connection } from "./connection.ts";
import {
  isOfTheWorld,
  NotConnected,
  PaymentNeverSent,
  PaymentNotStarted,
  PaymentUnclear,
  RequestRefused,
} from "./errors.ts";
import { isPassing, proofOf } from "./refusals.ts";
import type { Session } from "./session.ts";
import { backoffMs, createWaiting, type Waiting } from "./waiting.ts";

/** One operation as it is asked for, again and again, with the same request id. */
export type Attempt = {
  /** 1 to 64 characters of `[A-Za-z0-9._:-]`, never used twice: a UUID. */
  readonly requestId: string;
  readonly terminal: string;
  readonly operation: Operation;
  /** Of the back office, for a POS whose payments are signed: made with this request id. */
  readonly signature?: RequestSignature;
  /** The daemon's memory of money when it was first asked; absent before. */
  readonly journal?: string;
};

export type PaymentOptions = {
  readonly session: Connection["session"];
  /** With a `journal`: an earlier run of this program may have asked for it. */
  readonly attempt: Attempt;
  /** Called before the first request leaves; what it stored is on the disk when it resolves. */
  readonly save: (attempt: Attempt) => Promise<void> | void;
  readonly clock: Clock;
  readonly random: () => number;
  /** How long to wait for a first session. */
  readonly connectLimitMs: number;
  /** Stops the waiting, not the payment. */
  readonly signal?: AbortSignal;
};

export type Payment = {
  readonly requestId: string;
  /** The transaction with an outcome. Rejects with `PaymentNotStarted` or `PaymentUnclear`. */
  readonly ended: Promise<TransactionOnWire>;
  /** Resolves when the daemon has recorded the wish; how it ended is what `ended` says. Rejects with `RequestRefused`. */
  cancel(): Promise<void>;
  /** To be called with the transaction of each event that carries this request id. */
  hear(transaction: TransactionOnWire): void;
};

const REQUEST_LIMIT_MS = 10_000;
/** Nothing was heard for so long: perhaps an event was lost. */
const ASK_AGAIN_MS = 30_000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** Longer than the daemon takes to store a request that it has read. */
const ABSENCE_PAUSE_MS = 3000;
/** What JSON-RPC puts around the params of a start. */
const ENVELOPE_BYTES = 128;

/** What a request id stands for. */
export type Order = { readonly terminal: string; readonly operation: Operation };

/** The same request sent again, and not another one that has its id because a counter began anew or a till was cloned. */
export function isSameOrder(one: Order, other: Order): boolean {
  return contentOf(one) === contentOf(other);
}

function contentOf({ terminal, operation }: Order): string {
  return canonicalJson({ terminal, operation } as Json);
}

/** What is known while it is asked for. */
type Asking = {
  readonly options: PaymentOptions;
  readonly waiting: Waiting;
  readonly stop: AbortController;
  readonly cancelTold: PromiseWithResolvers<undefined>;
  journal: string | undefined;
  /** A request left, now or in an earlier run, of which it is not known that nothing is stored. */
  mayBeStored: boolean;
  known: TransactionOnWire | undefined;
  cancel: "notAsked" | "asked" | "told";
  absences: number;
  failures: number;
};

/** Pays once, whatever happens to the connection: after anything unclear it asks again with the same request id. */
export function startPayment(options: PaymentOptions): Payment {
  const { attempt, clock, connectLimitMs, signal } = options;
  const asking: Asking = {
    options,
    waiting: createWaiting(clock),
    stop: new AbortController(),
    cancelTold: Promise.withResolvers<undefined>(),
    journal: attempt.journal,
    mayBeStored: attempt.journal !== undefined,
    known: undefined,
    cancel: "notAsked",
    absences: 0,
    failures: 0,
  };
  asking.cancelTold.promise.catch(() => {});

  const stopped = Promise.withResolvers<never>();
  const stopBecause = (why: string) => {
    stopped.reject(stoppedBefore(asking, why));
    asking.stop.abort();
    asking.waiting.wakeUp();
  };
  const stop = () => stopBecause("This program stopped waiting for the payment.");
  signal?.addEventListener("abort", stop);
  if (signal?.aborted === true) stop();
  const connectLimit = clock.after(connectLimitMs, () => stopBecause("The daemon cannot be reached."));
  const stopTheLimit = () => connectLimit.cancel();
  void options.session(asking.stop.signal).then(stopTheLimit, stopTheLimit);

  return {
    requestId: attempt.requestId,
    ended: Promise.race([askUntilSettled(asking), stopped.promise]).finally(() => {
      signal?.removeEventListener("abort", stop);
      asking.cancelTold.resolve(undefined);
    }),
    cancel: async () => {
      if (asking.cancel === "notAsked") asking.cancel = "asked";
      asking.waiting.wakeUp();
      await asking.cancelTold.promise;
    },
    hear: (transaction) => {
      hear(asking, transaction);
      asking.waiting.wakeUp();
    },
  };
}

async function askUntilSettled(asking: Asking): Promise<TransactionOnWire> {
  const { options, stop, waiting } = asking;
  for (;;) {
    if (asking.known?.outcome !== undefined) return asking.known;
    if (stop.signal.aborted) throw stoppedBefore(asking, "stopped");
    const session = await options.session(stop.signal).catch((error: unknown) => {
      throw error instanceof NotConnected ? stoppedBefore(asking, error.message, error.refusal) : error;
    });
    if (asking.mayBeStored && asking.journal !== undefined && session.hello.journal !== asking.journal) {
      throw unclear(
        asking,
        "The daemon has another journal than the one that this payment was sent to. A person has to look.",
      );
    }
    if (!(await askOnce(asking, session)) || isSettled(asking)) continue;
    if (asking.cancel === "asked") await tellCancel(asking, session);
    else await waiting.pause(ASK_AGAIN_MS, session.closed);
  }
}

/** A payment that is to be canceled is looked for and never started: what has not arrived yet must not begin now. */
function askOnce(asking: Asking, session: Session): Promise<boolean> {
  return asking.cancel !== "notAsked" && asking.known === undefined ? look(asking, session) : start(asking, session);
}

/** Whether the daemon said that it has the transaction. */
async function start(asking: Asking, session: Session): Promise<boolean> {
  const { requestId, terminal, operation, signature } = asking.options.attempt;
  const repeated = asking.mayBeStored;
  // Of a repeat it is the one that it was first sent with: nothing is sent into another.
  const { journal } = session.hello;
  const params = { terminal, requestId, operation, journal, ...(signature === undefined ? {} : { signature }) };
  if (!repeated) {
    refuseTooLarge(params, session.opened.limits.messageBytes);
    await asking.options.save(params);
    // Meanwhile somebody may have thought better of it.
    if (asking.cancel !== "notAsked" || asking.stop.signal.aborted) return false;
  }
  asking.journal = journal;
  asking.mayBeStored = true;
  try {
    return await ask(asking, session.channel.request("transactions.start", params, REQUEST_LIMIT_MS));
  } catch (error) {
    if (error instanceof NotConnected) asking.mayBeStored = repeated;
    else if (error instanceof RequestRefused) learn(asking, error, repeated);
    return tryAgainLater(asking, session, error);
  }
}

/** Throws where the refusal is the end of it. */
function learn(asking: Asking, refusal: RequestRefused, repeated: boolean): void {
  const proof = proofOf(refusal, repeated);
  switch (proof.kind) {
    case "askAgain":
      if (proof.thisOne === "notStored") asking.mayBeStored = repeated;
      return;
    case "end":
      throw proof.stored === "no"
        ? new PaymentNotStarted(asking.options.attempt.requestId, refusal.message, refusal)
        : unclear(asking, refusal.message, refusal);
    default:
      unreachable(proof);
  }
}

/** The daemon would close the connection over it, again and again. */
function refuseTooLarge(attempt: Attempt, limitBytes: number): void {
  const bytes = new TextEncoder().encode(JSON.stringify(attempt)).length + ENVELOPE_BYTES;
  if (bytes <= limitBytes) return;
  throw new PaymentNotStarted(
    attempt.requestId,
    `The payment has ${bytes} bytes, and the daemon takes ${limitBytes} at most.`,
  );
}

async function look(asking: Asking, session: Session): Promise<boolean> {
  const { requestId } = asking.options.attempt;
  if (!asking.mayBeStored) throw new PaymentNeverSent(requestId, "The payment was canceled before it was sent.");
  try {
    return await ask(asking, session.channel.request("transactions.get", { requestId }, REQUEST_LIMIT_MS));
  } catch (error) {
    if (!(error instanceof RequestRefused) || isPassing(error)) return await tryAgainLater(asking, session, error);
    if (error.reason !== "transactionNotFound") throw unclear(asking, error.message, error);
    asking.absences += 1;
    if (asking.absences === 1) await asking.waiting.pause(ABSENCE_PAUSE_MS, session.closed);
    else throw new PaymentNotStarted(requestId, "The payment was canceled before it reached the daemon.", error);
    return false;
  }
}

async function ask(asking: Asking, answer: Promise<{ readonly transaction: TransactionOnWire }>): Promise<true> {
  const { transaction } = await answer;
  const { attempt } = asking.options;
  if (!isSameOrder(transaction, attempt)) throw idInUse(attempt.requestId);
  hear(asking, transaction);
  asking.failures = 0;
  return true;
}

async function tellCancel(asking: Asking, session: Session): Promise<void> {
  const { requestId } = asking.options.attempt;
  try {
    await session.channel.request("transactions.cancel", { requestId }, REQUEST_LIMIT_MS);
    asking.cancelTold.resolve(undefined);
  } catch (error) {
    if (!(error instanceof RequestRefused) || isPassing(error)) {
      await tryAgainLater(asking, session, error);
      return;
    }
    asking.cancelTold.reject(error);
  }
  asking.cancel = "told";
}

/** After what the network or a busy daemon does. Anything else is our own mistake. */
async function tryAgainLater(asking: Asking, session: Session, error: unknown): Promise<false> {
  if (!isOfTheWorld(error)) throw error;
  const pauseMs = backoffMs(FIRST_PAUSE_MS, LONGEST_PAUSE_MS, asking.failures, asking.options.random());
  asking.failures += 1;
  await asking.waiting.pause(pauseMs, session.closed);
  return false;
}

/**
 * What was heard with an outcome is never forgotten for something older without one. Another order that has this request id says
 * nothing about ours.
 */
function hear(asking: Asking, transaction: TransactionOnWire): void {
  if (!isSettled(asking) && isSameOrder(transaction, asking.options.attempt)) asking.known = transaction;
}

function isSettled(asking: Asking): boolean {
  return asking.known?.outcome !== undefined;
}

/** Another order is stored under the id, so this one cannot be. */
export function idInUse(requestId: string): PaymentNotStarted {
  return new PaymentNotStarted(
    requestId,
    `Another payment has the request id ${requestId}: give this one an id of its own.`,
  );
}

function unclear(asking: Asking, why: string, refusal?: RequestRefused): PaymentUnclear {
  return new PaymentUnclear(asking.options.attempt.requestId, why, refusal);
}

/** The end of the waiting, not of the payment, unless nothing was sent. */
function stoppedBefore(asking: Asking, why: string, refusal?: RequestRefused): Error {
  return asking.mayBeStored || asking.known !== undefined
    ? unclear(asking, why, refusal)
    : new PaymentNeverSent(asking.options.attempt.requestId, why, refusal);
}
