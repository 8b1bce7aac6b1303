import { isIP } from "node:net";
import { isOnLink } from "../../discovery/cards.ts";
import { fault, ok, unknown, warning, type Finding, type Said } from "../check.ts";
import type { KnownCard } from "../network/cards.ts";
import { routeCheck, type Named, type Routed } from "../network/route.ts";
import { idOf, type ExaminedTerminal, type ServedTerminal } from "./examined.ts";
import { deviceLinkCheck, type DevicePorts } from "./plugged.ts";
import type { Reach, Reached } from "./reach.ts";

export type LinkPorts = DevicePorts & {
  readonly cards: readonly KnownCard[];
  readonly addressOf: (host: string, signal: AbortSignal) => Promise<Named>;
  readonly routeTo: (address: string) => Promise<Routed>;
  readonly reach: Reach;
  readonly neighbourAt: (address: string) => Promise<"there" | "absent" | undefined>;
  /** Whether no service runs that may have the link. */
  readonly isNobodyConnected: boolean;
};

/** A machine in the same house answers in milliseconds; a lost first packet is sent again after a second. */
const REACH_LIMIT_MS = 1_500;

/** Whether its link is there, and where it is not, what stands in its place. Whatever the service holds is left alone. */
export async function linkChecks(
  terminal: ExaminedTerminal,
  ports: LinkPorts,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { config, link } = terminal;
  const place = placeOf(link);
  if (config.disabled === true) return [];
  if (place === undefined) return deviceLinkCheck(terminal, ports);
  const named = await ports.addressOf(place.host, signal);
  if (named.kind === "unknown") return [nameFault(terminal, place.host, named.code)];
  const routed = await ports.routeTo(named.address);
  const route = routeCheck(idOf(terminal, "route"), named.address, routed, ports.cards);
  const whole = { ...place, address: named.address };
  return [route, await networkCheck(terminal, whole, ports, signal)];
}

type Place = { readonly host: string; readonly port: number };
type WholePlace = Place & { readonly address: string };

function placeOf({ host, port }: ExaminedTerminal["link"]): Place | undefined {
  if (typeof host !== "string" || typeof port !== "number") return undefined;
  return { host: host.replace(/^\[(.*)\]$/, "$1"), port };
}

function nameFault(terminal: ExaminedTerminal, host: string, code: string): Finding {
  return fault(
    idOf(terminal, "link"),
    `The name ${host} is not known to this network (${code}).`,
    `Finding the spelling, or say the terminal's address: ${sayPlace(terminal)}.`,
  );
}

async function networkCheck(
  terminal: ExaminedTerminal,
  place: WholePlace,
  ports: LinkPorts,
  signal: AbortSignal,
): Promise<Finding> {
  const { served } = terminal;
  const id = idOf(terminal, "link");
  const held = served === undefined ? undefined : heldCheck(id, served);
  if (held !== undefined) return held;
  if (served === undefined && !ports.isNobodyConnected) {
    return unknown(id, "Not tried: a service may have the link, and the terminal may take a single one.");
  }
  const reached = await ports.reach(place.address, place.port, REACH_LIMIT_MS, signal);
  const neighbour =
    reached.kind === "silent" || reached.kind === "noWay" ? await ports.neighbourAt(place.address) : undefined;
  const isNear = isIP(place.address) === 4 && ports.cards.some((card) => isOnLink(card, place.address));
  const seen = reachedCheck(id, terminal, place, { reached, neighbour, isNear });
  if (served?.detail === undefined) return seen;
  // Both found the same: it is said once.
  if (reached.kind === "refused" && served.detail.includes("refuses the connection")) return seen;
  const { detail } = served;
  const evidence: Said = (words) => words.link.serviceSays(seen.evidence(words), detail);
  if (seen.verdict !== "ok") return { ...seen, evidence };
  return fault(id, evidence, `\`tillbridge trace --terminal ${terminal.config.id}\` shows what is said on the link.`);
}

