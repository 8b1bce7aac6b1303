/** Runs in the guest: what is at the other end of a cable, in a process of its own that is not our code. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Ending } from "../../support/ending.ts";

/** What it does with the port, which is file 3 of its shell. */
const WAYS = {
  /** Gives back what it gets. */
  echoes: "exec cat <&3 >&3",
  /** Says a little all the time. */
  talks: "while echo tick >&3; do sleep 0.02; done",
  /** Says nothing and reads nothing. */
  silent: "exec sleep 1000",
  /** Writes garbage as fast as it goes. */
  floods: "exec cat /dev/urandom >&3",
} as const;

export type FarEnd = { end(): Promise<void> };

/** Resolves when it has the port open. */
export async function startFarEnd(ending: Ending, path: string, does: keyof typeof WAYS): Promise<FarEnd> {
  const script = `exec 3<>"$0"; stty -F "$0" raw -echo; echo open; ${WAYS[does]}`;
  const shell = spawn("sh", ["-c", script, path], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(shell, "exit");
  const end = async (): Promise<void> => {
    shell.kill("SIGKILL");
    await ended;
  };
  ending.after(end);
  await Promise.race([
    once(shell.stdout, "data"),
    ended.then(() => {
      throw new Error(`what is at the end of ${path} did not start`);
    }),
  ]);
  return { end };
}
