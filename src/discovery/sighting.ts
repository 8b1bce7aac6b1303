import type { JsonObject } from "../core/json.ts";

/** What discovery saw, which vendor it looks like, and what would be configured. Names are a stranger's: data, never more. */
export type Sighting = {
  readonly kind: "mdns";
  readonly vendor: string;
  /** As it calls itself, cut to a length that people read. */
  readonly name: string;
  /** IPv4. */
  readonly address: string;
  readonly port: number;
  /** The host name that it announces beside its address. */
  readonly host: string;
  /** The network card on which it was seen. */
  readonly card: string;
  /** By what it was recognised, in words that complete "because ...". */
  readonly why: string;
  /** How sure that is, 1 to 100. */
  readonly score: number;
  /** It says of itself that it is no real terminal. */
  readonly simulated: boolean;
  /** Whether the address is in the network of the card: what is not was told by somebody else, and is not asked. */
  readonly isOnLink: boolean;
  /** The `link` of the terminal in a configuration; absent where nobody knows how to reach it. */
  readonly link?: Link;
  /** Settings of the terminal, as far as they are known from what was seen. */
  readonly settings?: JsonObject;
};

type Link = JsonObject & { readonly type: string };

/** The same in two scans: the same name at the same place. */
export function sightingKey({ kind, vendor, name, address, port }: Sighting): string {
  return JSON.stringify([kind, vendor, name, address, port]);
}
