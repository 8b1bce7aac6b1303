import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Call } from "./call.ts";
import { wrongUsage } from "./exit.ts";
import { painted } from "./paint.ts";

/** For what has work to do before it can ask: throws wrong usage where nobody could answer. */
export function mustBeAnswerable(call: Call, question: string, otherwise = NOTHING_SENT): void {
  if (call.yes || process.stdin.isTTY) return;
  throw wrongUsage(`${question} Nobody can be asked here: say --yes. ${otherwise}`);
}

const NOTHING_SENT = "Nothing was sent.";
/** For what changes the service's own memory and reaches no terminal. */
export const NOTHING_CHANGED = "Nothing was changed.";

/**
 * Asks before something that cannot be taken back. Where nobody can answer, `--yes` has to.
 *
 * @param otherwise what is told where the answer was no
 */
export async function confirmed(call: Call, question: string, otherwise = NOTHING_SENT): Promise<boolean> {
  if (call.yes) return true;
  mustBeAnswerable(call, question, otherwise);
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  lines.setPrompt(`${painted(question, process.stderr)} [y/N] `);
  lines.prompt();
  const leave = () => lines.close();
  lines.on("SIGINT", leave);
  const answer = await Promise.race([once(lines, "line"), once(lines, "close").then(() => [""])]);
  lines.close();
  if (/^y(es)?$/i.test(String(answer[0]).trim())) return true;
  call.out.note(otherwise);
  return false;
}