/** Of a link that the service has, it knows more than anybody could find out beside it, and disturbs nothing. */
function heldCheck(id: string, { state, detail, lastSeen, fence, busyWith }: ServedTerminal): Finding | undefined {
  const seen = lastSeen === undefined ? "" : ` The last sign of life was at ${lastSeen}.`;
  switch (state) {
    case "ready":
      return ok(id, `The service has the link, and the terminal is ready.${seen}`);
    case "busy":
      return ok(
        id,
        `The service has the link${busyWith === undefined ? "" : `; transaction ${busyWith} runs`}.${seen}`,
      );
    case "unpaired":
      return ok(id, `The service has the link; the terminal is not paired.${seen}`);
    case "fenced":
    case "recovering":
      return detail === undefined
        ? ok(
            id,
            `The service has the link, or is about to; transaction ${fence?.transaction ?? "of before"} is in doubt.${seen}`,
          )
        : fault(
            id,
            `The service has no link: ${detail}.${seen} Nothing else was tried, because a transaction is in doubt.`,
            "Bring the terminal back: switched on, its cable in, its app for the POS open. The doubt ends by itself then, where the terminal can tell.",
          );
    case "connecting":
    case "offline":
    case "disabled":
      return undefined;
  }
}

/** The command by which a person says where it is. */
function sayPlace({ config, link }: ExaminedTerminal): string {
  return `\`tillbridge terminals update ${config.id} --${link["type"] === "http" ? "http" : "tcp"} HOST:PORT\``;
}

type Seen = {
  readonly reached: Reached;
  readonly neighbour: "there" | "absent" | undefined;
  /** In the network of one of our cards. */
  readonly isNear: boolean;
};

const WAITS =
  "Finding the port number, and that the terminal waits for connections: its integrated mode, or its app for the POS, has to be on.";

function reachedCheck(
  id: string,
  terminal: ExaminedTerminal,
  { host, address, port }: WholePlace,
  { reached, neighbour, isNear }: Seen,
): Finding {
  const place = host === address ? `${host}:${port}` : `${host}:${port} (${address})`;
  const moved = `\`tillbridge discover\` shows terminals that are seen now, and ${sayPlace(terminal)} says where it is; a fixed address in the router keeps it there.`;
  switch (reached.kind) {
    case "accepted":
      return reached.said === ""
        ? ok(id, `${place} takes connections.`)
        : warning(
            id,
            `${place} takes connections, and speaks first: "${reached.said}". That is hardly a card terminal.`,
            `Another machine has its address, or the port is another program's. ${moved}`,
          );
    case "hungUp":
      return warning(
        id,
        `${place} takes a connection and closes it at once.`,
        "Another program may be connected with the terminal, which takes only one: end that one. Else the port is another program's.",
      );
    case "refused":
      return fault(
        id,
        `${place} refuses the connection: a machine is there, and no program waits at this port.`,
        WAITS,
      );
    case "silent":
    case "noWay": {
      const code = reached.kind === "noWay" ? ` (${reached.code})` : "";
      if (neighbour === "absent") {
        return fault(
          id,
          `${place} does not answer${code}: no machine in its network has this address now.`,
          `Switch the terminal on, bring it into this network (a Wi-Fi for guests keeps machines apart), and look up its address in its menu. ${moved}`,
        );
      }
      if (neighbour === "there") {
        return fault(
          id,
          `${place} does not answer${code}, although a machine with this address is there.`,
          `${WAITS} A firewall on that machine may drop it. If it is not the terminal: ${moved}`,
        );
      }
      const where = isNear ? "" : " It is in the network of none of this machine's cards.";
      return fault(
        id,
        `${place} does not answer${code === "" ? ` within ${REACH_LIMIT_MS / 1_000} s` : code}.${where}`,
        `Switch the terminal on and bring it into this network. ${moved}`,
      );
    }
    case "forbidden":
      return fault(
        id,
        `This machine does not let a connection to ${place} out (${reached.code}).`,
        `A firewall or security program of this machine forbids it: let it out to ${address} port ${port}.`,
      );
    case "failed":
      return fault(id, `${place} cannot be reached (${reached.code}).`, `${WAITS} ${moved}`);
  }
}
