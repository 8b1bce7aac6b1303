import type { Clock, Timer } from "../../src/core/ports.ts";
import type { Medium } from "../../src/daemon/terminal/medium.ts";

/**
 * One life of the daemon's process. Everything that it does to the world goes through here: after its end nothing has an effect any
 * more, as after a kill.
 */
export class ProcessLife {
  /** The machine's clocks; the timers are the process's own. */
  readonly clock: Clock;
  readonly #timers = new Set<Timer>();
  readonly #over = Promise.withResolvers<undefined>();
  #isOver = false;
  #left: { effects: number; readonly ending: () => void } | undefined;

  constructor(clock: Clock) {
    this.clock = {
      now: () => clock.now(),
      monotonicMs: () => clock.monotonicMs(),
      after: (delayMs, ring) => this.#after(clock, delayMs, ring),
    };
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Resolves when it is over. */
  get over(): Promise<undefined> {
    return this.#over.promise;
  }

  /** A boundary between two effects, where the process can end. */
  readonly boundary = (): void => {
    if (this.#isOver || this.#left === undefined) return;
    this.#left.effects -= 1;
    if (this.#left.effects < 0) this.#left.ending();
  };

  /** Calls `ending` at the boundary that comes after so many others. */
  atBoundary(effects: number, ending: () => void): void {
    this.#left = { effects, ending };
  }

  atNoBoundary(): void {
    this.#left = undefined;
  }

  end(): void {
    this.#isOver = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#over.resolve(undefined);
  }

  /** Something that it writes: not after its end, and then nobody is answered. */
  async effect<Value>(work: () => Value | Promise<Value>): Promise<Value> {
    this.boundary();
    if (this.#isOver) return never();
    const value = await work();
    this.boundary();
    return value;
  }

  #after(clock: Clock, delayMs: number, ring: () => void): Timer {
    if (this.#isOver) return { cancel: () => undefined };
    const timer = clock.after(delayMs, () => {
      this.#timers.delete(timer);
      ring();
    });
    this.#timers.add(timer);
    return {
      cancel: () => {
        timer.cancel();
        this.#timers.delete(timer);
      },
    };
  }
}

/** A new one each time: who waits for it is forgotten with it. */
const never = () => new Promise<never>(() => {});
const NOBODY = { kind: "failed", why: "the terminal cannot be reached" } as const;

type Way = {
  /** Whether the terminal is at the address at this moment. */
  isThere(): boolean;
  /** Hears of a message just before it leaves. */
  leaving(message: Leaving): void;
};

/** A message to a terminal: its bytes, or the path, the headers and the body of a request. */
export type Leaving = {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
};

/** A terminal's medium as the process of this life has it. */
export function within(life: ProcessLife, medium: Medium, way: Way): Medium {
  const send = <Answer>(message: Leaving, hand: () => Promise<Answer>): Promise<Answer> =>
    life.effect(() => {
      way.leaving(message);
      return hand();
    });
  switch (medium.kind) {
    case "stream":
      return {
        kind: "stream",
        open: async (...asked) => {
          if (life.isOver) return never();
          const opened = way.isThere() ? await medium.open(...asked) : NOBODY;
          if (opened.kind === "failed") return opened;
          const { link } = opened;
          return {
            kind: "open",
            link: {
              name: link.name,
              get isOpen() {
                return link.isOpen;
              },
              send: (bytes, timeoutMs) => send({ bytes }, () => link.send(bytes, timeoutMs)),
              close: () => link.close(),
            },
          };
        },
      };
    case "http":
      return {
        kind: "http",
        open: async (...asked) => {
          if (life.isOver) return never();
          const opened = way.isThere() ? await medium.open(...asked) : NOBODY;
          if (opened.kind === "failed") return opened;
          const { connection } = opened;
          return {
            kind: "open",
            connection: {
              name: connection.name,
              get isOpen() {
                return connection.isOpen;
              },
              send: (request, timeoutMs) => {
                const { path, headers, body: bytes } = request;
                return send({ path, headers, bytes }, () => connection.send(request, timeoutMs));
              },
              close: () => connection.close(),
            },
          };
        },
      };
  }
}
