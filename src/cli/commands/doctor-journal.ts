import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fault, ok, unknown, type Examination, type Finding } from "../../doctor/check.ts";
import type { VerifyReport } from "../../journal/journal.ts";

const ID = "journal.whole";
const LIMIT_MS = 6_000;
const MAX_OUTPUT_BYTES = 4 * 1_048_576;
const READ_ALL = "`tillbridge journal verify` reads all of it, with the service running or not.";

/** Reads a whole journal: `undefined` where there was no time for all of it, or why it cannot be read. */
export type VerifyWhole = (signal: AbortSignal) => Promise<VerifyReport | string | undefined>;

/** Every fact of the journal, where that is done in time. Not for the service: it would take its time from payments. */
export function journalExamination(dataDirectory: string, verify: VerifyWhole): readonly Examination[] {
  if (!existsSync(join(dataDirectory, "journal.db"))) return [];
  const examine = async (signal: AbortSignal): Promise<readonly Finding[]> => {
    const report = await verify(AbortSignal.any([signal, AbortSignal.timeout(LIMIT_MS)]));
    if (report === undefined)
      return [unknown(ID, `The journal is too large to be read within ${LIMIT_MS / 1_000} s. ${READ_ALL}`)];
    if (typeof report === "string") return [fault(ID, report, READ_ALL)];
    const { transactions, facts, faults } = report;
    const [first] = faults;
    if (first === undefined) return [ok(ID, `The journal is whole: ${transactions} transactions, ${facts} facts.`)];
    const more = faults.length === 1 ? "" : `, and ${faults.length - 1} more faults`;
    const remedy = `${READ_ALL} Copy the data folder before anything else, and call support.`;
    return [fault(ID, `The journal is damaged: ${first}${more}.`, remedy)];
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
        resolve(answerIn(stdout) ?? `The journal could not be read: ${error?.message ?? "nothing was said"}`);
      });
    });
}

/** The report, or in words why there is none. Undefined where neither was said. */
function answerIn(stdout: string): VerifyReport | string | undefined {
  try {
    const said = JSON.parse(stdout) as VerifyReport | { readonly error: { readonly message: string } };
    return "error" in said ? said.error.message : said;
  } catch {
    return undefined;
  }
}
