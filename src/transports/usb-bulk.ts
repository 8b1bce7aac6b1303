import { createPace } from "../core/pace.ts";
import type { Clock, Timer } from "../core/ports.ts";
import { singleUseLink, type Medium } from "./single-use.ts";
import type { Link, LinkListener } from "./transport.ts";
import type { UsbDevice, UsbEndpoint, UsbInterface, UsbLibrary } from "./usb-library.ts";

/** USB's own number for an interface whose language is the vendor's matter. No other is ever claimed. */
const VENDOR_SPECIFIC = 255;
/** USB 2.0 5.8.3 and USB 3.2 9.6.6: full, high and super speed. */
const PACKET_SIZES = [8, 16, 32, 64, 512, 1_024];

/** A device cannot be closed while a read is under way, and a read cannot be ended: so each is short. */
const READ_TIMEOUT_MS = 500;
/** For a part of a message; nor can a write be ended. */
const WRITE_TIMEOUT_MS = 5_000;
/** A multiple of every packet size. */
const WRITE_BYTES = 4_096;
/** Longer than the reads and writes that are waited for; one that hangs longer is the library's fault. */
const CLOSE_LIMIT_MS = WRITE_TIMEOUT_MS + 1_000;
/** A device may send packets of one byte, or of none, as fast as its bus is: each costs about as much as a full one. */
const PACKETS = { perSecond: 2_000, atOnce: 4_000 };

/** An interface with one bulk endpoint each way: what a stream of bytes needs. */
export type Pipe = {
  readonly interfaceNumber: number;
  readonly endpointIn: number;
  readonly endpointOut: number;
  readonly packetBytesIn: number;
  readonly packetBytesOut: number;
};

/** What is open and claimed: a link can be made of it. */
export type OpenPipe = { readonly kind: "pipe"; readonly device: UsbDevice; readonly pipe: Pipe };

/** Of several. */
export type PipeWanted = {
  readonly interfaceNumber?: number | undefined;
  readonly subclassCode?: number | undefined;
};

/** The one pipe of a device, or the one that is asked for; in words why there is none. */
export function findPipe(
  interfaces: readonly UsbInterface[],
  { interfaceNumber, subclassCode }: PipeWanted,
): Pipe | string {
  const pipes = interfaces
    .filter(({ classCode }) => classCode === VENDOR_SPECIFIC)
    .filter((candidate) => subclassCode === undefined || candidate.subclassCode === subclassCode)
    .filter((candidate) => interfaceNumber === undefined || candidate.interfaceNumber === interfaceNumber)
    .map(pipeOf)
    .filter((pipe) => pipe !== undefined);
  const [pipe, ...more] = pipes;
  if (pipe === undefined) {
    const which = interfaceNumber === undefined ? "no interface" : `no interface ${interfaceNumber}`;
    return `has ${which} of the vendor's own with one bulk endpoint each way`;
  }
  if (more.length > 0) {
    const numbers = pipes.map((each) => each.interfaceNumber).join(", ");
    return `has several interfaces of the vendor's own (${numbers}): \`interface\` has to say which`;
  }
  return pipe;
}

function pipeOf({ interfaceNumber, endpoints }: UsbInterface): Pipe | undefined {
  const bulk = (wanted: UsbEndpoint["direction"]): UsbEndpoint | undefined => {
    const [endpoint, ...more] = endpoints.filter(({ type, direction }) => type === "bulk" && direction === wanted);
    return more.length === 0 && PACKET_SIZES.includes(endpoint?.packetBytes ?? 0) ? endpoint : undefined;
  };
  const [into, out] = [bulk("in"), bulk("out")];
  if (into === undefined || out === undefined) return undefined;
  return {
    interfaceNumber,
    endpointIn: into.endpointNumber,
    endpointOut: out.endpointNumber,
    packetBytesIn: into.packetBytes,
    packetBytesOut: out.packetBytes,
  };
}

/** Closes what is no longer wanted. Never rejects: a device that is gone is closed. */
export async function closeQuietly(device: UsbDevice): Promise<void> {
  await device.close().catch(() => {});
}

