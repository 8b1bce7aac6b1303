import type { Language } from "./advice.ts";
import { replayed } from "./broadcast.ts";
import { createEventStream } from "./event-stream.ts";
import type { ServerContext } from "./handler.ts";
import type { Line } from "./line.ts";
import type { Session } from "./sessions.ts";
import type { Socket } from "./socket.ts";

/** What the socket adds to a session: its stream, its hold, its trace and its end. */
export type SocketSide = Pick<Session, "stream" | "hold" | "keepTrace" | "close">;

type At = {
  readonly server: ServerContext;
  readonly socket: Socket;
  readonly line: Line;
  readonly pos: string;
  readonly language: Language;
  readonly hold: SocketSide["hold"];
  readonly keepTrace: SocketSide["keepTrace"];
};

export function socketSide({ server, socket, line, pos, language, hold, keepTrace }: At): SocketSide {
  return {
    stream: createEventStream(
      {
        send: (event) => {
          line.say({ jsonrpc: "2.0", method: "event", params: event });
          // A client that reads nothing was not told: instead of the event it got its end.
          if (line.isOver()) return;
          // Only a POS's own events are kept ones: an administrator who listens is not told in its place.
          if (event.kept && (event.type === "transaction.settled" || event.type === "transaction.resolved")) {
            const { id, outcome } = event.transaction;
            if (outcome !== undefined) server.transactions.told(id, outcome.revision);
          }
        },
        // Half of what costs it the socket: a page of large events is no fault of a client that reads.
        isBehind: () => socket.unreadBytes > server.limits.unreadBytes / 2,
        flushed: () => socket.flushed(),
        keptAfter: async (seq, limit) =>
          (await server.journal.keptAfter(pos, seq, limit)).map((event) => replayed(event, language)),
        failed: (why, error) => {
          server.log.error("connection.eventsBroken", "The events of a socket cannot go on: it is closed.", {
            pos,
            why,
            ...(error === undefined ? {} : { error: error instanceof Error ? error.message : "unknown" }),
          });
          if (why === "tooSlow") line.close("tooSlow", "too many events wait for this client");
          else line.close("internal", "the events cannot be read");
        },
      },
      server.limits.waitingEvents,
    ),
    hold,
    keepTrace,
    close: (reason, why) => line.close(reason, why),
  };
}
