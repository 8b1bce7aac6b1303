/** What the domain needs from the world. The daemon supplies the real ones, tests the virtual ones. */

import type { LogEvent } from "./log-events.ts";

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

/**
 * The event is for whoever filters and counts (see `logEvents`); the message is for people, in the user's words, and names no
 * secret and no card number. What changes from line to line stands in fields, not in a sentence glued together.
 */
export interface Log {
  debug(event: LogEvent, message: string, fields?: LogFields): void;
  info(event: LogEvent, message: string, fields?: LogFields): void;
  warn(event: LogEvent, message: string, fields?: LogFields): void;
  error(event: LogEvent, message: string, fields?: LogFields): void;
}

/** The same log, with these fields in every line. */
export function withFields(log: Log, fields: LogFields): Log {
  return {
    debug: (event, message, more) => {
      log.debug(event, message, { ...fields, ...more });
    },
    info: (event, message, more) => {
      log.info(event, message, { ...fields, ...more });
    },
    warn: (event, message, more) => {
      log.warn(event, message, { ...fields, ...more });
    },
    error: (event, message, more) => {
      log.error(event, message, { ...fields, ...more });
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
