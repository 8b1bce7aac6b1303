import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { resolveHome, type HomePaths } from "../../src/home/paths.ts";
import { momentMs } from "./moments.ts";
import { end, startCommand, temporaryFolder } from "./processes.ts";
import { openPos, type Pos } from "./web-sockets.ts";

/** A running daemon on a home folder of its own. */
export type Daemon = {
  readonly url: string;
  /** From the start of the command to its `ready` line. */
  readonly readyMs: number;
  readonly home: HomePaths;
  /** Resident memory in MB of 1,024 KiB, as `ps` and `top` count it; undefined where the system does not tell it. */
  memoryMb(): number | undefined;
  threads(): number | undefined;
  /** Processor time that it has used, in milliseconds. */
  processorMs(): number | undefined;
  end(): Promise<void>;
};

export const SOCKETS = 100;
const CLOCK_TICK_MS = 10;
const READY_LIMIT_MS = 30_000;

/** They are not in the way of what is measured. */
const WIDE_LIMITS = { sockets: 2 * SOCKETS, requestsPerSecond: 1_000 };

/** A home folder with these terminals, secrets and limits of the server. */
export function prepareHome(
  terminals: readonly object[],
  secrets: Readonly<Record<string, string>> = {},
  limits: object = WIDE_LIMITS,
): string {
  const home = temporaryFolder();
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "config.json"), JSON.stringify({ server: { limits }, terminals }));
  const folder = join(home, "data", "secrets");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [name, value] of Object.entries(secrets)) writeFileSync(join(folder, name), value, { mode: 0o600 });
  return home;
}

export async function startDaemon(home: string): Promise<Daemon> {
  const startedMs = momentMs();
  const { child, firstLine } = await startCommand(["daemon", "--home", home, "--port", "0"]);
  const readyMs = momentMs() - startedMs;
  const fromSystem = (file: string) => {
    try {
      return readFileSync(`/proc/${child.pid ?? 0}/${file}`, "utf8");
    } catch {
      return undefined;
    }
  };
  return {
    url: firstLine.replace(/^ready /, ""),
    readyMs,
    home: resolveHome(home, {}, process.platform),
    memoryMb: () => {
      const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(fromSystem("status") ?? "")?.[1];
      return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024;
    },
    threads: () => {
      const count = /^Threads:\s+(\d+)$/m.exec(fromSystem("status") ?? "")?.[1];
      return count === undefined ? undefined : Number(count);
    },
    processorMs: () => {
      const fields = fromSystem("stat")
        ?.replace(/^.*\) /s, "")
        .split(" ");
      return fields === undefined ? undefined : (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MS;
    },
    end: () => end(child),
  };
}

/** A till of the daemon: its name and its token. */
export type Paired = { readonly pos: string; readonly token: string };

export async function addTills({ url, home }: Daemon, count: number): Promise<readonly Paired[]> {
  const administrator = await openPos(url, "cli", readFileSync(home.adminTokenFile, "utf8").trim());
  const paired: Paired[] = [];
  for (let number = 1; number <= count; number += 1) {
    paired.push((await administrator.ask("pos.add", { pos: `till-${number}`, token: true })) as Paired);
  }
  administrator.close();
  return paired;
}

/** A session for each till. */
export function openTills({ url }: Daemon, paired: readonly Paired[]): Promise<readonly Pos[]> {
  return Promise.all(paired.map(({ pos, token }) => openPos(url, pos, token)));
}

export async function whenReady(pos: Pos): Promise<void> {
  for (const limitMs = momentMs() + READY_LIMIT_MS; momentMs() < limitMs; await pause(50)) {
    const { terminals } = (await pos.ask("terminals.list", {})) as { readonly terminals: readonly { state: string }[] };
    if (terminals.every(({ state }) => state === "ready")) return;
  }
  throw new Error("A simulated terminal did not get ready.");
}
