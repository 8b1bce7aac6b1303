import { Secret } from "../../src/core/secret.ts";
import { done } from "../../src/core/errors.ts";
import type { PosRecord, PosRegistry } from "../../src/core/pos.ts";
import { systemCrypto } from "../../src/daemon/crypto.ts";
import type { Arrival } from "../../src/daemon/server/arrival.ts";
import type { ServerPorts } from "../../src/daemon/server/ports.ts";
import type { AuditEntry } from "../../src/journal/journal.ts";
import { Intake } from "../../src/daemon/intake.ts";
import { openReception, type Reception } from "../../src/daemon/server/reception.ts";
import { createFakeTill, type FakeTill } from "./fake-till.ts";
import { createKeptLog, type KeptLog } from "./kept-log.ts";
import type { Message } from "./protocol-client.ts";
import { ADMINISTRATOR_TOKEN, TILL_TOKEN, tillRecord } from "./protocol-server.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

export const HERE: Arrival = { origin: undefined, from: "thisMachine" };
export const LAN: Arrival = { origin: undefined, from: "lan" };

/** Somebody at a socket that is no network: what he is told is there at once, when the clock stands still. */
export type Visitor = {
  readonly replies: readonly Message[];
  /** The close code, once it was closed. */
  readonly closed: number | undefined;
  /** Answers the id. */
  ask(method: string, params?: unknown): number;
  /** Asks, and lets everything come to rest. Undefined where there is no answer yet. */
  request(method: string, params?: unknown): Promise<Message | undefined>;
  open(pos?: string, token?: string): Promise<Message | undefined>;
  hangUp(): void;
};

export type Counter = {
  readonly reception: Reception;
  readonly till: FakeTill;
  readonly clock: VirtualClock;
  readonly log: KeptLog;
  readonly registry: PosRegistry;
  arrive(arrival?: Arrival): Visitor;
};

const NORMAL = 1000;
const CUT = 1006;
const OWN_ORIGIN = "http://127.0.0.1:8455";

/** All that stands behind the doors, without doors: in memory, and under virtual time. */
export function openCounter(records: readonly PosRecord[] = [tillRecord()], ports: Partial<ServerPorts> = {}): Counter {
  const clock = createVirtualClock();
  const till = createFakeTill(clock);
  const log = createKeptLog();
  const byName = new Map(records.map((record) => [record.pos, record]));
  const registry: PosRegistry = {
    list: () => [...byName.values()],
    find: (pos) => byName.get(pos),
    unreadable: () => [],
    save: async (record) => void byName.set(record.pos, record),
    remove: async (pos) => void byName.delete(pos),
  };
  const reception = openReception(
    {
      clock,
      log,
      crypto: systemCrypto,
      transactions: till.transactions,
      terminals: till.terminals,
      discovery: {
        list: () => done({ sightings: [], notes: [] }),
        scan: async () => done({ sightings: [], notes: [] }),
      },
      events: till.events,
      journal: till.journal,
      journalWorks: () => true,
      intake: new Intake(),
      raise: () => undefined,
      registry,
      secrets: { names: async () => [], set: async () => undefined, remove: async () => true },
      vendors: [],
      ...ports,
    },
    {
      host: "127.0.0.1",
      port: 0,
      allowedOrigins: [],
      administratorToken: new Secret(ADMINISTRATOR_TOKEN),
      version: "0.1.0",
      instance: "I1",
    },
    { ownOrigins: [OWN_ORIGIN], certificate: { reload: () => Promise.resolve(undefined) }, openDoors: () => [] },
  );
  return { reception, till, clock, log, registry, arrive: (arrival = HERE) => visitorOf(reception, clock, arrival) };
}

function visitorOf(reception: Reception, clock: VirtualClock, arrival: Arrival): Visitor {
  const replies: Message[] = [];
  let closed: number | undefined;
  let lastId = 0;
  const connection = reception.admit(
    {
      unreadBytes: 0,
      send: (text) => void replies.push(JSON.parse(text) as Message),
      flushed: () => Promise.resolve(),
      ping: () => undefined,
      pause: () => undefined,
      resume: () => undefined,
      close: (code) => void (closed ??= code),
      terminate: () => {
        closed ??= CUT;
        connection.closed(CUT);
      },
    },
    arrival,
  );
  const ask = (method: string, params: unknown = {}) => {
    const id = (lastId += 1);
    connection.received(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    return id;
  };
  const request = async (method: string, params?: unknown) => {
    const id = ask(method, params);
    // The journal in memory answers in turns of the event loop.
    for (let turns = 0; turns < 10; turns += 1) await clock.settle();
    return replies.find((reply) => reply.id === id);
  };
  return {
    replies,
    get closed() {
      return closed;
    },
    ask,
    request,
    open: (pos = "till-1", token = TILL_TOKEN) => request("session.open", { protocol: 1, pos, token }),
    hangUp: () => connection.closed(NORMAL),
  };
}

/** What is written into the audit, with events that can be held back: a session that is being opened waits for them. */
export function journalWithAudit() {
  const entries: AuditEntry[] = [];
  let held: PromiseWithResolvers<undefined> | undefined;
  const journal = {
    audit: async (entry: AuditEntry) => void entries.push(entry),
    keptAfter: async () => [],
    lastSeq: async () => {
      await held?.promise;
      return 0;
    },
  };
  return {
    entries,
    journal,
    hold: () => void (held = Promise.withResolvers()),
    release: () => held?.resolve(undefined),
  };
}

/** The wire of the terminals, as a test tells it. */
export function scriptedRecorder() {
  const listeners = new Set<(terminal: string, entry: { readonly sent: string }) => unknown>();
  return {
    trace: (terminal: string, entry: { readonly sent: string }) => {
      for (const listener of listeners) listener(terminal, entry);
    },
    recorder: {
      listen: (
        _terminal: string | undefined,
        listener: (terminal: string, entry: { readonly sent: string }) => unknown,
      ) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      page: () => Promise.resolve({ entries: [], missing: 0 }),
    },
  };
}
