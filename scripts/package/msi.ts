import { execFileSync } from "node:child_process";
import { readdirSync, type Dirent } from "node:fs";
import { cp, utimes, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { root } from "../setup.mjs";
import { compileHost, HOST_COMPILER } from "./msi-host.ts";
import { statements, summary } from "./msi-tables.ts";
import { installerVersion, stableUuid, UPGRADE_CODE } from "./msi-identity.ts";

export const MSI_TOOLS = ["wixl", "msibuild", HOST_COMPILER] as const;

export type MsiOrder = {
  readonly version: string;
  /** As `npm run build` made it for win-x64. */
  readonly program: string;
  /** Of everything in it, so that the same sources make the same bytes. */
  readonly sourceDate: Date;
};

const SOURCES = join(root, "installers", "windows");

/**
 * Makes the installer for Windows with wixl.
 *
 * @param work an empty folder, which may be removed afterwards
 * @returns its path
 */
export async function makeMsi(order: MsiOrder, out: string, work: string): Promise<string> {
  const { version, program, sourceDate } = order;
  const place = { host: join(work, "tillbridge-service.exe"), command: join(work, "tillbridge.cmd") };
  compileHost(place.host);
  await cp(join(SOURCES, "tillbridge.cmd"), place.command);
  const folder = join(work, "program");
  await cp(program, folder, { recursive: true });
  for (const path of [place.host, place.command, ...filesBelow(folder)]) await utimes(path, sourceDate, sourceDate);

  const { tree, references } = describe(work, folder, version);
  await writeFile(join(work, "files.wxi"), included(tree));
  await writeFile(join(work, "references.wxi"), included(references));
  const file = join(out, `tillbridge-${version}-x64.msi`);
  const defined = {
    Version: version,
    ProductVersion: installerVersion(version),
    UpgradeCode: UPGRADE_CODE,
    ProductCode: stableUuid(`product ${version}`),
    HostComponent: stableUuid("component tillbridge-service.exe"),
    CommandComponent: stableUuid("component tillbridge.cmd"),
  };
  const defines = Object.entries(defined).flatMap(([name, value]) => ["-D", `${name}=${value}`]);
  await cp(join(SOURCES, "tillbridge.wxs"), join(work, "tillbridge.wxs"));
  const made = join(work, "tillbridge.msi");
  // wixl finds files by names that are relative to where it runs.
  const run = (tool: string, args: readonly string[]) => {
    execFileSync(tool, args, {
      cwd: work,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, TZ: "UTC" },
    });
  };
  run("wixl", ["-a", "x64", ...defines, "-o", made, "tillbridge.wxs"]);
  run("msibuild", [made, ...statements(version).flatMap((statement) => ["-q", statement])]);
  const packageCode = stableUuid(`package ${version} ${sourceDate.toISOString()}`);
  await writeFile(join(work, "summary.idt"), summary(sourceDate, packageCode, version));
  run("msibuild", [made, "-i", "summary.idt"]);
  await cp(made, file);
  return file;
}

type Described = { readonly tree: readonly string[]; readonly references: readonly string[] };

/** The program's folder as the installer's tables want it: each file a component, known by where it lies once installed. */
function describe(work: string, folder: string, version: string): Described {
  const references: string[] = [];
  const tree: string[] = [];
  const identifier = (kind: string, path: string) => `${kind}${stableUuid(`${kind} ${path}`).replaceAll("-", "")}`;
  const walk = (path: string, installed: string) => {
    for (const entry of sorted(path)) {
      const below = join(path, entry.name);
      const place = `${installed}/${entry.name}`;
      if (entry.isDirectory()) {
        tree.push(`<Directory Id="${identifier("d", place)}" Name="${escaped(entry.name)}">`);
        walk(below, place);
        tree.push("</Directory>");
        continue;
      }
      const component = identifier("c", place);
      tree.push(
        `<Component Id="${component}" Guid="${stableUuid(`component ${place}`)}" Win64="yes">`,
        `<File Id="${identifier("f", place)}" Name="${escaped(entry.name)}" Source="${escaped(relative(work, below))}" KeyPath="yes" />`,
        "</Component>",
      );
      references.push(`<ComponentRef Id="${component}" />`);
    }
  };
  const versions = identifier("d", "versions");
  tree.push(`<Directory Id="${versions}" Name="versions">`);
  tree.push(`<Directory Id="${identifier("d", `versions/${version}`)}" Name="${version}">`);
  walk(folder, `versions/${version}`);
  tree.push("</Directory>", "</Directory>");
  return { tree, references };
}

function sorted(folder: string): Dirent[] {
  return readdirSync(folder, { withFileTypes: true }).sort((one, other) => (one.name < other.name ? -1 : 1));
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function included(lines: readonly string[]): string {
  return `<?xml version="1.0" encoding="utf-8"?>\n<Include xmlns="http://schemas.microsoft.com/wix/2006/wi">\n${lines.join("\n")}\n</Include>\n`;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
