import { readFile, rm, rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CURRENT_FILE } from "../../home/program/installed.ts";
import { codeOf, HomeFailure, readIfThere } from "../../home/store.ts";
import { isThere, makeOwnFolder, placeFile, placeLink, readLink, type FileKind } from "./durable-files.ts";
import type { Found, Installed, Installer, ServiceMachine, Unpacked } from "./installer.ts";
import { placeVersion } from "./program-version.ts";
import { complaintOf } from "./run.ts";
import { SupervisorFailure, type Supervisor } from "./supervisor.ts";
import { UNIT } from "./systemd.ts";
import { Undoing } from "./undoing.ts";

const INSTALLATION = "/opt/tillbridge";
const USER = "tillbridge";
/** Of the packages' own place, /usr/bin, it keeps away: a package that comes later finds nothing in its way. */
const COMMAND = "/usr/local/bin/tillbridge";
const UNIT_FILE = `/etc/systemd/system/${UNIT}`;
const RULES_FILE = "/etc/udev/rules.d/91-tillbridge.rules";
/** Where `start-version` counts crashes. */
export const STARTS_FILE = "/run/tillbridge.starts";
const SERIAL_PORTS = "dialout";
const HOME_FOLDERS = ["/etc/tillbridge", "/var/lib/tillbridge", "/var/log/tillbridge"];

/** Under /opt/tillbridge, with a unit in /etc/systemd/system: where a package has nothing. */
export function linuxInstaller(machine: ServiceMachine, supervisor: Supervisor): Installer {
  const at = (path: string) => `${machine.root}${path}`;
  const installation = at(INSTALLATION);

  const found = async (): Promise<Found> => {
    if (await isThere(join(installation, "package"))) {
      const isDebian = await isThere(at("/var/lib/dpkg/info/tillbridge.list"));
      return isDebian
        ? { kind: "package", remove: "apt remove tillbridge", purge: "apt purge tillbridge" }
        : { kind: "package", remove: "dnf remove tillbridge", purge: "dnf remove tillbridge" };
    }
    const version = (await readIfThere(join(installation, CURRENT_FILE)))?.trim();
    if (version !== undefined || (await isThere(at(UNIT_FILE)))) return { kind: "folder", version };
    return { kind: "nothing" };
  };

  return {
    installation,
    found,
    install: async (unpacked) => {
      const kind = (await found()).kind === "nothing" ? "new" : "again";
      const undoing = new Undoing();
      try {
        return await new Installation(machine, supervisor, undoing).make(unpacked, kind);
      } catch (error) {
        if (!(error instanceof HomeFailure || error instanceof SupervisorFailure)) throw error;
        const left = await undoing.takeBack();
        const rest = left.length === 0 ? "" : ` ${left.join(" and ")} could not be taken away.`;
        const undone =
          kind === "new"
            ? "What had been made until then was taken away again."
            : "What had been there is still there.";
        throw new HomeFailure(`${error.message} ${undone}${rest}`, { cause: error });
      }
    },
    remove: () => remove(machine, at),
    purge: () => purge(machine, at),
  };
}

/** One run of `install`. */
class Installation {
  readonly #machine: ServiceMachine;
  readonly #supervisor: Supervisor;
  readonly #undoing: Undoing;
  readonly #notes: string[] = [];
  #hasChanged = false;

  constructor(machine: ServiceMachine, supervisor: Supervisor, undoing: Undoing) {
    this.#machine = machine;
    this.#supervisor = supervisor;
    this.#undoing = undoing;
  }

