import { assert } from "../../core/assert.ts";
import type { Clock } from "../../core/ports.ts";
import { sameDevice, type DeviceIdentity } from "../../core/terminal.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { RepeatRefusal, RepeatRules } from "../../drivers/driver.ts";
import { JournalFailure } from "../../journal/journal.ts";
import type { TransactionRecord } from "../record.ts";
import type { Exchange } from "./exchange.ts";
import type { HttpConnection } from "./http-connection.ts";
import type { SignsOfLife } from "./signs-of-life.ts";
import { readStoredRequest } from "./stored-request.ts";

/** A request that may be sent once more, and what is known of the terminal that would get it. */
type Repeat = {
  readonly record: TransactionRecord;
  readonly rules: RepeatRules;
  /** Who answered just now. */
  readonly identity: DeviceIdentity | undefined;
  /** Absent where the vendor says that its memory survives a restart. */
  readonly signs?: SignsOfLife;
};

export type RepeatOrder = Repeat & {
  readonly exchange: string;
  readonly replyTimeoutMs: number;
  /** On which it was asked who answers. */
  readonly link: string;
};

export type RepeatPorts<Message> = {
  readonly clock: Clock;
  readonly connection: HttpConnection<Message>;
};

export type RepeatResult<Message> =
  /** Its answer is to come. */
  | { readonly kind: "sent"; readonly exchange: Exchange<Message> }
  /** No connection came about, or not one byte was handed over: it may be tried again. */
  | { readonly kind: "notSent"; readonly why: string }
  /** Some bytes may have left. */
  | { readonly kind: "failed"; readonly why: string }
  | { readonly kind: "notRepeated"; readonly why: RepeatRefusal };

/**
 * Rule 2, the one exception: the stored request leaves once more. It counts as a dispatch: every condition is looked at, the fact
 * is on the disk before the first byte leaves, and then they are looked at again.
 */
export async function repeat<Message>(
  order: RepeatOrder,
  { clock, connection }: RepeatPorts<Message>,
): Promise<RepeatResult<Message>> {
  const { record } = order;
  const early = repeatRefusal(order, clock);
  if (early !== undefined) return { kind: "notRepeated", why: early };
  const request = storedRequestOf(record.transaction);
  if (request === undefined) return { kind: "notRepeated", why: "journal" };
  const prepared = await connection.prepare(order.exchange, request);
  if (prepared.kind === "failed") return { kind: "notSent", why: prepared.why };
  const { exchange, link } = prepared;
  const stop = (result: RepeatResult<Message>): RepeatResult<Message> => {
    exchange.end();
    return result;
  };
  try {
    const written = await record.write((current) => {
      if (durableRefusal(order, current) !== undefined) return undefined;
      const identity = order.identity === undefined ? {} : { identity: order.identity };
      return { facts: [{ kind: "repeated", attempt: current.attempts + 1, link, ...identity }] };
    });
    if (written.kind !== "written") {
      return stop({ kind: "notRepeated", why: repeatRefusal(order, clock) ?? "decided" });
    }
  } catch (failure) {
    if (!(failure instanceof JournalFailure)) throw failure;
    return stop({ kind: "notRepeated", why: "journal" });
  }
  const late = lateRefusal(order, clock);
  if (late !== undefined) return stop({ kind: "notRepeated", why: late });
  // The link of which the terminal has said who it is; it is no more once somebody else may answer.
  if (connection.link !== order.link)
    return stop({ kind: "notSent", why: "the link was given up before anything was sent" });
  if (!prepared.isOpen()) return stop({ kind: "notSent", why: "the connection was closed before anything was sent" });
  const sent = await prepared.send(order.replyTimeoutMs);
  switch (sent.kind) {
    case "sent":
      return { kind: "sent", exchange };
    case "refused":
      return { kind: "notSent", why: sent.why };
    case "failed":
      return stop({ kind: "failed", why: sent.why });
  }
}

/** Why the request may not be sent again now; undefined where it may. */
function repeatRefusal(order: Repeat, clock: Clock): RepeatRefusal | undefined {
  return durableRefusal(order, order.record.transaction) ?? lateRefusal(order, clock);
}

/** What the facts say. */
function durableRefusal({ rules }: Repeat, transaction: Transaction): RepeatRefusal | undefined {
  const { dispatched, outcome, cancelRequested, fenceLifted, attempts } = transaction;
  assert(dispatched !== undefined, "a repeat of what was never dispatched");
  if (fenceLifted || outcome?.decidedBy.kind === "person") return "decided";
  // Once unknown was told, the time for an answer is over.
  if (outcome !== undefined) return "deadline";
  if (cancelRequested) return "cancelAsked";
  return attempts - 1 >= rules.mostRepeats ? "tooOften" : undefined;
}

/** What the clocks and the terminal say: looked at again behind the fact. */
function lateRefusal(order: Repeat, clock: Clock): RepeatRefusal | undefined {
  const { record, rules, identity, signs } = order;
  const { dispatched } = record.transaction;
  assert(dispatched !== undefined, "a repeat of what was never dispatched");
  if (record.cancelIntended) return "cancelAsked";
  const now = clock.now();
  const sentAt = Date.parse(dispatched.at);
  const deadline = Date.parse(dispatched.deadline);
  // A clock that was set back counts as passed, and what it takes back the monotonic one still counts.
  if (now < sentAt || record.dispatchAgeMs >= deadline - sentAt) return "deadline";
  if (record.dispatchAgeMs >= rules.windowMs) return "window";
  if (sameDevice(dispatched.identity, identity) !== "same") return "otherDevice";
  if (rules.memory.kind === "oneRun" && signs?.suspected !== false) return "restartSuspected";
  return undefined;
}

function storedRequestOf({ dispatched }: Transaction) {
  return dispatched === undefined ? undefined : readStoredRequest(Buffer.from(dispatched.request, "base64"));
}
