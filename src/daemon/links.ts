import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import type { Clock } from "../core/ports.ts";
import { schemaFaults, withDefaults, type SchemaFault, type TSchema } from "../core/schema.ts";
import type { LinkKind, Vendor } from "../drivers/driver.ts";
import { HttpAddressSchema, httpTransport, type HttpAddress } from "../transports/http.ts";
import { SerialAddressSchema, serialTransport, type SerialAddress } from "../transports/serial.ts";
import { TcpAddressSchema, tcpTransport, type TcpAddress } from "../transports/tcp.ts";
import type { Medium } from "./terminal/open-outlet.ts";

/** A terminal's `link`, checked and bound to its medium; or what is wrong with it. */
type BoundLink =
  | { readonly kind: "bound"; readonly address: JsonObject; readonly medium: Medium }
  | { readonly kind: "faulty"; readonly faults: readonly SchemaFault[] };

/** What two terminals cannot share: a device node, or a host's port. Undefined where many stand behind one address. */
export function placeOf({ type, host, port, path }: JsonObject): string | undefined {
  if (typeof path === "string") return path;
  const isNetwork = typeof type === "string" && typeof host === "string" && typeof port === "number";
  return isNetwork ? `${type} ${host.toLowerCase()}:${port}` : undefined;
}

/** Binds a terminal's configured link. Fields are named from the terminal: `link.port`. */
export type BindLink = (vendor: Vendor, link: JsonObject) => BoundLink;

type Carrier = { readonly schema: TSchema; bind(address: Json): Medium };

/** The media that this release has, behind one way to open a link. Addresses were checked against the schema before. */
export function linksOver(clock: Clock): BindLink {
  const tcp = tcpTransport(clock);
  const serial = serialTransport(clock);
  const http = httpTransport(clock);
  const carriers: Partial<Record<LinkKind, Carrier>> = {
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
    http: {
      schema: HttpAddressSchema,
      bind: (address) => ({
        kind: "http",
        open: (listener, limits, signal) => http.open(address as unknown as HttpAddress, listener, limits, signal),
      }),
    },
  };
  return (vendor, link) => {
    const usable = vendor.links.filter((kind) => carriers[kind] !== undefined);
    const kind = usable.find((name) => name === link["type"]);
    const carrier = kind === undefined ? undefined : carriers[kind];
    if (kind === undefined || carrier === undefined) {
      const why = `must be one of ${usable.map((name) => JSON.stringify(name)).join(", ")} for ${vendor.name}`;
      return { kind: "faulty", faults: [{ field: "link.type", why }] };
    }
    const address = withDefaults(carrier.schema, { ...vendor.linkDefaults[kind], ...link });
    const faults = schemaFaults(carrier.schema, address).map(({ field, why }) => ({ field: `link.${field}`, why }));
    if (faults.length > 0 || !isJsonObject(address)) return { kind: "faulty", faults };
    return { kind: "bound", address, medium: carrier.bind(address) };
  };
}
