/** How the page gets its token, and where it keeps it. */

/** What came of showing the code. */
export type LoggedIn =
  | { readonly kind: "done"; readonly token: string }
  | { readonly kind: "refused"; readonly why: "wrong" | "tooMany" | "unreachable" };

/** Of a browser's own, which tests have not: their part that is used here. */
type Place = { readonly hash: string; readonly pathname: string };
type Past = { replaceState(data: unknown, unused: string, url: string): void };
type Fetch = (url: string, init: RequestInit) => Promise<Pick<Response, "status" | "json">>;
type Storage = Pick<globalThis.Storage, "getItem" | "setItem" | "removeItem">;

const CODE = /^#login=([A-Za-z0-9_-]{1,128})$/;
const TOKEN_KEY = "tillbridge.page.token";

/** The one-time code in the address, which has left it by then: it is in no history and in no picture of the screen. */
export function takeCode(place: Place, past: Past): string | undefined {
  const code = CODE.exec(place.hash)?.[1];
  if (place.hash.startsWith("#login=")) past.replaceState(null, "", `${place.pathname}#/`);
  return code;
}

export async function exchange(code: string, fetch: Fetch): Promise<LoggedIn> {
  try {
    const answer = await fetch("/login", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ code }),
      credentials: "omit",
      cache: "no-store",
    });
    if (answer.status === 429) return { kind: "refused", why: "tooMany" };
    if (answer.status !== 200) return { kind: "refused", why: "wrong" };
    const { token } = (await answer.json()) as { readonly token?: unknown };
    return typeof token === "string" ? { kind: "done", token } : { kind: "refused", why: "wrong" };
  } catch {
    return { kind: "refused", why: "unreachable" };
  }
}

/**
 * In this tab alone: it outlives a reload and ends with the tab. A cookie would be sent to every port of this machine, also to
 * those that other programs listen on.
 */
export function tokenIn(storage: Storage) {
  return {
    get: () => storage.getItem(TOKEN_KEY) ?? undefined,
    set: (token: string | undefined) => {
      if (token === undefined) storage.removeItem(TOKEN_KEY);
      else storage.setItem(TOKEN_KEY, token);
    },
  };
}
