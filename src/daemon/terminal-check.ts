import { isJsonObject, type JsonObject } from "../core/json.ts";
import { decimalsOf } from "../core/money.ts";
import { PRACTICE_TERMINAL } from "../core/practice.ts";
import { schemaFaults, withDefaults, type SchemaFault } from "../core/schema.ts";
import type { Vendor } from "../drivers/driver.ts";
import type { TerminalConfig } from "./api.ts";
import { placeOf, type BindLink } from "./links.ts";
import type { Medium } from "./terminal/medium.ts";

type CheckedTerminal =
  | {
      readonly kind: "valid";
      readonly vendor: Vendor;
      /** With the defaults filled in. */
      readonly settings: JsonObject;
      readonly medium: Medium;
      /** Two queues at one device would be in each other's way. */
      readonly place: string | undefined;
    }
  /** Fields are named from the terminal: `link.port`, `settings.currency`. */
  | { readonly kind: "faulty"; readonly faults: readonly SchemaFault[] };

export type CheckTerminal = (config: TerminalConfig) => CheckedTerminal;

/** Many terminals stand behind one address of a cloud: there the settings name the device. */
function deviceIn(vendor: Vendor, settings: JsonObject): string | undefined {
  const device = vendor.deviceOf?.(settings);
  return device === undefined ? undefined : JSON.stringify([vendor.id, device]);
}

/** What vendors and media say about a configured terminal. Nobody is to take a real one for the one that people practise at. */
export function terminalCheck(vendors: ReadonlyMap<string, Vendor>, bindLink: BindLink): CheckTerminal {
  const check = checkedTerminal(vendors, bindLink);
  const why = `must not be ${PRACTICE_TERMINAL}: that is the terminal of practice payments, at which no money moves`;
  return (config) =>
    config.id === PRACTICE_TERMINAL ? { kind: "faulty", faults: [{ field: "id", why }] } : check(config);
}

/** The same, whatever its name is. */
export function checkedTerminal(vendors: ReadonlyMap<string, Vendor>, bindLink: BindLink): CheckTerminal {
  return (config) => {
    const vendor = vendors.get(config.vendor);
    if (vendor === undefined) {
      const known = [...vendors.keys()].map((id) => JSON.stringify(id)).join(", ");
      return { kind: "faulty", faults: [{ field: "vendor", why: `must be one of ${known}` }] };
    }
    const settings = withDefaults(vendor.settingsSchema, config.settings ?? {});
    const faults = schemaFaults(vendor.settingsSchema, settings).map(({ field, why }) => ({
      field: field === "" ? "settings" : `settings.${field}`,
      why,
    }));
    const bound = bindLink(vendor, config.link, config.serialNumber !== undefined);
    if (bound.kind === "faulty") return { kind: "faulty", faults: [...bound.faults, ...faults] };
    if (faults.length > 0 || !isJsonObject(settings)) return { kind: "faulty", faults };
    const { account } = vendor;
    const isAccounts = account !== undefined && bound.address["type"] === "cloud";
    if (isAccounts && account.nameOf(settings, bound.address) === undefined) {
      const needed = account.credentials === undefined ? "" : `: ${account.credentials}`;
      return { kind: "faulty", faults: [{ field: "settings", why: `must say how the account is entered${needed}` }] };
    }
    const unknown = vendor.capabilities(settings).currencies.filter((currency) => decimalsOf(currency) === undefined);
    if (unknown.length > 0) {
      // Every vendor calls it so; a terminal of a currency that no request may name would refuse every sale.
      return {
        kind: "faulty",
        faults: [{ field: "settings.currency", why: `must be one of ISO 4217, which knows no ${unknown.join(", ")}` }],
      };
    }
    return {
      kind: "valid",
      vendor,
      settings,
      medium: bound.medium,
      place: placeOf(bound.address) ?? deviceIn(vendor, settings),
    };
  };
}
