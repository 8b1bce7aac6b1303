import { createServer, type AddressInfo, type Socket } from "node:net";
import { listening } from "./listening.ts";
import type { Port, PortListener } from "./port.ts";

/** What becomes of a second connection while one is open. No vendor says it, so it can be chosen. */
type SecondClient = "replaces" | "refused";

export type TcpListen = { readonly host: string; readonly port: number; readonly secondClient: SecondClient };

export async function openTcpPort(listen: TcpListen, listener: PortListener): Promise<Port> {
  let current: Socket | undefined;
  const sockets = new Set<Socket>();

  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    if (current !== undefined && listen.secondClient === "refused") {
      listener.log("a second connection was refused");
      socket.on("error", () => {}).resetAndDestroy();
      return;
    }
    const replaced = current;
    sockets.add(socket);
    current = socket;
    const over = (): void => {
      sockets.delete(socket);
      if (current !== socket) return;
      current = undefined;
      listener.disconnected();
    };
    socket.on("error", (error) => listener.log(`the connection failed: ${error.message}`));
    socket.on("end", over).on("close", over);
    socket.on("data", (chunk) => {
      if (current === socket) listener.received(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    });
    if (replaced !== undefined) {
      listener.log("a second connection takes the first one's place");
      replaced.resetAndDestroy();
      listener.disconnected();
    }
    listener.connected();
  });
  await listening(server, listen);
  const { port } = server.address() as AddressInfo;

  return {
    address: { type: "tcp", host: listen.host, port },
    write: (bytes) => {
      if (current?.writable === true) current.write(bytes);
      else listener.log(`${bytes.length} bytes were not sent: nobody is connected`);
    },
    hangUp: (how) => {
      if (how === "end") current?.end();
      else current?.resetAndDestroy();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
