import type { NetworkInterfaceInfo } from "node:os";

/** One IPv4 address of a network card. A card with two of them is looked at twice: each of its networks asks for itself. */
export type Card = {
  readonly name: string;
  readonly address: string;
  readonly netmask: string;
};

export type Cards = {
  readonly cards: readonly Card[];
  /** Names that were wanted and are not there. */
  readonly missing: readonly string[];
  /** For people: why the machine does not tell which cards it has. */
  readonly unlisted?: string;
};

/**
 * The cards that are up, or those of them that are wanted. The loopback is one of them: simulated terminals are there.
 *
 * @param interfaces as `os.networkInterfaces()` answers
 */
export function cardsOf(
  interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>,
  wanted?: readonly string[],
): Cards {
  const cards = Object.entries(interfaces).flatMap(([name, addresses = []]) =>
    addresses
      .filter(({ family }) => family === "IPv4")
      .map(({ address, netmask }): Card => ({ name, address, netmask })),
  );
  if (wanted === undefined) return { cards, missing: [] };
  return {
    cards: cards.filter(({ name }) => wanted.includes(name)),
    missing: wanted.filter((name) => !cards.some((card) => card.name === name)),
  };
}

/** Whether an IPv4 address is in the card's own network. */
export function isOnLink({ address, netmask }: Card, other: string): boolean {
  const mask = numberOf(netmask);
  return ((numberOf(address) ^ numberOf(other)) & mask) === 0;
}

/** Where one machine can be reached from another one: no broadcast or multicast, no loopback but on the loopback itself. */
export function isUnicast(card: Card, address: string): boolean {
  const [first = 0] = address.split(".").map(Number);
  if (first === 127) return isOnLink(card, address);
  return first > 0 && first < 224;
}

/** As a signed 32-bit number, which is what bitwise operators make of it anyway. */
function numberOf(address: string): number {
  return address.split(".").reduce((number, byte) => (number << 8) | Number(byte), 0);
}
