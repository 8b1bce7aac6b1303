import { renameSync, rmSync, writeFileSync } from "node:fs";
import { CommandFailure, EXIT } from "./exit.ts";

/**
 * Writes a file that is the caller's own; what is there stays, unless that was said with `--yes`.
 *
 * @throws CommandFailure in words
 */
export function writeNewFile(file: string, content: string | Uint8Array, overwrite: "never" | "yes"): void {
  try {
    if (overwrite === "never") writeFileSync(file, content, OWN);
    else replace(file, content);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    const why =
      error.code === "EEXIST" && overwrite === "never"
        ? "it is there already; with --yes it is written over"
        : whyNot(error.code);
    throw new CommandFailure(EXIT.refused, `${file} was not written: ${why}.`);
  }
}

const OWN = { flag: "wx", mode: 0o600 } as const;

/** Its name alone is taken: where somebody else has laid a link there, what that leads to is not written to. */
function replace(file: string, content: string | Uint8Array): void {
  const next = `${file}.${process.pid}.new`;
  try {
    writeFileSync(next, content, OWN);
    renameSync(next, file);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) rmSync(next, { force: true });
    throw error;
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
