/**
 * Opens connections. A link is single use: after `lost` it is thrown away and another one is opened. It refuses to send
 * unless it is open and never queues, so that no reconnect sends a stale sale.
 */

export type LinkLost = {
  /** `ended`: the other side closed its stream in order. `failed`: anything else. */
  readonly loss: "ended" | "failed";
  /** For the log and the technician: what the system said, without a stack. */
  readonly why: string;
};

/** What came of a write. */
export type Sent =
  | { readonly kind: "sent" }
  /** Not one byte was handed over to the system. The only answer that proves that nothing left. */
  | { readonly kind: "refused"; readonly why: string }
  /** Some bytes may have left: a time-out or a failure while writing. The link is lost. */
  | { readonly kind: "failed"; readonly why: string };

/** Who hears of the link; never called before `open` has answered, never after `lost`. */
export interface LinkListener {
  received(bytes: Uint8Array): void;
  /** Exactly once, unless `close` was called first. */
  lost(lost: LinkLost): void;
}

export interface Link {
  /** For logs and the `dispatched` fact: `tcp 192.168.1.41:7000 #3`. */
  readonly name: string;
  readonly isOpen: boolean;
  send(bytes: Uint8Array, writeTimeoutMs: number): Promise<Sent>;
  close(): Promise<void>;
}

export type Opened =
  | { readonly kind: "open"; readonly link: Link }
  /** `denied`: trying again will not help until a person does something. */
  | { readonly kind: "failed"; readonly why: string; readonly remedy?: string };

export interface Transport<Address> {
  readonly kind: string;
  open(address: Address, listener: LinkListener, openTimeoutMs: number): Promise<Opened>;
}
