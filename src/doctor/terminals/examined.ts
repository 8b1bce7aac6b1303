import type { Result } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import type { LinkFault } from "../../core/link-fault.ts";
import type { SchemaFault } from "../../core/schema.ts";
import type { ClockReading, TerminalState, TurnedAway } from "../../core/terminal.ts";
import type { TerminalCheck } from "../../home/config.ts";
import type { TerminalConfig } from "../../home/config-schema.ts";
import type { Finding } from "../check.ts";

/** What has to be known of a vendor to look for its terminals and its servers. */
export type VendorFacts = {
  readonly id: string;
  /** Filled in where a terminal's `link` leaves them out. */
  readonly linkDefaults: Readonly<Partial<Record<string, JsonObject>>>;
  readonly account?: {
    /** Undefined where these settings name no account. */
    nameOf(settings: JsonObject, link: JsonObject): string | undefined;
    linkOf(settings: JsonObject, link: JsonObject): JsonObject;
  };
};

/** A terminal as the service that runs has it. */
export type ServedTerminal = {
  readonly id: string;
  readonly link: JsonObject;
  readonly state: TerminalState;
  /** Why it is in this state, in words. */
  readonly detail?: string;
  /** Who answers there and is not taken for it, where that is the reason. */
  readonly turnedAway?: TurnedAway;
  /** What is known of why its link does not work, beside the words. */
  readonly linkFault?: LinkFault;
  /** It is unpaired because one of its settings lacks or is wrong: the words say which. */
  readonly lacksSetting?: true;
  readonly lastSeen?: string;
  /** What its own clock showed when it told last. */
  readonly clock?: ClockReading;
  readonly serialNumber?: string;
  readonly model?: string;
  readonly identity?: Readonly<Record<string, string>>;
  readonly fence?: { readonly transaction: string; readonly since: string };
  readonly busyWith?: string;
  readonly queue: number;
};

export type Polled = {
  readonly reachable: boolean;
  readonly asked: boolean;
  readonly latencyMs?: number;
  readonly detail?: string;
};

/** The terminals of a service that runs. */
export type Service = {
  terminals(): readonly ServedTerminal[];
  /** Moves no money; a busy terminal is not disturbed. */
  poll(terminal: string): Promise<Result<Polled>>;
};

/** What is around the terminals of this installation. */
export type TerminalsAround = {
  readonly vendors: readonly VendorFacts[];
  readonly checkTerminal: TerminalCheck;
  /** Absent where this is not the service. */
  readonly service?: Service;
  /** Whether nobody else may have a link to a terminal: no service runs. Many take a single connection, and a payment may be on it. */
  readonly isNobodyConnected: boolean;
};

/** A configured terminal, with all that is known of it without asking it. */
export type ExaminedTerminal = {
  readonly config: TerminalConfig;
  /** In `terminals` of the configuration. */
  readonly index: number;
  /** Where it is, with the vendor's defaults. */
  readonly link: JsonObject;
  readonly faults: readonly SchemaFault[];
  readonly served: ServedTerminal | undefined;
};

export function examinedTerminals(
  configs: readonly TerminalConfig[],
  { vendors, checkTerminal, service }: TerminalsAround,
): readonly ExaminedTerminal[] {
  const served = new Map(service?.terminals().map((terminal) => [terminal.id, terminal]));
  return configs.map((config, index) => {
    const own = served.get(config.id);
    const vendor = vendors.find(({ id }) => id === config.vendor);
    return {
      config,
      index,
      link: wholeLink(own?.link ?? config.link, vendor),
      faults: checkTerminal(config),
      served: own,
    };
  });
}

function wholeLink(link: JsonObject, vendor: VendorFacts | undefined): JsonObject {
  const type = link["type"];
  return { ...(typeof type === "string" ? vendor?.linkDefaults[type] : undefined), ...link };
}

/** The same check, told to be about this terminal. */
export function about({ config }: ExaminedTerminal, check: Finding): Finding {
  return { ...check, terminal: config.id };
}

export function idOf({ config }: ExaminedTerminal, subject: string): string {
  return `terminal.${config.id}.${subject}`;
}
