/** The only entry. It composes: the command never imports the daemon, and a client command loads none of it. */
import type { Composition } from "./cli/call.ts";
import { resolveHome } from "./home/paths.ts";

type SettingsSchema = {
  readonly properties?: Readonly<
    Record<string, { readonly default?: unknown; readonly properties?: Readonly<Record<string, unknown>> }>
  >;
  readonly required?: readonly string[];
};

const composition: Composition = {
  homeOf: (home) => resolveHome(home, process.env, process.platform),
  runDaemon: async (options) => (await import("./daemon/daemon.ts")).runDaemon(options),
  loadTerminalCheck: async () => {
    const [{ terminalCheck }, { linksOver }, { systemClock }, { vendors }] = await Promise.all([
      import("./daemon/terminal-check.ts"),
      import("./daemon/links.ts"),
      import("./daemon/clock.ts"),
      import("./drivers/registry.ts"),
    ]);
    const check = terminalCheck(new Map(vendors.map((vendor) => [vendor.id, vendor])), linksOver(systemClock));
    return (terminal) => {
      const checked = check(terminal);
      return checked.kind === "faulty" ? checked.faults : [];
    };
  },
  loadNativeParts: async () => (await import("./daemon/native-parts.ts")).nativeParts(),
  loadVendors: async () => {
    const { vendors } = await import("./drivers/registry.ts");
    return vendors.map(({ id, name, links, settingsSchema }) => {
      const { properties = {}, required = [] } = settingsSchema as SettingsSchema;
      const settings = Object.entries(properties).map(([setting, schema]) => ({
        name: setting,
        // What has a default is required of what is used, and of no person.
        isRequired: required.includes(setting) && schema.default === undefined,
        isSecret: schema.properties?.["secret"] !== undefined,
      }));
      return { id, name, links, settings };
    });
  },
};

const { runCommandLine } = await import("./cli/program.ts");
process.exit(await runCommandLine(process.argv.slice(2), composition));
