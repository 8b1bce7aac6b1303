import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { networkInterfaces } from "node:os";
import { isIP } from "node:net";
import type { Card } from "../../discovery/cards.ts";
import { openSecrets } from "../../home/secrets.ts";
import { cloudTransport } from "../../transports/cloud.ts";
import { httpTransport } from "../../transports/http.ts";
import type { Examination, Said } from "../check.ts";
import type { Patient } from "../patient.ts";
import { runProgram } from "../program.ts";
import type { ExaminedTerminal } from "../terminals/examined.ts";
import { linuxCardFacts } from "./card-facts.ts";
import { cardsExamination, knownCards, type CardsPorts, type KnownCard } from "./cards.ts";
import { certificateExaminations } from "./certificate.ts";
import { cloudExaminations, type Cloud } from "./cloud.ts";
import { firewallExamination, type Passage } from "./firewall.ts";
import { mdnsExaminations } from "./mdns.ts";
import { addressOf } from "./route.ts";
import { signerAt } from "./signer.ts";

const MDNS_PORT = 5353;
const HTTPS_PORT = 443;

const systemCards: CardsPorts = { interfaces: networkInterfaces, factsOf: (card) => linuxCardFacts(card) };

/** Of the cards, of what stands between them and others, and of the certificates that are shown there. */
export function networkExaminations(
  { paths, config, clock, platform }: Patient,
  terminals: readonly ExaminedTerminal[],
  clouds: readonly Cloud[],
  cards: readonly KnownCard[],
): readonly Examination[] {
  const { discovery, server } = config;
  const wanted = discovery.interfaces;
  const looked = wanted === undefined ? cards : cards.filter(({ name }) => wanted.includes(name));
  const transport = cloudTransport(httpTransport(clock));
  return [
    cardsExamination(systemCards, neededFor(terminals)),
    ...(discovery.mdns ? mdnsExaminations(looked, { ...mdnsPorts, clock, platform }) : []),
    firewallFor({ config, platform }, terminals, clouds),
    ...certificateExaminations({
      dataDirectory: paths.dataDirectory,
      server,
      readSecret: (name) => openSecrets(paths.dataDirectory).read(name),
      now: () => clock.now(),
    }),
    ...cloudExaminations(clouds, { addressOf: (host) => addressOf(host, clock), transport, signerAt, clock, platform }),
  ];
}

export function firewallFor(
  { config, platform }: Pick<Patient, "config" | "platform">,
  terminals: readonly ExaminedTerminal[],
  clouds: readonly Cloud[],
): Examination {
  return firewallExamination(passagesOf(config, terminals, clouds), { run: runProgram, readText, platform });
}

/** The cards of this moment; none where the system does not tell them, which has a check of its own. */
export function cardsNow(): Promise<readonly KnownCard[]> {
  return knownCards(systemCards).catch(() => []);
}

const mdnsPorts = {
  open: async (card: Card, maxBytes: number) => {
    const { openMdns } = await import("../../discovery/mdns.ts");
    return openMdns({ card, maxBytes });
  },
  newWord: () => randomBytes(6).toString("hex"),
};

function neededFor(terminals: readonly ExaminedTerminal[]): string | undefined {
  const needing = terminals.filter(({ link }) => link["path"] === undefined && link["type"] !== "usb");
  return needing.length === 0 ? undefined : needing.map(({ config }) => config.id).join(", ");
}

function passagesOf(
  { discovery, server, callbacks }: Patient["config"],
  terminals: readonly ExaminedTerminal[],
  clouds: readonly Cloud[],
): readonly Passage[] {
  const inward = (what: Said, port: number, protocol: "tcp" | "udp" = "tcp"): Passage => ({
    what,
    packet: { direction: "in", protocol, port, address: undefined },
  });
  return [
    ...(discovery.mdns ? [inward(({ firewall: words }) => words.announcing, MDNS_PORT, "udp")] : []),
    ...(server.lan.host === undefined || server.lan.port === 0
      ? []
      : [inward(({ port: words }) => words.uses.lan, server.lan.port)]),
    ...(callbacks.host === undefined || callbacks.port === 0
      ? []
      : [inward(({ firewall: words }) => words.calls, callbacks.port)]),
    ...terminals.flatMap((terminal) => terminalPassage(terminal)),
    ...clouds.flatMap(({ address, terminals: users }): Passage[] => {
      const url = URL.parse(address.baseUrl);
      if (url?.protocol !== "https:") return [];
      const what: Said = ({ firewall: words }) => words.server(url.host, users.join(", "));
      return [
        {
          what,
          packet: { direction: "out", protocol: "tcp", port: Number(url.port || HTTPS_PORT), address: undefined },
        },
      ];
    }),
  ];
}

function terminalPassage({ config, link: { host, port } }: ExaminedTerminal): readonly Passage[] {
  if (config.disabled === true || typeof host !== "string" || typeof port !== "number") return [];
  if (isIP(host) !== 4 || host.startsWith("127.")) return [];
  const packet = { direction: "out", protocol: "tcp", port, address: host } as const;
  return [{ what: ({ firewall: words }) => words.terminal(config.id), terminal: config.id, packet }];
}

function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
