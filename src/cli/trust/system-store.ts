import { chmodSync, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { complaintOf, findProgram, runFound, type Machine } from "./machine.ts";
import type { Trouble, TrustStore } from "./store.ts";

type Place = {
  readonly folder: string;
  /** What makes the system's lists from the folder; the first one that is there. */
  readonly programs: readonly (readonly [name: string, ...args: string[]])[];
  /** The same, where it has to be told that something is gone. */
  readonly afterRemoval?: readonly [name: string, ...args: string[]];
};

const PLACES: readonly Place[] = [
  {
    folder: "/usr/local/share/ca-certificates", // Debian, Ubuntu
    programs: [["update-ca-certificates"]],
    afterRemoval: ["update-ca-certificates", "--fresh"], // else the link to the file stays, and leads nowhere
  },
  { folder: "/etc/pki/ca-trust/source/anchors", programs: [["update-ca-trust", "extract"]] }, // Fedora
  {
    folder: "/etc/ca-certificates/trust-source/anchors", // Arch
    programs: [["update-ca-trust"], ["trust", "extract-compat"]],
  },
  { folder: "/etc/pki/trust/anchors", programs: [["update-ca-certificates"]] }, // openSUSE
];

const OURS = /^tillbridge-[0-9a-f]{16}\.crt$/;

/** What a Linux system itself trusts, and with it programs that are no browsers. Undefined where this one has none that is known. */
export function systemStore(machine: Machine): TrustStore | undefined {
  for (const place of PLACES) {
    const folder = join(machine.root, place.folder);
    const update = place.programs.find(([name]) => findProgram(machine, name) !== undefined);
    if (update !== undefined && existsSync(folder))
      return storeAt(machine, folder, update, place.afterRemoval ?? update);
  }
  return undefined;
}

type Update = readonly [name: string, ...args: string[]];

function storeAt(machine: Machine, folder: string, update: Update, afterRemoval: Update): TrustStore {
  const ours = () => readdirSync(folder).filter((name) => OURS.test(name));
  const run = async ([name, ...args]: Update): Promise<Trouble | undefined> => {
    const why = complaintOf(await runFound(machine, name, { args }));
    if (why === undefined) return undefined;
    const command = [name, ...args].join(" ");
    return { why: `\`${command}\` failed: ${why}`, remedy: `Run \`${command}\` as root and see what it says.` };
  };
  const changed = async (change: () => void, then: Update): Promise<Trouble | undefined> => {
    if (!machine.mayChangeSystem) return { why: "only root may change it", remedy: AS_ROOT };
    try {
      change();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { why, remedy: `See that ${folder} can be written and that the disk has space.` };
    }
    return run(then);
  };
  return {
    what: "the system's store",
    nameOf: ({ id }) => `tillbridge-${id}.crt`,
    look: async () => ({ kind: "known", ours: ours().map((name) => ({ name, trusted: true })) }),
    add: ({ id, pem }) =>
      changed(() => {
        const file = join(folder, `tillbridge-${id}.crt`);
        writeFileSync(file, pem);
        chmodSync(file, 0o644); // whatever root's umask is
      }, update),
    remove: async (names) => {
      if (names.length === 0) return undefined;
      return changed(() => names.forEach((name) => rmSync(join(folder, name), { force: true })), afterRemoval);
    },
  };
}

const AS_ROOT = "Run the same command as root, with sudo.";
