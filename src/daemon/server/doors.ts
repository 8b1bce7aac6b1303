/** Where somebody stands who wants in: a program or page of this machine, or another machine of the shop. */
export type From = "thisMachine" | "lan";

/** One way into the server: where it is, and who may come through it. */
export type Door = {
  readonly from: From;
  readonly scheme: "http" | "https";
  /** The port that is really listened on. */
  readonly port: number;
  /** What the Host header may name, in lower case, addresses of version 6 in brackets; at the LAN also the address that was reached. */
  readonly names: readonly string[];
  /** Origins of pages that may come through it, exactly as a browser sends them. */
  readonly allowedOrigins: readonly string[];
};

/** Names under which a browser or a program on this machine reaches the loopback. Anything else in Host is another site. */
const LOOPBACK_NAMES: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];

const DEFAULT_PORTS = { http: 80, https: 443 } as const;

/** As they stand in a Host header or an Origin: the port is left out where the scheme has it anyway. */
export function authoritiesOf({ names, scheme, port }: Pick<Door, "names" | "scheme" | "port">): readonly string[] {
  return names.flatMap((name) => (port === DEFAULT_PORTS[scheme] ? [name, `${name}:${port}`] : [`${name}:${port}`]));
}

/** The origins of pages that are served at this door. */
export function ownOriginsOf({ names, scheme, port }: Pick<Door, "names" | "scheme" | "port">): readonly string[] {
  return names.map((name) => `${scheme}://${port === DEFAULT_PORTS[scheme] ? name : `${name}:${port}`}`);
}

/** As it stands in a Host header. */
export function inHostHeader(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "").toLowerCase();
  return plain.includes(":") ? `[${plain}]` : plain;
}

/** For programs and pages of this machine; the pages that it serves itself are on its list by construction. */
export function loopbackDoor(scheme: Door["scheme"], port: number, allowedOrigins: readonly string[]): Door {
  const place = { scheme, port, names: LOOPBACK_NAMES };
  return { ...place, from: "thisMachine", allowedOrigins: [...ownOriginsOf(place), ...allowedOrigins] };
}
