import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { strippedCopy } from "../guest/stripped.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/**
 * The folders with what our programs read as they start: our sources, without types, and the packages that they use.
 *
 * @param strippedFolder where the sources without types are put
 */
export function oftenRead(strippedFolder: string): readonly { readonly from: string; readonly to: string }[] {
  const packages = new Set<string>();
  addPackagesOf(ROOT, packages);
  const sources = ["src", "test", "scripts"].map((name) => {
    const from = join(strippedFolder, name);
    strippedCopy(join(ROOT, name), from);
    return { from, to: join(ROOT, name) };
  });
  return [...sources, ...[...packages].map((path) => ({ from: path, to: path }))];
}

function addPackagesOf(folder: string, packages: Set<string>): void {
  const manifest = readFileSync(join(folder, "package.json"), "utf8");
  const { dependencies = {} } = JSON.parse(manifest) as { readonly dependencies?: Readonly<Record<string, string>> };
  for (const name of Object.keys(dependencies)) {
    const found = join(ROOT, "node_modules", name);
    // One that lies in the folder of another comes with that one.
    if (packages.has(found) || !existsSync(found)) continue;
    packages.add(found);
    addPackagesOf(found, packages);
  }
}
