import type { RpcNotification } from "../../src/protocol/envelope.ts";
import type { MethodName, ParamsOf, ResultOf } from "../../src/protocol/methods.ts";
import type { TransactionOnWire } from "../../src/protocol/transaction.ts";

/** One message of a dialogue; `method` is the one that a reply answers. A test holds each against its schema. */
export type ExampleMessage = {
  readonly from: "client" | "server";
  readonly message: object;
  readonly method?: MethodName;
};

const at = "2026-11-20T10:15:03.120Z";
const requestId = "7d0c1a52-3f0e-4c62-9a43-0a1f5b7c9e10";
const operation = { type: "sale", amount: { value: 1250, currency: "EUR" }, reference: "ticket-4711" } as const;

const accepted: TransactionOnWire = {
  id: "0K2M8Q4T7VABCDEFGHJK",
  pos: "till-1",
  requestId,
  terminal: "counter-1",
  operation,
  state: "accepted",
  acknowledged: false,
  createdAt: at,
};

const settled: TransactionOnWire = {
  ...accepted,
  state: "settled",
  dispatchedAt: "2026-11-20T10:15:03.180Z",
  deadline: "2026-11-20T10:17:13.180Z",
  settledAt: "2026-11-20T10:15:21.402Z",
  outcome: {
    kind: "approved",
    revision: 1,
    decidedBy: { kind: "terminal" },
    amounts: { asked: operation.amount, approved: operation.amount },
    partial: false,
    captured: true,
    final: true,
    approvalCode: "123456",
    card: { brand: "VISA", last4: "0119", entry: "contactless" },
  },
};

function request<Name extends MethodName>(id: number, method: Name, params: ParamsOf<Name>): ExampleMessage {
  return { from: "client", method, message: { jsonrpc: "2.0", id, method, params } };
}

function reply<Name extends MethodName>(id: number, method: Name, result: ResultOf<Name>): ExampleMessage {
  return { from: "server", method, message: { jsonrpc: "2.0", id, result } };
}

function notification(message: RpcNotification): ExampleMessage {
  return { from: "server", message };
}

function event(params: Extract<RpcNotification, { method: "event" }>["params"]): ExampleMessage {
  return notification({ jsonrpc: "2.0", method: "event", params });
}

export const EXAMPLE: readonly ExampleMessage[] = [
  notification({
    jsonrpc: "2.0",
    method: "hello",
    params: {
      product: "tillbridge",
      version: "0.1.0",
      protocol: { min: 1, max: 1 },
      instance: "0K2M8Q0000ABCDEFGHJK",
      journal: "0K2M8Q0001ABCDEFGHJK",
      time: at,
      features: [],
    },
  }),
  request(1, "session.open", {
    protocol: 1,
    pos: "till-1",
    token: "kept like a password",
    client: { name: "Example POS", version: "3.2", installation: "front-pc" },
    language: "en",
  }),
  reply(1, "session.open", {
    session: "0K2M8Q4T6ZABCDEFGHJK",
    pos: "till-1",
    scopes: ["status", "pay", "refund"],
    limits: { messageBytes: 65_536, requestsInFlight: 16, requestsPerSecond: 50, sockets: 64 },
    lastEvent: 41,
    resume: "none",
    terminals: [],
    open: [],
    unacknowledged: [],
    more: false,
  }),
  request(2, "transactions.start", { terminal: "counter-1", requestId, operation }),
  reply(2, "transactions.start", { transaction: accepted }),
  event({
    seq: 43,
    at: "2026-11-20T10:15:03.300Z",
    kept: false,
    type: "transaction.progress",
    transaction: accepted.id,
    requestId,
    stage: "presentCard",
    text: "Insert or tap card",
  }),
  event({ seq: 44, at: "2026-11-20T10:15:21.402Z", kept: true, type: "transaction.settled", transaction: settled }),
  request(3, "transactions.acknowledge", { transaction: accepted.id, revision: 1 }),
  reply(3, "transactions.acknowledge", { transaction: { ...settled, acknowledged: true } }),
];
