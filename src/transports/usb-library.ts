import { readFile } from "node:fs/promises";
import type { WebUSB } from "usb";
import { createUnpluggedWatch, type UnpluggedSource } from "./usb-unplugged.ts";

/** What is used of the npm package `usb`, in our words: a fake of it stands for real devices in tests. */
export interface UsbLibrary {
  /** What is plugged in now. Opens no device and asks none: only what the system knows of them already. */
  list(): Promise<readonly UsbDevice[]>;
  /** Tells the `handle` of every device that is unplugged. Answers how to stop listening. */
  hearUnplugged(heard: (handle: string) => void): () => void;
}

/** One device, from being plugged in until it is unplugged: after a replug it is another one, with another handle. */
export interface UsbDevice {
  readonly handle: string;
  readonly vendorId: number;
  readonly productId: number;
  readonly serialNumber: string | undefined;
  open(): Promise<void>;
  /** Its interfaces, in the configuration that it is in now or is put into by this. For an open device. */
  interfaces(): Promise<readonly UsbInterface[]>;
  claim(interfaceNumber: number): Promise<void>;
  /** Undefined where the device said nothing within that time. Never two at once. */
  read(endpointNumber: number, byteCount: number, timeoutMs: number): Promise<Uint8Array | undefined>;
  /** How many bytes it took. Never two at once; one beside a `read` is fine. */
  write(endpointNumber: number, bytes: Uint8Array, timeoutMs: number): Promise<number>;
  /** A vendor request to the device itself. */
  ask(request: number, byteCount: number, timeoutMs: number): Promise<Uint8Array>;
  /** A vendor request to the device itself. */
  tell(request: number, index: number, bytes: Uint8Array, timeoutMs: number): Promise<void>;
  /** Releases what was claimed, and closes. Nothing else may be under way. */
  close(): Promise<void>;
}

export type UsbInterface = {
  readonly interfaceNumber: number;
  readonly classCode: number;
  readonly subclassCode: number;
  readonly endpoints: readonly UsbEndpoint[];
};

export type UsbEndpoint = {
  readonly endpointNumber: number;
  readonly direction: "in" | "out";
  readonly type: string;
  readonly packetBytes: number;
};

type PackageDevice = Awaited<ReturnType<WebUSB["getDevices"]>>[number];

/** What is read of a configuration. The package declares it with names of the browser, which do not exist here. */
type PackageConfiguration = {
  readonly configurationValue: number;
  readonly interfaces: readonly {
    readonly interfaceNumber: number;
    readonly alternate: {
      readonly interfaceClass: number;
      readonly interfaceSubclass: number;
      readonly endpoints: readonly {
        readonly endpointNumber: number;
        readonly direction: "in" | "out";
        readonly type: string;
        readonly packetSize: number;
      }[];
    };
  }[];
};

/** Rejects where the native part does not load. */
export async function loadUsbLibrary(): Promise<UsbLibrary> {
  const usbPackage = await import("usb");

  // Its own `addEventListener` ends the process where the system has no USB or lets nobody listen: what fails in there is
  // thrown where nobody can catch it. The part beneath answers with promises.
  class Hotplug extends usbPackage.WebUSB implements UnpluggedSource {
    start(heard: (handle: string) => void): Promise<void> {
      return this.nativeEmitter.addDetach(heard);
    }
    stop(): Promise<void> {
      return this.nativeEmitter.removeDetach();
    }
  }

  const watch = createUnpluggedWatch(new Hotplug());
  return {
    list: async () => {
      const devices = await usbPackage.usb.getDevices();
      return Promise.all(devices.map(async (device) => wrapped(device, await serialNumberOf(device))));
    },
    hearUnplugged: (heard) => watch.hear(heard),
  };
}

/**
 * The package opens a device, and asks it, for every name that the system has not kept. Linux keeps what there is, so nothing
 * but the system's own files is read there. Windows keeps the serial number of every device that has one.
 */
async function serialNumberOf(device: PackageDevice): Promise<string | undefined> {
  try {
    if (process.platform !== "linux") return device.serialNumber ?? undefined;
    const folder = `/sys/bus/usb/devices/${Number(device.bus)}-${device.ports.join(".")}`;
    const [address, serialNumber] = await Promise.all([
      readFile(`${folder}/devnum`, "utf8"),
      readFile(`${folder}/serial`, "utf8"),
    ]);
    return Number(address) === device.address ? serialNumber.replace(/\n$/, "") : undefined;
  } catch {
    return undefined; // it has none, or it is gone by now
  }
}

function wrapped(device: PackageDevice, serialNumber: string | undefined): UsbDevice {
  const claimed: number[] = [];
  return {
    handle: device.handle,
    vendorId: device.vendorId,
    productId: device.productId,
    serialNumber,
    open: () => device.open(),
    interfaces: () => interfacesOf(device),
    claim: async (interfaceNumber) => {
      await device.claimInterface(interfaceNumber);
      claimed.push(interfaceNumber);
    },
    read: async (endpointNumber, byteCount, timeoutMs) => {
      try {
        return (await device.nativeTransferIn(endpointNumber, timeoutMs, byteCount)) ?? undefined;
      } catch (error) {
        if (error instanceof Error && error.message.endsWith("Cancelled")) return undefined;
        throw error;
      }
    },
    write: (endpointNumber, bytes, timeoutMs) => device.nativeTransferOut(endpointNumber, timeoutMs, bytes),
    ask: async (request, byteCount, timeoutMs) => {
      const answer = await device.nativeControlTransferIn(vendorRequest(request, 0), timeoutMs, byteCount);
      return answer ?? new Uint8Array();
    },
    tell: async (request, index, bytes, timeoutMs) => {
      await device.nativeControlTransferOut(vendorRequest(request, index), timeoutMs, bytes);
    },
    close: async () => {
      // A claim that is not given back survives the closing and keeps the interface busy, for us too.
      for (const interfaceNumber of claimed.splice(0)) await device.releaseInterface(interfaceNumber);
      await device.close();
    },
  };
}

async function interfacesOf(device: PackageDevice): Promise<readonly UsbInterface[]> {
  const configuration = await activeConfiguration(device);
  return configuration.interfaces.map(({ interfaceNumber, alternate }) => ({
    interfaceNumber,
    classCode: alternate.interfaceClass,
    subclassCode: alternate.interfaceSubclass,
    endpoints: alternate.endpoints.map(({ endpointNumber, direction, type, packetSize }) => ({
      endpointNumber,
      direction,
      type,
      packetBytes: packetSize,
    })),
  }));
}

/** Asks the device for the names of its interfaces, each time: so it is read once. */
async function activeConfiguration(device: PackageDevice): Promise<PackageConfiguration> {
  try {
    return device.configuration as PackageConfiguration;
  } catch (error) {
    // To be configured anew would take it from whoever uses another interface of it.
    if (!String(error).includes("not configured")) throw error;
    const [first] = device.configurations as readonly PackageConfiguration[];
    if (first === undefined) throw error;
    await device.selectConfiguration(first.configurationValue);
    return device.configuration as PackageConfiguration;
  }
}

function vendorRequest(request: number, index: number) {
  return { requestType: "vendor", recipient: "device", request, value: 0, index } as const;
}
