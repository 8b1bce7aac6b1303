import { retryOf, type ErrorReason } from "../../src/core/errors.ts";
import type { Operation } from "../../src/core/operation.ts";
import type { ConnectSocket } from "../../src/client/socket.ts";
import type { OutcomeOnWire, TransactionOnWire } from "../../src/protocol/transaction.ts";

/** The other end of a socket, as the fake sees it. */
type Peer = { send(text: string): void; close(code: number, reason: string): void };

type FakeRequest = {
  readonly id: number;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
};

/**
 * What becomes of one request. `lost`: it never arrives and the socket ends. `replyLost`: it is done, and the socket ends before
 * the reply. `silent`: it is done and never answered. `unheard`: neither.
 */
export type Fate =
  | "answered"
  | "lost"
  | "replyLost"
  | "silent"
  | "unheard"
  | { readonly refuse: ErrorReason; readonly message?: string };

type FakeEvent = {
  readonly seq: number;
  readonly kept: boolean;
  readonly at: string;
  readonly type: string;
  readonly transaction?: TransactionOnWire;
};

/** A daemon of the contract in memory: sessions, idempotent starts, kept events, acknowledgements. It has no terminals' links. */
export type FakeDaemon = {
  journal: string;
  /** While it is set, events get lost on their way. */
  mute: boolean;
  /** Whether the opening of a session tells all that is unacknowledged. */
  tellsAllAtOnce: boolean;
  /** Decides the fate of each request; "answered" where it says nothing. */
  fate: (request: FakeRequest) => Fate | undefined;
  /** What a terminal would do with an accepted transaction. Nothing where it is not set. */
  onAccepted: (transaction: TransactionOnWire) => void;
  /** Answers of methods that the fake has no mind of its own for, or another one in this test. */
  readonly answers: Map<string, (params: FakeRequest["params"]) => unknown>;
  /** Every request that arrived, whatever became of it. */
  readonly requests: FakeRequest[];
  /** Ids of the transactions that were stored, in order: what could have moved money. */
  readonly stored: readonly TransactionOnWire[];
  /** As if another run of the POS program had started it. */
  store(requestId: string, operation: Operation): void;
  settle(requestId: string, outcome: Partial<OutcomeOnWire>): void;
  resolve(requestId: string, outcome: Partial<OutcomeOnWire>): void;
  progress(requestId: string, stage: string): void;
  /** Says a kept event to whoever is connected. Answers it, so that it can be said twice. */
  alarm(text: string): FakeEvent;
  say(event: FakeEvent): void;
  /** Ends every socket, as a crash does. */
  cutAll(code?: number): void;
  accept(peer: Peer): { received(text: string): void; closed(): void };
  readonly sessions: number;
};

export const FAKE_TOKEN = "the-token";
export const FAKE_POS = "till-1";

const AT = "2026-01-02T03:04:05.000Z";
const APPROVED = {
  kind: "approved",
  revision: 1,
  decidedBy: { kind: "terminal" },
  partial: false,
  captured: true,
  final: true,
} as const satisfies OutcomeOnWire;

class Refusal extends Error {
  readonly reason: ErrorReason;
  readonly transaction: TransactionOnWire | undefined;
  constructor(reason: ErrorReason, message: string, transaction?: TransactionOnWire) {
    super(message);
    this.reason = reason;
    this.transaction = transaction;
  }
}

