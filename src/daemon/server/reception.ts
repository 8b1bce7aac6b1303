import { createDoorkeeper } from "./auth.ts";
import { broadcast } from "./broadcast.ts";
import { connect, type Connection } from "./connection.ts";
import type { ServerContext } from "./handler.ts";
import { createPairings } from "./pairing.ts";
import { DEFAULT_LIMITS, type ServerPorts, type ServerSettings } from "./ports.ts";
import { createSessions } from "./sessions.ts";
import type { Socket } from "./socket.ts";

/** All clients of one daemon, over whatever carries their sockets. */
export interface Reception {
  readonly context: ServerContext;
  /** False where all sockets are in use: one that has opened no session for long gives way to the next. */
  makesRoom(): boolean;
  /** Its socket was checked and is open. */
  admit(socket: Socket, origin: string | undefined): Connection;
  /** From here on nothing new is begun; what runs can be followed to its end. */
  stopAccepting(): void;
  /** Answers what is open and closes every socket with 1012. */
  close(): void;
}

/** @param ownOrigins of the pages that this server itself serves */
export function openReception(ports: ServerPorts, settings: ServerSettings, ownOrigins: readonly string[]): Reception {
  const limits = { ...DEFAULT_LIMITS, ...settings.limits };
  const { clock, crypto, registry, transactions } = ports;
  const connections = new Set<Connection>();
  let stopping = false;
  const context: ServerContext = {
    ...ports,
    settings,
    limits,
    sessions: createSessions(transactions),
    pairings: createPairings(clock, crypto),
    doorkeeper: createDoorkeeper(registry, crypto, settings.administratorToken, ownOrigins),
    startedMs: clock.monotonicMs(),
    isStopping: () => stopping,
  };
  const stopListening = ports.events.listen((event) => broadcast(event, context.sessions, context.doorkeeper, clock));
  const stopBeating = every(limits.heartbeatMs, clock, () => {
    for (const connection of connections) connection.beat();
  });
  return {
    context,
    makesRoom: () => connections.size < limits.sockets || dismissesOldest(connections),
    admit: (socket, origin) => {
      const added: Connection = connect(socket, origin, context, () => connections.delete(added));
      connections.add(added);
      return added;
    },
    stopAccepting: () => {
      stopping = true;
    },
    close: () => {
      stopping = true;
      stopBeating();
      stopListening();
      for (const connection of connections) connection.shutDown();
    },
  };
}

/** Who does not open a session does not keep out who comes after him: the oldest such socket goes. */
function dismissesOldest(connections: Set<Connection>): boolean {
  for (const connection of connections) {
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
