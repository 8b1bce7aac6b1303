import { timestamp, type Clock, type Log } from "../../core/ports.ts";
import { serialNumberOf, type DeviceIdentity, type TurnedAway } from "../../core/terminal.ts";
import type { DaemonEvent } from "../api.ts";

/** Who answers at a terminal's address. */
export type Recognized =
  | { readonly kind: "ours" }
  /** It does not say who it is, and is to be the one that is configured. */
  | { readonly kind: "unverified"; readonly why: string; readonly who: TurnedAway }
  | { readonly kind: "stranger"; readonly why: string; readonly who: TurnedAway };

export type RecognitionPorts = {
  readonly terminal: string;
  /** As configured: the device that this terminal is, wherever it is. */
  readonly serialNumber: string | undefined;
  /** The other terminal whose device has this serial number. */
  readonly ownerOf: (serialNumber: string) => string | undefined;
  /** Whether its link leads to where it is configured: only there a stranger is in its place. */
  readonly isAtItsPlace: () => boolean;
  /** The device of that terminal answers in our place. Answers whether the two change places now. */
  readonly metNeighbour: (owner: string) => boolean;
  /** From now on it is this device, also after a restart; undefined where a device that tells no number took its place. */
  readonly learned: (serialNumber: string | undefined) => void;
  readonly emit: (event: DaemonEvent) => void;
  readonly clock: Clock;
  readonly log: Log;
};

/** Strangers by turns at one address are one trouble. */
const MOST_ALARMS = 16;

const OURS: Recognized = { kind: "ours" };

/**
 * Whether whoever answers is the terminal that is configured. A terminal is its serial number, not a port or an address: the first one that tells its
 * own is it from then on, and another one at its place takes no money (docs/adr/0065-a-terminal-is-its-serial-number.md).
 */
export class Recognition {
  readonly #ports: RecognitionPorts;
  #serialNumber: string | undefined;
  /** The strangers of whom people were told. */
  readonly #alarmed = new Set<string>();
  #last: Recognized = OURS;

  constructor(ports: RecognitionPorts) {
    this.#ports = ports;
    this.#serialNumber = ports.serialNumber;
  }

  get serialNumber(): string | undefined {
    return this.#serialNumber;
  }

  /** Of whoever answered the handshake of a link. */
  met(identity: DeviceIdentity | undefined): Recognized {
    this.#last = this.#recognize(serialNumberOf(identity));
    return this.#last;
  }

  /** Whoever was turned away for this reason, in words; undefined where it is another reason, which has nothing to do with who answers. */
  turnedAwayBecause(why: string | undefined): TurnedAway | undefined {
    return this.#last.kind === "ours" || this.#last.why !== why ? undefined : this.#last.who;
  }

  #recognize(told: string | undefined): Recognized {
    if (told === undefined) return this.#unnamed();
    if (this.#serialNumber === undefined) return this.#firstMet(told);
    if (told !== this.#serialNumber) return this.#stranger(told, this.#serialNumber);
    this.#alarmed.clear();
    return OURS;
  }

  /** Of whoever tells who it is in between: what it does not tell changes nothing. */
  isStranger(identity: DeviceIdentity): boolean {
    const told = serialNumberOf(identity);
    return told !== undefined && this.#serialNumber !== undefined && told !== this.#serialNumber;
  }

  /** A person stood before it and paired it: it is this one now, whichever it was, and whether it says who it is or not. */
  introduced(identity: DeviceIdentity | undefined): void {
    const told = serialNumberOf(identity);
    const before = this.#serialNumber;
    if (told === before) return;
    // Nobody wants two queues at one device: whoever paired it stood before another terminal than this one.
    if (told !== undefined && this.#ports.ownerOf(told) !== undefined) return;
    if (before !== undefined) {
      this.#ports.log.warn("terminal.pairedAnew", "the terminal was paired anew, perhaps as another device", {
        serialNumber: told,
        before,
      });
    }
    this.#learn(told);
  }

  #unnamed(): Recognized {
    if (this.#serialNumber === undefined) return OURS;
    return {
      kind: "unverified",
      why:
        `it does not tell its serial number, so nobody knows whether it is ${this.#serialNumber}; ` +
        `where this model never does: \`tillbridge terminals update ${this.#ports.terminal} --forget-serial-number\``,
      who: { kind: "unnamed", expected: this.#serialNumber },
    };
  }

  #firstMet(told: string): Recognized {
    const owner = this.#ports.ownerOf(told);
    if (owner !== undefined) {
      const why = `its device, with serial number ${told}, is terminal ${owner} already: one device has one queue`;
      this.#alarm(told, why, `Remove one of the two: \`tillbridge terminals remove ${this.#ports.terminal}\`.`);
      return { kind: "stranger", why, who: { kind: "twin", told, owner } };
    }
    this.#learn(told);
    return OURS;
  }

  #stranger(told: string, expected: string): Recognized {
    const why = `another device answers in its place: serial number ${told}, not ${expected}`;
    const owner = this.#ports.ownerOf(told);
    const who = { kind: "otherDevice", told, expected, ...(owner === undefined ? {} : { owner }) } as const;
    if (owner !== undefined && this.#ports.isAtItsPlace() && this.#ports.metNeighbour(owner)) {
      const changing = `${why}; that is the device of terminal ${owner}, with which it changes places`;
      return { kind: "stranger", why: changing, who };
    }
    const remedy =
      owner === undefined
        ? `Where it was exchanged: \`tillbridge terminals update ${this.#ports.terminal} --serial-number ${told}\`. Else find ${expected}: it has another address or port now.`
        : `That is the device of terminal ${owner}: the two have changed their addresses or ports. Give each its own again.`;
    this.#alarm(told, why, remedy);
    return { kind: "stranger", why: `${why}. ${remedy.replace(/\.$/, "")}`, who };
  }

  #learn(serialNumber: string | undefined): void {
    this.#serialNumber = serialNumber;
    this.#alarmed.clear();
    this.#ports.learned(serialNumber);
  }

  /** Once for each stranger, not with each attempt; a neighbour that was asked whether it is ours is no reason for one. */
  #alarm(stranger: string, why: string, remedy: string): void {
    const isKnown = this.#alarmed.has(stranger) || this.#alarmed.size >= MOST_ALARMS;
    if (isKnown || !this.#ports.isAtItsPlace()) return;
    this.#alarmed.add(stranger);
    const { terminal, emit, clock, log } = this.#ports;
    log.error("terminal.otherDevice", "no payment is taken there", { alarm: "otherDevice", why, remedy });
    const text = `Terminal ${terminal}: ${why}. No payment is taken there.`;
    emit({
      kind: "alarm",
      at: timestamp(clock),
      alarm: { severity: "critical", code: "otherDevice", terminal, text, remedy },
    });
  }
}
