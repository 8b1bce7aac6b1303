import { stat } from "node:fs/promises";
import type { SerialPort } from "serialport";
import type { Clock } from "../core/ports.ts";
import { Type, type ValueOf } from "../core/schema.ts";
import { isCurious, portHolder, type PortHolder } from "./port-holder.ts";
import { singleUseLink } from "./single-use.ts";
import type { Link, LinkListener, Opened, Transport } from "./transport.ts";

export const SerialAddressSchema = Type.Object(
  {
    type: Type.Literal("serial"),
    path: Type.String({
      minLength: 1,
      maxLength: 255,
      description: "`/dev/ttyACM0`, `/dev/serial/by-id/...` or `COM3`",
    }),
    baudRate: Type.Optional(Type.Integer({ minimum: 50, maximum: 4_000_000, default: 115_200 })),
    dataBits: Type.Optional(Type.Union([Type.Literal(7), Type.Literal(8)], { default: 8 })),
    stopBits: Type.Optional(Type.Union([Type.Literal(1), Type.Literal(2)], { default: 1 })),
    parity: Type.Optional(
      Type.Union([Type.Literal("none"), Type.Literal("even"), Type.Literal("odd")], { default: "none" }),
    ),
  },
  { additionalProperties: false },
);
export type SerialAddress = ValueOf<typeof SerialAddressSchema>;

/** How often the device node is looked at. The binding can miss an unplug, stay "open" and keep a core busy. */
const LOOK_MS = 1_000;
/** Who has the port open says nothing when it lets go, and the shop waits: asked anew more often than a back-off would. */
const HELD_RETRY_MS = 2_000;

/** A serial port, USB adapters and CDC-ACM devices included. */
export function serialTransport(clock: Clock): Transport<SerialAddress> {
  let opened = 0;
  return {
    kind: "serial",
    open: async (address, listener, openTimeoutMs, signal) => {
      const created = await createPort(address);
      if (created.kind === "failed") return created;
      const { port } = created;
      const failure = await openPort(port, clock, openTimeoutMs, signal);
      if (failure !== undefined) return failure;
      opened += 1;
      return { kind: "open", link: linkOver(port, `serial ${address.path} #${opened}`, listener, clock) };
    },
  };
}

type Failure = Opened & { readonly kind: "failed" };
type Created = { readonly kind: "created"; readonly port: SerialPort } | Failure;

/** Rejects where its native part does not load on this system. */
export async function loadSerialLibrary() {
  return (await import("serialport")).SerialPort;
}

/** The native part is loaded with the first port: a machine where it does not load can still use its other links. */
async function createPort(address: SerialAddress): Promise<Created> {
  try {
    const SerialPort = await loadSerialLibrary();
    const port = new SerialPort({
      path: address.path,
      baudRate: address.baudRate ?? 115_200,
      dataBits: address.dataBits ?? 8,
      stopBits: address.stopBits ?? 1,
      parity: address.parity ?? "none",
      autoOpen: false,
      lock: true,
    });
    return { kind: "created", port };
  } catch (error) {
    return {
      kind: "failed",
      why: `serial ports do not work on this machine: ${error instanceof Error ? error.message : String(error)}`,
      remedy: "Install again, with the package's prebuilt parts for this system.",
    };
  }
}

