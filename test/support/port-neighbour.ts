import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import type { Ending } from "./ending.ts";
import { freshFolder } from "./home-folder.ts";

/** Another program on this Linux machine that has a port open, in a process of its own that is not our code. */
export type PortNeighbour = {
  readonly pid: number;
  /** It closes the port and ends. */
  letGo(): Promise<void>;
};

/** What a service writes that takes the port for a modem's: commands, and frames of its diagnostic protocols. */
const PROBES = String.raw`AT\rATE0\rAT+GCAP\r\176\000\170\360\176\014\024\072\176AT+CGMI\r`;

const WAYS = {
  holds: "",
  probes: `printf '${PROBES}' >&4;`,
} as const;

/** Resolves when it has the port, and has written what it writes. The name is that of its executable. */
export async function startNeighbour(
  ending: Ending,
  name: string,
  path: string,
  does: keyof typeof WAYS = "holds",
): Promise<PortNeighbour> {
  const program = join(freshFolder(ending), name);
  copyFileSync("/bin/sh", program);
  const script = `exec 4<>"$0"; stty raw -echo <&4; ${WAYS[does]} echo open; read end`;
  const child = spawn("flock", ["--no-fork", path, program, "-c", script, path], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  child.stdin.on("error", () => {}); // it is gone, which is what was asked for
  const letGo = async (): Promise<void> => {
    child.stdin.end();
    await ended;
  };
  ending.after(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  await Promise.race([
    once(child.stdout, "data"),
    ended.then(() => {
      throw new Error(`${name} did not start at ${path}`);
    }),
  ]);
  return { pid: child.pid ?? 0, letGo };
}
