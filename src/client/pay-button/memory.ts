import type { TransactionOnWire } from "../../protocol/transaction.ts";
import type { Attempt } from "../payment.ts";
import { newRequestId } from "../request-id.ts";
import type { PosStore, TextStorage } from "../store.ts";

/** `localStorage`, which all tabs of an origin share. */
export type SharedStorage = TextStorage & {
  removeItem(key: string): void;
  key(index: number): string | null;
  readonly length: number;
};

/** Who this origin is at one daemon. Without a token it has to be paired again, under the same name. */
export type Pairing = { readonly pos: string; readonly installation: string; readonly token?: string };

/** An attempt of any tab, and what it belongs to. */
type KeptAttempt = {
  readonly attempt: Attempt;
  readonly binding: string;
  readonly url: string;
  readonly pos: string;
  /** When it was stored, by the wall clock. */
  readonly at: number;
};

/** What survives a reload, a crash and a closed tab. */
export type Memory = {
  pairing(url: string): Pairing | undefined;
  paired(url: string, pos: string, token: string): Pairing;
  /** The token was refused. The name and the installation stay. */
  forgetToken(url: string): void;
  terminal(): string | undefined;
  chooseTerminal(id: string): void;
  forgetTerminal(): void;
  /** To be called before the attempt is stored: what it belongs to. */
  bind(requestId: string, binding: string): void;
  bindingOf(requestId: string): string | undefined;
  attemptsOf(binding: string): readonly KeptAttempt[];
  removeAttempt(requestId: string): void;
  /** An end of which the page was perhaps not told. */
  ended(binding: string, transaction: TransactionOnWire): void;
  untold(binding: string): TransactionOnWire | undefined;
  told(binding: string): void;
  /** For the client: one key an attempt, so that two tabs do not overwrite each other's. */
  store(url: string, pos: string): PosStore;
};

const PREFIX = "tillbridge.";
const PAIRING = `${PREFIX}pos `;
const ATTEMPT = `${PREFIX}attempt `;
const UNTOLD = `${PREFIX}ended `;
const TERMINAL = `${PREFIX}terminal`;
/** Ends that no page came back for; the oldest are forgotten here, never by the daemon. */
const MOST_UNTOLD = 50;

/** Whether it keeps what it is given. A browser's private or blocked storage throws, or forgets at once. */
export function keeps(storage: SharedStorage): boolean {
  try {
    const key = `${PREFIX}try`;
    storage.setItem(key, "kept");
    const kept = storage.getItem(key) === "kept";
    storage.removeItem(key);
    return kept;
  } catch {
    return false;
  }
}

export function createMemory(storage: SharedStorage, now: () => number): Memory {
  const bindings = new Map<string, string>();

  const read = (key: string): unknown => {
    try {
      return JSON.parse(storage.getItem(key) ?? "null");
    } catch {
      return null; // Not ours, or half of it: whatever it was about, the daemon knows.
    }
  };
  const write = (key: string, value: unknown) => storage.setItem(key, JSON.stringify(value));
  const keys = (prefix: string) =>
    Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "").filter((key) =>
      key.startsWith(prefix),
    );

  const kept = (requestId: string) => keptAttempt(read(ATTEMPT + requestId));
  const allKept = () => keys(ATTEMPT).flatMap((key) => keptAttempt(read(key)) ?? []);

  const pairing = (url: string) => pairingIn(read(PAIRING + url));
  const removeAttempt = (requestId: string) => storage.removeItem(ATTEMPT + requestId);
  const bindingOf = (requestId: string) => bindings.get(requestId) ?? kept(requestId)?.binding;

  return {
    pairing,
    paired: (url, pos, token) => {
      const known = { pos, token, installation: pairing(url)?.installation ?? newRequestId() };
      write(PAIRING + url, known);
      return known;
    },
    forgetToken: (url) => {
      const before = pairing(url);
      if (before !== undefined) write(PAIRING + url, { pos: before.pos, installation: before.installation });
    },
    terminal: () => storage.getItem(TERMINAL) ?? undefined,
    chooseTerminal: (id) => storage.setItem(TERMINAL, id),
    forgetTerminal: () => storage.removeItem(TERMINAL),
    bind: (requestId, binding) => void bindings.set(requestId, binding),
    bindingOf,
    attemptsOf: (binding) => allKept().filter((attempt) => attempt.binding === binding),
    removeAttempt,
    ended: (binding, transaction) => {
      const others = keys(UNTOLD).filter((key) => key !== UNTOLD + binding);
      for (const key of others.slice(0, Math.max(0, others.length + 1 - MOST_UNTOLD))) storage.removeItem(key);
      write(UNTOLD + binding, transaction);
    },
    untold: (binding) => {
      const found = read(UNTOLD + binding);
      return isObject(found) && isObject(found["outcome"]) ? (found as TransactionOnWire) : undefined;
    },
    told: (binding) => storage.removeItem(UNTOLD + binding),
    store: (url, pos) => ({
      saveAttempt: (attempt) =>
        write(ATTEMPT + attempt.requestId, {
          attempt,
          binding: bindingOf(attempt.requestId) ?? "",
          url,
          pos,
          at: now(),
        }),
      removeAttempt,
      attempts: () => allKept().flatMap((each) => (each.url === url && each.pos === pos ? each.attempt : [])),
      // None is kept: tabs would share it, and each of them asks for what is true when it begins.
      savePosition: () => {},
      position: () => undefined,
    }),
  };
}

function pairingIn(value: unknown): Pairing | undefined {
  if (!isObject(value)) return undefined;
  const { pos, token, installation } = value;
  if (typeof pos !== "string" || typeof installation !== "string") return undefined;
  return { pos, installation, ...(typeof token === "string" ? { token } : {}) };
}

function keptAttempt(value: unknown): KeptAttempt | undefined {
  if (!isObject(value) || !isObject(value["attempt"])) return undefined;
  const { attempt, binding, url, pos, at } = value;
  const whole = [attempt["requestId"], attempt["terminal"], binding, url, pos].every(
    (text) => typeof text === "string",
  );
  return whole && typeof at === "number" && isObject(attempt["operation"]) ? (value as KeptAttempt) : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
