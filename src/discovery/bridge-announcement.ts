import type { Clock, Log, Timer } from "../core/ports.ts";
import { AdvertisingFailure, type Advertised, type Advertisement } from "./advertise.ts";
import type { Card } from "./cards.ts";

/** What POS programs on other machines of the shop look for. */
const BRIDGE_TYPE = "_tillbridge._tcp";

/** The system tells nobody when a card comes or goes, so it is looked at. */
const LOOK_EVERY_MS = 10_000;
const MAX_CARDS = 32;
/** As many as fit into a label with a number behind them. */
const MAX_NAME_BYTES = 57;
const NAMELESS = "Tillbridge";

export type Bridge = {
  /** What the shop calls this installation. */
  readonly name: string;
  readonly port: number;
  readonly version: string;
  /** Whether wss is spoken at this port, or ws. */
  readonly scheme: "ws" | "wss";
};

/** What the service says of itself: where it is, and what is spoken there. */
export function bridgeService({ name, port, version, scheme }: Bridge): Advertised {
  const txt = { version, path: "/v1", tls: scheme === "wss" ? "1" : "0" };
  return { name: fitted(name.trim()) || NAMELESS, type: BRIDGE_TYPE, port, txt };
}

export type BridgePorts = {
  /** The cards of this moment; undefined where the machine does not tell. */
  readonly cards: () => readonly Card[] | undefined;
  /** Publishes it on the card that has this address. */
  readonly publish: (service: Advertised, address: string) => Promise<Advertisement>;
  readonly clock: Clock;
  readonly log: Pick<Log, "info" | "warn">;
};

/** Announces the service on every card but the loopback, and on those that come later, until it is disposed of. */
export function announceBridge(service: Advertised, { cards, publish, clock, log }: BridgePorts): AsyncDisposable {
  const published = new Map<string, Advertisement>();
  /** A card on which it cannot be done is tried again each time, and told once. */
  const failed = new Set<string>();
  let isEnding = false;
  let next: Timer | undefined;

  const begin = async ({ name: card, address }: Card): Promise<void> => {
    try {
      const advertisement = await publish(service, address);
      published.set(address, advertisement);
      failed.delete(address);
      log.info("lan.announced", "The service is announced in the network", { card, address, as: advertisement.name });
    } catch (error) {
      if (!(error instanceof AdvertisingFailure)) throw error;
      if (!failed.has(address)) log.warn("lan.notAnnounced", error.message, { card, address });
      failed.add(address);
    }
  };
  const end = async (address: string): Promise<void> => {
    const advertisement = published.get(address);
    published.delete(address);
    await advertisement?.close();
  };
  const follow = async (): Promise<void> => {
    const known = cards();
    if (known !== undefined) await announceOn(known.filter(isInNetwork).slice(0, MAX_CARDS));
    if (!isEnding) next = clock.after(LOOK_EVERY_MS, again);
  };
  const announceOn = async (now: readonly Card[]): Promise<void> => {
    const addresses = new Set(now.map(({ address }) => address));
    for (const address of failed) if (!addresses.has(address)) failed.delete(address);
    await Promise.all([
      ...[...published.keys()].filter((address) => !addresses.has(address)).map(end),
      ...now.filter(({ address }) => !published.has(address)).map(begin),
    ]);
  };
  const again = (): void => {
    following = follow();
  };
  let following = follow();
  return {
    [Symbol.asyncDispose]: async () => {
      isEnding = true;
      next?.cancel();
      await following;
      await Promise.all([...published.keys()].map(end));
    },
  };
}

/** Who hears of the loopback is on this machine, and needs no announcement. */
function isInNetwork({ address }: Card): boolean {
  return !address.startsWith("127.");
}

/** Cut between two characters. */
function fitted(name: string): string {
  let length = 0;
  let kept = "";
  for (const character of name) {
    length += Buffer.byteLength(character);
    if (length > MAX_NAME_BYTES) break;
    kept += character;
  }
  return kept.trim();
}
