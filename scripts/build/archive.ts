import { mkdir } from "node:fs/promises";
import { create, extract } from "tar";

/**
 * Some paths of a folder as a compressed archive. The same files make the same bytes: whoever asks says their order and one time
 * for all of them, and nothing of the machine goes in.
 */
export async function packArchive(
  file: string,
  folder: string,
  paths: readonly string[],
  modifiedAt: Date,
): Promise<void> {
  const fixed = { cwd: folder, portable: true, mtime: modifiedAt, noDirRecurse: true, strict: true };
  await create({ ...fixed, file, gzip: { level: 9 } }, [...paths]);
}

/** Unpacks what npm packed and whose sum was checked. A program's package, which anybody may hand over, is opened by `home`. */
export async function unpackChecked(file: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await extract({ file, cwd: folder, strict: true, preserveOwner: false });
}
