import WebSocket from "ws";
import type { ConnectSocket } from "./socket.ts";

/** From a server that we believe no more than any other: a message of ours is far smaller. */
const MESSAGE_BYTES_AT_MOST = 64 * 1024 * 1024;
/** A server that stands still does not keep the command from its end. */
const CLOSE_LIMIT_MS = 3_000;

/** `closeTimeout` is in the library and not yet in its types. */
const OPTIONS: WebSocket.ClientOptions & { readonly closeTimeout: number } = {
  perMessageDeflate: false,
  maxPayload: MESSAGE_BYTES_AT_MOST,
  closeTimeout: CLOSE_LIMIT_MS,
};

/**
 * The same as `connectWebSocket`, for a command that is started for one question: the WebSocket that Node has built in takes
 * twice as long to load.
 */
export const connectFromCommand: ConnectSocket = (url, listener) => {
  const socket = new WebSocket(url, OPTIONS);
  socket.on("open", () => listener.opened());
  socket.on("message", (data, isBinary) => {
    // The server sends text alone; what else arrives reads as no JSON and ends the connection.
    listener.received(!isBinary && Buffer.isBuffer(data) ? data.toString("utf8") : "");
  });
  // "close" always follows, with the code of a socket that never opened.
  socket.on("error", () => undefined);
  socket.on("close", (code, reason) => listener.closed(code, reason.toString("utf8")));
  return {
    send: (text) => {
      // As the one of the browser does, it takes nothing while it closes, and throws nothing.
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => socket.close(),
  };
};
