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
  | { readonly type: "serial"; readonly path: string };

/** What a port tells. One connection at a time, like a terminal; a serial one counts as connected from the beginning. */
export interface PortListener {
  connected(): void;
  received(bytes: Uint8Array): void;
  disconnected(): void;
  log(text: string): void;
}
