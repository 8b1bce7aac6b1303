import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import packageDescription from "../../../package.json" with { type: "json" };
import { exportJournal, type Exported, type ExportOptions } from "../../journal/export.ts";
import { JournalFailure, type VerifyReport } from "../../journal/journal.ts";
import { verifyJournal } from "../../journal/verify.ts";
import type { Call, Command } from "../call.ts";
import { CommandFailure, EXIT, wrongUsage } from "../exit.ts";

/** Reads every fact, with the daemon running or not, and changes nothing. Ends with 1 where something is wrong. */
export const verify: Command = async (call) => {
  const expected = call.text("expect");
  if (expected !== undefined && !/^[0-9a-f]{64}$/i.test(expected)) {
    throw wrongUsage(
      "--expect takes the 64 hexadecimal digits of a checkpoint, as `journal verify` printed them earlier.",
    );
  }
  const report = readable(() => verifyJournal(call.home.dataDirectory, expected));
  call.out.result(report, () => inWords(report));
  return report.faults.length === 0 ? EXIT.done : EXIT.refused;
};

function inWords({ transactions, facts, checkpoint, faults }: VerifyReport): string {
  if (faults.length > 0) return [`${faults.length} faults in ${transactions} transactions:`, ...faults].join("\n  ");
  const whole = `The journal is whole: ${transactions} transactions, ${facts} facts.`;
  if (checkpoint === undefined) return `${whole}\nThere is no checkpoint yet.`;
  const { number, at, hash, younger } = checkpoint;
  const since = younger === 0 ? "" : ` ${younger} facts are younger than it.`;
  return `${whole}\nNewest checkpoint: ${number} of ${at}.${since} Keep its hash elsewhere to compare with \`--expect\` later:\n${hash}`;
}

/** Says the whole journal in lines of JSON, for an auditor; with the daemon running or not, and changes nothing. */
export const exportAll: Command = async (call) => {
  const options: ExportOptions = {
    version: packageDescription.version,
    ...readInstant(call, "from"),
    ...readInstant(call, "to"),
  };
  const out = call.text("out");
  if (out === undefined) {
    exportTo(call, options, (lines) => void process.stdout.write(lines));
    return EXIT.done;
  }
  const exported = exportToFile(call, options, out);
  const { lines, facts, pruned, digest } = exported;
  call.out.result(
    exported,
    () =>
      `${out}: ${lines + 1} lines, ${facts} facts, ${pruned} pruned transactions.\nSHA-256 of all lines but the last: ${digest}`,
  );
  return EXIT.done;
};

/** The file is there when it is complete, or not at all. */
function exportToFile(call: Call, options: ExportOptions, file: string): Exported {
  const handle = openNew(file);
  let exported: Exported | undefined;
  try {
    exported = exportTo(call, options, (lines) => {
      for (let rest = Buffer.from(lines, "utf8"); rest.length > 0;) rest = rest.subarray(writeSync(handle, rest));
    });
    return exported;
  } catch (error) {
    throw error instanceof CommandFailure ? error : notWritten(file, error);
  } finally {
    closeSync(handle);
    if (exported === undefined) rmSync(file, { force: true });
  }
}

function openNew(file: string): number {
  try {
    return openSync(file, "wx", 0o600);
  } catch (error) {
    throw notWritten(file, error);
  }
}

function notWritten(file: string, error: unknown): unknown {
  if (!(error instanceof Error && "code" in error)) return error;
  const why =
    error.code === "EEXIST" ? "it is there already; name another file" : `it cannot be written (${String(error.code)})`;
  return new CommandFailure(EXIT.refused, `${file}: ${why}. Nothing was exported.`);
}

const CHUNK_CHARACTERS = 64 * 1024;

function exportTo(call: Call, options: ExportOptions, write: (lines: string) => void): Exported {
  let waiting = "";
  const exported = readable(() =>
    exportJournal(call.home.dataDirectory, options, (line) => {
      waiting += line;
      if (waiting.length < CHUNK_CHARACTERS) return;
      write(waiting);
      waiting = "";
    }),
  );
  write(waiting);
  return exported;
}

function readInstant(call: Call, name: "from" | "to"): { readonly from?: string; readonly to?: string } {
  const typed = call.text(name);
  if (typed === undefined) return {};
  const ms = Date.parse(typed);
  if (Number.isNaN(ms)) throw wrongUsage(`--${name} takes a time as 2026-03-01 or 2026-03-01T10:00:00Z, not ${typed}.`);
  return { [name]: new Date(ms).toISOString() };
}

function readable<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw error instanceof JournalFailure ? new CommandFailure(EXIT.refused, error.message) : error;
  }
}
