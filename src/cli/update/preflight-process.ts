import { lstat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { codeOf, failureOf } from "../../home/store.ts";
import { runOnThisSystem, type Run, type RunAs } from "../supervision/run.ts";
import type { Call } from "../call.ts";
import type { Preflight } from "./ports.ts";

/** The program of a folder, asked by its own runtime. */
export async function preflightOf(
  folder: string,
  { home, homeOption }: Pick<Call, "home" | "homeOption">,
  run: Run = runOnThisSystem,
): Promise<Preflight> {
  const runtime = join(folder, "runtime", process.platform === "win32" ? "node.exe" : "node");
  // It is run in another folder than this command.
  const homeArguments = homeOption === undefined ? [] : ["--home", resolve(homeOption)];
  const main = join(folder, "app", "main.js");
  const as = await ownerOf(home.dataDirectory, process.getuid?.());
  const ran = await run(runtime, [main, "update", "preflight", ...homeArguments, "--json"], as);
  if (ran.kind === "failed") return { kind: "failed", why: `${ran.why}.` };
  return answerIn(ran.output) ?? { kind: "failed", why: `it ended with ${ran.code}: ${firstLine(ran.complaint)}` };
}

/**
 * Whom the data belongs to, where that is not the administrator. The service's user can move a folder of its own away at any moment and
 * put a link in its place: what is written there as root could then be led anywhere.
 */
export async function ownerOf(dataDirectory: string, userId: number | undefined): Promise<RunAs | undefined> {
  if (userId !== 0) return undefined;
  try {
    const { uid, gid } = await lstat(dataDirectory);
    return uid === 0 ? undefined : { uid, gid };
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw failureOf(error, dataDirectory, "read");
  }
}

function answerIn(output: string): Preflight | undefined {
  try {
    const said: unknown = JSON.parse(output);
    if (typeof said !== "object" || said === null || !("kind" in said)) return undefined;
    if (said.kind === "passed") {
      return { kind: "passed", ...("note" in said && typeof said.note === "string" ? { note: said.note } : {}) };
    }
    return "why" in said && typeof said.why === "string" ? { kind: "failed", why: said.why } : undefined;
  } catch {
    return undefined;
  }
}

const MAX_CHARACTERS = 500;

function firstLine(text: string): string {
  return (text.trim().split("\n")[0] ?? "").slice(0, MAX_CHARACTERS);
}
