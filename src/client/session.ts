import type { Clock } from "../core/ports.ts";
import type { EventOnWire, Hello } from "../protocol/events.ts";
import { PROTOCOL_VERSION } from "../protocol/version.ts";
import type { AnswerOf, ParamsOf } from "./calls.ts";
import { openChannel, type Channel } from "./channel.ts";
import { NotConnected, RequestRefused } from "./errors.ts";
import type { ConnectSocket } from "./socket.ts";

const HELLO_LIMIT_MS = 5000;
const OPEN_LIMIT_MS = 10_000;

/** A place among the kept events of a POS. They are counted anew in each journal. */
export type Position = { readonly journal: string; readonly seq: number };

export type Credentials = { readonly pos: string; readonly token: string };

export type SessionOptions = Credentials & {
  readonly url: string;
  readonly connect: ConnectSocket;
  readonly clock: Clock;
  /** The program and its version, for the daemon's log. `installation` owns the name of the POS, so that a cloned disk is seen. */
  readonly client?: { readonly name: string; readonly version: string; readonly installation?: string };
  /** The language of texts for people: `es`, `pt-BR`. */
  readonly language?: string;
  /** The last kept event that this program has dealt with. */
  readonly resume?: Position;
};

type Closing = { readonly code: number; readonly why: string };

/** A socket on which `session.open` was answered. */
export type Session = {
  readonly channel: Channel;
  readonly hello: Hello;
  readonly opened: AnswerOf<"session.open">;
  /** Resolves when the socket ends, for whatever reason. */
  readonly closed: Promise<Closing>;
  /** Hears the events from the first one after the reply on. */
  listen(listener: (event: EventOnWire) => void): void;
};

export type Greeted = { readonly channel: Channel; readonly hello: Hello; readonly closed: Promise<Closing> };

/** Connects and waits for the server's first word. Rejects with `NotConnected`. */
export async function greet(
  options: Pick<SessionOptions, "url" | "connect" | "clock">,
  onEvent: (event: EventOnWire) => void,
): Promise<Greeted> {
  const { url, connect, clock } = options;
  const hello = Promise.withResolvers<Hello>();
  const closed = Promise.withResolvers<Closing>();
  const channel = openChannel(url, connect, clock, {
    notified: (method, params) => {
      if (method === "hello") hello.resolve(params as unknown as Hello);
      else if (method === "event") onEvent(params as unknown as EventOnWire);
    },
    closed: (code, why) => {
      closed.resolve({ code, why });
      hello.reject(new NotConnected(`Tillbridge does not answer at ${url}: ${why}.`));
    },
  });
  const limit = clock.after(HELLO_LIMIT_MS, () => channel.close("what listens there does not say hello"));
  try {
    return { channel, hello: await hello.promise, closed: closed.promise };
  } finally {
    limit.cancel();
  }
}

/** Rejects with `NotConnected`; its `refusal` tells whether it is of any use to try again. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const held: EventOnWire[] = [];
  let hear: (event: EventOnWire) => void = (event) => held.push(event);
  const { channel, hello, closed } = await greet(options, (event) => hear(event));
  try {
    const opened = await channel.request("session.open", openParams(options), OPEN_LIMIT_MS);
    return {
      channel,
      hello,
      opened,
      closed,
      listen: (listener) => {
        hear = listener;
        for (const event of held.splice(0)) listener(event);
      },
    };
  } catch (error) {
    channel.close("no session");
    if (error instanceof RequestRefused) {
      throw new NotConnected(`Tillbridge refuses the POS ${options.pos}: ${error.message}`, error);
    }
    throw new NotConnected(`Tillbridge does not open a session at ${options.url}.`);
  }
}

function openParams({ pos, token, client, language, resume }: SessionOptions): ParamsOf<"session.open"> {
  return {
    protocol: PROTOCOL_VERSION,
    pos,
    token,
    ...(client === undefined ? {} : { client }),
    ...(language === undefined ? {} : { language }),
    ...(resume === undefined ? {} : { resumeAfter: resume.seq, journal: resume.journal }),
  };
}
