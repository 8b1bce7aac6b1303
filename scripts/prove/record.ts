import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { killMatrix } from "./document.ts";
import type { ProofRecord } from "./runs.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url));
export const RECORD_FILE = fileURLToPath(new URL("../../docs/kill-matrix.json", import.meta.url));

const EMPTY: ProofRecord = { version: 1, kills: [], worlds: [] };

export function readRecord(file: string): ProofRecord {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ProofRecord) : EMPTY;
}

/** Adds runs to the data, and renders the document beside it, whose name ends in `.md`, from all of it. */
export async function addRuns(file: string, runs: Partial<Omit<ProofRecord, "version">>): Promise<void> {
  const before = readRecord(file);
  const after: ProofRecord = {
    ...before,
    kills: [...before.kills, ...(runs.kills ?? [])],
    worlds: [...before.worlds, ...(runs.worlds ?? [])],
  };
  const document = file.replace(/\.json$/, ".md");
  const options = await resolveConfig(fileURLToPath(new URL("../../package.json", import.meta.url)));
  for (const [path, content] of [
    [file, JSON.stringify(after)],
    [document, killMatrix(after)],
  ] as const) {
    writeFileSync(`${path}.new`, await format(content, { ...options, filepath: path }));
    renameSync(`${path}.new`, path);
  }
}

/** The commit of this clone; `+changes` where what runs is not what was committed. */
export function commitOfSources(): string {
  const git = (...args: readonly string[]): string =>
    execFileSync("git", args, { cwd: repository, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    const changes = git("status", "--porcelain", "--", "src", "package-lock.json");
    return git("rev-parse", "HEAD") + (changes === "" ? "" : "+changes");
  } catch {
    return "unknown";
  }
}
