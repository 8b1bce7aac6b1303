import { connect, type Socket } from "node:net";
import { openPtyPort } from "../../src/cli/simulate/pty-port.ts";
import { realClock } from "../support/clock.ts";
import type { Ending } from "../support/ending.ts";

/** What becomes of bytes on their way; undefined: they are lost. */
type Disturb = (
  bytes: Uint8Array,
  towards: "daemon" | "terminal",
) => readonly Uint8Array[] | Promise<readonly Uint8Array[]>;

/** A serial cable: a pseudo-terminal at the daemon's end, a simulated terminal at the other. */
export type Cable = {
  /** Of all that goes over it from now on; without one, everything goes through as it is. */
  disturb(how: Disturb | undefined): void;
  /** Resolves with the next bytes of the daemon's. */
  spoken(): Promise<void>;
  /** Takes the device away, whatever is under way, and puts another one in its place. */
  unplug(): void;
};

/** @param path the name under which the daemon finds the device */
export async function layCable(ending: Ending, path: string, terminalPort: number): Promise<Cable> {
  let disturb: Disturb | undefined;
  let heard = (): void => {};
  const carry = (towards: "daemon" | "terminal", deliver: (bytes: Uint8Array) => void) => {
    let before = Promise.resolve();
    return (bytes: Uint8Array): void => {
      const copy = bytes.slice();
      before = before.then(async () => {
        for (const piece of (await disturb?.(copy, towards)) ?? [copy]) deliver(piece);
      });
    };
  };
  const terminal: Socket = connect({ host: "127.0.0.1", port: terminalPort, noDelay: true });
  const toTerminal = carry("terminal", (bytes) => void terminal.write(bytes));
  const port = await openPtyPort(
    path,
    {
      connected: () => {},
      received: (bytes) => {
        heard();
        toTerminal(bytes);
      },
      disconnected: () => {},
      log: () => {},
    },
    realClock,
  );
  terminal.on("data", carry("daemon", port.write));
  terminal.on("error", () => {}); // the simulator has ended
  ending.after(async () => {
    terminal.destroy();
    await port.close();
  });
  return {
    disturb: (how) => {
      disturb = how;
    },
    spoken: () => new Promise((resolve) => (heard = resolve)),
    unplug: () => port.hangUp("cut"),
  };
}
