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

/** The command cannot go on. The message says what happened, where, and what to do next. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  readonly exitCode: ExitCode;
  /** The daemon's own word, where there was one. */
  readonly refusal: RequestRefused | undefined;

  constructor(exitCode: ExitCode, message: string, refusal?: RequestRefused) {
    super(message);
    this.exitCode = exitCode;
    this.refusal = refusal;
  }
}

export function wrongUsage(message: string): CommandFailure {
  return new CommandFailure(EXIT.usage, message);
}
