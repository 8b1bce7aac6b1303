import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";

/** A file of the built browser code, or why it is not there. */
export type PageFile = {
  readonly status: 200 | 404;
  readonly type: string;
  readonly body: Buffer;
  /** Of the body; absent where there is no file. */
  readonly etag?: string;
};

const IS_CLONE = import.meta.url.endsWith(".ts");

/** What `scripts/build-page.mjs` wrote: a built program has it beside its code, a clone in its folder `dist`. */
const BUILT = new URL(IS_CLONE ? "../../../dist/page/" : "./page/", import.meta.url);

const WHAT_TO_DO = IS_CLONE
  ? "run `npm ci` in the clone, or `node scripts/build-page.mjs`, and ask again"
  : "this program is not whole. Install it again: your data stays";

/** By path. Nothing else is read, whatever a request asks for. */
const FILES: Readonly<Record<string, { readonly name: string; readonly type: string }>> = {
  "/till-pay.js": { name: "till-pay.js", type: "text/javascript" },
};

/** Read once: what the daemon serves is of its own version for as long as it runs. */
const kept = new Map<string, PageFile>();

/** The file at this path; undefined where no file has it, and a 404 that says what to do where it was not built. */
export async function pageFile(path: string, folder: URL = BUILT): Promise<PageFile | undefined> {
  const file = Object.hasOwn(FILES, path) ? FILES[path] : undefined;
  if (file === undefined) return undefined;
  const url = new URL(file.name, folder);
  const known = kept.get(url.href);
  if (known !== undefined) return known;
  try {
    const body = await readFile(url);
    const etag = `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"`;
    const found: PageFile = { status: 200, type: file.type, body, etag };
    kept.set(url.href, found);
    return found;
  } catch {
    const why = `${file.name} ${IS_CLONE ? "was not built" : "is not there"}: ${WHAT_TO_DO}.`;
    return { status: 404, type: "text/plain", body: Buffer.from(`${why}\n`) };
  }
}

/** Answers a GET or HEAD with a page's file. Any page may load it: it holds no secret, and pairing decides who may pay. */
export function answerPageFile(request: IncomingMessage, response: ServerResponse, file: PageFile): void {
  const headers = {
    "Content-Type": `${file.type}; charset=utf-8`,
    // A page of another origin loads it with a script element, also where it is isolated by COEP.
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
    // Asked for again at each load of the page, so that a new version of the daemon brings its own.
    "Cache-Control": file.etag === undefined ? "no-store" : "no-cache",
    ...(file.etag === undefined ? {} : { ETag: file.etag }),
  };
  if (file.etag !== undefined && request.headers["if-none-match"] === file.etag) {
    response.writeHead(304, headers);
    response.end();
    return;
  }
  response.writeHead(file.status, { ...headers, "Content-Length": file.body.length });
  response.end(request.method === "HEAD" ? undefined : file.body);
}
