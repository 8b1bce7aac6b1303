// `npm run package`: makes the installers of what `npm run build` made. The same folders make the same bytes.
//   --format F    deb, rpm or msi; more than once for more. Without: all that this machine has the tools for
//   --platform P  linux-x64, linux-arm64 or win-x64; more than once for more. Without: all that were built
//   --version V   another version than package.json's
//   --dist DIR    another folder than `dist`: where the program folders lie, and where the installers go
//   --fast        larger ones, made in seconds, for trying things out
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import packageDescription from "../package.json" with { type: "json" };
import { FORMATS, type Format } from "./package/formats.ts";
import { root } from "./setup.mjs";
import { tellHelp } from "./head-comment.ts";

const { values } = parseArgs({
  options: {
    format: { type: "string", multiple: true },
    platform: { type: "string", multiple: true },
    version: { type: "string", default: packageDescription.version },
    dist: { type: "string", default: join(root, "dist") },
    fast: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) tellHelp(import.meta.filename);

const dist = resolve(values.dist);
let made = 0;
for (const format of formatsOf(values.format)) {
  for (const platform of Object.keys(format.platforms)) {
    if (values.platform !== undefined && !values.platform.includes(platform)) continue;
    const program = join(dist, platform, `tillbridge-${values.version}`);
    if (!existsSync(program)) {
      console.log(`${format.name} for ${platform}: not made, for there is no ${program}. \`npm run build\` makes it.`);
      continue;
    }
    const tool = format.tools.find((name) => !isThere(name));
    if (tool !== undefined) {
      console.log(`${format.name} for ${platform}: not made, for this machine has no ${tool}.`);
      process.exitCode = values.format === undefined ? process.exitCode : 1;
      continue;
    }
    const work = await mkdtemp(join(tmpdir(), "tillbridge-package-"));
    try {
      const file = await format.make({
        platform,
        version: values.version,
        program,
        sourceDate: sourceDate(),
        compression: values.fast ? "fast" : "small",
        out: dist,
        work,
      });
      made += 1;
      console.log(`${file}: ${((await stat(file)).size / 1_000_000).toFixed(1)} MB`);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  }
}
if (made === 0) {
  console.error("No package was made.");
  process.exitCode = 1;
}

function formatsOf(names: readonly string[] | undefined): readonly Format[] {
  if (names === undefined) return FORMATS;
  return names.map((wanted) => {
    const format = FORMATS.find(({ name }) => name === wanted);
    if (format !== undefined) return format;
    throw new Error(`There is no format ${wanted}. There are ${FORMATS.map(({ name }) => name).join(", ")}.`);
  });
}

function isThere(program: string): boolean {
  return (process.env.PATH ?? "").split(":").some((folder) => existsSync(join(folder, program)));
}

/** The time of everything in a package: what the builder says, else the commit's. */
function sourceDate(): Date {
  const said = process.env.SOURCE_DATE_EPOCH;
  const seconds = said ?? execFileSync("git", ["log", "-1", "--format=%ct"], { cwd: root, encoding: "utf8" });
  return new Date(Number(seconds) * 1_000);
}
