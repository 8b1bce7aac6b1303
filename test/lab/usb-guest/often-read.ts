import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

/** The folders with what our programs read as they start: our sources, and the packages that they use. */
export function oftenRead(): readonly string[] {
  const packages = new Set<string>();
  addPackagesOf(ROOT, packages);
  return [join(ROOT, "src"), join(ROOT, "test"), ...packages];
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
