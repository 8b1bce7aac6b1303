import { readdir, readFile, readlink } from "node:fs/promises";
import { basename, join } from "node:path";
import type { RunProgram } from "../program.ts";
import { readNames } from "./account.ts";

/** A program that listens on a TCP port of this machine. */
export type Listener = {
  readonly port: number;
  /** As far as this user is shown: `nginx`. */
  readonly program?: string;
  readonly pid?: number;
  /** Whose program it is. */
  readonly user?: string;
};

export type Listeners = (signal: AbortSignal) => Promise<readonly Listener[]>;

const LISTENING = "0A";
const MOST_PROCESSES = 4_096;
const MOST_DESCRIPTORS = 1_024;

/** As Linux tells it in `/proc`: the user of each to everybody, its program to its user and to root. */
export function linuxListeners(ports: readonly number[], processes = "/proc"): Listeners {
  return async (signal) => {
    const [four, six] = await Promise.all(
      ["tcp", "tcp6"].map((name) => readFile(join(processes, "net", name), "utf8").catch(() => "")),
    );
    const sockets = [...socketsIn(four ?? ""), ...socketsIn(six ?? "")].filter(({ port }) => ports.includes(port));
    if (sockets.length === 0) return [];
    const names = await readNames();
    const owners = await ownersOf(new Set(sockets.map(({ inode }) => inode)), processes, signal);
    return sockets.map(({ port, uid, inode }) => ({ port, user: names.user(uid), ...owners.get(inode) }));
  };
}

type Socket = { readonly port: number; readonly uid: number; readonly inode: string };

/** `0: 0100007F:2107 00000000:0000 0A 00000000:00000000 00:00000000 00000000 33 0 56789 ...` */
function socketsIn(text: string): readonly Socket[] {
  return text.split("\n").flatMap((line) => {
    const [, local = "", , state, , , , uid = "", , inode = ""] = line.trim().split(/\s+/);
    const port = Number.parseInt(local.split(":")[1] ?? "", 16);
    return state === LISTENING && !Number.isNaN(port) ? [{ port, uid: Number(uid), inode }] : [];
  });
}

type Owner = { readonly program: string; readonly pid: number };

async function ownersOf(
  inodes: ReadonlySet<string>,
  processes: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Owner>> {
  const owners = new Map<string, Owner>();
  const pids = (await readdir(processes).catch(() => [])).filter((name) => /^\d+$/.test(name)).slice(0, MOST_PROCESSES);
  for (const pid of pids) {
    if (signal.aborted || owners.size === inodes.size) break;
    const folder = join(processes, pid, "fd");
    const descriptors = (await readdir(folder).catch(() => [])).slice(0, MOST_DESCRIPTORS);
    for (const target of await Promise.all(descriptors.map((name) => readlink(join(folder, name)).catch(() => "")))) {
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode === undefined || !inodes.has(inode) || owners.has(inode)) continue;
      owners.set(inode, { program: await programOf(join(processes, pid)), pid: Number(pid) });
    }
  }
  return owners;
}

async function programOf(folder: string): Promise<string> {
  const executable = await readlink(join(folder, "exe")).catch(() => "");
  const name = basename(executable.replace(/ \(deleted\)$/, ""));
  return name === "" ? (await readFile(join(folder, "comm"), "utf8").catch(() => "")).trim() : name;
}

/**
 * As Windows tells it, by `netstat -ano -p TCP` and `tasklist`. Assumed of their formats, from Microsoft's documentation and not seen
 * on a real machine: five columns, of which the state is a word of the system's language, so that who listens is known by the remote
 * address, which is none; and one line of CSV a process.
 */
export function windowsListeners(ports: readonly number[], run: RunProgram, systemRoot: string): Listeners {
  return async (signal) => {
    const programs = `${systemRoot}\\System32\\`;
    const answers = await Promise.all(
      ["TCP", "TCPv6"].map((protocol) => run(`${programs}netstat.exe`, ["-ano", "-p", protocol], signal)),
    );
    const seen = answers.flatMap((ran) => (ran.kind === "ended" ? listenersIn(ran.stdout) : []));
    const wanted = seen.filter(({ port }) => ports.includes(port));
    return Promise.all(
      wanted.map(async ({ port, pid }) => {
        const filter = ["/FI", `PID eq ${pid}`, "/FO", "CSV", "/NH"];
        const ran = await run(`${programs}tasklist.exe`, filter, signal);
        const program = ran.kind === "ended" ? /^"([^"]+)"/m.exec(ran.stdout)?.[1] : undefined;
        return { port, pid, ...(program === undefined ? {} : { program }) };
      }),
    );
  };
}

function listenersIn(text: string): readonly { readonly port: number; readonly pid: number }[] {
  return [...text.matchAll(/^\s*TCP\s+\S+:(\d+)\s+(?:0\.0\.0\.0|\[::\]):0\s+\S+\s+(\d+)\s*$/gm)].map(
    ([, port, pid]) => ({
      port: Number(port),
      pid: Number(pid),
    }),
  );
}
