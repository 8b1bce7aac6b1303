import type { Mutant } from "../mutant.ts";

const RECOGNITION = "src/daemon/terminal/recognition.ts";
const IDENTITY = "test/daemon/identity.test.ts";
const FOUND = "test/daemon/found-elsewhere.test.ts";
const WOKEN = "test/daemon/woken.test.ts";

/** Rules 5 and 10: a terminal is its serial number, wherever it is, and a link from before a sleep is none. */
export const identityMutants: readonly Mutant[] = [
  {
    id: "stranger-in-its-place-is-taken",
    rule: 10,
    breaks: "The neighbour's terminal has the address now: this shop's customers pay into the neighbour's account.",
    file: RECOGNITION,
    find: "if (told !== this.#serialNumber) return this.#stranger(told, this.#serialNumber);",
    replace: "",
    killedBy: { file: IDENTITY, name: "gets no sale: none is taken, and the till hears why" },
  },
  {
    id: "stranger-overwrites-the-serial-number",
    rule: 10,
    breaks: "Whichever terminal answers last is the one that is configured, and nobody hears that it is another one.",
    file: RECOGNITION,
    find: "if (told !== this.#serialNumber) return this.#stranger(told, this.#serialNumber);",
    replace: "if (told !== this.#serialNumber) return this.#firstMet(told);",
    killedBy: {
      file: "test/daemon/terminal/recognition.test.ts",
      name: "is a stranger with another one, and what was known stays",
    },
  },
  {
    id: "nameless-device-is-taken-for-a-known-one",
    rule: 10,
    breaks: "A device that does not say who it is gets the sales of a terminal that always does.",
    file: RECOGNITION,
    find: "if (told === undefined) return this.#unnamed();",
    replace: "if (told === undefined) return OURS;",
    killedBy: { file: IDENTITY, name: "is not taken for a known terminal, and is no alarm: nobody knows" },
  },
  {
    id: "stranger-is-no-alarm",
    rule: 10,
    breaks: "The terminal was swapped at night, the counter takes nothing all day, and nobody is told why.",
    file: RECOGNITION,
    find: "if (isKnown || !this.#ports.isAtItsPlace()) return;",
    replace: "if (!isKnown) return;",
    killedBy: { file: IDENTITY, name: "is no terminal: it is offline in words, and an alarm tells of it once" },
  },
  {
    id: "stranger-behind-an-open-link",
    rule: 10,
    breaks: "A gateway hands the open link on to another terminal, which says so, and gets the next sale all the same.",
    file: "src/daemon/terminal/device.ts",
    find: "if (device.ready && recognition.isStranger(identity)) ready();",
    replace: "",
    killedBy: {
      file: "test/daemon/terminal/device.test.ts",
      name: "is not ready any more as soon as it says that it is somebody else",
    },
  },
  {
    id: "two-queues-at-one-device",
    rule: 10,
    breaks: "One terminal is configured under two names; two tills send it a sale each, in the middle of the other's.",
    file: RECOGNITION,
    find: "if (owner !== undefined) {",
    replace: "if (owner === told) {",
    killedBy: {
      file: IDENTITY,
      name: "is one terminal: the second one that is configured for it takes nothing, in words",
    },
  },
  {
    id: "serial-number-is-given-away",
    rule: 10,
    breaks: "A technician types the number of the terminal beside it: both counters' sales go to one device.",
    file: "src/daemon/roster.ts",
    find: "if (twin !== undefined) {",
    replace: "if (twin === before) {",
    killedBy: { file: IDENTITY, name: "is not given to a second terminal by its serial number" },
  },
  {
    id: "candidate-is-taken-without-proof",
    rule: 10,
    breaks: "The terminal is off; the first one of its kind in the network is written down in its place.",
    file: "src/daemon/terminal/presence.ts",
    find: "const link = ready && place !== undefined ? route.arrived(place) : undefined;",
    replace: "const link = place === undefined ? undefined : route.arrived(place);",
    killedBy: {
      file: "test/daemon/terminal/presence.test.ts",
      name: "elsewhere makes that the terminal's place once it is ready, and not before",
    },
  },
  {
    id: "doubt-asked-of-a-candidate",
    rule: 5,
    breaks: "While the terminal is away its neighbour is asked about the sale, and its records count as the truth.",
    file: "src/daemon/terminal/presence.ts",
    find: "return ready || place === undefined || this.#ports.route.isHome(place);",
    replace: "return ready || this.#ports.route !== undefined;",
    killedBy: { file: FOUND, name: "is asked nothing about a doubt: first it has to say who it is" },
  },
  {
    id: "looked-for-without-knowing-whom",
    rule: 10,
    breaks: "A terminal that was never met is looked for, and the first one that answers anywhere is it.",
    file: "src/daemon/terminal/found-out.ts",
    find: "recognition.serialNumber === undefined ? [] : find()",
    replace: "find()",
    killedBy: { file: FOUND, name: "is not looked for while nobody knows which device it is" },
  },
  {
    id: "looked-for-at-another-terminal",
    rule: 10,
    breaks: "The terminal at counter 1 is looked for at counter 2, which drops the connection it takes a payment on.",
    file: "src/daemon/places.ts",
    find: "return place === undefined || ![...terminals.values()].some(isThere);",
    replace: "return place === undefined || [...terminals.values()].some(isThere) || isThere !== undefined;",
    killedBy: { file: FOUND, name: "is not looked for at another terminal's place" },
  },
  {
    id: "looked-for-at-a-terminal-with-a-name",
    rule: 10,
    breaks: "The same, where counter 2 is configured by the name that its terminal announces.",
    file: "src/daemon/discovery/discovery.ts",
    find: "this.#directory.sightings.filter((sighting) => this.#isFree(sighting, others))",
    replace: "this.#directory.sightings",
    killedBy: {
      file: "test/daemon/discovery/find-links.test.ts",
      name: "is not where another terminal is, by whatever that one is named",
    },
  },
  {
    id: "one-of-two-equal-devices",
    rule: 10,
    breaks: "Two USB devices say the same serial number, one of them a copy: one of them gets the sales.",
    file: "src/daemon/usb-serial.ts",
    find: "if (others.length > 0) return ambiguous",
    replace: "if (others.length < 0) return ambiguous",
    killedBy: {
      file: "test/daemon/usb-serial.test.ts",
      name: "is none of two that look the same: nobody knows which of them it is",
    },
  },
  {
    id: "sale-over-a-link-from-before-a-sleep",
    rule: 10,
    breaks: "The PC slept; the first sale of the morning goes into a dead connection, and nobody knows how it ended.",
    file: "src/daemon/terminal/next-step.ts",
    find: 'if (freshness.slept) return { kind: "renew", why: "the machine slept" };',
    replace: "",
    killedBy: {
      file: WOKEN,
      name: "takes a fresh link before the next sale, also where nobody said that it slept",
    },
  },
  {
    id: "waking-cuts-a-running-sale",
    rule: 10,
    breaks: "A clock is set right while the customer pays: the link is dropped, and the sale is in doubt.",
    file: "src/daemon/terminal/actor.ts",
    find: "if (isIdle && !this.#question.pending) this.#linked.renew(why);",
    replace: "if (isIdle || !this.#question.pending) this.#linked.renew(why);",
    killedBy: { file: WOKEN, name: "leaves a running sale its link, and the next sale gets a fresh one" },
  },
  {
    id: "place-of-a-former-link",
    rule: 10,
    breaks:
      "The disk was slow, and the address of a neighbour that was only tried is written down as the terminal's own.",
    file: "src/daemon/terminal/presence.ts",
    find: "const link = ready && place !== undefined ? route.arrived(place) : undefined;",
    replace: "const link = ready ? route.arrived(route.place) : undefined;",
    killedBy: {
      file: FOUND,
      name: "is not the terminal's because an older link of it was good, however slow the disk is",
    },
  },
  {
    id: "reply-of-another-terminal",
    rule: 6,
    breaks: "The plug was put into another terminal behind an open link, and its approval is told as this counter's.",
    file: "src/drivers/getnet/operation.ts",
    find: "if (isByAnotherTerminal(voucher, task.order.identity)) {",
    replace: "if (isByAnotherTerminal(voucher, undefined)) {",
    killedBy: {
      file: "test/drivers/getnet/operation.test.ts",
      name: "is not believed: the plug was put into it while the link stayed open",
    },
  },
  {
    id: "pairing-makes-one-device-two-terminals",
    rule: 10,
    breaks:
      "Two terminals changed addresses, one was paired where it is not, and every sale of it appears at the other counter.",
    file: RECOGNITION,
    find: "if (told !== undefined && this.#ports.ownerOf(told) !== undefined) return;",
    replace: "",
    killedBy: {
      file: "test/daemon/terminal/recognition.test.ts",
      name: "is not made another terminal's by a pairing: one device has one queue",
    },
  },
  {
    id: "doubt-elsewhere-spins",
    rule: 10,
    breaks:
      "A terminal in doubt was found where nobody knows its pairing: its loop tells itself so without end, and no till hears anything any more.",
    file: "src/daemon/terminal/search.ts",
    find: "const isNews = device.refused !== undefined || this.#isUnpairedNews(link);",
    replace: "const isNews = device.refused !== undefined || this.#isUnpairedNews(link) || true;",
    killedBy: {
      file: "test/daemon/terminal/search.test.ts",
      name: "given a doubt, when nobody elsewhere knows our pairing, then that is told once a link, and again by a timer alone",
    },
  },
  {
    id: "looked-for-after-it-was-paired",
    rule: 10,
    breaks:
      "A terminal was paired where it is, and the whole network is asked for it every 15 s for ever: each sale may wait for that.",
    file: "src/daemon/terminal/actor.ts",
    find: "if (this.device.ready && !this.#ports.recognition.isStranger(stranger.identity)) return;",
    replace: "",
    killedBy: { file: FOUND, name: "one that was paired where it is, is looked for no more" },
  },
];
