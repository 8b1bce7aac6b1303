import { constants } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Controls but for line ends and tabs, and what changes the direction of text: a log's line could hold them. */
const UNPRINTABLE = /[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu;

/**
 * The last bytes of a file as text, from the beginning of a line on. Only of a real file: a link in a folder that the service may write to
 * could stand for any file of the machine.
 */
export async function tailOf(
  path: string,
  mostBytes: number,
): Promise<{ readonly text: string; readonly cut: number }> {
  // What Windows does not have is undefined there, and counts as nothing.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const about = await file.stat();
    if (!about.isFile()) throw new Error("it is no ordinary file");
    const from = Math.max(0, about.size - mostBytes);
    const bytes = Buffer.alloc(Math.min(about.size, mostBytes));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    const whole = bytes.subarray(0, bytesRead).toString("utf8").replaceAll("\r\n", "\n");
    const text = from === 0 ? whole : whole.slice(whole.indexOf("\n") + 1);
    return { text: text.replace(UNPRINTABLE, "\u{FFFD}"), cut: from };
  } finally {
    await file.close();
  }
}

/** Names in a folder that match, the last in the alphabet first; none where there is no folder. */
export async function namesIn(folder: string, pattern: RegExp): Promise<readonly string[]> {
  try {
    return (await readdir(folder))
      .filter((name) => pattern.test(name))
      .toSorted()
      .toReversed();
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return [];
    throw error;
  }
}

/** Every file of a folder, whole, as text; for what is looked for in others. */
export async function contentsOf(folder: string, mostBytes: number): Promise<readonly string[]> {
  const names = await namesIn(folder, /^[^.]/);
  return Promise.all(names.map(async (name) => (await tailOf(join(folder, name), mostBytes)).text));
}
