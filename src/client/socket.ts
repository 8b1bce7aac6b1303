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

export type ConnectSocket = (url: string, listener: SocketListener) => Socket;

/**
 * The WebSocket that browsers and Node (from 22.4) have built in. It answers the server's pings by itself and, in Node, sends
 * no Origin.
 */
export const connectWebSocket: ConnectSocket = (url, listener) => {
  const socket = new WebSocket(url);
  socket.addEventListener("open", () => listener.opened());
  socket.addEventListener("message", (message) => {
    // The server sends text alone; what else arrives reads as no JSON and ends the connection.
    listener.received(typeof message.data === "string" ? message.data : "");
  });
  // No listener for "error": it tells a browser nothing, and "close" always follows.
  socket.addEventListener("close", (closing) => listener.closed(closing.code, closing.reason));
  return { send: (text) => socket.send(text), close: () => socket.close() };
};
