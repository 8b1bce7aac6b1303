/** Why a web page does not reach Tillbridge, told apart where browsers report one opaque error, and what to do about it. */
import { isLoopback } from "../../core/loopback.ts";
import { NotConnected } from "../errors.ts";
import { greet, openSession, type Credentials } from "../session.ts";
import { DEFAULT_URL } from "../pos-client.ts";
import { remedyFor } from "./diagnosis-words.ts";
import { thisPage, type Page } from "./page.ts";

export type DiagnosisOptions = Partial<Credentials> & {
  /** As the program connects: `ws://127.0.0.1:8455/v1` where nothing is said. */
  readonly url?: string;
  /** Where it listens without TLS, if not on its default port: there is seen whether it runs at all. */
  readonly plainUrl?: string;
  /** Of the remedy: `es`, `pt-BR`; the browser's own where nothing is said. */
  readonly language?: string;
  /**
   * `never`, the default: nothing is done that lets the browser ask the user for permission. `now`: it may ask, which is best
   * done when the user has just pressed a button.
   */
  readonly ask?: "never" | "now";
  /** As it opens its sessions: an installation that owns the name of its POS is let in. */
  readonly client?: { readonly name: string; readonly version: string; readonly installation?: string };
  readonly page?: Page;
};

type Finding =
  | { readonly kind: "reachable" }
  /** Nobody answers on the port. */
  | { readonly kind: "daemonNotRunning" }
  /** The browser will ask the user at the first connection. `origin` is the one to be allowed: of the page around all frames. */
  | { readonly kind: "permissionNotAsked"; readonly origin: string }
  /** By the user, or by a policy of the administrator. */
  | { readonly kind: "permissionDenied"; readonly origin: string }
  /** A page that came over http is never permitted. */
  | { readonly kind: "pageNotSecure"; readonly origin: string }
  /** The page is in a frame that does not pass the permission on. */
  | { readonly kind: "frameNotAllowed"; readonly origin: string; readonly allow: string }
  /** The daemon runs, and there is no wss that this browser trusts. */
  | { readonly kind: "certificateNotTrusted" }
  /** Somebody answers whom the page may not read: Tillbridge, or another program on its port. Browsers do not say which. */
  | { readonly kind: "originNotAllowed"; readonly origin: string }
  | { readonly kind: "tokenWrong"; readonly pos: string }
  | {
      readonly kind: "somethingElse";
      readonly what: "pageForbids" | "anotherProgram" | "otherMachine" | "noSocket" | "noSession";
      /** The daemon's own words, where there are some. */
      readonly detail?: string;
    };

/** What is the matter, and in `remedy` what to do, as a text for a person. */
export type Diagnosis = Finding & { readonly remedy: string };

const LIMIT_MS = 5_000;
/** The request waits while the user reads the browser's question. */
const LIMIT_OF_QUESTION_MS = 120_000;

/** The permissions, newest name first. Browsers know one or all of them, or none. */
const FOR_THIS_MACHINE = ["loopback-network", "local-network-access"];
const FOR_OTHER_MACHINES = ["local-network", "local-network-access"];

/** Finds out why this page does not reach Tillbridge. It never asks for a payment. Throws where `url` is none. */
export async function diagnoseConnection(options: DiagnosisOptions = {}): Promise<Diagnosis> {
  const { page = thisPage(), url = DEFAULT_URL } = options;
  const finding = await find({ ...options, page, url });
  const topic = finding.kind === "somethingElse" ? finding.what : finding.kind;
  const facts = { origin: page.origin, url, ...doorOf(url), ...finding };
  return { ...finding, remedy: remedyFor(topic, options.language ?? page.language, facts) };
}

/** Which list lets pages in there, and the command that names the port: `status` knows the plain one alone. */
function doorOf(url: string) {
  const { protocol, hostname } = new URL(url);
  return {
    list: isLoopback(hostname) ? "server.allowedOrigins" : "server.lan.allowedOrigins",
    ports: protocol === "wss:" ? "tillbridge config show" : "tillbridge status",
  };
}

type Case = DiagnosisOptions & { readonly page: Page; readonly url: string };

async function find(known: Case): Promise<Finding> {
  const barrier = await barrierOf(known);
  if (barrier?.kind === "permissionNotAsked") return barrier;
  const knocked = await knock(known);
  // Looked at once more: the user may have said no meanwhile.
  if (knocked !== "answers") return (await barrierOf(known)) ?? knocked;
  return known.token === undefined || known.pos === undefined
    ? openSocket(known)
    : openSessionAs(known, { pos: known.pos, token: known.token });
}

