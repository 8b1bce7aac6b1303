import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { WebSocketServer } from "ws";
import type { FakeDaemon } from "./fake-daemon.ts";

export type FakeServer = {
  readonly url: string;
  readonly port: number;
  /** The Origin of each client. */
  readonly origins: readonly (string | undefined)[];
  /** Cuts every socket and takes no more. */
  close(): Promise<void>;
};

/** Puts the fake on a real socket of the loopback until the test ends. */
export async function serve(t: TestContext, daemon: FakeDaemon): Promise<FakeServer> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, path: "/v1" });
  const origins: (string | undefined)[] = [];
  server.on("connection", (socket, request) => {
    origins.push(request.headers.origin);
    const end = daemon.accept({
      send: (text) => socket.send(text),
      // 1006 cannot be sent: it is what the other side sees when the socket just ends.
      close: (code, reason) => (code === 1006 ? socket.terminate() : socket.close(code, reason)),
    });
    socket.on("message", (data: Buffer) => end.received(data.toString()));
    socket.on("close", () => end.closed());
  });
  await once(server, "listening");
  let closed: Promise<unknown> | undefined;
  const close = async () => {
    closed ??= once(server, "close");
    for (const socket of server.clients) socket.terminate();
    server.close();
    await closed;
  };
  t.after(close);
  const { port } = server.address() as AddressInfo;
  return { url: `ws://127.0.0.1:${port}/v1`, port, origins, close };
}
