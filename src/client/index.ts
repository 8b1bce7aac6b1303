/** Tillbridge's client for POS programs, in Node and in browsers. It keeps the golden rule: ask again with the same request id. */
export { connectPos, DEFAULT_URL } from "./pos-client.ts";
export type { PosClient, PosClientOptions } from "./pos-client.ts";
export type { PayRequest, StartedPayment } from "./payments.ts";
export { pairPos } from "./pairing.ts";
export { newRequestId } from "./request-id.ts";
export { storeIn } from "./store.ts";
export type { PosStore, TextStorage } from "./store.ts";
export { NoAnswer, NotConnected, PaymentNotStarted, PaymentUnclear, RequestRefused } from "./errors.ts";
export type { AnswerOf, MethodName, ParamsOf } from "./calls.ts";
export type { ConnectionState } from "./connection.ts";
export type { Attempt } from "./payment.ts";
export type { Position } from "./session.ts";
export type { EventOnWire as Event } from "../protocol/events.ts";
export type { TerminalOnWire as Terminal } from "../protocol/terminal.ts";
export type { OutcomeOnWire as Outcome, TransactionOnWire as Transaction } from "../protocol/transaction.ts";
export type { Operation } from "../core/operation.ts";
