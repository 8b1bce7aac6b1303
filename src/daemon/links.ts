import type { BoundLink } from "./bound-link.ts";
import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import type { Clock } from "../core/ports.ts";
import { schemaFaults, withDefaults, type SchemaFault, type TSchema } from "../core/schema.ts";
import type { SerialPorts } from "../discovery/serial-ports.ts";
import type { LinkKind, Vendor } from "../drivers/driver.ts";
import { CloudAddressSchema, cloudTransport, whyNoBaseUrl, type CloudAddress } from "../transports/cloud.ts";
import { HttpAddressSchema, httpTransport, type HttpAddress } from "../transports/http.ts";
import { SerialAddressSchema, serialTransport, type SerialAddress } from "../transports/serial.ts";
import { TcpAddressSchema, tcpTransport, type TcpAddress } from "../transports/tcp.ts";
import { UsbAddressSchema, type UsbAddress } from "../transports/usb-address.ts";
import { usbTransport } from "../transports/usb.ts";
import { anywhere, byServiceName, type FindService } from "./named-links.ts";
import type { Medium } from "./terminal/medium.ts";
import { usbSerialTransport } from "./usb-serial.ts";

/** What two terminals cannot share: a device, a device node, a host's port, or a name in the network. Undefined where many stand behind one address. */
export function placeOf({ type, host, port, path, mdns, vendorId, serialNumber }: JsonObject): string | undefined {
  if (typeof path === "string") return path;
  if (type === "usb" && typeof vendorId === "string" && typeof serialNumber === "string")
    return `usb ${vendorId.toLowerCase()} ${serialNumber}`;
  if (typeof mdns === "string") return `mdns ${mdns}`;
  const isNetwork = typeof type === "string" && typeof host === "string" && typeof port === "number";
  return isNetwork ? `${type} ${host.toLowerCase().replace(/^localhost$/, "127.0.0.1")}:${port}` : undefined;
}

/**
 * Binds a terminal's configured link. Fields are named from the terminal: `link.port`.
 *
 * @param isKnown whether the device's serial number is configured, so that it can be looked for where no place is named
 */
export type BindLink = (vendor: Vendor, link: JsonObject, isKnown?: boolean) => BoundLink;

type Carrier = {
  readonly schema: TSchema;
  /** What is wrong with an address that fits the schema. */
  faults?(address: JsonObject): readonly SchemaFault[];
  bind(address: Json): Medium;
};
type Carriers = Partial<Record<LinkKind, Carrier>>;

/** Where links named by what a terminal is, and not by where, are looked up. */
export type LookUps = {
  readonly serialPorts: SerialPorts;
  readonly findService: FindService;
};

/** For checking links, which opens none. */
const NOTHING_LOOKED_UP: LookUps = {
  serialPorts: {
    list: () => Promise.resolve({ kind: "listed", ports: [] }),
    onChange: () => () => undefined,
  },
  findService: () => Promise.resolve({ kind: "notFound", why: "nothing is looked for" }),
};

/** The media that this release has, behind one way to open a link. Addresses were checked against the schema before. */
export function linksOver(clock: Clock, lookUps: LookUps = NOTHING_LOOKED_UP): BindLink {
  const carriers = carriersOver(clock, lookUps);
  return (vendor, link, isKnown = false) => {
    const usable = vendor.links.filter((kind) => carriers[kind] !== undefined);
    const kind = usable.find((name) => name === link["type"]);
    const carrier = kind === undefined ? undefined : carriers[kind];
    if (kind === undefined || carrier === undefined) {
      const why = `must be one of ${usable.map((name) => JSON.stringify(name)).join(", ")} for ${vendor.name}`;
      return { kind: "faulty", faults: [{ field: "link.type", why }] };
    }
    const given = { ...vendor.linkDefaults[kind], ...link };
    const { mdns, ...rest } = given;
    if (mdns !== undefined && link["host"] === undefined) {
      const find = (name: string) => lookUps.findService({ name, vendor: vendor.id, type: kind });
      return byServiceName(mdns, rest, (address) => boundBy(carrier, address), find);
    }
    if (isKnown && kind !== "usb" && kind !== "cloud" && link["host"] === undefined && link["path"] === undefined) {
      return anywhere(rest, (address) => boundBy(carrier, address));
    }
    return boundBy(carrier, given);
  };
}

function boundBy(carrier: Carrier, given: JsonObject): BoundLink {
  const address = withDefaults(carrier.schema, given);
  const misfits = schemaFaults(carrier.schema, address);
  const found = misfits.length > 0 || !isJsonObject(address) ? misfits : (carrier.faults?.(address) ?? []);
  const faults = found.map(({ field, why }) => ({ field: `link.${field}`, why }));
  if (faults.length > 0 || !isJsonObject(address)) return { kind: "faulty", faults };
  return { kind: "bound", address, medium: carrier.bind(address) };
}

function carriersOver(clock: Clock, { serialPorts }: LookUps): Carriers {
  const tcp = tcpTransport(clock);
  const serial = serialTransport(clock);
  const http = httpTransport(clock);
  const cloud = cloudTransport(http);
  const usbSerial = usbSerialTransport(serial, serialPorts);
  const usb = usbTransport(clock);
  return {
    tcp: {
      schema: TcpAddressSchema,
      bind: (address) => ({
        kind: "stream",
        open: (listener, openTimeoutMs, signal) =>
          tcp.open(address as unknown as TcpAddress, listener, openTimeoutMs, signal),
      }),
    },
    serial: {
      schema: SerialAddressSchema,
      bind: (address) => ({
        kind: "stream",
        open: (listener, openTimeoutMs, signal) =>
          serial.open(address as unknown as SerialAddress, listener, openTimeoutMs, signal),
      }),
    },
    usb: {
      schema: UsbAddressSchema,
      bind: (json) => {
        const address = json as unknown as UsbAddress;
        const transport = (address.speaks ?? "serial") === "serial" ? usbSerial : usb;
        return {
          kind: "stream",
          open: (listener, openTimeoutMs, signal) => transport.open(address, listener, openTimeoutMs, signal),
        };
      },
    },
    http: {
      schema: HttpAddressSchema,
      bind: (address) => ({
        kind: "http",
        open: (listener, limits, signal) => http.open(address as unknown as HttpAddress, listener, limits, signal),
      }),
    },
    cloud: {
      schema: CloudAddressSchema,
      faults: (address) => {
        const why = whyNoBaseUrl((address as unknown as CloudAddress).baseUrl);
        return why === undefined ? [] : [{ field: "baseUrl", why }];
      },
      bind: (address) => ({
        kind: "http",
        open: (listener, limits, signal) => cloud.open(address as unknown as CloudAddress, listener, limits, signal),
      }),
    },
  };
}
