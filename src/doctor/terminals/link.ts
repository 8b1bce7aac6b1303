import { isIP } from "node:net";
import type { OtherProgram } from "../../core/link-fault.ts";
import { isOnLink } from "../../discovery/cards.ts";
import { asItIs, fault, ok, unknown, warning, type Finding, type Said } from "../check.ts";
import type { KnownCard } from "../network/cards.ts";
import { routeCheck, type Named, type Routed } from "../network/route.ts";
import { idOf, type ExaminedTerminal, type ServedTerminal } from "./examined.ts";
import { lastSign } from "./last-sign.ts";
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
    ({ link: words }) => words.nameUnknown(host, code),
    ({ link: words }) => words.sayAddress(sayPlace(terminal)),
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
  const held =
    served === undefined
      ? undefined
      : (heldCheck(id, served) ?? answeredCheck(terminal, id, served) ?? otherProgramCheck(terminal, place, served));
  if (held !== undefined) return held;
  if (served === undefined && !ports.isNobodyConnected) {
    return unknown(id, ({ link: words }) => words.notTried);
  }
  // A payment waits for the link and leaves with it: a second connection beside it could end it.
  if (served !== undefined && served.queue > 0) return unknown(id, ({ link: words }) => words.notTried);
  const reached = await ports.reach(place.address, place.port, REACH_LIMIT_MS, signal);
  const neighbour =
    reached.kind === "silent" || reached.kind === "noWay" ? await ports.neighbourAt(place.address) : undefined;
  const isNear = isIP(place.address) === 4 && ports.cards.some((card) => isOnLink(card, place.address));
  const seen = reachedCheck(id, terminal, place, { reached, neighbour, isNear });
  if (served?.detail === undefined) return seen;
  // Both found the same: it is said once.
  if (reached.kind === "refused" && served.linkFault?.kind === "nobodyListens") return seen;
  const { detail } = served;
  const evidence: Said = (words) => words.link.serviceSays(seen.evidence(words), detail);
  if (seen.verdict !== "ok") return { ...seen, evidence };
  return fault(id, evidence, ({ link: words }) => words.trace(terminal.config.id));
}

/** Of a link that the service has, it knows more than anybody could find out beside it, and disturbs nothing. */
function heldCheck(id: string, { state, detail, lastSeen, fence, busyWith }: ServedTerminal): Finding | undefined {
  const seen = lastSign(lastSeen);
  switch (state) {
    case "ready":
      return ok(id, (words) => `${words.link.ready}${seen(words)}`);
    case "busy":
      return ok(id, (words) => {
        const { held, runs } = words.link;
        return `${busyWith === undefined ? held : runs(busyWith)}${seen(words)}`;
      });
    case "unpaired":
      return ok(id, (words) => `${words.link.unpaired}${seen(words)}`);
    case "fenced":
    case "recovering":
      return detail === undefined
        ? ok(id, (words) => `${words.link.doubt(fence?.transaction ?? words.link.ofBefore)}${seen(words)}`)
        : fault(
            id,
            (words) => `${words.link.lost(detail)}${seen(words)} ${words.link.nothingTried}`,
            ({ link: words }) => words.bringBack,
          );
    case "connecting":
    case "offline":
    case "disabled":
      return undefined;
  }
}

/** Whoever answers may take a single connection: tried beside the service's, each would spoil the other. */
function answeredCheck(terminal: ExaminedTerminal, id: string, served: ServedTerminal): Finding | undefined {
  const { detail = "", turnedAway } = served;
  if (turnedAway === undefined) return undefined;
  const { id: name } = terminal.config;
  return fault(
    id,
    ({ link: words }) => words.answeredByOther(detail),
    turnedAway.kind === "twin"
      ? asItIs(`\`tillbridge terminals remove ${name}\``)
      : ({ link: words }) => words.seeIdentity(idOf(terminal, "identity")),
  );
}

/** The service has asked, which we do not: a printer would print what we say. */
function otherProgramCheck(terminal: ExaminedTerminal, place: WholePlace, { linkFault }: ServedTerminal) {
  return linkFault?.kind === "otherProgram" ? otherProgramFault(terminal, place, linkFault.program) : undefined;
}

function otherProgramFault(terminal: ExaminedTerminal, place: WholePlace, program: OtherProgram): Finding {
  return fault(
    idOf(terminal, "link"),
    ({ link: words }) => words.otherProgram[program](inWords(place)),
    ({ link: words }) => {
      const moved = words.findMoved(sayPlace(terminal));
      return program === "tls" ? `${words.ifTls} ${moved}` : `${words.another} ${moved}`;
    },
  );
}

function inWords({ host, address, port }: WholePlace): string {
  return host === address ? `${host}:${port}` : `${host}:${port} (${address})`;
}

/** The command by which a person says where it is. */
function sayPlace({ config, link }: ExaminedTerminal): string {
  return `tillbridge terminals update ${config.id} --${link["type"] === "http" ? "http" : "tcp"} HOST:PORT`;
}

type Seen = {
  readonly reached: Reached;
  readonly neighbour: "there" | "absent" | undefined;
  /** In the network of one of our cards. */
  readonly isNear: boolean;
};

function reachedCheck(
  id: string,
  terminal: ExaminedTerminal,
  whole: WholePlace,
  { reached, neighbour, isNear }: Seen,
): Finding {
  const { address, port } = whole;
  const place = inWords(whole);
  const moved: Said = ({ link: words }) => words.findMoved(sayPlace(terminal));
  const waits: Said = ({ link: words }) => words.seePort;
  switch (reached.kind) {
    case "accepted":
      if (reached.program !== undefined) return otherProgramFault(terminal, whole, reached.program);
      return reached.said === ""
        ? ok(id, ({ link: words }) => words.takes(place))
        : warning(
            id,
            ({ link: words }) => words.speaksFirst(place, reached.said),
            (words) => `${words.link.another} ${moved(words)}`,
          );
    case "hungUp":
      return warning(
        id,
        ({ link: words }) => words.hangsUp(place),
        ({ link: words }) => words.endOther,
      );
    case "refused":
      return fault(id, ({ link: words }) => words.refuses(place), waits);
    case "silent":
    case "noWay": {
      const code = reached.kind === "noWay" ? ` (${reached.code})` : "";
      if (neighbour === "absent") {
        return fault(
          id,
          ({ link: words }) => words.absent(place, code),
          (words) => `${words.link.bringNear} ${moved(words)}`,
        );
      }
      if (neighbour === "there") {
        return fault(
          id,
          ({ link: words }) => words.thereSilent(place, code),
          (words) => `${waits(words)} ${words.link.ifFirewall} ${moved(words)}`,
        );
      }
      return fault(
        id,
        ({ link: words }) => {
          const silence = code === "" ? words.silentFor(place, REACH_LIMIT_MS / 1_000) : words.silent(place, code);
          return isNear ? silence : `${silence} ${words.notNear}`;
        },
        (words) => `${words.link.switchOn} ${moved(words)}`,
      );
    }
    case "forbidden":
      return fault(
        id,
        ({ link: words }) => words.forbidden(place, reached.code),
        ({ link: words }) => words.letOut(address, port),
      );
    case "failed":
      return fault(
        id,
        ({ link: words }) => words.failed(place, reached.code),
        (words) => `${waits(words)} ${moved(words)}`,
      );
  }
}
