import { isReservedPos, PAGE_POS } from "../../core/pos.ts";
import type { Arrival } from "./arrival.ts";
import { createDoorkeeper } from "./auth.ts";
import { broadcast } from "./broadcast.ts";
import { connect, type Connection } from "./connection.ts";
import type { ServerContext } from "./handler.ts";
import { createPageLogins } from "./page-logins.ts";
import { createPairings } from "./pairing.ts";
import { DEFAULT_LIMITS, type ServerPorts, type ServerSettings } from "./ports.ts";
import { createRateLimit } from "./rate.ts";
import { createRefusalAudit } from "./refusal-audit.ts";
import { createSessions } from "./sessions.ts";
import type { Socket } from "./socket.ts";
import { createTurns } from "./turns.ts";

/** All clients of one daemon, over whatever carries their sockets. */
export interface Reception {
  readonly context: ServerContext;
  /** False where all sockets are in use, or all that the LAN may have: one that has opened no session for long gives way to the next. */
  makesRoom(from: Arrival["from"]): boolean;
  /** Its socket was checked and is open. */
  admit(socket: Socket, arrival: Arrival): Connection;
  /** From here on nothing new is begun; what runs can be followed to its end. */
  stopAccepting(): void;
  /** Answers what is open and closes every socket with 1012. */
  close(): void;
}

/** What the doors have that clients may ask about. */
export type DoorsInside = {
  /** Of the pages that this server itself serves; read anew each time, for doors open and shut. */
  readonly ownOrigins: readonly string[];
  readonly certificate: ServerContext["certificate"];
  readonly openDoors: ServerContext["openDoors"];
};

/** More than a person can; nobody guesses a code, but each try costs a look. */
const PAGE_LOGINS_PER_SECOND = 5;

export function openReception(ports: ServerPorts, settings: ServerSettings, doors: DoorsInside): Reception {
  const limits = { ...DEFAULT_LIMITS, ...settings.limits };
  const { clock, crypto, registry, transactions } = ports;
  const connections = new Set<Connection>();
  let stopping = false;
  const sessions = createSessions(transactions);
  const pageLogins = createPageLogins({
    clock,
    crypto,
    isConnected: (login) => sessions.of(PAGE_POS).some(({ identity }) => identity.login === login),
    ended: (login) => sessions.closeLogin(login, "this login has ended"),
  });
  const context: ServerContext = {
    ...ports,
    settings,
    limits,
    sessions,
    pairings: createPairings(clock, crypto),
    doorkeeper: createDoorkeeper(registry, crypto, settings.administratorToken, doors.ownOrigins, pageLogins),
    pageLogins,
    admitPageLogin: createRateLimit(clock, PAGE_LOGINS_PER_SECOND),
    ownOrigins: doors.ownOrigins,
    certificate: doors.certificate,
    openDoors: doors.openDoors,
    posTurns: createTurns(),
    refusals: createRefusalAudit({
      clock,
      log: ports.log,
      isKnown: (pos) => isReservedPos(pos) || registry.find(pos) !== undefined,
      audit: (entry) => ports.journal.audit(entry),
    }),
    sockets: () => connections.size,
    startedMs: clock.monotonicMs(),
    isStopping: () => stopping,
  };
  const stopListening = ports.events.listen((event) => broadcast(event, context.sessions, context.doorkeeper, clock));
  const stopBeating = every(limits.heartbeatMs, clock, () => {
    for (const connection of connections) connection.beat();
  });
  return {
    context,
    makesRoom: (from) => {
      const fromLan = [...connections].filter((connection) => connection.from === "lan");
      // A machine of the network that takes all it can get leaves the other half to the tills of this one.
      if (from === "lan" && fromLan.length >= Math.ceil(limits.sockets / 2))
        return dismissesOldest(fromLan, connections);
      return connections.size < limits.sockets || dismissesOldest(connections, connections);
    },
    admit: (socket, arrival) => {
      const added: Connection = connect(socket, arrival, context, () => connections.delete(added));
      connections.add(added);
      return added;
    },
    stopAccepting: () => {
      stopping = true;
      // The journal may be closed before the sockets are.
      context.refusals.flush();
    },
    close: () => {
      stopping = true;
      stopBeating();
      stopListening();
      pageLogins.close();
      context.refusals.close();
      for (const connection of connections) connection.shutDown();
    },
  };
}

/** Who does not open a session does not keep out who comes after him: the oldest such socket goes. */
function dismissesOldest(among: Iterable<Connection>, connections: Set<Connection>): boolean {
  for (const connection of among) {
    if (!connection.hasOverstayed()) continue;
    connections.delete(connection);
    connection.giveWay();
    return true;
  }
  return false;
}

function every(periodMs: number, clock: ServerContext["clock"], act: () => void): () => void {
  const ring = () => {
    timer = clock.after(periodMs, ring);
    act();
  };
  let timer = clock.after(periodMs, ring);
  return () => timer.cancel();
}
