import type { Clock, Log } from "../../core/ports.ts";

/** Why the process is to end, and how long that may take where whoever asks has said so. */
export type EndAsked = {
  readonly kind: "signal" | "supervisor" | "trialOver";
  /** For the log. */
  readonly why: string;
  readonly limitMs?: number;
};

/**
 * Who started the service and watches over it: systemd, the Windows service, or nobody but a person. What is said to nobody is
 * lost; no call fails and none waits.
 */
export interface Supervision extends AsyncDisposable {
  /** How often a sign of life is due; undefined where nobody waits for one. */
  readonly aliveEveryMs: number | undefined;
  /** Resolves when it asks for the end; never where only signals ask. */
  readonly asked: Promise<EndAsked>;
  ready(): void;
  /** One line for a person who asks the system how the service is. */
  status(text: string): void;
  stopping(): void;
  /** The start, or the end, takes at least this much longer from now on. */
  moreTime(durationMs: number): void;
  alive(): void;
  /** For the system's own log, where the lines of our log do not reach that by themselves. */
  readonly tell?: (level: "error" | "warn", event: string, text: string) => void;
}

export type SupervisionPorts = { readonly clock: Clock; readonly log: Log };

/** A person's terminal, or a system that only sends signals. */
export const unsupervised: Supervision = {
  aliveEveryMs: undefined,
  asked: new Promise(() => undefined),
  ready: () => undefined,
  status: () => undefined,
  stopping: () => undefined,
  moreTime: () => undefined,
  alive: () => undefined,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};
