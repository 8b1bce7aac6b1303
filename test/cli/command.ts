import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestContext } from "node:test";
import { createFakeDaemon, FAKE_TOKEN, type FakeDaemon } from "../support/fake-daemon.ts";
import { serve } from "../support/fake-daemon-server.ts";
import { freshFolder } from "../support/home-folder.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

export type RunningCommand = {
  readonly ended: Promise<Ended>;
  /** Resolves once standard error has said it. */
  said(text: string): Promise<void>;
  /** Resolves with the first line on standard output, which can come behind what standard error says after it. */
  printed(): Promise<string>;
  /** What is on standard output by now. */
  stdout(): string;
  interrupt(): void;
  kill(): void;
};

export type CommandOptions = {
  readonly stdin?: string | Buffer;
  readonly environment?: Readonly<Record<string, string>>;
  /** A file that standard output goes to. */
  readonly output?: string;
};

/** The command `tillbridge` in a process of its own, without a terminal. Ended with the test at the latest. */
export function start(
  t: TestContext,
  args: readonly string[],
  { stdin, environment, output }: CommandOptions = {},
): RunningCommand {
  const taken = output === undefined ? "pipe" : openSync(output, "w");
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), "tillbridge-test-code"), ...environment },
    stdio: ["pipe", taken, "pipe"],
  });
  if (taken !== "pipe") closeSync(taken);
  let [stdout, stderr] = ["", ""];
  let heard = () => {};
  let read = () => {};
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    read();
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    heard();
  });
  child.stdin?.on("error", () => {}); // It may end without reading.
  child.stdin?.end(stdin ?? "");
  const ended = once(child, "close").then(([code]: (number | null)[]) => ({ code: code ?? null, stdout, stderr }));
  t.after(async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await ended;
  });
  return {
    ended,
    said: (text) =>
      new Promise((resolve, reject) => {
        heard = () => {
          if (stderr.includes(text)) resolve();
        };
        heard();
        void ended.then(() => reject(new Error(`it ended without saying ${text}: ${stderr}`)));
      }),
    printed: () =>
      new Promise((resolve, reject) => {
        read = () => {
          const [line = "", ...rest] = stdout.split("\n");
          if (rest.length > 0) resolve(line);
        };
        read();
        void ended.then(() => reject(new Error(`it ended without a line: ${stderr}`)));
      }),
    stdout: () => stdout,
    interrupt: () => void child.kill("SIGINT"),
    kill: () => void child.kill("SIGKILL"),
  };
}

export function run(t: TestContext, args: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return start(t, args, options).ended;
}

/** A home folder in which a fake daemon runs. */
export async function homeWithDaemon(t: TestContext): Promise<{ readonly home: string; readonly daemon: FakeDaemon }> {
  const daemon = createFakeDaemon();
  const { port } = await serve(t, daemon);
  return { home: homeAt(t, port), daemon };
}

/** A home folder whose daemon wrote down this port. */
export function homeAt(t: TestContext, port: number): string {
  const home = freshFolder(t);
  mkdirSync(join(home, "data"), { mode: 0o700 });
  tellPort(home, port);
  writeFileSync(join(home, "data", "admin.token"), `${FAKE_TOKEN}\n`, { mode: 0o600 });
  return home;
}

/** Writes down where the daemon listens, as it does when it is ready. */
export function tellPort(home: string, port: number): void {
  writeFileSync(join(home, "data", "daemon.json"), JSON.stringify({ pid: process.pid, host: "127.0.0.1", port }));
}

/** The requests of one method, as the daemon got them. */
export function requestsOf(daemon: FakeDaemon, method: string) {
  return daemon.requests.filter((request) => request.method === method).map(({ params }) => params);
}
