import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { kernelPackage, unpackedPackage } from "./packages.ts";

export type Kernel = {
  readonly image: string;
  /** The files of these modules and of all that they need, in the order of loading. */
  moduleFiles(names: readonly string[]): readonly string[];
};

/** Debian's own kernel, as a shop's PC runs it. */
export function debianKernel(): Kernel {
  const root = unpackedPackage(kernelPackage());
  const image = readdirSync(join(root, "boot")).find((file) => file.startsWith("vmlinuz-"));
  if (image === undefined) throw new Error(`there is no kernel in ${root}`);
  const version = image.slice("vmlinuz-".length);
  const isIndexed = existsSync(join(root, "lib", "modules", version, "modules.dep.bin"));
  if (!isIndexed) execFileSync("depmod", ["--basedir", root, version]);
  const filesOf = (name: string): readonly string[] =>
    execFileSync("modprobe", ["--dirname", root, "--set-version", version, "--show-depends", name], {
      encoding: "utf8",
    })
      .split("\n")
      .flatMap((line) => /^insmod (\S+)/.exec(line)?.[1] ?? []);
  return {
    image: join(root, "boot", image),
    moduleFiles: (names) => [...new Set(names.flatMap(filesOf))],
  };
}
