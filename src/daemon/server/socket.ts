import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { refuseUpgrade } from "./front-door.ts";

/** One open WebSocket. Sending on one that has ended does nothing: its end is told by `closed`. */
export interface Socket {
  /** Sent and not yet taken by the system. */
  readonly unreadBytes: number;
  send(text: string): void;
  /** When all that was sent so far left this process; of one that is being closed, when it is closed. */
  flushed(): Promise<void>;
  ping(): void;
  /** Reads nothing more until `resume`: what the client sends waits on its side. */
  pause(): void;
  resume(): void;
  /** Tells the client why and cuts the connection when it does not answer within a second. */
  close(code: number, why: string): void;
  /** Cuts the connection. */
  terminate(): void;
}

export interface SocketListener {
  received(text: string): void;
  receivedBinary(): void;
  /** So many bytes came at once, of whatever: a message may come in thousands of such pieces. */
  read(bytes: number): void;
  pinged(): void;
  /** It broke the rules of WebSockets (too large, no UTF-8, no mask): what comes next is `closed`, with the code that says so. */
  broke(why: string): void;
  /** Any sign of life. */
  heard(): void;
  /** Once, and the last. */
  closed(code: number): void;
}

/** Makes a WebSocket of a request that was let in. `opened` gives its listener. */
export type Upgrade = (
  request: IncomingMessage,
  connection: Duplex,
  head: Buffer,
  opened: (socket: Socket) => SocketListener,
) => void;

/** An older one, which the library would take, says its Origin in another header than the one that is looked at. */
const WEBSOCKET_VERSION = "13";
const CLOSE_GRACE_MS = 1_000;
const MAX_FRAGMENTS = 1_024;
const MAX_REASON_BYTES = 123;

export function createUpgrade(messageBytes: number): Upgrade {
  const options = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: messageBytes,
    maxFragments: MAX_FRAGMENTS,
    closeTimeout: CLOSE_GRACE_MS,
    handleProtocols: () => false as const,
  };
  const server = new WebSocketServer(options);
  return (request, connection, head, opened) => {
    if (request.headers["sec-websocket-version"] !== WEBSOCKET_VERSION) {
      const why = `The protocol is spoken over a WebSocket of version ${WEBSOCKET_VERSION}.`;
      refuseUpgrade(connection, "426 Upgrade Required", why);
      return;
    }
    server.handleUpgrade(request, connection, head, (webSocket) => {
      const listener = opened(socketOf(webSocket));
      attach(webSocket, listener);
      connection.on("data", (bytes: Buffer) => listener.read(bytes.length));
    });
  };
}

function socketOf(webSocket: WebSocket): Socket {
  const isOpen = () => webSocket.readyState === webSocket.OPEN;
  return {
    get unreadBytes() {
      return webSocket.bufferedAmount;
    },
    send: (text) => {
      if (isOpen()) webSocket.send(text);
    },
    flushed: () =>
      new Promise((resolve) => {
        // An empty pong is queued behind what was sent before it.
        if (isOpen()) webSocket.pong("", false, () => resolve());
        else if (webSocket.readyState === webSocket.CLOSED) resolve();
        // The client has said goodbye and reads nothing: whoever looked again at once would look for ever, and nobody else got a turn.
        else webSocket.once("close", () => resolve());
      }),
    ping: () => {
      if (isOpen()) webSocket.ping();
    },
    pause: () => webSocket.pause(),
    resume: () => webSocket.resume(),
    close: (code, why) => webSocket.close(code, fitted(why)),
    terminate: () => webSocket.terminate(),
  };
}

function attach(webSocket: WebSocket, listener: SocketListener): void {
  webSocket.on("message", (data: Buffer, isBinary) => {
    listener.heard();
    if (isBinary) listener.receivedBinary();
    else listener.received(data.toString("utf8"));
  });
  webSocket.on("ping", () => {
    listener.heard();
    listener.pinged();
  });
  webSocket.on("pong", () => listener.heard());
  webSocket.on("error", (error) => listener.broke(error.message));
  webSocket.on("close", (code) => listener.closed(code));
}

/** A close frame has little room. The reasons are ASCII. */
function fitted(why: string): string {
  return why.slice(0, MAX_REASON_BYTES);
}
