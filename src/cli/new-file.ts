import { writeFileSync } from "node:fs";
import { CommandFailure, EXIT } from "./exit.ts";

/**
 * Writes a file that is the caller's own; what is there stays, unless that was said with `--yes`.
 *
 * @throws CommandFailure in words
 */
export function writeNewFile(file: string, content: string | Uint8Array, overwrite: "never" | "yes"): void {
  try {
    writeFileSync(file, content, { flag: overwrite === "yes" ? "w" : "wx", mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    const why = error.code === "EEXIST" ? "it is there already; with --yes it is written over" : whyNot(error.code);
    throw new CommandFailure(EXIT.refused, `${file} was not written: ${why}.`);
  }
}

function whyNot(code: unknown): string {
  switch (code) {
    case "ENOENT":
      return "there is no such folder";
    case "EACCES":
    case "EPERM":
    case "EROFS":
      return "this user may not write there";
    case "ENOSPC":
    case "EDQUOT":
      return "the disk is full";
    case "EISDIR":
      return "it is a folder";
    default:
      return `the system says ${String(code)}`;
  }
}
