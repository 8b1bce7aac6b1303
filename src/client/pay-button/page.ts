import { isLoopback } from "../../core/loopback.ts";
import { PROTOCOL_PATH } from "../../protocol/version.ts";
import { systemClock } from "../clock.ts";
import { DEFAULT_URL } from "../pos-client.ts";
import type { Language } from "./language.ts";
import { createMemory, keeps, type Memory } from "./memory.ts";
import { connectWebSocket, type ConnectSocket } from "../socket.ts";
import { createTills, type Tills } from "./tills.ts";

declare const TILL_PAY_VERSION: string | undefined;

/** By `scripts/build-page.mjs`; not known where somebody bundles the sources himself. */
export const version = typeof TILL_PAY_VERSION === "string" ? TILL_PAY_VERSION : "0";

/** Set while the script runs for the first time, and never again. */
const scriptUrl = scriptUrlOf(document.currentScript);
/** Where the daemon that served this script listens without TLS: there is seen whether it runs, where its wss is not trusted. */
export const plainUrl = scriptUrl?.startsWith("ws:") === true ? scriptUrl : undefined;
const tills = new Map<string, Tills>();
let memory: Memory | undefined;

/** What this origin remembers; undefined where the browser keeps nothing. */
export function pageMemory(): Memory | undefined {
  if (memory !== undefined) return memory;
  try {
    if (keeps(window.localStorage)) memory = createMemory(window.localStorage, Date.now);
  } catch {
    // The browser forbids even to look.
  }
  return memory;
}

/** The page's connection to this daemon, whichever of its buttons asks: one a language, for the daemon's advice comes in it. */
export function pageTills(url: string, kept: Memory, language: Language): Tills {
  const key = `${language} ${url}`;
  const known = tills.get(key) ?? createTills({ url, memory: kept, language, version, clock: systemClock, connect });
  tills.set(key, known);
  return known;
}

/** The daemon that served this script, where it is this machine's; else the one that is usual. */
export function defaultUrl(): string {
  return scriptUrl ?? DEFAULT_URL;
}

/** A page over https that names a daemon without TLS elsewhere gets an exception at once, where others only never connect. */
export const connect: ConnectSocket = (url, listener) => {
  try {
    return connectWebSocket(url, listener);
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    queueMicrotask(() => listener.closed(1006, why));
    return { send: () => {}, close: () => {} };
  }
};

function scriptUrlOf(script: HTMLOrSVGScriptElement | null): string | undefined {
  if (!(script instanceof HTMLScriptElement) || !URL.canParse(script.src)) return undefined;
  const { protocol, hostname, host } = new URL(script.src);
  if (!isLoopback(hostname)) return undefined;
  return `${protocol === "https:" ? "wss" : "ws"}://${host}${PROTOCOL_PATH}`;
}
