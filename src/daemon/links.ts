import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import type { Clock } from "../core/ports.ts";
import { schemaFaults, withDefaults, type SchemaFault, type TSchema } from "../core/schema.ts";
import type { LinkKind, Vendor } from "../drivers/driver.ts";
import { SerialAddressSchema, serialTransport, type SerialAddress } from "../transports/serial.ts";
import { TcpAddressSchema, tcpTransport, type TcpAddress } from "../transports/tcp.ts";
import type { OpenLink } from "./terminal/connection.ts";

/** A terminal's `link`, checked and bound to its medium; or what is wrong with it. */
type BoundLink =
  | { readonly kind: "bound"; readonly address: JsonObject; readonly open: OpenLink }
  | { readonly kind: "faulty"; readonly faults: readonly SchemaFault[] };

/** Binds a terminal's configured link. Fields are named from the terminal: `link.port`. */
export type BindLink = (vendor: Vendor, link: JsonObject) => BoundLink;

type Medium = { readonly schema: TSchema; bind(address: Json): OpenLink };

/** The media that this release has, behind one way to open a link. */
export function linksOver(clock: Clock): BindLink {
  const tcp = tcpTransport(clock);
  const serial = serialTransport(clock);
  const media: Partial<Record<LinkKind, Medium>> = {
    tcp: {
      schema: TcpAddressSchema,
      bind: (address) => (listener, openTimeoutMs, signal) =>
        // Checked against the schema just before.
        tcp.open(address as unknown as TcpAddress, listener, openTimeoutMs, signal),
    },
    serial: {
      schema: SerialAddressSchema,
      bind: (address) => (listener, openTimeoutMs, signal) =>
        serial.open(address as unknown as SerialAddress, listener, openTimeoutMs, signal),
    },
  };
  return (vendor, link) => {
    const usable = vendor.links.filter((kind) => media[kind] !== undefined);
    const kind = usable.find((name) => name === link["type"]);
    const medium = kind === undefined ? undefined : media[kind];
    if (kind === undefined || medium === undefined) {
      const why = `must be one of ${usable.map((name) => JSON.stringify(name)).join(", ")} for ${vendor.name}`;
      return { kind: "faulty", faults: [{ field: "link.type", why }] };
    }
    const address = withDefaults(medium.schema, { ...vendor.linkDefaults[kind], ...link });
    const faults = schemaFaults(medium.schema, address).map(({ field, why }) => ({ field: `link.${field}`, why }));
    if (faults.length > 0 || !isJsonObject(address)) return { kind: "faulty", faults };
    return { kind: "bound", address, open: medium.bind(address) };
  };
}
