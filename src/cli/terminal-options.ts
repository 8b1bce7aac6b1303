import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import type { Call } from "./call.ts";
import { wrongUsage } from "./exit.ts";
import { readNamed } from "./typed-values.ts";

const WAYS = ["tcp", "http", "mdns", "serial", "usb", "find", "link"] as const;

export function isLinkNamed(call: Pick<Call, "text">): boolean {
  return WAYS.some((way) => call.text(way) !== undefined);
}

/** How a terminal is reached: by one of the options that name a place or a device, or `--link JSON` for all else. */
export function readLink(call: Pick<Call, "text">): JsonObject {
  const given = WAYS.filter((way) => call.text(way) !== undefined);
  const [way] = given;
  if (way === undefined || given.length > 1)
    throw wrongUsage(`Say how the terminal is connected with one of ${WAYS.map((name) => `--${name}`).join(", ")}.`);
  const value = call.text(way) ?? "";
  switch (way) {
    case "tcp":
    case "http":
      return { type: way, ...hostAndPort(way, value) };
    case "serial": {
      const baudRate = call.text("baud-rate");
      return { type: "serial", path: value, ...(baudRate === undefined ? {} : { baudRate: Number(baudRate) }) };
    }
    case "mdns":
      return readServiceName(value);
    case "usb":
      return {
        ...readUsb(value),
        ...(call.text("baud-rate") === undefined ? {} : { baudRate: Number(call.text("baud-rate")) }),
      };
    case "find": {
      if (!/^(tcp|http|serial)$/.test(value)) throw wrongUsage(`--find is tcp, http or serial, not ${value}.`);
      if (call.text("serial-number") === undefined)
        throw wrongUsage("--find needs the --serial-number of the device that is to be found.");
      return { type: value };
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
    throw wrongUsage(`--usb is VENDOR:PRODUCT:SERIAL as in 2fb8:2001:A920-0001, not ${value}.`);
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
