import type { SimulatedAnswer, SimulatedRequest } from "../../drivers/simulator.ts";

/** Where a simulated terminal waits for the program that uses it. */
export interface Port {
  /** As a terminal's `link` in a configuration names it. */
  readonly address: PortAddress;
  /** Bytes that nobody is there to take are dropped, as a cable does. */
  write(bytes: Uint8Array): void;
  /** Ends the connection: `end` in order, `cut` hard. The port goes on waiting for the next one. */
  hangUp(how: "end" | "cut"): void;
  close(): Promise<void>;
}

export type PortAddress =
  | { readonly type: "tcp"; readonly host: string; readonly port: number }
  | { readonly type: "http"; readonly host: string; readonly port: number }
  | { readonly type: "serial"; readonly path: string };

/** What a port tells. One connection at a time, like a terminal; a serial one counts as connected from the beginning. */
export interface PortListener {
  connected(): void;
  received(bytes: Uint8Array): void;
  disconnected(): void;
  log(text: string): void;
}

/** Where a simulated terminal waits for requests. Any number can wait for their answers at once. */
export interface HttpPort {
  readonly address: PortAddress;
  /** An answer that nobody waits for any more is dropped. */
  answer(exchange: string, answer: SimulatedAnswer): void;
  /** Closes the connection of a request, behind its answer where it has one: `end` in order, `cut` hard. */
  hangUp(exchange: string, how: "end" | "cut"): void;
  /** Refuses connections from now on, and cuts those that are open. */
  switchOff(): void;
  /** Waits at the same address again. */
  switchOn(): void;
  close(): Promise<void>;
}

export interface HttpPortListener {
  /** `exchange` names the request for its answer. */
  requested(exchange: string, request: SimulatedRequest): void;
  /** Whoever asked has gone before the answer. */
  left(exchange: string): void;
  log(text: string): void;
}
