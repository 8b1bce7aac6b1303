import { existsSync } from "node:fs";
import { join } from "node:path";
import { browsersOf, nssFoldersOf, unstartedFirefox } from "./browsers.ts";
import type { Machine } from "./machine.ts";
import { nssStore } from "./nss-store.ts";
import type { Looked, Trouble, TrustedAuthority, TrustStore } from "./store.ts";
import { systemStore } from "./system-store.ts";
import { windowsStore } from "./windows-store.ts";

/** Something that was asked of a store and could not be done. */
export type StoreTrouble = Trouble & { readonly store: string };

/** What a browser or the system thinks of certificates of our authority. `why` and `remedy` where it does not trust them. */
export type Verdict = {
  readonly browser: string;
  /** Whose it is; absent where it is everybody's. */
  readonly user?: string;
  /** Where it keeps whom it trusts; absent where that is not there yet. */
  readonly store?: string;
  /** Absent where it cannot be told. */
  readonly trusts?: boolean;
  readonly why?: string;
  readonly remedy?: string;
};

/** The stores of a machine. */
export interface Trust {
  /** Sees to it that every store trusts it. What could not be done. */
  add(authority: TrustedAuthority): Promise<readonly StoreTrouble[]>;
  /** Takes every authority of ours out of every store, but for this one. What could not be done. */
  removeAllBut(kept: TrustedAuthority | undefined): Promise<readonly StoreTrouble[]>;
  /** What each browser that is there thinks, and the system itself. */
  verdicts(authority: TrustedAuthority): Promise<{ readonly browsers: readonly Verdict[]; readonly system: Verdict }>;
}

/** Of Windows, below these folders of the environment. */
const WINDOWS_BROWSERS = [
  { name: "Chrome", program: ["Google", "Chrome", "Application", "chrome.exe"] },
  { name: "Edge", program: ["Microsoft", "Edge", "Application", "msedge.exe"] },
  { name: "Brave", program: ["BraveSoftware", "Brave-Browser", "Application", "brave.exe"] },
  { name: "Chromium", program: ["Chromium", "Application", "chrome.exe"] },
  { name: "Firefox", program: ["Mozilla Firefox", "firefox.exe"] },
];
const WINDOWS_FOLDERS = ["ProgramFiles", "ProgramFiles(x86)", "LocalAppData"];

const INSTALL = "Run `tillbridge certificate install` again.";
const START_FIREFOX = "Start Firefox once, close it, and run `tillbridge certificate install` again.";

export function trustOn(machine: Machine): Trust {
  const everywhere = () => storesOf(machine);
  return {
    add: async (authority) => {
      const troubles: StoreTrouble[] = [];
      for (const store of everywhere()) {
        const trouble = await store.add(authority);
        if (trouble !== undefined) troubles.push({ store: store.what, ...trouble });
      }
      return troubles;
    },
    removeAllBut: async (kept) => {
      const troubles: StoreTrouble[] = [];
      for (const store of everywhere()) {
        const trouble = await removeFrom(store, kept);
        if (trouble !== undefined) troubles.push({ store: store.what, ...trouble });
      }
      return troubles;
    },
    verdicts: async (authority) => ({
      browsers: await browserVerdicts(machine, authority),
      system: await systemVerdict(machine, authority),
    }),
  };
}

function storesOf(machine: Machine): readonly TrustStore[] {
  if (machine.platform === "win32") return [windowsStore(machine)];
  if (machine.platform !== "linux") return [];
  const system = systemStore(machine);
  const ofPeople = machine.people.flatMap((person) =>
    nssFoldersOf(person).map((folder) => nssStore(machine, person, folder)),
  );
  return [...(system === undefined ? [] : [system]), ...ofPeople];
}

async function removeFrom(store: TrustStore, kept: TrustedAuthority | undefined): Promise<Trouble | undefined> {
  const looked = await store.look();
  if (looked.kind === "unknown") return looked;
  const names = looked.ours.map(({ name }) => name);
  return store.remove(kept === undefined ? names : names.filter((name) => name !== store.nameOf(kept)));
}

async function browserVerdicts(machine: Machine, authority: TrustedAuthority): Promise<readonly Verdict[]> {
  if (machine.platform === "win32") {
    const opinion = opinionOf(windowsStore(machine), await windowsStore(machine).look(), authority);
    return windowsBrowsers().map((browser) => ({ browser, ...opinion }));
  }
  if (machine.platform !== "linux") return [];
  const verdicts: Verdict[] = [];
  for (const { name, person, folder } of machine.people.flatMap((each) => browsersOf(machine, each))) {
    const common = { browser: name, user: person.name };
    if (folder === undefined) continue;
    const store = nssStore(machine, person, { path: folder, toMake: [] });
    verdicts.push({ ...common, ...opinionOf(store, await store.look(), authority) });
  }
  const unstarted = unstartedFirefox(machine);
  if (unstarted === undefined) return verdicts;
  const why = "nobody has started it yet, so that it has no store";
  return [...verdicts, { browser: unstarted.name, trusts: false, why, remedy: START_FIREFOX }];
}

async function systemVerdict(machine: Machine, authority: TrustedAuthority): Promise<Verdict> {
  const browser = "the system";
  const store = machine.platform === "win32" ? windowsStore(machine) : systemStore(machine);
  if (store === undefined || (machine.platform !== "linux" && machine.platform !== "win32")) {
    const why = "this system's store of certificates is none that we know";
    return { browser, trusts: false, why, remedy: `Import ${authority.file} by hand.` };
  }
  return { browser, ...opinionOf(store, await store.look(), authority) };
}

type Opinion = Omit<Verdict, "browser" | "user">;

function opinionOf(store: TrustStore, looked: Looked, authority: TrustedAuthority): Opinion {
  if (looked.kind === "unknown") return { store: store.what, why: looked.why, remedy: looked.remedy };
  const kept = looked.ours.find(({ name }) => name === store.nameOf(authority));
  if (kept?.trusted === true) return { store: store.what, trusts: true };
  return { store: store.what, trusts: false, why: "our authority is not in it", remedy: INSTALL };
}

function windowsBrowsers(): readonly string[] {
  const folders = WINDOWS_FOLDERS.flatMap((name) => process.env[name] ?? []);
  return WINDOWS_BROWSERS.filter(({ program }) => folders.some((folder) => existsSync(join(folder, ...program)))).map(
    ({ name }) => name,
  );
}
