import { createPace } from "../core/pace.ts";
import type { Clock, Timer } from "../core/ports.ts";
import type { Link, LinkListener, LinkLost, Sent } from "./transport.ts";

/** What a medium gives so that a link can be made of it: a socket or a port that is open now. */
export type Medium = {
  readonly name: string;
  /** Whether bytes that are written now would be handed over to the system. */
  isWritable(): boolean;
  /** Hands the bytes over. `done` may never be called: an unplugged serial port keeps silent. */
  write(bytes: Uint8Array, done: (error: Error | null | undefined) => void): void;
  /** Reads nothing more until `resume`: what the other side sends waits there. */
  pause(): void;
  resume(): void;
  /** Ends it at once, whatever is under way. Resolves when the system has let go; never rejects. */
  shut(): Promise<void>;
};

/** The link for its user, and the two ends where the medium reports what happens. */
export type SingleUseLink = {
  readonly link: Link;
  readonly received: (bytes: Uint8Array) => void;
  readonly lose: (lost: LinkLost) => void;
};

/** Far more than a terminal says: one that never stops costs the others no time. */
const READING = { perSecond: 524_288, atOnce: 1_048_576 };

/**
 * The rules that every link keeps, whatever the medium: single use, timed writes, `refused` only before the first byte, and no
 * more read than can be worked on.
 */
export function singleUseLink(medium: Medium, listener: LinkListener, clock: Clock): SingleUseLink {
  let shut: Promise<void> | undefined;
  let failWrite: ((why: string) => void) | undefined;
  let rest: Timer | undefined;
  const restAfter = createPace(clock, READING);

  const shutMedium = (): Promise<void> => {
    rest?.cancel();
    return medium.shut();
  };

  const shutDown = (why: string): Promise<void> => {
    shut ??= shutMedium();
    failWrite?.(why);
    return shut;
  };

  const lose = (lost: LinkLost): void => {
    if (shut !== undefined) return;
    shut = shutMedium();
    listener.lost(lost);
    failWrite?.(lost.why);
  };

  const write = (bytes: Uint8Array, writeTimeoutMs: number): Promise<Sent> =>
    new Promise((resolve) => {
      const answer = (sent: Sent): void => {
        timer.cancel();
        failWrite = undefined;
        resolve(sent);
      };
      failWrite = (why) => answer({ kind: "failed", why });
      const timer = clock.after(writeTimeoutMs, () => {
        lose({ loss: "failed", why: `a write was not taken within ${writeTimeoutMs} ms` });
      });
      medium.write(bytes, (error) => {
        if (shut !== undefined) return;
        if (error) lose({ loss: "failed", why: error.message });
        else answer({ kind: "sent" });
      });
    });

  const received = (bytes: Uint8Array): void => {
    if (shut !== undefined) return;
    const restMs = restAfter(bytes.length);
    if (restMs > 0) {
      rest?.cancel();
      medium.pause();
      rest = clock.after(restMs, () => medium.resume());
    }
    listener.received(bytes);
  };

  const link: Link = {
    name: medium.name,
    get isOpen() {
      return shut === undefined && medium.isWritable();
    },
    send: async (bytes, writeTimeoutMs) => {
      if (failWrite !== undefined) return { kind: "refused", why: "another write is under way" };
      if (!link.isOpen) return { kind: "refused", why: `${medium.name} is not open` };
      return write(bytes, writeTimeoutMs);
    },
    close: () => shutDown(`${medium.name} was closed`),
  };

  return {
    link,
    received,
    lose,
  };
}
