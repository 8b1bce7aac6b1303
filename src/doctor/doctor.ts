import type { Clock } from "../core/ports.ts";
import { asItIs, NotSeen, unknown, type Examination, type Finding, type Said } from "./check.ts";

type Limits = { readonly eachMs: number; readonly wholeMs: number };

/** A person waits in front of it, and with them perhaps a customer. */
const LIMITS: Limits = { eachMs: 2_000, wholeMs: 8_000 };

/** What a device or a program says finds its way into findings: none of them fills the answer alone. */
const MOST_FINDINGS_OF_ONE = 64;

/**
 * Makes all examinations at once. One that hangs or throws is a finding that says so; the others are told all the same. In the order
 * of the list, however long each takes.
 */
export async function examineAll(
  examinations: readonly Examination[],
  clock: Clock,
  limits: Limits = LIMITS,
): Promise<readonly Finding[]> {
  const found = await Promise.all(
    examinations.map((examination) =>
      examineOne(examination, clock, Math.min(examination.limitMs ?? limits.eachMs, limits.wholeMs)),
    ),
  );
  return found.flat();
}

async function examineOne(examination: Examination, clock: Clock, limitMs: number): Promise<readonly Finding[]> {
  const over = new AbortController();
  const tooLate = Promise.withResolvers<readonly Finding[]>();
  const unanswered = (why: Said): readonly Finding[] => {
    const { id, terminal } = examination;
    return [{ ...unknown(id, why), ...(terminal === undefined ? {} : { terminal }) }];
  };
  const timer = clock.after(limitMs, () => {
    tooLate.resolve(unanswered((words) => words.examination.late(limitMs / 1_000)));
    over.abort();
  });
  try {
    return bounded(examination, await Promise.race([beginning(examination, over.signal), tooLate.promise]));
  } catch (error) {
    const why = error instanceof NotSeen ? error.why : asItIs(messageOf(error));
    return bounded(
      examination,
      unanswered((words) => words.examination.failed(why(words))),
    );
  } finally {
    timer.cancel();
    over.abort();
  }
}

/** What it throws before it waits for anything is caught where the rest is. */
async function beginning(examination: Examination, signal: AbortSignal): Promise<readonly Finding[]> {
  return examination.examine(signal);
}

function bounded({ id }: Examination, findings: readonly Finding[]): readonly Finding[] {
  const kept = findings.slice(0, MOST_FINDINGS_OF_ONE);
  const left = findings.length - kept.length;
  return left === 0 ? kept : [...kept, unknown(id, (words) => words.examination.more(left))];
}

/** The first line: what follows is for us. */
function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0] ?? "";
}
