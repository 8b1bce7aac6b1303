import { Secret } from "../../src/core/secret.ts";
import type { ConnectSocket } from "../../src/client/socket.ts";
import { done } from "../../src/core/errors.ts";
import type { PosRecord, PosRegistry } from "../../src/core/pos.ts";
import { tokenHash } from "../../src/daemon/server/auth.ts";
import { openReception, type Reception } from "../../src/daemon/server/reception.ts";
import type { Till } from "../../src/daemon/till.ts";
import type { MemoryJournal } from "../support/memory-journal.ts";
import { MemorySockets } from "../support/memory-socket.ts";
import type { ProcessLife } from "../support/process-life.ts";
import type { World } from "../support/world.ts";

export const POS_PROGRAMS = ["till-1", "till-2", "till-3"] as const;

const NEVER_SEEN = {
  list: () => done({ sightings: [], notes: [] }),
  scan: async () => done({ sightings: [], notes: [] }),
};
const NO_DOORS = { ownOrigins: [], certificate: { reload: () => Promise.resolve(undefined) }, openDoors: () => [] };

const SETTINGS = {
  host: "127.0.0.1",
  port: 0,
  allowedOrigins: [],
  administratorToken: new Secret("a".repeat(64)),
  version: "0.1.0",
  instance: "I1",
};

/** The daemon's sockets, at which its POS programs stand. */
export class CounterSide {
  readonly #sockets: MemorySockets;
  readonly #world: World;
  #reception: { readonly reception: Reception; readonly daemon: ProcessLife } | undefined;

  constructor(world: World) {
    this.#world = world;
    this.#sockets = new MemorySockets(world.clock, (socket) => {
      const { reception, daemon } = this.#reception ?? {};
      if (reception === undefined || daemon === undefined || daemon.isOver) return undefined;
      return { connection: reception.admit(socket, { origin: undefined, from: "thisMachine" }), daemon };
    });
  }

  /** The daemon is up. */
  open(till: Till, journal: MemoryJournal, daemon: ProcessLife): void {
    const { crypto, log, intake } = this.#world;
    const ports = {
      clock: daemon.clock,
      log,
      crypto,
      transactions: till.transactions,
      terminals: till.terminals,
      discovery: NEVER_SEEN,
      events: till.events,
      raise: () => undefined,
      journal,
      journalWorks: () => true,
      intake,
      registry: this.#registry(),
      secrets: { names: async () => [], set: async () => undefined, remove: async () => false },
      vendors: [],
    };
    this.#reception = { reception: openReception(ports, SETTINGS, NO_DOORS), daemon };
    void daemon.over.then(() => this.#sockets.cut(() => false));
  }

  connectFrom(program: ProcessLife): ConnectSocket {
    return this.#sockets.connectFrom(program);
  }

  cut(program: ProcessLife): void {
    this.#sockets.cut((one) => one === program);
  }

  #registry(): PosRegistry {
    const records = POS_PROGRAMS.map((pos): PosRecord => ({
      pos,
      scopes: ["status", "pay", "refund", "unreferencedRefund", "settle"],
      shared: false,
      createdAt: "2026-01-02T03:04:05.000Z",
      tokenHash: tokenHash(this.#world.crypto, tokenOf(pos)),
    }));
    return {
      list: () => records,
      find: (pos) => records.find((record) => record.pos === pos),
      unreadable: () => [],
      save: async () => undefined,
      remove: async () => undefined,
    };
  }
}

export function tokenOf(pos: string): string {
  return `the token of ${pos}`;
}
