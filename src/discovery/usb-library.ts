import type { WebUSB } from "usb";
import type { RawUsbDevice, UsbSource } from "./usb-source.ts";
import { listSysfs } from "./usb-sysfs.ts";

const SYSFS = "/sys/bus/usb/devices";

type PackageDevice = Awaited<ReturnType<WebUSB["getDevices"]>>[number];

/** The machine's own. Rejects where the native part does not load. */
export async function openUsbSource(): Promise<UsbSource> {
  const { WebUSB, usb } = await import("usb");

  // Its own `addEventListener` ends the process where the system has no USB or lets nobody listen: what fails in there is
  // thrown where nobody can catch it. The part beneath answers with promises.
  class Hotplug extends WebUSB {
    async start(changed: () => void): Promise<void> {
      await this.nativeEmitter.addAttach(changed);
      await this.nativeEmitter.addDetach(changed);
    }
    async stop(): Promise<void> {
      await this.nativeEmitter.removeAttach();
      await this.nativeEmitter.removeDetach();
    }
  }

  return {
    list: async (most) =>
      process.platform === "linux" ? listSysfs(SYSFS, most) : (await usb.getDevices()).slice(0, most).map(asTold),
    watch: async (changed) => {
      const hotplug = new Hotplug();
      try {
        await hotplug.start(changed);
      } catch (error) {
        await hotplug.stop().catch(() => {});
        throw error;
      }
      return () => hotplug.stop();
    },
  };
}

/**
 * The names that Windows keeps. To learn the maker's name and the interfaces, the package would have to ask the device: so there
 * are none, except that a device which is one thing as a whole says which.
 */
function asTold(device: PackageDevice): RawUsbDevice {
  const { vendorId, productId, deviceClass, deviceSubclass } = device;
  return {
    vendorId,
    productId,
    serialNumber: keptName(() => device.serialNumber),
    manufacturer: undefined,
    product: keptName(() => device.productName),
    interfaces: isOneThing(deviceClass) ? [{ classCode: deviceClass, subclassCode: deviceSubclass }] : [],
  };
}

/** Neither "see the interfaces" (0) nor "several things" (0xef). */
function isOneThing(deviceClass: number): boolean {
  return deviceClass !== 0 && deviceClass !== 0xef;
}

function keptName(read: () => string | null): string | undefined {
  try {
    return read() ?? undefined;
  } catch {
    return undefined;
  }
}
