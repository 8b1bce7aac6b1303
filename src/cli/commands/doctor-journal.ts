import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { asItIs, fault, ok, unknown, type Examination, type Finding, type Said } from "../../doctor/check.ts";
import { damagedBy } from "../../doctor/machine/journal.ts";
import type { VerifyReport } from "../../journal/journal.ts";

const ID = "journal.whole";
const LIMIT_MS = 6_000;
const MAX_OUTPUT_BYTES = 4 * 1_048_576;

/** Reads a whole journal: `undefined` where there was no time for all of it, or why it cannot be read. */
export type VerifyWhole = (signal: AbortSignal) => Promise<VerifyReport | Said | undefined>;

/** Every fact of the journal, where that is done in time. Not for the service: it would take its time from payments. */
export function journalExamination(dataDirectory: string, verify: VerifyWhole): readonly Examination[] {
  if (!existsSync(join(dataDirectory, "journal.db"))) return [];
  const examine = async (signal: AbortSignal): Promise<readonly Finding[]> => {
    const report = await verify(AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]));
    if (report === undefined) return [unknown(ID, ({ journal: words }) => words.tooLarge(LIMIT_MS / 1_000))];
    if (typeof report === "function") return [fault(ID, report, ({ journal: words }) => words.verify)];
    const { transactions, facts, faults } = report;
    const [first] = faults;
    if (first === undefined) return [ok(ID, ({ journal: words }) => words.whole(transactions, facts))];
    return [fault(ID, damagedBy(first, faults.length - 1), ({ journal: words }) => words.copyFirst)];
  };
  return [{ id: ID, limitMs: LIMIT_MS + 1_000, examine }];
}

/** `tillbridge journal verify` in a process of its own: reading a large journal keeps a process busy, and this one has to be ended in time. */
export function verifyElsewhere(homeOption: string | undefined): VerifyWhole {
  const entry = process.argv[1];
  const home = homeOption === undefined ? [] : ["--home", homeOption];
  return (signal) =>
    new Promise((resolve) => {
      const args = [
        ...process.execArgv,
        ...(entry === undefined ? [] : [entry]),
        "journal",
        "verify",
        "--json",
        ...home,
      ];
      const options = { signal, killSignal: "SIGKILL", maxBuffer: MAX_OUTPUT_BYTES, windowsHide: true } as const;
      execFile(process.execPath, args, options, (error, stdout) => {
        if (signal.aborted) return resolve(undefined);
        const why = error?.message;
        const nothing: Said = ({ journal, program }) =>
          journal.notRead(why ?? program.silent("tillbridge journal verify"));
        resolve(answerIn(stdout) ?? nothing);
      });
    });
}

/** The report, or in words why there is none. Undefined where neither was said. */
function answerIn(stdout: string): VerifyReport | Said | undefined {
  try {
    const said = JSON.parse(stdout) as VerifyReport | { readonly error: { readonly message: string } };
    return "error" in said ? asItIs(said.error.message) : said;
  } catch {
    return undefined;
  }
}