function openPort(
  port: SerialPort,
  clock: Clock,
  openTimeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Failure | undefined> {
  return new Promise((resolve) => {
    const waiting = new AbortController();
    const answer = (failure: Failure | undefined): void => {
      waiting.abort();
      timer.cancel();
      resolve(failure);
    };
    const timer = clock.after(openTimeoutMs, () =>
      answer({ kind: "failed", why: `${port.path} did not open within ${openTimeoutMs} ms` }),
    );
    const abort = (): void => answer({ kind: "failed", why: `opening ${port.path} was given up` });
    if (signal?.aborted === true) return abort();
    signal?.addEventListener("abort", abort, { signal: waiting.signal });
    port.on("error", () => {}); // what matters comes through the callbacks and `close`
    port.open((error) => {
      if (waiting.signal.aborted) {
        if (error === null) port.close();
      } else if (error === null) answer(undefined);
      else void explain(error.message, port.path, clock).then((explained) => answer({ kind: "failed", ...explained }));
    });
  });
}

function linkOver(port: SerialPort, name: string, listener: LinkListener, clock: Clock): Link {
  const stopWatching = watchNode(port.path, clock, () => {
    lose({ loss: "failed", why: `${port.path} is gone: unplugged or switched off` });
  });
  const { link, received, lose } = singleUseLink(
    {
      name,
      isWritable: () => port.isOpen,
      write: (bytes, done) => void port.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), done),
      pause: () => void port.pause(),
      resume: () => void port.resume(),
      shut: () => {
        stopWatching();
        return closePort(port);
      },
    },
    listener,
    clock,
  );
  // A port without a data listener notices nothing until the next write.
  port.on("data", (chunk: Buffer) => received(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
  port.on("close", () => lose({ loss: "failed", why: `${port.path} was disconnected` }));
  return link;
}

function closePort(port: SerialPort): Promise<void> {
  return new Promise((resolve) => {
    // The callback comes with an error when the port was closed already; it is closed either way.
    port.close(() => resolve());
  });
}

/** Calls `gone` when the device node vanishes or another one takes its place. Answers how to stop looking. */
function watchNode(path: string, clock: Clock, gone: () => void): () => void {
  if (process.platform === "win32") return () => {}; // it has no node to look at
  let watching = true;
  let first: string | undefined;

  const look = async (): Promise<void> => {
    const node = await nodeIdentity(path);
    first ??= node;
    if (!watching) return;
    if (node === undefined || (node === first && node !== VANISHED)) timer = clock.after(LOOK_MS, () => void look());
    else gone();
  };
  let timer = clock.after(0, () => void look());

  return () => {
    watching = false;
    timer.cancel();
  };
}

const VANISHED = "none";

/** Which node is at the path now; undefined where that cannot be seen. */
async function nodeIdentity(path: string): Promise<string | undefined> {
  try {
    const node = await stat(path);
    return `${node.dev}:${node.ino}:${node.rdev}`;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT" ? VANISHED : undefined;
  }
}

/** For people. The binding tells causes in its message only: `Error: No such file or directory, cannot open /dev/ttyACM0`. */
async function explain(message: string, path: string, clock: Clock): Promise<Omit<Failure, "kind">> {
  if (/No such file|No such device|File not found/i.test(message)) {
    return {
      why: `there is no device ${path}`,
      remedy: "Check that the terminal is plugged in and switched on, and that the path is right.",
    };
  }
  if (/Permission denied/i.test(message)) {
    return {
      why: `the user of this program may not use ${path}`,
      remedy: "Add that user to the group that owns the device, mostly `dialout`, and start the program again.",
    };
  }
  if (/Cannot lock port|busy|temporarily unavailable|Access denied/i.test(message)) {
    return { ...explainHeld(path, await portHolder(path, clock)), retryWithinMs: HELD_RETRY_MS };
  }
  if (/Inappropriate ioctl|not a (typewriter|tty)|Not a directory|Is a directory/i.test(message)) {
    return { why: `${path} is not a serial port`, remedy: "Check the path." };
  }
  return { why: `${path} could not be opened: ${message}` };
}

const KEEP_AWAY =
  "The udev rules in installers/linux keep it away from card terminals: README.md there says how to put them in place.";
const CLOSE_IT = "Close it: often it is another cash-register program or the terminal vendor's own bridge.";

function explainHeld(path: string, holder: PortHolder | undefined): Omit<Failure, "kind"> {
  if (holder === undefined) return { why: `another program has ${path} open`, remedy: CLOSE_IT };
  const named = `${holder.name} (process ${holder.pid})`;
  if (holder.kind === "suspected") {
    return {
      why: `another program has ${path} open, perhaps ${named}`,
      remedy: `${KEEP_AWAY} If it is not that one, close the one that it is.`,
    };
  }
  return { why: `${named} has ${path} open`, remedy: isCurious(holder) ? KEEP_AWAY : CLOSE_IT };
}
