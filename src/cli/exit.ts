import type { RequestRefused } from "../client/errors.ts";

/** How a command ends. */
export const EXIT = {
  done: 0,
  /** Refused, declined or canceled: no money moved. */
  refused: 1,
  usage: 2,
  unreachable: 3,
  unknown: 4,
  otherAmount: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A word that nobody knows, and those that would have been. */
export type Mistyped = { readonly typed: string; readonly known: readonly string[] };

/** The command cannot go on. The message says what happened, where, and what to do next. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  readonly exitCode: ExitCode;
  /** The daemon's own word, where there was one. */
  readonly refusal: RequestRefused | undefined;
  /** Where one word was wrong, so that the nearest right one can be named. */
  readonly mistyped: Mistyped | undefined;

  constructor(exitCode: ExitCode, message: string, refusal?: RequestRefused, mistyped?: Mistyped) {
    super(message);
    this.exitCode = exitCode;
    this.refusal = refusal;
    this.mistyped = mistyped;
  }
}

export function wrongUsage(message: string, mistyped?: Mistyped): CommandFailure {
  return new CommandFailure(EXIT.usage, message, undefined, mistyped);
}

/** Why a command ended as it did, as one word for a program. */
export function reasonOf(exitCode: number): string {
  switch (exitCode) {
    case EXIT.usage:
      return "wrongUsage";
    case EXIT.unreachable:
      return "daemonUnreachable";
    case EXIT.unknown:
      return "outcomeUnknown";
    default:
      return "refused";
  }
}
