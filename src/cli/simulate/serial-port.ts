import type { Clock, Timer } from "../../core/ports.ts";
import { serialTransport } from "../../transports/serial.ts";
import type { Link } from "../../transports/transport.ts";
import { SimulatorFailure } from "./failure.ts";
import type { Port, PortListener } from "./port.ts";

const OPEN_TIMEOUT_MS = 5_000;
const WRITE_TIMEOUT_MS = 10_000;
const REOPEN_MS = 1_000;

/** One end of a serial cable, a null-modem pair or an existing pseudo-terminal; opened again when it comes back. */
export async function openSerialPort(
  path: string,
  baudRate: number,
  listener: PortListener,
  clock: Clock,
): Promise<Port> {
  const transport = serialTransport(clock);
  const closing = new AbortController();
  let link: Link | undefined;
  let reopening: Timer | undefined;
  let writing = Promise.resolve();

  const open = async (): Promise<void> => {
    const opened = await transport.open(
      { type: "serial", path, baudRate },
      {
        received: (bytes) => listener.received(bytes),
        lost: ({ why }) => {
          listener.log(why);
          dropLink();
        },
      },
      OPEN_TIMEOUT_MS,
      closing.signal,
    );
    if (opened.kind === "failed") {
      throw new SimulatorFailure([`${opened.why}.`, opened.remedy].filter((part) => part !== undefined).join(" "));
    }
    link = opened.link;
  };

  const reopen = (): void => {
    reopening = clock.after(REOPEN_MS, () => {
      open().then(
        () => {
          listener.log(`${path} is open again`);
          listener.connected();
        },
        () => reopen(),
      );
    });
  };

  const dropLink = (): void => {
    const lost = link;
    if (lost === undefined) return;
    link = undefined;
    listener.disconnected();
    void lost.close().then(() => {
      if (!closing.signal.aborted) reopen();
    });
  };

  await open();
  return {
    address: { type: "serial", path },
    write: (bytes) => {
      writing = writing.then(async () => {
        const sent = await link?.send(bytes, WRITE_TIMEOUT_MS);
        if (sent?.kind === "sent") return;
        listener.log(`${bytes.length} bytes were not sent: ${sent?.why ?? "the port is closed"}`);
      });
    },
    hangUp: (how) => {
      if (how === "cut") dropLink();
    },
    close: async () => {
      closing.abort();
      reopening?.cancel();
      await link?.close();
    },
  };
}
