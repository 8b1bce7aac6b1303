import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import type { Ending } from "./ending.ts";

/** A cable between the daemon and a terminal that lets a test do something at any byte. */
export type Wire = {
  /** Where the daemon connects to. */
  readonly port: number;
  leadsTo(terminalPort: number): void;
  /** Acts once when so many more bytes have gone over it, in either direction. What comes behind them waits for the answer. */
  after(bytes: number, act: () => Promise<Rest>): void;
  /** Both ends see a reset, and nobody gets through until it is mended. */
  cut(): void;
  mend(): void;
};

/** What becomes of the bytes behind a moment. `lost`: both ends see a reset. */
type Rest = "goesOn" | "lost";

type Moment = { bytesLeft: number; readonly act: () => Promise<Rest> };

export async function openWire(ending: Ending): Promise<Wire> {
  let terminalPort = 0;
  let isCut = false;
  let moment: Moment | undefined;
  const sockets = new Set<Socket>();

  const carry = async (from: Socket, to: Socket): Promise<void> => {
    for await (const chunk of from as AsyncIterable<Buffer>) {
      let rest = chunk;
      while (moment !== undefined && rest.length >= moment.bytesLeft) {
        const { bytesLeft, act } = moment;
        moment = undefined;
        to.write(rest.subarray(0, bytesLeft));
        rest = rest.subarray(bytesLeft);
        if ((await act()) === "goesOn") continue;
        from.resetAndDestroy();
        to.resetAndDestroy();
        return;
      }
      if (moment !== undefined) moment.bytesLeft -= rest.length;
      if (rest.length > 0) to.write(rest);
    }
    to.end();
  };
  const join = (from: Socket, to: Socket): void => {
    // What a reset leaves is told to the other end by its own loss.
    carry(from, to).catch(() => to.resetAndDestroy());
  };
  const server = createServer({ noDelay: true }, (near) => {
    if (isCut) {
      near.on("error", () => {}).resetAndDestroy();
      return;
    }
    const far = connect({ host: "127.0.0.1", port: terminalPort, noDelay: true });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    }
    join(near, far);
    join(far, near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ending.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    port: (server.address() as AddressInfo).port,
    leadsTo: (port) => (terminalPort = port),
    after: (bytesLeft, act) => (moment = { bytesLeft, act }),
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.resetAndDestroy();
    },
    mend: () => (isCut = false),
  };
}
