import { join } from "node:path";
import { runOnThisSystem } from "../supervision/run.ts";
import type { Preflight } from "./ports.ts";

/** The program of a folder, asked by its own runtime. */
export async function preflightOf(folder: string, homeOption: string | undefined): Promise<Preflight> {
  const runtime = join(folder, "runtime", process.platform === "win32" ? "node.exe" : "node");
  const home = homeOption === undefined ? [] : ["--home", homeOption];
  const ran = await runOnThisSystem(runtime, [
    join(folder, "app", "main.js"),
    "update",
    "preflight",
    ...home,
    "--json",
  ]);
  if (ran.kind === "failed") return { kind: "failed", why: `${ran.why}.` };
  return answerIn(ran.output) ?? { kind: "failed", why: `it ended with ${ran.code}: ${firstLine(ran.complaint)}` };
}

function answerIn(output: string): Preflight | undefined {
  try {
    const said: unknown = JSON.parse(output);
    if (typeof said !== "object" || said === null || !("kind" in said)) return undefined;
    if (said.kind === "passed") return { kind: "passed" };
    return "why" in said && typeof said.why === "string" ? { kind: "failed", why: said.why } : undefined;
  } catch {
    return undefined;
  }
}

const MAX_CHARACTERS = 500;

function firstLine(text: string): string {
  return (text.trim().split("\n")[0] ?? "").slice(0, MAX_CHARACTERS);
}
