/** What the domain needs from the world. The daemon supplies the real ones, tests the virtual ones. */

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall clock, milliseconds since 1970 in UTC. It can jump; limits never run on it. */
  now(): number;
  /** Milliseconds that only grow. Limits run on it. */
  monotonicMs(): number;
  after(delayMs: number, ring: () => void): Timer;
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Fields, not sentences glued together. A message is in the user's words and names no secret and no card number. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** The same log, with these fields in every line. */
export function withFields(log: Log, fields: LogFields): Log {
  return {
    debug: (message, more) => {
      log.debug(message, { ...fields, ...more });
    },
    info: (message, more) => {
      log.info(message, { ...fields, ...more });
    },
    warn: (message, more) => {
      log.warn(message, { ...fields, ...more });
    },
    error: (message, more) => {
      log.error(message, { ...fields, ...more });
    },
  };
}

/** Synchronous, so that a pure machine can sign. Text goes in as UTF-8. */
export interface Crypto {
  sha256(bytes: Uint8Array): Uint8Array;
  randomBytes(count: number): Uint8Array;
}

/** Apart from `Crypto`, because only who takes requests checks signatures. */
export interface SignatureCheck {
  /** Whether the message was signed with the private half of this key. False for a key or a signature that is none. */
  verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

export function timestamp(clock: Clock): string {
  return new Date(clock.now()).toISOString();
}
