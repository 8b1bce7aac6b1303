import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CardFacts } from "./cards.ts";

/** `IFF_MULTICAST` of Linux. */
const MULTICAST = 0x1000;
/** `ARPHRD_NONE`: what has no hardware address, as tunnels are. */
const NO_HARDWARE = 65_534;
/** `ARPHRD_PPP`. */
const POINT_TO_POINT = 512;

/** What Linux tells of its cards, to everybody; nothing of other systems. */
export async function linuxCardFacts(card: string, folder = "/sys/class/net"): Promise<CardFacts> {
  if (card.includes("/") || card.startsWith(".")) return {};
  const number = async (name: string): Promise<number | undefined> => {
    const text = await readFile(join(folder, card, name), "utf8").catch(() => "");
    return text.trim() === "" ? undefined : Number(text);
  };
  const [flags, type, tun] = await Promise.all([number("flags"), number("type"), number("tun_flags")]);
  return {
    ...(flags === undefined ? {} : { multicast: (flags & MULTICAST) !== 0 }),
    ...(type === undefined ? {} : { tunnel: type === NO_HARDWARE || type === POINT_TO_POINT || tun !== undefined }),
  };
}
