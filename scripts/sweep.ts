// `sweep.ts [--known FILE] DIR...`: looks through everything that a run wrote for card numbers, track data and secrets, in any spelling
// and packing, and ends with 1 where it finds one. FILE is JSON: `{"numbers": [...], "secrets": [{"name", "value"}]}`, what the run used;
// without it numbers are found by what issuers give out, and secrets are those that lie in the folders themselves.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Known } from "./sweep/find.ts";
import { sweepFolder } from "./sweep/folder.ts";

const { values, positionals: folders } = parseArgs({ options: { known: { type: "string" } }, allowPositionals: true });
if (folders.length === 0) {
  console.error("sweep.ts [--known FILE] DIR...");
  process.exit(2);
}

/** What a home folder keeps as secret should be nowhere else. */
function secretsAt(home: string): Known["secrets"] {
  const data = join(home, "data");
  const secrets = join(data, "secrets");
  const files = existsSync(secrets) ? readdirSync(secrets).map((name) => [name, join(secrets, name)] as const) : [];
  const token = [["admin.token", join(data, "admin.token")] as const].filter(([_name, path]) => existsSync(path));
  return [...files, ...token].map(([name, path]) => ({ name, value: readFileSync(path, "utf8") }));
}

const given = values.known === undefined ? undefined : (JSON.parse(readFileSync(values.known, "utf8")) as Known);
const known: Known = {
  numbers: given?.numbers ?? [],
  secrets: [...(given?.secrets ?? []), ...folders.flatMap(secretsAt)],
};
const finds = folders.flatMap((folder) => sweepFolder(folder, known));
for (const { file, place, kind, shown } of finds) console.log(`${file}: ${kind}: ${shown} (${place})`);
console.log(finds.length === 0 ? "Nothing was found." : `${finds.length} found.`);
process.exitCode = finds.length === 0 ? 0 : 1;
