import assert from "node:assert/strict";
import type { Clock, Timer } from "../../src/core/ports.ts";
import type { UsbDevice, UsbInterface, UsbLibrary } from "../../src/transports/usb-library.ts";

/** A bus to plug devices into that behave as the npm package says they do, its rules included. */
export interface FakeUsb extends UsbLibrary {
  plug(device: FakeDeviceOptions): FakeDevice;
  /** How many listen to what is unplugged. */
  listeners(): number;
}

export type FakeDeviceOptions = {
  readonly vendorId?: number;
  readonly productId?: number;
  readonly serialNumber?: string | undefined;
  readonly interfaces?: readonly UsbInterface[];
  /** Of Android Open Accessory; a device without it stalls. */
  readonly accessoryVersion?: number;
  /** Stalls at this string. */
  readonly refusesString?: number;
  /** What happens when it is told to start as an accessory. */
  readonly onStart?: (device: FakeDevice) => void;
};

export interface FakeDevice extends UsbDevice {
  /** What was asked of it, in order: `open`, `claim 0`, `ask 51`, `tell 52`, `close`. Reads and writes are not among it. */
  readonly calls: readonly string[];
  readonly isOpen: boolean;
  readonly isReading: boolean;
  /** Each write that reached it. */
  readonly written: readonly Uint8Array[];
  /** The strings that it was told as an accessory. */
  readonly strings: readonly string[];
  /** Sends a packet. */
  say(bytes: Uint8Array): void;
  /** From now on it takes no more than so many bytes of a write; none at all is a write that never ends by itself. */
  takes(mostBytes: number): void;
  /** From now on the calls of this name wait. Answers how to let them go on. */
  hold(call: string): () => void;
  /** From now on the calls of this name fail. */
  fail(call: string, message: string): void;
  /** They do what they should again. */
  mend(call: string): void;
  /** What it says of itself from now on. */
  turnInto(interfaces: readonly UsbInterface[]): void;
  /** `silently`: the system tells nobody that it is gone. */
  unplug(how?: "silently"): void;
}

export const bulkInterface = (over: Partial<UsbInterface> = {}): UsbInterface => ({
  interfaceNumber: 0,
  classCode: 255,
  subclassCode: 0,
  endpoints: [
    { endpointNumber: 1, direction: "in", type: "bulk", packetBytes: 512 },
    { endpointNumber: 2, direction: "out", type: "bulk", packetBytes: 512 },
  ],
  ...over,
});

export function createFakeUsb(clock: Clock): FakeUsb {
  const plugged = new Set<FakeDevice>();
  const listeners = new Set<(handle: string) => void>();
  let count = 0;
  return {
    list: () => Promise.resolve([...plugged]),
    hearUnplugged: (heard) => {
      listeners.add(heard);
      return () => void listeners.delete(heard);
    },
    listeners: () => listeners.size,
    plug: (options) => {
      count += 1;
      const device = createDevice(`device ${count}`, options, clock, (how) => {
        plugged.delete(device);
        if (how !== "silently") for (const heard of [...listeners]) heard(device.handle);
      });
      plugged.add(device);
      return device;
    },
  };
}

type Pending = { readonly answer: (bytes: Uint8Array | undefined) => void; readonly fail: (error: Error) => void };

