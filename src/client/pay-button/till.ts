import type { Clock, Timer } from "../../core/ports.ts";
import type { EventOnWire } from "../../protocol/events.ts";
import type { TransactionOnWire } from "../../protocol/transaction.ts";
import type { ConnectionState } from "../connection.ts";
import { NotConnected, RequestRefused } from "../errors.ts";
import { transactionOf } from "../events.ts";
import type { PayRequest, StartedPayment } from "../payments.ts";
import { connectPos, type PosClient, type PosClientOptions } from "../pos-client.ts";
import type { ConnectSocket } from "../socket.ts";
import type { Memory, Pairing } from "./memory.ts";

export type Progress = Extract<EventOnWire, { type: "transaction.progress" }>;

export type TillListener = {
  told(transaction: TransactionOnWire): void;
  progressed(progress: Progress): void;
  /** A session was opened, perhaps once more: events may have been missed. */
  opened(): void;
  /** There has been no session for a while. It is tried on. */
  lost(): void;
};

type Readiness =
  | { readonly kind: "open" }
  /** The daemon does not let this page in. */
  | { readonly kind: "refused"; readonly reason: string; readonly why: string }
  | { readonly kind: "away"; readonly why: string };

type Found = TransactionOnWire | "neverStored" | "otherJournal";

/** The page's one connection to a daemon, which all its buttons share. */
export type Till = {
  readonly pos: string;
  readonly token: string;
  /** What the connection has come to, once that is known. */
  ready(): Promise<Readiness>;
  readonly isOpen: boolean;
  pay(request: PayRequest): Promise<StartedPayment>;
  call: PosClient["call"];
  get(requestId: string): Promise<TransactionOnWire | "neverStored">;
  /** What became of an attempt. What has just been sent may not be stored yet, so an absence is asked for twice. */
  find(requestId: string, journal?: string): Promise<Found>;
  forget(requestId: string): Promise<void>;
  /** Nothing is being paid over it, so that it may be closed. */
  readonly isIdle: boolean;
  close(): Promise<void>;
};

export type TillOptions = {
  readonly url: string;
  readonly pairing: Pairing & { readonly token: string };
  readonly memory: Memory;
  readonly language: string;
  readonly version: string;
  readonly clock: Clock;
  readonly listener: TillListener;
  readonly connect?: ConnectSocket;
  readonly random?: () => number;
};

const ABSENCE_PAUSE_MS = 3000;
/** A service that is started anew is back sooner. */
const LOST_AFTER_MS = 3000;

export function openTill(options: TillOptions): Till {
  const { pairing, clock, listener } = options;
  const waiting = new Set<() => void>();
  let state: ConnectionState = { kind: "connecting" };
  let running = 0;

  let losing: Timer | undefined;
  const changed = (now: ConnectionState) => {
    state = now;
    if (now.kind === "open" || now.kind === "ended") {
      losing?.cancel();
      losing = undefined;
    } else losing ??= clock.after(LOST_AFTER_MS, () => listener.lost());
    for (const look of [...waiting]) look();
    if (now.kind === "open") listener.opened();
  };
  const client = connectPos({
    ...clientOptions(options),
    onState: changed,
  });

  const known = (): Promise<ConnectionState> =>
    new Promise((resolve) => {
      const look = () => {
        if (state.kind === "connecting") return;
        waiting.delete(look);
        resolve(state);
      };
      waiting.add(look);
      look();
    });

  const call: PosClient["call"] = async (...asked) => (await client).call(...asked);

  const get = async (requestId: string): Promise<TransactionOnWire | "neverStored"> => {
    try {
      return (await call("transactions.get", { requestId })).transaction;
    } catch (error) {
      if (error instanceof RequestRefused && error.reason === "transactionNotFound") return "neverStored";
      throw error;
    }
  };

  return {
    pos: pairing.pos,
    token: pairing.token,
    ready: async () => {
      const now = await known();
      if (now.kind === "open") return { kind: "open" };
      if (now.kind !== "ended") return { kind: "away", why: now.kind === "waiting" ? now.why : "" };
      // Only a request tells by what it was refused.
      const refusal = await call("ping", {}).then(
        () => undefined,
        (error: unknown) => (error instanceof NotConnected ? error.refusal : undefined),
      );
      return { kind: "refused", reason: refusal?.reason ?? "unauthorized", why: refusal?.message ?? now.why };
    },
    get isOpen() {
      return state.kind === "open";
    },
    pay: async (request) => {
      const started = (await client).pay(request);
      running += 1;
      const over = () => void (running -= 1);
      started.ended.then(over, over);
      return started;
    },
    call,
    get,
    find: async (requestId, journal) => {
      if (journal !== undefined && journal !== (await call("diagnostics.health", {})).journal.id) return "otherJournal";
      const found = await get(requestId);
      if (found !== "neverStored") return found;
      await new Promise<void>((resolve) => void clock.after(ABSENCE_PAUSE_MS, resolve));
      return get(requestId);
    },
    forget: async (requestId) => {
      await (await client).forget(requestId);
    },
    get isIdle() {
      return running === 0;
    },
    close: async () => (await client).close(),
  };
}

function clientOptions(options: TillOptions): PosClientOptions {
  const { url, pairing, memory, language, version, clock, listener, connect, random } = options;
  return {
    url,
    pos: pairing.pos,
    token: pairing.token,
    client: { name: "till-pay", version, installation: pairing.installation },
    language,
    store: memory.store(url, pairing.pos),
    clock,
    ...(connect === undefined ? {} : { connect }),
    ...(random === undefined ? {} : { random }),
    onOutcome: (transaction) => {
      const binding = memory.bindingOf(transaction.requestId);
      // An order's end is found by its number. Where there is none it is kept until the page was told.
      if (binding !== undefined && transaction.operation.reference === undefined) memory.ended(binding, transaction);
      listener.told(transaction);
    },
    onEvent: (event) => {
      const transaction = transactionOf(event);
      if (transaction !== undefined && transaction.outcome === undefined) listener.told(transaction);
      if (event.type === "transaction.progress") listener.progressed(event);
    },
  };
}
