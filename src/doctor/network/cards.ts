import type { NetworkInterfaceInfo } from "node:os";
import { cardsOf, isOnLink, type Card } from "../../discovery/cards.ts";
import { fault, ok, warning, type Examination, type Finding } from "../check.ts";
import { prefixOf } from "./netmask.ts";
import { worstOf } from "./worst.ts";

/** What stands behind a card. `inner`: containers and virtual machines of this computer. */
export type CardKind = "ordinary" | "tunnel" | "inner" | "loopback";

/** What the system knows of a card beside its addresses; each absent where it does not tell. */
export type CardFacts = { readonly multicast?: boolean; readonly tunnel?: boolean };

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

export type CardsPorts = {
  /** As `os.networkInterfaces()` answers, and throws. */
  readonly interfaces: () => Interfaces;
  readonly factsOf: (card: string) => Promise<CardFacts>;
};

const TUNNEL =
  /^(tun|tap|wg|ppp|utun|ipsec|gpd|cscotun|zt|nordlynx|proton|tailscale|wt)\d|^(tailscale|nordlynx)|vpn|wireguard|zerotier|anyconnect|fortinet|globalprotect|hamachi/i;
const INNER =
  /^(docker|veth|virbr|lxcbr|lxdbr|incusbr|cni|flannel|cali|podman|vmnet|vboxnet)|^br-[0-9a-f]{12}$|^vEthernet|VirtualBox|VMware Network Adapter/i;
/** The address that a machine gives itself where nobody gives it one. */
const SELF_GIVEN = "169.254.";

export function kindOf(name: string, address: string, { tunnel }: CardFacts): CardKind {
  if (address.startsWith("127.")) return "loopback";
  if (tunnel === true || TUNNEL.test(name)) return "tunnel";
  return INNER.test(name) ? "inner" : "ordinary";
}

export type KnownCard = Card & { readonly kind: CardKind; readonly facts: CardFacts };

/** The cards of this moment with what is known of them: one for each IPv4 address. */
export async function knownCards({ interfaces, factsOf }: CardsPorts): Promise<readonly KnownCard[]> {
  const { cards } = cardsOf(interfaces());
  return Promise.all(
    cards.map(async (card) => {
      const facts = await factsOf(card.name);
      return { ...card, facts, kind: kindOf(card.name, card.address, facts) };
    }),
  );
}

const ID = "network.cards";

/** @param isNeeded what it is needed for, in words; undefined where all terminals are plugged in */
export function cardsExamination(ports: CardsPorts, isNeeded: string | undefined): Examination {
  return {
    id: ID,
    examine: async () => {
      const cards = await knownCards(ports);
      const outward = cards.filter(({ kind }) => kind !== "loopback");
      if (outward.every(({ kind }) => kind === "inner")) return [noNetwork(isNeeded, Object.keys(ports.interfaces()))];
      const found = [...selfGiven(outward), ...overlaps(outward), ...twins(outward)];
      return [worstOf(found) ?? ok(ID, outward.map(inWords).join(", "))];
    },
  };
}

function inWords({ name, address, netmask, kind }: KnownCard): string {
  const words: Readonly<Record<CardKind, string>> = {
    ordinary: "",
    tunnel: " (a VPN or tunnel)",
    inner: " (inside of this computer)",
    loopback: "",
  };
  return `${name} ${address}/${prefixOf(netmask)}${words[kind]}`;
}

function noNetwork(isNeeded: string | undefined, names: readonly string[]): Finding {
  const others = names.filter((name) => !/^lo/i.test(name));
  const evidence = `No network card of this machine has an IPv4 address${others.length === 0 ? "" : ` (there are ${others.join(", ")})`}.`;
  if (isNeeded === undefined) return ok(ID, `${evidence} No terminal needs one.`);
  const remedy =
    "Plug the cable in or join the Wi-Fi, and look whether the router gives addresses (DHCP): `ip address` or `ipconfig` shows the one that this machine has.";
  return fault(ID, `${evidence} It is needed for ${isNeeded}.`, remedy);
}

function selfGiven(cards: readonly KnownCard[]): readonly Finding[] {
  return cards
    .filter(({ address }) => address.startsWith(SELF_GIVEN))
    .map(({ name, address }) =>
      fault(
        ID,
        `${name} has ${address}, which it gave itself: nobody in its network gives addresses.`,
        "Look whether the router is on and the cable leads to it, or give this machine an address by hand.",
      ),
    );
}

/** Containers and tunnels may use the shop's own numbers. The narrower network is asked first, so a wider one is in nobody's way. */
function overlaps(cards: readonly KnownCard[]): readonly Finding[] {
  const outer = cards.filter(({ kind }) => kind === "ordinary");
  const hidden = cards.filter(({ kind }) => kind === "inner" || kind === "tunnel");
  return outer.flatMap((card) =>
    hidden
      .filter(({ netmask }) => prefixOf(netmask) < 32 && prefixOf(netmask) >= prefixOf(card.netmask))
      .filter((other) => shareNetwork(card, other))
      .map((other) =>
        fault(
          ID,
          `${inWords(other)} has addresses of the network of ${inWords(card)}: a terminal there may be looked for in the wrong place.`,
          `Give ${other.name} another network (of Docker: \`bip\` and \`default-address-pools\` in /etc/docker/daemon.json; of a VPN: whoever runs it), or end it and look again.`,
        ),
      ),
  );
}

function twins(cards: readonly KnownCard[]): readonly Finding[] {
  const outer = cards.filter(({ kind }) => kind === "ordinary");
  return outer.flatMap((card, index) =>
    outer
      .slice(index + 1)
      .filter((other) => other.name !== card.name && shareNetwork(card, other))
      .map((other) =>
        warning(
          ID,
          `${inWords(card)} and ${inWords(other)} are in one network: the system takes either of them, and a terminal that knows one address hears from another.`,
          `Use one of them: pull the cable of ${other.name}, or switch its Wi-Fi off.`,
        ),
      ),
  );
}

function shareNetwork(one: Card, other: Card): boolean {
  return isOnLink(one, other.address) || isOnLink(other, one.address);
}