function createDevice(
  handle: string,
  options: FakeDeviceOptions,
  clock: Clock,
  left: (how: "silently" | undefined) => void,
): FakeDevice {
  const calls: string[] = [];
  const written: Uint8Array[] = [];
  const strings: string[] = [];
  const waiting: Uint8Array[] = [];
  const held = new Map<string, Promise<void>>();
  const failing = new Map<string, string>();
  let interfaces = options.interfaces ?? [bulkInterface()];
  let mostTaken = Number.POSITIVE_INFINITY;
  let isPlugged = true;
  let isOpen = false;
  let claimed: number | undefined;
  let reading: Pending | undefined;
  let writing: Pending | undefined;

  const called = async (call: string): Promise<void> => {
    calls.push(call);
    await held.get(call);
    const message = failing.get(call);
    if (message !== undefined) throw new Error(message);
    if (!isPlugged) throw new Error("device not found (errno 2)");
  };
  /** The package lets nothing be closed while it is used. */
  const assertIdle = (): void => assert.ok(reading === undefined && writing === undefined, "it is used at this moment");
  const assertUsable = (): void => {
    assert.ok(isOpen, "it is not open");
    assert.notEqual(claimed, undefined, "nothing is claimed");
  };
  const transfer = (timeoutMs: number, atEnd: (settle: Pending) => void, set: (pending: Pending | undefined) => void) =>
    new Promise<Uint8Array | undefined>((resolve, reject) => {
      const over = (): void => {
        timer.cancel();
        set(undefined);
      };
      const pending: Pending = {
        answer: (bytes) => (over(), resolve(bytes)),
        fail: (error) => (over(), reject(error)),
      };
      const timer: Timer = clock.after(timeoutMs, () => atEnd(pending));
      set(pending);
    });

  const device: FakeDevice = {
    handle,
    vendorId: options.vendorId ?? 0x2fb8,
    productId: options.productId ?? 0x2001,
    serialNumber: options.serialNumber,
    calls,
    written,
    strings,
    get isOpen() {
      return isOpen;
    },
    get isReading() {
      return reading !== undefined;
    },
    open: async () => {
      await called("open");
      isOpen = true;
    },
    interfaces: async () => {
      await called("interfaces");
      return interfaces;
    },
    claim: async (interfaceNumber) => {
      await called(`claim ${interfaceNumber}`);
      claimed = interfaceNumber;
    },
    read: (_endpoint, byteCount, timeoutMs) => {
      assertUsable();
      assert.equal(reading, undefined, "it is read already");
      if (!isPlugged) return Promise.reject(new Error("transferIn error: endpoint not found"));
      const next = waiting.shift();
      if (next !== undefined) return Promise.resolve(next);
      assert.ok(byteCount > 0);
      return transfer(
        timeoutMs,
        (pending) => pending.answer(undefined),
        (pending) => {
          reading = pending;
        },
      );
    },
    write: async (_endpoint, bytes, timeoutMs) => {
      assertUsable();
      assert.equal(writing, undefined, "it is written to already");
      await held.get("write");
      if (!isPlugged) throw new Error("transferOut error: endpoint not found");
      if (mostTaken === 0) {
        await transfer(
          timeoutMs,
          (pending) => pending.fail(new Error("transferOut error: Cancelled")),
          (pending) => {
            writing = pending;
          },
        );
      }
      written.push(bytes.slice(0, mostTaken));
      return Math.min(bytes.length, mostTaken);
    },
    ask: async (request) => {
      assert.ok(isOpen, "it is not open");
      await called(`ask ${request}`);
      if (options.accessoryVersion === undefined) throw new Error("controlTransferIn error: Stall");
      return new Uint8Array([options.accessoryVersion & 255, options.accessoryVersion >> 8]);
    },
    tell: async (request, index, bytes) => {
      assert.ok(isOpen, "it is not open");
      await called(`tell ${request}`);
      if (request === 52) {
        if (index === options.refusesString) throw new Error("controlTransferOut error: Stall");
        strings[index] = new TextDecoder().decode(bytes);
      } else if (request === 53) {
        options.onStart?.(device);
      }
    },
    close: async () => {
      assertIdle();
      await called("close").finally(() => {
        isOpen = false;
        claimed = undefined;
      });
    },
    say: (bytes) => {
      if (reading === undefined) waiting.push(bytes);
      else reading.answer(bytes);
    },
    takes: (mostBytes) => {
      mostTaken = mostBytes;
    },
    hold: (call) => {
      let release = (): void => {};
      held.set(
        call,
        new Promise((resolve) => {
          release = resolve;
        }),
      );
      return () => release();
    },
    fail: (call, message) => void failing.set(call, message),
    mend: (call) => void failing.delete(call),
    turnInto: (others) => {
      interfaces = others;
    },
    unplug: (how) => {
      isPlugged = false;
      reading?.fail(new Error("transferIn error: Disconnected"));
      writing?.fail(new Error("transferOut error: Disconnected"));
      left(how);
    },
  };
  return device;
}
