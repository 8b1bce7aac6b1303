import type { TerminalOnWire } from "../../../protocol/terminal.ts";

/** Where a terminal is, as a technician says it: `10.0.0.5:9999`, `/dev/ttyACM0`, `2fb8:2001`. */
export function linkAddress({ type: _type, ...medium }: TerminalOnWire["link"]): string {
  const { host, port, path, name, vendorId, productId, serialNumber, baseUrl } = medium as Record<string, unknown>;
  if (typeof host === "string") return typeof port === "number" ? `${host}:${port}` : host;
  if (typeof path === "string") return path;
  if (vendorId !== undefined) return [vendorId, productId, serialNumber].filter(isSaid).map(String).join(":");
  return [name, baseUrl].filter(isSaid).map(String).join(" ");
}

function isSaid(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number";
}
