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
  /** Handed over to the system, all of it. Whether it arrived is another question. */
  | { readonly kind: "sent" }
  /** Not one byte was handed over to the system. The only answer that proves that nothing left. */
  | { readonly kind: "refused"; readonly why: string }
  /** Some bytes may have left: a time-out or a failure while writing. The link is lost. */
  | { readonly kind: "failed"; readonly why: string };

/** Who hears of the link; never called after `lost`. Nothing is received before `open` has answered; lost it may be by then. */
export interface LinkListener {
  received(bytes: Uint8Array): void;
  /** Exactly once, unless `close` was called first. A write that is under way answers `failed` after it. */
  lost(lost: LinkLost): void;
}

export interface Link {
  /** For logs and the `dispatched` fact: `tcp 192.168.1.41:7000 #3`. */
  readonly name: string;
  readonly isOpen: boolean;
  /** One at a time: a second write while one is under way is refused. */
  send(bytes: Uint8Array, writeTimeoutMs: number): Promise<Sent>;
  /**
   * Ends it at once, whatever is under way. Resolves when the system has let go of the device or the socket; worth waiting for
   * after `lost` as well, since a serial port can only be opened again then.
   */
  close(): Promise<void>;
}

export type Opened =
  | { readonly kind: "open"; readonly link: Link }
  | {
      readonly kind: "failed";
      readonly why: string;
      /** For the technician: what to do about it, where that is known. */
      readonly remedy?: string;
      /** The machine answered, and no program listens there. */
      readonly nobodyListens?: true;
      /** It comes right by itself, and nothing tells when: the next attempt is worth making within this time. */
      readonly retryWithinMs?: number;
    };

export interface Transport<Address> {
  readonly kind: string;
  /** Aborting `signal` answers `failed` at once; a connection that comes about all the same is closed. */
  open(address: Address, listener: LinkListener, openTimeoutMs: number, signal?: AbortSignal): Promise<Opened>;
}
