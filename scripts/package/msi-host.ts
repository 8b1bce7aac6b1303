import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../setup.mjs";

export const HOST_COMPILER = "x86_64-w64-mingw32-gcc";

/** A program without a C library of its own to bring along, and without the time at which it was made. */
const FLAGS = [
  ...["-std=c11", "-Os", "-municode", "-static", "-s"],
  ...["-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wno-missing-field-initializers", "-Werror"],
  ...["-ffunction-sections", "-Wl,--gc-sections", "-Wl,--no-insert-timestamp"],
];

/** Makes the Windows service host of its sources. */
export function compileHost(file: string): void {
  const folder = join(root, "installers", "windows", "host");
  const sources = readdirSync(folder)
    .filter((name) => name.endsWith(".c"))
    .sort();
  // By names alone: no path of this machine gets into the program.
  execFileSync(HOST_COMPILER, [...FLAGS, "-o", file, ...sources, "-ladvapi32"], { cwd: folder, stdio: "inherit" });
}
