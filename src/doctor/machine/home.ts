import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { HomePaths } from "../../home/paths.ts";
import { codeOf } from "../../home/store.ts";
import { fault, ok, unknown, warning, type Examination, type Finding } from "../check.ts";
import {
  accountInWords,
  mayRead,
  mayReadAndWrite,
  ownerInWords,
  readNames,
  type Account,
  type Names,
} from "./account.ts";

const WRITABLE_BY_OTHERS = 0o022;
const OPEN_TO_OTHERS = 0o077;
const MOST_NAMED = 3;

/** What holds secrets or money: nobody else may even read it. */
const SECRET_FILES = ["admin.token", "pos.json", "secrets", "certificate", "journal.db"];

type Found = Awaited<ReturnType<typeof stat>>;
type Mine = { readonly account: Account; readonly names: Names };

/** Of Linux: whether the folders of this installation are the service's, and nobody else's. */
export function homeExaminations(paths: HomePaths, account: Account): readonly Examination[] {
  const folders = [
    { id: "home.data", path: paths.dataDirectory },
    { id: "home.logs", path: paths.logsDirectory },
  ];
  return [
    ...folders.map(({ id, path }): Examination => ({
      id,
      examine: async () => [await folderCheck(id, path, { account, names: await readNames() })],
    })),
    {
      id: "home.secrets",
      examine: async () => [await contentsCheck(paths.dataDirectory, { account, names: await readNames() })],
    },
    {
      id: "home.config",
      examine: async () => [await configCheck(paths.configFile, { account, names: await readNames() })],
    },
  ];
}

async function folderCheck(id: string, path: string, mine: Mine): Promise<Finding> {
  const { account, names } = mine;
  const looked = await look(id, path);
  if (looked.kind === "said") return looked.check;
  const { found } = looked;
  if (!found.isDirectory()) return fault(id, `${path} is no folder.`, "Move it away, and start the service again.");
  const seen = `${path} belongs to ${ownerInWords(numbers(found), names)}`;
  if (Number(found.uid) !== account.uid || (await mayReadAndWrite(path, account)).kind !== "usable") {
    return fault(
      id,
      `${seen}; the service runs as ${accountInWords(account, names)}.`,
      `\`sudo chown --recursive ${account.name}: ${path}\`, then start the service again. If it belongs to another installation, name the right folder with --home.`,
    );
  }
  if ((Number(found.mode) & WRITABLE_BY_OTHERS) !== 0)
    return fault(id, `${seen}: other users may change what is in it.`, `\`sudo chmod go-w ${path}\``);
  return ok(id, `${seen}.`);
}

/** One level deep: what root made there by hand the service cannot change, and what others can read is no secret. */
async function contentsCheck(folder: string, { account, names }: Mine): Promise<Finding> {
  const id = "home.secrets";
  let inside: readonly string[];
  try {
    inside = await readdir(folder);
  } catch (error) {
    return codeOf(error) === "ENOENT"
      ? ok(id, `There is nothing in ${folder} yet.`)
      : unknown(id, `${folder} cannot be looked into: the system says ${codeOf(error)}.`);
  }
  const others: string[] = [];
  const open: string[] = [];
  for (const name of inside.toSorted()) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found === undefined) continue;
    if (found.uid !== account.uid) others.push(`${name} (${names.user(found.uid)})`);
    if (SECRET_FILES.includes(name) && (found.mode & OPEN_TO_OTHERS) !== 0 && !isShieldedByFolder(await stat(folder)))
      open.push(`${name} (mode ${(found.mode & 0o7777).toString(8)})`);
  }
  if (others.length > 0) {
    return fault(
      id,
      `In ${folder} somebody else has: ${named(others)}. The service runs as ${account.name}.`,
      `\`sudo chown --recursive ${account.name}: ${folder}\``,
    );
  }
  if (open.length > 0) {
    return fault(
      id,
      `Other users of this machine can read in ${folder}: ${named(open)}.`,
      `\`sudo chmod --recursive go-rwx ${folder}\`; then make new tokens, since somebody may have read them.`,
    );
  }
  return ok(id, `All of ${inside.length} entries in ${folder} are the service's own, and its secrets nobody else's.`);
}

/** Who may not enter a folder reads nothing in it, whatever the modes inside say. */
function isShieldedByFolder(folder: { readonly mode: number }): boolean {
  return (folder.mode & 0o007) === 0;
}

/** Whoever may change it decides where money goes. */
async function configCheck(path: string, { account, names }: Mine): Promise<Finding> {
  const id = "home.config";
  const looked = await look(id, path);
  if (looked.kind === "said") {
    return looked.code === "ENOENT" ? ok(id, `There is no ${path}: the defaults are used.`) : looked.check;
  }
  const { found } = looked;
  const folder = await stat(dirname(path));
  const strangers = [
    { what: path, found },
    { what: dirname(path), found: folder },
  ].filter(({ found: { uid, mode } }) => {
    const owner = Number(uid);
    return (owner !== 0 && owner !== account.uid) || (Number(mode) & WRITABLE_BY_OTHERS) !== 0;
  });
  const [stranger] = strangers;
  if (stranger !== undefined) {
    return fault(
      id,
      `${stranger.what} belongs to ${ownerInWords(numbers(stranger.found), names)}: somebody else than root and the service may change what is configured.`,
      `\`sudo chown ${account.name}: ${stranger.what}\` and \`sudo chmod go-w ${stranger.what}\``,
    );
  }
  const seen = `${path} belongs to ${ownerInWords(numbers(found), names)}`;
  if ((await mayRead(path, account)).kind !== "usable") {
    return fault(
      id,
      `${seen}; the service runs as ${accountInWords(account, names)} and cannot read it.`,
      `\`sudo chown ${account.name}: ${path}\`, then start the service again.`,
    );
  }
  return ok(id, `${seen}.`);
}

type Looked =
  | { readonly kind: "found"; readonly found: Found }
  | { readonly kind: "said"; readonly code: string; readonly check: Finding };

async function look(id: string, path: string): Promise<Looked> {
  try {
    return { kind: "found", found: await stat(path) };
  } catch (error) {
    const code = codeOf(error);
    const check =
      code === "ENOENT"
        ? warning(
            id,
            `There is no ${path}: no service has begun here yet.`,
            "Start it; or name the right folder with --home or TILLBRIDGE_HOME.",
          )
        : code === "EACCES"
          ? fault(
              id,
              `${path} may not be looked at by this user: a folder above it is somebody else's.`,
              "Say it as the service's user, or with sudo.",
            )
          : unknown(id, `${path} cannot be looked at: the system says ${code === "" ? String(error) : code}.`);
    return { kind: "said", code, check };
  }
}

function numbers({ uid, gid, mode }: Found) {
  return { uid: Number(uid), gid: Number(gid), mode: Number(mode) };
}

function named(all: readonly string[]): string {
  const rest = all.length - MOST_NAMED;
  return `${all.slice(0, MOST_NAMED).join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}
