import type { JsonObject } from "../../core/json.ts";
import type { CloudAddress } from "../../transports/cloud.ts";
import type { ExaminedTerminal, VendorFacts } from "../terminals/examined.ts";
import type { Cloud } from "./cloud.ts";

const MOST_CLOUDS = 8;

/** The servers that configured terminals need: those behind which they stand, and those beside them. No others are asked. */
export function cloudsOf(terminals: readonly ExaminedTerminal[], vendors: readonly VendorFacts[]): readonly Cloud[] {
  const users = new Map<string, { readonly address: CloudAddress; readonly terminals: string[] }>();
  for (const terminal of terminals) {
    const address = addressFor(terminal, vendors);
    if (address === undefined) continue;
    const known = users.get(address.baseUrl);
    if (known === undefined) users.set(address.baseUrl, { address, terminals: [terminal.config.id] });
    else known.terminals.push(terminal.config.id);
  }
  return [...users.values()].slice(0, MOST_CLOUDS);
}

function addressFor(
  { config, link, faults }: ExaminedTerminal,
  vendors: readonly VendorFacts[],
): CloudAddress | undefined {
  if (config.disabled === true || faults.length > 0) return undefined;
  const account = vendors.find(({ id }) => id === config.vendor)?.account;
  const settings = config.settings ?? {};
  const behind = link["type"] === "cloud" ? link : undefined;
  const beside = account?.nameOf(settings, link) === undefined ? undefined : account.linkOf(settings, link);
  return cloudAddress(behind ?? beside);
}

function cloudAddress(link: JsonObject | undefined): CloudAddress | undefined {
  const { type, baseUrl, tls } = link ?? {};
  if (type !== "cloud" || typeof baseUrl !== "string") return undefined;
  const { ca } = (tls ?? {}) as { readonly ca?: string };
  return { type, baseUrl, ...(ca === undefined ? {} : { tls: { ca } }) };
}
