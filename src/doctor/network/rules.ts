/** What the rules of a packet filter do with a packet, as far as they can be read. */

export type Packet = {
  readonly direction: "in" | "out";
  readonly protocol: "tcp" | "udp";
  readonly port: number;
  /** Of the other side; undefined where it may be anybody. */
  readonly address: string | undefined;
};

/** Whether something applies to a packet. `maybe`: it asks for what is not known here. */
export type Applies = "yes" | "no" | "maybe";

export type RuleEnd =
  | { readonly kind: "accept" }
  | { readonly kind: "drop" }
  /** Goes on in that chain and comes back; `goto` does not come back. */
  | { readonly kind: "jump"; readonly chain: string }
  | { readonly kind: "goto"; readonly chain: string }
  | { readonly kind: "return" };

/** What drops a packet, and where it stands. */
export type Place =
  | { readonly kind: "rule"; readonly rule: string; readonly chain: string }
  /** Of nftables, by its number. */
  | { readonly kind: "handle"; readonly handle: string; readonly chain: string }
  | { readonly kind: "policy"; readonly chain: string }
  | { readonly kind: "verdicts" };

export type Rule = {
  readonly place: Place;
  readonly applies: (packet: Packet) => Applies;
  readonly end: RuleEnd;
};

/** Chains that the system itself enters have a direction and a policy. */
export type Chain = {
  readonly name: string;
  readonly entered?: { readonly direction: Packet["direction"]; readonly policy: "accept" | "drop" };
  readonly rules: readonly Rule[];
};

/** `isSure`: no rule before it could have said something else. */
export type Ruling =
  { readonly kind: "accepted" } | { readonly kind: "dropped"; readonly place: Place; readonly isSure: boolean };

/** The system allows no more, and none in circles; this is for a listing that is none. */
const MOST_JUMPS = 16;

/** A packet has to pass each chain that the system enters with it. */
export function rulingOn(packet: Packet, chains: readonly Chain[]): Ruling {
  const entered = chains.filter((chain) => chain.entered?.direction === packet.direction);
  const rulings = entered.map((chain) => rulingOf(packet, chain, chains));
  const drops = rulings.filter((ruling) => ruling.kind === "dropped");
  return drops.find(({ isSure }) => isSure) ?? drops[0] ?? { kind: "accepted" };
}

type Walk = { readonly packet: Packet; readonly chains: ReadonlyMap<string, Chain>; isSure: boolean };

function rulingOf(packet: Packet, chain: Chain, chains: readonly Chain[]): Ruling {
  const walk: Walk = { packet, chains: new Map(chains.map((each) => [each.name, each])), isSure: true };
  const ruling = walkThrough(chain, walk, 0);
  if (ruling !== undefined) return ruling;
  if (chain.entered?.policy !== "drop") return { kind: "accepted" };
  return { kind: "dropped", place: { kind: "policy", chain: chain.name }, isSure: walk.isSure };
}

/** Undefined where it came to the end of the chain. */
function walkThrough(chain: Chain, walk: Walk, jumps: number): Ruling | undefined {
  for (const { applies, end, place } of chain.rules) {
    const does = applies(walk.packet);
    if (does === "no") continue;
    if (does === "maybe") {
      walk.isSure = false;
      continue;
    }
    switch (end.kind) {
      case "accept":
        return { kind: "accepted" };
      case "drop":
        return { kind: "dropped", place, isSure: walk.isSure };
      case "return":
        return undefined;
      case "jump":
      case "goto": {
        const next = jumps === MOST_JUMPS ? undefined : walk.chains.get(end.chain);
        const ruling = next === undefined ? undefined : walkThrough(next, walk, jumps + 1);
        if (ruling !== undefined || end.kind === "goto") return ruling;
      }
    }
  }
  return undefined;
}
