import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { complaintOf, findProgram, runFound, type Machine, type Person, type Ran } from "./machine.ts";
import type { Looked, Trouble, TrustedAuthority, TrustStore } from "./store.ts";

/** A folder in which NSS, the library of Firefox and of Chromium on Linux, keeps whom somebody trusts. */
export type NssFolder = {
  readonly path: string;
  /** The folders that have to be made for it, outermost first, where it is not there; nothing is made where none are named. */
  readonly toMake: readonly string[];
};

/** Without colons: what stands before one would be the name of a token. */
const NICKNAME = "Tillbridge local authority";
const OURS = new RegExp(`^(${NICKNAME} [0-9a-f]{16})\\s+([^\\s,]*),[^\\s,]*,[^\\s,]*\\s*$`, "gm");
/** A line of the list: a nickname and three lists of flags. */
const ENTRY = /^.*\S\s+[pPcCTuw]*,[pPcCTuw]*,[pPcCTuw]*\s*$/m;
/** Trusted to sign for servers. */
const FLAGS = "C,,";

/** An empty folder of this name says that what is around it was made by us. */
const MADE_BY_US = ".made-by-tillbridge";
const DATABASE_FILES = ["cert9.db", "key4.db", "pkcs11.txt"];

const MAX_DATABASE_BYTES = 64 * 1_048_576;

const CERTUTIL = "certutil";

const GET_CERTUTIL =
  "Install certutil (`apt-get install libnss3-tools` on Debian and Ubuntu, `dnf install nss-tools` on Fedora, `pacman -S nss` on Arch) and run " +
  "`tillbridge certificate install` again.";

export function nssStore(machine: Machine, person: Person, folder: NssFolder): TrustStore {
  const database = `sql:${folder.path}`;
  const certutil = (args: readonly string[], stdin?: string): Promise<Ran> =>
    runFound(machine, CERTUTIL, { args: ["-d", database, ...args], person, ...(stdin === undefined ? {} : { stdin }) });
  const isThere = () => existsSync(join(folder.path, "cert9.db"));

  const look = async (): Promise<Looked> => {
    if (!isThere()) return { kind: "known", ours: [] };
    if (findProgram(machine, CERTUTIL) === undefined)
      return mayHoldOurs(folder.path) ? { kind: "unknown", ...NO_CERTUTIL } : { kind: "known", ours: [] };
    const listed = await certutil(["-L"]);
    const why = complaintOf(listed);
    if (why !== undefined) return { kind: "unknown", why, remedy: BY_HAND };
    const ours = [...outputOf(listed).matchAll(OURS)];
    return { kind: "known", ours: ours.map(([, name = "", flags = ""]) => ({ name, trusted: flags.includes("C") })) };
  };

  const make = async (): Promise<Trouble | undefined> => {
    for (const made of folder.toMake.filter((path) => !existsSync(path))) {
      const why = complaintOf(
        await runFound(machine, "mkdir", { args: ["-m", "700", "--", made, join(made, MADE_BY_US)], person }),
      );
      if (why !== undefined)
        return { why, remedy: `See that ${person.name} can write there and that the disk has space.` };
    }
    const why = complaintOf(await certutil(["-N", "--empty-password"]));
    return why === undefined ? undefined : { why, remedy: BY_HAND };
  };

  return {
    what: folder.path,
    nameOf: nicknameOf,
    look,
    add: async (authority) => {
      if (findProgram(machine, CERTUTIL) === undefined) return NO_CERTUTIL;
      const made = isThere() ? undefined : await make();
      if (made !== undefined) return made;
      const name = nicknameOf(authority);
      const why = complaintOf(await certutil(["-A", "-n", name, "-t", FLAGS], authority.pem));
      if (why === undefined) return undefined;
      await certutil(["-D", "-n", name]); // A store with a password takes it, and does not trust it.
      return { why, remedy: /PASSWORD/i.test(why) ? WITH_PASSWORD : BY_HAND };
    },
    remove: async (names) => {
      for (const name of names) {
        const why = complaintOf(await certutil(["-D", "-n", name]));
        if (why !== undefined) return { why, remedy: BY_HAND };
      }
      await removeMade(machine, person, folder.path, certutil);
      return undefined;
    },
  };
}

/** A database that we made goes with what it was made for, unless somebody else keeps something in it. */
async function removeMade(
  machine: Machine,
  person: Person,
  path: string,
  certutil: (args: readonly string[]) => Promise<Ran>,
): Promise<void> {
  if (!existsSync(join(path, MADE_BY_US))) return;
  const [certificates, keys] = [await certutil(["-L"]), await certutil(["-K"])];
  if (complaintOf(certificates) !== undefined || ENTRY.test(outputOf(certificates))) return;
  if (!complaintOf(keys)?.includes("no keys found")) return;
  const files = DATABASE_FILES.map((name) => join(path, name));
  await runFound(machine, "rm", { args: ["-f", "--", ...files], person });
  for (let made = path; existsSync(join(made, MADE_BY_US)); made = join(made, "..")) {
    const why = complaintOf(await runFound(machine, "rmdir", { args: ["--", join(made, MADE_BY_US), made], person }));
    if (why !== undefined) return; // Something else is in it by now.
  }
}

/** Nicknames stand in the file as they are. */
function mayHoldOurs(path: string): boolean {
  const file = join(path, "cert9.db");
  try {
    const { size } = statSync(file);
    return size > MAX_DATABASE_BYTES || readFileSync(file).includes(NICKNAME);
  } catch {
    return true;
  }
}

function outputOf(ran: Ran): string {
  return ran.kind === "ended" ? ran.output : "";
}

function nicknameOf({ id }: TrustedAuthority): string {
  return `${NICKNAME} ${id}`;
}

const NO_CERTUTIL: Trouble = { why: "the program certutil of NSS is not installed", remedy: GET_CERTUTIL };
const BY_HAND = "Close the browser and try again, or import the authority by hand in its settings.";
const WITH_PASSWORD =
  "Its passwords are protected by a primary password: import the authority by hand in the browser's settings, or take that password away for the moment.";
