import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import type { TerminalOnWire } from "../protocol/terminal.ts";
import type { Call } from "./call.ts";
import { wrongUsage } from "./exit.ts";
import { readBaudRate, readNamed } from "./typed-values.ts";

const WAYS = ["tcp", "http", "mdns", "serial", "usb", "cloud", "find", "link"] as const;
/** As the service has it (`NAME_PATTERN`), without the schemas that a command does not load. */
const SECRET_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Those of the ways and of the types of links that may be a serial port. */
const WITH_BAUD_RATE: ReadonlySet<string> = new Set(["serial", "usb"]);

type Options = Pick<Call, "text" | "flag">;

function waysGiven(call: Options): readonly (typeof WAYS)[number][] {
  return WAYS.filter((way) => call.text(way) !== undefined || (way === "cloud" && call.flag(way)));
}

function isLinkNamed(call: Options): boolean {
  return waysGiven(call).length > 0;
}

type Configured = Pick<TerminalOnWire, "id" | "link" | "serialNumber">;

/** Whether the options say only a part of a link, and the terminal that they are about has to tell the rest. */
export function isLinkCompletedBy(call: Options): boolean {
  if (call.text("find") !== undefined)
    return call.text("serial-number") === undefined && !call.flag("forget-serial-number");
  return call.text("baud-rate") !== undefined && !isLinkNamed(call);
}

/**
 * The link that a terminal is to have from now on; undefined where none is said.
 *
 * @param terminal as it is configured, where it has to tell the rest
 */
export function readChangedLink(call: Options, terminal: Configured | undefined): JsonObject | undefined {
  if (isLinkNamed(call)) return readLink(call, call.text("serial-number") ?? terminal?.serialNumber);
  const baudRate = readBaudRate(call);
  if (baudRate === undefined || terminal === undefined) return undefined;
  const { id, link } = terminal;
  if (!WITH_BAUD_RATE.has(link.type))
    throw wrongUsage(`${id} is connected by ${link.type}, which has no baud rate. Say --serial or --usb beside it.`);
  return { ...(link as JsonObject), baudRate };
}

/**
 * How a terminal is reached: by one of the options that name a place or a device, or `--link JSON` for all else.
 *
 * @param serialNumber of the device, where it is known: by it alone a device can be found
 */
export function readLink(call: Options, serialNumber: string | undefined): JsonObject {
  const given = waysGiven(call);
  const [way] = given;
  if (way === undefined || given.length > 1)
    throw wrongUsage(`Say how the terminal is connected with one of ${WAYS.map((name) => `--${name}`).join(", ")}.`);
  const value = call.text(way) ?? "";
  const baudRate = readBaudRate(call);
  if (baudRate !== undefined && !WITH_BAUD_RATE.has(way === "find" ? value : way))
    throw wrongUsage(`--baud-rate is for a serial port: beside --serial, --usb or --find serial, not --${way}.`);
  const speed = baudRate === undefined ? {} : { baudRate };
  switch (way) {
    case "tcp":
    case "http":
      return { type: way, ...hostAndPort(way, value) };
    case "serial":
      return { type: "serial", path: value, ...speed };
    case "mdns":
      return readServiceName(value);
    case "usb":
      return { ...readUsb(value), ...speed };
    case "cloud":
      return { type: "cloud", ...readBaseUrl(call.text("cloud")) };
    case "find": {
      if (!/^(tcp|http|serial)$/.test(value)) throw wrongUsage(`--find is tcp, http or serial, not ${value}.`);
      if (serialNumber === undefined)
        throw wrongUsage("--find needs the --serial-number of the device that is to be found.");
      return { type: value, ...speed };
    }
    case "link": {
      const link = parsed(value);
      if (!isJsonObject(link)) throw wrongUsage(`--link is no JSON object: ${value}`);
      return link;
    }
  }
}

/**
 * `currency=CLP`, `quietMs=180000`: a value that is JSON counts as what it says, else as text.
 *
 * @param secrets `accessToken=mp`: the setting is what `tillbridge secret set mp` keeps
 */
export function readSettings(settings: readonly string[], secrets: readonly string[] = []): JsonObject | undefined {
  if (settings.length + secrets.length === 0) return undefined;
  const plain = readNamed("--setting", settings).map(([name, value]) => [name, parsed(value) ?? value] as const);
  const secret = readNamed("--secret-setting", secrets).map(
    ([name, value]) => [name, secretNamed(name, value)] as const,
  );
  const twice = secret.find(([name]) => plain.some(([other]) => other === name));
  if (twice !== undefined)
    throw wrongUsage(`${twice[0]} is given with --setting and with --secret-setting: say one of them.`);
  return Object.fromEntries([...plain, ...secret]);
}

/**
 * An id of digits is a number as it was typed, and text in the vendor's settings.
 *
 * @param schema of the settings, as JSON Schema
 */
export function withTexts(settings: JsonObject, typed: readonly string[], schema: unknown): JsonObject {
  const { properties } = (schema ?? {}) as { readonly properties?: Readonly<Record<string, { type?: unknown }>> };
  const texts = readNamed("--setting", typed).filter(
    ([name]) => typeof settings[name] === "number" && properties?.[name]?.type === "string",
  );
  return { ...settings, ...Object.fromEntries(texts) };
}

/** What was typed is not repeated where it is no name: it may be the secret itself. */
function secretNamed(setting: string, name: string): JsonObject {
  if (SECRET_NAME.test(name)) return { secret: name };
  throw wrongUsage(
    `--secret-setting ${setting} takes the name of a secret, and not the secret itself: ` +
      "store it with `tillbridge secret set NAME`, which reads it from standard input, and say NAME here.",
  );
}

/** None: the vendor's own, where it has one. */
function readBaseUrl(value: string | undefined): JsonObject {
  if (value === undefined) return {};
  if (!/^https?:\/\//i.test(value))
    throw wrongUsage(
      `--cloud is the base URL of the vendor's servers, https://HOST/PATH, or has nothing behind it, not ${value}.`,
    );
  return { baseUrl: value };
}

/** `http:PoyntPOSConnector` */
function readServiceName(value: string): JsonObject {
  const [, type, name] = /^(tcp|http):(.+)$/.exec(value) ?? [];
  if (type === undefined || name === undefined) throw wrongUsage(`--mdns is tcp:NAME or http:NAME, not ${value}.`);
  return { type, mdns: name };
}

/** `2fb8:2001:A920-0001`, with or without 0x, product and serial number. */
function readUsb(value: string): JsonObject {
  const [, vendorId, productId, serialNumber] =
    /^(?:0x)?([0-9a-f]{4})(?::(?:0x)?([0-9a-f]{4})(?::([^]{1,126}))?)?$/i.exec(value) ?? [];
  if (vendorId === undefined)
    throw wrongUsage(`--usb is VENDOR[:PRODUCT[:SERIAL]] as in 2fb8:2001:A920-0001, not ${value}.`);
  return {
    type: "usb",
    vendorId: `0x${vendorId.toLowerCase()}`,
    ...(productId === undefined ? {} : { productId: `0x${productId.toLowerCase()}` }),
    ...(serialNumber === undefined ? {} : { serialNumber }),
  };
}

function hostAndPort(way: string, value: string): JsonObject {
  const [, host, port] = /^\[?(.+?)\]?:(\d{1,5})$/.exec(value) ?? [];
  if (host === undefined || port === undefined) throw wrongUsage(`--${way} is HOST:PORT, not ${value}`);
  return { host, port: Number(port) };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
