import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { assert } from "../../core/assert.ts";
import type { Log } from "../../core/ports.ts";

/** Connections that are no WebSocket: those that have yet to say what they want, health checks, and those that are refused. */
export interface Doorstep {
  arrives(connection: Socket): void;
  /** It is let in, decrypted where it came encrypted: from here on it counts among the sockets. */
  leaves(connection: Duplex): void;
  /** Cuts all of them. */
  clear(): void;
}

/**
 * As many as may stand there at a time. The oldest makes room for the next: a program that says nothing, or reads no refusal,
 * keeps nobody else out.
 *
 * @param isTaken asked once for each that comes; who is not taken is cut before anything is computed for him
 */
export function createDoorstep(limit: number, log: Log, isTaken: () => boolean = () => true): Doorstep {
  const standing = new Map<string, Socket>();
  return {
    arrives: (connection) => {
      if (!isTaken()) {
        log.warn("A connection was cut: more came in a second than are taken.");
        connection.destroy();
        return;
      }
      const [oldest] = standing;
      if (standing.size >= limit && oldest !== undefined) {
        log.warn("A connection that became no WebSocket made room for another one.", { connections: limit });
        standing.delete(oldest[0]);
        oldest[1].destroy();
      }
      const place = placeOf(connection);
      standing.set(place, connection);
      connection.once("close", () => {
        if (standing.get(place) === connection) standing.delete(place);
      });
    },
    leaves: (connection) => {
      // Every connection of an HTTP server is a socket, whatever its events call it.
      assert(connection instanceof Socket, "a connection of the network");
      standing.delete(placeOf(connection));
    },
    clear: () => {
      for (const connection of standing.values()) connection.destroy();
    },
  };
}

/** What is encrypted and what comes out of it are two sockets with the same ends. */
function placeOf({ remoteAddress, remotePort, localPort }: Socket): string {
  return `${remoteAddress ?? ""} ${remotePort ?? 0} ${localPort ?? 0}`;
}
