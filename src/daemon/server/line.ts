import type { Log } from "../../core/ports.ts";
import type { RpcNotification, RpcReply } from "../../protocol/envelope.ts";
import { CLOSE_CODES, type CloseReason } from "../../protocol/version.ts";
import type { Socket } from "./socket.ts";

/** The outgoing half of a socket. Once it is over, nothing more is said. */
export interface Line {
  isOver(): boolean;
  say(message: RpcReply | RpcNotification): void;
  close(reason: CloseReason, why: string): void;
}

/** `ended` is called once: when it was closed from here, or with `hungUp` from there. */
export function createLine(
  socket: Socket,
  unreadBytes: number,
  log: Log,
  ended: () => void,
): Line & { readonly hungUp: () => void } {
  let over = false;
  const end = () => {
    if (over) return;
    over = true;
    ended();
  };
  const close = (reason: CloseReason, why: string) => {
    if (over) return;
    socket.close(CLOSE_CODES[reason], why);
    end();
  };
  return {
    isOver: () => over,
    close,
    hungUp: end,
    say: (message) => {
      if (over) return;
      // Looked at before, so that one large answer is no fault of a client that has read all the others.
      if (socket.unreadBytes <= unreadBytes) {
        socket.send(JSON.stringify(message));
        return;
      }
      log.warn("connection.tooSlow", "A client does not read what it is sent: its socket is closed.", {
        unreadBytes: socket.unreadBytes,
      });
      close("tooSlow", "the client does not read what it is sent");
    },
  };
}
