import { usbMatchOf, type KnownVendor } from "./fingerprints.ts";
import type { Scanned, Scanner } from "./scanner.ts";
import type { SerialPorts, SerialPortSeen } from "./serial-ports.ts";
import { usbNumber, type PluggedSighting, type UsbIdentity } from "./sighting.ts";
import type { UsbDevicesOpened } from "./usb-devices.ts";

/** Each part is absent where the configuration switches it off. */
export type Plugged = {
  readonly serial?: SerialPorts;
  /** Opened when it is first looked at: most shops never ask. */
  readonly usb?: () => Promise<UsbDevicesOpened>;
};

const MOST_SIGHTINGS = 128;
/** It stands in a command that people paste: nothing that a shell could take for more than a word. */
const PLAIN_WORD = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;
/** A hub, a root of a bus: a device of its own, and nothing that anybody would add. */
const HUB_CLASS = 0x09;
/** Of the maker itself: what a terminal that is no serial port speaks on. */
const VENDOR_SPECIFIC_CLASS = 0xff;

/**
 * What is plugged into this machine. Everything is told by the system: no port is opened and nothing is written to find out what is behind it, since
 * that may be a fiscal printer.
 */
export function pluggedScanner({ serial, usb }: Plugged, vendors: readonly KnownVendor[]): Scanner<PluggedSighting> {
  return {
    kinds: [...(serial === undefined ? [] : ["serial" as const]), ...(usb === undefined ? [] : ["usb" as const])],
    scan: async () => {
      const ports = serial === undefined ? NOTHING : await lookAtPorts(serial, vendors);
      const devices = usb === undefined ? NOTHING : await lookAtDevices(usb, vendors, ports.sightings);
      const sightings = [...ports.sightings, ...devices.sightings].toSorted(
        (one, other) => (other.score ?? 0) - (one.score ?? 0) || (one.path ?? "").localeCompare(other.path ?? ""),
      );
      const leftOut = sightings.length - MOST_SIGHTINGS;
      return {
        sightings: sightings.slice(0, MOST_SIGHTINGS),
        troubles: [
          ...ports.troubles,
          ...devices.troubles,
          ...(leftOut > 0 ? [{ text: `${leftOut} serial ports and USB devices were left out.` }] : []),
        ],
      };
    },
  };
}

type Looked = Scanned<PluggedSighting>;
const NOTHING: Looked = { sightings: [], troubles: [] };

async function lookAtPorts(serial: SerialPorts, vendors: readonly KnownVendor[]): Promise<Looked> {
  const listed = await serial.list();
  if (listed.kind === "failed") {
    return { sightings: [], troubles: [{ kind: "serial", text: `Serial ports cannot be listed: ${listed.why}.` }] };
  }
  return { sightings: listed.ports.map((port) => portSighting(port, vendors)), troubles: [] };
}

function portSighting({ path, usb }: SerialPortSeen, vendors: readonly KnownVendor[]): PluggedSighting {
  const seen = { kind: "serial", path, simulated: false } as const;
  if (usb === undefined) {
    return { ...seen, name: path, why: "it is a serial port of this machine: what is connected to it cannot be seen" };
  }
  const match = usbMatchOf(usb, vendors);
  const name = nameOf(usb) ?? path;
  if (match === undefined) {
    const why = `its USB vendor ${usbNumber(usb.vendorId)} is no maker of terminals that is known: anything can be behind it`;
    return { ...seen, name, usb, why };
  }
  const { settings, ...recognised } = match;
  return {
    ...seen,
    name,
    usb,
    ...recognised,
    link: linkTo(usb) ?? { type: "serial", path },
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
  };
}

/** By what it is, and not by the port that it has today. */
function linkTo({ vendorId, productId, serialNumber }: UsbIdentity): PluggedSighting["link"] {
  if (serialNumber === undefined || !PLAIN_WORD.test(serialNumber)) return undefined;
  return { type: "usb", vendorId: usbNumber(vendorId), productId: usbNumber(productId), serialNumber };
}

/** Those that are serial ports are told as such already; of the others, those that could be a terminal. */
async function lookAtDevices(
  usb: NonNullable<Plugged["usb"]>,
  vendors: readonly KnownVendor[],
  ports: readonly PluggedSighting[],
): Promise<Looked> {
  const opened = await usb();
  if (opened.kind === "failed") {
    return { sightings: [], troubles: [{ kind: "usb", text: `USB cannot be looked at: ${opened.why}.` }] };
  }
  const devices = await opened.devices.list().catch(() => undefined);
  if (devices === undefined) {
    return {
      sightings: [],
      troubles: [{ kind: "usb", text: "USB cannot be looked at any more; start the service again." }],
    };
  }
  const asPorts = new Set(ports.flatMap((port) => (port.usb === undefined ? [] : [keyOf(port.usb)])));
  const sightings = devices.flatMap((device): readonly PluggedSighting[] => {
    const match = usbMatchOf(device, vendors);
    const isAlone = !asPorts.has(keyOf(device));
    const couldSpeak = device.interfaces.some(({ classCode }) => classCode === VENDOR_SPECIFIC_CLASS);
    const isHub = device.interfaces.length > 0 && device.interfaces.every(({ classCode }) => classCode === HUB_CLASS);
    if (!isAlone || isHub || (match === undefined && !couldSpeak)) return [];
    const { interfaces: _interfaces, ...identity } = device;
    const seen = {
      kind: "usb",
      name: nameOf(device) ?? usbNumber(device.vendorId),
      usb: identity,
      simulated: false,
    } as const;
    if (match === undefined) {
      const why = `its USB vendor ${usbNumber(device.vendorId)} is no maker of terminals that is known, and it has no serial port`;
      return [{ ...seen, why }];
    }
    // By what it speaks nobody can see; the one who adds it knows.
    const { settings, ...recognised } = match;
    return [
      {
        ...seen,
        ...recognised,
        why: `${match.why}; it has no serial port`,
        ...(Object.keys(settings).length === 0 ? {} : { settings }),
      },
    ];
  });
  return { sightings, troubles: opened.trouble === undefined ? [] : [{ text: opened.trouble }] };
}

function nameOf({ manufacturer, product, serialNumber }: UsbIdentity): string | undefined {
  const words = [manufacturer, product, serialNumber].filter((word) => word !== undefined && word !== "");
  return words.length === 0 ? undefined : words.join(" ");
}

function keyOf({ vendorId, productId, serialNumber }: UsbIdentity): string {
  return JSON.stringify([vendorId, productId, serialNumber]);
}
