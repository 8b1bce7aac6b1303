/** What one examination found. Types, and the four ways to say it. */

/** `unknown`: it could not be looked at; the evidence says why. */
export const VERDICTS = ["ok", "warning", "fault", "unknown"] as const;
export type Verdict = (typeof VERDICTS)[number];

export type Check = {
  /** Dotted lower-case words: `disk.space`, `mdns.eth0`, `terminal.counter-1.link`. Stable, for programs that watch it. */
  readonly id: string;
  readonly verdict: Verdict;
  /** The very fact that was seen: a path, an owner, a number. */
  readonly evidence: string;
  /** A command or an action, for a person. */
  readonly remedy?: string;
  /** The terminal that it is about, where it is about one. */
  readonly terminal?: string;
};

export type Examination = {
  /** Of its check where it has no answer: it hung, or threw. */
  readonly id: string;
  /** The terminal that it is about, where it is about one. */
  readonly terminal?: string;
  /** Where it may take longer than others: a terminal that has to answer. The whole has its limit in any case. */
  readonly limitMs?: number;
  /** Nothing where there is nothing to say: a machine without Wi-Fi has no verdict about it. Aborted when nobody waits any more. */
  examine(signal: AbortSignal): Promise<readonly Check[]>;
};

export const ok = (id: string, evidence: string): Check => ({ id, verdict: "ok", evidence });

export const warning = (id: string, evidence: string, remedy: string): Check => ({
  id,
  verdict: "warning",
  evidence,
  remedy,
});

export const fault = (id: string, evidence: string, remedy: string): Check => ({
  id,
  verdict: "fault",
  evidence,
  remedy,
});

/** @param why it could not be looked at */
export const unknown = (id: string, why: string): Check => ({ id, verdict: "unknown", evidence: why });
