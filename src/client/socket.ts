/** One WebSocket, from its opening to its end. A port, so that tests need no network. */
type Socket = {
  send(text: string): void;
  close(): void;
};

export type SocketListener = {
  opened(): void;
  received(text: string): void;
  /** Once, also where the socket never opened. */
  closed(code: number, reason: string): void;
};

/** What a browser gives where there was no closing (RFC 6455, 7.1.5). */
const NEVER_OPENED = 1006;

export type ConnectSocket = (url: string, listener: SocketListener) => Socket;

/**
 * The WebSocket that browsers and Node (from 22.4) have built in. It answers the server's pings by itself and, in Node, sends
 * no Origin.
 */
export const connectWebSocket: ConnectSocket = (url, listener) => {
  let socket: WebSocket;
  try {
    socket = new WebSocket(url);
  } catch (error) {
    // An address that is none, or a page that may not connect in the open: a browser says so by throwing.
    const why = error instanceof Error ? error.message : "the address cannot be used";
    queueMicrotask(() => listener.closed(NEVER_OPENED, why));
    return { send: () => undefined, close: () => undefined };
  }
  socket.addEventListener("open", () => listener.opened());
  socket.addEventListener("message", (message) => {
    // The server sends text alone; what else arrives reads as no JSON and ends the connection.
    listener.received(typeof message.data === "string" ? message.data : "");
  });
  // No listener for "error": it tells a browser nothing, and "close" always follows.
  socket.addEventListener("close", (closing) => listener.closed(closing.code, closing.reason));
  return {
    send: (text) => {
      // While it closes nothing leaves any more, and a browser complains about the try.
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => socket.close(),
  };
};
