import type { NetworkInterfaceInfo } from "node:os";
import { cardsOf, isOnLink, type Card } from "../../discovery/cards.ts";
import { fault, ok, warning, type Examination, type Finding, type Said } from "../check.ts";
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

/** @param isNeeded what it is needed for, by name; undefined where all terminals are plugged in */
export function cardsExamination(ports: CardsPorts, isNeeded: string | undefined): Examination {
  return {
    id: ID,
    examine: async () => {
      const cards = await knownCards(ports);
      const outward = cards.filter(({ kind }) => kind !== "loopback");
      if (outward.every(({ kind }) => kind === "inner")) return [noNetwork(isNeeded, Object.keys(ports.interfaces()))];
      const found = [...selfGiven(outward), ...overlaps(outward), ...twins(outward)];
      return [worstOf(found) ?? ok(ID, (words) => outward.map((card) => inWords(card)(words)).join(", "))];
    },
  };
}

function inWords({ name, address, netmask, kind }: KnownCard): Said {
  const card = `${name} ${address}/${prefixOf(netmask)}`;
  return ({ cards: words }) => (kind === "tunnel" || kind === "inner" ? words[kind](card) : card);
}

function noNetwork(isNeeded: string | undefined, names: readonly string[]): Finding {
  const others = names.filter((name) => !/^lo/i.test(name));
  const evidence: Said = ({ cards: words }) => (others.length === 0 ? words.none : words.noneOf(others.join(", ")));
  if (isNeeded === undefined) return ok(ID, (words) => `${evidence(words)} ${words.cards.notNeeded}`);
  return fault(
    ID,
    (words) => `${evidence(words)} ${words.cards.neededFor(isNeeded)}`,
    ({ cards: words }) => words.plugIn,
  );
}

function selfGiven(cards: readonly KnownCard[]): readonly Finding[] {
  return cards
    .filter(({ address }) => address.startsWith(SELF_GIVEN))
    .map(({ name, address }) =>
      fault(
        ID,
        ({ cards: words }) => words.selfGiven(name, address),
        ({ cards: words }) => words.seeRouter,
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
          (words) => words.cards.overlap(inWords(other)(words), inWords(card)(words)),
          ({ cards: words }) => words.moveAway(other.name),
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
          (words) => words.cards.twins(inWords(card)(words), inWords(other)(words)),
          ({ cards: words }) => words.useOne(other.name),
        ),
      ),
  );
}

function shareNetwork(one: Card, other: Card): boolean {
  return isOnLink(one, other.address) || isOnLink(other, one.address);
}
