import type { Clock } from "../core/ports.ts";
import { unknown, type Check, type Examination } from "./check.ts";

type Limits = { readonly eachMs: number; readonly wholeMs: number };

/** A person waits in front of it, and with them perhaps a customer. */
const LIMITS: Limits = { eachMs: 2_000, wholeMs: 8_000 };

/** What a device or a program says finds its way into evidence: none of them fills the answer alone. */
const MOST_CHECKS_OF_ONE = 64;
const MOST_CHARACTERS = 1_000;

/**
 * Makes all examinations at once. One that hangs or throws is a check that says so; the others are told all the same. In the order
 * of the list, however long each takes.
 */
export async function examineAll(
  examinations: readonly Examination[],
  clock: Clock,
  limits: Limits = LIMITS,
): Promise<readonly Check[]> {
  const found = await Promise.all(
    examinations.map((examination) =>
      examineOne(examination, clock, Math.min(examination.limitMs ?? limits.eachMs, limits.wholeMs)),
    ),
  );
  return found.flat();
}

async function examineOne(examination: Examination, clock: Clock, limitMs: number): Promise<readonly Check[]> {
  const over = new AbortController();
  const tooLate = Promise.withResolvers<readonly Check[]>();
  const unanswered = (why: string): readonly Check[] => {
    const { id, terminal } = examination;
    return [{ ...unknown(id, why), ...(terminal === undefined ? {} : { terminal }) }];
  };
  const timer = clock.after(limitMs, () => {
    tooLate.resolve(unanswered(`Nothing was found out within ${limitMs / 1_000} s.`));
    over.abort();
  });
  try {
    return bounded(examination, await Promise.race([beginning(examination, over.signal), tooLate.promise]));
  } catch (error) {
    return bounded(examination, unanswered(`It could not be looked at: ${messageOf(error)}`));
  } finally {
    timer.cancel();
    over.abort();
  }
}

/** What it throws before it waits for anything is caught where the rest is. */
async function beginning(examination: Examination, signal: AbortSignal): Promise<readonly Check[]> {
  return examination.examine(signal);
}

function bounded({ id }: Examination, checks: readonly Check[]): readonly Check[] {
  const kept = checks.slice(0, MOST_CHECKS_OF_ONE).map((check) => ({
    ...check,
    evidence: shortened(check.evidence),
    ...(check.remedy === undefined ? {} : { remedy: shortened(check.remedy) }),
  }));
  const left = checks.length - kept.length;
  return left === 0 ? kept : [...kept, unknown(id, `${left} more findings are not shown.`)];
}

function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}

/** The first line: what follows is for us. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0] ?? "";
}
