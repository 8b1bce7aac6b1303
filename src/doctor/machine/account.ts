import { constants } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import { codeOf } from "../../home/store.ts";
import type { Said } from "../check.ts";

/** A user of this machine, as Linux counts rights. */
export type Account = {
  readonly uid: number;
  readonly name: string;
  /** Its own group first. */
  readonly groups: readonly number[];
};

const ROOT = 0;
/** As in a mode, for one of its three. */
const READ = constants.R_OK;
const WRITE = constants.W_OK;

/** The names that this machine has for users and groups. */
export type Names = {
  readonly user: (uid: number) => string;
  readonly group: (gid: number) => string;
  readonly accountNamed: (name: string) => Account | undefined;
  readonly accountOf: (uid: number) => Account;
};

type Entry = { readonly name: string; readonly id: number; readonly gid: number; readonly members: readonly string[] };

/** As its own files tell them. A user of a directory service has a number alone. */
export async function readNames(root = ""): Promise<Names> {
  const [users, groups] = await Promise.all([entriesOf(`${root}/etc/passwd`), entriesOf(`${root}/etc/group`)]);
  const user = (uid: number) => users.find(({ id }) => id === uid)?.name ?? `uid ${uid}`;
  const built = ({ name, id, gid }: Entry): Account => {
    const others = groups.filter(({ members }) => members.includes(name)).map((group) => group.id);
    return { uid: id, name, groups: [...new Set([gid, ...others])] };
  };
  const found = (test: (entry: Entry) => boolean): Account | undefined => {
    const entry = users.find(test);
    return entry === undefined ? undefined : built(entry);
  };
  return {
    user,
    group: (gid) => groups.find(({ id }) => id === gid)?.name ?? `gid ${gid}`,
    accountNamed: (name) => found((entry) => entry.name === name),
    accountOf: (uid) => found(({ id }) => id === uid) ?? { uid, name: `uid ${uid}`, groups: [] },
  };
}

/** `name:x:id:rest`; of a user the group is the next one, of a group the members are. */
async function entriesOf(path: string): Promise<readonly Entry[]> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    const [name = "", , id = "", fourth = ""] = line.split(":");
    if (name === "" || !/^\d+$/.test(id)) return [];
    return [{ name, id: Number(id), gid: Number(fourth), members: fourth.split(",") }];
  });
}

/** This process. Undefined where the system counts rights another way. */
export async function ownAccount(): Promise<Account | undefined> {
  const { geteuid, getegid, getgroups } = process;
  if (geteuid === undefined || getegid === undefined || getgroups === undefined) return undefined;
  const uid = geteuid();
  return { uid, name: (await readNames()).user(uid), groups: [...new Set([getegid(), ...getgroups()])] };
}

export type Usable =
  | { readonly kind: "usable" }
  /** By owner, group and mode. */
  | { readonly kind: "noRights" }
  /** Although owner and mode would allow it: something above them does not, as the unit of a service. */
  | { readonly kind: "forbidden" };

/** Whether an account may read and write this. It is not opened. */
export function mayReadAndWrite(path: string, account: Account): Promise<Usable> {
  return mayDo(path, account, READ | WRITE);
}

/** Whether an account may read this. It is not opened. */
export function mayRead(path: string, account: Account): Promise<Usable> {
  return mayDo(path, account, READ);
}

async function mayDo(path: string, account: Account, wanted: number): Promise<Usable> {
  const found = await stat(path);
  if (account.uid === process.geteuid?.()) {
    try {
      // The system's own word, which knows of access lists too.
      await access(path, wanted);
      return { kind: "usable" };
    } catch (error) {
      return { kind: codeOf(error) === "EPERM" ? "forbidden" : "noRights" };
    }
  }
  return { kind: byMode(found, account, wanted) ? "usable" : "noRights" };
}

type Owned = { readonly uid: number; readonly gid: number; readonly mode: number };

function byMode({ uid, gid, mode }: Owned, account: Account, wanted: number): boolean {
  if (account.uid === ROOT) return true;
  const shift = uid === account.uid ? 6 : account.groups.includes(gid) ? 3 : 0;
  return ((mode >> shift) & wanted) === wanted;
}

/** `root:dialout, mode 660` */
export function ownerInWords({ uid, gid, mode }: Owned, names: Names): Said {
  return ({ account: words }) => words.owner(`${names.user(uid)}:${names.group(gid)}`, (mode & 0o7777).toString(8));
}

/** `tillbridge (groups tillbridge, dialout)` */
export function accountInWords({ name, groups }: Account, names: Names): Said {
  return ({ account: words }) =>
    groups.length === 0 ? name : words.withGroups(name, groups.map(names.group).join(", "));
}
