import { cpSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Preloaded by a program of the guest: a `.ts` file is JavaScript already. */
export const STRIPPED_HOOK = fileURLToPath(new URL("stripped-hook.mjs", import.meta.url));

/**
 * A copy of a folder of sources whose types are taken out already. The runtime takes them out with a WebAssembly program, file by
 * file at each start: under emulation that is most of a start, and one in five of these compilers ends the process
 * (`Check failed: it->second.Size() > offset`, never seen on a real processor).
 */
export function strippedCopy(folder: string, copy: string): void {
  cpSync(folder, copy, { recursive: true });
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(".ts")) continue;
    const path = join(copy, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, stripTypeScriptTypes(readFileSync(join(folder, name), "utf8")));
  }
}
