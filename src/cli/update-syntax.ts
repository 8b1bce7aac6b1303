import { option, type CommandSyntax } from "./command-syntax.ts";

const update = () => import("./commands/update.ts");

const WAIT = option("--wait <SECONDS>", "for payments that run, 120 where nothing is said");
const LIMIT = option("--limit <SECONDS>", "for the new version to be healthy, 60 where nothing is said");

export const UPDATE: readonly CommandSyntax[] = [
  {
    words: "update check",
    what: "whether an update would interrupt anybody now, and how the last one went",
    isDefault: true,
    load: async () => (await update()).check,
  },
  {
    words: "update apply <FILE>",
    what: "put a package in, or the newest one of a folder; back to the version before where it is not healthy",
    options: [WAIT, LIMIT, option("--downgrade", "although it is older than the version that runs")],
    load: async () => (await update()).apply,
  },
  {
    words: "update deploy <FOLDER>",
    what: "for the system's package manager: put in what it has unpacked",
    isHidden: true,
    options: [WAIT, LIMIT],
    load: async () => (await update()).deploy,
  },
  {
    words: "update preflight",
    what: "for an update: whether this program could run here",
    isHidden: true,
    load: async () => (await update()).preflight,
  },
];
