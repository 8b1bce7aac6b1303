// Programs that the try-out starts, each in a process of its own as in real life. None of them stays behind.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const running = new Set<ChildProcess>();
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** Characters of what a program said to people that are kept. */
const MAX_NOTES = 4_000;

export type Started = {
  readonly child: ChildProcess;
  /** Rejects when the program ends without one. */
  readonly firstLine: Promise<string>;
  /** What it said to people so far, the last of it. */
  readonly notes: () => string;
  readonly ended: Promise<unknown>;
};

/** Runs the command `tillbridge` with these arguments. What it says to people is shown when it fails. */
export function start(args: readonly string[]): Started {
  const child = spawn(process.execPath, [main, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  let notes = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (notes = (notes + text).slice(-MAX_NOTES)));
  const ended = once(child, "close").then(() => running.delete(child));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const firstLine = lines.next().then(async (line) => {
    if (line.done !== true) return line.value;
    await ended;
    throw new Error(`\`tillbridge ${args.join(" ")}\` did not begin:\n${notes}`);
  });
  return { child, firstLine, notes: () => notes, ended };
}

/** Runs a command to its end; answers what it says in JSON. */
export async function ask<Answer>(args: readonly string[]): Promise<Answer> {
  const { child, firstLine, notes, ended } = start([...args, "--json"]);
  const line = await firstLine;
  await ended;
  if (child.exitCode !== 0) throw new Error(`\`tillbridge ${args.join(" ")}\` failed:\n${notes()}`);
  return JSON.parse(line) as Answer;
}

export async function stopAll(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      child.kill("SIGTERM");
      await once(child, "close");
    }),
  );
}
