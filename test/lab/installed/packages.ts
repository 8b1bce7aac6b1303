import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Where one version lies: its program folder, and its packages. */
type Packages = { readonly program: string; readonly deb: string; readonly rpm: string };

/** As `npm run build` and `npm run package` make it, except for the time that they take to make it small. */
export function packagesOf(
  version: string,
  folder: string,
  formats: readonly ("deb" | "rpm")[],
  buildOptions: readonly string[] = [],
): Packages {
  const program = join(folder, "linux-x64", `tillbridge-${version}`);
  if (!existsSync(program)) {
    run("build.ts", [
      "--platform",
      "linux-x64",
      "--no-archive",
      "--version",
      version,
      "--out",
      folder,
      ...buildOptions,
    ]);
  }
  return packed(version, folder, formats);
}

/** One whose scripts are right and whose program is empty, for what is refused before it is looked at. */
export function emptyPackage(version: string, folder: string, of: Packages): string {
  const program = join(folder, "linux-x64", `tillbridge-${version}`);
  mkdirSync(program, { recursive: true });
  for (const name of ["service", "LICENSE"]) cpSync(join(of.program, name), join(program, name), { recursive: true });
  writeFileSync(join(program, "program.json"), "{}\n");
  return packed(version, folder, ["deb"]).deb;
}

function packed(version: string, folder: string, formats: readonly string[]): Packages {
  const wanted = formats.flatMap((format) => ["--format", format]);
  run("package.ts", ["--platform", "linux-x64", "--version", version, "--dist", folder, "--fast", ...wanted]);
  return {
    program: join(folder, "linux-x64", `tillbridge-${version}`),
    deb: join(folder, `tillbridge_${version}_amd64.deb`),
    rpm: join(folder, `tillbridge-${version}-1.x86_64.rpm`),
  };
}

function run(script: string, args: readonly string[]): void {
  execFileSync(process.execPath, [join(ROOT, "scripts", script), ...args], { stdio: ["ignore", "ignore", "inherit"] });
}