  async make({ folder, program }: Unpacked, kind: Installed["kind"]): Promise<Installed> {
    const installation = this.#at(INSTALLATION);
    const versions = join(installation, "versions");
    // Where it is, it is the machine's: a link elsewhere, as some systems have it. dpkg removes it with the last package in it.
    if (!(await isThere(dirname(installation)))) await this.#folder(dirname(installation));
    await this.#folder(installation);
    await this.#folder(versions);
    const placed = await placeVersion(folder, join(versions, program.version), this.#undoing);
    this.#hasChanged ||= placed === "changed";
    const parts = join(versions, program.version, "service");
    await this.#copy(join(parts, "tillbridge"), join(installation, "tillbridge"), "program");
    await this.#copy(join(parts, "start-version"), join(installation, "start-version"), "program");
    await this.#place(join(installation, CURRENT_FILE), `${program.version}\n`, "file");
    await this.#relabel();
    await this.#account(join(parts, "tillbridge.sysusers"));
    // A container has no udev, and nothing that is plugged in.
    if (await isThere(dirname(this.#at(RULES_FILE)))) {
      await this.#copy(join(parts, "91-tillbridge.rules"), this.#at(RULES_FILE), "file");
      await tellUdev(this.#machine);
    }
    await this.#command();
    const before = await this.#supervisor.state();
    await this.#unit(join(parts, "tillbridge.service"));
    if (before.kind !== "running") await this.#start();
    return { kind, wantsRestart: before.kind === "running" && this.#hasChanged, notes: this.#notes };
  }

  #at(path: string): string {
    return `${this.#machine.root}${path}`;
  }

  async #folder(path: string): Promise<void> {
    if ((await makeOwnFolder(path)) === "made") this.#undoing.add(path, () => rmdir(path));
  }

  async #copy(source: string, path: string, kind: FileKind): Promise<void> {
    await this.#place(path, await readPart(source), kind);
  }

  /** A file that was there is put right, and stays where something fails later. */
  async #place(path: string, content: string, kind: FileKind): Promise<void> {
    const wasThere = await isThere(path);
    const isRight = wasThere && (await readLink(path)) === undefined && (await readIfThere(path)) === content;
    await placeFile(path, content, kind); // Also for its rights.
    if (!wasThere) this.#undoing.add(path, () => rm(path));
    if (!isRight) this.#hasChanged = true;
  }

  /** Where SELinux is, a file keeps the mark of the folder that it was unpacked in, and systemd would not run it. */
  async #relabel(): Promise<void> {
    if (await isThere(this.#at("/sys/fs/selinux/enforce"))) await this.#machine.run("restorecon", ["-R", INSTALLATION]);
  }

  async #account(sysusersFile: string): Promise<void> {
    const { run } = this.#machine;
    if (complaintOf(await run("getent", ["group", SERIAL_PORTS])) !== undefined) {
      await run("groupadd", ["--system", SERIAL_PORTS]);
    }
    if (complaintOf(await run("getent", ["passwd", USER])) === undefined) return;
    const made = await run("systemd-sysusers", [sysusersFile]);
    const complaint =
      made.kind === "ended"
        ? complaintOf(made)
        : complaintOf(
            await run("useradd", [
              "--system",
              "--user-group",
              "--no-create-home",
              "--home-dir",
              "/var/lib/tillbridge",
              "--shell",
              "/usr/sbin/nologin",
              USER,
            ]),
          );
    if (complaint !== undefined)
      throw new HomeFailure(`The user ${USER}, as whom the service runs, cannot be made: ${complaint}`);
    this.#undoing.add(`the user ${USER}`, async () => {
      // Folders that were there before may be its own by now, and shall not fall to whoever gets its number next.
      const kept = await Promise.all(HOME_FOLDERS.map((folder) => isThere(this.#at(folder))));
      if (!kept.includes(true)) await removeAccount(this.#machine);
    });
  }

  async #command(): Promise<void> {
    const path = this.#at(COMMAND);
    const target = join(INSTALLATION, "tillbridge");
    const leadsTo = await readLink(path);
    if (leadsTo === target) return;
    if (await isThere(path)) {
      this.#notes.push(
        `${COMMAND} is there already and is something else, so it was left alone: the command is ${target}.`,
      );
      return;
    }
    await placeLink(path, target);
    this.#undoing.add(path, () => rm(path));
  }

  async #unit(source: string): Promise<void> {
    const { run } = this.#machine;
    const wasThere = await isThere(this.#at(UNIT_FILE));
    if (!wasThere)
      this.#undoing.add("what systemd knows of it", () => must(this.#machine, "systemctl", ["daemon-reload"]));
    await this.#copy(source, this.#at(UNIT_FILE), "file");
    await must(this.#machine, "systemctl", ["daemon-reload"]);
    if (!wasThere) this.#undoing.add("the start at boot", () => run("systemctl", ["--quiet", "disable", UNIT]));
    await must(this.#machine, "systemctl", ["--quiet", "enable", UNIT]);
  }

  async #start(): Promise<void> {
    const { run } = this.#machine;
    // What the service makes at its first start holds nothing yet: no terminal, no POS, no payment.
    for (const folder of HOME_FOLDERS) {
      if (!(await isThere(this.#at(folder))))
        this.#undoing.add(folder, () => removeTree(this.#machine, this.#at(folder)));
    }
    this.#undoing.add(STARTS_FILE, () => rm(this.#at(STARTS_FILE), { force: true }));
    this.#undoing.add("the running service", () => run("systemctl", ["stop", UNIT]));
    const beganMs = Date.now();
    try {
      await this.#supervisor.start();
    } catch (error) {
      if (!(error instanceof SupervisorFailure)) throw error;
      throw new SupervisorFailure(`${error.message}${await this.#lastWords(beganMs)}`, { cause: error });
    }
  }

  /** What the service itself said of it: systemd knows only that it failed. */
  async #lastWords(sinceMs: number): Promise<string> {
    const since = `--since=@${Math.floor(sinceMs / 1_000)}`;
    const args = ["--unit", UNIT, "--identifier", "tillbridge", since, "--output", "cat", "--quiet", "--no-pager"];
    const ran = await this.#machine.run("journalctl", args);
    const lines = ran.kind === "ended" && ran.code === 0 ? ran.output.split("\n") : [];
    const said = lines.findLast((line) => line.startsWith("tillbridge: "));
    return said === undefined ? "" : ` The service said: ${said.slice("tillbridge: ".length)}`;
  }
}

async function readPart(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new HomeFailure(
      `${path} cannot be read (${codeOf(error)}): the program's folder is not whole. Unpack the package again.`,
      { cause: error },
    );
  }
}

async function must({ run }: ServiceMachine, program: string, args: readonly string[]): Promise<void> {
  const complaint = complaintOf(await run(program, args));
  if (complaint !== undefined) throw new SupervisorFailure(`\`${program} ${args.join(" ")}\` failed: ${complaint}`);
}

/** In a container there is none, and nothing to be told. */
async function tellUdev({ run }: ServiceMachine): Promise<void> {
  if (complaintOf(await run("udevadm", ["control", "--reload"])) !== undefined) return;
  await run("udevadm", ["trigger", "--subsystem-match=tty", "--subsystem-match=usb"]);
}

async function removeAccount(machine: ServiceMachine): Promise<void> {
  const { run } = machine;
  if (complaintOf(await run("getent", ["passwd", USER])) === undefined) await must(machine, "userdel", [USER]);
  // Not every userdel takes the group of the same name along.
  if (complaintOf(await run("getent", ["group", USER])) === undefined) await must(machine, "groupdel", [USER]);
}

type At = (path: string) => string;

async function remove(machine: ServiceMachine, at: At): Promise<readonly string[]> {
  const undoing = new Undoing(); // Taking away is undoing an installation: all of it, whatever fails.
  undoing.add(INSTALLATION, () => removeTree(machine, at(INSTALLATION)));
  undoing.add(STARTS_FILE, () => rm(at(STARTS_FILE), { force: true }));
  undoing.add(COMMAND, async () => {
    if ((await readLink(at(COMMAND))) === join(INSTALLATION, "tillbridge")) await rm(at(COMMAND));
  });
  undoing.add("what udev knows of it", () => tellUdev(machine));
  undoing.add(RULES_FILE, () => rm(at(RULES_FILE), { force: true }));
  undoing.add("what systemd knows of it", async () => {
    await must(machine, "systemctl", ["daemon-reload"]);
    await machine.run("systemctl", ["reset-failed", UNIT]);
  });
  undoing.add(UNIT_FILE, () => rm(at(UNIT_FILE), { force: true }));
  undoing.add("the start at boot", async () => {
    if (await isThere(at(UNIT_FILE))) await must(machine, "systemctl", ["--quiet", "disable", UNIT]);
  });
  return undoing.takeBack();
}

async function purge(machine: ServiceMachine, at: At): Promise<readonly string[]> {
  const undoing = new Undoing();
  undoing.add(`the user ${USER}`, () => removeAccount(machine));
  const settings = `${UNIT_FILE}.d`;
  for (const folder of [...HOME_FOLDERS, settings]) undoing.add(folder, () => removeTree(machine, at(folder)));
  return undoing.takeBack();
}

/** By the system's own program, which cannot be led astray by a user that swaps folders meanwhile. */
function removeTree(machine: ServiceMachine, path: string): Promise<void> {
  return must(machine, "rm", ["--recursive", "--force", "--one-file-system", "--", path]);
}