/**
 * What the browser itself says against it. Only an unasked permission ends the search, as no request may be sent then: where a
 * page needs no permission, because it came from this machine, browsers answer `denied` and let it connect all the same.
 */
async function barrierOf({ page, url, ask = "never" }: Case): Promise<Finding | undefined> {
  const toThisMachine = isLoopback(new URL(url).hostname);
  if (toThisMachine && URL.canParse(page.origin) && isLoopback(new URL(page.origin).hostname)) return undefined;
  const names = toThisMachine ? FOR_THIS_MACHINE : FOR_OTHER_MACHINES;
  // A frame has the permission of the page around it, if that page passes it on.
  const origin = page.outerOrigin ?? page.origin;
  const [feature] = names.filter((name) => page.mayUse(name) !== undefined);
  if (feature !== undefined && page.mayUse(feature) === false) {
    if (page.outerOrigin !== undefined) return { kind: "frameNotAllowed", origin, allow: names.join("; ") };
    return { kind: "somethingElse", what: "pageForbids" };
  }
  const state = await firstKnown(names, page);
  if (state === "prompt" && ask === "never") return { kind: "permissionNotAsked", origin };
  if (state !== "denied") return undefined;
  return page.secure ? { kind: "permissionDenied", origin } : { kind: "pageNotSecure", origin };
}

async function firstKnown(names: readonly string[], page: Page) {
  for (const name of names) {
    const state = await page.permission(name);
    if (state !== undefined) return state;
  }
  return undefined;
}

/** Whether Tillbridge answers this page over HTTP, on the port of the socket. */
async function knock({ page, url, plainUrl = DEFAULT_URL, ask }: Case): Promise<"answers" | Finding> {
  const { protocol, hostname } = new URL(url);
  const limitMs = ask === "now" ? LIMIT_OF_QUESTION_MS : LIMIT_MS;
  const health = healthAt(url);
  const read = await page.fetch(health, "cors", limitMs);
  if (read.kind === "answered") return isOurs(read.text, hostname) ? "answers" : somethingElse("anotherProgram");
  if (read.kind === "forbiddenByPage") return somethingElse("pageForbids");
  // Sent without an Origin, so it is answered whatever page asks; the page cannot read it, and sees that somebody is there, not who.
  const heard = await page.fetch(health, "no-cors", limitMs);
  if (heard.kind === "unreadable") return { kind: "originNotAllowed", origin: page.origin };
  if (!isLoopback(hostname)) return somethingElse("otherMachine");
  if (protocol === "ws:") return { kind: "daemonNotRunning" };
  // The plain port tells whether the daemon runs at all.
  const plain = await page.fetch(healthAt(plainUrl), "no-cors", limitMs);
  return plain.kind === "unreadable" ? { kind: "certificateNotTrusted" } : { kind: "daemonNotRunning" };
}

function healthAt(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol === "wss:" ? "https" : "http"}://${host}/health`;
}

/** To other machines the door tells nothing of the daemon's health, and whoever may read that there is nothing is let in. */
function isOurs(text: string, hostname: string): boolean {
  if (!isLoopback(hostname)) return true;
  try {
    return typeof (JSON.parse(text) as { readonly uptimeSeconds?: unknown }).uptimeSeconds === "number";
  } catch {
    return false;
  }
}

async function openSocket({ page, url }: Case): Promise<Finding> {
  try {
    const { channel } = await greet({ url, connect: page.connect, clock: page.clock }, () => {});
    channel.close("a diagnosis is done");
    return { kind: "reachable" };
  } catch (error) {
    if (!(error instanceof NotConnected)) throw error;
    return somethingElse("noSocket", error.message);
  }
}

async function openSessionAs({ page, url, client }: Case, credentials: Credentials): Promise<Finding> {
  try {
    const options = { ...credentials, url, connect: page.connect, clock: page.clock };
    const { channel } = await openSession(client === undefined ? options : { ...options, client });
    channel.close("a diagnosis is done");
    return { kind: "reachable" };
  } catch (error) {
    if (!(error instanceof NotConnected)) throw error;
    const { refusal } = error;
    if (refusal === undefined) return somethingElse("noSocket", error.message);
    if (refusal.reason === "unauthorized") return { kind: "tokenWrong", pos: credentials.pos };
    return somethingElse("noSession", refusal.message);
  }
}

type Other = Extract<Finding, { readonly kind: "somethingElse" }>;

function somethingElse(what: Other["what"], detail?: string): Other {
  return { kind: "somethingElse", what, ...(detail === undefined ? {} : { detail }) };
}
