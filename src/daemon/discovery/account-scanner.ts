import type { JsonObject } from "../../core/json.ts";
import { withDefaults } from "../../core/schema.ts";
import type { Scanned, Scanner } from "../../discovery/scanner.ts";
import type { AccountSighting } from "../../discovery/sighting.ts";
import type { AccountTerminal, Vendor } from "../../drivers/driver.ts";
import type { Account } from "../account/account.ts";
import type { OpenAccount } from "../account/accounts.ts";

/** An account that can be asked for its terminals. */
export type ListedAccount = Omit<OpenAccount, "account"> & {
  readonly account: Pick<Account<unknown>, "usability" | "terminals" | "look">;
};

const MOST_SIGHTINGS = 256;
const LONGEST_NAME = 64;
const LONGEST_STATE = 240;

/** Sees the terminals that the accounts of configured terminals have with their vendors. An account that nobody uses is not asked. */
export function accountScanner(accounts: () => Promise<readonly ListedAccount[]>): Scanner<AccountSighting> {
  return {
    kinds: ["account"],
    scan: async (_forMs, signal) => {
      // Beside a terminal on the LAN the vendor's cloud is only a place to look payments up.
      const asked = (await accounts()).filter(({ vendor }) => vendor.links.includes("cloud"));
      const looks = await Promise.all(asked.map((account) => scannedIn(account, signal)));
      const sightings = looks.flatMap((look) => look.sightings);
      const troubles = looks.flatMap((look) => look.troubles);
      const left = sightings.length - MOST_SIGHTINGS;
      const tooMany = left > 0 ? [{ text: `${left} more terminals of accounts are not shown.` }] : [];
      return { sightings: sightings.slice(0, MOST_SIGHTINGS), troubles: [...troubles, ...tooMany] };
    },
  };
}

async function scannedIn(listed: ListedAccount, signal: AbortSignal): Promise<Scanned<AccountSighting>> {
  const { vendor, account } = listed;
  await lookedAt(account, signal);
  const sightings = account.terminals.map((terminal) => sightingOf(listed, terminal));
  const { usability } = account;
  if (usability.kind === "usable") return { sightings, troubles: [] };
  const why = usability.kind === "opening" ? "it is being opened: look again in a moment" : usability.why;
  // What it told before is still there.
  return { sightings, troubles: [{ text: `The ${vendor.name} account cannot be asked for its terminals: ${why}` }] };
}

async function lookedAt(account: ListedAccount["account"], signal: AbortSignal): Promise<void> {
  if (account.usability.kind !== "usable" || signal.aborted) return;
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  signal.addEventListener("abort", end);
  await Promise.race([account.look(), ended]);
  signal.removeEventListener("abort", end);
}

function sightingOf({ vendor, settings, link }: ListedAccount, terminal: AccountTerminal): AccountSighting {
  const { device, name, model, state } = terminal;
  const shared = vendor.account?.sharedSettings(settings) ?? {};
  return {
    kind: "account",
    vendor: vendor.id,
    name: name.slice(0, LONGEST_NAME),
    device,
    ...(model === undefined ? {} : { model }),
    state: state.slice(0, LONGEST_STATE),
    why: "its account lists it",
    score: 100,
    simulated: false,
    link: { ...unlike(link, vendor.linkDefaults.cloud ?? {}), type: "cloud" },
    settings: unlike({ ...shared, ...terminal.settings }, defaultsOf(vendor)),
  };
}

function defaultsOf({ settingsSchema }: Vendor): JsonObject {
  return withDefaults(settingsSchema, {}) as JsonObject;
}

/** Without what would be so anyway: a person reads it, and pastes it. */
function unlike(values: JsonObject, defaults: JsonObject): JsonObject {
  const entries = Object.entries(values);
  return Object.fromEntries(
    entries.filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(defaults[name])),
  );
}
