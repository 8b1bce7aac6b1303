import type { Clock, Log } from "../core/ports.ts";
import { machineCards } from "../discovery/machine-cards.ts";
import { isLoopbackHost } from "./server/listen.ts";

export type Served = {
  /** Where the server listens. */
  readonly host: string;
  readonly port: number;
  readonly version: string;
  /** What the shop calls this installation. */
  readonly name: string;
};

/** Tells the network where the service is; nothing where only this machine is served, which is what nobody else could use. */
export async function announceOnLan(
  { host, ...bridge }: Served,
  clock: Clock,
  log: Log,
): Promise<AsyncDisposable | undefined> {
  if (isLoopbackHost(host)) return undefined;
  const [{ announceBridge, bridgeService }, { advertise }] = await Promise.all([
    import("../discovery/bridge-announcement.ts"),
    import("../discovery/advertise.ts"),
  ]);
  return announceBridge(bridgeService({ ...bridge, scheme: "ws" }), {
    cards: () => {
      const { cards, unlisted } = machineCards();
      return unlisted === undefined ? cards : undefined;
    },
    publish: (service, interfaceAddress) => advertise(service, { interfaceAddress, clock }),
    clock,
    log,
  });
}
