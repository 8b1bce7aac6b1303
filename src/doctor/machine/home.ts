import { readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { HomePaths } from "../../home/paths.ts";
import { codeOf } from "../../home/store.ts";
import { asItIs, fault, ok, unknown, warning, type Examination, type Finding, type Said } from "../check.ts";
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
  if (!found.isDirectory())
    return fault(
      id,
      ({ home: words }) => words.noFolder(path),
      ({ home: words }) => words.moveAway,
    );
  const owner = ownerInWords(numbers(found), names);
  if (Number(found.uid) !== account.uid || (await mayReadAndWrite(path, account)).kind !== "usable") {
    return fault(
      id,
      (words) => words.home.another(path, owner(words), accountInWords(account, names)(words)),
      ({ home: words }) => words.giveBack(account.name, path),
    );
  }
  if ((Number(found.mode) & WRITABLE_BY_OTHERS) !== 0)
    return fault(id, (words) => words.home.writable(path, owner(words)), asItIs(`\`sudo chmod go-w ${path}\``));
  return ok(id, (words) => words.home.belongs(path, owner(words)));
}

/** One level deep: what root made there by hand the service cannot change, and what others can read is no secret. */
async function contentsCheck(folder: string, { account, names }: Mine): Promise<Finding> {
  const id = "home.secrets";
  let inside: readonly string[];
  try {
    inside = await readdir(folder);
  } catch (error) {
    return codeOf(error) === "ENOENT"
      ? ok(id, ({ home: words }) => words.empty(folder))
      : unknown(id, ({ home: words }) => words.notListed(folder, codeOf(error)));
  }
  const others: Said[] = [];
  const open: Said[] = [];
  for (const name of inside.toSorted()) {
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found === undefined) continue;
    if (found.uid !== account.uid) others.push(asItIs(`${name} (${names.user(found.uid)})`));
    if (SECRET_FILES.includes(name) && (found.mode & OPEN_TO_OTHERS) !== 0 && !isShieldedByFolder(await stat(folder)))
      open.push(({ home: words }) => words.withMode(name, (found.mode & 0o7777).toString(8)));
  }
  if (others.length > 0) {
    return fault(
      id,
      (words) => words.home.strangers(folder, named(others)(words), account.name),
      asItIs(`\`sudo chown --recursive ${account.name}: ${folder}\``),
    );
  }
  if (open.length > 0) {
    return fault(
      id,
      (words) => words.home.readable(folder, named(open)(words)),
      ({ home: words }) => words.shut(folder),
    );
  }
  return ok(id, ({ home: words }) => words.own(inside.length, folder));
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
    return looked.code === "ENOENT" ? ok(id, ({ home: words }) => words.defaults(path)) : looked.check;
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
    const { what } = stranger;
    return fault(
      id,
      (words) => words.home.changeable(what, ownerInWords(numbers(stranger.found), names)(words)),
      ({ home: words }) => words.takeBack(account.name, what),
    );
  }
  const owner = ownerInWords(numbers(found), names);
  if ((await mayRead(path, account)).kind !== "usable") {
    return fault(
      id,
      (words) => words.home.unreadable(path, owner(words), accountInWords(account, names)(words)),
      ({ home: words }) => words.giveFile(account.name, path),
    );
  }
  return ok(id, (words) => words.home.belongs(path, owner(words)));
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
            ({ home: words }) => words.notBegun(path),
            ({ home: words }) => words.begin,
          )
        : code === "EACCES"
          ? fault(
              id,
              ({ home: words }) => words.hidden(path),
              ({ home: words }) => words.sayAsService,
            )
          : unknown(id, ({ home: words }) => words.notSeen(path, code === "" ? String(error) : code));
    return { kind: "said", code, check };
  }
}

function numbers({ uid, gid, mode }: Found) {
  return { uid: Number(uid), gid: Number(gid), mode: Number(mode) };
}

function named(all: readonly Said[]): Said {
  const rest = all.length - MOST_NAMED;
  return (words) => {
    const first = all
      .slice(0, MOST_NAMED)
      .map((each) => each(words))
      .join(", ");
    return rest > 0 ? words.home.andMore(first, rest) : first;
  };
}
