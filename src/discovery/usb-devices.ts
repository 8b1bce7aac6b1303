import type { UsbIdentity } from "./sighting.ts";
import { usbIdentityOf } from "./usb-identity.ts";
import { openUsbSource } from "./usb-library.ts";
import type { RawUsbDevice, UsbSource } from "./usb-source.ts";

/** A USB device, as its system knows it. Nothing was opened to find out, and nothing was asked. */
export type UsbDevice = UsbIdentity & {
  /** Empty where the system does not tell. */
  readonly interfaces: readonly { readonly classCode: number; readonly subclassCode: number }[];
};

export interface UsbDevices extends AsyncDisposable {
  /** Rejects where the system does not let anybody look any more. */
  list(): Promise<readonly UsbDevice[]>;
  /** Calls `changed` when a device is plugged in or unplugged; perhaps several times. Answers how to stop listening. */
  onChange(changed: () => void): () => void;
}

export type UsbDevicesOpened =
  | {
      readonly kind: "open";
      readonly devices: UsbDevices;
      /** For people: why nobody hears of what is plugged in, on a machine where that is so. It is seen when it is looked for. */
      readonly trouble?: string;
    }
  /** For people. */
  | { readonly kind: "failed"; readonly why: string };

const MOST_DEVICES = 256;
/** A device of the specification has at most 32; what it says beyond that is nobody's business. */
const MOST_INTERFACES = 32;

/** The machine's own USB. Until it is disposed of it keeps the process alive. */
export async function openUsbDevices(open: () => Promise<UsbSource> = openUsbSource): Promise<UsbDevicesOpened> {
  let source: UsbSource;
  try {
    source = await open();
    await source.list(1);
  } catch (error) {
    return { kind: "failed", why: inWords(error) };
  }

  const listeners = new Set<() => void>();
  const watching = await startWatching(source, () => {
    for (const changed of [...listeners]) changed();
  });
  return {
    kind: "open",
    ...(watching.trouble === undefined ? {} : { trouble: watching.trouble }),
    devices: {
      list: async () => (await source.list(MOST_DEVICES)).slice(0, MOST_DEVICES).map(plain),
      onChange: (changed) => {
        const listener = (): void => changed();
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      async [Symbol.asyncDispose]() {
        listeners.clear();
        await watching.stop();
      },
    },
  };
}

async function startWatching(
  source: UsbSource,
  changed: () => void,
): Promise<{ readonly stop: () => Promise<void>; readonly trouble?: string }> {
  try {
    const stop = await source.watch(changed);
    return { stop: () => stop().catch(() => {}) };
  } catch (error) {
    return {
      stop: () => Promise.resolve(),
      trouble: `nobody tells when a USB device is plugged in: ${inWords(error)}`,
    };
  }
}

function plain(raw: RawUsbDevice): UsbDevice {
  return { ...usbIdentityOf(raw), interfaces: raw.interfaces.slice(0, MOST_INTERFACES) };
}

function inWords(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return /ENOENT|not found/.test(text) ? "this machine has no USB, as far as its system tells" : text;
}
