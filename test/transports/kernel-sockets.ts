import { readFileSync } from "node:fs";

/** What Linux tells about every TCP socket of this machine. */
export const KERNEL_SOCKETS = "/proc/net/tcp";

const KEEP_ALIVE = "02";
const MS_PER_TICK = 10;

/** In how long the kernel asks the other side of this IPv4 socket whether it is there; undefined where it will not. */
export function keepAliveMs(localPort: number, remotePort?: number): number | undefined {
  for (const line of readFileSync(KERNEL_SOCKETS, "utf8").split("\n").slice(1)) {
    const [, local = "", remote = "", , , timer = ""] = line.trim().split(/\s+/);
    if (portOf(local) !== localPort || (remotePort !== undefined && portOf(remote) !== remotePort)) continue;
    const [kind, ticks = ""] = timer.split(":");
    return kind === KEEP_ALIVE ? Number.parseInt(ticks, 16) * MS_PER_TICK : undefined;
  }
  return undefined;
}

function portOf(address: string): number {
  return Number.parseInt(address.split(":")[1] ?? "", 16);
}
