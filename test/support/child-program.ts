import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Ending } from "./ending.ts";

/** A program of ours in a process of its own, ended with the test at the latest. */
export type ChildProgram = {
  readonly pid: number;
  /** The next line on standard output; rejects when the program ends without one. */
  nextLine(): Promise<string>;
  /** Resolves when standard error says it, behind what was waited for before; rejects when the program ends without. */
  said(pattern: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** How it ended. */
  readonly ended: Promise<{
    readonly code: number | null;
    readonly signal: NodeJS.Signals | null;
    readonly stderr: string;
  }>;
};

/** @param argv a TypeScript or JavaScript file and its arguments, or `--eval` and a text */
export function startProgram(
  ending: Ending,
  argv: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): ChildProgram {
  const child = spawn(process.execPath, argv, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  let stderr = "";
  let heardLength = 0;
  let look = () => {};
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    look();
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = endOf(child).then((end) => ({ ...end, stderr }));
  ending.after(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await ended;
  });
  return {
    pid: child.pid ?? 0,
    nextLine: async () => {
      const line = await lines.next();
      if (line.done === true) throw new Error(`the program ended without a further line: ${(await ended).stderr}`);
      return line.value;
    },
    said: (pattern) =>
      new Promise((resolve, reject) => {
        look = () => {
          const said = pattern.exec(stderr.slice(heardLength));
          if (said === null) return;
          heardLength += said.index + said[0].length;
          look = () => {};
          resolve();
        };
        look();
        void ended.then(() => reject(new Error(`the program ended without saying ${pattern}: ${stderr}`)));
      }),
    kill: (signal) => void child.kill(signal),
    ended,
  };
}

async function endOf(child: ChildProcess) {
  const [code, signal] = (await once(child, "close")) as [number | null, NodeJS.Signals | null];
  return { code, signal };
}
