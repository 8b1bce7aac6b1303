import { createMemory, type Memory, type SharedStorage } from "../../../src/client/pay-button/memory.ts";
import { readOrder, type Asked } from "../../../src/client/pay-button/order.ts";
import type { PayEvent } from "../../../src/client/pay-button/flow-ports.ts";
import { Flow } from "../../../src/client/pay-button/flow.ts";
import { whyNoTerminal } from "../../../src/client/pay-button/terminal-choice.ts";
import { createTills } from "../../../src/client/pay-button/tills.ts";
import { wordsIn } from "../../../src/client/pay-button/wording.ts";
import { createFakeDaemon, FAKE_POS, FAKE_TOKEN, socketsTo, type FakeDaemon } from "../../support/fake-daemon.ts";
import { createVirtualClock } from "../../support/virtual-clock.ts";

export const URL = "ws://127.0.0.1:8455/v1";
export const SALE: Asked = { amount: "12.50", currency: "EUR", terminal: "counter-1", order: "A-1001" };

/** What the tabs of an origin share. */
export function emptyStorage(): SharedStorage & { readonly texts: Map<string, string> } {
  const texts = new Map<string, string>();
  return {
    texts,
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, value) => void texts.set(key, value),
    removeItem: (key) => void texts.delete(key),
    key: (index) => [...texts.keys()][index] ?? null,
    get length() {
      return texts.size;
    },
  };
}

export type TabOptions = {
  readonly daemon?: FakeDaemon;
  readonly storage?: SharedStorage;
  readonly asked?: Asked;
  readonly paired?: boolean;
  readonly askPairing?: (memory: Memory, again: boolean) => "paired" | "dismissed";
  /** Whether the service runs, asked at each attempt to connect. */
  readonly isUp?: () => boolean;
  readonly diagnosing?: () => Promise<undefined>;
  readonly askTerminal?: (ids: readonly string[]) => string | undefined;
};

/** One load of a page with one button on it, without a browser. */
export async function openTab(options: TabOptions = {}) {
  const { daemon = listing(createFakeDaemon()), storage = emptyStorage(), asked = SALE, paired = true } = options;
  const clock = createVirtualClock();
  const memory = createMemory(storage, clock.now);
  if (paired) memory.paired(URL, FAKE_POS, FAKE_TOKEN);
  const events: PayEvent[] = [];
  const states: string[] = [];
  const pairings: boolean[] = [];
  const tills = createTills({
    url: URL,
    memory,
    language: "en",
    version: "1",
    clock,
    connect: (url, listener) => {
      if (options.isUp?.() !== false) return socketsTo(daemon)(url, listener);
      queueMicrotask(() => listener.closed(1006, ""));
      return { send: () => {}, close: () => {} };
    },
    random: () => 0.5,
  });
  const flow = new Flow({
    url: URL,
    place: "/#",
    now: clock.now,
    memory,
    tills,
    askPairing: async (again) => {
      pairings.push(again);
      return options.askPairing?.(memory, again) ?? "dismissed";
    },
    askTerminal: async (terminals) => options.askTerminal?.(terminals.map(({ id }) => id)),
    whyNoTerminal: (terminals, of) => whyNoTerminal(wordsIn("en"), terminals, of),
    diagnose: async (why) => {
      await options.diagnosing?.();
      return { reason: "daemonNotRunning", why, remedy: "Start it." };
    },
    show: ({ kind }) => void states.push(kind),
    emit: (event) => void events.push(event),
    isThere: () => true,
  });
  flow.ask(readOrder(asked));
  await clock.settle();
  return {
    flow,
    daemon,
    storage,
    memory,
    clock,
    events,
    states,
    pairings,
    ask: (now: Asked) => flow.ask(readOrder(now)),
  };
}

/** A daemon that lists by reference, newest first, as the real one does. */
export function listing(daemon: FakeDaemon): FakeDaemon {
  daemon.answers.set("transactions.list", ({ reference }) => ({
    transactions: daemon.stored
      .filter(({ operation }) => reference === undefined || operation.reference === reference)
      .toReversed(),
  }));
  daemon.answers.set("diagnostics.health", () => ({ journal: { id: daemon.journal, state: "ok" } }));
  return daemon;
}

export const starts = (daemon: FakeDaemon) => daemon.requests.filter(({ method }) => method === "transactions.start");