export function createFakeDaemon(): FakeDaemon {
  const transactions = new Map<string, TransactionOnWire>();
  const kept: FakeEvent[] = [];
  const peers = new Map<Peer, { open: boolean }>();
  const requests: FakeRequest[] = [];

  const find = (params: FakeRequest["params"]) => {
    const name = params["transaction"] ?? params["requestId"];
    const found = [...transactions.values()].find(({ id, requestId }) => id === name || requestId === name);
    if (found === undefined) throw new Refusal("transactionNotFound", `There is no transaction ${String(name)}.`);
    return found;
  };
  const say = (event: object) => {
    for (const [peer, { open }] of peers) {
      if (open && !daemon.mute) peer.send(JSON.stringify({ jsonrpc: "2.0", method: "event", params: event }));
    }
  };
  const keep = (event: object): FakeEvent => {
    const numbered = { seq: kept.length + 1, kept: true, at: AT, type: "", ...event };
    kept.push(numbered);
    say(numbered);
    return numbered;
  };
  const change = (requestId: string, type: string, update: Partial<TransactionOnWire>) => {
    const transaction = { ...find({ requestId }), ...update };
    transactions.set(requestId, transaction);
    keep({ type, transaction });
  };

  const start = (params: FakeRequest["params"]) => {
    const { requestId, terminal, operation } = params as { requestId: string; terminal: string; operation: Operation };
    const known = transactions.get(requestId);
    if (known !== undefined) {
      const same = known.terminal === terminal && JSON.stringify(known.operation) === JSON.stringify(operation);
      if (!same) throw new Refusal("requestIdReused", `The request id ${requestId} is taken.`, known);
      return { transaction: known, replayed: true };
    }
    if (params["journal"] !== undefined && params["journal"] !== daemon.journal) {
      throw new Refusal("journalChanged", "The daemon's journal is another one: a person has to look.");
    }
    const transaction: TransactionOnWire = {
      id: `T${transactions.size + 1}`,
      pos: FAKE_POS,
      requestId,
      terminal,
      operation,
      state: "accepted",
      acknowledged: false,
      createdAt: AT,
    };
    transactions.set(requestId, transaction);
    return { transaction };
  };

  const perform = ({ method, params }: FakeRequest): unknown => {
    const answer = daemon.answers.get(method);
    if (answer !== undefined) return answer(params);
    switch (method) {
      case "ping":
        return { time: AT };
      case "session.pair":
        if (params["code"] === "ABCD2345") return { token: FAKE_TOKEN };
        throw new Refusal("pairingFailed", "The code is wrong or has expired.");
      case "transactions.start":
        return start(params);
      case "transactions.get":
      case "transactions.cancel":
        return { transaction: find(params) };
      case "transactions.list":
        return { transactions: [...transactions.values()].reverse() };
      case "pos.list":
        return { pos: [] };
      case "transactions.acknowledge": {
        const transaction = { ...find(params), acknowledged: true };
        transactions.set(transaction.requestId, transaction);
        return { transaction };
      }
      default:
        throw new Refusal("methodNotFound", `There is no method ${method}.`);
    }
  };

  const open = (params: FakeRequest["params"]) => {
    if (params["token"] !== FAKE_TOKEN) throw new Refusal("unauthorized", "The token is not good for this POS.");
    const after = params["resumeAfter"];
    const reset = typeof after === "number" && (after > kept.length || params["journal"] !== daemon.journal);
    const all = [...transactions.values()];
    return {
      session: "S1",
      pos: params["pos"],
      scopes: ["status", "pay", "refund"],
      limits: { messageBytes: 65_536, requestsInFlight: 16, requestsPerSecond: 50, sockets: 64 },
      lastEvent: kept.length,
      resume: after === undefined ? "none" : reset ? "reset" : "replay",
      terminals: [],
      open: all.filter(({ outcome }) => outcome === undefined),
      unacknowledged: daemon.tellsAllAtOnce ? all.filter(isUnacknowledged) : [],
      more: !daemon.tellsAllAtOnce,
    };
  };

  const reply = (peer: Peer, request: FakeRequest, fate: Fate): void => {
    const { id, method, params } = request;
    let answer: object;
    try {
      answer = { result: method === "session.open" ? open(params) : perform(request) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answer = { error: errorOf(error) };
    }
    if (fate === "answered") peer.send(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
    if (fate === "replyLost") peer.close(1006, "");
    if ("error" in answer) return;
    if (method === "session.open") {
      peers.set(peer, { open: true });
      const { resume } = (answer as { result: { resume: string } }).result;
      for (const event of resume === "replay" ? kept.slice(Number(params["resumeAfter"])) : []) {
        peer.send(JSON.stringify({ jsonrpc: "2.0", method: "event", params: event }));
      }
    }
    if (method === "transactions.start") {
      const { transaction, replayed } = (answer as { result: { transaction: TransactionOnWire; replayed?: true } })
        .result;
      if (replayed === true) return;
      keep({ type: "transaction.accepted", transaction });
      daemon.onAccepted(transaction);
    }
  };

  const daemon: FakeDaemon = {
    journal: "J1",
    mute: false,
    tellsAllAtOnce: true,
    fate: () => undefined,
    onAccepted: () => {},
    answers: new Map(),
    requests,
    get stored() {
      return [...transactions.values()];
    },
    store: (requestId, operation) => void start({ requestId, terminal: "counter-1", operation }),
    settle: (requestId, outcome) =>
      change(requestId, "transaction.settled", {
        state: "settled",
        acknowledged: false,
        outcome: { ...APPROVED, ...outcome } as OutcomeOnWire,
      }),
    resolve: (requestId, outcome) =>
      change(requestId, "transaction.resolved", {
        acknowledged: false,
        outcome: { ...APPROVED, revision: 2, ...outcome } as OutcomeOnWire,
      }),
    progress: (requestId, stage) =>
      say({
        seq: kept.length,
        kept: false,
        at: AT,
        type: "transaction.progress",
        transaction: find({ requestId }).id,
        requestId,
        stage,
      }),
    alarm: (text) => keep({ type: "alarm", severity: "warning", code: "test", text, remedy: "" }),
    say,
    cutAll: (code = 1006) => {
      for (const peer of [...peers.keys()]) peer.close(code, "");
    },
    accept: (peer) => {
      peers.set(peer, { open: false });
      const protocol = { min: 1, max: 1 };
      const hello = {
        product: "tillbridge",
        version: "0.0.0",
        protocol,
        instance: "I1",
        journal: daemon.journal,
        time: AT,
      };
      peer.send(JSON.stringify({ jsonrpc: "2.0", method: "hello", params: { ...hello, features: [] } }));
      return {
        received: (text) => {
          const request = JSON.parse(text) as FakeRequest;
          requests.push(request);
          const fate = daemon.fate(request) ?? "answered";
          if (fate === "lost") peer.close(1006, "");
          else if (typeof fate === "object") {
            const error = errorOf(new Refusal(fate.refuse, fate.message ?? `The fake refuses ${request.method}.`));
            peer.send(JSON.stringify({ jsonrpc: "2.0", id: request.id, error }));
          } else if (fate !== "unheard") reply(peer, request, fate);
        },
        closed: () => void peers.delete(peer),
      };
    },
    get sessions() {
      return [...peers.values()].filter(({ open }) => open).length;
    },
  };
  return daemon;
}

function isUnacknowledged({ outcome, acknowledged }: TransactionOnWire): boolean {
  return outcome !== undefined && !acknowledged;
}

function errorOf({ reason, message, transaction }: Refusal) {
  const data = { reason, retry: retryOf(reason), ...(transaction === undefined ? {} : { transaction }) };
  return { code: -32000, message, data };
}

/** Sockets to the fake without a network: each message arrives in a later microtask, in order. */
export function socketsTo(daemon: FakeDaemon): ConnectSocket {
  return (_url, listener) => {
    let over = false;
    const later = (step: () => void) =>
      queueMicrotask(() => {
        if (!over) step();
      });
    const close = (code: number, reason: string) => {
      later(() => {
        over = true;
        end.closed();
        listener.closed(code, reason);
      });
    };
    let end = { received: (_text: string) => {}, closed: () => {} };
    later(() => {
      end = daemon.accept({ send: (text) => later(() => listener.received(text)), close });
      listener.opened();
    });
    return { send: (text) => later(() => end.received(text)), close: () => close(1000, "") };
  };
}
