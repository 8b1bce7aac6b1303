import type { Clock, Crypto, Log } from "../core/ports.ts";
import type { SchemaFault } from "../core/schema.ts";
import type { Vendor } from "../drivers/driver.ts";
import type { Accounts } from "./account/accounts.ts";
import type { DaemonEvent, TerminalConfig } from "./api.ts";
import type { BindLink } from "./links.ts";
import type { Places } from "./places.ts";
import type { Recorder } from "./recorder/recorder.ts";
import type { Records } from "./records.ts";
import { Keyring, type SecretValues } from "./terminal/keyring.ts";
import { Terminal, type TerminalSettings } from "./terminal/terminal.ts";
import { terminalCheck } from "./terminal-check.ts";

/** What every terminal of the house is built with. */
export type HousePorts = {
  readonly vendors: ReadonlyMap<string, Vendor>;
  readonly bindLink: BindLink;
  readonly accounts: Accounts;
  readonly records: Records;
  readonly secretValues: SecretValues;
  readonly clock: Clock;
  readonly crypto: Crypto;
  readonly log: Log;
  /** Absent where nothing is recorded. */
  readonly recorder?: Recorder;
  readonly limits: TerminalSettings;
  readonly emit: (event: DaemonEvent) => void;
};

type BuildPorts = HousePorts & {
  readonly places: Places;
  /** The terminal of this vendor, other than the one that asks, whose device has this serial number. */
  readonly ownerOf: (terminal: string, vendor: string, serialNumber: string) => string | undefined;
  /** What a terminal found out about itself is to stand after a restart. */
  readonly keep: (terminal: string) => void;
};

/** A configuration that was checked before anything is built, written down or closed for it. */
export type Buildable =
  | { readonly kind: "valid"; readonly place: string | undefined; readonly build: () => Promise<Terminal> }
  | { readonly kind: "faulty"; readonly faults: readonly SchemaFault[] };

/** Checks configured terminals, and builds those that can be served, each with its account and its secrets. No link is opened before it is started. */
export function buildsTerminals(ports: BuildPorts): (config: TerminalConfig) => Buildable {
  const { vendors, bindLink, accounts, places, records, secretValues, clock, crypto, log, limits, emit, recorder } =
    ports;
  const check = terminalCheck(vendors, bindLink);
  return (config) => {
    const checked = check(config);
    if (checked.kind === "faulty") return checked;
    const { vendor, settings, medium, place } = checked;
    const { id, link } = config;
    return {
      kind: "valid",
      place,
      build: async () => {
        const isUsed = config.disabled !== true;
        const seat = isUsed ? await accounts.seatOf(vendor, settings, link) : undefined;
        // A terminal that is reached through its account has no secrets but the account's.
        const own = seat !== undefined && link["type"] === "cloud" ? seat.keyring : undefined;
        const keyring = own ?? (await Keyring.open(id, secretValues, crypto, log));
        return new Terminal({
          config,
          vendor,
          settings,
          place: { link, medium },
          find: () => places.find(id, vendor, link),
          isFree: (seen) => places.isFree(id, vendor, seen.link),
          ownerOf: (serialNumber) => ports.ownerOf(id, vendor.id, serialNumber),
          metNeighbour: (owner) => places.exchange(id, owner),
          keep: () => ports.keep(id),
          keyring,
          seat,
          records,
          clock,
          crypto,
          log,
          limits,
          emit,
          recorder: recorder?.of({ terminal: id, vendor: vendor.id, driver: vendor.version }),
        });
      },
    };
  };
}
