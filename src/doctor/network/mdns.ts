import type { Card } from "../../discovery/cards.ts";
import type { Mdns, OpenedMdns } from "../../discovery/mdns.ts";
import type { Clock } from "../../core/ports.ts";
import { asItIs, fault, ok, unknown, warning, type Examination, type Finding, type Said } from "../check.ts";
import type { KnownCard } from "./cards.ts";
import { worstOf } from "./worst.ts";

export type MdnsPorts = {
  readonly open: (card: Card, maxBytes: number) => Promise<OpenedMdns>;
  readonly clock: Clock;
  /** A word that no machine is called. */
  readonly newWord: () => string;
  readonly platform: NodeJS.Platform;
};

/** Own answers take milliseconds; others wait up to 120 ms, so that they do not all speak at once (RFC 6762 6). */
const OTHERS_MS = 300;
const ASK_EVERY_MS = 300;
const MOST_ASKED = 5;
const MAX_BYTES = 128 * 1024;
const MOST_CARDS = 16;

const SERVICES = "_services._dns-sd._udp.local";

/** One for each card that leads out of this computer: a question that we ask and answer, through its own network stack. */
export function mdnsExaminations(cards: readonly KnownCard[], ports: MdnsPorts): readonly Examination[] {
  const outward = cards.filter(({ kind }) => kind === "ordinary");
  const names = [...new Set(outward.map(({ name }) => name))].slice(0, MOST_CARDS);
  return names.map((name) => {
    const id = `mdns.${wordOf(name)}`;
    const addresses = outward.filter((card) => card.name === name);
    return {
      id,
      examine: async (signal) => {
        // A card with two addresses is in two networks, and each may have its own trouble.
        const checks = await Promise.all(addresses.map((card) => examineCard(id, card, ports, signal)));
        return [worstOf(checks)].filter((check) => check !== undefined);
      },
    };
  });
}

/** As it stands in an id: Windows calls a card `Ethernet 2`. */
export function wordOf(card: string): string {
  return card
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "");
}

async function examineCard(id: string, card: KnownCard, ports: MdnsPorts, signal: AbortSignal): Promise<Finding> {
  const place = `${card.name} ${card.address}`;
  if (card.facts.multicast === false) {
    return fault(
      id,
      ({ mdns: words }) => words.noMulticast(place),
      asItIs(`\`sudo ip link set ${card.name} multicast on\``),
    );
  }
  await using stack = new AsyncDisposableStack();
  const opened: Mdns[] = [];
  for (const role of ["answeringHalf", "askingHalf"] as const) {
    const half = await ports.open(card, MAX_BYTES);
    if (half.kind === "failed") return notOpened(id, place, half.why, role);
    opened.push(stack.use(half.mdns));
  }
  const [answering, asking] = opened;
  if (answering === undefined || asking === undefined) throw new Error("two halves were opened");
  const heard = await converse(answering, asking, { card, ports, signal });
  return verdictOf(id, place, heard, ports.platform);
}

type Heard = {
  readonly question: boolean;
  readonly answer: boolean;
  /** Addresses of other machines that said anything. */
  readonly others: ReadonlySet<string>;
  readonly sendFailure: string | undefined;
};

type Around = { readonly card: Card; readonly ports: MdnsPorts; readonly signal: AbortSignal };

async function converse(answering: Mdns, asking: Mdns, { card, ports, signal }: Around): Promise<Heard> {
  const { clock, newWord } = ports;
  const name = `tillbridge-doctor-${newWord()}.local`;
  const others = new Set<string>();
  let [question, answer] = [false, false];
  answering.hearQuestions((questions) => {
    if (!questions.some((asked) => asked.name.toLowerCase() === name)) return [];
    question = true;
    return [{ type: "A", name, ttl: 1, flush: false, data: card.address }];
  });
  asking.hearAnswers((records, speaker) => {
    if (records.some((record) => record.name.toLowerCase() === name)) answer = true;
    else if (speaker !== card.address) others.add(speaker);
  });
  for (let asked = 0; asked < MOST_ASKED && !answer && !signal.aborted; asked += 1) {
    asking.ask([
      { name, type: "A" },
      { name: SERVICES, type: "PTR" },
    ]);
    await pause(clock, asked === 0 ? OTHERS_MS : ASK_EVERY_MS);
  }
  return { question, answer, others, sendFailure: asking.sendFailure ?? answering.sendFailure };
}

function pause(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => void clock.after(delayMs, resolve));
}

function verdictOf(
  id: string,
  place: string,
  { question, answer, others, sendFailure }: Heard,
  platform: NodeJS.Platform,
): Finding {
  if (answer) {
    return ok(id, ({ mdns: words }) => {
      const neighbours = others.size === 0 ? words.nobodyElse : words.others(others.size);
      return `${words.answered(place)} ${neighbours}`;
    });
  }
  if (sendFailure !== undefined && /ENETUNREACH|EHOSTUNREACH|WSAENETUNREACH/.test(sendFailure)) {
    return fault(
      id,
      ({ mdns: words }) => words.noRoute(place, sendFailure),
      platform === "win32"
        ? ({ mdns: words }) => words.restartCard
        : asItIs(`\`sudo ip route add 224.0.0.0/4 dev ${place.split(" ", 1)[0] ?? ""}\``),
    );
  }
  if (sendFailure !== undefined) {
    return fault(id, ({ mdns: words }) => words.notLetOut(place, sendFailure), openMulticast(platform));
  }
  return fault(
    id,
    ({ mdns: words }) => (question ? words.answerLost(place) : words.questionLost(place)),
    openMulticast(platform),
  );
}

function openMulticast(platform: NodeJS.Platform): Said {
  return ({ mdns: words }) => (platform === "win32" ? words.openOnWindows : words.open);
}

function notOpened(id: string, place: string, why: string, half: "answeringHalf" | "askingHalf"): Finding {
  if (/EADDRINUSE|EACCES/.test(why)) {
    return fault(
      id,
      ({ mdns: words }) => words.portTaken(place, words[half](why)),
      ({ mdns: words }) => words.findHolder,
    );
  }
  if (/ENODEV|EADDRNOTAVAIL/.test(why)) {
    return warning(
      id,
      ({ mdns: words }) => words.wentAway(place, words[half](why)),
      ({ mdns: words }) => words.cableIn,
    );
  }
  return unknown(id, ({ mdns: words }) => words.notHeard(place, words[half](why)));
}
