import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { assert } from "../../core/assert.ts";
import { createPace } from "../../core/pace.ts";
import type { Clock, Log, Timer } from "../../core/ports.ts";

/** Connections that are no WebSocket: those that have yet to say what they want, health checks, and those that are refused. */
export interface Doorstep {
  arrives(connection: Socket): void;
  /** It is let in, decrypted where it came encrypted: from here on it counts among the sockets. */
  leaves(connection: Duplex): void;
  /** Cuts all of them. */
  clear(): void;
}

export type DoorstepPorts = {
  readonly limit: number;
  readonly log: Log;
  /** Asked once for each that comes; who is not taken is cut before anything is computed for him. */
  readonly isTaken?: () => boolean;
  /** Watches over how it is read. Answers how to stop. */
  readonly watch?: (connection: Socket) => () => void;
};

type Standing = { readonly connection: Socket; readonly stopWatching: () => void };

/**
 * As many as may stand there at a time. The oldest makes room for the next: a program that says nothing, or reads no refusal,
 * keeps nobody else out.
 */
export function createDoorstep({ limit, log, isTaken, watch }: DoorstepPorts): Doorstep {
  const standing = new Map<string, Standing>();
  const takeAway = (place: string) => {
    standing.get(place)?.stopWatching();
    standing.delete(place);
  };
  return {
    arrives: (connection) => {
      if (isTaken?.() === false) {
        log.warn("connection.tooMany", "A connection was cut: more came in a second than are taken.");
        connection.destroy();
        return;
      }
      const [oldest] = standing;
      if (standing.size >= limit && oldest !== undefined) {
        log.warn("connection.madeRoom", "A connection that became no WebSocket made room for another one.", {
          connections: limit,
        });
        takeAway(oldest[0]);
        oldest[1].connection.destroy();
      }
      const place = placeOf(connection);
      standing.set(place, { connection, stopWatching: watch?.(connection) ?? (() => undefined) });
      connection.once("close", () => {
        if (standing.get(place)?.connection === connection) takeAway(place);
      });
    },
    leaves: (connection) => {
      // Every connection of an HTTP server is a socket, whatever its events call it.
      assert(connection instanceof Socket, "a connection of the network");
      takeAway(placeOf(connection));
    },
    clear: () => {
      for (const { connection } of standing.values()) connection.destroy();
    },
  };
}

/** More than any request comes in. */
const PIECES_AT_ONCE = 40;
const PIECES_PER_SECOND = 20;

/**
 * Each piece costs a look at it, however small it is: who sends a request byte by byte is read less often, and his bytes come
 * together. For connections that are not encrypted; what is, is read inside the library.
 */
export function readInTurns(connection: Socket, clock: Clock): () => void {
  const restAfter = createPace(clock, { perSecond: PIECES_PER_SECOND, atOnce: PIECES_AT_ONCE });
  let resuming: Timer | undefined;
  const look = () => {
    const restMs = restAfter(1);
    if (restMs === 0) return;
    connection.pause();
    resuming?.cancel();
    resuming = clock.after(restMs, () => connection.resume());
  };
  connection.on("data", look);
  return () => {
    connection.off("data", look);
    resuming?.cancel();
    // The piece that was looked at last may be the one that lets it in.
    queueMicrotask(() => {
      resuming?.cancel();
      if (resuming !== undefined) connection.resume();
    });
  };
}

/** What is encrypted and what comes out of it are two sockets with the same ends. */
function placeOf({ remoteAddress, remotePort, localPort }: Socket): string {
  return `${remoteAddress ?? ""} ${remotePort ?? 0} ${localPort ?? 0}`;
}
