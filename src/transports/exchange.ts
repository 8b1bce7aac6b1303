import type { HttpAnswer, HttpRequest } from "../core/http.ts";
import type { OtherProgram } from "../core/link-fault.ts";
import type { Sent } from "./transport.ts";

/**
 * Opens connections for one exchange each. A connection is opened before its request is made durable as dispatched, carries that
 * one request, and is gone after its answer: no pool, reuse, pipelining, retry, redirect or proxy.
 */
export interface ExchangeTransport<Address> {
  readonly kind: string;
  /** Aborting `signal` answers `failed` at once; a connection that comes about all the same is closed. */
  open(
    address: Address,
    listener: ExchangeListener,
    limits: ExchangeLimits,
    signal?: AbortSignal,
  ): Promise<OpenedExchange>;
}

export type ExchangeLimits = {
  /** For the connection, TLS included. */
  readonly openTimeoutMs: number;
  /** Of the answer's body; a longer one is lost. */
  readonly maxAnswerBytes: number;
};

export type OpenedExchange =
  | { readonly kind: "open"; readonly connection: ExchangeConnection }
  | {
      readonly kind: "failed";
      readonly why: string;
      /** For the technician: what to do about it, where that is known. */
      readonly remedy?: string;
      /** As the system or the TLS library calls it; `ETIMEDOUT` also where our own limit was over first. */
      readonly code?: string;
      /** The machine answered, and no program listens there: what ran there before has ended. */
      readonly nobodyListens?: true;
    };

/** One connection for one request. */
export interface ExchangeConnection {
  /** For logs and the `dispatched` fact: `http 192.168.1.40:55555 #17`. */
  readonly name: string;
  /** Connected, TLS done and its certificate checked, nothing sent, and not a byte has come. */
  readonly isOpen: boolean;
  /**
   * Answers when all bytes are handed over, not when the answer comes. `refused`: not one was. A second request is refused. After
   * `failed` the listener hears `lost`, in whichever order.
   */
  send(request: HttpRequest, sendTimeoutMs: number): Promise<Sent>;
  /** Ends it at once, whatever is under way; nothing is told any more. Resolves when the system has let go. */
  close(): Promise<void>;
}

/** Who hears how it ended: one call of one of them, unless `close` was called first. Never called before `open` has answered. */
export interface ExchangeListener {
  answered(answer: HttpAnswer): void;
  /** `program`: who answers there instead, where that is the reason. */
  lost(why: string, program?: OtherProgram): void;
}
