/** 24, of 255.255.255.0. */
export function prefixOf(netmask: string): number {
  const bits = netmask.split(".").map((byte) => Number(byte).toString(2).replaceAll("0", "").length);
  return bits.reduce((sum, count) => sum + count, 0);
}

/** 255.255.255.0, of 24. */
export function netmaskOf(prefix: number): string {
  const bits = "1".repeat(prefix).padEnd(32, "0");
  return [0, 8, 16, 24].map((from) => String(Number.parseInt(bits.slice(from, from + 8), 2))).join(".");
}
