/** What one examination found. Types, and the four ways to say it. */
import type { DoctorWords } from "./words/doctor-words.ts";

/** `unknown`: it could not be looked at; the evidence says why. */
export const VERDICTS = ["ok", "warning", "fault", "unknown"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What a person is told, in the words of a language that is not known yet. */
export type Said = (words: DoctorWords) => string;

/** What was found, before it is told. */
export type Finding = {
  /** Dotted lower-case words: `disk.space`, `mdns.eth0`, `terminal.counter-1.link`. Stable, for programs that watch it. */
  readonly id: string;
  readonly verdict: Verdict;
  /** The very fact that was seen: a path, an owner, a number. */
  readonly evidence: Said;
  /** A command or an action, for a person. */
  readonly remedy?: Said;
  /** The terminal that it is about, where it is about one. */
  readonly terminal?: string;
};

/** A finding that was told, as the protocol and the command show it. */
export type Check = Omit<Finding, "evidence" | "remedy"> & { readonly evidence: string; readonly remedy?: string };

export type Examination = {
  /** Of its check where it has no answer: it hung, or threw. */
  readonly id: string;
  /** The terminal that it is about, where it is about one. */
  readonly terminal?: string;
  /** Where it may take longer than others: a terminal that has to answer. The whole has its limit in any case. */
  readonly limitMs?: number;
  /** Nothing where there is nothing to say: a machine without Wi-Fi has no verdict about it. Aborted when nobody waits any more. */
  examine(signal: AbortSignal): Promise<readonly Finding[]>;
};

export const ok = (id: string, evidence: Said): Finding => ({ id, verdict: "ok", evidence });

export const warning = (id: string, evidence: Said, remedy: Said): Finding => ({
  id,
  verdict: "warning",
  evidence,
  remedy,
});

export const fault = (id: string, evidence: Said, remedy: Said): Finding => ({
  id,
  verdict: "fault",
  evidence,
  remedy,
});

/** @param why it could not be looked at */
export const unknown = (id: string, why: Said): Finding => ({ id, verdict: "unknown", evidence: why });

/** Thrown where something cannot be looked at. */
export class NotSeen extends Error {
  override readonly name = "NotSeen";
  readonly why: Said;

  constructor(why: Said) {
    super("it could not be looked at");
    this.why = why;
  }
}

/** What the system, a program or a device said: nobody translates it. */
export const asItIs =
  (text: string): Said =>
  () =>
    text;
