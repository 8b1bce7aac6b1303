import { isJsonObject, type Json, type JsonObject } from "../core/json.ts";
import type { Call } from "./call.ts";
import { wrongUsage } from "./exit.ts";
import { readNamed } from "./typed-values.ts";

const WAYS = ["tcp", "serial", "http", "link"] as const;

/** How a terminal is reached: `--tcp HOST:PORT`, `--serial PATH`, `--http HOST:PORT`, or `--link JSON` for all else. */
export function readLink(call: Pick<Call, "text">): JsonObject {
  const given = WAYS.filter((way) => call.text(way) !== undefined);
  const [way] = given;
  if (way === undefined || given.length > 1)
    throw wrongUsage("Say how the terminal is connected with one of --tcp, --serial, --http, --link.");
  const value = call.text(way) ?? "";
  switch (way) {
    case "tcp":
    case "http":
      return { type: way, ...hostAndPort(way, value) };
    case "serial": {
      const baudRate = call.text("baud-rate");
      return { type: "serial", path: value, ...(baudRate === undefined ? {} : { baudRate: Number(baudRate) }) };
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
