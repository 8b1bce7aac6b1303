import { execFileSync, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { lastFirst, type Ending } from "../../support/ending.ts";
import { until } from "../../support/until.ts";
import { debianRoot } from "./debian-root.ts";

/** How something that was run on the machine ended. `output` is all that it said, on both channels. */
type Ran = { readonly code: number; readonly output: string };

/**
 * A machine with a Debian and a systemd of its own, in namespaces of this kernel: a network without anybody, and no devices. Its
 * disk is a copy that goes with the test.
 */
export type ShopPc = {
  /** The folder of its disk, as this machine sees it. */
  readonly root: string;
  /** Puts a file of this machine into it. */
  put(from: string, to: string): void;
  write(path: string, text: string): void;
  /** Runs lines of shell as root, to their end. */
  tries(lines: string): Promise<Ran>;
  /** The same, and what they said, where they end well; else it throws. */
  says(lines: string): Promise<string>;
  /** Says it with `systemctl reboot`, and waits until it is there again. */
  reboot(): Promise<void>;
  /** Ends everything on it at one blow, and starts it again. What was written before is still there, synced or not. */
  fall(): Promise<void>;
};

/**
 * Needs root. It is there when this resolves, and gone with the test at the latest.
 *
 * @param prepare what is done to its disk before its first start
 */
export async function bootShopPc(whole: Ending, prepare: (root: string) => void = () => undefined): Promise<ShopPc> {
  const ending = lastFirst(whole);
  const root = mountCopy(ending, debianRoot());
  prepare(root);
  let machine = await boot(root);
  ending.after(() => end(machine));
  const tries = (lines: string) => runWithin(machine, lines);
  const says = async (lines: string) => {
    const { code, output } = await tries(lines);
    if (code !== 0) throw new Error(`\`${lines}\` ended with ${code}: ${output}`);
    return output;
  };
  return {
    root,
    put: (from, to) => {
      mkdirSync(dirname(join(root, to)), { recursive: true });
      copyFileSync(from, join(root, to));
    },
    write: (path, text) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    },
    tries,
    says,
    reboot: async () => {
      const gone = once(machine, "close");
      await tries("systemctl reboot");
      const [code] = (await gone) as [number | null];
      if (code !== ASKED_FOR_REBOOT) throw new Error(`The machine ended with ${code}, and not to begin again.`);
      machine = await boot(root);
    },
    fall: async () => {
      await end(machine);
      machine = await boot(root);
    },
  };
}

const FOLDER = "tillbridge-shop-pc-";

/** Of tests that were killed: their machines went with them, the disks did not. */
function removeLeftovers(): void {
  for (const name of readdirSync(tmpdir()).filter((name) => name.startsWith(FOLDER))) {
    const owner = name.slice(FOLDER.length).split("-")[0] ?? "";
    if (existsSync(`/proc/${owner}`)) continue;
    const folder = join(tmpdir(), name);
    spawnSync("umount", ["--lazy", join(folder, "root")]);
    rmSync(folder, { recursive: true, force: true });
  }
}

function mountCopy(ending: Ending, lower: string): string {
  removeLeftovers();
  const folder = mkdtempSync(join(tmpdir(), `${FOLDER}${process.pid}-`));
  ending.after(() => rmSync(folder, { recursive: true, force: true }));
  const [upper, work, root] = ["upper", "work", "root"].map((name) => join(folder, name)) as [string, string, string];
  for (const path of [upper, work, root]) mkdirSync(path);
  execFileSync("mount", [
    "-t",
    "overlay",
    "-o",
    `lowerdir=${lower},upperdir=${upper},workdir=${work}`,
    "shop-pc",
    root,
  ]);
  ending.after(() => void execFileSync("umount", ["--lazy", root]));
  return root;
}

/** Nspawn's word for it, where somebody else has the unit and is to start it again. */
const ASKED_FOR_REBOOT = 133;

async function boot(root: string): Promise<ChildProcess> {
  const machine = spawn(
    "setpriv",
    [
      // A test that is killed takes its machine with it.
      ...["--pdeathsig", "KILL", "systemd-nspawn"],
      ...["--quiet", "--register=no", "--keep-unit", "--private-network", "--console=pipe", "--boot"],
      ...["--hostname=shop-pc", "--resolv-conf=off", "--timezone=off", `--directory=${root}`],
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let complaint = "";
  machine.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  await until(() => {
    if (machine.exitCode !== null) throw new Error(`The machine does not start: ${complaint}`);
    return leaderOf(machine) !== undefined;
  });
  await isUp(machine);
  return machine;
}

/** The first process of the machine; undefined while there is none. */
function leaderOf({ pid = 0 }: ChildProcess): number | undefined {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
    return children.find((child) => readFileSync(`/proc/${child}/comm`, "utf8").startsWith("systemd"));
  } catch {
    return undefined; // it has ended in this moment
  }
}

async function isUp(machine: ChildProcess): Promise<void> {
  // Before its first program there is nobody to ask; "degraded" is up as well.
  await until(async () => /^(running|degraded)/.test((await runWithin(machine, "systemctl is-system-running")).output));
}

async function end(machine: ChildProcess): Promise<void> {
  if (machine.exitCode !== null || machine.signalCode !== null) return;
  const gone = once(machine, "close");
  // With the first process of a machine all others of it are gone at once.
  const leader = leaderOf(machine);
  if (leader !== undefined) process.kill(leader, "SIGKILL");
  else machine.kill("SIGKILL");
  await gone;
}

const ENVIRONMENT = {
  PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  LANG: "C.UTF-8",
  HOME: "/root",
};

async function runWithin(machine: ChildProcess, lines: string): Promise<Ran> {
  const leader = leaderOf(machine);
  if (leader === undefined) return { code: -1, output: "the machine is not there" };
  const child = spawn(
    "nsenter",
    ["--target", String(leader), "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--", "sh", "-c", lines],
    // In a group of its own: what kills its whole group there, as `kill 0`, does not find this process in it.
    { stdio: ["ignore", "pipe", "pipe"], env: ENVIRONMENT, cwd: "/", detached: true },
  );
  let output = "";
  for (const channel of [child.stdout, child.stderr]) {
    channel.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const [code] = (await once(child, "close")) as [number | null];
  return { code: code ?? -1, output };
}
