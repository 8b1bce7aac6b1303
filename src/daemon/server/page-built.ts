import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/** A file of the technician's page as it was built. */
export type BuiltFile = {
  readonly kind: "file";
  readonly type: string;
  readonly body: Buffer;
  readonly etag: string;
  /** Its name changes with its content. */
  readonly isImmutable: boolean;
};

const IS_CLONE = import.meta.url.endsWith(".ts");

/** What `scripts/build-page.mjs` wrote: a built program has it beside its code, a clone in its folder `dist`. */
const BUILT = new URL(IS_CLONE ? "../../../dist/page/technician/" : "./page/technician/", import.meta.url);

export const NOT_BUILT = IS_CLONE
  ? "The technician's page was not built: run `npm ci` in the clone, or `node scripts/build-page.mjs`, and load it again."
  : "The technician's page is not there: this program is not whole. Install it again: your data stays.";

/** By the path that a browser asks for. Written by the build beside the files: nothing that is not in it is read. */
type List = Readonly<Record<string, { readonly name: string; readonly type: string; readonly isImmutable: boolean }>>;

/**
 * The file at this path; undefined where no file has it. Read anew each time: the page is open on few days, and what is asked for
 * again a browser has kept.
 */
export async function findPageFile(
  path: string,
  folder: URL = BUILT,
): Promise<BuiltFile | { readonly kind: "notBuilt" } | undefined> {
  try {
    const list = JSON.parse(await readFile(new URL("files.json", folder), "utf8")) as List;
    const listed = Object.hasOwn(list, path) ? list[path] : undefined;
    if (listed === undefined) return undefined;
    const { name, type, isImmutable } = listed;
    const body = await readFile(new URL(name, folder));
    const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
    return { kind: "file", type, body, etag, isImmutable };
  } catch {
    return { kind: "notBuilt" };
  }
}
