import type { Clock } from "../core/ports.ts";
import type { Opened, Transport } from "./transport.ts";
import { openAccessory } from "./usb-accessory.ts";
import { isAtAddress, nameOfAddress, type UsbAddress } from "./usb-address.ts";
import { attempt, OVER, type Attempt, type Failure } from "./usb-attempt.ts";
import { closeQuietly, inWords, linkOver, type OpenPipe } from "./usb-bulk.ts";
import { loadUsbLibrary, type UsbLibrary } from "./usb-library.ts";
import { isFailure, openPipe, theOnly } from "./usb-opening.ts";

/**
 * USB devices with an interface of their vendor's own, and Android devices as accessories. Those that appear as serial ports
 * are opened by the serial transport, once somebody has found their port.
 */
export function usbTransport(clock: Clock, load: () => Promise<UsbLibrary> = loadUsbLibrary): Transport<UsbAddress> {
  const started = new Map<string, string>();
  let opened = 0;
  let loading: Promise<UsbLibrary> | undefined;

  const openWith = async (address: UsbAddress, given: Attempt): Promise<Ready | Failure> => {
    if ((address.speaks ?? "serial") === "serial") return speaksSerial(address);
    let library: UsbLibrary;
    try {
      // The native part is loaded with the first device: a machine where it does not load can still use its other links.
      loading ??= load();
      library = await loading;
    } catch (error) {
      loading = undefined;
      return notLoaded(error);
    }
    if (given.isOver()) return OVER;
    try {
      const pipe =
        address.speaks === "accessory"
          ? await openAccessory(address, { library, attempt: given, started })
          : await openBulk(address, library, given);
      return pipe.kind === "failed" ? pipe : { kind: "ready", library, pipe };
    } catch (error) {
      return notListed(error);
    }
  };

  return {
    kind: "usb",
    open: async (address, listener, openTimeoutMs, signal): Promise<Opened> => {
      const place = nameOfAddress(address);
      const result = await attempt<Ready | Failure>(
        clock,
        { what: place, timeoutMs: openTimeoutMs, signal },
        (given) => openWith(address, given),
        (late) => {
          if (late.kind === "ready") void closeQuietly(late.pipe.device);
        },
      );
      if (result.kind === "failed") return result;
      opened += 1;
      const ports = { clock, library: result.library };
      return { kind: "open", link: linkOver(result.pipe, `usb ${place} #${opened}`, listener, ports) };
    },
  };
}

type Ready = { readonly kind: "ready"; readonly library: UsbLibrary; readonly pipe: OpenPipe };

async function openBulk(address: UsbAddress, library: UsbLibrary, given: Attempt): Promise<OpenPipe | Failure> {
  const name = nameOfAddress(address);
  const present = await library.list();
  if (given.isOver()) return OVER;
  const device = theOnly(
    present.filter((each) => isAtAddress(each, address)),
    name,
  );
  if (isFailure(device)) return device;
  return openPipe(device, { name, attempt: given, wanted: { interfaceNumber: address.interface } });
}

function speaksSerial(address: UsbAddress): Failure {
  return {
    kind: "failed",
    why: `${nameOfAddress(address)} speaks over a serial port, and no port of it was found`,
    remedy: "Plug it in and switch it on; where it has no serial port, change `speaks`.",
  };
}

function notLoaded(error: unknown): Failure {
  return {
    kind: "failed",
    why: `USB does not work on this machine: ${inWords(error)}`,
    remedy: "Install again, with the package's prebuilt parts for this system.",
  };
}

function notListed(error: unknown): Failure {
  return {
    kind: "failed",
    why: `the USB devices of this machine cannot be listed: ${inWords(error)}`,
    remedy: "Look whether this machine has USB, and whether the service may see it.",
  };
}
