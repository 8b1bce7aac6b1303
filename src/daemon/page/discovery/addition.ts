import { RequestRefused } from "../../../client/errors.ts";
import { isPassing } from "../../../client/refusals.ts";
import type { JsonObject } from "../../../core/json.ts";
import type { SightingOnWire } from "../../../protocol/terminal.ts";
import type { PageSession } from "../view.ts";
import { put, type ReadSettings } from "../form/schema-fields.ts";

/** How a terminal is reached, as it is typed. */
export type TypedLink = { readonly type: string } & Readonly<Record<LinkField, string>>;

export type LinkField = "host" | "port" | "path" | "vendorId" | "productId" | "serialNumber" | "baseUrl";

/** What is asked for each medium. A medium that this page does not know is not offered. */
export const LINK_FIELDS: Readonly<Record<string, readonly LinkField[]>> = {
  tcp: ["host", "port"],
  http: ["host", "port"],
  serial: ["path"],
  usb: ["vendorId", "productId", "serialNumber"],
  cloud: ["baseUrl"],
};

const OPTIONAL: ReadonlySet<LinkField> = new Set(["productId", "serialNumber", "baseUrl"]);

export const NO_LINK: TypedLink = {
  type: "",
  host: "",
  port: "",
  path: "",
  vendorId: "",
  productId: "",
  serialNumber: "",
  baseUrl: "",
};

export type ReadLink =
  | { readonly kind: "read"; readonly link: { readonly type: string } & JsonObject }
  | { readonly kind: "faulty"; readonly faults: Partial<Record<LinkField, "missing" | "noNumber">> };

export function readLink(typed: TypedLink): ReadLink {
  const link: Record<string, string | number> & { type: string } = { type: typed.type };
  const faults: Partial<Record<LinkField, "missing" | "noNumber">> = {};
  for (const field of LINK_FIELDS[typed.type] ?? []) {
    const text = typed[field].trim();
    if (text === "") {
      if (!OPTIONAL.has(field)) faults[field] = "missing";
    } else if (field !== "port") link[field] = text;
    else if (/^\d{1,5}$/.test(text)) link[field] = Number(text);
    else faults[field] = "noNumber";
  }
  return Object.keys(faults).length > 0 ? { kind: "faulty", faults } : { kind: "read", link };
}

export type Addition = {
  readonly terminal: string;
  readonly name: string;
  readonly vendor: string;
  readonly link: { readonly type: string } & JsonObject;
  readonly read: Extract<ReadSettings, { kind: "read" }>;
  readonly seen?: SightingOnWire;
};

/** Secrets are stored before they are named; those of a terminal that is not taken are forgotten again. */
export async function addTerminal(session: Pick<PageSession, "ask">, addition: Addition): Promise<void> {
  const { terminal, name, vendor, link, read } = addition;
  const settings = structuredClone(read.settings) as Parameters<typeof put>[0];
  const known = read.secrets.length === 0 ? [] : (await session.ask("secrets.list", {})).secrets;
  const stored: string[] = [];
  let isAsked = false;
  try {
    for (const { path, value } of read.secrets) {
      const secret = freeSecretName(terminal, path, known);
      stored.push(secret);
      await session.ask("secrets.set", { name: secret, value });
      put(settings, path, { secret });
    }
    isAsked = true;
    await session.ask("terminals.add", {
      terminal,
      vendor,
      link,
      settings,
      ...(name === "" ? {} : { name }),
    });
  } catch (error) {
    // Where it was asked for and no answer tells that it was not taken, it may have been, and needs them.
    if (!isAsked || (error instanceof RequestRefused && !isPassing(error))) {
      await Promise.allSettled(stored.map((secret) => session.ask("secrets.remove", { name: secret })));
    }
    throw error;
  }
}

const LONGEST_SECRET_NAME = 64;

/** What another terminal refers to is never overwritten. */
export function freeSecretName(terminal: string, path: readonly string[], known: readonly string[]): string {
  const wished = `${terminal}.${path.join(".")}`;
  for (let number = 1; ; number += 1) {
    const end = number === 1 ? "" : `-${number}`;
    const name = `${wished.slice(0, LONGEST_SECRET_NAME - end.length)}${end}`;
    if (!known.includes(name)) return name;
  }
}
