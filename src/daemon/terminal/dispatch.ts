import type { Dispatched } from "../../core/facts.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Verdict } from "../../core/outcome.ts";
import type { Clock } from "../../core/ports.ts";
import type { DeviceIdentity } from "../../core/terminal.ts";
import { JournalFailure } from "../../journal/journal.ts";
import type { Sent } from "../../transports/transport.ts";
import type { TransactionRecord } from "../record.ts";

/** A request that may move money, ready to leave. */
export type Dispatch = {
  readonly record: TransactionRecord;
  readonly ticket: string;
  readonly references?: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
  readonly link: string;
  readonly driver: { readonly id: string; readonly version: string };
  readonly identity?: DeviceIdentity;
  readonly baseline?: JsonObject;
  readonly answerMs: number;
  readonly lastSeenMs: number;
};

export type DispatchPorts = {
  readonly clock: Clock;
  /** The name of the link that is open now. */
  openLink(): string | undefined;
  send(bytes: Uint8Array): Promise<Sent>;
  /** Called once the dispatch is durable, before the bytes leave: the answer limit runs from here. */
  dispatched(): void;
};

export type DispatchResult =
  | { readonly kind: "sent" }
  /** Some bytes may have left. */
  | { readonly kind: "failed"; readonly why: string }
  /** Proved: nothing left. The verdict is still to be made durable. */
  | { readonly kind: "stopped"; readonly verdict: Verdict };

export const MAX_REQUEST_BYTES = 64 * 1024;

/**
 * Rule 2, dispatched means durable first: the fact is on the disk before the first byte leaves; between it and the send, the
 * cancel, the deadline and the link are looked at once more.
 */
export async function dispatch(order: Dispatch, ports: DispatchPorts): Promise<DispatchResult> {
  const { record, bytes } = order;
  if (bytes.length > MAX_REQUEST_BYTES) return stopped({ kind: "notPerformed", reason: "unsupported" });
  const early = lastLook(order, ports);
  if (early !== undefined) return stopped(early);
  const deadlineMs = ports.clock.monotonicMs() + order.answerMs;
  try {
    const written = await record.write((current) => {
      const free = current.outcome === undefined && !current.cancelRequested && current.dispatched === undefined;
      return free ? { facts: [dispatchedFact(order, ports.clock)] } : undefined;
    });
    if (written.kind !== "written") return stopped({ kind: "canceled", by: "pos" });
  } catch (failure) {
    if (failure instanceof JournalFailure) return stopped({ kind: "notPerformed", reason: "notSent" });
    throw failure;
  }
  const late = lastLook(order, ports);
  if (late !== undefined) return stopped(late);
  if (ports.clock.monotonicMs() >= deadlineMs) return stopped({ kind: "notPerformed", reason: "notSent" });
  ports.dispatched();
  const sent = await ports.send(bytes);
  if (sent.kind === "refused") return stopped({ kind: "notPerformed", reason: "notSent" });
  return sent;
}

/** What stops the bytes from leaving; undefined where nothing does. */
function lastLook(order: Dispatch, ports: DispatchPorts): Verdict | undefined {
  if (order.record.cancelIntended) return { kind: "canceled", by: "pos" };
  if (ports.openLink() !== order.link) return { kind: "notPerformed", reason: "notSent" };
  return undefined;
}

function stopped(verdict: Verdict): DispatchResult {
  return { kind: "stopped", verdict };
}

function dispatchedFact(order: Dispatch, clock: Clock): Dispatched {
  return {
    kind: "dispatched",
    attempt: 1,
    request: base64(order.bytes),
    ticket: order.ticket,
    ...(order.references === undefined ? {} : { references: order.references }),
    driver: order.driver,
    ...(order.identity === undefined ? {} : { identity: order.identity }),
    ...(order.baseline === undefined ? {} : { baseline: order.baseline }),
    link: order.link,
    deadline: new Date(clock.now() + order.answerMs).toISOString(),
    lastSeen: new Date(order.lastSeenMs).toISOString(),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
