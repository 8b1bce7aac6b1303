import { spawn } from "node:child_process";
import type { TestName } from "./mutant.ts";

export type Failure = { readonly name: string; readonly code: string; readonly message: string };

/** As the reporter tells it. */
export type ToldTest = { readonly name: string; readonly failure?: Failure };

export type TestRun =
  | { readonly kind: "green" }
  | { readonly kind: "red"; readonly failure: Failure }
  /** No such test ran, or more than one: the file does not load, or its name is another one. */
  | { readonly kind: "notRun"; readonly why: string }
  | { readonly kind: "timeout" };

const REPORTER = new URL("told-as-json.ts", import.meta.url).href;

/** Runs one test alone, in a process of its own. */
export async function runTest(root: string, { file, name }: TestName, limitMs: number): Promise<TestRun> {
  const pattern = `/^${name.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")}$/`;
  const { NODE_TEST_CONTEXT: _ofOurOwnTests, ...env } = process.env;
  const child = spawn(process.execPath, [`--test-reporter=${REPORTER}`, `--test-name-pattern=${pattern}`, file], {
    cwd: root,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const die = (): void => void child.kill("SIGKILL");
  process.once("exit", die);
  const limit = setTimeout(die, limitMs);
  let out = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  await new Promise<void>((resolve, reject) => child.on("error", reject).on("close", () => resolve()));
  clearTimeout(limit);
  process.removeListener("exit", die);
  return child.killed ? { kind: "timeout" } : verdictOf(toldIn(out), errors);
}

/** What a test writes by itself stands between the reporter's lines. */
function toldIn(output: string): readonly ToldTest[] {
  return output.split("\n").flatMap((line) => {
    if (!line.startsWith('{"name":')) return [];
    return [JSON.parse(line) as ToldTest];
  });
}

function verdictOf(told: readonly ToldTest[], errors: string): TestRun {
  const [first, ...others] = told;
  if (first === undefined) return { kind: "notRun", why: /^.*Error.*$/m.exec(errors)?.[0] ?? "no test has this name" };
  if (others.length > 0) return { kind: "notRun", why: `${told.length} tests of the file have this name` };
  return first.failure === undefined ? { kind: "green" } : { kind: "red", failure: first.failure };
}
