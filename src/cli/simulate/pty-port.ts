import { closeSync, writeSync } from "node:fs";
import { lstat, rename, rm, symlink } from "node:fs/promises";
import { ReadStream } from "node:tty";
import type { Clock } from "../../core/ports.ts";
import { serialTransport } from "../../transports/serial.ts";
import { SimulatorFailure } from "./failure.ts";
import type { Port, PortListener } from "./port.ts";

/** How long to wait before more bytes are tried on a program that does not read. */
const RETRY_MS = 5;
/** Bytes kept for a program that does not read; more are dropped, as a cable does. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/**
 * A serial device made of nothing: a pseudo-terminal whose other end is `address.path`. A cut takes the device away, like an
 * unplugged cable, and makes another; its path can differ, so that `linkPath` keeps a name for it.
 */
export async function openPtyPort(linkPath: string | undefined, listener: PortListener, clock: Clock): Promise<Port> {
  let device = await openNamed(linkPath, listener, clock);
  let replacing = Promise.resolve();

  const replace = async (): Promise<void> => {
    device = await openNamed(linkPath, listener, clock);
    listener.log(`the serial device is ${linkPath ?? device.path}`);
    listener.connected();
  };

  return {
    get address() {
      return { type: "serial", path: linkPath ?? device.path } as const;
    },
    write: (bytes) => device.write(bytes),
    hangUp: (how) => {
      if (how === "end") return; // a cable knows no end in order
      device.unplug();
      listener.disconnected();
      replacing = replacing.then(replace).catch((error: unknown) => listener.log(String(error)));
    },
    close: async () => {
      await replacing;
      device.unplug();
      if (linkPath !== undefined) await rm(linkPath, { force: true });
    },
  };
}

type PseudoTerminal = {
  readonly path: string;
  readonly write: (bytes: Uint8Array) => void;
  readonly unplug: () => void;
};

/**
 * The name that a killed simulator or a cut left behind goes first: the system gives a freed device number again, and a program
 * that tries the old name would have the new device before it is set up.
 */
async function openNamed(linkPath: string | undefined, listener: PortListener, clock: Clock): Promise<PseudoTerminal> {
  if (linkPath !== undefined && (await isSymbolicLink(linkPath))) await rm(linkPath, { force: true });
  const device = await openPseudoTerminal(listener, clock);
  await pointTo(linkPath, device.path);
  return device;
}

async function openPseudoTerminal(listener: PortListener, clock: Clock): Promise<PseudoTerminal> {
  const { master, slave, pty: path } = await createPair();
  await makeRaw(path, clock);
  let plugged = true;
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;

  // The slave's descriptor stays open, unread: without one the master's side fails as soon as a program closes the device.
  const reader = new ReadStream(master);
  reader.on("data", (chunk: Buffer) => {
    if (plugged) listener.received(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  });
  reader.on("error", (error) => listener.log(`the pseudo-terminal failed: ${error.message}`));

  const flush = (): void => {
    for (let bytes = waiting.shift(); plugged && bytes !== undefined; bytes = waiting.shift()) {
      const written = writeSome(master, bytes);
      waitingBytes -= written;
      if (written === bytes.length) continue;
      waiting.unshift(bytes.subarray(written));
      clock.after(RETRY_MS, flush);
      return;
    }
  };

  return {
    path,
    write: (bytes) => {
      if (!plugged || waitingBytes + bytes.length > MAX_WAITING_BYTES) {
        listener.log(`${bytes.length} bytes were not sent: ${plugged ? "nobody reads" : "the device is unplugged"}`);
        return;
      }
      waitingBytes += bytes.length;
      waiting.push(bytes);
      if (waiting.length === 1) flush();
    },
    unplug: () => {
      if (!plugged) return;
      plugged = false;
      waiting = [];
      reader.destroy(); // closes the master
      closeSync(slave);
    },
  };
}

async function createPair(): Promise<{ readonly master: number; readonly slave: number; readonly pty: string }> {
  if (process.platform === "win32") {
    throw new SimulatorFailure(
      "Windows has no pseudo-terminals. Make a virtual pair of COM ports with a driver for that, such as com0com, and use --serial with one of them.",
    );
  }
  try {
    const { requireBinary } = await import("@lydell/node-pty/requireBinary.js");
    return requireBinary("pty.node").open(80, 24);
  } catch (error) {
    const why = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    throw new SimulatorFailure(`This machine gives no pseudo-terminal: ${why}. Use --tcp, or --serial with a device.`);
  }
}

/** Opening it as a serial port turns off echo and line editing, and they stay off while a descriptor is open. */
async function makeRaw(path: string, clock: Clock): Promise<void> {
  const opened = await serialTransport(clock).open(
    { type: "serial", path },
    { received: () => {}, lost: () => {} },
    5_000,
  );
  if (opened.kind === "failed")
    throw new SimulatorFailure(`The pseudo-terminal ${path} cannot be set up: ${opened.why}.`);
  await opened.link.close();
}

/** How many bytes were taken; the descriptor does not block. */
function writeSome(descriptor: number, bytes: Uint8Array): number {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return 0;
    throw error;
  }
}

async function isSymbolicLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch {
    return false; // Nothing is there; what else is wrong with the path is said when the link is made.
  }
}

async function pointTo(linkPath: string | undefined, path: string): Promise<void> {
  if (linkPath === undefined) return;
  const fresh = `${linkPath}.${process.pid}`;
  await rm(fresh, { force: true });
  await symlink(path, fresh);
  await rename(fresh, linkPath);
}
