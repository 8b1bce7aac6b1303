import type { Clock } from "../../core/ports.ts";
import { systemClock } from "../clock.ts";
import { connectWebSocket, type ConnectSocket } from "../socket.ts";

export type PermissionState = "granted" | "prompt" | "denied";

/** What became of a request: that is all that a browser tells of one to another origin. */
export type Fetched =
  | { readonly kind: "answered"; readonly text: string }
  /** Somebody answered, and the page may not read what. */
  | { readonly kind: "unreadable" }
  /** The page's own Content-Security-Policy has stopped it. */
  | { readonly kind: "forbiddenByPage" }
  /** Nobody there, not trusted, not permitted: browsers do not say which. */
  | { readonly kind: "failed" };

/** The browser as a diagnosis sees it. A port, so that tests need none. */
export type Page = {
  readonly origin: string;
  /** Of the page around all frames, where this one is in a frame of another origin; undefined where it is in none. */
  readonly outerOrigin: string | undefined;
  /** Whether it came over https, or from this machine. */
  readonly secure: boolean;
  readonly language: string;
  /** Undefined where the browser knows no such permission. */
  permission(name: string): Promise<PermissionState | undefined>;
  /** Whether its frame, or the header of its server, lets it use this; undefined where the browser does not tell. */
  mayUse(feature: string): boolean | undefined;
  fetch(url: string, mode: "cors" | "no-cors", limitMs: number): Promise<Fetched>;
  readonly connect: ConnectSocket;
  readonly clock: Clock;
};

/**
 * As much of a browser as is needed here. This file is also compiled for Node, whose types have none of it, and TypeScript's own
 * lack what only Chromium has.
 */
type Browser = {
  readonly origin: string;
  readonly parent: unknown;
  readonly window: unknown;
  readonly isSecureContext: boolean;
  readonly location: { readonly ancestorOrigins?: ArrayLike<string> };
  readonly navigator: {
    readonly language: string;
    readonly permissions?: { query(wanted: { readonly name: string }): Promise<{ readonly state: PermissionState }> };
  };
  readonly document: {
    readonly referrer: string;
    readonly featurePolicy?: FeaturePolicy;
    readonly permissionsPolicy?: FeaturePolicy;
    addEventListener(type: "securitypolicyviolation", listener: PolicyListener): void;
    removeEventListener(type: "securitypolicyviolation", listener: PolicyListener): void;
  };
};

const POLICY_EVENT_MS = 50;

type FeaturePolicy = { features(): readonly string[]; allowsFeature(name: string): boolean };
type PolicyListener = (violation: { readonly blockedURI: string }) => void;

/** The page in which this code runs. */
export function thisPage(): Page {
  const browser = globalThis as unknown as Browser;
  const { document, navigator } = browser;
  const policy = document.permissionsPolicy ?? document.featurePolicy;
  return {
    origin: browser.origin,
    outerOrigin: outerOriginOf(browser),
    secure: browser.isSecureContext,
    language: navigator.language,
    permission: async (name) => {
      try {
        return (await navigator.permissions?.query({ name }))?.state;
      } catch {
        return undefined; // A name that this browser does not know.
      }
    },
    mayUse: (feature) => (policy?.features().includes(feature) === true ? policy.allowsFeature(feature) : undefined),
    fetch: (url, mode, limitMs) => fetchFrom(document, url, mode, limitMs),
    connect: connectWebSocket,
    clock: systemClock,
  };
}

function outerOriginOf({ parent, window, location, document, origin }: Browser): string | undefined {
  if (parent === window) return undefined;
  const { ancestorOrigins } = location;
  // Not every Firefox has such a list; whose page has put this one there is the next best.
  const outer = ancestorOrigins?.[ancestorOrigins.length - 1] ?? originOf(document.referrer);
  return outer === origin ? undefined : outer;
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

async function fetchFrom(
  document: Browser["document"],
  url: string,
  mode: "cors" | "no-cors",
  limitMs: number,
): Promise<Fetched> {
  let kind: "failed" | "forbiddenByPage" = "failed";
  const notice: PolicyListener = ({ blockedURI }) => {
    if (blockedURI !== "" && url.startsWith(blockedURI)) kind = "forbiddenByPage";
  };
  document.addEventListener("securitypolicyviolation", notice);
  try {
    const signal = AbortSignal.timeout(limitMs);
    const answer = await fetch(url, { mode, cache: "no-store", credentials: "omit", signal });
    return answer.type === "opaque" ? { kind: "unreadable" } : { kind: "answered", text: await answer.text() };
  } catch {
    // The browser tells the page of its own policy a moment after the request has failed.
    await new Promise<void>((resolve) => void systemClock.after(POLICY_EVENT_MS, resolve));
    return { kind };
  } finally {
    document.removeEventListener("securitypolicyviolation", notice);
  }
}
