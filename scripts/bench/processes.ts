/** The processes and folders of the bench. However it ends, nothing of them stays. */
import { fork, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A built program's command, in the place of the clone's: `BENCH_COMMAND=dist/linux-x64/tillbridge-0.1.0/bin/tillbridge`. */
export const BUILT_COMMAND = process.env["BENCH_COMMAND"];

/** The command as a technician runs it, with its launcher and its cache of compiled code. */
export const COMMAND =
  BUILT_COMMAND ??
  fileURLToPath(new URL(process.platform === "win32" ? "../tillbridge.cmd" : "../tillbridge", import.meta.url));

const END_LIMIT_MS = 10_000;

const running = new Set<ChildProcess>();
const folders = new Set<string>();

process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => process.exit(130));

/** A folder that is gone when the bench ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tillbridge-bench-"));
  folders.add(folder);
  return folder;
}

/** Starts the command and answers its first line of output. */
export async function startCommand(
  args: readonly string[],
): Promise<{ readonly child: ChildProcess; readonly firstLine: string }> {
  const child = kept(spawn(COMMAND, args, { stdio: ["ignore", "pipe", "pipe"], shell: process.platform === "win32" }));
  let complaints = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaints = (complaints + text).slice(-2_000)));
  const firstLine = await Promise.race([
    new Promise<string>((resolve) => createInterface({ input: child.stdout }).once("line", resolve)),
    once(child, "close").then(() => {
      throw new Error(`\`tillbridge ${args.join(" ")}\` ended before it said anything.\n${complaints}`);
    }),
  ]);
  return { child, firstLine };
}

/** Starts another part of the bench, which speaks by messages. */
export function startPart(name: string, args: readonly string[]): ChildProcess {
  return kept(
    fork(fileURLToPath(new URL(name, import.meta.url)), args, { stdio: ["ignore", "inherit", "inherit", "ipc"] }),
  );
}

/** The next message of a part. */
export async function nextMessage<Message>(part: ChildProcess): Promise<Message> {
  const [message] = (await Promise.race([
    once(part, "message"),
    once(part, "exit").then(() => {
      throw new Error("A part of the bench ended by itself.");
    }),
  ])) as [Message];
  return message;
}

/** Asks a process to end and waits for it; one that does not end is killed. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  const limit = setTimeout(() => child.kill("SIGKILL"), END_LIMIT_MS);
  child.kill("SIGTERM");
  await ended;
  clearTimeout(limit);
}

function kept<Child extends ChildProcess>(child: Child): Child {
  running.add(child);
  child.once("exit", () => running.delete(child));
  return child;
}
