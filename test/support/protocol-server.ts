import type { TestContext } from "node:test";
import { Secret } from "../../src/core/secret.ts";
import { done } from "../../src/core/errors.ts";
import type { PosRecord, PosRegistry, SecretStore } from "../../src/core/pos.ts";
import type { DiscoveryApi } from "../../src/daemon/api.ts";
import { systemCrypto } from "../../src/daemon/crypto.ts";
import { tokenHash } from "../../src/daemon/server/auth.ts";
import { Intake } from "../../src/daemon/intake.ts";
import type { ServerPorts, ServerSettings } from "../../src/daemon/server/ports.ts";
import { startServer, type Server } from "../../src/daemon/server/server.ts";
import { createFakeTill, type FakeTill } from "./fake-till.ts";
import { createKeptLog, type KeptLog } from "./kept-log.ts";
import { connectProtocol, type ConnectOptions, type Message, type ProtocolClient } from "./protocol-client.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

export const ADMINISTRATOR_TOKEN = "a".repeat(64);
export const TILL_TOKEN = "the token of till-1";

export type TestServer = {
  readonly server: Server;
  readonly till: FakeTill;
  readonly clock: VirtualClock;
  readonly log: KeptLog;
  readonly registry: PosRegistry;
  readonly secrets: ReadonlyMap<string, string>;
  /** At the plain door where no other one is named. */
  connect(options?: ConnectOptions & { readonly url?: string }): Promise<ProtocolClient>;
  /** A socket with a session of `till-1`, or of another POS of the registry that has its token. */
  open(
    params?: Record<string, unknown>,
    options?: ConnectOptions,
  ): Promise<ProtocolClient & { readonly opened: Message }>;
  administrator(): Promise<ProtocolClient>;
};

type Changes = {
  readonly settings?: Partial<ServerSettings>;
  readonly ports?: Partial<ServerPorts>;
  readonly records?: readonly PosRecord[];
};

/** The server on a free port, with everything around it faked, until the test ends. Its clock stands still. */
export async function serveProtocol(t: TestContext, changes: Changes = {}): Promise<TestServer> {
  const clock = createVirtualClock();
  const till = createFakeTill(clock);
  const log = createKeptLog();
  const registry = createMemoryRegistry([tillRecord(), ...(changes.records ?? [])]);
  const { store, values } = createMemorySecrets();
  const server = await startServer(
    {
      clock,
      log,
      crypto: systemCrypto,
      transactions: till.transactions,
      terminals: till.terminals,
      discovery: NOTHING_SEEN,
      events: till.events,
      journal: till.journal,
      journalWorks: () => true,
      intake: new Intake(),
      raise: (alarm, pos) => {
        till.emit({ kind: "alarm", pos, at: "2026-01-02T03:04:05.000Z", alarm });
      },
      registry,
      secrets: store,
      vendors: [{ id: "acme", name: "Acme", links: ["tcp"], settingsSchema: {}, operations: ["sale"] }],
      ...changes.ports,
    },
    {
      host: "127.0.0.1",
      port: 0,
      allowedOrigins: ["https://pos.example.com"],
      administratorToken: new Secret(ADMINISTRATOR_TOKEN),
      version: "0.1.0",
      instance: "I1",
      ...changes.settings,
    },
  );
  const clients: ProtocolClient[] = [];
  t.after(async () => {
    for (const { socket } of clients) socket.terminate();
    await server.close();
  });

  const connect = async ({ url = server.url, ...options }: ConnectOptions & { readonly url?: string } = {}) => {
    const client = await connectProtocol(url, options);
    clients.push(client);
    return client;
  };
  const open = async (params?: Record<string, unknown>, options?: ConnectOptions) => {
    const client = await connect(options);
    const opened = await client.request("session.open", { protocol: 1, pos: "till-1", token: TILL_TOKEN, ...params });
    return { ...client, opened };
  };
  return {
    server,
    till,
    clock,
    log,
    registry,
    secrets: values,
    connect,
    open,
    administrator: () => open({ pos: "cli", token: ADMINISTRATOR_TOKEN }),
  };
}

const NOTHING_SEEN: DiscoveryApi = {
  list: () => done({ sightings: [], notes: [] }),
  scan: async () => done({ sightings: [], notes: [] }),
};

export function tillRecord(changes: Partial<PosRecord> = {}): PosRecord {
  return {
    pos: "till-1",
    scopes: ["status", "pay", "refund"],
    shared: false,
    createdAt: "2026-01-02T03:04:05.000Z",
    tokenHash: tokenHash(systemCrypto, TILL_TOKEN),
    ...changes,
  };
}

function createMemoryRegistry(records: readonly PosRecord[]): PosRegistry {
  const byName = new Map(records.map((record) => [record.pos, record]));
  return {
    list: () => [...byName.values()],
    find: (pos) => byName.get(pos),
    unreadable: () => [],
    save: async (record) => void byName.set(record.pos, record),
    remove: async (pos) => void byName.delete(pos),
  };
}

function createMemorySecrets(): { readonly store: SecretStore; readonly values: ReadonlyMap<string, string> } {
  const values = new Map<string, string>();
  const store: SecretStore = {
    names: async () => [...values.keys()],
    set: async (name, value) => void values.set(name, value),
    remove: async (name) => values.delete(name),
  };
  return { store, values };
}