export function linkOver(
  { device, pipe }: OpenPipe,
  name: string,
  listener: LinkListener,
  ports: { readonly clock: Clock; readonly library: UsbLibrary },
): Link {
  const { clock, library } = ports;
  const reader = createReader(device, pipe, clock, {
    heard: (bytes) => received(bytes),
    failed: (why) => lose({ loss: "failed", why }),
  });
  const writer = createWriter(device, pipe);
  const stopHearing = library.hearUnplugged((handle) => {
    if (handle === device.handle) lose({ loss: "failed", why: `${name} was unplugged` });
  });
  const { link, received, lose } = singleUseLink(
    {
      name,
      isWritable: () => true,
      write: writer.write,
      pause: reader.pause,
      resume: reader.resume,
      shut: () => {
        stopHearing();
        const ended = Promise.all([reader.end(), writer.end()]).then(() => closeQuietly(device));
        return within(CLOSE_LIMIT_MS, ended, clock);
      },
    },
    listener,
    clock,
  );
  return link;
}

/** Resolves when that is done, or after that time all the same. */
function within(limitMs: number, done: Promise<void>, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.after(limitMs, resolve);
    void done.then(() => {
      timer.cancel();
      resolve();
    });
  });
}

/** Reads packet after packet, unless paused. `end` resolves when no read is under way. */
function createReader(
  device: UsbDevice,
  pipe: Pipe,
  clock: Clock,
  { heard, failed }: { readonly heard: (bytes: Uint8Array) => void; readonly failed: (why: string) => void },
) {
  const restAfter = createPace(clock, PACKETS);
  let isEnded = false;
  let isPaused = false;
  let reading: Promise<void> | undefined;
  let next: Timer | undefined;

  const hasEnded = (): boolean => isEnded;
  const mayRead = (): boolean => !isPaused && !isEnded;

  const read = async (): Promise<void> => {
    try {
      while (mayRead()) {
        // One packet comes whole or not at all. Of a longer read, the packets that came before its time was over would be lost.
        const bytes = await device.read(pipe.endpointIn, pipe.packetBytesIn, READ_TIMEOUT_MS);
        const restMs = restAfter(1);
        if (hasEnded()) return;
        if (bytes !== undefined && bytes.length > 0) heard(bytes);
        if (restMs > 0) return readAfter(restMs);
      }
    } catch (error) {
      if (!hasEnded()) failed(inWords(error));
    } finally {
      reading = undefined;
    }
  };
  const readAfter = (delayMs: number): void => {
    next?.cancel();
    next = clock.after(delayMs, () => {
      if (mayRead()) reading ??= read();
    });
  };
  readAfter(0); // the link has to be known before it says anything

  return {
    pause: () => {
      isPaused = true;
    },
    resume: () => {
      isPaused = false;
      readAfter(0);
    },
    end: async () => {
      isEnded = true;
      next?.cancel();
      await reading;
    },
  };
}

/** Writes message after message. `end` resolves when no write is under way; of one that is, no further part is sent. */
function createWriter(device: UsbDevice, pipe: Pipe) {
  let isEnded = false;
  let writing: Promise<void> = Promise.resolve();

  const part = async (bytes: Uint8Array): Promise<void> => {
    if (isEnded) throw new Error("it was closed while it was written to");
    const taken = await device.write(pipe.endpointOut, bytes, WRITE_TIMEOUT_MS);
    if (taken !== bytes.length) throw new Error(`it took ${taken} of ${bytes.length} bytes`);
  };

  const writeAll = async (bytes: Uint8Array): Promise<void> => {
    for (let at = 0; at < bytes.length; at += WRITE_BYTES) await part(bytes.subarray(at, at + WRITE_BYTES));
    // A device that reads into a larger buffer knows by a short packet that a message is complete (USB 2.0 5.8.3): Android's
    // accessories and Linux' gadgets keep one that ends with a full packet until more comes. An empty packet is a short one.
    if (bytes.length > 0 && bytes.length % pipe.packetBytesOut === 0) await part(new Uint8Array());
  };

  const write: Medium["write"] = (bytes, done) => {
    writing = writeAll(bytes).then(
      () => done(undefined),
      (error: unknown) => done(new Error(inWords(error))),
    );
  };
  return {
    write,
    end: () => {
      isEnded = true;
      return writing;
    },
  };
}

/** What the library says, in words that a technician can use. */
export function inWords(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/disconnected|endpoint not found|device not found/i.test(text)) {
    return `the device is gone: unplugged or switched off (${text})`;
  }
  if (/\bfault$/i.test(text)) return `the connection broke: unplugged, switched off, or a bad cable (${text})`;
  if (/cancelled/i.test(text)) return `the device did not take what was written within ${WRITE_TIMEOUT_MS} ms`;
  return text;
}
