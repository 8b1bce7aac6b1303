import type { Clock } from "../../core/ports.ts";
import { machineCards } from "../../discovery/machine-cards.ts";
import { mdnsScanner } from "../../discovery/mdns-scanner.ts";
import { pluggedScanner } from "../../discovery/plugged-scanner.ts";
import type { Scanner } from "../../discovery/scanner.ts";
import { systemSerialPorts, type SerialPorts } from "../../discovery/serial-ports.ts";
import { openUsbDevices, type UsbDevicesOpened } from "../../discovery/usb-devices.ts";
import type { MdnsSighting } from "../../discovery/sighting.ts";
import type { Vendor } from "../../drivers/driver.ts";
import type { Config } from "../../home/config-schema.ts";
import type { FindService } from "../named-links.ts";
import { isForeignSimulator } from "./whereabouts.ts";

/** What this machine can see of terminals, as far as the configuration lets it look. */
export type Senses = AsyncDisposable & {
  /** Looks on the network; undefined where that is switched off. */
  readonly network: Scanner<MdnsSighting> | undefined;
  /** Looks at what is plugged in; undefined where that is switched off. */
  readonly plugged: Scanner | undefined;
  /** For people: where it is not looked. */
  readonly leftOut: readonly string[];
  readonly serialPorts: SerialPorts;
  readonly findService: FindService;
  /** Something was plugged in or out. */
  onPlugged(changed: () => void): () => void;
};

const OF_KIND = {
  mdns: "The network is not looked at",
  usb: "USB devices are not looked at",
  serial: "Serial ports are not looked at",
  accounts: "Accounts with vendors are not asked for their terminals",
};

/** For how long a name is asked for: an answer takes milliseconds, and one may be lost. */
const FIND_MS = 1_500;

export function sensesOf(
  { mdns, usb, serial, accounts, interfaces }: Config["discovery"],
  vendors: ReadonlyMap<string, Vendor>,
  clock: Clock,
): Senses {
  const known = Array.from(vendors.values(), ({ id, fingerprints = [] }) => ({ id, fingerprints }));
  const cards = () => machineCards(interfaces);
  const network = mdns ? mdnsScanner({ vendors: known, cards, clock }) : undefined;
  const serialPorts = systemSerialPorts(clock);
  const bus = new UsbBus();
  const plugged = { ...(serial ? { serial: serialPorts } : {}), ...(usb ? { usb: () => bus.open() } : {}) };
  return {
    network,
    plugged: serial || usb ? pluggedScanner(plugged, known) : undefined,
    leftOut: Object.entries({ mdns, usb, serial, accounts })
      .filter(([, isOn]) => !isOn)
      .map(([name]) => `${OF_KIND[name as keyof typeof OF_KIND]}: \`discovery.${name}\` is false in config.json.`),
    serialPorts,
    findService: network === undefined ? notLookedFor : serviceFinder(network),
    onPlugged: (changed) => {
      const stop = serialPorts.onChange(changed);
      bus.changed = changed;
      // Linux tells of serial ports without it.
      if (usb && process.platform !== "linux") void bus.open();
      return stop;
    },
    [Symbol.asyncDispose]: () => bus.close(),
  };
}

/** The USB library, which costs memory, from the first time that it is needed. */
class UsbBus {
  changed: () => void = () => undefined;
  #opened: Promise<UsbDevicesOpened> | undefined;

  open(): Promise<UsbDevicesOpened> {
    return (this.#opened ??= this.#open());
  }

  async close(): Promise<void> {
    const opened = await this.#opened;
    if (opened?.kind === "open") await opened.devices[Symbol.asyncDispose]();
  }

  async #open(): Promise<UsbDevicesOpened> {
    const opened = await openUsbDevices();
    if (opened.kind === "open") opened.devices.onChange(() => this.changed());
    return opened;
  }
}

/**
 * One that is announced at two places is at none: which of them it is nobody can say. Whoever asks while the network is being looked at is answered
 * from that look: every terminal that is away asks again and again.
 */
export function serviceFinder(network: Scanner<MdnsSighting>): FindService {
  let looking: ReturnType<typeof network.scan> | undefined;
  return async ({ name, vendor, type }) => {
    looking ??= network.scan(FIND_MS, new AbortController().signal).finally(() => (looking = undefined));
    let sightings: readonly MdnsSighting[];
    try {
      ({ sightings } = await looking);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { kind: "notFound", why: `the network cannot be looked at (${why})` };
    }
    const [found, ...others] = sightings.filter(
      (seen) =>
        seen.isOnLink &&
        seen.name === name &&
        seen.vendor === vendor &&
        seen.link?.type === type &&
        !isForeignSimulator(seen),
    );
    if (found === undefined) {
      return { kind: "notFound", why: `nobody on this network announces ${JSON.stringify(name)}` };
    }
    if (others.length === 0) return { kind: "found", host: found.address, port: found.port };
    return { kind: "notFound", why: `${others.length + 1} places on this network announce ${JSON.stringify(name)}` };
  };
}

const notLookedFor: FindService = () =>
  Promise.resolve({ kind: "notFound", why: "`discovery.mdns` in config.json is false, and its link names no address" });
