import { NoAnswer, NotConnected, RequestRefused } from "../client/errors.ts";
import type { Call } from "./call.ts";
import { CommandFailure, EXIT, reasonOf, type ExitCode, type Mistyped } from "./exit.ts";
import type { Output } from "./output.ts";

/**
 * Tells what went wrong, in words and, where JSON is wanted, as the one document of the command. Our own mistakes are thrown on:
 * their stack is for us.
 *
 * @param call undefined where the words never became one
 */
export async function tellFailure(error: unknown, out: Output, call: Call | undefined): Promise<number> {
  const told = inWords(error);
  if (told === undefined) throw error;
  const { exitCode, message, refusal } = told;
  const hint = await hintFor(told, call);
  if (refusal !== undefined) out.refusal(refusal);
  out.failure(reasonOf(exitCode), message);
  out.note(`tillbridge: ${hint === undefined ? message : `${asSentence(message)} ${hint}`}`);
  return exitCode;
}

function asSentence(message: string): string {
  return /[.!?:]$/.test(message) ? message : `${message}.`;
}

type Told = {
  readonly exitCode: ExitCode;
  readonly message: string;
  readonly refusal: RequestRefused | undefined;
  readonly mistyped?: Mistyped | undefined;
};

function inWords(error: unknown): Told | undefined {
  if (error instanceof CommandFailure) return error;
  if (error instanceof RequestRefused) {
    const exitCode = error.reason === "invalidParams" ? EXIT.usage : EXIT.refused;
    return { exitCode, message: error.message, refusal: error };
  }
  if (error instanceof NotConnected || error instanceof NoAnswer) {
    return { exitCode: EXIT.unreachable, message: error.message, refusal: undefined };
  }
  return undefined;
}

/** What it was probably meant to be. Loaded when something is wrong. */
async function hintFor({ refusal, mistyped, message }: Told, call: Call | undefined): Promise<string | undefined> {
  const { didYouMean, mistypedField, mistypedIn } = await import("./did-you-mean.ts");
  const isAsked = refusal !== undefined && call !== undefined;
  const word = mistyped ?? (isAsked ? await mistypedIn(refusal, call) : mistypedField(message));
  return word === undefined ? undefined : didYouMean(word);
}
