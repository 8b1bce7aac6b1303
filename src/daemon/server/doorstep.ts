import type { Duplex } from "node:stream";
import type { Log } from "../../core/ports.ts";

/** Connections that are no WebSocket: those that have yet to say what they want, health checks, and those that are refused. */
export interface Doorstep {
  arrives(connection: Duplex): void;
  /** It is let in: from here on it counts among the sockets. */
  leaves(connection: Duplex): void;
  /** Cuts all of them. */
  clear(): void;
}

/**
 * As many as may stand there at a time. The oldest makes room for the next: a program that says nothing, or reads no refusal,
 * keeps nobody else out.
 */
export function createDoorstep(limit: number, log: Log): Doorstep {
  const standing = new Set<Duplex>();
  return {
    arrives: (connection) => {
      const [oldest] = standing;
      if (standing.size >= limit && oldest !== undefined) {
        log.warn("A connection that became no WebSocket made room for another one.", { connections: limit });
        standing.delete(oldest);
        oldest.destroy();
      }
      standing.add(connection);
      connection.once("close", () => standing.delete(connection));
    },
    leaves: (connection) => void standing.delete(connection),
    clear: () => {
      for (const connection of standing) connection.destroy();
    },
  };
}
