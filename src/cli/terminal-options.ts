import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import type { TerminalOnWire } from "../protocol/terminal.ts";
import type { Call } from "./call.ts";
import { wrongUsage } from "./exit.ts";
import { readBaudRate, readNamed } from "./typed-values.ts";

const WAYS = ["tcp", "http", "mdns", "serial", "usb", "find", "link"] as const;
/** Those of the ways and of the types of links that may be a serial port. */
const WITH_BAUD_RATE: ReadonlySet<string> = new Set(["serial", "usb"]);

function isLinkNamed(call: Pick<Call, "text">): boolean {
  return WAYS.some((way) => call.text(way) !== undefined);
}

type Configured = Pick<TerminalOnWire, "id" | "link" | "serialNumber">;

/** Whether the options say only a part of a link, and the terminal that they are about has to tell the rest. */
export function isLinkCompletedBy(call: Pick<Call, "text" | "flag">): boolean {
  if (call.text("find") !== undefined)
    return call.text("serial-number") === undefined && !call.flag("forget-serial-number");
  return call.text("baud-rate") !== undefined && !isLinkNamed(call);
}

/**
 * The link that a terminal is to have from now on; undefined where none is said.
 *
 * @param terminal as it is configured, where it has to tell the rest
 */
export function readChangedLink(call: Pick<Call, "text">, terminal: Configured | undefined): JsonObject | undefined {
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
export function readLink(call: Pick<Call, "text">, serialNumber: string | undefined): JsonObject {
  const given = WAYS.filter((way) => call.text(way) !== undefined);
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

/** `currency=CLP`, `quietMs=180000`: a value that is JSON counts as what it says, else as text. */
export function readSettings(settings: readonly string[]): JsonObject | undefined {
  if (settings.length === 0) return undefined;
  const named = readNamed("--setting", settings);
  return Object.fromEntries(named.map(([name, value]) => [name, parsed(value) ?? value]));
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
