import type { Clock, Timer } from "../core/ports.ts";
import type { EventOnWire } from "../protocol/events.ts";
import { CLOSE_CODES } from "../protocol/version.ts";
import { NotConnected } from "./errors.ts";
import { openSession, type Position, type Session, type SessionOptions } from "./session.ts";
import { backoffMs, createWaiting } from "./waiting.ts";

/** A session that comes back: lost ones are opened again, with back-off and jitter, until somebody ends it. */
export type Connection = {
  /** The open session, or the next one. Rejects with `NotConnected` once there will be none, or when `signal` aborts. */
  session(signal?: AbortSignal): Promise<Session>;
  close(): void;
};

export type ConnectionState =
  | { readonly kind: "connecting" }
  | { readonly kind: "open" }
  | { readonly kind: "waiting"; readonly why: string; readonly retryInMs: number }
  | { readonly kind: "ended"; readonly why: string };

export type ConnectionListener = {
  changed(state: ConnectionState): void;
  /** Before the session's first event. */
  opened(session: Session): void;
  event(event: EventOnWire): void;
};

export type ConnectionOptions = Omit<SessionOptions, "resume"> & {
  /** Asked anew for each session. */
  readonly position: () => Position | undefined;
  /** From 0 up to 1, for the jitter. */
  readonly random: () => number;
};

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 10_000;
const PING_EVERY_MS = 15_000;
const PING_LIMIT_MS = 10_000;
const CLOSED_BY_US = "the connection was closed by this program";

export function openConnection(options: ConnectionOptions, listener: ConnectionListener): Connection {
  const { clock } = options;
  let ended: NotConnected | undefined;
  let session: Session | undefined;
  let next = awaited<Session>();
  const waiting = createWaiting(clock);

  const end = (error: NotConnected) => {
    if (ended !== undefined) return;
    ended = error;
    next.reject(error);
    session?.channel.close(CLOSED_BY_US);
    waiting.wakeUp();
    listener.changed({ kind: "ended", why: error.message });
  };
  const isEnded = () => ended !== undefined;

  const open = () => {
    const { position, ...rest } = options;
    const resume = position();
    return openSession(resume === undefined ? rest : { ...rest, resume });
  };

  /** From the session's opening to its end. */
  const live = async (opened: Session): Promise<string> => {
    session = opened;
    listener.opened(opened);
    listener.changed({ kind: "open" });
    opened.listen((event) => listener.event(event));
    next.resolve(opened);
    const pings = keepPinging(opened, clock);
    const { code, why } = await opened.closed;
    pings.cancel();
    session = undefined;
    if (!isEnded()) next = awaited<Session>();
    if (code === CLOSE_CODES.replaced)
      end(new NotConnected("This POS was paired anew: its old token is no longer good."));
    return why;
  };

  const run = async () => {
    let failures = 0;
    while (!isEnded()) {
      let why: string;
      listener.changed({ kind: "connecting" });
      try {
        const opened = await open();
        failures = 0;
        if (isEnded()) opened.channel.close(CLOSED_BY_US);
        why = await live(opened);
      } catch (error) {
        if (!(error instanceof NotConnected)) throw error;
        why = error.message;
        failures += 1;
        if (error.refusal?.retry === "never") end(error);
      }
      if (isEnded()) return;
      const retryInMs = backoffMs(FIRST_RETRY_MS, LONGEST_RETRY_MS, failures, options.random());
      listener.changed({ kind: "waiting", why, retryInMs });
      await waiting.pause(retryInMs);
    }
  };

  void run();
  return {
    session: (signal) => {
      const promise = ended === undefined ? next.promise : Promise.reject(ended);
      return signal === undefined ? promise : untilAborted(promise, signal);
    },
    close: () => end(new NotConnected(CLOSED_BY_US)),
  };
}

/** A promise that may be rejected while nobody waits for it. */
function awaited<Value>(): PromiseWithResolvers<Value> {
  const promised = Promise.withResolvers<Value>();
  promised.promise.catch(() => {});
  return promised;
}

/** A browser hears nothing of the server's pings and of a cable that was pulled: an unanswered ping ends the session. */
function keepPinging(session: Session, clock: Clock): Timer {
  let over = false;
  const later = () => clock.after(PING_EVERY_MS, ping);
  const ping = () =>
    void session.channel.request("ping", {}, PING_LIMIT_MS).then(
      () => {
        if (!over) timer = later();
      },
      () => session.channel.close("the daemon does not answer"),
    );
  let timer = later();
  return {
    cancel: () => {
      over = true;
      timer.cancel();
    },
  };
}

function untilAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = awaited<Value>();
  const abort = () => aborted.reject(new NotConnected("This program stopped waiting for a connection."));
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  return Promise.race([promise, aborted.promise]).finally(() => signal.removeEventListener("abort", abort));
}
